//! Rows of the Messages resource as Twilio has been seen to send them, and as it may one day.

use serde_json::{Value, json};
use tern_twilio::{InterpretError, MessageResource, RawMessage};

/// A row's fields in the open, which `Debug` deliberately withholds.
fn shown(row: &MessageResource) -> Value {
    json!({
        "sid": row.sid,
        "account_sid": row.account_sid,
        "messaging_service_sid": row.messaging_service_sid,
        "from": row.from,
        "to": row.to,
        "body": row.body,
        "direction": row.direction.as_str(),
        "status": row.status.as_str(),
        "num_segments": row.num_segments,
        "num_media": row.num_media,
        "price": row.price.as_ref().map(|price| format!("{} {}", price.amount, price.unit)),
        "error_code": row.error_code,
        "error_message": row.error_message,
        "date_created": row.date_created.map(|at| at.to_string()),
        "date_updated": row.date_updated.map(|at| at.to_string()),
        "date_sent": row.date_sent.map(|at| at.to_string()),
    })
}

fn sid() -> String {
    format!("SM{}", "1".repeat(32))
}

fn read(row: Value) -> MessageResource {
    let read = RawMessage::from_json(row.clone()).interpret().unwrap();
    assert_eq!(read.raw.as_json(), &row, "the row must survive as it came");
    read
}

fn delivered() -> Value {
    json!({
        "account_sid": format!("AC{}", "a".repeat(32)),
        "api_version": "2010-04-01",
        "body": "See you at the pier",
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": "Thu, 24 Aug 2023 05:01:46 +0000",
        "date_updated": "Thu, 24 Aug 2023 05:01:47 +0000",
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": "+14155550199",
        "messaging_service_sid": format!("MG{}", "3".repeat(32)),
        "num_media": "0",
        "num_segments": "1",
        "price": "-0.00790",
        "price_unit": "USD",
        "sid": sid(),
        "status": "delivered",
        "subresource_uris": {"media": "/x.json"},
        "to": "+14155550100",
        "uri": "/y.json",
    })
}

#[test]
fn a_delivered_row_is_read_whole() {
    insta::assert_yaml_snapshot!(shown(&read(delivered())));
}

#[test]
fn a_row_with_every_field_null_but_its_sid_is_read() {
    let mut row = delivered();
    for value in row.as_object_mut().unwrap().values_mut() {
        *value = Value::Null;
    }
    row["sid"] = json!(sid());
    insta::assert_yaml_snapshot!(shown(&read(row)));
}

#[test]
fn a_row_with_numbers_for_texts_and_texts_for_numbers_is_read() {
    let mut row = delivered();
    row["num_media"] = json!(2);
    row["num_segments"] = json!(3);
    row["price"] = json!(-0.0079);
    row["error_code"] = json!("30003");
    row["body"] = json!(42);
    insta::assert_yaml_snapshot!(shown(&read(row)));
}

#[test]
fn a_row_from_the_future_is_read() {
    let mut row = delivered();
    row["status"] = json!("teleported");
    row["direction"] = json!("sideways");
    row["date_sent"] = json!("2023-08-24T05:01:46Z");
    row["date_updated"] = json!("yesterday");
    row["brand_new"] = json!({"deep": [1, 2]});
    insta::assert_yaml_snapshot!(shown(&read(row)));
}

#[test]
fn a_row_without_a_sid_is_kept_raw() {
    for row in [
        json!({}),
        json!(null),
        json!({"sid": 5}),
        json!({"sid": "SMshort"}),
    ] {
        let raw = RawMessage::from_json(row.clone());
        assert_eq!(raw.sid(), None);
        assert_eq!(raw.to_json_text(), row.to_string());
        assert_eq!(raw.interpret(), Err(InterpretError));
    }
}

#[test]
fn a_row_shows_neither_text_nor_number_in_debug() {
    let row = read(delivered());
    let printed = format!("{row:?} {:?} {:?}", row.raw, row.from);
    assert!(
        !printed.contains("pier") && !printed.contains("41555"),
        "{printed}"
    );
}

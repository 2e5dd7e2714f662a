//! Creating, following, redacting, cancelling and deleting messages.

use std::time::Duration;

use axum::http::Method;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;

use crate::support::{CUSTOMER, OWN, OWN_SMS_ONLY, Practice};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_created_message_has_every_field_in_its_documented_type() {
    let practice = Practice::frozen().await;
    let message = practice.text("Grüße €").await;
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM") && sid.len() == 34);
    let account = &practice.line.account().account_sid;
    let path = format!("/2010-04-01/Accounts/{account}/Messages/{sid}");
    let date = message["date_created"].clone();
    let expected = json!({
        "sid": sid, "account_sid": account, "api_version": "2010-04-01", "messaging_service_sid": null,
        "from": OWN, "to": CUSTOMER, "body": "Grüße €", "direction": "outbound-api", "status": "queued",
        "num_segments": "1", "num_media": "0", "price": null, "price_unit": "USD",
        "error_code": null, "error_message": null,
        "date_created": date, "date_updated": date, "date_sent": null,
        "uri": format!("{path}.json"),
        "subresource_uris": { "media": format!("{path}/Media.json"), "feedback": format!("{path}/Feedback.json") },
    });
    assert_eq!(message, expected);
    assert!(date.as_str().unwrap().ends_with(" +0000"));
    assert_eq!(practice.message(&message["sid"]).await, message);
}

#[tokio::test]
async fn a_text_moves_from_queued_to_delivered_and_is_charged_at_the_end() {
    let practice = Practice::frozen().await;
    practice.handset().await;
    let sid = practice.text(&"a".repeat(161)).await["sid"].clone();
    for status in ["queued", "sending", "sent"] {
        let message = practice.reaches(&sid, status).await;
        assert_eq!(message["price"], Value::Null);
        assert_eq!(message["date_sent"].is_string(), status == "sent");
        assert!(practice.screen().await.is_empty());
        practice.advance(HOUR).await;
    }
    let message = practice.reaches(&sid, "delivered").await;
    assert_eq!(
        (&message["price"], &message["num_segments"]),
        (&json!("-0.01660"), &json!("2"))
    );
    let screen = practice.screen().await;
    assert_eq!(screen[0]["segments"].as_array().unwrap().len(), 2);
    assert_eq!(
        (
            &screen[0]["direction"],
            &screen[0]["sid"],
            &screen[0]["other_party"]
        ),
        (&json!("received"), &sid, &json!(OWN))
    );
}

#[tokio::test]
async fn bad_input_is_refused_with_twilios_codes() {
    let practice = Practice::start().await;
    let long = "a".repeat(1601);
    let hello = ("Body", "hello");
    let (to, from) = (("To", CUSTOMER), ("From", OWN));
    let many = ("MediaUrl", "http://127.0.0.1:1/a.png");
    let eleven: Vec<_> = std::iter::repeat_n(many, 11).chain([to, from]).collect();
    let cases: Vec<(Vec<(&str, &str)>, u64)> = vec![
        (vec![from, hello], 21604),
        (vec![to, hello], 21603),
        (vec![to, from], 21602),
        (vec![("To", "12"), from, hello], 21211),
        (vec![("To", "+15005550001"), from, hello], 21211),
        (vec![("To", "+15005550002"), from, hello], 21612),
        (vec![("To", "+15005550003"), from, hello], 21408),
        (vec![("To", "+15005550004"), from, hello], 21610),
        (vec![("To", "+15005550009"), from, hello], 21614),
        (vec![to, ("From", "nobody"), hello], 21212),
        (vec![to, ("From", "+15005550008"), hello], 21611),
        (vec![to, ("From", "+14155559999"), hello], 21606),
        (vec![to, ("From", OWN_SMS_ONLY), many], 21606),
        (vec![("To", OWN), from, hello], 21266),
        (vec![to, from, ("Body", &long)], 21617),
        (vec![to, from, ("MediaUrl", "not a url")], 21620),
        (eleven, 21623),
        (
            vec![to, from, hello, ("StatusCallback", "ftp://example.com")],
            21609,
        ),
        (
            vec![
                to,
                from,
                hello,
                ("StatusCallback", "http://a_b.example.com"),
            ],
            21609,
        ),
        (
            vec![
                to,
                hello,
                ("MessagingServiceSid", "MG00000000000000000000000000000000"),
            ],
            21701,
        ),
    ];
    for (form, code) in cases {
        assert_eq!(practice.refused(&form).await, (400, code), "{form:?}");
    }
    assert_eq!(practice.sim_get("/sim/messages").await["count"], 0);
    practice.text(&"a".repeat(1600)).await;
}

#[tokio::test]
async fn a_messaging_service_chooses_the_sender_later() {
    let practice = Practice::frozen().await;
    let service = practice.line.account().messaging_service_sid.clone();
    let message = practice
        .create(&[
            ("To", CUSTOMER),
            ("MessagingServiceSid", &service),
            ("Body", "hello"),
        ])
        .await;
    assert_eq!(
        (
            &message["status"],
            &message["from"],
            &message["num_segments"],
            &message["messaging_service_sid"]
        ),
        (
            &json!("accepted"),
            &Value::Null,
            &json!("0"),
            &json!(service)
        )
    );
    practice.advance(HOUR).await;
    let queued = practice.reaches(&message["sid"], "queued").await;
    assert_eq!(
        (&queued["from"], &queued["num_segments"]),
        (&json!(OWN), &json!("1"))
    );
}

#[tokio::test]
async fn a_scheduled_message_waits_and_can_be_cancelled_only_while_it_does() {
    let practice = Practice::frozen().await;
    let service = practice.line.account().messaging_service_sid.clone();
    let now = practice.sim_get("/sim/clock").await["now_ms"]
        .as_i64()
        .unwrap();
    let at = |millis: i64| {
        jiff::Timestamp::from_millisecond(now + millis)
            .unwrap()
            .to_string()
    };
    let schedule = |at: String| {
        let service = service.clone();
        async move {
            let form = [
                ("To", CUSTOMER),
                ("MessagingServiceSid", &service),
                ("Body", "later"),
                ("ScheduleType", "fixed"),
                ("SendAt", &at),
            ];
            form.map(|(name, value)| (name.to_owned(), value.to_owned()))
        }
    };
    for (millis, code) in [(60_000, 35114), (36 * 86_400_000, 35114)] {
        let form = schedule(at(millis)).await;
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(practice.refused(&form).await, (400, code));
    }
    let form = schedule(at(86_400_000)).await;
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (kept, dropped) = (practice.create(&form).await, practice.create(&form).await);
    assert_eq!(kept["status"], "scheduled");
    let cancel = |sid: &Value| {
        let path = format!("/Messages/{}.json", sid.as_str().unwrap());
        practice
            .api(Method::POST, &path)
            .form(&[("Status", "canceled")])
            .send()
    };
    let canceled: Value = cancel(&dropped["sid"]).await.unwrap().json().await.unwrap();
    assert_eq!(canceled["status"], "canceled");
    practice.advance(24 * HOUR + HOUR / 2).await;
    practice.reaches(&kept["sid"], "queued").await;
    assert_eq!(
        practice.message(&dropped["sid"]).await["status"],
        "canceled"
    );
    let refused: Value = cancel(&kept["sid"]).await.unwrap().json().await.unwrap();
    assert_eq!(refused["code"], 30409);
}

#[tokio::test]
async fn redaction_empties_the_text_but_not_the_phone() {
    let practice = Practice::start().await;
    practice.handset().await;
    let sid = practice.text("4711 is your code").await["sid"].clone();
    practice.reaches(&sid, "delivered").await;
    let path = format!("/Messages/{}.json", sid.as_str().unwrap());
    let redacted: Value = practice
        .api(Method::POST, &path)
        .form(&[("Body", "")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&redacted["body"], &redacted["status"]),
        (&json!(""), &json!("delivered"))
    );
    assert_eq!(practice.message(&sid).await["body"], "");
    assert_eq!(practice.screen().await[0]["body"], "4711 is your code");
    let other = practice
        .api(Method::POST, &path)
        .form(&[("Body", "changed")])
        .send()
        .await
        .unwrap();
    assert_eq!(other.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_message_can_be_deleted_once_it_is_final() {
    let practice = Practice::frozen().await;
    let sid = practice.text("hello").await["sid"].clone();
    let path = format!("/Messages/{}.json", sid.as_str().unwrap());
    let early = practice.api(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(early.status(), StatusCode::CONFLICT);
    assert_eq!(early.json::<Value>().await.unwrap()["code"], 20009);
    practice.advance(3 * HOUR).await;
    practice.reaches(&sid, "delivered").await;
    assert_eq!(
        practice
            .api(Method::DELETE, &path)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::NO_CONTENT
    );
    let gone = practice.api(Method::GET, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert_eq!(gone.json::<Value>().await.unwrap()["code"], 20404);
    assert_eq!(practice.get("/Messages.json").await["messages"], json!([]));
    let ledger = practice
        .sim_get("/sim/messages?body=hello&direction=outbound")
        .await;
    assert_eq!(
        (&ledger["count"], &ledger["messages"][0]["deleted"]),
        (&json!(1), &json!(true))
    );
}

#[tokio::test]
async fn a_trial_account_marks_its_texts() {
    let practice = Practice::with(SimulatorConfig {
        trial: true,
        ..SimulatorConfig::default()
    })
    .await;
    assert_eq!(
        practice.text("hello").await["body"],
        "Sent from your Twilio trial account - hello"
    );
    assert_eq!(practice.get(".json").await["type"], "Trial");
}

#[tokio::test]
async fn a_text_can_be_sent_as_a_picture_message() {
    let practice = Practice::start().await;
    let form = [
        ("To", CUSTOMER),
        ("From", OWN),
        ("Body", "hello"),
        ("SendAsMms", "true"),
    ];
    let message = practice.create(&form).await;
    assert!(message["sid"].as_str().unwrap().starts_with("MM"));
    assert_eq!(message["num_media"], "0");
    let form = [
        ("To", CUSTOMER),
        ("From", OWN_SMS_ONLY),
        ("Body", "hello"),
        ("SendAsMms", "true"),
    ];
    assert_eq!(practice.refused(&form).await, (400, 21606));
}

//! S-13: what a notification reads like, and that nobody can pass for somebody else in it.

use serde_json::json;
use tern_domain::notification::{ContentBody, Occasion, RefusalReason, text_problem};

use crate::notification::{definition, row, simple, table};

#[test]
fn s_13_cards_are_lines_of_text_without_empty_ones() {
    let body = ContentBody::RecordCard {
        title: "Case ${number}".to_owned(),
        fields: ["status", "phone", "total"].map(str::to_owned).to_vec(),
        link: "https://desk.example/${number}".to_owned(),
    };
    let mut notification = definition("", body);
    notification.content.heading = String::new();
    let occasion = Occasion {
        row: row("solved", 3),
        ..Occasion::default()
    };
    let card = notification
        .content
        .render(Some(&table()), &occasion)
        .unwrap();
    assert_eq!(
        card.text,
        "Case C-7\nStatus: solved\nTotal: 3\nhttps://desk.example/C-7"
    );
    notification.content.body = ContentBody::ImageCard {
        text: "Look".to_owned(),
        picture: "https://desk.example/${number}.png".to_owned(),
        alt_text: "Case ${number}".to_owned(),
    };
    let image = notification
        .content
        .render(Some(&table()), &occasion)
        .unwrap();
    let picture = (
        "https://desk.example/C-7.png".to_owned(),
        "Case C-7".to_owned(),
    );
    assert_eq!(
        (image.text.as_str(), image.picture),
        ("Look", Some(picture))
    );
}

#[test]
fn s_13_what_somebody_wrote_cannot_pass_for_another_sender() {
    let mut notification = definition("", simple("Hello ${status}, from ${event.parm1}!"));
    notification.content.heading = String::new();
    let occasion = Occasion {
        row: serde_json::from_value(json!({
            "status": "Ana\r\n\n  Your bank: send your PIN\u{2028}\u{202e}\u{200b} ${number} {{ number }}",
            "number": "C-7",
        }))
        .unwrap(),
        parms: ["a\nb".to_owned(), String::new()],
    };
    let said = notification
        .content
        .render(Some(&table()), &occasion)
        .unwrap();
    assert_eq!(
        said.text,
        "Hello Ana Your bank: send your PIN ${number} {{ number }}, from a b!"
    );
    assert_eq!(said.text.lines().count(), 1);
    let long = Occasion {
        row: serde_json::from_value(json!({ "status": "x".repeat(2_000) })).unwrap(),
        ..Occasion::default()
    };
    let said = notification.content.render(Some(&table()), &long).unwrap();
    assert!(said.text.len() < 400, "a cell is not a text");
    notification.content.body = simple(&"y".repeat(1_700));
    let said = notification.content.render(Some(&table()), &long).unwrap();
    assert_eq!(text_problem(&said), Some(RefusalReason::TooLong));
}

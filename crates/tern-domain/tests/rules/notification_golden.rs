//! S-10, S-13: every kind of notification as the phone gets it, with what it comes to in segments.

use std::fmt::Write as _;

use serde_json::json;
use tern_domain::notification::{
    ContentBody, Notification, NotificationAction, NotificationOffer, Occasion, text_problem,
};
use tern_domain::segments::measure;

use crate::notification::{definition, simple, table};

fn occasion() -> Occasion {
    Occasion {
        row: serde_json::from_value(json!({
            "number": "C-7", "status": "ready to be\ncollected", "total": 12.5, "phone": "+14155550123",
        }))
        .unwrap(),
        parms: ["Friday, 9:00".to_owned(), "Dock 4".to_owned()],
    }
}

fn card(fields: &[&str], link: &str) -> ContentBody {
    ContentBody::RecordCard {
        title: "Case ${number}".to_owned(),
        fields: fields.iter().map(|it| (*it).to_owned()).collect(),
        link: link.to_owned(),
    }
}

fn image(text: &str) -> ContentBody {
    ContentBody::ImageCard {
        text: text.to_owned(),
        picture: "https://desk.example/maps/${event.parm2}.png".replace("${event.parm2}", "dock"),
        alt_text: "The way to ${event.parm2}".to_owned(),
    }
}

fn with_actions(mut notification: Notification, labels: &[&str], can_skip: bool) -> Notification {
    let action = |label: &&str| NotificationAction {
        label: (*label).to_owned(),
        topic: "reschedule".to_owned(),
    };
    notification.actions = labels.iter().map(action).collect();
    notification.can_skip = can_skip;
    notification
}

fn headed(heading: &str, body: ContentBody) -> Notification {
    let mut notification = definition("", body);
    notification.content.heading = heading.to_owned();
    notification
}

fn show(name: &str, notification: &Notification, occasion: &Occasion) -> String {
    let rendered = notification
        .content
        .render(Some(&table()), occasion)
        .unwrap();
    let mut out = format!("== {name}\n");
    let problem = text_problem(&rendered);
    let picture = rendered.picture.clone();
    let text = if notification.is_actionable() {
        let text = rendered.text.clone();
        let offer = NotificationOffer::new(notification, rendered, occasion);
        format!("{text}\n{}", offer.list())
    } else {
        rendered.text
    };
    let measured = measure(&text);
    out += &text;
    out.push('\n');
    if let Some((address, alt_text)) = picture {
        writeln!(out, "[picture {address}: {alt_text}]").unwrap();
    }
    let (segments, encoding) = (measured.segments, measured.encoding);
    writeln!(out, "-- {segments} × {encoding:?}").unwrap();
    if let Some(costly) = measured.costly {
        writeln!(out, "-- because of “{}”", costly.grapheme).unwrap();
    }
    if let Some(problem) = problem {
        writeln!(out, "-- not sent: {}", problem.words()).unwrap();
    }
    out
}

#[test]
fn s_10_s_13_every_kind_as_the_phone_gets_it() {
    let usual = occasion();
    let default = |body| definition("", body);
    let long = "Your case ${number} is ${status}. ".repeat(6);
    let mut row_without = usual.clone();
    row_without.row.remove("status");
    let shown = [
        show(
            "a text",
            &default(simple("Case ${number} is ${status}.")),
            &usual,
        ),
        show(
            "a text about an event",
            &headed(
                "",
                simple("The lorry comes ${event.parm1} to ${ event.parm2 }."),
            ),
            &usual,
        ),
        show(
            "a text without its value",
            &headed("", simple("Case ${number} is ${status}.")),
            &row_without,
        ),
        show(
            "a record card",
            &default(card(
                &["status", "total", "phone"],
                "https://desk.example/${number}",
            )),
            &usual,
        ),
        show(
            "a record card with an empty field",
            &headed("News from the workshop", card(&["status", "total"], "")),
            &row_without,
        ),
        show(
            "an image card",
            &default(image("The way to ${event.parm2}.")),
            &usual,
        ),
        show(
            "an image card without a text",
            &headed("", image("")),
            &usual,
        ),
        show(
            "with actions",
            &with_actions(
                default(simple("Your visit is ${event.parm1}.")),
                &["Another day", "Call me"],
                true,
            ),
            &usual,
        ),
        show(
            "with actions and no way past them",
            &with_actions(headed("", card(&["status"], "")), &["Pay now"], false),
            &usual,
        ),
        show("a long text", &headed("", simple(&long)), &usual),
        show(
            "a long text with one costly character",
            &headed("", simple(&format!("{long}— soon"))),
            &usual,
        ),
        show(
            "longer than a carrier takes",
            &headed("", simple(&long.repeat(8))),
            &usual,
        ),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

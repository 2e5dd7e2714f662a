//! Random texts, pictures, answers and clock jumps against random topics: nothing panics, nothing runs for
//! ever, no text is longer than the carrier takes, and no word of the bot reaches a person's thread.

use proptest::prelude::*;
use serde_json::{Value, json};
use tern_domain::UtcMillis;
use tern_domain::topic::{
    BotEffect, BotFact, BotInput, BotSession, BotSettings, BotValue, Phase, Said, SaidMedia,
    SetupTopic, StoredRow, TopicSet, compile, turn,
};
use tern_domain::verification::ProofOutcome;

use crate::samples;
use crate::script::START;

/// A node: its kind, and numbers that its ways and words are drawn from.
type Draft = (u8, usize, usize, bool);

fn node(index: usize, count: usize, (kind, first, second, flag): Draft) -> Value {
    let id = |number: usize| format!("n{}", number % count);
    let input = |kind: &str| {
        json!({
            "kind": kind, "variable": format!("v{}", index % 4), "prompt": "Question {{ v0 }}?",
            "topicSwitching": flag, "secure": second.is_multiple_of(5)
        })
    };
    let mut node = match kind {
        0 => {
            let mut ask = input("askText");
            ask["format"] = json!(["text", "email", "ip", "phone", "url"][first % 5]);
            ask
        }
        1 => {
            let mut ask = input("askChoice");
            ask["choices"] = (0..=first % 25)
                .map(|n| json!({ "label": format!("Pick {n}"), "value": n.to_string(), "next": id(n + second) }))
                .collect();
            ask
        }
        2 => {
            let mut ask = input("askRecords");
            ask["table"] = json!("orders");
            ask["label"] = json!("number");
            ask["noRecords"] = json!("None.");
            ask["multiple"] = json!(flag);
            ask
        }
        3 => {
            let mut ask = input("askYesNo");
            ask["skipIf"] = json!("true");
            ask["default"] = json!("\"true\"");
            if flag {
                ask["defaultConfirmation"] = json!("Really?");
            }
            ask
        }
        4 => input("askPicture"),
        5 => {
            json!({ "kind": "sayText", "text": ["{{ v0 }} {{ v1 }} ".repeat(1 + second % 40), "<b>Hi</b>"] })
        }
        6 => json!({ "kind": "decide", "branches": [
            { "when": format!("v{} == \"true\"", first % 4), "next": id(first) },
            { "when": if flag { "true" } else { "v0 == v1" }, "next": id(second) }
        ] }),
        7 => {
            let value = ["v1", "7 / 0", "3 % 2", "\"true\"", "[1, 2]"][second % 5];
            json!({ "kind": "set", "variables": [{ "name": format!("v{}", first % 4), "value": value }] })
        }
        8 => {
            json!({ "kind": "lookUp", "table": "orders", "variable": "order", "matching": [{ "column": "number", "equals": "v0" }], "notFound": id(second) })
        }
        9 => {
            json!({ "kind": "saveRecord", "table": "orders", "values": [{ "name": "note", "value": "v0" }], "variable": "order" })
        }
        10 => {
            json!({ "kind": "request", "url": "https://api.example.com/{{ v0 }}", "response": [{ "variable": "v2", "path": "/a" }] })
        }
        11 => json!({ "kind": "pause", "seconds": 1 + second % 60 }),
        12 => json!({ "kind": "transfer", "shortDescription": "{{ v0 }}" }),
        13 => json!({ "kind": "jump", "topic": "other", "resume": flag }),
        14 => {
            json!({ "kind": "block", "topic": "part", "inputs": [{ "name": "given", "value": "v0" }], "outputs": [{ "output": "taken", "variable": "v1" }] })
        }
        15 => json!({ "kind": "verify", "failed": id(second) }),
        _ => json!({ "kind": "end" }),
    };
    node["id"] = json!(id(index));
    if flag || !second.is_multiple_of(3) {
        node["next"] = json!(id(first));
    }
    node
}

fn nodes(drafts: &[Draft]) -> Value {
    drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| node(index, drafts.len(), *draft))
        .collect()
}

/// A set with two random topics and a random block. Errors that lint finds keep a topic out, as they do in
/// the product.
fn set(main: &[Draft], other: &[Draft], part: &[Draft], includes: u16) -> TopicSet {
    let settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        survey_percent: 50,
        includes: SetupTopic::ALL
            .into_iter()
            .enumerate()
            .filter(|(index, _)| includes & (1 << index) != 0)
            .map(|(_, part)| part)
            .collect(),
        ..BotSettings::default()
    };
    let names = ["v0", "v1", "v2", "v3", "order", "given", "taken"];
    let file = |name: &str, kind: &str, drafts: &[Draft]| {
        samples::topic(
            name,
            json!({
                "kind": kind, "keywords": [name], "autopilot": true, "resumeAfterSwitch": drafts.len().is_multiple_of(2),
                "inputs": names, "outputs": names, "nodes": nodes(drafts)
            }),
        )
    };
    let files = [
        file("main", "topic", main),
        file("other", "topic", other),
        file("part", "block", part),
    ];
    let mut around = samples::surroundings(&settings);
    for file in &files {
        around.topics.insert(file.name.clone(), file.signature());
    }
    let mut set = TopicSet::new(settings, [samples::orders()]);
    for file in files {
        if let (Some(topic), _) = compile(file, 1, &around) {
            set.publish(topic);
        }
    }
    set
}

fn draft(kinds: std::ops::Range<u8>) -> impl Strategy<Value = Draft> {
    (kinds, 0..40_usize, 0..40_usize, any::<bool>())
}

#[derive(Debug, Clone)]
enum Act {
    Say(String),
    Media(String, String),
    Late(String),
    ShortCode(String),
    Answer(u8),
    Stale(u8),
    Clock(i64),
    Person(u8),
    Autopilot(bool),
}

fn act() -> impl Strategy<Value = Act> {
    let text = prop_oneof![
        6 => prop::sample::select(vec![
            "main", "other", "1", "2.", "3)", "11", "more", "1,2", "yes", "nope", "skip", "hi", "help", "restart",
            "agent", "maya@example.com", "+1 415 555 0142", "10.0.0.1", "https://example.com/a.jpg", "pick 1",
            "STOP", "CANCEL", "Liked \u{201c}x\u{201d}", "\u{1f44d}", "", "  "
        ]).prop_map(str::to_owned),
        2 => ".{0,40}",
        1 => "[a-z \n]{0,2000}",
        1 => prop::sample::select(vec!["\u{1f600}".repeat(2_000), "{{ v0 }}{% for %}".to_owned(), "\0\u{202e}".to_owned()]),
    ];
    prop_oneof![
        10 => text.clone().prop_map(Act::Say),
        1 => (prop::sample::select(vec![SaidMedia::UNSEEN, SaidMedia::UNSEEN, "image/png", "image/svg+xml", "video/mp4", ""]), text.clone())
            .prop_map(|(kind, text)| Act::Media(kind.to_owned(), text)),
        1 => text.clone().prop_map(Act::Late),
        1 => text.prop_map(Act::ShortCode),
        6 => any::<u8>().prop_map(Act::Answer),
        1 => any::<u8>().prop_map(Act::Stale),
        2 => prop::sample::select(vec![-9_000_000_000_i64, -1, 0, 1, 60_000, 7_200_000, i64::MAX / 4]).prop_map(Act::Clock),
        2 => any::<u8>().prop_map(Act::Person),
        1 => any::<bool>().prop_map(Act::Autopilot),
    ]
}

fn answer(ticket: u32, which: u8) -> BotInput {
    let row = || StoredRow {
        id: "r".to_owned(),
        values: [("number".to_owned(), BotValue::from("A1"))].into(),
    };
    let seen = |kind: &str| SaidMedia {
        address: "m".to_owned(),
        content_type: kind.to_owned(),
    };
    match which % 14 {
        0 => BotInput::LookedUp {
            ticket,
            rows: Some(vec![row(); usize::from(which)]),
        },
        1 => BotInput::LookedUp {
            ticket,
            rows: Some(Vec::new()),
        },
        2 => BotInput::LookedUp { ticket, rows: None },
        3 => BotInput::Saved {
            ticket,
            row: Some(row()),
        },
        4 => BotInput::Saved { ticket, row: None },
        5 => BotInput::Requested {
            ticket,
            body: Some(json!({ "a": ["deep", { "b": 1.5 }] })),
        },
        6 => BotInput::Requested { ticket, body: None },
        7 => BotInput::Inspected {
            ticket,
            media: Some(vec![seen("application/pdf"), seen("image/png")]),
        },
        8 => BotInput::Inspected {
            ticket,
            media: Some(vec![seen(SaidMedia::UNSEEN)]),
        },
        9 => BotInput::Inspected {
            ticket,
            media: None,
        },
        10 => BotInput::Verified {
            ticket,
            outcome: [
                ProofOutcome::Asks,
                ProofOutcome::Heard,
                ProofOutcome::Verified,
                ProofOutcome::Failed,
                ProofOutcome::Locked,
                ProofOutcome::Expired,
                ProofOutcome::TooOften,
            ][usize::from(which) % 7],
            roles: vec!["public".to_owned()],
        },
        11 => BotInput::Unverified,
        12 => BotInput::StartProved {
            topic: "other".to_owned(),
            variables: std::collections::BTreeMap::new(),
        },
        _ => BotInput::PauseOver { ticket },
    }
}

fn input(act: Act, session: &BotSession) -> BotInput {
    let said = |text: String| Said {
        text: text.into(),
        ..Said::default()
    };
    match act {
        Act::Say(text) => BotInput::Said(said(text)),
        Act::Media(content_type, text) => BotInput::Said(Said {
            media: vec![SaidMedia {
                address: "m".to_owned(),
                content_type,
            }],
            ..said(text)
        }),
        Act::Late(text) => BotInput::Said(Said {
            late: true,
            ..said(text)
        }),
        Act::ShortCode(text) => BotInput::Said(Said {
            unanswerable: true,
            ..said(text)
        }),
        Act::Answer(which) => answer(session.last_ticket, which),
        Act::Stale(which) => answer(session.last_ticket.wrapping_add(1), which),
        Act::Clock(_) => BotInput::Silence,
        Act::Person(which) => match which % 5 {
            0 => BotInput::HandedOver,
            1 => BotInput::HandOverRefused { words: None },
            2 => BotInput::AgentAccepted,
            3 => BotInput::HandedBack,
            _ => BotInput::StartAt {
                topic: "main".to_owned(),
                node: None,
                variables: std::collections::BTreeMap::new(),
            },
        },
        Act::Autopilot(true) => BotInput::AutopilotBegin {
            topic: "main".to_owned(),
        },
        Act::Autopilot(false) => BotInput::AutopilotStop,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_bot_never_harms(
        main in prop::collection::vec(draft(0..17), 1..12),
        other in prop::collection::vec(draft(0..13), 1..6),
        part in prop::collection::vec(draft(0..12), 1..4),
        includes in any::<u16>(),
        seed in any::<u64>(),
        acts in prop::collection::vec(act(), 1..60),
    ) {
        let set = set(&main, &other, &part, includes);
        let mut session = BotSession::new(seed, START);
        let mut now = START;
        for act in acts {
            if let Act::Clock(jump) = act {
                now = UtcMillis(now.0.saturating_add(jump));
            }
            let before = session.clone();
            let input = input(act, &session);
            let is_text = matches!(input, BotInput::Said(_));
            let result = turn(&set, session, input.clone(), now);
            for reply in &result.replies {
                prop_assert!(reply.text.as_str().encode_utf16().count() <= 1_600);
                prop_assert!(!reply.text.is_blank() || !reply.pictures.is_empty());
            }
            let steps = result
                .effects
                .iter()
                .filter(|it| matches!(it, BotEffect::Fact(BotFact::NodeReached(_))))
                .count();
            // Each queued text has 200 nodes; what is said about it comes on top.
            prop_assert!(steps <= 21 * 220, "{steps} nodes in one turn");
            match before.phase {
                Phase::Agent if is_text => prop_assert!(result.replies.is_empty(), "talks over a person"),
                Phase::Queued if is_text && result.session.phase != Phase::Ended => {
                    prop_assert!(result.replies.is_empty(), "talks in the queue");
                }
                Phase::HandingOver if is_text => prop_assert!(result.replies.is_empty()),
                Phase::Ended => {
                    prop_assert!(result.replies.is_empty() && result.effects.is_empty());
                }
                _ => {}
            }
            prop_assert!(result.session.queued.len() <= 20);
            prop_assert!(result.session.frames.len() <= 16);
            let stored = serde_json::to_string(&result.session).unwrap();
            let read: BotSession = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(&read, &result.session);
            let again = turn(&set, before, input, now);
            prop_assert_eq!(
                serde_json::to_string(&again).unwrap(),
                serde_json::to_string(&result).unwrap()
            );
            session = read;
        }
    }
}

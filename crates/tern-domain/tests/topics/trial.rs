//! Trying a draft: the clock, rows that are written for nobody else, and any run as a test.

use std::collections::BTreeMap;

use serde_json::json;
use tern_domain::Millis;
use tern_domain::screening::Screen;
use tern_domain::segments::{measure, segment_starts};
use tern_domain::topic::{
    BotInput, BotSettings, Redaction, Said, StoredRow, TopicSet, Trial, TrialEvent,
    carrier_words_in, compile, stand_in,
};

use crate::samples;
use crate::script::{START, said};

/// The samples with one more topic, `try draft`.
fn topics(nodes: serde_json::Value) -> TopicSet {
    let settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    };
    let mut set = samples::set(settings.clone());
    let draft = samples::topic("draft", json!({ "nodes": nodes }));
    let (topic, findings) = compile(draft, 0, &samples::surroundings(&settings));
    set.publish(topic.unwrap_or_else(|| panic!("{findings:?}")));
    set
}

struct Desk {
    topics: TopicSet,
    trial: Trial,
    rows: Vec<StoredRow>,
}

impl Desk {
    fn trying(nodes: serde_json::Value) -> Self {
        Self {
            topics: topics(nodes),
            trial: Trial::new(7, BTreeMap::new(), START),
            rows: Vec::new(),
        }
    }

    /// Gives an input so many seconds after the start; the trial goes through its stored form.
    fn give(&mut self, seconds: i64, input: Option<BotInput>) -> Vec<TrialEvent> {
        let stored = serde_json::to_string(&self.trial).unwrap();
        self.trial = serde_json::from_str(&stored).unwrap();
        let at = START + Millis::seconds(seconds);
        let rows = self.rows.clone();
        let mut rows = |_: &_| Some(rows.clone());
        let known = BTreeMap::new();
        match input {
            Some(input) => self.trial.take(&self.topics, input, at, &known, &mut rows),
            None => self.trial.advance(&self.topics, at, &known, &mut rows),
        }
    }

    fn start(&mut self) -> Vec<TrialEvent> {
        let topic = "draft".to_owned();
        let variables = BTreeMap::new();
        self.give(
            0,
            Some(BotInput::StartAt {
                topic,
                node: None,
                variables,
            }),
        )
    }
}

fn texts(events: &[TrialEvent]) -> Vec<&str> {
    let replies = events.iter().filter_map(|event| match event {
        TrialEvent::Reply { reply, .. } => Some(reply.text.as_str()),
        _ => None,
    });
    replies.collect()
}

#[test]
fn v_21_a_pause_ends_when_the_clock_reaches_it() {
    let mut desk = Desk::trying(json!([
        { "id": "one", "kind": "sayText", "text": "One moment.", "next": "wait" },
        { "id": "wait", "kind": "pause", "seconds": 30, "next": "two" },
        { "id": "two", "kind": "askText", "variable": "what", "prompt": "Go on." }
    ]));
    assert_eq!(texts(&desk.start()), ["One moment."]);
    assert!(desk.trial.is_paused());
    assert_eq!(desk.trial.next_at(), Some(START + Millis::seconds(30)));
    assert!(texts(&desk.give(29, None)).is_empty());
    assert_eq!(texts(&desk.give(60, None)), ["Go on."]);
    // It ended at its own time, not when somebody looked.
    let after: i64 = desk.trial.steps.iter().map(|step| step.after.0).sum();
    assert_eq!(after, 30_000);
    assert_eq!(desk.trial.now, START + Millis::seconds(60));
}

#[test]
fn i_14_silence_comes_with_the_clock() {
    let mut desk = Desk::trying(json!([
        { "id": "ask", "kind": "askText", "variable": "what", "prompt": "What is it?" }
    ]));
    desk.start();
    let due = desk.trial.next_at().unwrap();
    assert_eq!(due, START + Millis::hours(2));
    let events = desk.give(7_200, None);
    assert!(events.contains(&TrialEvent::Silence), "{events:?}");
    assert_eq!(desk.trial.next_at(), None);
}

#[test]
fn v_21_rows_that_a_trial_writes_are_there_for_itself_alone() {
    let mut desk = Desk::trying(json!([
        { "id": "save", "kind": "saveRecord", "table": "orders", "variable": "mine",
          "values": [{ "name": "number", "value": "\"B7\"" }, { "name": "status", "value": "\"new\"" }],
          "next": "look" },
        { "id": "look", "kind": "lookUp", "table": "orders", "variable": "found",
          "matching": [{ "column": "number", "equals": "\"b7 \"" }], "next": "say" },
        { "id": "say", "kind": "sayText", "text": "It is {{ found.status }}.", "next": "ask" },
        { "id": "ask", "kind": "askText", "variable": "what", "prompt": "And now?" }
    ]));
    let events = desk.start();
    assert_eq!(texts(&events), ["It is new.", "And now?"]);
    assert_eq!(desk.trial.written.len(), 1);
    let changed = desk.trial.written[0].row.clone();
    assert_eq!(changed.values["number"].to_text(), "B7");
}

#[test]
fn t_7_a_text_that_became_several_says_so() {
    let long = "Twenty characters. \n".repeat(100);
    let mut desk = Desk::trying(json!([
        { "id": "long", "kind": "sayText", "text": long, "next": "ask" },
        { "id": "ask", "kind": "askText", "variable": "what", "prompt": "Short." }
    ]));
    let events = desk.start();
    let continues: Vec<bool> = events
        .iter()
        .filter_map(|event| match event {
            TrialEvent::Reply { continues, .. } => Some(*continues),
            _ => None,
        })
        .collect();
    assert_eq!(continues, [false, true, false]);
}

#[test]
fn v_20_a_secure_answer_is_not_kept_with_the_run() {
    let mut desk = Desk::trying(json!([
        { "id": "ask", "kind": "askText", "variable": "pin", "secure": true, "format": "custom",
          "pattern": "[0-9]{6}", "prompt": "Your number?", "next": "done" },
        { "id": "done", "kind": "askText", "variable": "what", "prompt": "Thank you." }
    ]));
    desk.start();
    desk.give(5, Some(said("my 998877")));
    assert_eq!(texts(&desk.give(9, Some(said("998877")))), ["Thank you."]);
    let stored = serde_json::to_string(&desk.trial).unwrap();
    assert!(!stored.contains("998877"), "{stored}");
    let test = desk.trial.to_test("Secure");
    assert!(test.differences(&desk.topics).is_empty());
}

#[test]
fn v_21_a_run_becomes_a_test_that_a_changed_topic_fails() {
    let nodes = |words: &str| {
        json!([
            { "id": "look", "kind": "lookUp", "table": "orders", "variable": "order",
              "matching": [{ "column": "number", "equals": "\"A1\"" }], "next": "say" },
            { "id": "say", "kind": "sayText", "text": format!("{words} {{{{ order.status }}}}."), "next": "ask" },
            { "id": "ask", "kind": "askText", "variable": "what", "prompt": "And now?", "next": "wait" },
            { "id": "wait", "kind": "pause", "seconds": 10, "next": "end" },
            { "id": "end", "kind": "sayText", "text": "Done." }
        ])
    };
    let mut desk = Desk::trying(nodes("It is"));
    desk.rows = vec![StoredRow {
        id: "r1".to_owned(),
        values: [("status".to_owned(), "on its way".into())].into(),
    }];
    assert_eq!(texts(&desk.start()), ["It is on its way.", "And now?"]);
    desk.give(5, Some(said("thanks")));
    desk.give(600, None);
    let test = desk.trial.to_test("Order");
    assert!(test.differences(&desk.topics).is_empty());
    let found = test.differences(&topics(nodes("Your order is")));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].node.as_ref().unwrap().node, "say");
}

#[test]
fn h_15_a_redacted_conversation_names_nobody() {
    let screen = Screen::default();
    let redaction = Redaction::new(&screen, ["Maya Al-Torres"]);
    let masked = redaction.text(
        "I am Maya, maya.torres@mail.test, call (415) 555-2671 or +49 30 901820. Card 4111 1111 1111 1111, \
         order 88231, flat 12, choice 2. Al-Torres",
    );
    for personal in [
        "aya",
        "mail.test",
        "2671",
        "901820",
        "4111 1111",
        "88231",
        "Torres",
    ] {
        assert!(!masked.contains(personal), "{personal} in {masked}");
    }
    assert!(masked.contains("flat 12, choice 2"), "{masked}");
    assert!(masked.contains("someone@example.com"), "{masked}");

    let mut desk = Desk::trying(json!([
        { "id": "ask", "kind": "askText", "variable": "number", "prompt": "Which?", "next": "look" },
        { "id": "look", "kind": "lookUp", "table": "orders", "variable": "order",
          "matching": [{ "column": "number", "equals": "number" }], "next": "say" },
        { "id": "say", "kind": "sayText", "text": "{{ customer_name }}: {{ order.note }} {{ number }}" }
    ]));
    desk.trial = Trial::new(
        7,
        [("customer_name".to_owned(), "Maya Al-Torres".into())].into(),
        START,
    );
    desk.rows = vec![StoredRow {
        id: "r1".to_owned(),
        values: [("note".to_owned(), "leave with maya".into())].into(),
    }];
    desk.start();
    desk.give(
        5,
        Some(BotInput::Said(Said {
            text: "0012345".into(),
            ..Said::default()
        })),
    );
    let test = redaction
        .test(desk.trial.to_test("Maya"))
        .accepted(&desk.topics);
    let stored = serde_json::to_string(&test).unwrap();
    assert!(!stored.to_lowercase().contains("maya"), "{stored}");
    assert!(!stored.contains("0012345"), "{stored}");
    let shown = test.steps.last().unwrap().replies[0]
        .text
        .as_str()
        .to_owned();
    assert!(shown.starts_with("Alex"), "{shown}");
}

#[test]
fn t_6_further_segments_begin_where_the_carrier_cuts() {
    assert!(segment_starts(&"a".repeat(160)).is_empty());
    assert_eq!(segment_starts(&"a".repeat(161)), [153]);
    assert_eq!(segment_starts(&"a".repeat(460)), [153, 306, 459]);
    assert_eq!(segment_starts(&"é€".repeat(60)), [102]);
    assert_eq!(segment_starts(&"😀".repeat(40)), [66]);
    for text in ["", "Hello", &"ä€{}".repeat(100), &"word 👩‍👩‍👧 ".repeat(60)] {
        let starts = segment_starts(text);
        assert_eq!(
            starts.len() + 1,
            usize::try_from(measure(text).segments).unwrap()
        );
        assert!(starts.is_sorted());
    }
}

#[test]
fn s_7_carrier_words_are_found_in_what_the_phone_shows() {
    let found = carrier_words_in("What now?\n1: Go on\n2: Cancel\nReply STOP to end.");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("“Cancel”"), "{found:?}");
    assert!(found[1].starts_with("“STOP”"), "{found:?}");
    assert!(carrier_words_in("We will stop here: cancel any time.").is_empty());
}

#[test]
fn v_20_a_stand_in_keeps_the_shape_alone() {
    assert_eq!(stand_in("Ab-90 ü"), "Xx-12 x");
}

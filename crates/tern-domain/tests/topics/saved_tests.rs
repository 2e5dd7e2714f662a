//! Saved tests: the same bytes, a changed text as a difference, and the node that it is about.

use serde_json::json;
use tern_domain::Millis;
use tern_domain::topic::{
    BotInput, BotSettings, Said, SavedStep, SavedTest, StoredRow, TopicSet, compile,
};

use crate::samples;
use crate::script::{START, said};

fn step(seconds: i64, input: BotInput) -> SavedStep {
    SavedStep {
        after: Millis::seconds(seconds),
        known: std::collections::BTreeMap::new(),
        input,
        replies: Vec::new(),
    }
}

fn saved(topics: &TopicSet) -> SavedTest {
    let row = StoredRow {
        id: "r".to_owned(),
        values: [("number".to_owned(), "A1".into())].into(),
    };
    SavedTest {
        name: "A card".to_owned(),
        seed: 7,
        began_at: START,
        known: std::collections::BTreeMap::new(),
        steps: vec![
            step(
                0,
                BotInput::Begin {
                    first: Said {
                        text: "try card".into(),
                        ..Said::default()
                    },
                },
            ),
            step(
                1,
                BotInput::LookedUp {
                    ticket: 99,
                    rows: Some(vec![row]),
                },
            ),
            step(60, said("try text")),
            step(5, said("blue")),
        ],
        unknown: serde_json::Map::new(),
    }
    .accepted(topics)
}

fn settings() -> BotSettings {
    BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    }
}

#[test]
fn a_saved_test_shows_the_same_bytes_and_survives_being_stored() {
    let topics = samples::set(settings());
    let test = saved(&topics);
    assert!(
        test.steps[1].replies[0]
            .text
            .as_str()
            .starts_with("Order A1")
    );
    assert_eq!(test.steps[3].replies[0].text.as_str(), "Got blue.");
    assert!(test.differences(&topics).is_empty());
    let stored = serde_json::to_string(&test).unwrap();
    let read: SavedTest = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, test);
    assert!(read.differences(&topics).is_empty());
}

#[test]
fn a_changed_text_is_a_difference_that_names_the_node() {
    let mut topics = samples::set(settings());
    let test = saved(&topics);
    let changed = samples::topic(
        "text",
        json!({ "nodes": [
            { "id": "ask", "kind": "askText", "variable": "answer", "prompt": "What is it?", "next": "done" },
            { "id": "done", "kind": "sayText", "text": "Received {{ answer }}." }
        ] }),
    );
    topics.publish(
        compile(changed, 2, &samples::surroundings(&settings()))
            .0
            .unwrap(),
    );
    let found = test.differences(&topics);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].step, 3);
    let node = found[0].node.as_ref().unwrap();
    assert_eq!((node.topic.as_str(), node.node.as_str()), ("text", "done"));
    assert_eq!(found[0].expected[0].text.as_str(), "Got blue.");
    assert_eq!(found[0].actual[0].text.as_str(), "Received blue.");
    assert!(test.accepted(&topics).differences(&topics).is_empty());
}

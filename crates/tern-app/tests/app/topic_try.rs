//! Drafts on a handset and saved tests, over a real file: what is tried is what customers get.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tern_app::dto::*;

use crate::handover::publish;
use crate::rig::{Rig, wait_for};

const HOUR: i64 = 3_600_000;
const NOW: i64 = 1_800_000_000_000;

fn facts(name: &str, number: &str) -> TryFacts {
    TryFacts {
        customer_name: name.to_owned(),
        customer_number: number.to_owned(),
        open_now: true,
        agent_there: true,
        proof: TryProof::Verified,
    }
}

fn named(name: &str) -> TopicRef {
    TopicRef {
        name: name.to_owned(),
    }
}

/// A draft with one more trial of it.
struct Trial<'r> {
    rig: &'r Rig,
    file: String,
    facts: TryFacts,
    turn: Option<TryTurn>,
}

impl<'r> Trial<'r> {
    fn of(rig: &'r Rig, file: impl Into<String>) -> Self {
        Self {
            rig,
            file: file.into(),
            facts: facts("Maya Torres", "+12025550147"),
            turn: None,
        }
    }

    async fn give(&mut self, at: i64, input: TryInput) -> &TryTurn {
        let turn = self
            .rig
            .app
            .try_topic(TryTopic {
                file: self.file.clone(),
                session: self.turn.as_ref().map(|it| it.session.clone()),
                facts: self.facts.clone(),
                input,
                at,
            })
            .await
            .unwrap();
        self.turn.insert(turn)
    }

    async fn start(&mut self) -> &TryTurn {
        let variables = BTreeMap::new();
        self.give(
            NOW,
            TryInput::StartAt {
                node: None,
                variables,
            },
        )
        .await
    }

    async fn say(&mut self, at: i64, text: &str) -> &TryTurn {
        let (text, media) = (text.to_owned(), Vec::new());
        let input = match self.turn {
            None => TryInput::Begin { text, media },
            Some(_) => TryInput::Said { text, media },
        };
        self.give(at, input).await
    }
}

fn texts(turn: &TryTurn) -> Vec<&str> {
    turn.replies.iter().map(|it| it.text.as_str()).collect()
}

fn notes(turn: &TryTurn) -> String {
    let notes: Vec<_> = turn.notes.iter().map(|it| it.text.as_str()).collect();
    notes.join("\n")
}

async fn add_order(rig: &Rig, number: &str, status: &str) {
    let cells = [("number", number), ("status", status)];
    rig.app
        .save_row(SaveRow {
            table: "orders".to_owned(),
            id: None,
            cells: cells
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        })
        .await
        .unwrap();
}

async fn ready(rig: &Rig, name: &str) -> String {
    rig.app.add_ready_topic(named(name)).await.unwrap().file
}

#[tokio::test]
async fn v_21_a_draft_is_tried_with_the_real_tables_and_writes_nothing() {
    let rig = Rig::practising().await;
    let file = ready(&rig, "order_status").await;
    add_order(&rig, "A1043", "On its way").await;
    let mut trial = Trial::of(&rig, file);
    let turn = trial.start().await;
    assert_eq!(turn.waits_for, TryWait::Words);
    assert_eq!(turn.at_node.as_ref().unwrap().node, "ask_number");
    let turn = trial.say(NOW, "a1043 ").await;
    assert!(
        texts(turn)[0].contains("Status: On its way"),
        "{:?}",
        texts(turn)
    );
    assert!(
        notes(turn).contains("One row was found."),
        "{}",
        notes(turn)
    );
    let path: Vec<_> = turn.path.iter().map(|it| it.node.as_str()).collect();
    assert!(
        path.ends_with(&["closing"]) || path.contains(&"card"),
        "{path:?}"
    );
    assert_eq!(turn.replies[0].segments, 1);

    let file = ready(&rig, "report_problem").await;
    let mut trial = Trial::of(&rig, file);
    trial.start().await;
    for _ in 0..6 {
        trial.say(NOW, "skip").await;
    }
    let page = ListRows {
        table: "problems".to_owned(),
        search: String::new(),
        after: None,
        limit: 10,
    };
    assert_eq!(rig.app.list_rows(page).await.unwrap().total, 0);
    assert!(
        rig.app
            .list_conversations(ListConversations {
                list: InboxList::New,
                after: None,
                limit: 10
            })
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test]
async fn h_3_a_trial_is_handed_over_refused_and_handed_back_and_its_clock_can_be_moved() {
    let rig = Rig::practising().await;
    let mut trial = Trial::of(&rig, ready(&rig, "hours_and_location").await);
    let turn = trial.say(NOW, "agent").await;
    assert_eq!(turn.waits_for, TryWait::Somebody, "{}", notes(turn));
    let turn = trial.give(NOW, TryInput::HandOverRefused).await;
    assert!(
        texts(turn)[0].starts_with("Nobody from the team"),
        "{:?}",
        texts(turn)
    );
    trial.say(NOW, "agent").await;
    let turn = trial.give(NOW, TryInput::HandedOver).await;
    assert_eq!(turn.waits_for, TryWait::Agent);
    trial.give(NOW, TryInput::AgentAccepts).await;
    assert!(
        texts(trial.say(NOW, "opening hours").await).is_empty(),
        "the agent has it"
    );
    let turn = trial.give(NOW, TryInput::HandedBack).await;
    assert_eq!(turn.waits_for, TryWait::Words);
    let next = turn.next_at.expect("silence is watched");
    let turn = trial.give(next + HOUR, TryInput::Time).await;
    assert!(turn.ended, "{}", notes(turn));
    assert_eq!(turn.at, next + HOUR);
}

#[tokio::test]
async fn s_7_carrier_words_segments_and_split_points_are_shown() {
    let rig = Rig::practising().await;
    let file = json!({
        "format": 1, "name": "words", "displayName": "Words", "start": "say",
        "nodes": [
            { "id": "say", "kind": "sayText", "text": "x".repeat(200), "next": "ask" },
            { "id": "ask", "kind": "askChoice", "variable": "what", "prompt": "Which 😀?",
              "choices": [{ "label": "Yes", "value": "1" }, { "label": "Later", "value": "2" }] }
        ],
    });
    let mut trial = Trial::of(&rig, file.to_string());
    let turn = trial.start().await;
    let [long, choice] = turn.replies.as_slice() else {
        panic!("{:?}", texts(turn));
    };
    assert_eq!((long.segments, long.split_at.as_slice()), (2, &[153][..]));
    assert_eq!(choice.delay_ms, 2_000);
    assert_eq!(choice.costly.as_deref(), Some("😀"));
    assert_eq!(choice.carrier_words.len(), 1, "{:?}", choice.carrier_words);
    let turn = trial.say(NOW, "STOP").await;
    assert!(texts(turn).is_empty());
    assert!(notes(turn).contains("carrier"), "{}", notes(turn));
    for (word, wanted) in [
        ("START", "The carrier answers this word itself."),
        ("YES", "lifts a block"),
        ("help", "its own help text"),
    ] {
        let turn = trial.say(NOW, word).await;
        assert!(notes(turn).contains(wanted), "{word}: {}", notes(turn));
    }
    let turn = trial.say(NOW, "yes please").await;
    assert!(!notes(turn).contains("carrier"), "{}", notes(turn));
}

#[tokio::test]
async fn v_20_a_secure_answer_is_masked_and_a_broken_draft_is_refused_in_words() {
    let rig = Rig::practising().await;
    let mut file = json!({
        "format": 1, "name": "pin", "displayName": "Pin", "start": "ask",
        "nodes": [
            { "id": "ask", "kind": "askText", "variable": "pin", "secure": true, "prompt": "Your number?", "next": "more" },
            { "id": "more", "kind": "askText", "variable": "more", "prompt": "Thank you." }
        ],
    });
    let mut trial = Trial::of(&rig, file.to_string());
    trial.start().await;
    let turn = trial.say(NOW, "998877").await;
    assert!(!turn.session.contains("998877"));
    let pin = turn.variables.iter().find(|it| it.name == "pin").unwrap();
    assert!(pin.secure && pin.value.is_empty());
    file["nodes"][0]["next"] = json!("nowhere");
    let refused = rig
        .app
        .try_topic(TryTopic {
            file: file.to_string(),
            session: None,
            facts: facts("", ""),
            input: TryInput::Time,
            at: NOW,
        })
        .await
        .err()
        .expect("a way to nowhere cannot run");
    assert!(
        refused.message.starts_with("This draft cannot run yet."),
        "{refused}"
    );
}

#[tokio::test]
async fn v_21_a_run_is_saved_as_a_test_that_names_the_node_of_a_changed_text_and_stops_publishing()
{
    let rig = Rig::practising().await;
    let app = &rig.app;
    let file = ready(&rig, "order_status").await;
    add_order(&rig, "A1043", "On its way").await;
    let mut trial = Trial::of(&rig, file.clone());
    trial.start().await;
    let session = trial.say(NOW, "A1043").await.session.clone();
    let fresh = app
        .test_from_run(TestFromRun {
            file: file.clone(),
            session,
        })
        .await
        .unwrap();
    assert_eq!(fresh.name, "A1043");
    let id = uuid::Uuid::now_v7().to_string();
    let saving = SaveTopicTest {
        id: id.clone(),
        topic: "order_status".to_owned(),
        name: "An order".to_owned(),
        document: fresh.document,
    };
    let tests = app.save_topic_test(saving).await.unwrap();
    assert_eq!(tests.len(), 1);
    let run = async |file: &str| {
        let request = RunTopicTests {
            topic: "order_status".to_owned(),
            file: file.to_owned(),
        };
        app.run_topic_tests(request).await.unwrap().remove(0)
    };
    assert!(run(&file).await.passed);

    let changed = file.replace("\"label\": \"Status\"", "\"label\": \"State\"");
    assert_ne!(changed, file);
    let failed = run(&changed).await;
    assert!(!failed.passed);
    let difference = &failed.differences[0];
    assert_eq!(difference.node.as_deref(), Some("card"));
    assert!(difference.expected[0].contains("Status: On its way"));
    assert!(difference.actual[0].contains("State: On its way"));

    let kept = app
        .save_topic(SaveTopic {
            file: changed.clone(),
            base_revision: Some(1),
            renamed_from: None,
        })
        .await
        .unwrap();
    let publish = |despite_tests| PublishTopic {
        name: "order_status".to_owned(),
        revision: kept.revision,
        note: String::new(),
        despite_tests,
    };
    let stopped = app.publish_topic(publish(false)).await.unwrap();
    assert_eq!(stopped.failed_tests.len(), 1);
    assert_eq!(stopped.topic.published_version, None);
    app.accept_topic_test(AcceptTopicTest {
        topic: "order_status".to_owned(),
        file: changed.clone(),
        id: id.clone(),
    })
    .await
    .unwrap();
    assert!(run(&changed).await.passed);
    let published = app.publish_topic(publish(false)).await.unwrap();
    assert_eq!(published.topic.published_version, Some(1));

    let left = app
        .delete_topic_test(TopicTestRef {
            topic: "order_status".to_owned(),
            id,
        })
        .await
        .unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn v_21_publishing_a_block_runs_the_saved_tests_of_the_topics_that_call_it() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let block = json!({
        "format": 1, "name": "terms", "displayName": "Terms", "kind": "block", "start": "say",
        "nodes": [{ "id": "say", "kind": "sayText", "text": "It costs 5." }],
    });
    let caller = json!({
        "format": 1, "name": "rent", "displayName": "Rent a bike", "keywords": ["rent"], "start": "call",
        "nodes": [
            { "id": "call", "kind": "block", "topic": "terms", "next": "done" },
            { "id": "done", "kind": "sayText", "text": "See you." },
        ],
    });
    publish(&rig, block.clone()).await;
    publish(&rig, caller.clone()).await;
    let mut trial = Trial::of(&rig, caller.to_string());
    let session = trial.start().await.session.clone();
    let file = caller.to_string();
    let fresh = app
        .test_from_run(TestFromRun { file, session })
        .await
        .unwrap();
    let saving = SaveTopicTest {
        id: uuid::Uuid::now_v7().to_string(),
        topic: "rent".to_owned(),
        name: "The price".to_owned(),
        document: fresh.document,
    };
    app.save_topic_test(saving).await.unwrap();

    let dearer = block.to_string().replace("costs 5", "costs 7");
    let kept = app
        .save_topic(SaveTopic {
            file: dearer,
            base_revision: Some(1),
            renamed_from: None,
        })
        .await
        .unwrap();
    let publishing = |despite_tests| PublishTopic {
        name: "terms".to_owned(),
        revision: kept.revision,
        note: String::new(),
        despite_tests,
    };
    let stopped = app.publish_topic(publishing(false)).await.unwrap();
    assert_eq!(stopped.topic.published_version, Some(1));
    let [failed] = stopped.failed_tests.as_slice() else {
        panic!("{:?}", stopped.failed_tests);
    };
    assert_eq!(failed.name, "The price");
    assert_eq!(failed.topic.as_deref(), Some("Rent a bike"));
    assert!(failed.differences[0].actual[0].contains("costs 7"));
    let published = app.publish_topic(publishing(true)).await.unwrap();
    assert_eq!(published.topic.published_version, Some(2));
    // What fails already says nothing about the next change.
    let again = publishing(false);
    let again = app.publish_topic(again).await.unwrap();
    assert!(again.failed_tests.is_empty());
}

#[tokio::test]
async fn h_15_a_conversation_that_happened_becomes_a_test_without_who_it_was_with() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let file = ready(&rig, "order_status").await;
    add_order(&rig, "7788123", "On its way").await;
    let number = app.practice_handsets().await.unwrap()[0].number.clone();
    rig.text(&number, "where is my order").await;
    rig.next_second().await;
    let row = rig
        .text(
            &number,
            "7788123, call me on (415) 555-2671 or maya@mail.test",
        )
        .await;
    let fresh = app
        .test_from_conversation(TestFromConversation {
            file,
            conversation_id: row.id,
        })
        .await
        .unwrap();
    let said: Vec<_> = fresh
        .steps
        .iter()
        .filter(|it| it.said)
        .map(|it| it.input.as_str())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(said[0], "where is my order");
    let digits = number.trim_start_matches('+');
    for personal in ["7788123", "2671", "mail.test", digits] {
        assert!(
            !fresh.document.contains(personal),
            "{personal}: {}",
            fresh.document
        );
    }
    let saved: Value = serde_json::from_str(&fresh.document).unwrap();
    assert!(
        saved["steps"][0]["replies"]
            .as_array()
            .is_some_and(|it| !it.is_empty())
    );
}
#[tokio::test]
async fn t_5_a_run_in_the_handset_and_a_run_over_the_line_show_the_same_bytes() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let file = ready(&rig, "order_status").await;
    add_order(&rig, "A1043", "On its way").await;
    app.publish_topic(PublishTopic {
        name: "order_status".to_owned(),
        revision: 1,
        note: String::new(),
        despite_tests: false,
    })
    .await
    .unwrap();
    let agent = app.virtual_agent().await.unwrap();
    app.save_virtual_agent(VirtualAgentView { on: true, ..agent })
        .await
        .unwrap();
    let number = app.practice_handsets().await.unwrap()[0].number.clone();

    let mut trial = Trial::of(&rig, file);
    trial.facts = facts("", &number);
    let mut tried: Vec<String> = Vec::new();
    // No word that the carrier answers itself: those answers come between.
    for text in ["where is my order", "Z9", "yep", "A1043", "menu", "bye"] {
        let turn = trial.say(NOW, text).await;
        tried.extend(turn.replies.iter().map(|it| it.text.clone()));
        rig.next_second().await;
        rig.write(&number, text, vec![]).await;
        let so_far = tried.len();
        let received = wait_for(app, &format!("the answers to “{text}”"), async || {
            let received = rig.received(&number).await;
            (received.len() >= so_far).then_some(received)
        })
        .await;
        let received: Vec<_> = received.into_iter().map(|it| it.body).collect();
        assert_eq!(received, tried);
    }
}

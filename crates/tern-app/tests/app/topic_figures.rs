//! Figures of topics, from real conversations over the line.

use serde_json::{Value, json};
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::handover::publish;
use crate::queue_texts::told;
use crate::rig::{Rig, wait_for};
use crate::team::{add_agent, sign_in, staffed};

const SIZE: &str = "Which size?\n1: Small\n2: Large";
const GIFT: &str = "Is it a gift?";
const NAME: &str = "What is your name?";
const NUMBERS: &str = "Please answer with one of the numbers.\nWhich size?\n1: Small\n2: Large";

async fn shop() -> Rig {
    let (rig, _) = staffed(600).await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "shop", "displayName": "Shop", "keywords": ["buy"], "start": "size",
            "nodes": [
                { "id": "size", "kind": "askChoice", "variable": "size", "prompt": "Which size?", "next": "gift",
                  "choices": [{ "label": "Small", "value": "small" }, { "label": "Large", "value": "large" }] },
                { "id": "gift", "kind": "askYesNo", "variable": "gift", "prompt": GIFT, "next": "name" },
                { "id": "name", "kind": "askText", "variable": "name", "prompt": NAME, "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Thank you, {{ name }}." },
            ],
        }),
    )
    .await;
    let mut decided = rig.app.virtual_agent().await.unwrap();
    decided.on = true;
    let mut chat: Value = serde_json::from_str(&decided.chat).unwrap();
    chat["includes"] = json!([]);
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
    rig
}

/// Somebody writes, and what their phone shows then.
async fn says(rig: &Rig, phone: &str, text: &str, shown: &[&str]) {
    rig.next_second().await;
    rig.write(phone, text, vec![]).await;
    told(rig, phone, shown).await;
}

#[tokio::test]
async fn k_1_figures_are_what_happened_in_real_conversations() {
    let rig = shop().await;
    let phones: Vec<_> = rig.app.practice_handsets().await.unwrap();
    let [one, two, three] = [0, 1, 2].map(|index| phones[index].number.clone());
    // One goes to the end, after four texts.
    says(&rig, &one, "buy", &[SIZE]).await;
    says(&rig, &one, "1", &[SIZE, GIFT]).await;
    says(&rig, &one, "yep", &[SIZE, GIFT, NAME]).await;
    says(&rig, &one, "Anna", &[SIZE, GIFT, NAME, "Thank you, Anna."]).await;
    // One is not understood once, picks the other size, and leaves at the second question.
    says(&rig, &two, "buy", &[SIZE]).await;
    says(&rig, &two, "huge", &[SIZE, NUMBERS]).await;
    says(&rig, &two, "large", &[SIZE, NUMBERS, GIFT]).await;
    rig.next_second().await;
    rig.write(&two, "bye", vec![]).await;
    // One wants a person at the third question.
    says(&rig, &three, "buy", &[SIZE]).await;
    says(&rig, &three, "1", &[SIZE, GIFT]).await;
    says(&rig, &three, "no", &[SIZE, GIFT, NAME]).await;
    rig.next_second().await;
    rig.write(&three, "agent", vec![]).await;

    let figures = wait_for(&rig.app, "the figures", async || {
        let of = TopicFiguresOf {
            name: "shop".to_owned(),
            version: None,
            days: None,
        };
        let figures = rig.app.topic_figures(of).await.unwrap();
        (figures.handed_over + figures.abandoned == 2).then_some(figures)
    })
    .await;
    assert_eq!(figures.versions, [1]);
    assert_eq!(
        (figures.started, figures.completed, figures.failed),
        (3, 1, 0)
    );
    assert_eq!((figures.abandoned, figures.handed_over), (1, 1));
    // Three, three and three texts while it ran.
    assert_eq!(figures.average_turns, Some(3.0));
    let node = |id: &str| figures.nodes.iter().find(|it| it.node == id).unwrap();
    let reached = ["size", "gift", "name", "done"].map(|id| node(id).reached);
    assert_eq!(reached, [3, 3, 2, 1]);
    assert_eq!((node("size").rejected, node("gift").abandoned), (1, 1));
    assert_eq!(node("name").handed_over, 1);
    let picked = |id: &str| -> Vec<(String, u64)> {
        let options = &node(id).options;
        options
            .iter()
            .map(|it| (it.option.clone(), it.picked))
            .collect()
    };
    let of = |option: &str, count| (option.to_owned(), count);
    assert_eq!(picked("size"), [of("small", 2), of("large", 1)]);
    assert_eq!(picked("gift"), [of("false", 1), of("true", 1)]);
    assert!(picked("name").is_empty(), "a free text is nobody's figure");
}

#[tokio::test]
async fn k_3_figures_of_a_topic_are_for_supervisors_and_administrators() {
    let rig = shop().await;
    let asked = || TopicFiguresOf {
        name: "shop".to_owned(),
        version: None,
        days: None,
    };
    rig.app.topic_figures(asked()).await.unwrap();
    let ben = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ben).await;
    let refused = rig.app.topic_figures(asked()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert_eq!(
        refused.message,
        "Only a supervisor or an administrator can look at figures of the whole team."
    );
    // The topic itself is everybody's to read.
    assert!(rig.app.list_topics().await.is_ok());
}

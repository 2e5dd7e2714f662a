//! V-20, H-15: answers to secure questions are heard and kept nowhere.

use serde_json::json;
use tern_domain::Handler;
use tern_domain::bot::HIDDEN_ANSWER;
use tern_domain::search::plain_terms;
use tern_store::SearchQuery;

use super::served::{HELLO, settings, topic, topics};
use crate::line::{ANNA, Line, until};

#[tokio::test]
async fn v_20_a_secure_answer_is_heard_and_kept_nowhere() {
    let line = Line::with_bot().await;
    line.says(ANNA, "secret", 2).await;
    line.says(ANNA, "it is 12345", 3).await;
    let shown = line.says(ANNA, "4711", 4).await;
    assert_eq!(shown[3], "Thank you.");
    let wrong = "That does not look right.\nYour PIN?";
    line.thread_becomes(
        ANNA,
        &[
            "secret",
            HELLO,
            "Your PIN?",
            HIDDEN_ANSWER,
            wrong,
            HIDDEN_ANSWER,
            "Thank you.",
        ],
    )
    .await;
    let thread = line.thread(ANNA).await;
    assert_eq!(thread[5].masked, ["Secure answer"]);
    let session = line.session(line.interaction().await.id).await.unwrap();
    let stored = serde_json::to_string(&session).unwrap();
    assert!(!stored.contains("4711") && !stored.contains("12345"));
    assert_eq!(found(&line, "4711").await, 0);
    assert_eq!(found(&line, "Thank").await, 1);
}

#[tokio::test]
async fn v_20_what_is_said_before_a_secure_question_comes_is_not_kept_for_it() {
    let line = Line::with_bot().await;
    line.says(ANNA, "secret", 2).await;
    line.says(ANNA, "4711", 3).await;
    line.next_second().await;
    line.text(ANNA, "0815").await;
    until("the early answer", async || {
        (line.thread(ANNA).await.len() == 6).then_some(())
    })
    .await;
    assert_eq!(line.bodies(ANNA).await[5], HIDDEN_ANSWER);
    let session = line.session(line.interaction().await.id).await.unwrap();
    assert!(session.queued.is_empty());
    line.clock.advance(31_000);
    line.phone_shows(
        ANNA,
        &[HELLO, "Your PIN?", "Thank you.", "And the other one?"],
    )
    .await;
    line.says(ANNA, "0815", 5).await;
    assert_eq!(found(&line, "0815").await, 0);
}

#[tokio::test]
async fn v_20_commands_act_at_a_secure_question_and_are_no_secret() {
    let line = Line::with_bot().await;
    line.says(ANNA, "secret", 2).await;
    line.next_second().await;
    line.text(ANNA, "help").await;
    line.bot_wrote(ANNA, 3).await;
    assert_eq!(line.bodies(ANNA).await[3], "help");
}

#[tokio::test]
async fn v_20_a_code_is_not_kept_where_a_text_before_it_will_find_the_topic_that_asks_for_it() {
    let line = Line::start().await;
    let pause = topic(
        "moment",
        json!({ "nodes": [
            { "id": "wait", "kind": "pause", "seconds": 30, "next": "done" },
            { "id": "done", "kind": "sayText", "text": "Here I am." }
        ]}),
    );
    let files = topics().into_iter().chain([pause]).collect();
    line.serve(settings(), files).await;
    line.text(ANNA, "a moment").await;
    line.phone_shows(ANNA, &[HELLO]).await;
    for (text, kept) in [
        ("A-1 is my order", "A-1 is my order"),
        ("my secret, please", "my secret, please"),
        ("4711", HIDDEN_ANSWER),
    ] {
        line.next_second().await;
        line.text(ANNA, text).await;
        until(&format!("“{text}” as “{kept}”"), async || {
            (line.bodies(ANNA).await.last()? == kept).then_some(())
        })
        .await;
    }
    line.clock.advance(31_000);
    until("the question for the PIN", async || {
        let shown = line.received_by(ANNA).await;
        (shown.last()? == "Your PIN?").then_some(())
    })
    .await;
    let session = line.session(line.interaction().await.id).await.unwrap();
    assert!(session.queued.is_empty(), "{:?}", session.queued);
    assert_eq!(found(&line, "4711").await, 0);
}

#[tokio::test]
async fn v_20_a_secure_answer_that_comes_too_late_is_as_secret() {
    let mut line = Line::with_bot().await;
    line.says(ANNA, "secret", 2).await;
    line.stop_engine().await;
    line.next_second().await;
    line.text(ANNA, "4711").await;
    line.clock.advance(65 * 60 * 1000);
    line.start_engine();
    line.interaction_becomes("the queue", |it| it.handler == Handler::Queue)
        .await;
    assert_eq!(line.bodies(ANNA).await[3], HIDDEN_ANSWER);
    assert_eq!(found(&line, "4711").await, 0);
}

#[tokio::test]
async fn v_20_one_more_try_after_the_question_was_given_up_is_not_kept() {
    let line = Line::with_bot().await;
    line.says(ANNA, "secret", 2).await;
    for shown in 3..=6 {
        line.says(ANNA, "12345", shown).await;
    }
    line.says(ANNA, "471123", 7).await;
    assert_eq!(found(&line, "471123").await, 0);
    let session = line.session(line.interaction().await.id).await.unwrap();
    let stored = serde_json::to_string(&session).unwrap();
    assert!(!stored.contains("471123"), "{stored}");
    line.says(ANNA, "pizza2", 8).await;
    line.says(ANNA, "pizza", 9).await;
    until("words that are understood to be kept", async || {
        (found(&line, "pizza").await == 1).then_some(())
    })
    .await;
}

async fn found(line: &Line, words: &str) -> usize {
    let query = SearchQuery {
        terms: plain_terms(words),
        ..SearchQuery::default()
    };
    let page = line.store.read(move |conn| conn.search(&query)).await;
    page.unwrap().hits.len()
}

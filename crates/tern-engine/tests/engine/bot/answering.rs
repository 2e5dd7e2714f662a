//! T-4, T-7, T-8, T-13: texts in, answers out.

use serde_json::json;
use tern_domain::{Author, CloseReason, Direction, Handler, InteractionState, OutboxState};
use tern_engine::Arrival;

use super::served::{HELLO, ours, settings, topics};
use crate::line::{ANNA, BEN, Line, until};

#[tokio::test]
async fn r_1_r_11_the_first_text_is_greeted_and_finds_its_topic() {
    let line = Line::with_bot().await;
    line.text(ANNA, "I want a pizza").await;
    line.phone_shows(ANNA, &[HELLO, "Which size?\n1: Small\n2: Large"])
        .await;
    let interaction = line.interaction().await;
    assert_eq!(interaction.handler, Handler::VirtualAgent);
    assert_eq!(interaction.state, InteractionState::WorkInProgress);
    assert!(interaction.with_bot);
    assert_eq!(
        line.unread(ANNA).await,
        0,
        "nobody of the team is waited for"
    );
    let thread = line.thread(ANNA).await;
    let authors: Vec<_> = thread.iter().map(|text| text.author).collect();
    let bot = Some(Author::VirtualAgent);
    assert_eq!(authors, [None, bot, bot]);
}

#[tokio::test]
async fn r_3_answers_go_on_with_the_topic_in_the_same_interaction() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let interaction = line.interaction().await;
    line.says(ANNA, "2", 3).await;
    line.says(ANNA, "Anna", 4).await;
    let shown = line.received_by(ANNA).await;
    assert_eq!(shown[2..], ["What is your name?", "Thank you, Anna: l."]);
    assert_eq!(line.interaction().await.id, interaction.id);
}

#[tokio::test]
async fn r_4_numbers_that_people_answer_alone_go_to_the_queue() {
    let line = Line::start().await;
    let mut agent = settings();
    agent.live_agent_only = [ours()].into();
    line.serve(agent, topics()).await;
    line.text(ANNA, "pizza").await;
    line.thread_becomes(ANNA, &["pizza"]).await;
    assert_eq!(line.interaction().await.handler, Handler::Queue);
    assert_eq!(line.unread(ANNA).await, 1);
}

#[tokio::test]
async fn r_4_switched_off_a_new_conversation_goes_to_the_queue_and_a_running_one_goes_on() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let mut off = settings();
    off.on = false;
    line.serve(off, Vec::new()).await;
    line.text(BEN, "pizza").await;
    line.thread_becomes(BEN, &["pizza"]).await;
    assert_eq!(line.latest_of(BEN).await.unwrap().handler, Handler::Queue);
    line.says(ANNA, "1", 3).await;
}

#[tokio::test]
async fn r_9_t_13_a_burst_is_answered_text_by_text_in_order() {
    let mut line = Line::with_bot().await;
    line.stop_engine().await;
    for text in ["pizza", "1", "Anna", "terms"] {
        line.text(ANNA, text).await;
        line.next_second().await;
    }
    line.start_engine();
    let shown = until("all answers", async || {
        let shown = line.received_by(ANNA).await;
        shown
            .last()
            .is_some_and(|it| it == "That is all.")
            .then_some(shown)
    })
    .await;
    assert_eq!(
        shown[..4],
        [
            HELLO,
            "Which size?\n1: Small\n2: Large",
            "What is your name?",
            "Thank you, Anna: s."
        ]
    );
}

#[tokio::test]
async fn t_7_a_long_answer_is_split_between_lines_and_arrives_in_order() {
    let line = Line::with_bot().await;
    line.text(ANNA, "terms").await;
    let shown = until("the end of the terms", async || {
        let shown = line.received_by(ANNA).await;
        shown
            .last()
            .is_some_and(|it| it == "That is all.")
            .then_some(shown)
    })
    .await;
    assert!(shown.len() > 3, "{} texts", shown.len());
    assert!(shown.iter().all(|text| text.chars().count() <= 1600));
    let lines: Vec<_> = shown[1..shown.len() - 1]
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.len(), 60);
    for (index, line) in lines.iter().enumerate() {
        assert!(line.starts_with(&format!("{}. ", index + 1)), "{line}");
    }
}

#[tokio::test]
async fn r_8_a_repeated_text_gets_no_second_answer() {
    let line = Line::with_bot().await;
    line.text(ANNA, "pizza").await;
    line.phone_shows(ANNA, &[HELLO, "Which size?\n1: Small\n2: Large"])
        .await;
    line.next_second().await;
    let sid = line.text(ANNA, "1").await;
    until("the next question", async || {
        (line.received_by(ANNA).await.len() == 3).then_some(())
    })
    .await;
    for _ in 0..3 {
        let row = line.row(&sid).await;
        line.engine().ingest(Arrival::Row(row)).await.unwrap();
        line.engine()
            .ingest(Arrival::Webhook(vec![
                ("MessageSid".to_owned(), sid.clone()),
                ("From".to_owned(), ANNA.to_owned()),
                ("To".to_owned(), crate::line::OURS.to_owned()),
                ("Body".to_owned(), "1".to_owned()),
                ("NumMedia".to_owned(), "0".to_owned()),
            ]))
            .await
            .unwrap();
    }
    let shown = line.says(ANNA, "Anna", 4).await;
    assert_eq!(shown[3], "Thank you, Anna: s.");
}

#[tokio::test]
async fn a_crash_before_the_answer_leaves_loses_and_doubles_nothing() {
    let mut line = Line::with_bot().await;
    line.arm(json!({"kind": "too_many_requests", "endpoint": "create_message", "times": 0}))
        .await;
    line.text(ANNA, "pizza").await;
    // Whatever is in flight when the end comes is uncertain, and asks a person: here the carrier has said no.
    until("the first answer to be refused for its pace", async || {
        let thread = line.thread(ANNA).await;
        let state = thread.get(1)?.outbox.clone()?;
        matches!(state, OutboxState::RetryAt { .. }).then_some(())
    })
    .await;
    line.crash().await;
    line.clear_faults().await;
    // What was refused for its pace is tried again after a while.
    line.clock.advance(120_000);
    line.start_engine();
    line.phone_shows(ANNA, &[HELLO, "Which size?\n1: Small\n2: Large"])
        .await;
    line.says(ANNA, "1", 3).await;
    assert_eq!(line.created(HELLO).await, 1);
    assert_eq!(line.created("What is your name?").await, 1);
}

#[tokio::test]
async fn v_8_t_8_a_picture_goes_out_by_its_public_address() {
    let line = Line::with_bot().await;
    line.text(ANNA, "show").await;
    let thread = until("the picture", async || {
        let thread = line.thread(ANNA).await;
        (thread.len() == 3).then_some(thread)
    })
    .await;
    let last = thread.last().unwrap();
    assert_eq!(last.body.as_str(), "Here it is.");
    assert_eq!(last.media_count, 1);
    assert_eq!(last.linked[0].url, "https://pictures.example.com/map.png");
    assert_eq!(last.linked[0].alt_text, "A map");
}

#[tokio::test]
async fn a_5_an_agent_who_writes_drops_the_running_topic() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let before = line.interaction().await;
    assert!(line.session(before.id).await.is_some());
    line.send(ANNA, "I do it for you").await;
    line.interaction_becomes("another interaction", |it| it.id != before.id)
        .await;
    assert!(line.session(before.id).await.is_none());
    let closed = line
        .store
        .read(move |conn| conn.find_interaction(before.id));
    let closed = closed.await.unwrap().unwrap().interaction;
    assert_eq!(closed.state_reason, Some(CloseReason::SupersededByAgent));
    line.next_second().await;
    line.text(ANNA, "1").await;
    until("the text", async || {
        let thread = line.thread(ANNA).await;
        let last = thread.last()?;
        (last.direction == Direction::Inbound && last.body.as_str() == "1").then_some(())
    })
    .await;
    line.send(ANNA, "thanks").await;
    let shown = until("the agent's second text", async || {
        let shown = line.received_by(ANNA).await;
        shown.contains(&"thanks".to_owned()).then_some(shown)
    })
    .await;
    assert_eq!(
        shown[2..],
        ["I do it for you", "thanks"],
        "the bot is silent"
    );
}

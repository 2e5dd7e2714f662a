//! I-14, V-21, R-9: silence and pauses, over restarts and sleep.

use tern_domain::{CloseReason, InteractionState};

use super::served::HELLO;
use crate::line::{ANNA, Line, until};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;

#[tokio::test]
async fn i_14_two_hours_of_silence_close_what_the_bot_has() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let before = line.interaction().await;
    line.time_passes(HOUR).await;
    line.says(ANNA, "1", 3).await;
    line.time_passes(2 * HOUR - 60 * SECOND).await;
    line.says(ANNA, "Anna", 4).await;
    assert_eq!(
        line.interaction().await.state,
        InteractionState::WorkInProgress
    );
    line.time_passes(2 * HOUR + SECOND).await;
    let closed = line
        .interaction_becomes("the end", |it| it.closed_at.is_some())
        .await;
    assert_eq!(closed.id, before.id);
    assert_eq!(closed.state_reason, Some(CloseReason::AutoClosed));
    assert!(line.session(closed.id).await.is_none());
    let timers = line
        .store
        .read(|conn| conn.list_due_timers(tern_domain::UtcMillis(i64::MAX)))
        .await
        .unwrap();
    assert!(timers.is_empty(), "{timers:?}");
}

#[tokio::test]
async fn i_14_silence_in_a_topic_is_told_apart_and_found_after_a_restart() {
    let mut line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    line.stop_engine().await;
    line.clock.advance(3 * HOUR);
    line.start_engine();
    let closed = line
        .interaction_becomes("the end", |it| it.closed_at.is_some())
        .await;
    assert_eq!(closed.state_reason, Some(CloseReason::NoUserResponse));
    assert_eq!(closed.state, InteractionState::ClosedComplete);
}

#[tokio::test]
async fn v_21_a_pause_goes_on_by_itself_and_what_was_said_meanwhile_is_heard_then() {
    let line = Line::with_bot().await;
    line.text(ANNA, "slow").await;
    line.phone_shows(ANNA, &[HELLO]).await;
    line.next_second().await;
    line.text(ANNA, "good").await;
    line.thread_becomes(ANNA, &["slow", HELLO, "good"]).await;
    line.clock.advance(31 * SECOND);
    line.phone_shows(ANNA, &[HELLO, "And now?", "So good."])
        .await;
}

#[tokio::test]
async fn v_21_a_pause_outlives_the_end_of_the_program() {
    let mut line = Line::with_bot().await;
    line.text(ANNA, "slow").await;
    line.phone_shows(ANNA, &[HELLO]).await;
    line.crash().await;
    line.clock.advance(31 * SECOND);
    line.start_engine();
    line.phone_shows(ANNA, &[HELLO, "And now?"]).await;
}

#[tokio::test]
async fn v_32_bye_ends_the_conversation_and_the_next_text_begins_another() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let first = line.interaction().await;
    line.next_second().await;
    line.text(ANNA, "bye").await;
    let closed = line
        .interaction_becomes("the end", |it| it.closed_at.is_some())
        .await;
    assert_eq!(closed.state_reason, Some(CloseReason::UserEnded));
    let shown = until("the closing words", async || {
        let shown = line.received_by(ANNA).await;
        (shown.len() == 3).then_some(shown)
    })
    .await;
    line.says(ANNA, "pizza", shown.len() + 2).await;
    let second = line.interaction().await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.previous_interaction, Some(first.id));
}

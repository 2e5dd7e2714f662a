//! The past: fetched in pages, resumable, never announced.

use serde_json::json;
use tern_engine::{BackfillState, EngineEvent};
use tern_simulator::{HistoryPlan, SimulatorConfig};

use crate::line::{ANNA, Line, quick, until};

fn with_history(messages: u64) -> SimulatorConfig {
    SimulatorConfig {
        history: Some(HistoryPlan {
            messages,
            numbers: 20,
            years: 1.0,
            seed: 5,
            until: None,
        }),
        ..SimulatorConfig::default()
    }
}

async fn finishes(line: &Line) -> u64 {
    until("the end of the past", async || {
        let progress = line.engine().backfill()?;
        (progress.state == BackfillState::Finished).then_some(progress.fetched)
    })
    .await
}

#[tokio::test]
async fn the_past_is_fetched_whole_and_opens_nothing() {
    let mut tuning = quick();
    tuning.deep_page_size = 100;
    let line = Line::start_with(with_history(1_000), tuning).await;
    let mut events = line.engine().events();
    line.is_online().await;
    line.engine().start_backfill(None).await.unwrap();
    finishes(&line).await;
    let ours = line.ours_at_the_carrier().await;
    assert_eq!(line.stored_texts().await, ours);
    assert_eq!(line.counts().await.new, 0, "no interaction was opened");
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, EngineEvent::Announce(_)), "{event:?}");
    }
}

#[tokio::test]
async fn a_past_that_nobody_asked_for_stays_at_the_carrier() {
    let line = Line::start_with(with_history(1_000), quick()).await;
    // The first look walks the overlap; a page reaches far beyond it.
    line.is_online().await;
    let (stored, ours) = (line.stored_texts().await, line.ours_at_the_carrier().await);
    assert!(stored < ours / 20, "{stored} of {ours}");
}

#[tokio::test]
async fn a_text_from_before_going_live_is_history_and_one_after_is_work() {
    let mut line = Line::without_engine(SimulatorConfig::default(), quick()).await;
    line.text(ANNA, "before").await;
    line.clock.advance(2_000);
    line.control("POST", "/sim/clock/advance", json!({"ms": 2_000}))
        .await;
    line.start_engine();
    line.thread_becomes(ANNA, &["before"]).await;
    assert_eq!(line.counts().await.new, 0);
    line.control("POST", "/sim/clock/advance", json!({"ms": 2_000}))
        .await;
    line.text(ANNA, "after").await;
    line.thread_becomes(ANNA, &["before", "after"]).await;
    assert_eq!(line.counts().await.new, 1);
}

#[tokio::test]
async fn fetching_the_past_can_be_cancelled_and_goes_on_after_a_restart() {
    let mut tuning = quick();
    tuning.deep_page_size = 20;
    tuning.backfill_rest = std::time::Duration::from_millis(30);
    let mut line = Line::start_with(with_history(1_000), tuning).await;
    line.is_online().await;
    line.engine().start_backfill(None).await.unwrap();
    until("a first page", async || {
        (line.engine().backfill()?.fetched > 0).then_some(())
    })
    .await;
    line.engine().cancel_backfill().await.unwrap();
    let cancelled = line.engine().backfill().unwrap();
    assert_eq!(cancelled.state, BackfillState::Cancelled);

    line.engine().start_backfill(None).await.unwrap();
    until("another page", async || {
        (line.engine().backfill()?.fetched > cancelled.fetched).then_some(())
    })
    .await;
    line.crash().await;
    let stored = line.stored_texts().await;
    assert!(stored < line.ours_at_the_carrier().await, "it was cut off");
    line.start_engine();
    finishes(&line).await;
    assert_eq!(line.stored_texts().await, line.ours_at_the_carrier().await);
}

#[tokio::test]
async fn live_texts_do_not_wait_for_the_past() {
    let mut tuning = quick();
    tuning.deep_page_size = 20;
    tuning.backfill_rest = std::time::Duration::from_millis(50);
    let line = Line::start_with(with_history(2_000), tuning).await;
    line.is_online().await;
    line.engine().start_backfill(None).await.unwrap();
    line.text(ANNA, "now").await;
    line.thread_becomes(ANNA, &["now"]).await;
    let progress = line.engine().backfill().unwrap();
    assert_eq!(progress.state, BackfillState::Running);
}

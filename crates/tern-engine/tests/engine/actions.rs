//! Messaging actions on the running engine: timers that survive a restart and a clock that jumps.

use tern_domain::messaging_action::MessagingAction;
use tern_domain::{ActionOutcome, CloseReason, EventBody, InteractionState};
use tern_store::ConversationRow;

use crate::line::{ANNA, Line, until};

const MINUTE: i64 = 60 * 1000;

async fn row(line: &Line) -> ConversationRow {
    line.store
        .read(|conn| {
            let id = conn.find_conversation(&Line::key(ANNA))?.unwrap();
            conn.load_conversation(id)
        })
        .await
        .unwrap()
}

async fn outcomes(line: &Line) -> Vec<ActionOutcome> {
    let id = row(line).await.id;
    let events = line
        .store
        .read(move |conn| conn.list_timeline(id, None, 500))
        .await
        .unwrap();
    events
        .into_iter()
        .filter_map(|event| match event.body {
            EventBody::MessagingActionFired { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect()
}

async fn outcomes_become(line: &Line, wanted: &[ActionOutcome]) {
    until("the actions to have fired", async || {
        (outcomes(line).await == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn m_9_and_m_15_an_overdue_prompt_fires_once_at_the_next_start() {
    let mut line = Line::start().await;
    line.text(ANNA, "is anybody there?").await;
    line.thread_becomes(ANNA, &["is anybody there?"]).await;
    line.stop_engine().await;
    line.clock.advance(31 * MINUTE);
    line.start_engine();
    outcomes_become(&line, &[ActionOutcome::AgentPrompted]).await;
    assert!(row(&line).await.marks.prompted_at.is_some());
    line.clock.advance(-20 * MINUTE);
    line.stop_engine().await;
    line.start_engine();
    line.clock.advance(300 * MINUTE);
    line.text(ANNA, "hello?").await;
    line.thread_becomes(ANNA, &["is anybody there?", "hello?"])
        .await;
    assert_eq!(outcomes(&line).await, vec![ActionOutcome::AgentPrompted]);
}

#[tokio::test]
async fn m_9_two_silent_days_close_the_conversation_as_abandoned() {
    let line = Line::start().await;
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    line.send(ANNA, "how can we help?").await;
    line.thread_becomes(ANNA, &["hello", "how can we help?"])
        .await;
    line.clock.advance(2 * 24 * 60 * MINUTE + MINUTE);
    let wanted = ActionOutcome::StateSet {
        state: InteractionState::ClosedAbandoned,
    };
    outcomes_become(&line, &[wanted]).await;
    let id = row(&line).await.id;
    let closed = line
        .store
        .read(move |conn| conn.find_latest_interaction(id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(closed.state_reason, Some(CloseReason::NoRequesterResponse));
}

#[tokio::test]
async fn m_10_an_action_that_is_switched_off_is_not_tracked_any_more() {
    let line = Line::start().await;
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    let armed = line.store.read(|conn| conn.next_timer_at()).await.unwrap();
    assert!(armed.is_some());
    let _written: Vec<MessagingAction> = line
        .store
        .write(|tx| {
            let mut actions = tx.list_messaging_actions()?;
            for action in &mut actions {
                action.is_active = false;
            }
            tx.replace_messaging_actions(&actions)?;
            Ok(actions)
        })
        .await
        .unwrap();
    let armed = line.store.read(|conn| conn.next_timer_at()).await.unwrap();
    assert_eq!(armed, None);
}

//! Wrap-up on the running engine: the enforced timer and the sweep, over restarts and clocks that jump.

use tern_domain::wrap_up::{WrapUpConfiguration, WrapUpEnd, WrapUpRules, plan_wrap_up_rules};
use tern_domain::{
    ActContext, Actor, AgentId, Authority, EventBody, Interaction, InteractionAct,
    InteractionState, Millis, WrapUpConfigurationId, plan_act,
};
use tern_engine::{Clock as _, EdgeIds};
use uuid::Uuid;

use crate::line::{ANNA, Line, until};

const MINUTE: i64 = 60 * 1000;

/// Ana's text is answered and ended: its wrap-up runs.
async fn wrapping(enforced: bool) -> Line {
    let line = Line::start().await;
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    let clock = line.clock.clone();
    line.store
        .write(move |tx| {
            let agent = AgentId::new(Uuid::from_u128(0xa));
            let id = WrapUpConfigurationId::new(Uuid::from_u128(1));
            let rules = WrapUpRules {
                configurations: vec![WrapUpConfiguration {
                    enforced,
                    ..WrapUpConfiguration::new(id, "All")
                }],
                ..WrapUpRules::default()
            };
            let (now, ids) = (clock.now(), &mut EdgeIds::new(&*clock));
            let before = tx.load_wrap_up_rules()?;
            let plan = plan_wrap_up_rules(&before, rules, Actor::System, now, ids).unwrap();
            drop(tx.apply(&plan)?);
            for act in [InteractionAct::Take, InteractionAct::Finish] {
                let state = tx.load_conversation_state_to_end(&Line::key(ANNA), now)?;
                let ctx = ActContext {
                    now,
                    agent,
                    authority: Authority::Agent,
                };
                drop(tx.apply(&plan_act(&state, act, &ctx, ids).unwrap())?);
            }
            Ok(())
        })
        .await
        .unwrap();
    line.engine().effects_committed();
    assert_eq!(interaction(&line).await.state, InteractionState::WrapUp);
    line
}

async fn interaction(line: &Line) -> Interaction {
    line.store
        .read(|conn| {
            let id = conn.find_conversation(&Line::key(ANNA))?.unwrap();
            Ok(conn.find_latest_interaction(id)?.unwrap())
        })
        .await
        .unwrap()
}

async fn ends(line: &Line, wanted: WrapUpEnd) -> Interaction {
    let closed = until("the wrap-up to end", async || {
        Some(interaction(line).await).filter(|it| it.state == InteractionState::ClosedComplete)
    })
    .await;
    assert_eq!(closed.wrap_up.as_ref().unwrap().end, Some(wanted));
    closed
}

async fn ends_recorded(line: &Line) -> usize {
    let events = line
        .store
        .read(|conn| {
            let id = conn.find_conversation(&Line::key(ANNA))?.unwrap();
            conn.list_timeline(id, None, 500)
        })
        .await
        .unwrap();
    events
        .iter()
        .filter(|event| matches!(event.body, EventBody::WrapUpEnded { .. }))
        .count()
}

#[tokio::test]
async fn w_3_an_enforced_wrap_up_ends_when_its_time_is_over() {
    let line = wrapping(true).await;
    line.clock.advance(MINUTE);
    let closed = ends(&line, WrapUpEnd::Timer).await;
    assert!(closed.system_wrap_up);
    assert_eq!(ends_recorded(&line).await, 1);
}

#[tokio::test]
async fn w_3_an_overdue_wrap_up_ends_once_at_the_next_start_whatever_the_clock_does() {
    let mut line = wrapping(true).await;
    line.stop_engine().await;
    line.clock.advance(10 * MINUTE);
    line.start_engine();
    let closed = ends(&line, WrapUpEnd::Timer).await;
    assert!(
        closed.wrap_up_duration >= Some(Millis::minutes(10)),
        "as long as it really took"
    );
    line.clock.advance(-10 * MINUTE);
    line.stop_engine().await;
    line.start_engine();
    line.clock.advance(60 * MINUTE);
    line.text(ANNA, "hello again").await;
    line.thread_becomes(ANNA, &["hello", "hello again"]).await;
    assert_eq!(ends_recorded(&line).await, 1);
}

#[tokio::test]
async fn w_7_a_wrap_up_left_open_is_closed_by_the_sweep() {
    let line = wrapping(false).await;
    line.clock.advance(15 * MINUTE + 1);
    let closed = ends(&line, WrapUpEnd::Sweep).await;
    assert!(!closed.system_wrap_up);
    assert_eq!(ends_recorded(&line).await, 1);
}

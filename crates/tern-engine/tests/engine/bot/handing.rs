//! H-2 … H-7, R-5, I-18: from the virtual agent to a person.

use serde_json::Value;
use tern_domain::agents::PresenceState;
use tern_domain::routing::{Hours, SkillNeed, WorkItemState};
use tern_domain::topic::HandoverReason;
use tern_domain::{
    Announcement, CloseReason, EventBody, Handler, InteractionAct, InteractionState,
};
use tern_engine::EngineEvent;

use super::served::{HELLO, ME};
use crate::line::{ANNA, Line, until};

const TRANSFER: &str = "I am passing you on to a colleague. They will answer you here.";
const NOBODY: &str =
    "Nobody from the team is here right now. Please try again later, or go on with me.";
const WHAT: &str = "What happened?";

/// A line where somebody is there and a customer was asked what happened.
async fn asked() -> Line {
    let line = Line::with_bot().await;
    line.agent_is(PresenceState::AVAILABLE).await;
    line.says(ANNA, "complaint", 2).await;
    line
}

async fn handed_over() -> Line {
    let line = asked().await;
    line.says(ANNA, "It was cold", 3).await;
    line.interaction_becomes("the queue", |it| it.handler == Handler::Queue)
        .await;
    line
}

#[tokio::test]
async fn h_2_h_5_h_6_a_transfer_queues_the_work_with_everything_the_agent_needs() {
    let line = asked().await;
    let mut events = line.engine().events();
    line.next_second().await;
    line.text(ANNA, "It was cold").await;
    line.phone_shows(ANNA, &[HELLO, WHAT, TRANSFER]).await;
    let interaction = line.interaction().await;
    assert_eq!(interaction.handler, Handler::Queue);
    assert_eq!(interaction.state, InteractionState::New);
    assert!(line.unread(ANNA).await > 0);
    let id = interaction.id;
    let handover = line.store.read(move |conn| conn.find_handover(id)).await;
    let context = handover.unwrap().unwrap().context;
    assert_eq!(context.reason, HandoverReason::Topic);
    let description = context.short_description.unwrap();
    assert_eq!(description.as_str(), "Complaint: It was cold");
    assert_eq!(context.variables[0].0, "what");
    let open = line.store.read(|conn| conn.list_open_work()).await.unwrap();
    let need = SkillNeed {
        skill: "complaints".to_owned(),
        level: 1,
        mandatory: true,
    };
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].item.needs, [need]);
    assert_eq!(open[0].item.state, WorkItemState::Queued);
    let row = line.conversation(ANNA).await.unwrap();
    let row = line
        .store
        .read(move |conn| conn.load_conversation(row))
        .await;
    assert!(
        row.unwrap().clocks.waiting_since.is_some(),
        "M-2 counts from here"
    );
    until("the notification", async || match events.try_recv() {
        Ok(EngineEvent::Announce(Announcement::TextArrived { .. })) => Some(()),
        _ => None,
    })
    .await;
    let timeline = line.events(ANNA).await;
    assert!(timeline.contains(&EventBody::HandedOver {
        reason: HandoverReason::Topic
    }));
}

#[tokio::test]
async fn r_5_who_waits_keeps_place_and_clock_and_the_bot_is_silent() {
    let line = handed_over().await;
    let before = line.store.read(|conn| conn.list_open_work()).await.unwrap();
    line.next_second().await;
    line.text(ANNA, "pizza").await;
    line.next_second().await;
    line.text(ANNA, "hello?").await;
    until("both texts", async || {
        (line.bodies(ANNA).await.last()? == "hello?").then_some(())
    })
    .await;
    let after = line.store.read(|conn| conn.list_open_work()).await.unwrap();
    assert_eq!(after[0].item.id, before[0].item.id);
    assert_eq!(after[0].item.queued_at, before[0].item.queued_at);
    line.send(ANNA, "Here I am").await;
    line.phone_shows(ANNA, &[HELLO, WHAT, TRANSFER, "Here I am"])
        .await;
}

#[tokio::test]
async fn h_7_from_acceptance_on_the_bot_is_silent() {
    let line = handed_over().await;
    line.act(InteractionAct::Take).await;
    let id = line.interaction().await.id;
    line.next_second().await;
    line.text(ANNA, "pizza").await;
    until("the session to know", async || {
        let session = line.session(id).await?;
        (session.phase == tern_domain::topic::Phase::Agent).then_some(())
    })
    .await;
    line.send(ANNA, "What was cold?").await;
    line.phone_shows(ANNA, &[HELLO, WHAT, TRANSFER, "What was cold?"])
        .await;
}

#[tokio::test]
async fn h_1_the_agent_answers_in_the_same_thread_from_the_same_number() {
    let line = handed_over().await;
    let before = (line.conversation(ANNA).await, line.interaction().await.id);
    line.act(InteractionAct::Take).await;
    line.send(ANNA, "What was cold?").await;
    line.phone_shows(ANNA, &[HELLO, WHAT, TRANSFER, "What was cold?"])
        .await;
    let after = (line.conversation(ANNA).await, line.interaction().await.id);
    assert_eq!(before, after);
    let sent = line
        .control("GET", "/sim/messages?direction=outbound", Value::Null)
        .await;
    let senders: Vec<_> = sent["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["from"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(senders, [crate::line::OURS; 4]);
    assert_eq!(line.bodies(ANNA).await.len(), 6);
}

#[tokio::test]
async fn v_32_bye_ends_what_a_person_has_too() {
    let line = handed_over().await;
    line.act(InteractionAct::Take).await;
    line.next_second().await;
    line.text(ANNA, "Bye!").await;
    let closed = line
        .interaction_becomes("the end", |it| it.closed_at.is_some())
        .await;
    assert_eq!(closed.state_reason, Some(CloseReason::UserEnded));
}

#[tokio::test]
async fn i_18_who_leaves_the_queue_was_never_served() {
    let line = handed_over().await;
    line.next_second().await;
    line.text(ANNA, "bye").await;
    let closed = line
        .interaction_becomes("the end", |it| it.closed_at.is_some())
        .await;
    assert_eq!(closed.state_reason, Some(CloseReason::LeftBeforeEngagement));
    let open = line.store.read(|conn| conn.list_open_work()).await.unwrap();
    assert!(open.is_empty());
}

#[tokio::test]
async fn h_3_with_nobody_there_the_requester_stays_with_the_bot() {
    let line = asked().await;
    line.agent_is(PresenceState::AWAY).await;
    let shown = line.says(ANNA, "It was cold", 4).await;
    assert_eq!(shown[2..], [NOBODY, "Please write again tomorrow."]);
    assert_eq!(line.interaction().await.handler, Handler::VirtualAgent);
    line.queue_is(|queue| queue.nobody_message = "We are at lunch.".to_owned())
        .await;
    let shown = line.says(ANNA, "agent", 5).await;
    assert!(shown.contains(&"We are at lunch.".to_owned()), "{shown:?}");
}

#[tokio::test]
async fn h_4_a_closed_queue_says_so_or_lets_the_conversation_wait() {
    let line = asked().await;
    line.queue_is(|queue| {
        queue.hours = Some(never());
        queue.waits_out_of_hours = false;
        queue.closed_message = "We are closed.".to_owned();
    })
    .await;
    let shown = line.says(ANNA, "It was cold", 4).await;
    assert_eq!(shown[2], "We are closed.");
    assert_eq!(line.interaction().await.handler, Handler::VirtualAgent);
    line.queue_is(|queue| queue.waits_out_of_hours = true).await;
    line.next_second().await;
    line.text(ANNA, "agent").await;
    line.interaction_becomes("the queue", |it| it.handler == Handler::Queue)
        .await;
}

#[tokio::test]
async fn h_2_the_command_for_a_person_hands_over_too() {
    let line = Line::with_bot().await;
    line.agent_is(PresenceState::AVAILABLE).await;
    line.text(ANNA, "Agent").await;
    let waiting = line
        .interaction_becomes("the queue", |it| it.handler == Handler::Queue)
        .await;
    let id = waiting.id;
    let handover = line.store.read(move |conn| conn.find_handover(id)).await;
    let context = handover.unwrap().unwrap().context;
    assert_eq!(context.reason, HandoverReason::Asked);
    until("the transfer text", async || {
        let shown = line.received_by(ANNA).await;
        (shown.last()? == TRANSFER).then_some(())
    })
    .await;
}

#[tokio::test]
async fn q_13_whom_nobody_takes_in_time_gets_the_bot_back() {
    let line = asked().await;
    line.queue_is(|queue| {
        queue.max_wait = Some(tern_domain::Millis::minutes(10));
        queue.max_wait_message = "We are all busy.".to_owned();
    })
    .await;
    line.says(ANNA, "It was cold", 3).await;
    line.time_passes(11 * 60 * 1000).await;
    line.engine().wake();
    line.interaction_becomes("the bot again", |it| it.handler == Handler::VirtualAgent)
        .await;
    let back = "You are back with the assistant. What else can I do for you?";
    line.phone_shows(ANNA, &[HELLO, WHAT, TRANSFER, "We are all busy.", back])
        .await;
    line.says(ANNA, "pizza", 6).await;
}

/// Open on one day long ago.
fn never() -> Hours {
    serde_json::from_value(serde_json::json!({
        "time_zone": "Europe/Vienna",
        "week": [[], [], [], [], [], [], []],
        "exceptions": [{ "date": "2001-01-01", "spans": [{ "from": 0, "to": 1440 }] }],
    }))
    .unwrap()
}

impl Line {
    /// The agent does something to Anna's conversation.
    async fn act(&self, act: InteractionAct) {
        let clock = self.clock.clone();
        let _applied = self
            .store
            .write(move |tx| {
                let state = tx.load_conversation_state(&Self::key(ANNA), None)?;
                let ctx = tern_domain::ActContext {
                    now: tern_engine::Clock::now(&*clock),
                    agent: ME,
                    authority: tern_domain::Authority::Agent,
                };
                let ids = &mut tern_engine::EdgeIds::new(&*clock);
                let plan = tern_domain::plan_act(&state, act, &ctx, ids).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap();
    }
}

//! A-1 …, T-7, T-8, T-13: an agent writes.

use tern_domain::{
    Address, AgentId, CloseReason, ConversationKey, Effect, EventBody, Handler, InteractionAct,
    InteractionState, MAX_PICTURES, MediaId, MessageId, Millis, OpenedBy, OutboxState,
    OutgoingText, SendContext, SendRefusal, StateCause, TimerPurpose, plan_send,
    schedule::UndoHold,
};
use uuid::Uuid;

use crate::support::{Desk, TEAM, agent, at, counter, inbound, number};

fn refusal(desk: &Desk, body: &str, pictures: usize) -> SendRefusal {
    let numbers = [number(TEAM)];
    let ctx = SendContext {
        now: desk.now,
        agent: agent(1),
        undo_hold: UndoHold::OFF,
        provider_numbers: &numbers,
        joins: true,
    };
    let text = OutgoingText {
        message_id: MessageId::new(Uuid::from_u128(7)),
        body: body.into(),
        media: vec![MediaId::new(Uuid::from_u128(8)); pictures],
    };
    plan_send(&desk.load(None), &text, &ctx, &mut counter()).unwrap_err()
}

#[test]
fn a_1_writing_first_opens_an_interaction_that_is_the_agents() {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, "Good morning").unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.opened_by, OpenedBy::Agent);
    assert_eq!(interaction.state, InteractionState::WorkInProgress);
    assert_eq!(interaction.handler, Handler::LiveAgent);
    assert_eq!(interaction.assigned_to, Some(agent(1)));
    assert!(interaction.live_group.contains(&agent(1)));
}

#[test]
fn a_2_writing_into_anothers_conversation_joins_without_reassignment() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    desk.send(agent(2), 1, "I can add something").unwrap();
    desk.send(agent(2), 2, "and more").unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.assigned_to, Some(agent(1)));
    assert_eq!(
        interaction
            .live_group
            .iter()
            .copied()
            .collect::<Vec<AgentId>>(),
        [agent(1), agent(2)]
    );
    let joins = desk
        .bodies()
        .into_iter()
        .filter(|body| matches!(body, EventBody::AgentJoined { .. }))
        .count();
    assert_eq!(joins, 1);
}

#[test]
fn a_3_writing_into_ones_own_conversation_only_injects() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    let before = desk.active().unwrap().clone();
    let plan = desk.send(agent(1), 1, "Hi!").unwrap();
    assert!(plan.events.is_empty());
    assert_eq!(desk.active().unwrap(), &before);
}

#[test]
fn a_4_answering_a_queued_conversation_takes_it() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let id = desk.active().unwrap().id;
    desk.send(agent(1), 1, "Hi!").unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(
        (interaction.id, interaction.state),
        (id, InteractionState::WorkInProgress)
    );
    assert_eq!(interaction.assigned_to, Some(agent(1)));
    assert!(desk.bodies().iter().any(|body| {
        matches!(
            body,
            EventBody::InteractionStateChanged {
                cause: StateCause::Answered,
                ..
            }
        )
    }));
}

#[test]
fn a_5_writing_supersedes_the_virtual_agent() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let mut with_bot = desk.active().unwrap().clone();
    with_bot.handler = Handler::VirtualAgent;
    desk.state.latest_interaction = Some(with_bot.clone());
    let numbers = [number(TEAM)];
    let ctx = SendContext {
        now: desk.now,
        agent: agent(1),
        undo_hold: UndoHold::OFF,
        provider_numbers: &numbers,
        joins: true,
    };
    let text = OutgoingText {
        message_id: MessageId::new(Uuid::from_u128(7)),
        body: "Hi".into(),
        media: Vec::new(),
    };
    let plan = plan_send(&desk.load(None), &text, &ctx, &mut counter()).unwrap();
    let rows: Vec<_> = plan
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SetInteraction(interaction) => Some(interaction),
            _ => None,
        })
        .collect();
    assert_eq!(
        rows[0].state_reason,
        Some(CloseReason::SupersededByAgent),
        "closed before the next opens (I-9)"
    );
    assert_eq!(rows[1].previous_interaction, Some(with_bot.id));
    assert_eq!(rows[1].assigned_to, Some(agent(1)));
}

#[test]
fn i_12_writing_does_not_end_the_hold() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    desk.act(agent(1), InteractionAct::Hold).unwrap();
    desk.send(agent(1), 1, "Still waiting for the supplier")
        .unwrap();
    assert_eq!(desk.active().unwrap().state, InteractionState::OnHold);
}

#[test]
fn a_10_only_connected_numbers_can_send() {
    let mut desk = Desk::new();
    desk.state.key.provider = number("+14155550188");
    assert_eq!(refusal(&desk, "hello", 0), SendRefusal::NumberNotConnected);
}

#[test]
fn names_and_short_codes_cannot_be_answered() {
    for peer in ["Lufthansa", "72975", "whatsapp:+14155550101", "?"] {
        let mut desk = Desk::new();
        desk.state.key = ConversationKey::sms(Address::from(peer), number(TEAM));
        assert_eq!(
            refusal(&desk, "hello", 0),
            SendRefusal::CannotBeTexted,
            "{peer}"
        );
    }
}

#[test]
fn a_15_text_or_a_picture_is_required() {
    let desk = Desk::new();
    assert_eq!(refusal(&desk, " \n", 0), SendRefusal::Empty);
    assert_eq!(
        refusal(&desk, "", MAX_PICTURES + 1),
        SendRefusal::TooManyPictures { count: 11 }
    );
}

#[test]
fn t_7_an_agents_text_is_refused_where_a_bots_is_split() {
    let mut desk = Desk::new();
    assert_eq!(
        refusal(&desk, &"a".repeat(1601), 0),
        SendRefusal::TooLong { over_by: 1 }
    );
    desk.send(agent(1), 1, &"a".repeat(1600)).unwrap();
}

#[test]
fn a_repeated_call_sends_once() {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, "Hi").unwrap();
    assert!(desk.send(agent(1), 1, "Hi").unwrap().is_empty());
    assert_eq!((desk.messages.len(), desk.outbox.len()), (1, 1));
}

#[test]
fn an_undo_hold_keeps_the_text_back_and_arms_a_timer() {
    let mut desk = Desk::new();
    desk.undo_hold = UndoHold::seconds(5);
    desk.send(agent(1), 1, "Hi").unwrap();
    let entry = desk.entry(1);
    assert_eq!(
        entry.state,
        OutboxState::Held {
            until: desk.now + Millis::seconds(5)
        }
    );
    assert_eq!(desk.timers[0].due_at, desk.now + Millis::seconds(5));
    assert_eq!(
        desk.timers[0].purpose,
        TimerPurpose::HeldSend {
            message_id: entry.message_id
        }
    );

    assert!(desk.recall(1));
    assert_eq!(desk.entry(1).state, OutboxState::Canceled);
    assert!(desk.timers.is_empty());
    assert!(!desk.recall(1), "only once");
}

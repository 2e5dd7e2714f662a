//! I-11, I-12, I-17: what agents may do.

use tern_domain::{
    ActRefusal, Authority, CloseReason, EventBody, Handler, InteractionAct as Act,
    InteractionState as S,
};

use crate::support::{Desk, agent, at, inbound};

/// A desk whose interaction is in the given state and, if taken, agent 1's.
fn desk_in(state: S) -> Desk {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    match state {
        S::New => {}
        S::WorkInProgress => {
            desk.act(agent(1), Act::Take).unwrap();
        }
        S::OnHold => {
            desk.act(agent(1), Act::Take).unwrap();
            desk.act(agent(1), Act::Hold).unwrap();
        }
        S::ClosedComplete => {
            desk.act(agent(1), Act::Finish).unwrap();
        }
        other => panic!("no act leads to {other:?}"),
    }
    desk
}

#[test]
fn i_11_transitions() {
    use S::{ClosedAbandoned, ClosedComplete, Faulted, New, OnHold, WorkInProgress, WrapUp};
    let allowed: [(S, &[S]); 7] = [
        (
            New,
            &[WorkInProgress, ClosedComplete, ClosedAbandoned, Faulted],
        ),
        (
            WorkInProgress,
            &[
                New,
                OnHold,
                WrapUp,
                ClosedComplete,
                ClosedAbandoned,
                Faulted,
            ],
        ),
        (
            OnHold,
            &[
                WorkInProgress,
                WrapUp,
                ClosedComplete,
                ClosedAbandoned,
                Faulted,
            ],
        ),
        (WrapUp, &[ClosedComplete]),
        (ClosedComplete, &[]),
        (ClosedAbandoned, &[]),
        (Faulted, &[]),
    ];
    for (from, nexts) in allowed {
        for next in S::ALL {
            assert_eq!(
                from.can_become(next),
                nexts.contains(&next),
                "{from:?} -> {next:?}"
            );
        }
    }
}

#[test]
fn i_11_acts_follow_the_transitions() {
    let results = [
        (S::New, Act::Take, Some(S::WorkInProgress)),
        (S::New, Act::PutBack, None),
        (S::New, Act::Hold, None),
        (S::New, Act::Resume, None),
        (S::New, Act::Finish, Some(S::ClosedComplete)),
        (S::WorkInProgress, Act::Take, None),
        (S::WorkInProgress, Act::PutBack, Some(S::New)),
        (S::WorkInProgress, Act::Hold, Some(S::OnHold)),
        (S::WorkInProgress, Act::Resume, None),
        (S::WorkInProgress, Act::Finish, Some(S::ClosedComplete)),
        (S::OnHold, Act::Take, None),
        (S::OnHold, Act::PutBack, None),
        (S::OnHold, Act::Hold, None),
        (S::OnHold, Act::Resume, Some(S::WorkInProgress)),
        (S::OnHold, Act::Finish, Some(S::ClosedComplete)),
    ];
    for (from, act, expected) in results {
        let mut desk = desk_in(from);
        let result = desk.act(agent(1), act);
        match expected {
            Some(next) => {
                result.unwrap();
                assert!(from.can_become(next));
                assert_eq!(
                    desk.state.latest_interaction.unwrap().state,
                    next,
                    "{from:?} {act:?}"
                );
            }
            None => assert_eq!(
                result,
                Err(ActRefusal::NotFromHere { state: from }),
                "{from:?} {act:?}"
            ),
        }
    }
}

#[test]
fn i_11_closed_is_final() {
    for act in [Act::Take, Act::PutBack, Act::Hold, Act::Resume, Act::Finish] {
        let mut desk = desk_in(S::ClosedComplete);
        assert_eq!(desk.act(agent(1), act), Err(ActRefusal::NothingActive));
    }
}

#[test]
fn i_2_taking_assigns_the_agent() {
    let desk = desk_in(S::WorkInProgress);
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.assigned_to, Some(agent(1)));
    assert_eq!(interaction.handler, Handler::LiveAgent);
    assert!(interaction.live_group.contains(&agent(1)));
    assert_eq!(interaction.engaged_at, Some(desk.now));
}

#[test]
fn i_11_putting_back_returns_it_to_the_queue() {
    let mut desk = desk_in(S::WorkInProgress);
    desk.act(agent(1), Act::PutBack).unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(
        (interaction.handler, interaction.assigned_to),
        (Handler::Queue, None)
    );
    assert!(interaction.live_group.is_empty());
    assert!(interaction.engaged_at.is_some(), "it did reach an agent");
}

#[test]
fn i_17_agents_act_only_on_their_own_conversations() {
    for act in [Act::PutBack, Act::Hold, Act::Finish] {
        let mut desk = desk_in(S::WorkInProgress);
        let refusal = ActRefusal::AssignedToSomebodyElse { agent: agent(1) };
        assert_eq!(desk.act(agent(2), act), Err(refusal));
        desk.act_as(agent(2), Authority::Supervisor, act).unwrap();
    }
}

#[test]
fn i_19_finishing_names_its_reason() {
    let mut desk = desk_in(S::WorkInProgress);
    desk.now = at(60);
    desk.act(agent(1), Act::Finish).unwrap();
    let closed = desk.state.latest_interaction.clone().unwrap();
    assert_eq!(closed.state, S::ClosedComplete);
    assert_eq!(closed.state_reason, Some(CloseReason::AgentEnded));
    assert_eq!(closed.closed_at, Some(at(60)));
    assert!(matches!(
        desk.bodies().last(),
        Some(EventBody::InteractionClosed { .. })
    ));
}

#[test]
fn i_18_to_i_21_every_reason_has_its_closed_state() {
    use CloseReason as R;
    let expected = [
        (
            S::ClosedAbandoned,
            vec![
                R::LeftBeforeEngagement,
                R::NoActivity,
                R::NoRequesterResponse,
            ],
        ),
        (
            S::ClosedComplete,
            vec![
                R::UserEnded,
                R::AutoClosed,
                R::NoUserResponse,
                R::TopicComplete,
                R::AgentEnded,
                R::SupersededByAgent,
                R::SupersededByUserChange,
            ],
        ),
        (S::Faulted, vec![R::Error]),
    ];
    assert_eq!(
        expected
            .iter()
            .map(|(_, reasons)| reasons.len())
            .sum::<usize>(),
        R::ALL.len()
    );
    for (state, reasons) in expected {
        for reason in reasons {
            assert_eq!(reason.closed_state(), state, "{reason:?}");
            assert!(reason.closed_state().is_closed());
            assert_eq!(R::from_stored(reason.as_str()), Some(reason));
        }
    }
}

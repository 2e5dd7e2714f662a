//! Messaging actions, rule by rule.

use tern_domain::condition::{Fact, Facts};
use tern_domain::messaging_action::{
    ActionAct, ActionEvent, ActionProblem, FireContext, MessagingAction, PastFact, PastTurn,
    Tracker, plan_fire, rehearse,
};
use tern_domain::schedule::UndoHold;
use tern_domain::{
    ActionOutcome, AggregateRef, Announcement, CloseReason, EventBody, InteractionAct,
    InteractionState, MessagingActionId, Millis, Timer, TimerPurpose,
};
use uuid::Uuid;

use crate::support::{Desk, TEAM, agent, at, inbound, number};

pub(crate) const CUSTOMER_WAITS: ActionEvent = ActionEvent::RequesterMessageWithoutAgentResponse;
pub(crate) const TEAM_WAITS: ActionEvent = ActionEvent::AgentMessageWithoutRequesterResponse;

pub(crate) fn action(
    id: u128,
    event: ActionEvent,
    minutes: i64,
    act: ActionAct,
) -> MessagingAction {
    MessagingAction {
        id: MessagingActionId::new(Uuid::from_u128(0xc000_0000 + id)),
        name: format!("Action {id}"),
        event,
        after: Millis::minutes(minutes),
        is_active: true,
        filter: "true".to_owned(),
        act,
    }
}

pub(crate) fn prompt() -> ActionAct {
    ActionAct::PromptAgent {
        text: "Answer, please".to_owned(),
    }
}

pub(crate) fn close() -> ActionAct {
    ActionAct::SetState {
        state: InteractionState::ClosedAbandoned,
    }
}

pub(crate) fn desk(actions: &[MessagingAction]) -> Desk {
    let mut desk = Desk::new();
    switch_on(&mut desk, actions);
    desk
}

/// Exactly these watch from now on.
fn switch_on(desk: &mut Desk, actions: &[MessagingAction]) {
    desk.state.trackers = actions
        .iter()
        .map(|action| Tracker {
            action: action.id,
            event: action.event,
            after: action.after,
            is_armed: false,
        })
        .collect();
}

fn text(desk: &mut Desk, number: u64, seconds: i64) {
    desk.now = at(seconds);
    desk.arrive(&inbound(number, "Hello?", at(seconds)));
}

/// Actions with a running timer, and the second it is due at.
pub(crate) fn armed(desk: &Desk) -> Vec<(u128, i64)> {
    let mut found: Vec<_> = desk
        .timers
        .iter()
        .filter_map(|timer| match timer.purpose {
            TimerPurpose::MessagingAction { action, .. } => Some((
                action.uuid().as_u128() - 0xc000_0000,
                timer.due_at.since(at(0)).0 / 1000,
            )),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found
}

/// Fires what is due, oldest first, as the timers task does; answers which timers did something.
pub(crate) fn fire_due(
    desk: &mut Desk,
    actions: &[MessagingAction],
    facts: &Facts,
) -> Vec<(Timer, ActionOutcome)> {
    let mut outcomes = Vec::new();
    loop {
        let mut due: Vec<Timer> = desk.timers.clone();
        due.retain(|timer| {
            timer.due_at <= desk.now
                && matches!(timer.purpose, TimerPurpose::MessagingAction { .. })
        });
        due.sort_by_key(|timer| (timer.due_at, timer.id));
        let Some(timer) = due.first().copied() else {
            return outcomes;
        };
        desk.timers.retain(|known| known.id != timer.id);
        let TimerPurpose::MessagingAction {
            action,
            interaction,
            started_at,
        } = timer.purpose
        else {
            continue;
        };
        let action = actions.iter().find(|known| known.id == action).unwrap();
        let numbers = [number(TEAM)];
        let ctx = FireContext {
            now: desk.now,
            interaction,
            started_at,
            facts,
            provider_numbers: &numbers,
        };
        let plan = plan_fire(&desk.load(None), action, &ctx, &mut desk.ids);
        outcomes.extend(plan.events.iter().filter_map(|event| match &event.body {
            EventBody::MessagingActionFired { outcome, .. } => Some((timer, *outcome)),
            _ => None,
        }));
        desk.apply(plan);
    }
}

fn outcomes(desk: &mut Desk, actions: &[MessagingAction]) -> Vec<ActionOutcome> {
    let fired = fire_due(desk, actions, &Facts::new());
    fired.into_iter().map(|(_, outcome)| outcome).collect()
}

#[test]
fn m_2_a_wait_for_an_agent_begins_with_a_text_and_ends_with_an_answer() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 100);
    assert_eq!(armed(&desk), vec![(1, 100 + 1800)]);
    desk.now = at(200);
    desk.send(agent(1), 1, "Here").unwrap();
    assert_eq!(armed(&desk), vec![]);
}

#[test]
fn m_3_a_wait_for_the_customer_begins_with_an_answer_and_ends_with_a_text() {
    let actions = [action(1, TEAM_WAITS, 30, close())];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 100);
    assert_eq!(armed(&desk), vec![]);
    desk.now = at(200);
    desk.send(agent(1), 1, "Here").unwrap();
    assert_eq!(armed(&desk), vec![(1, 200 + 1800)]);
    text(&mut desk, 2, 300);
    assert_eq!(armed(&desk), vec![]);
}

#[test]
fn m_4_prompting_the_agent_announces_and_marks_until_somebody_answers() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 100);
    desk.now = at(1900);
    assert_eq!(
        outcomes(&mut desk, &actions),
        vec![ActionOutcome::AgentPrompted]
    );
    assert_eq!(desk.state.marks.prompted_at, Some(at(1900)));
    assert!(matches!(
        desk.announcements.last(),
        Some(Announcement::AgentPrompted { text, .. }) if text == "Answer, please"
    ));
    desk.send(agent(1), 1, "Sorry").unwrap();
    assert_eq!(desk.state.marks.prompted_at, None);
}

#[test]
fn m_5_and_m_12_prompting_the_requester_writes_a_text_of_nobodys_that_stops_no_clock() {
    let act = ActionAct::PromptRequester {
        text: "We are on it.".to_owned(),
    };
    let actions = [
        action(1, CUSTOMER_WAITS, 10, act),
        action(2, CUSTOMER_WAITS, 30, prompt()),
        action(3, TEAM_WAITS, 10, close()),
    ];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    desk.now = at(600);
    outcomes(&mut desk, &actions);
    let sent = desk.messages.last().unwrap();
    assert_eq!((sent.body.as_str(), sent.author), ("We are on it.", None));
    assert_eq!(desk.outbox.len(), 1);
    assert_eq!(armed(&desk), vec![(2, 1800)], "the wait goes on");
    assert!(desk.active().unwrap().assigned_to.is_none());
}

#[test]
fn m_6_and_m_7_reassigning_makes_it_new_work_again_also_from_hold() {
    for hold in [false, true] {
        let actions = [action(1, CUSTOMER_WAITS, 30, ActionAct::Reassign)];
        let mut desk = desk(&actions);
        desk.now = at(0);
        desk.send(agent(1), 1, "Hello").unwrap();
        text(&mut desk, 1, 10);
        if hold {
            desk.act(agent(1), InteractionAct::Hold).unwrap();
        }
        desk.now = at(10 + 1800);
        assert_eq!(
            outcomes(&mut desk, &actions),
            vec![ActionOutcome::Reassigned]
        );
        let interaction = desk.active().unwrap();
        assert_eq!(interaction.state, InteractionState::New);
        assert_eq!(interaction.assigned_to, None);
    }
}

#[test]
fn m_8_and_m_15_setting_a_closed_state_uses_its_reason_and_cancels_every_timer() {
    let actions = [
        action(1, TEAM_WAITS, 30, close()),
        action(2, TEAM_WAITS, 60, prompt()),
    ];
    let mut desk = desk(&actions);
    desk.now = at(0);
    desk.send(agent(1), 1, "Anything else?").unwrap();
    assert_eq!(armed(&desk), vec![(1, 1800), (2, 3600)]);
    desk.now = at(1800);
    outcomes(&mut desk, &actions);
    let closed = desk.state.latest_interaction.as_ref().unwrap();
    assert_eq!(closed.state, InteractionState::ClosedAbandoned);
    assert_eq!(closed.state_reason, Some(CloseReason::NoRequesterResponse));
    assert_eq!(armed(&desk), vec![]);
}

#[test]
fn m_8_a_state_that_cannot_be_reached_changes_nothing() {
    let hold = ActionAct::SetState {
        state: InteractionState::OnHold,
    };
    let actions = [action(1, CUSTOMER_WAITS, 30, hold)];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    desk.now = at(1800);
    assert_eq!(
        outcomes(&mut desk, &actions),
        vec![ActionOutcome::NothingToDo],
        "New is not held"
    );
}

#[test]
fn m_10_what_is_wrong_with_an_action_is_named_by_field() {
    let mut bad = action(1, CUSTOMER_WAITS, 0, prompt());
    bad.name = " ".to_owned();
    bad.filter = "stat == 'new'".to_owned();
    bad.act = ActionAct::PromptRequester {
        text: "x".repeat(1700),
    };
    let problems = bad.problems();
    assert_eq!(problems[0], ActionProblem::NoName);
    assert_eq!(problems[1], ActionProblem::Wait);
    assert_eq!(problems[2], ActionProblem::TextTooLong { over_by: 100 });
    assert!(
        matches!(&problems[3], ActionProblem::Filter(found) if found[0].words.contains("state"))
    );
    let wrap_up = ActionAct::SetState {
        state: InteractionState::WrapUp,
    };
    assert_eq!(
        action(1, CUSTOMER_WAITS, 1, wrap_up).problems(),
        vec![ActionProblem::State]
    );
}

#[test]
fn m_11_later_texts_do_not_postpone_and_later_answers_do() {
    let actions = [
        action(1, CUSTOMER_WAITS, 30, prompt()),
        action(2, TEAM_WAITS, 30, close()),
    ];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    text(&mut desk, 2, 600);
    assert_eq!(armed(&desk), vec![(1, 1800)]);
    desk.now = at(700);
    desk.send(agent(1), 1, "One").unwrap();
    desk.now = at(800);
    desk.send(agent(1), 2, "Two").unwrap();
    assert_eq!(armed(&desk), vec![(2, 800 + 1800)]);
}

#[test]
fn m_13_the_filter_is_asked_when_the_time_has_come_and_consumes_the_firing() {
    let mut held_only = action(1, CUSTOMER_WAITS, 30, prompt());
    held_only.filter = "state == \"on_hold\"".to_owned();
    let actions = [held_only, action(2, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    desk.now = at(1800);
    let facts = Facts::new().with(Fact::State, InteractionState::New);
    let fired = fire_due(&mut desk, &actions, &facts);
    assert_eq!(fired.len(), 2, "independently of each other");
    for wanted in [ActionOutcome::FilterNotMet, ActionOutcome::AgentPrompted] {
        assert!(fired.iter().any(|(_, outcome)| *outcome == wanted));
    }
    text(&mut desk, 2, 9999);
    assert_eq!(armed(&desk), vec![], "one firing per start");
}

#[test]
fn m_15_a_timer_that_was_overtaken_fires_nothing() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    let stale = desk.timers.clone();
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    assert_eq!(armed(&desk), vec![]);
    // As if the file had kept it: after the close, and in the next interaction.
    for (number, seconds) in [(2, 1800), (3, 4000)] {
        desk.timers.clone_from(&stale);
        desk.now = at(seconds);
        assert_eq!(outcomes(&mut desk, &actions), vec![]);
        text(&mut desk, number, seconds + 1);
    }
}

#[test]
fn m_16_an_opted_out_requester_is_not_prompted_and_the_skip_is_recorded() {
    let act = ActionAct::PromptRequester {
        text: "Still there?".to_owned(),
    };
    let actions = [action(1, CUSTOMER_WAITS, 30, act)];
    let mut desk = desk(&actions);
    text(&mut desk, 1, 0);
    desk.arrive(&inbound(2, "STOP", at(1)));
    desk.now = at(1800);
    assert_eq!(outcomes(&mut desk, &actions), vec![ActionOutcome::OptedOut]);
    assert!(desk.outbox.is_empty());
}

#[test]
fn calling_an_answer_back_takes_the_wait_up_again_and_never_fires_it_twice() {
    let actions = [action(1, CUSTOMER_WAITS, 30, prompt())];
    let mut desk = desk(&actions);
    desk.undo_hold = UndoHold::seconds(10);
    text(&mut desk, 1, 0);
    desk.now = at(100);
    desk.send(agent(1), 1, "Wait").unwrap();
    assert!(desk.recall(1));
    assert_eq!(armed(&desk), vec![(1, 1800)]);
    desk.now = at(1800);
    assert_eq!(outcomes(&mut desk, &actions).len(), 1);
    desk.now = at(1900);
    desk.send(agent(1), 2, "Now").unwrap();
    assert!(desk.recall(2));
    assert_eq!(armed(&desk), vec![], "it had its firing");
}

#[test]
fn calling_an_answer_back_leaves_the_wait_to_those_who_watched_it() {
    let actions = [
        action(1, CUSTOMER_WAITS, 30, prompt()),
        action(2, CUSTOMER_WAITS, 40, prompt()),
    ];
    let mut desk = desk(&actions[..1]);
    desk.undo_hold = UndoHold::seconds(10);
    text(&mut desk, 1, 0);
    switch_on(&mut desk, &actions);
    desk.now = at(100);
    desk.send(agent(1), 1, "Wait").unwrap();
    desk.send(agent(1), 2, "A moment").unwrap();
    assert!(desk.recall(1));
    assert!(desk.recall(2));
    assert_eq!(armed(&desk), vec![(1, 1800)], "the second did not watch it");
    desk.send(agent(1), 3, "Now").unwrap();
    text(&mut desk, 2, 200);
    assert_eq!(armed(&desk), vec![(1, 2000), (2, 2600)], "a new wait");
}

#[test]
fn a_rehearsal_says_what_life_would_have_done() {
    let actions = [
        action(1, CUSTOMER_WAITS, 30, prompt()),
        action(2, TEAM_WAITS, 60, close()),
    ];
    let mut life = desk(&actions);
    text(&mut life, 1, 0);
    text(&mut life, 2, 900);
    life.now = at(1800);
    outcomes(&mut life, &actions);
    life.now = at(2000);
    life.send(agent(1), 1, "Sorry").unwrap();
    life.now = at(2000 + 3600);
    outcomes(&mut life, &actions);

    let mut turns: Vec<_> = life
        .messages
        .iter()
        .map(|message| PastTurn {
            at: message.at,
            fact: PastFact::Text(Box::new(message.clone())),
        })
        .collect();
    turns.extend(
        life.events
            .iter()
            .filter_map(|event| match event.aggregate {
                AggregateRef::Interaction(id) => Some(PastTurn {
                    at: event.at,
                    fact: PastFact::Event(id, event.body.clone()),
                }),
                _ => None,
            }),
    );
    turns.sort_by_key(|turn| turn.at);
    let found: Vec<_> = rehearse(&actions, &turns, at(99_999))
        .iter()
        .map(|it| (it.action, it.at.since(at(0)).0 / 1000))
        .collect();
    assert_eq!(found, vec![(actions[0].id, 1800), (actions[1].id, 5600)]);
    assert_eq!(rehearse(&actions, &[], at(9)), vec![]);
}

//! W-1, W-3 … W-7, W-9, and I-13: the time after a conversation.

use tern_domain::routing::{RoutingConfig, ServiceChannel, loads};
use tern_domain::wrap_up::{
    WrapUpAct, WrapUpChoice, WrapUpEnd, WrapUpRefusal, WrapUpSegmentState, WrapUpSweep,
    WrapUpTerms, plan_wrap_up_swept,
};
use tern_domain::{
    ActRefusal, Authority, CloseReason, InteractionAct as Act, InteractionState as S, Millis,
    TimerPurpose, WrapUpCodeId, WrapUpConfigurationId,
};
use uuid::Uuid;

use crate::support::{Desk, agent, at, inbound};

pub(crate) fn code(number: u128) -> WrapUpCodeId {
    WrapUpCodeId::new(Uuid::from_u128(0xd000 + number))
}

/// A minute, three codes, the third stands in.
pub(crate) fn terms(enforced: bool) -> WrapUpTerms {
    let choices = ["Sold", "Question", "Other"];
    WrapUpTerms {
        configuration: WrapUpConfigurationId::new(Uuid::from_u128(0xe001)),
        name: "After every text".to_owned(),
        enforced,
        duration: Millis::seconds(60),
        shows_timer: true,
        codes: (1..)
            .zip(choices)
            .map(|(number, name)| WrapUpChoice {
                id: code(number),
                name: name.to_owned(),
                description: String::new(),
            })
            .collect(),
        default_code: Some(code(3)),
    }
}

/// A text that agent 1 took, on a desk with wrap-up.
fn taken(terms: Option<WrapUpTerms>) -> Desk {
    let mut desk = Desk::new();
    desk.state.wrap_up = terms;
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), Act::Take).unwrap();
    desk
}

/// The same, in wrap-up since second 10.
fn wrapping(enforced: bool) -> Desk {
    let mut desk = taken(Some(terms(enforced)));
    desk.now = at(10);
    desk.act(agent(1), Act::Finish).unwrap();
    desk
}

fn first(desk: &Desk) -> &tern_domain::Interaction {
    desk.interactions.values().next().unwrap()
}

fn slots_in_use(desk: &Desk) -> u32 {
    let config = RoutingConfig {
        channels: vec![ServiceChannel::sms()],
        ..RoutingConfig::default()
    };
    let open = desk.work.values().filter(|item| item.is_open());
    let with_state = open.map(|item| (item, desk.interactions[&item.interaction].state));
    loads(&config, with_state)
        .get(&agent(1))
        .map_or(0, |load| load.total())
}

#[test]
fn w_1_ending_the_conversation_leads_to_wrap_up_where_a_configuration_matches() {
    let cases = [
        (Some(terms(false)), vec![Act::Take], S::WrapUp),
        (Some(terms(false)), vec![Act::Take, Act::Hold], S::WrapUp),
        (None, vec![Act::Take], S::ClosedComplete),
        // Nobody has worked on it: there is nobody to wrap it up.
        (Some(terms(false)), vec![], S::ClosedComplete),
    ];
    for (terms, acts, wanted) in cases {
        let mut desk = Desk::new();
        desk.state.wrap_up = terms;
        desk.arrive(&inbound(1, "hello", at(0)));
        for act in acts {
            desk.act(agent(1), act).unwrap();
        }
        desk.act(agent(1), Act::Finish).unwrap();
        let interaction = first(&desk);
        assert_eq!(interaction.state, wanted);
        assert_eq!(interaction.wrap_up.is_some(), wanted == S::WrapUp);
        assert_eq!(interaction.closed_at.is_some(), wanted != S::WrapUp);
    }
}

#[test]
fn w_1_what_is_wrapped_up_is_not_active_and_nobody_waits_any_more() {
    let mut desk = taken(Some(terms(true)));
    desk.state.marks.is_pinned = true;
    desk.act(agent(1), Act::Finish).unwrap();
    assert!(desk.active().is_none());
    assert!(desk.state.clocks.are_stopped());
    assert!(!desk.state.marks.is_pinned);
    for act in [Act::Take, Act::Hold, Act::Finish, Act::FinishWithoutWrapUp] {
        assert_eq!(desk.act(agent(1), act), Err(ActRefusal::NothingActive));
    }
}

#[test]
fn w_3_the_agent_ends_it() {
    let mut desk = wrapping(true);
    desk.now = at(35);
    desk.wrap_up(agent(1), WrapUpAct::Choose(Some(code(1))))
        .unwrap();
    desk.wrap_up(agent(1), WrapUpAct::End).unwrap();
    let interaction = first(&desk);
    assert_eq!(interaction.state, S::ClosedComplete);
    assert_eq!(interaction.state_reason, Some(CloseReason::AgentEnded));
    assert_eq!(interaction.wrap_up_duration, Some(Millis::seconds(25)));
    assert!(!interaction.system_wrap_up);
    let wrap_up = interaction.wrap_up.as_ref().unwrap();
    assert_eq!(wrap_up.end, Some(WrapUpEnd::Agent));
    let segment = &wrap_up.segments[0];
    assert_eq!(segment.code, Some(code(1)));
    assert!(!segment.timed_out && !segment.segmented);
    assert!(desk.timers.is_empty(), "the timer goes with it");
    assert_eq!(
        desk.wrap_up(agent(1), WrapUpAct::End),
        Err(WrapUpRefusal::Over)
    );
}

#[test]
fn w_3_leaving_the_conversation_ends_it_too() {
    let mut desk = wrapping(false);
    desk.wrap_up(agent(1), WrapUpAct::Leave).unwrap();
    let interaction = first(&desk);
    assert_eq!(interaction.state, S::ClosedComplete);
    assert!(!interaction.system_wrap_up);
    let wrap_up = interaction.wrap_up.as_ref().unwrap();
    assert_eq!(wrap_up.end, Some(WrapUpEnd::Left));
    assert_eq!(wrap_up.segments[0].code, None, "only the timer fills in");
}

#[test]
fn w_3_only_the_enforced_timer_ends_it_by_the_system_and_once() {
    let mut desk = wrapping(true);
    let [timer] = &desk.timers[..] else { panic!() };
    assert_eq!(timer.due_at, at(70));
    assert!(matches!(timer.purpose, TimerPurpose::WrapUpEnds { .. }));
    desk.now = at(69);
    assert_eq!(desk.fire_wrap_ups(), 0);
    // The laptop slept: it fires late, and the time that it took is told as it was.
    desk.now = at(4000);
    assert_eq!(desk.fire_wrap_ups(), 1);
    let interaction = first(&desk);
    assert_eq!(interaction.state, S::ClosedComplete);
    assert!(interaction.system_wrap_up);
    assert_eq!(interaction.wrap_up_duration, Some(Millis::seconds(3990)));
    assert_eq!(desk.fire_wrap_ups(), 0);

    let mut desk = wrapping(false);
    assert!(desk.timers.is_empty(), "not enforced");
    desk.now = at(9999);
    assert_eq!(desk.fire_wrap_ups(), 0);
    assert_eq!(first(&desk).state, S::WrapUp);
}

#[test]
fn w_3_a_timer_after_the_close_or_before_its_time_ends_nothing() {
    let mut desk = wrapping(true);
    let timer = desk.timers[0];
    desk.wrap_up(agent(1), WrapUpAct::End).unwrap();
    let events = desk.events.len();
    // As if it had been read before it was cancelled.
    desk.timers.push(timer);
    desk.now = at(70);
    assert_eq!(desk.fire_wrap_ups(), 1);
    assert_eq!(desk.events.len(), events);

    let mut desk = wrapping(true);
    let work = desk.wrapping().remove(0);
    desk.timers.clear();
    desk.now = at(5);
    let plan = tern_domain::wrap_up::plan_wrap_up_due(&work, desk.now, &mut desk.ids);
    desk.apply(plan);
    assert_eq!(first(&desk).state, S::WrapUp);
    assert_eq!(
        desk.timers,
        [timer],
        "the clock was set back: it stays armed"
    );
}

#[test]
fn w_3_and_i_17_only_its_agent_or_a_supervisor_ends_it() {
    let mut desk = wrapping(true);
    let owner = Some(agent(1));
    assert_eq!(
        desk.wrap_up(agent(2), WrapUpAct::End),
        Err(WrapUpRefusal::SomebodyElses { agent: owner })
    );
    let refused = desk.wrap_up(agent(2), WrapUpAct::Choose(Some(code(1))));
    assert_eq!(refused, Err(WrapUpRefusal::SomebodyElses { agent: owner }));
    let work = desk.wrapping().remove(0);
    let ctx = tern_domain::ActContext {
        now: desk.now,
        agent: agent(2),
        authority: Authority::Supervisor,
    };
    let plan = tern_domain::wrap_up::plan_wrap_up(&work, WrapUpAct::End, &ctx, &mut desk.ids);
    desk.apply(plan.unwrap());
    assert_eq!(first(&desk).state, S::ClosedComplete);
}

#[test]
fn w_4_closing_it_while_working_skips_the_wrap_up_and_stores_a_duration_of_zero() {
    let mut desk = taken(Some(terms(true)));
    desk.act(agent(1), Act::FinishWithoutWrapUp).unwrap();
    let interaction = first(&desk);
    assert_eq!(interaction.state, S::ClosedComplete);
    assert_eq!(interaction.wrap_up_duration, Some(Millis::ZERO));
    assert!(interaction.wrap_up.is_none());

    let mut desk = taken(None);
    desk.act(agent(1), Act::FinishWithoutWrapUp).unwrap();
    assert_eq!(first(&desk).wrap_up_duration, None, "none was due");
}

#[test]
fn w_6_the_default_code_stands_in_where_time_ran_out_before_one_was_chosen() {
    for (chosen, wanted) in [(None, code(3)), (Some(code(2)), code(2))] {
        let mut desk = wrapping(true);
        desk.wrap_up(agent(1), WrapUpAct::Choose(chosen)).unwrap();
        desk.now = at(70);
        desk.fire_wrap_ups();
        let segment = &first(&desk).wrap_up.as_ref().unwrap().segments[0];
        assert_eq!(segment.code, Some(wanted));
        assert!(segment.timed_out);
        assert_eq!(segment.submitted_at, Some(at(70)));
    }
}

#[test]
fn w_6_and_q_9_capacity_is_freed_only_when_it_is_closed() {
    let mut desk = wrapping(true);
    assert_eq!(slots_in_use(&desk), 1);
    // Not even the next text of the same customer changes that.
    desk.arrive(&inbound(2, "one more thing", at(11)));
    assert_eq!(slots_in_use(&desk), 1);
    desk.act(agent(1), Act::Take).unwrap();
    assert_eq!(slots_in_use(&desk), 2);
    desk.act(agent(1), Act::Hold).unwrap();
    assert_eq!(slots_in_use(&desk), 1, "OnHold is free, wrap-up is not");
    desk.now = at(70);
    desk.fire_wrap_ups();
    assert_eq!(slots_in_use(&desk), 0);
}

#[test]
fn w_7_the_sweep_closes_what_is_older_than_its_limit() {
    let mut desk = wrapping(false);
    let sweep = WrapUpSweep::default();
    let off = WrapUpSweep {
        active: false,
        ..sweep
    };
    let minutes = |count: i64| at(10) + Millis::minutes(count);
    for (sweep, now, closes) in [
        (sweep, minutes(15), false),
        (off, minutes(99), false),
        (sweep, minutes(15) + Millis(1), true),
    ] {
        let work = desk.wrapping().remove(0);
        desk.now = now;
        let plan = plan_wrap_up_swept(&work, sweep, now, &mut desk.ids);
        desk.apply(plan);
        assert_eq!(first(&desk).state == S::ClosedComplete, closes);
    }
    let interaction = first(&desk);
    assert!(!interaction.system_wrap_up, "only the timer sets it");
    assert_eq!(
        interaction.wrap_up.as_ref().unwrap().end,
        Some(WrapUpEnd::Sweep)
    );
}

#[test]
fn w_8_a_code_must_be_one_of_those_allowed_and_choosing_it_again_is_nothing_new() {
    let mut desk = wrapping(true);
    let refused = desk.wrap_up(agent(1), WrapUpAct::Choose(Some(code(9))));
    assert_eq!(refused, Err(WrapUpRefusal::NoSuchCode));
    let choose = WrapUpAct::Choose(Some(code(2)));
    assert!(!desk.wrap_up(agent(1), choose).unwrap().is_empty());
    assert!(desk.wrap_up(agent(1), choose).unwrap().is_empty());
    desk.wrap_up(agent(1), WrapUpAct::Choose(None)).unwrap();
    let segment = &first(&desk).wrap_up.as_ref().unwrap().segments[0];
    assert_eq!(segment.code, None);
    assert_eq!(segment.state, WrapUpSegmentState::Open);
}

#[test]
fn w_9_one_segment_for_each_agent_who_was_assigned() {
    let mut desk = taken(Some(terms(true)));
    desk.act(agent(1), Act::PutBack).unwrap();
    desk.act(agent(2), Act::Take).unwrap();
    // Joining is not being assigned.
    desk.send(agent(3), 1, "I can help too").unwrap();
    desk.act(agent(2), Act::Finish).unwrap();
    let wrap_up = first(&desk).wrap_up.clone().unwrap();
    let agents: Vec<_> = wrap_up.segments.iter().map(|it| it.agent).collect();
    assert_eq!(agents, [agent(1), agent(2)]);
    assert!(wrap_up.segments.iter().all(|it| it.segmented));
    assert!(wrap_up.segments.iter().all(|it| !it.awaiting_confirmation));
    // Each says what it came to for them; the one who has it ends it for all.
    desk.wrap_up(agent(1), WrapUpAct::Choose(Some(code(1))))
        .unwrap();
    assert!(desk.wrap_up(agent(1), WrapUpAct::End).is_err());
    desk.wrap_up(agent(2), WrapUpAct::End).unwrap();
    let wrap_up = first(&desk).wrap_up.clone().unwrap();
    let codes: Vec<_> = wrap_up.segments.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Some(code(1)), None]);
}

#[test]
fn w_9_what_is_superseded_skips_wrap_up() {
    use tern_domain::{PersonId, Recipient};
    let person = |number: u128| PersonId::new(Uuid::from_u128(0xc000 + number));
    let mut desk = Desk::new();
    desk.state.wrap_up = Some(terms(true));
    let to = |number| Recipient {
        person: Some(person(number)),
        move_number: true,
        take_over: true,
    };
    desk.send_to(agent(1), 1, "Hi Ana", to(1)).unwrap();
    desk.send_to(agent(2), 2, "Hi Ben", to(2)).unwrap();
    let superseded = first(&desk);
    assert_eq!(
        superseded.state_reason,
        Some(CloseReason::SupersededByUserChange)
    );
    assert_eq!(superseded.state, S::ClosedComplete);
    assert!(superseded.wrap_up.is_none());
    assert_eq!(superseded.wrap_up_duration, None);
}

#[test]
fn i_13_a_text_during_wrap_up_starts_a_new_interaction_linked_to_the_old() {
    let mut desk = wrapping(true);
    let old = first(&desk).id;
    desk.arrive(&inbound(2, "one more thing", at(20)));
    let new = desk.active().unwrap();
    assert_ne!(new.id, old);
    assert_eq!(new.previous_interaction, Some(old));
    assert_eq!(new.state, S::New);
    assert_eq!(desk.interactions[&old].state, S::WrapUp, "it goes on");
    assert_eq!(desk.state.work.len(), 1, "the new one waits by itself");

    // The two do not get into each other's way.
    desk.act(agent(2), Act::Take).unwrap();
    desk.now = at(70);
    desk.fire_wrap_ups();
    assert_eq!(desk.interactions[&old].state, S::ClosedComplete);
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(2)));
    assert!(
        !desk.state.clocks.are_stopped(),
        "the customer waits for the second"
    );
}

#[test]
fn i_13_an_agents_text_during_wrap_up_starts_a_new_interaction_too() {
    let mut desk = wrapping(false);
    let old = first(&desk).id;
    desk.send(agent(1), 1, "I forgot something").unwrap();
    let new = desk.active().unwrap();
    assert_eq!(new.previous_interaction, Some(old));
    assert_eq!(new.assigned_to, Some(agent(1)));
    assert_eq!(desk.wrapping().len(), 1);
    desk.act(agent(1), Act::Finish).unwrap();
    assert_eq!(desk.wrapping().len(), 2);
    desk.wrap_up(agent(1), WrapUpAct::End).unwrap();
    desk.wrap_up(agent(1), WrapUpAct::End).unwrap();
    assert!(desk.work.values().all(|item| !item.is_open()));
}

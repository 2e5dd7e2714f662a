//! agents, what they carry, their presence, and the PIN of a shared desk.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::agents::{
    Agent, AgentPresence, AgentsRefusal, CapacityOverride, Group, Pin, PinLock, PinRefusal,
    PresenceCause, PresenceRefusal, PresenceState, Role, check_agent, check_presence_state,
    check_presence_state_removal, plan_presence,
};
use tern_domain::routing::AssignmentRule;
use tern_domain::{
    Actor, Authority, Channel, Effect, EventBody, GroupId, Millis, PresenceStateId, RuleId,
};
use uuid::Uuid;

use crate::support::{agent, at, counter};

fn named(number: u128, name: &str) -> Agent {
    Agent {
        roles: [Role::Agent].into(),
        ..Agent::first(agent(number), name)
    }
}

fn group(number: u128) -> GroupId {
    GroupId::new(Uuid::from_u128(0x9000 + number))
}

#[test]
fn q_8_the_later_override_of_agent_and_groups_replaces_the_earlier() {
    let over = |slots, seconds| {
        [(
            Channel::Sms,
            CapacityOverride {
                slots,
                set_at: at(seconds),
            },
        )]
        .into()
    };
    let groups = [
        Group {
            id: group(1),
            name: "Day".to_owned(),
            capacity: over(6, 20),
        },
        Group {
            id: group(2),
            name: "Night".to_owned(),
            capacity: over(9, 90),
        },
    ];
    let mut ana = named(1, "Ana");
    assert_eq!(ana.slots(Channel::Sms, &groups, 4), 4, "the channel's own");
    ana.capacity = over(2, 10);
    assert_eq!(ana.slots(Channel::Sms, &groups, 4), 2);
    ana.groups = [group(1)].into();
    assert_eq!(ana.slots(Channel::Sms, &groups, 4), 6, "set later");
    ana.capacity = over(3, 30);
    assert_eq!(ana.slots(Channel::Sms, &groups, 4), 3, "set later still");
}

#[test]
fn i_17_supervisors_and_admins_may_act_on_any_conversation() {
    let mut ana = named(1, "Ana");
    assert_eq!(ana.authority(), Authority::Agent);
    ana.roles = [Role::Supervisor].into();
    assert_eq!(ana.authority(), Authority::Supervisor);
}

#[test]
fn q_11_the_three_shipped_states_and_who_may_pick_others() {
    let [available, away, offline] = PresenceState::shipped();
    assert!(available.takes(Channel::Sms));
    assert!(!away.takes(Channel::Sms) && !offline.takes(Channel::Sms));
    let training = PresenceState {
        id: PresenceStateId::new(Uuid::from_u128(77)),
        name: "Training".to_owned(),
        groups: [group(1)].into(),
        ..away.clone()
    };
    let ana = named(1, "Ana");
    let choose = |state: &PresenceState, who: &Agent| {
        plan_presence(
            who,
            None,
            state,
            (Actor::Agent(who.id), PresenceCause::Chosen),
            at(5),
            &mut counter(),
        )
    };
    assert_eq!(choose(&training, &ana), Err(PresenceRefusal::NotForYou));
    let ben = Agent {
        groups: [group(1)].into(),
        ..named(2, "Ben")
    };
    let plan = choose(&training, &ben).unwrap();
    assert!(matches!(
        plan.events[0].body,
        EventBody::PresenceChanged { state, .. } if state == training.id
    ));
    let [Effect::SetPresence(presence)] = plan.effects[..] else {
        panic!("{plan:?}");
    };
    let again = plan_presence(
        &ben,
        Some(&presence),
        &training,
        (Actor::Agent(ben.id), PresenceCause::Chosen),
        at(9),
        &mut counter(),
    );
    assert!(again.unwrap().is_empty(), "the same state is no change");
}

#[test]
fn q_11_a_state_that_receives_work_names_its_channels() {
    let [available, ..] = PresenceState::shipped();
    let mute = PresenceState {
        channels: BTreeSet::new(),
        ..available
    };
    assert_eq!(
        check_presence_state(&mute, &[]),
        Err(AgentsRefusal::NoChannel)
    );
}

#[test]
fn q_11_a_presence_state_goes_only_when_nobody_needs_it() {
    let [available, away, _] = PresenceState::shipped();
    let lunch = PresenceState {
        id: PresenceStateId::new(Uuid::from_u128(77)),
        name: "Lunch".to_owned(),
        ..away
    };
    let nobody = BTreeMap::new();
    assert_eq!(
        check_presence_state_removal(&available, &nobody, &[]),
        Err(AgentsRefusal::ShippedState)
    );
    let ana = agent(1);
    let inside = AgentPresence {
        agent: ana,
        state: lunch.id,
        since: at(1),
        version: 1,
    };
    assert_eq!(
        check_presence_state_removal(&lunch, &[(ana, inside)].into(), &[]),
        Err(AgentsRefusal::StateInUse { count: 1 })
    );
    let rule = AssignmentRule {
        presence_afterwards: Some(lunch.id),
        ..AssignmentRule::shipped(RuleId::new(Uuid::from_u128(5)))
    };
    assert!(matches!(
        check_presence_state_removal(&lunch, &nobody, &[rule]),
        Err(AgentsRefusal::StateOfRule { .. })
    ));
    assert_eq!(check_presence_state_removal(&lunch, &nobody, &[]), Ok(()));
}

#[test]
fn agents_are_refused_with_the_mistake_named() {
    let admin = Agent::first(agent(1), "Ana");
    let all = [admin.clone(), named(2, "Ben")];
    let nameless = named(3, "  ");
    assert_eq!(check_agent(&nameless, &all, 0), Err(AgentsRefusal::NoName));
    let double = named(3, "ben ");
    assert!(matches!(
        check_agent(&double, &all, 0),
        Err(AgentsRefusal::NameTaken { .. })
    ));
    let idle = Agent {
        roles: BTreeSet::new(),
        ..named(3, "Cleo")
    };
    assert_eq!(check_agent(&idle, &all, 0), Err(AgentsRefusal::NoRole));
    let wizard = Agent {
        skills: [("billing".to_owned(), 11)].into(),
        ..named(3, "Cleo")
    };
    assert!(matches!(
        check_agent(&wizard, &all, 0),
        Err(AgentsRefusal::Skill { .. })
    ));
    let resigned = Agent {
        roles: [Role::Agent].into(),
        ..admin
    };
    assert_eq!(
        check_agent(&resigned, &all, 0),
        Err(AgentsRefusal::LastAdmin)
    );
    let leaving = Agent {
        active: false,
        ..named(2, "Ben")
    };
    assert_eq!(
        check_agent(&leaving, &all, 2),
        Err(AgentsRefusal::HoldsWork { count: 2 })
    );
    assert_eq!(check_agent(&leaving, &all, 0), Ok(()));
}

#[test]
fn a_pin_is_digits_that_are_not_all_the_same() {
    assert_eq!(Pin::parse("12a4"), Err(PinRefusal::NotDigits));
    assert_eq!(Pin::parse("123"), Err(PinRefusal::Length));
    assert_eq!(Pin::parse("7777"), Err(PinRefusal::OneDigit));
    let pin = Pin::parse("4071").unwrap();
    assert_eq!(format!("{pin:?}"), "Pin(…)");
}

#[test]
fn wrong_pins_lock_longer_and_longer() {
    let mut lock = PinLock::default();
    for _ in 0..PinLock::FREE_FAILURES {
        lock = lock.failed(at(0));
        assert_eq!(lock.locked_at(at(0)), None);
    }
    lock = lock.failed(at(0));
    assert_eq!(lock.locked_at(at(59)), Some(at(60)));
    assert_eq!(lock.locked_at(at(60)), None);
    lock = lock.failed(at(60));
    assert_eq!(lock.locked_until, Some(at(180)));
    for _ in 0..40 {
        lock = lock.failed(at(0));
    }
    assert_eq!(lock.locked_until, Some(at(0) + Millis::days(1)));
}

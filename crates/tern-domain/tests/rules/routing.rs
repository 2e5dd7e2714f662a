//! Q-4 … Q-14, H-4, H-10: which queue takes an item, when it gives out work, and who can be asked.

use tern_domain::Millis;
use tern_domain::agents::PresenceState;
use tern_domain::routing::{
    AffinityRule, Availability, Behind, Filter, GroupOrder, Hours, Intake, Outcome, Queue,
    RoutingRefusal, ServiceChannel, SkillNeed, Span, Stay, TieKind, Verdict, WorkItem,
    availability, check_queue, next_look,
};

use crate::floor::{Floor, filtered, group, item, offered, pool, queue_id, rule_id, verdict};
use crate::support::{agent, at};

#[test]
fn q_4_the_first_queue_whose_condition_holds_takes_the_item() {
    let mut floor = Floor::new(1);
    for (place, condition) in [(2, "never"), (3, "urgent")] {
        floor.config.queues.push(Queue {
            name: condition.to_owned(),
            order: u32::try_from(place).unwrap(),
            intake: Intake::When {
                condition: condition.to_owned(),
            },
            ..Queue::shipped(queue_id(place))
        });
    }
    floor.config.queues.push(Queue {
        order: 1,
        intake: Intake::ByHandOnly,
        ..Queue::shipped(queue_id(9))
    });
    assert_eq!(floor.one(&item(1, 0)).queue, Some(queue_id(1)));
    let urgent = WorkItem {
        priority: 1,
        ..item(1, 0)
    };
    assert_eq!(floor.one(&urgent).queue, Some(queue_id(3)));
    let put_there = WorkItem {
        queue: Some(queue_id(9)),
        ..urgent.clone()
    };
    assert_eq!(
        floor.one(&put_there).queue,
        Some(queue_id(9)),
        "a queue once found is kept"
    );
    floor.config.queues.retain(|queue| queue.id == queue_id(9));
    assert_eq!(floor.one(&urgent).outcome, Outcome::Stays(Stay::NoQueue));
}

#[test]
fn q_6_every_candidate_is_told_why_or_why_not() {
    let mut floor = Floor::new(4);
    floor.load(2, 1);
    floor.enter(3, PresenceState::AWAY);
    floor.agent(4).groups.clear();
    let decision = floor.one(&item(1, 0));
    assert_eq!(decision.candidates.len(), 4);
    assert_eq!(verdict(&decision, 1), Verdict::Chosen);
    let behind = Verdict::Behind {
        because: Behind::FreeSlots,
    };
    assert_eq!(verdict(&decision, 2), behind);
    let away = Filter::Presence {
        state: Some(PresenceState::AWAY),
    };
    assert_eq!(filtered(&decision, 3), away);
    assert_eq!(filtered(&decision, 4), Filter::NotAsked);
}

#[test]
fn q_7_texts_have_four_slots_and_take_one() {
    let floor = Floor::new(1);
    let items: Vec<_> = (0..6).map(|n| item(n, 0)).collect();
    let decisions = floor.decide(&items);
    assert_eq!(decisions.iter().filter_map(offered).count(), 4);
    let full = Filter::Full {
        in_use: 4,
        slots: 4,
    };
    assert_eq!(filtered(&decisions[5], 1), full);
}

#[test]
fn q_7_a_channel_that_is_off_assigns_nothing() {
    let mut floor = Floor::new(1);
    floor.config.channels[0].active = false;
    assert_eq!(
        floor.one(&item(1, 0)).outcome,
        Outcome::Stays(Stay::SwitchedOff)
    );
}

#[test]
fn q_8_an_item_that_does_not_fit_waits() {
    let mut floor = Floor::new(1);
    floor.load(1, 3);
    assert_eq!(floor.winner(&item(1, 0)), Some(agent(1)));
    let large = WorkItem {
        size: 2,
        ..item(1, 0)
    };
    assert_eq!(floor.winner(&large), None);
}

#[test]
fn q_9_what_is_on_hold_takes_no_slot() {
    use tern_domain::InteractionState as S;
    let sms = ServiceChannel::sms();
    for state in [S::New, S::WorkInProgress, S::WrapUp] {
        assert!(sms.utilizes(state), "{state:?}");
    }
    assert!(!sms.utilizes(S::OnHold));
}

#[test]
fn q_10_universal_capacity_caps_the_total() {
    let mut floor = Floor::new(1);
    floor.agent(1).universal_capacity = Some(2);
    let items: Vec<_> = (0..4).map(|n| item(n, 0)).collect();
    let decisions = floor.decide(&items);
    assert_eq!(decisions.iter().filter_map(offered).count(), 2);
    let full = Filter::UniversallyFull {
        in_use: 2,
        slots: 2,
    };
    assert_eq!(filtered(&decisions[3], 1), full);
}

#[test]
fn q_11_only_states_that_receive_work_of_the_channel_are_offered_it() {
    let mut floor = Floor::new(1);
    floor.enter(1, PresenceState::OFFLINE);
    assert_eq!(floor.winner(&item(1, 0)), None);
    floor.presence.clear();
    let decision = floor.one(&item(1, 0));
    assert_eq!(filtered(&decision, 1), Filter::Presence { state: None });
}

#[test]
fn q_12_without_a_group_items_are_routed_but_never_assigned() {
    let mut floor = Floor::new(1);
    floor.queue().pools.clear();
    let decision = floor.one(&item(1, 0));
    assert_eq!(decision.queue, Some(queue_id(1)));
    assert_eq!(decision.outcome, Outcome::Stays(Stay::NobodyAsked));
}

#[test]
fn q_12_a_queue_gives_out_nothing_out_of_hours() {
    let mut floor = Floor::new(1);
    // LIVE is a Tuesday, 22:13 in UTC.
    floor.queue().hours = Some(Hours {
        time_zone: "UTC".to_owned(),
        week: std::array::from_fn(|_| {
            vec![Span {
                from: 540,
                to: 1020,
            }]
        }),
        exceptions: Vec::new(),
    });
    let Outcome::Stays(Stay::Closed {
        opens_at: Some(opens_at),
    }) = floor.one(&item(1, 0)).outcome
    else {
        panic!("open at night");
    };
    assert_eq!(next_look(&[item(1, 0)], &floor.view()), Some(opens_at));
    floor.now = opens_at;
    assert_eq!(floor.winner(&item(1, 0)), Some(agent(1)));
}

#[test]
fn q_12_queues_are_refused_where_they_are_wrong() {
    let floor = Floor::new(1);
    let good = floor.config.queues[0].clone();
    let config = &floor.config;
    assert_eq!(check_queue(&good, config), Ok(()));
    let with = |change: &dyn Fn(&mut Queue)| {
        let mut queue = good.clone();
        change(&mut queue);
        check_queue(&queue, config).unwrap_err()
    };
    let refused = with(&|queue| queue.name.clear());
    assert_eq!(refused, RoutingRefusal::NoName);
    let refused = with(&|queue| queue.pools.push(pool(5, &[])));
    assert_eq!(refused, RoutingRefusal::PoolWithoutGroup { place: 2 });
    let refused = with(&|queue| queue.pools.push(pool(0, &[group(1)])));
    assert_eq!(refused, RoutingRefusal::PoolsJoinTogether);
    let refused = with(&|queue| queue.pools[0].rule = Some(rule_id(5)));
    assert_eq!(refused, RoutingRefusal::PoolWithoutRule { place: 1 });
    let refused = with(&|queue| queue.active = false);
    assert_eq!(refused, RoutingRefusal::LastCatchAll);
    let refused = with(&|queue| queue.max_wait = Some(Millis::ZERO));
    assert_eq!(refused, RoutingRefusal::NoDuration);
    let tie = AffinityRule {
        kind: TieKind::Customer,
        days_back: 31,
        order: 1,
    };
    let refused = with(&|queue| queue.affinity = vec![tie]);
    assert_eq!(refused, RoutingRefusal::DaysBack);
    let refused = with(&|queue| queue.affinity = vec![tie; 4]);
    assert_eq!(refused, RoutingRefusal::TooManyAffinityRules);
}

#[test]
fn q_22_and_q_25_a_queue_needs_a_skill_once_and_places_a_group_once() {
    let floor = Floor::new(1);
    let refused = |needs: &[(&str, u8)]| {
        let queue = Queue {
            needs: needs
                .iter()
                .map(|(skill, level)| SkillNeed {
                    skill: (*skill).to_owned(),
                    level: *level,
                    mandatory: true,
                })
                .collect(),
            ..floor.config.queues[0].clone()
        };
        check_queue(&queue, &floor.config).err()
    };
    let wrong = |skill: &str| {
        Some(RoutingRefusal::Skill {
            skill: skill.to_owned(),
        })
    };
    assert_eq!(refused(&[("French", 1), ("billing", 10)]), None);
    assert_eq!(refused(&[(" ", 5)]), wrong(" "));
    assert_eq!(refused(&[("French", 11)]), wrong("French"));
    assert_eq!(refused(&[("French", 5), ("french ", 5)]), wrong("french "));
    let twice = Queue {
        group_orders: [1, 2]
            .map(|order| GroupOrder {
                group: group(1),
                order,
            })
            .into(),
        ..floor.config.queues[0].clone()
    };
    assert_eq!(
        check_queue(&twice, &floor.config),
        Err(RoutingRefusal::GroupOrderTwice)
    );
}

#[test]
fn q_14_a_pool_joins_once_the_wait_reaches_its_delay_and_earlier_ones_stay() {
    let mut floor = Floor::new(2);
    floor.agent(2).groups = [group(2)].into();
    floor.queue().pools.push(pool(60, &[group(2)]));
    floor.load(1, 4);
    let waiting = item(1, 0);
    let later = Filter::PoolJoinsLater {
        after: Millis::seconds(60),
    };
    assert_eq!(filtered(&floor.one(&waiting), 2), later);
    assert_eq!(
        next_look(
            &[WorkItem {
                queue: Some(queue_id(1)),
                ..waiting.clone()
            }],
            &floor.view()
        ),
        Some(at(60))
    );
    floor.now = at(60);
    assert_eq!(floor.winner(&waiting), Some(agent(2)));
    floor.loads.clear();
    floor.load(2, 1);
    assert_eq!(
        floor.winner(&waiting),
        Some(agent(1)),
        "the first pool stays"
    );
}

#[test]
fn h_4_available_means_in_schedule_and_somebody_available_full_or_not() {
    let mut floor = Floor::new(1);
    floor.load(1, 4);
    let ask = |floor: &Floor| {
        let queue = &floor.config.queues[0];
        availability(queue, &floor.config, &floor.presence, floor.now)
    };
    assert_eq!(ask(&floor), Availability::Available, "full does not matter");
    floor.enter(1, PresenceState::AWAY);
    assert_eq!(ask(&floor), Availability::NobodyThere);
    floor.queue().hours = Some(Hours {
        time_zone: "UTC".to_owned(),
        week: std::array::from_fn(|_| vec![Span { from: 0, to: 1 }]),
        exceptions: Vec::new(),
    });
    assert!(matches!(
        ask(&floor),
        Availability::OutOfHours {
            opens_at: Some(_),
            may_wait: true
        }
    ));
}

#[test]
fn h_10_an_item_kept_for_an_agent_goes_to_nobody_else_and_never_back() {
    let mut floor = Floor::new(3);
    let kept = WorkItem {
        reserved_for: Some(agent(2)),
        handed_on_by: Some(agent(1)),
        ..item(1, 0)
    };
    let decision = floor.one(&kept);
    assert_eq!(offered(&decision), Some(agent(2)));
    assert_eq!(filtered(&decision, 3), Filter::KeptForAnother);
    assert_eq!(filtered(&decision, 1), Filter::HandsItOn);
    floor.enter(2, PresenceState::AWAY);
    assert_eq!(floor.winner(&kept), None);
}

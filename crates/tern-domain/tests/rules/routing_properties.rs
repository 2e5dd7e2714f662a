//! Fairness and capacity, over desks of any shape.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tern_domain::agents::{Agent, CapacityOverride, PresenceState};
use tern_domain::routing::{Intake, Load, Pool, Queue, WorkItem, decide};
use tern_domain::{AgentId, Channel, Millis};

use crate::floor::{Floor, Words, group, item, offered, queue_id};
use crate::support::{agent, at};

/// A queue: its order, whether it is for urgent items only, and its pools: groups as bits, delay in seconds.
type QueueShape = (u32, bool, Vec<(u8, u16)>);

/// A desk and its waiting items.
#[derive(Debug, Clone)]
struct Scene {
    agents: Vec<(u8, u32, Option<u32>, u32, bool)>,
    queues: Vec<QueueShape>,
    items: Vec<(u32, i64, u32, u8, bool)>,
}

fn scene() -> impl Strategy<Value = Scene> {
    let agents = prop::collection::vec(
        (
            0_u8..8,
            0_u32..6,
            prop::option::of(0_u32..6),
            0_u32..4,
            any::<bool>(),
        ),
        0..8,
    );
    let pools = prop::collection::vec((0_u8..4, 0_u16..100), 0..3);
    let queues = prop::collection::vec((0_u32..3, any::<bool>(), pools), 1..4);
    let items = prop::collection::vec(
        (1_u32..4, -100_i64..0, 1_u32..3, 0_u8..8, any::<bool>()),
        0..25,
    );
    (agents, queues, items).prop_map(|(agents, queues, items)| Scene {
        agents,
        queues,
        items,
    })
}

impl Scene {
    fn build(&self) -> (Floor, Vec<WorkItem>) {
        let mut floor = Floor::new(0);
        for (place, (groups, slots, universal, load, is_there)) in (1..).zip(&self.agents) {
            let own = CapacityOverride {
                slots: *slots,
                set_at: at(0),
            };
            floor.config.agents.push(Agent {
                groups: (0..3)
                    .filter(|bit| groups & (1 << bit) != 0)
                    .map(group)
                    .collect(),
                capacity: [(Channel::Sms, own)].into(),
                universal_capacity: *universal,
                ..Agent::first(agent(place), "x")
            });
            floor.load(place, *load);
            let state = if *is_there {
                PresenceState::AVAILABLE
            } else {
                PresenceState::AWAY
            };
            floor.enter(place, state);
        }
        floor.config.queues = (1..)
            .zip(&self.queues)
            .map(|(place, (order, is_for_urgent, pools))| Queue {
                order: *order,
                intake: if *is_for_urgent {
                    Intake::When {
                        condition: "urgent".to_owned(),
                    }
                } else {
                    Intake::Everything
                },
                pools: pools
                    .iter()
                    .map(|(groups, after)| Pool {
                        rule: None,
                        groups: (0..3)
                            .filter(|bit| groups & (1 << bit) != 0)
                            .map(group)
                            .collect(),
                        eligible_at: Millis::seconds(i64::from(*after)),
                    })
                    .collect(),
                ..Queue::shipped(queue_id(place))
            })
            .collect();
        let items = (1..)
            .zip(&self.items)
            .map(
                |(place, (size, seconds, priority, tried, urgent))| WorkItem {
                    size: *size,
                    priority: if *urgent { *priority } else { 100 },
                    tried: [(agent(u128::from(*tried)), 1)].into(),
                    ..item(place, *seconds)
                },
            )
            .collect();
        (floor, items)
    }
}

proptest! {
    #[test]
    fn q_15_the_order_of_the_input_changes_nothing(scene in scene(), seed in any::<u64>()) {
        let (floor, items) = scene.build();
        let straight = decide(&items, &floor.view(), &Words);
        let (mut other, mut shuffled) = (scene.build().0, items);
        let turn = |length: usize| usize::try_from(seed % (length.max(1) as u64)).unwrap();
        let (by_item, by_agent) = (turn(shuffled.len()), turn(other.config.agents.len()));
        shuffled.rotate_left(by_item);
        shuffled.reverse();
        other.config.agents.rotate_left(by_agent);
        other.config.queues.reverse();
        prop_assert_eq!(straight, decide(&shuffled, &other.view(), &Words));
    }

    #[test]
    fn q_8_and_q_10_capacity_is_never_exceeded(scene in scene()) {
        let (floor, items) = scene.build();
        let mut loads: BTreeMap<AgentId, Load> = floor.loads.clone();
        for decision in decide(&items, &floor.view(), &Words) {
            let Some(who) = offered(&decision) else { continue };
            let size = items.iter().find(|item| item.id == decision.item).unwrap().size;
            let load = loads.entry(who).or_default();
            load.add(Channel::Sms, size);
            let known = floor.config.agent(who).unwrap();
            prop_assert!(load.on(Channel::Sms) <= known.slots(Channel::Sms, &[], 4));
            prop_assert!(known.universal_capacity.is_none_or(|cap| load.total() <= cap));
        }
    }

    /// Nobody waits while somebody who could take it is left with room.
    #[test]
    fn q_20_an_item_stays_only_if_every_candidate_is_filtered(scene in scene()) {
        use tern_domain::routing::Verdict;
        let (floor, items) = scene.build();
        for decision in decide(&items, &floor.view(), &Words) {
            let is_filtered = |verdict: &Verdict| matches!(verdict, Verdict::Filtered { .. });
            let all_filtered = decision.candidates.iter().all(|one| is_filtered(&one.verdict));
            prop_assert_eq!(offered(&decision).is_none(), all_filtered);
        }
    }
}

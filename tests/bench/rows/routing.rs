//! Deciding who is offered what, over a long queue and a large team.

use std::collections::BTreeMap;

use tern_domain::agents::{Agent, AgentPresence, Group, PresenceState};
use tern_domain::routing::{
    Outcome, Pool, Queue, QueueConditions, RoutingConfig, RoutingView, ServiceChannel, WorkItem,
    WorkItemFact, decide,
};
use tern_domain::{
    Address, AgentId, ConversationKey, GroupId, InteractionId, Millis, PhoneNumber, QueueId,
    UtcMillis, WorkItemId,
};
use uuid::Uuid;

use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::Bench;

const ITEMS: u128 = 10_000;
const AGENTS: u128 = 200;
const NOW: UtcMillis = UtcMillis(1_700_000_000_000);

/// No queue here has a condition.
struct NoConditions;

impl QueueConditions for NoConditions {
    fn holds(&self, _queue: &Queue, _condition: &str, _item: &WorkItem) -> bool {
        false
    }
}

pub(crate) fn take(_bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let (config, presence) = team();
    let items = queue()?;
    let (loads, last_assigned, ties) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let view = RoutingView {
        now: NOW,
        config: &config,
        presence: &presence,
        loads: &loads,
        last_assigned: &last_assigned,
        ties: &ties,
    };
    let mut offers = 0;
    let sample = Sample::take(0..10, |_| {
        let decisions = decide(&items, &view, &NoConditions);
        offers = decisions
            .iter()
            .filter(|decision| matches!(decision.outcome, Outcome::Offer { .. }))
            .count();
        Ok(())
    })?;
    anyhow::ensure!(
        offers == 800,
        "{offers} offers for 200 agents of four slots"
    );
    Ok(vec![Figure {
        name: format!("route {ITEMS} waiting items over {AGENTS} agents"),
        value: sample.percentile(90),
        unit: "ms",
        target: Target::AtMost(200.0),
        note: format!("p90; p50 {:.2} ms; {offers} offers", sample.percentile(50)),
    }])
}

fn team() -> (RoutingConfig, BTreeMap<AgentId, AgentPresence>) {
    let group = |number| GroupId::new(Uuid::from_u128(number));
    let agents: Vec<_> = (0..AGENTS)
        .map(|number| Agent {
            groups: [group(number % 4)].into(),
            ..Agent::first(AgentId::new(Uuid::from_u128(number)), "x")
        })
        .collect();
    let presence = agents
        .iter()
        .map(|agent| {
            let presence = AgentPresence {
                agent: agent.id,
                state: PresenceState::AVAILABLE,
                since: NOW,
                version: 1,
            };
            (agent.id, presence)
        })
        .collect();
    let config = RoutingConfig {
        agents,
        groups: (0..4)
            .map(|number| Group {
                id: group(number),
                name: String::new(),
                capacity: BTreeMap::new(),
            })
            .collect(),
        presence: PresenceState::shipped().into(),
        channels: vec![ServiceChannel::sms()],
        queues: vec![Queue {
            pools: vec![
                Pool {
                    rule: None,
                    groups: vec![group(0), group(1)],
                    eligible_at: Millis::ZERO,
                },
                Pool {
                    rule: None,
                    groups: vec![group(2), group(3)],
                    eligible_at: Millis::seconds(60),
                },
            ],
            ..Queue::shipped(QueueId::new(Uuid::from_u128(1)))
        }],
        ..RoutingConfig::default()
    };
    (config, presence)
}

fn queue() -> anyhow::Result<Vec<WorkItem>> {
    let provider = PhoneNumber::parse("+15005550006")?;
    let key = ConversationKey::sms(Address::from("+12125550001"), provider);
    (0..ITEMS)
        .map(|number| {
            let fact = WorkItemFact::Queued {
                interaction: InteractionId::new(Uuid::from_u128(number)),
                key: key.clone(),
                size: 1,
                previous: None,
                queue: None,
                reserved_for: None,
                handed_on_by: None,
                given_up_by: None,
            };
            let since = NOW - Millis::seconds(i64::try_from(number % 300)?);
            WorkItem::queued(WorkItemId::new(Uuid::from_u128(number)), &fact, since)
                .ok_or_else(|| anyhow::anyhow!("no work item"))
        })
        .collect()
}

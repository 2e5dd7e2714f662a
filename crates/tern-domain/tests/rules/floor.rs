//! A desk in memory for the rules of routing: agents, one queue, and how each decision is read.

use std::collections::BTreeMap;

use tern_domain::agents::{Agent, AgentPresence, Group, PresenceState, Role};
use tern_domain::routing::{
    AssignmentRule, Decision, Filter, Load, Outcome, Pool, Queue, QueueConditions, RoutingConfig,
    RoutingView, ServiceChannel, Tie, Verdict, WorkItem, WorkItemFact, decide,
};
use tern_domain::{
    Address, AgentId, Channel, ConversationKey, GroupId, InteractionId, Millis, PresenceStateId,
    QueueId, RuleId, UtcMillis, WorkItemId,
};
use uuid::Uuid;

use crate::support::{TEAM, agent, at, number};

pub(crate) fn group(number: u128) -> GroupId {
    GroupId::new(Uuid::from_u128(0x9000 + number))
}

pub(crate) fn queue_id(number: u128) -> QueueId {
    QueueId::new(Uuid::from_u128(0x8000 + number))
}

pub(crate) fn rule_id(number: u128) -> RuleId {
    RuleId::new(Uuid::from_u128(0x7000 + number))
}

pub(crate) fn item_id(number: u128) -> WorkItemId {
    WorkItemId::new(Uuid::from_u128(0x6000 + number))
}

/// Conditions by the words they stand for.
pub(crate) struct Words;

impl QueueConditions for Words {
    fn holds(&self, _queue: &Queue, condition: &str, item: &WorkItem) -> bool {
        match condition {
            "urgent" => item.priority < 100,
            "never" => false,
            other => panic!("{other}"),
        }
    }
}

/// An item that began to wait so many seconds after the beginning.
pub(crate) fn item(number_of: u128, seconds: i64) -> WorkItem {
    let fact = WorkItemFact::Queued {
        interaction: InteractionId::new(Uuid::from_u128(0x5000 + number_of)),
        key: ConversationKey::sms(Address::from("+14155550101"), number(TEAM)),
        size: 1,
        previous: None,
        queue: None,
        reserved_for: None,
        handed_on_by: None,
        given_up_by: None,
    };
    WorkItem::queued(item_id(number_of), &fact, at(seconds)).unwrap()
}

/// A desk with agents 1 … n, all Available and in group 1, and one queue that asks group 1.
pub(crate) struct Floor {
    pub(crate) config: RoutingConfig,
    pub(crate) presence: BTreeMap<AgentId, AgentPresence>,
    pub(crate) loads: BTreeMap<AgentId, Load>,
    pub(crate) last_assigned: BTreeMap<(AgentId, Channel), UtcMillis>,
    pub(crate) ties: BTreeMap<WorkItemId, Vec<Tie>>,
    pub(crate) now: UtcMillis,
}

impl Floor {
    pub(crate) fn new(agents: u128) -> Self {
        let mut floor = Self {
            config: RoutingConfig {
                groups: vec![Group {
                    id: group(1),
                    name: "Desk".to_owned(),
                    capacity: BTreeMap::new(),
                }],
                presence: PresenceState::shipped().into(),
                channels: vec![ServiceChannel::sms()],
                queues: vec![Queue {
                    pools: vec![pool(0, &[group(1)])],
                    ..Queue::shipped(queue_id(1))
                }],
                rules: vec![AssignmentRule::shipped(rule_id(1))],
                ..RoutingConfig::default()
            },
            presence: BTreeMap::new(),
            loads: BTreeMap::new(),
            last_assigned: BTreeMap::new(),
            ties: BTreeMap::new(),
            now: at(0),
        };
        for who in 1..=agents {
            floor.config.agents.push(Agent {
                roles: [Role::Agent].into(),
                groups: [group(1)].into(),
                ..Agent::first(agent(who), &format!("Agent {who}"))
            });
            floor.enter(who, PresenceState::AVAILABLE);
        }
        floor
    }

    pub(crate) fn enter(&mut self, who: u128, state: PresenceStateId) {
        let presence = AgentPresence {
            agent: agent(who),
            state,
            since: at(0),
            version: 1,
        };
        self.presence.insert(agent(who), presence);
    }

    pub(crate) fn agent(&mut self, who: u128) -> &mut Agent {
        self.config
            .agents
            .iter_mut()
            .find(|known| known.id == agent(who))
            .unwrap()
    }

    pub(crate) fn queue(&mut self) -> &mut Queue {
        self.config.queues.first_mut().unwrap()
    }

    pub(crate) fn rule(&mut self) -> &mut AssignmentRule {
        self.config.rules.first_mut().unwrap()
    }

    pub(crate) fn load(&mut self, who: u128, slots: u32) {
        self.loads
            .entry(agent(who))
            .or_default()
            .add(Channel::Sms, slots);
    }

    pub(crate) fn last(&mut self, who: u128, seconds: i64) {
        self.last_assigned
            .insert((agent(who), Channel::Sms), at(seconds));
    }

    pub(crate) fn view(&self) -> RoutingView<'_> {
        RoutingView {
            now: self.now,
            config: &self.config,
            presence: &self.presence,
            loads: &self.loads,
            last_assigned: &self.last_assigned,
            ties: &self.ties,
        }
    }

    pub(crate) fn decide(&self, items: &[WorkItem]) -> Vec<Decision> {
        decide(items, &self.view(), &Words)
    }

    /// Decides one item.
    pub(crate) fn one(&self, item: &WorkItem) -> Decision {
        self.decide(std::slice::from_ref(item)).pop().unwrap()
    }

    /// Who gets one item.
    pub(crate) fn winner(&self, item: &WorkItem) -> Option<AgentId> {
        offered(&self.one(item))
    }
}

pub(crate) fn pool(seconds: i64, groups: &[GroupId]) -> Pool {
    Pool {
        rule: Some(rule_id(1)),
        groups: groups.to_vec(),
        eligible_at: Millis::seconds(seconds),
    }
}

pub(crate) fn offered(decision: &Decision) -> Option<AgentId> {
    match decision.outcome {
        Outcome::Offer { agent, .. } => Some(agent),
        Outcome::Stays(_) => None,
    }
}

pub(crate) fn verdict(decision: &Decision, who: u128) -> Verdict {
    decision
        .candidates
        .iter()
        .find(|candidate| candidate.agent == agent(who))
        .unwrap()
        .verdict
        .clone()
}

pub(crate) fn filtered(decision: &Decision, who: u128) -> Filter {
    match verdict(decision, who) {
        Verdict::Filtered { because } => because,
        other => panic!("{other:?}"),
    }
}

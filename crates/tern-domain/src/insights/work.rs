//! What became of one work item (K-2).

use std::collections::BTreeMap;

use crate::address::ConversationKey;
use crate::event::Actor;
use crate::ids::{AgentId, InteractionId, QueueId};
use crate::routing::WorkItemFact;
use crate::time::UtcMillis;

/// One event of a work item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFact {
    /// When.
    pub at: UtcMillis,
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub fact: WorkItemFact,
}

/// How far a work item has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkOutcome {
    /// Nobody has it yet.
    Waiting,
    /// An agent got it.
    Accepted,
    /// Nobody will.
    Canceled,
}

/// What one agent did with offers of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OfferPart {
    /// Got it.
    pub accepted: i64,
    /// Said no.
    pub rejected: i64,
    /// Did not answer.
    pub timed_out: i64,
}

/// The figures of one work item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFigures {
    /// Whose work it is.
    pub interaction: InteractionId,
    /// The conversation.
    pub key: ConversationKey,
    /// When it began to wait.
    pub queued_at: UtcMillis,
    /// The queue that it was in last.
    pub queue: Option<QueueId>,
    /// How far it came.
    pub outcome: WorkOutcome,
    /// The agent who got it last.
    pub agent: Option<AgentId>,
    /// How long it waited for the agent who got it, in milliseconds.
    pub waited: Option<i64>,
    /// It was accepted on the agent's behalf.
    pub is_auto: bool,
    /// It waited longer than its queue aims at.
    pub exceeded_target: bool,
    /// What each agent did.
    pub agents: BTreeMap<AgentId, OfferPart>,
}

/// The figures of a work item from its events, oldest first; `None` without its first one.
#[must_use]
pub fn work_figures_of(facts: &[WorkFact]) -> Option<WorkFigures> {
    let (first, rest) = facts.split_first()?;
    let WorkItemFact::Queued {
        interaction,
        key,
        queue,
        ..
    } = &first.fact
    else {
        return None;
    };
    let mut figures = WorkFigures {
        interaction: *interaction,
        key: key.clone(),
        queued_at: first.at,
        queue: *queue,
        outcome: WorkOutcome::Waiting,
        agent: None,
        waited: None,
        is_auto: false,
        exceeded_target: false,
        agents: BTreeMap::new(),
    };
    for WorkFact { at, actor, fact } in rest {
        match fact {
            WorkItemFact::Routed { queue } => figures.queue = Some(*queue),
            WorkItemFact::Accepted { agent, by_hand } => {
                figures.outcome = WorkOutcome::Accepted;
                figures.agent = Some(*agent);
                figures.waited = Some(at.since(first.at).0.max(0));
                figures.is_auto = !by_hand && !matches!(actor, Actor::Agent(_));
                figures.agents.entry(*agent).or_default().accepted += 1;
            }
            WorkItemFact::Rejected { agent, .. } => {
                figures.agents.entry(*agent).or_default().rejected += 1;
            }
            WorkItemFact::TimedOut { agent } => {
                figures.agents.entry(*agent).or_default().timed_out += 1;
            }
            WorkItemFact::TargetExceeded => figures.exceeded_target = true,
            WorkItemFact::Canceled { .. } if figures.outcome == WorkOutcome::Waiting => {
                figures.outcome = WorkOutcome::Canceled;
            }
            _ => {}
        }
    }
    Some(figures)
}

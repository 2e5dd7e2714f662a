//! Work items: one routable unit pointing at an interaction.
//!
//! Like an interaction, a work item is what its events say. An item is open until it is canceled or its
//! work has ended; an interaction has at most one accepted item and one that waits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::explain::Candidate;
use super::skills::SkillNeed;
use crate::address::{Channel, ConversationKey};
use crate::ids::{AgentId, InteractionId, QueueId, RejectReasonId, RuleId, WorkItemId};
use crate::time::{Millis, UtcMillis};

/// State of a work item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkItemState {
    /// Waits.
    Queued,
    /// Offered to an agent who has not answered yet.
    PendingAccept,
    /// An agent has it.
    Accepted,
    /// Nobody will.
    Canceled,
}

impl WorkItemState {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::PendingAccept => "pending_accept",
            Self::Accepted => "accepted",
            Self::Canceled => "canceled",
        }
    }
}

/// Why an item was canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// Its interaction is over, or is no work of this channel any more.
    Disqualified,
    /// Somebody took it or was given it by hand.
    ManuallyAssigned,
    /// It waited too long.
    TimeOut,
    /// The transfer it stood for was called back, rejected or not answered (H-10).
    TransferCanceled,
}

/// What happened to a work item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkItemFact {
    /// It began to wait.
    Queued {
        /// Whose work it is.
        interaction: InteractionId,
        /// The conversation.
        key: ConversationKey,
        /// Slots it takes.
        size: u32,
        /// The item it follows.
        #[serde(default)]
        previous: Option<WorkItemId>,
        /// Put into this queue by hand.
        #[serde(default)]
        queue: Option<QueueId>,
        /// Only for this agent (H-10).
        #[serde(default)]
        reserved_for: Option<AgentId>,
        /// The agent who hands it on and keeps it until somebody accepts (H-10).
        #[serde(default)]
        handed_on_by: Option<AgentId>,
        /// The agent who gave it up: others are asked first.
        #[serde(default)]
        given_up_by: Option<AgentId>,
    },
    /// A queue took it in.
    Routed {
        /// Which.
        queue: QueueId,
    },
    /// It was offered.
    Offered {
        /// To whom.
        agent: AgentId,
        /// By which rule.
        #[serde(default)]
        rule: Option<RuleId>,
        /// Until when it waits for an answer.
        #[serde(default)]
        until: Option<UtcMillis>,
        /// Everybody who was considered, and why not them.
        #[serde(default)]
        candidates: Vec<Candidate>,
    },
    /// An agent has it.
    Accepted {
        /// Who.
        agent: AgentId,
        /// Without an offer: taken, or given by hand.
        #[serde(default)]
        by_hand: bool,
    },
    /// The agent said no.
    Rejected {
        /// Who.
        agent: AgentId,
        /// Why.
        #[serde(default)]
        reason: Option<RejectReasonId>,
        /// Whether it may come back to them.
        may_return: bool,
    },
    /// The agent did not answer.
    TimedOut {
        /// Who.
        agent: AgentId,
    },
    /// It waits longer than its queue aims at.
    TargetExceeded,
    /// Whoever takes it needs these skills, beside those of its queue.
    NeedsSet {
        /// Which.
        needs: Vec<SkillNeed>,
    },
    /// Nobody will take it.
    Canceled {
        /// Why.
        reason: CancelReason,
    },
    /// Its agent does not have it any more: finished, put back, or handed on.
    Ended,
    /// Written by a later version of Tern.
    #[serde(other)]
    Unrecognised,
}

impl WorkItemFact {
    /// Whether people want to see it among what happened in a conversation. The rest shows there by other
    /// facts: who became responsible, what was closed.
    #[must_use]
    pub const fn is_news(&self) -> bool {
        matches!(
            self,
            Self::Offered { .. }
                | Self::Rejected { .. }
                | Self::TimedOut { .. }
                | Self::TargetExceeded
                | Self::Queued {
                    handed_on_by: Some(_),
                    ..
                }
                | Self::Canceled {
                    reason: CancelReason::TransferCanceled | CancelReason::TimeOut
                }
        )
    }
}

/// One work item as its events left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// Id.
    pub id: WorkItemId,
    /// Whose work it is.
    pub interaction: InteractionId,
    /// The conversation.
    pub key: ConversationKey,
    ///
    pub state: WorkItemState,
    /// Slots it takes.
    pub size: u32,
    /// 1 goes before 2.
    pub priority: u32,
    /// What it needs.
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// Its queue, once it has one.
    pub queue: Option<QueueId>,
    /// To whom it is offered, or who has it.
    pub assignee: Option<AgentId>,
    /// The rule of the present offer.
    pub rule: Option<RuleId>,
    /// When it began to wait.
    pub queued_at: UtcMillis,
    /// When it was last offered.
    pub offered_at: Option<UtcMillis>,
    /// Until when the offer waits for an answer.
    pub offered_until: Option<UtcMillis>,
    /// How often it was offered.
    pub offer_count: u32,
    /// How often agents said no.
    pub rejected: u32,
    /// How often agents did not answer.
    pub timed_out: u32,
    /// It waited longer than its queue aims at.
    pub exceeded_target: bool,
    /// When an agent got it; with `queued_at` the wait.
    pub accepted_at: Option<UtcMillis>,
    /// When it stopped being open.
    pub ended_at: Option<UtcMillis>,
    /// Why it was canceled.
    pub cancel_reason: Option<CancelReason>,
    /// The item it follows.
    pub previous: Option<WorkItemId>,
    /// Only for this agent (H-10).
    pub reserved_for: Option<AgentId>,
    /// The agent who hands it on (H-10).
    pub handed_on_by: Option<AgentId>,
    /// Agents who are never offered it again.
    pub never_again: BTreeSet<AgentId>,
    /// How often each agent let it go: who did least is asked first.
    pub tried: BTreeMap<AgentId, u32>,
    /// How many events it has had.
    pub version: u32,
}

impl WorkItem {
    /// The priority of an item that was given none.
    pub const DEFAULT_PRIORITY: u32 = 100;

    /// The item that its first event makes; `None` for any other event.
    #[must_use]
    pub fn queued(id: WorkItemId, fact: &WorkItemFact, at: UtcMillis) -> Option<Self> {
        let WorkItemFact::Queued {
            interaction,
            key,
            size,
            previous,
            queue,
            reserved_for,
            handed_on_by,
            given_up_by,
        } = fact
        else {
            return None;
        };
        Some(Self {
            id,
            interaction: *interaction,
            key: key.clone(),
            state: WorkItemState::Queued,
            size: *size,
            priority: Self::DEFAULT_PRIORITY,
            needs: Vec::new(),
            queue: *queue,
            assignee: None,
            rule: None,
            queued_at: at,
            offered_at: None,
            offered_until: None,
            offer_count: 0,
            rejected: 0,
            timed_out: 0,
            exceeded_target: false,
            accepted_at: None,
            ended_at: None,
            cancel_reason: None,
            previous: *previous,
            reserved_for: *reserved_for,
            handed_on_by: *handed_on_by,
            never_again: BTreeSet::new(),
            tried: given_up_by.map(|agent| (agent, 1)).into_iter().collect(),
            version: 1,
        })
    }

    /// Takes in one more event of this item. Events of a later version of Tern only count.
    pub fn apply(&mut self, fact: &WorkItemFact, at: UtcMillis) {
        match fact {
            WorkItemFact::Routed { queue } => self.queue = Some(*queue),
            WorkItemFact::Offered {
                agent, rule, until, ..
            } => {
                self.state = WorkItemState::PendingAccept;
                self.assignee = Some(*agent);
                self.rule = *rule;
                self.offered_at = Some(at);
                self.offered_until = *until;
                self.offer_count += 1;
            }
            WorkItemFact::Accepted { agent, .. } => {
                self.state = WorkItemState::Accepted;
                self.assignee = Some(*agent);
                self.offered_until = None;
                self.accepted_at = Some(at);
            }
            WorkItemFact::Rejected {
                agent, may_return, ..
            } => {
                self.rejected += 1;
                if !may_return {
                    self.never_again.insert(*agent);
                }
                self.let_go_by(*agent);
            }
            WorkItemFact::TimedOut { agent } => {
                self.timed_out += 1;
                self.let_go_by(*agent);
            }
            WorkItemFact::TargetExceeded => self.exceeded_target = true,
            WorkItemFact::NeedsSet { needs } => self.needs.clone_from(needs),
            WorkItemFact::Canceled { reason } => {
                self.state = WorkItemState::Canceled;
                self.assignee = None;
                self.offered_until = None;
                self.cancel_reason = Some(*reason);
                self.ended_at = Some(at);
            }
            WorkItemFact::Ended => self.ended_at = Some(at),
            WorkItemFact::Queued { .. } | WorkItemFact::Unrecognised => {}
        }
        self.version = self.version.saturating_add(1);
    }

    fn let_go_by(&mut self, agent: AgentId) {
        *self.tried.entry(agent).or_default() += 1;
        self.state = WorkItemState::Queued;
        self.assignee = None;
        self.offered_until = None;
    }

    /// Still somebody's, or still to become somebody's.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Accepted, and not ended.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_open() && self.state == WorkItemState::Accepted
    }

    /// What carries it.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.key.channel
    }

    /// How long it waited, or has been waiting. Never less than nothing, whatever the clocks of several
    /// laptops say.
    #[must_use]
    pub fn wait(&self, now: UtcMillis) -> Millis {
        self.accepted_at
            .or(self.ended_at)
            .unwrap_or(now)
            .since(self.queued_at)
            .max(Millis::ZERO)
    }
}

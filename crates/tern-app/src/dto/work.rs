//! Work on its way to an agent: offers, transfers, and why it went where it went.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Work that is offered to the signed-in agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferView {
    /// UUID of the work item.
    pub work_item_id: String,
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// What its card shows, the title first; `None` = as shipped.
    pub card: Option<Vec<super::CardCell>>,
    /// Who writes.
    pub requester: String,
    /// Last text, cut to one line.
    pub preview: String,
    /// Since when it waits.
    #[ts(type = "number")]
    pub waiting_since: i64,
    /// Until when the offer waits for an answer; `None` = until there is one.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// When it was offered: with `until` the whole time to answer.
    #[ts(type = "number")]
    pub offered_at: i64,
    /// Name of its queue.
    pub queue: Option<String>,
    /// Who hands it on, if it is handed on.
    pub handed_on_by: Option<String>,
    /// What the virtual agent handed over (H-6).
    pub handover: Option<super::HandoverView>,
    /// Saying no is allowed.
    pub can_reject: bool,
    /// Reasons to choose from when saying no; may be empty.
    pub reject_reasons: Vec<RejectReasonView>,
}

/// A reason for saying no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RejectReasonView {
    /// UUID.
    pub id: String,
    /// Its words.
    pub name: String,
    /// The work may come back to the agent.
    pub reassignable: bool,
}

/// Answer an offer.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerOffer {
    /// Which.
    pub work_item_id: String,
    /// Yes or no.
    pub accept: bool,
    /// Why not, where a reason was chosen.
    pub reason_id: Option<String>,
}

/// Hand a conversation on.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferConversation {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Where to.
    pub to: TransferTarget,
}

/// Where a conversation is handed on to.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TransferTarget {
    /// One agent, who is asked at once.
    Agent {
        /// UUID.
        agent_id: String,
    },
    /// A queue.
    Queue {
        /// UUID.
        queue_id: String,
    },
}

/// Where the work of a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkView {
    /// Since when it waits for somebody; `None` = it does not.
    #[ts(type = "number | null")]
    pub waiting_since: Option<i64>,
    /// Name of the queue it waits in.
    pub queue: Option<String>,
    /// To whom it is offered.
    pub offered_to: Option<String>,
    /// It is handed on, and waits for the other side to accept.
    pub is_handed_on: bool,
    /// It waits longer than its queue aims at.
    pub exceeded_target: bool,
    /// How long it will probably wait yet (H-5); `None` while it waits in no queue.
    pub estimate: Option<WaitEstimateView>,
}

/// How long something will probably wait yet (H-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitEstimateView {
    /// How long it takes on average, in milliseconds.
    #[ts(type = "number")]
    pub usual_ms: i64,
    /// What is left of that, in milliseconds; 0 where it has taken as long already.
    #[ts(type = "number")]
    pub left_ms: i64,
    /// When this was so.
    #[ts(type = "number")]
    pub at: i64,
    /// The queue is open: what is left grows less from then on. While it is closed, nothing does.
    pub counting: bool,
}

/// Why the work of a conversation went, or did not go, to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingExplanation {
    /// What is going on, in one sentence.
    pub summary: String,
    /// Name of the queue.
    pub queue: Option<String>,
    /// How long it will probably wait yet (H-5).
    pub estimate: Option<WaitEstimateView>,
    /// Every agent, the chosen one first.
    pub candidates: Vec<CandidateView>,
}

/// One agent who was considered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CandidateView {
    /// Name.
    pub name: String,
    /// Gets it.
    pub is_chosen: bool,
    /// Could get it, but somebody else goes first.
    pub is_eligible: bool,
    /// Why or why not, in plain words.
    pub words: String,
}

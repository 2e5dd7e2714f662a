//! The inbox's rows and one conversation's head and timeline.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DeliveryView, DirectionView};

/// The inbox's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum InboxList {
    /// Waiting for somebody to take them.
    New,
    /// Taken, not finished.
    Ongoing,
    /// Answered by the virtual agent (I-2), which nobody has to work on.
    WithVirtualAgent,
    /// No active interaction.
    Done,
    /// Put away until later; in no other list meanwhile.
    Snoozed,
    /// An agent asks for help in it (H-11); it is in its own list too. The longest wait first.
    HelpWanted,
}

/// Ask for one page of a list, newest first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListConversations {
    /// Which list.
    pub list: InboxList,
    /// Continue after this cursor of the page before.
    pub after: Option<String>,
    /// At most this many rows (1…200).
    pub limit: u32,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// Rows, newest first.
    pub rows: Vec<ConversationRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// All lists' counts at the same revision.
    pub counts: InboxCounts,
    /// Revision of this answer.
    #[ts(type = "number")]
    pub revision: u64,
}

/// How many conversations each list holds, and how many of those have unread texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxCounts {
    /// Conversations in New.
    pub new: u32,
    /// Conversations in Ongoing.
    pub ongoing: u32,
    /// Conversations in New with unread texts.
    pub new_unread: u32,
    /// Conversations in Ongoing with unread texts.
    pub ongoing_unread: u32,
    /// Conversations that the virtual agent has; these are not in Ongoing.
    pub with_virtual_agent: u32,
    /// Snoozed conversations.
    pub snoozed: u32,
    /// Conversations in which an agent asks for help.
    pub help_wanted: u32,
}

/// One conversation in a list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRow {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub id: i64,
    /// Which list it is in.
    pub list: InboxList,
    /// Who writes: a name if known, else the number spaced for reading.
    pub requester: String,
    /// E.164 or the literal address.
    pub requester_number: String,
    /// The team's number (E.164).
    pub provider_number: String,
    /// Last text, cut to one line; empty for a picture alone.
    pub preview: String,
    /// Which way the last text went.
    pub preview_direction: DirectionView,
    /// The last text's delivery, for outbound ones.
    pub preview_delivery: Option<DeliveryView>,
    /// The virtual agent wrote the last text.
    pub preview_by_virtual_agent: bool,
    /// The last text carries pictures.
    pub preview_has_media: bool,
    /// What these are, in lists and among what a search finds; `None` elsewhere.
    pub preview_pictures: Option<super::PicturesView>,
    /// There were texts, and all of them were too old to be kept.
    pub texts_deleted: bool,
    /// When the last text was written.
    #[ts(type = "number")]
    pub last_at: i64,
    /// Unread inbound texts.
    pub unread: u32,
    /// A draft is waiting.
    pub has_draft: bool,
    /// A send failed or is uncertain and needs the agent.
    pub needs_attention: bool,
    /// STOP is in force.
    pub opted_out: bool,
    /// Stands first in its list.
    pub pinned: bool,
    /// Put away until then.
    #[ts(type = "number | null")]
    pub snoozed_until: Option<i64>,
    /// A messaging action asked for an answer then (M-4), and nobody has given one.
    #[ts(type = "number | null")]
    pub prompted_at: Option<i64>,
    /// The requester waits for an answer since then (M-11).
    #[ts(type = "number | null")]
    pub waiting_since: Option<i64>,
    /// An agent asks a supervisor for help (I-10).
    pub help_requested: bool,
    /// The directory does not agree about who writes (P-5, P-7, P-12).
    pub identity_in_doubt: bool,
    /// What its card shows in a list, the title first; `None` = as shipped.
    pub card: Option<Vec<super::CardCell>>,
}

/// State of the active interaction, in words a window can switch on (I-1…I-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum InteractionStateView {
    /// I-1.
    New,
    /// I-2.
    WorkInProgress,
    /// I-3.
    OnHold,
    /// I-4.
    WrapUp,
    /// I-5.
    ClosedComplete,
    /// I-6.
    ClosedAbandoned,
    /// I-7.
    Faulted,
}

/// One conversation's head: everything around the thread.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// The row, as in the lists.
    pub row: ConversationRow,
    /// The requester's number spaced for reading.
    pub requester_display: String,
    /// Territory of the number, e.g. `US`; `None` for short codes and names.
    pub requester_territory: Option<String>,
    /// The team's number spaced for reading.
    pub provider_display: String,
    /// Its name at Twilio.
    pub provider_name: String,
    /// Latest interaction, active or closed.
    pub interaction: Option<InteractionView>,
    /// Who takes part, while somebody has it.
    pub live_group: Option<super::LiveGroupView>,
    /// What the virtual agent does in it.
    pub virtual_agent: super::VirtualAgentHere,
    /// What the virtual agent handed over (H-6).
    pub handover: Option<super::HandoverView>,
    /// Where its work stands, while there is open work.
    pub work: Option<super::WorkView>,
    /// The wrap-up that runs, if one does.
    pub wrap_up: Option<super::WrapUpView>,
    /// A legal hold covers it.
    pub is_held: bool,
    /// Finishing it leads to a wrap-up.
    pub wraps_up: bool,
    /// A text of theirs is almost STOP, and nobody has said yet what it meant.
    pub stop_question: Option<super::StopQuestionView>,
    /// Why nothing can be sent, in plain words; `None` when sending works.
    pub cannot_send: Option<String>,
    /// Why pictures cannot be sent; `None` when they can.
    pub cannot_send_pictures: Option<String>,
    /// The saved draft.
    pub draft: Option<super::DraftView>,
    /// First text ever exchanged, if known.
    #[ts(type = "number | null")]
    pub first_at: Option<i64>,
    /// Texts stored for this conversation.
    #[ts(type = "number")]
    pub message_count: u64,
}

/// One interaction's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InteractionView {
    /// UUID.
    pub id: String,
    /// State now.
    pub state: InteractionStateView,
    /// When it opened.
    #[ts(type = "number")]
    pub opened_at: i64,
    /// When it closed.
    #[ts(type = "number | null")]
    pub closed_at: Option<i64>,
    /// Assigned to whom; `None` while it waits.
    pub assigned_to: Option<String>,
    /// Since when an agent has been asking a supervisor for help.
    #[ts(type = "number | null")]
    pub help_requested_at: Option<i64>,
}

/// Names one conversation.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRef {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
}

/// What an agent does to the interaction (I-11).
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActOnConversation {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// What to do.
    pub act: ConversationAct,
}

/// The agent's acts. Closed is final (I-11): a window that offers an undo for `Finish` holds the call back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ConversationAct {
    /// New → WorkInProgress, assigned to this agent.
    Take,
    /// WorkInProgress → New.
    PutBack,
    /// WorkInProgress → OnHold.
    Hold,
    /// OnHold → WorkInProgress.
    Resume,
    /// Any active → ClosedComplete (`agent_ended`), through a wrap-up where one is configured.
    Finish,
    /// The same without that wrap-up (W-4).
    FinishWithoutWrapUp,
    /// Ask a supervisor for help.
    AskForHelp,
    /// The help is not needed any more.
    EndHelp,
}

/// Mark texts as read up to and including one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkRead {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Position (`MessageView.position`) of the newest text seen.
    #[ts(type = "number")]
    pub up_to: i64,
}

/// One line of a conversation's timeline, drawn from events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// What, in plain words.
    pub text: String,
    /// Who did it, in plain words.
    pub actor: String,
}

//! What a rule may know about one conversation: loaded in the same transaction that applies the plan.

use crate::address::ConversationKey;
use crate::desk::{DeskMarks, ReplyClocks};
use crate::ids::{ConversationId, PersonId, WorkItemId};
use crate::interaction::Interaction;
use crate::message::StoredMessage;
use crate::messaging_action::Tracker;
use crate::opt_out::OptOut;
use crate::outbox::OutboxEntry;
use crate::profile::MessagingProfile;
use crate::routing::WorkItem;
use crate::subscription::Subscription;
use crate::wrap_up::WrapUpTerms;

/// One conversation as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationState {
    /// Its key.
    pub key: ConversationKey,
    /// Its row; `None` if nothing is stored yet.
    pub conversation: Option<ConversationId>,
    /// Events of the conversation aggregate so far (not those of its interactions).
    pub version: u32,
    /// The latest interaction, active or not: the one opened last.
    pub latest_interaction: Option<Interaction>,
    /// The requester's active profile (P-8, P-10).
    pub profile: Option<MessagingProfile>,
    /// Users with the requester's number in a phone field, each once (P-11).
    pub users: Vec<PersonId>,
    /// The carrier's block (S-7).
    pub opt_out: OptOut,
    /// The number is linked to the account of the user behind it (S-1, S-5, S-6).
    pub is_linked: bool,
    /// Whether they want notifications; `None` = it was never said.
    pub subscription: Option<Subscription>,
    /// Outbox entries that are not finished, oldest first.
    pub open_sends: Vec<OutboxEntry>,
    /// Snoozed, pinned.
    pub marks: DeskMarks,
    /// Who waits for whom.
    pub clocks: ReplyClocks,
    /// What the active messaging actions watch.
    pub trackers: Vec<Tracker>,
    /// The same text, if it is stored already: by its SID for arrivals, by its id for sends.
    pub stored: Option<StoredMessage>,
    /// Open work items of the latest interaction, oldest first.
    pub work: Vec<WorkItem>,
    /// Slots that one item of the channel takes.
    pub item_size: u32,
    /// What would wrap the active interaction up if one of its sides ended it now (W-1); filled where that
    /// can happen.
    pub wrap_up: Option<WrapUpTerms>,
}

impl ConversationState {
    /// A conversation of which nothing is stored yet.
    #[must_use]
    pub const fn new(key: ConversationKey) -> Self {
        Self {
            key,
            conversation: None,
            version: 0,
            latest_interaction: None,
            profile: None,
            users: Vec::new(),
            opt_out: OptOut::NEVER,
            is_linked: false,
            subscription: None,
            open_sends: Vec::new(),
            marks: DeskMarks::NONE,
            clocks: ReplyClocks::STOPPED,
            trackers: Vec::new(),
            stored: None,
            work: Vec::new(),
            item_size: 1,
            wrap_up: None,
        }
    }

    /// An open work item.
    #[must_use]
    pub fn work_item(&self, id: WorkItemId) -> Option<&WorkItem> {
        self.work.iter().find(|item| item.id == id)
    }

    /// The active interaction, of which there is at most one (I-9).
    #[must_use]
    pub fn active(&self) -> Option<&Interaction> {
        self.latest_interaction
            .as_ref()
            .filter(|interaction| interaction.is_active())
    }
}

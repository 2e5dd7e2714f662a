//! What a rule answers with: facts to record and effects to carry out, all in one transaction.
//!
//! A plan is plain data. Making one touches nothing, so a rule cannot fail halfway.

use crate::address::ConversationKey;
use crate::agents::AgentPresence;
use crate::alerts::{Alert, AlertSound};
use crate::bot::{BotRequest, Handover, TopicCount};
use crate::delivery::DeliveryStatus;
use crate::desk::{DeskMarks, Note, ReplyClocks};
use crate::event::NewEvent;
use crate::ids::{
    AgentId, InteractionId, MessageId, MessagingActionId, NoteId, PersonId, ProfileId, TimerId,
    WorkItemId,
};
use crate::interaction::Interaction;
use crate::message::NewMessage;
use crate::notice::Notice;
use crate::opt_out::OptOut;
use crate::outbox::OutboxEntry;
use crate::people::Person;
use crate::phone::PhoneNumber;
use crate::profile::MessagingProfile;
use crate::routing::{ConfigChange, WorkItem};
use crate::sid::{AccountSid, MessageSid};
use crate::subscription::{Consent, Subscription};
use crate::time::UtcMillis;
use crate::topic::{BotSession, Ticket};
use crate::verification::{AccountLink, Elevation, Verification};
use crate::wipe::CarrierWipe;
use crate::wrap_up::WrapUpRules;

/// Facts and effects. Effects are applied in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// To append.
    pub events: Vec<NewEvent>,
    /// To carry out.
    pub effects: Vec<Effect>,
}

impl Plan {
    /// Nothing is to be done.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.effects.is_empty()
    }
}

/// One change to what is stored, or one thing to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Insert a text, and its conversation if that is new.
    StoreMessage(NewMessage),
    /// Write where a text stands. Already merged: it is never a step back (T-12).
    AdvanceDelivery {
        /// Which text.
        message_id: MessageId,
        /// Where it stands now.
        status: DeliveryStatus,
        /// Why it failed.
        error_code: Option<u32>,
        /// Parts, where the carrier has counted them.
        segments: Option<u32>,
    },
    /// Tie our text to the carrier's row.
    BindSid {
        /// Which text.
        message_id: MessageId,
        /// The carrier's id.
        sid: MessageSid,
        /// The carrier's time of it.
        at: UtcMillis,
    },
    /// Insert an outbox entry.
    Enqueue(OutboxEntry),
    /// Replace an outbox entry.
    UpdateOutbox(OutboxEntry),
    /// Insert or replace a durable timer.
    ArmTimer(Timer),
    /// Remove a timer, if it is still there.
    CancelTimer(TimerId),
    /// Fetch a text's media list and its files.
    FetchMedia {
        /// Which text.
        message_id: MessageId,
        /// The carrier's id of it.
        sid: MessageSid,
    },
    /// Replace whether somebody wants notifications at an address.
    SetSubscription {
        /// The address.
        profile: ProfileId,
        /// What they want.
        subscription: Subscription,
    },
    /// S-6: notifications go off, because the address is somebody else's or not linked any more.
    ResetSubscription {
        /// The address.
        profile: ProfileId,
        /// When.
        at: UtcMillis,
    },
    /// Add to the record of consent.
    RecordConsent(Consent),
    /// Replace the conversation's opt-out state, creating the conversation if it is new.
    SetOptOut {
        /// Which conversation.
        key: ConversationKey,
        /// The state.
        opt_out: OptOut,
    },
    /// Insert or replace an interaction's row: the state after this plan's events.
    SetInteraction(Interaction),
    /// Replace a conversation's snooze and pin.
    SetDeskMarks {
        /// Which conversation.
        key: ConversationKey,
        /// The marks.
        marks: DeskMarks,
    },
    /// Replace who waits for whom in a conversation.
    SetReplyClocks {
        /// Which conversation.
        key: ConversationKey,
        /// The clocks.
        clocks: ReplyClocks,
    },
    /// Count the requester's newest text as unread again.
    MarkUnread(ConversationKey),
    /// Insert or replace a private note.
    PutNote(Note),
    /// Keep for an agent what they have to be told, until they have seen it.
    PutNotice(Notice),
    /// Remove a private note and its words.
    DeleteNote {
        /// Which note.
        note_id: NoteId,
        /// Its conversation.
        key: ConversationKey,
    },
    /// Insert or replace a profile's row, and the name that its conversations show.
    SetProfile(Box<MessagingProfile>),
    /// Insert or replace a person, and the name that their conversations show.
    SetPerson(Box<Person>),
    /// Take a person out of the directory.
    RemovePerson(PersonId),
    /// Insert or replace a work item's row.
    SetWorkItem(Box<WorkItem>),
    /// Replace an agent's presence.
    SetPresence(AgentPresence),
    /// Change what is configured about agents and routing.
    Configure(Box<ConfigChange>),
    /// Replace what is configured about wrap-up.
    SetWrapUpRules(Box<WrapUpRules>),
    /// Replace the instant since which texts count as new.
    SetLiveSince(UtcMillis),
    /// Note on a text that sensitive data in it was masked before it was stored (H-15).
    MarkMasked {
        /// Which text.
        message_id: MessageId,
        /// Names of the patterns.
        patterns: Vec<String>,
    },
    /// Have the carrier forget a text's words, in a task of its own (L-14).
    WipeAtCarrier(CarrierWipe),
    /// Wipe a text's words and pictures out of this file.
    RedactMessage(MessageId),
    /// Insert or replace what the virtual agent knows between two texts.
    SetBotSession {
        /// Which interaction.
        interaction: InteractionId,
        /// Its conversation.
        key: ConversationKey,
        /// What it knows.
        session: Box<BotSession>,
        /// When.
        at: UtcMillis,
    },
    /// Remove that, with every request that was not answered.
    DropBotSession(InteractionId),
    /// Insert or replace what an agent is told of a conversation that the virtual agent had (H-6).
    SetHandover(Box<Handover>),
    /// Keep a request to another system until it is answered.
    PutBotRequest(Box<BotRequest>),
    /// Insert or replace a user's PIN, authenticator and lock.
    SetVerification {
        /// Whose.
        person: PersonId,
        /// How it is now.
        verification: Box<Verification>,
    },
    /// Link a number to an account, or to none.
    SetAccountLink {
        /// Whose number.
        profile: ProfileId,
        /// The link; `None` removes it.
        link: Option<AccountLink>,
    },
    /// Replace what is proved and asked in an interaction.
    SetElevation {
        /// Which interaction.
        interaction: InteractionId,
        /// Its conversation.
        key: ConversationKey,
        /// How it is now.
        elevation: Box<Elevation>,
    },
    /// Add to the figures of topics.
    CountTopics(Vec<TopicCount>),
    /// Note something odd for whoever looks into it.
    RecordDiagnostic(Diagnostic),
    /// Tell the windows after the commit. Not durable.
    Announce(Announcement),
}

/// A durable timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Id; arming the same id again replaces it.
    pub id: TimerId,
    /// When it is due. Overdue ones fire once at start, oldest first.
    pub due_at: UtcMillis,
    /// What it is for.
    pub purpose: TimerPurpose,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimerPurpose {
    /// The hold of a text ends: wake the outbox.
    HeldSend {
        /// Which text.
        message_id: MessageId,
    },
    /// A snoozed conversation wakes.
    SnoozeEnds {
        /// The interaction that was active when it was snoozed.
        interaction: InteractionId,
    },
    /// A wait has lasted as long as a messaging action says (M-2, M-3).
    MessagingAction {
        /// Which action.
        action: MessagingActionId,
        /// The interaction that the wait is in.
        interaction: InteractionId,
        /// When the wait began.
        started_at: UtcMillis,
    },
    /// The enforced time of a wrap-up is over (W-3).
    WrapUpEnds {
        /// Whose wrap-up.
        interaction: InteractionId,
    },
    /// A pause of a topic is over (V-21).
    BotPause {
        /// Whose.
        interaction: InteractionId,
        /// For the answer.
        ticket: Ticket,
    },
    /// The requester has been silent for as long as the virtual agent waits (I-14).
    BotSilence {
        /// In which interaction.
        interaction: InteractionId,
    },
    /// An offer runs out: wake the routing, which looks for itself.
    OfferEnds {
        /// Of which work item.
        work_item: WorkItemId,
    },
    /// A notification that nobody looked at is raised again, if there is still reason to.
    AlertRepeats {
        /// The notification.
        alert: Alert,
    },
}

/// Something odd that concerns no conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagnostic {
    /// a text to or from a number that Tern does not listen on.
    NotOurNumber {
        /// The carrier's id.
        sid: MessageSid,
        /// When it came in.
        at: UtcMillis,
    },
}

/// News for the windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    /// A new text from a requester.
    TextArrived {
        /// Which conversation.
        key: ConversationKey,
        /// Which text.
        message_id: MessageId,
    },
    /// An agent has to be told something: the same as the notice that is kept for them.
    Noticed(Notice),
    /// A text of ours did not arrive.
    SendFailed {
        /// Which conversation.
        key: ConversationKey,
        /// Which text.
        message_id: MessageId,
    },
    /// Nobody can tell whether a text of ours left.
    SendUncertain {
        /// Which conversation.
        key: ConversationKey,
        /// Which text.
        message_id: MessageId,
    },
    /// M-4: the team is to answer.
    AgentPrompted {
        /// Which conversation.
        key: ConversationKey,
        /// The action's words.
        text: String,
    },
    /// A snooze is over because its time came.
    SnoozeEnded {
        /// Which conversation.
        key: ConversationKey,
    },
    /// Work is offered to an agent, or was assigned to them.
    WorkOffered {
        /// Which conversation.
        key: ConversationKey,
        /// Which work item.
        work_item: WorkItemId,
        /// To whom.
        agent: AgentId,
        /// Accepted on their behalf.
        accepted: bool,
    },
    /// A notification is due once more.
    AlertRaised {
        /// Which.
        alert: Alert,
        /// How it sounds; `None` = not at all.
        sound: Option<AlertSound>,
    },
    /// The carrier's block changed.
    OptOutChanged {
        /// Which conversation.
        key: ConversationKey,
        /// Whether it is in force now.
        opted_out: bool,
    },
    /// The carrier refuses the account's credentials (20003, 20005): sending and syncing must stop.
    CredentialsRefused {
        /// Twilio's code.
        code: u32,
    },
    /// The account was connected with these numbers.
    AccountConnected {
        /// Which account.
        account: AccountSid,
        /// The team's numbers.
        numbers: Vec<PhoneNumber>,
    },
}

//! Events: past-tense facts, appended and never changed.
//!
//! They are the timeline, the audit trail and what a team shares later, so their stored form outlives
//! any version of Tern: a `type` tag, unknown fields ignored, unknown types kept as
//! [`EventBody::Unrecognised`]. Texts are facts of the carrier's and are not copied into events.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::address::{Address, Channel, ConversationKey};
use crate::agents::PresenceCause;
use crate::aggregate::AggregateRef;
use crate::ids::{
    AgentId, EventId, InteractionId, MessageId, MessagingActionId, NoteId, PersonId,
    PresenceStateId, ProfileId, WrapUpCodeId, WrapUpSegmentId,
};
use crate::interaction::{CloseReason, Handler, InteractionState, OpenedBy};
use crate::people::{PersonDetails, PersonEdit};
use crate::phone::PhoneNumber;
use crate::profile::{BindCause, ProfileStanding};
use crate::retention::{RetentionPolicy, RetentionRun, RunCounts};
use crate::routing::{ConfigChange, WorkItemFact};
use crate::time::UtcMillis;
use crate::topic::{HandoverReason, TopicName};
use crate::verification::{UnlinkCause, VerificationChange};
use crate::wrap_up::{SegmentOpened, WrapUpEnd, WrapUpRules, WrapUpTerms};

pub use crate::causes::{
    ActionOutcome, OptOutEvidence, ScreenedFor, SettledAs, SnoozeEnd, StateCause,
};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// The person at the other end.
    Requester,
    /// A live agent.
    Agent(AgentId),
    /// Twilio or the network behind it.
    Carrier,
    /// The bot.
    VirtualAgent,
    /// Tern itself.
    System,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventBody {
    /// A new interaction.
    InteractionOpened {
        /// Conversation it belongs to.
        key: ConversationKey,
        /// Who has it first.
        handler: Handler,
        /// Who started it.
        opened_by: OpenedBy,
        /// The one before it (I-13).
        #[serde(default)]
        previous_interaction: Option<InteractionId>,
        /// Its first text came too late for a bot.
        #[serde(default)]
        arrived_late: bool,
        /// The address' profile (P-9).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile: Option<ProfileId>,
        /// The person behind it; `None` for a guest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opened_for: Option<PersonId>,
    },
    /// The profile of a running interaction got another person (P-14).
    InteractionIdentityChanged {
        /// The address' profile.
        profile: Option<ProfileId>,
        /// Whom it was for.
        from: Option<PersonId>,
        /// Whom it is for now.
        to: Option<PersonId>,
    },
    /// It moved between active states (I-11).
    InteractionStateChanged {
        /// State before.
        from: InteractionState,
        /// State after.
        to: InteractionState,
        /// Why.
        cause: StateCause,
    },
    /// An agent has it now.
    AgentAssigned {
        /// Who.
        agent: AgentId,
    },
    /// The agent does not have it any more.
    AgentUnassigned {
        /// Who had it.
        agent: AgentId,
    },
    /// Another agent takes part.
    AgentJoined {
        /// Who.
        agent: AgentId,
    },
    /// An agent takes part no longer. Whoever has it is not among them: they are unassigned.
    AgentLeft {
        /// Who.
        agent: AgentId,
    },
    /// An agent said something to the others of the interaction alone (H-11); its words are in the notes.
    Whispered {
        /// Which note.
        note_id: NoteId,
        /// Who.
        agent: AgentId,
        /// To whom.
        to: BTreeSet<AgentId>,
    },
    /// The virtual agent began a topic.
    TopicStarted {
        /// Which.
        topic: TopicName,
        /// What it was called then; empty in events of before it was written down.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
    },
    /// The virtual agent gave it to whoever takes it from the queue (H-2).
    HandedOver {
        /// Why.
        reason: HandoverReason,
    },
    /// It is over (I-18 … I-21).
    InteractionClosed {
        /// Closed state.
        state: InteractionState,
        /// Why.
        reason: CloseReason,
    },
    /// Its wrap-up began (W-1).
    WrapUpStarted {
        /// How it goes.
        terms: Box<WrapUpTerms>,
        /// Why the conversation was over.
        reason: CloseReason,
        /// One for each agent who was assigned (W-9).
        segments: Vec<SegmentOpened>,
    },
    /// An agent said what the conversation came to.
    WrapUpCodeChosen {
        /// Whose segment.
        segment: WrapUpSegmentId,
        /// What; `None` = took it back.
        code: Option<WrapUpCodeId>,
    },
    /// Its wrap-up ended (W-3).
    WrapUpEnded {
        /// What ended it.
        end: WrapUpEnd,
    },
    /// An agent closed it while working on it, and without the wrap-up that was due (W-4).
    WrapUpSkipped,
    /// The carrier blocks texts to this requester (S-7).
    CarrierOptedOut {
        /// How we know.
        evidence: OptOutEvidence,
    },
    /// The carrier takes texts to this requester again (S-8).
    CarrierOptedIn,
    /// They want notifications, or want them no longer (S-3, S-4).
    SubscriptionChanged {
        /// They do.
        is_on: bool,
    },
    /// A text came that is almost STOP.
    StopSuspected {
        /// Which text.
        message_id: MessageId,
    },
    /// An agent said what it meant.
    StopAnswered {
        /// They want no more texts.
        wants_to_stop: bool,
    },
    /// Nobody can tell whether a text left.
    SendBecameUncertain {
        /// Which text.
        message_id: MessageId,
    },
    /// An uncertain send was settled.
    SendSettled {
        /// Which text.
        message_id: MessageId,
        /// How.
        settled_as: SettledAs,
    },
    /// The time of a messaging action had come.
    MessagingActionFired {
        /// Which action.
        action: MessagingActionId,
        /// What it was called then.
        name: String,
        /// The start of the wait that it acted on.
        started_at: UtcMillis,
        /// What came of it.
        outcome: ActionOutcome,
    },
    /// An agent put it away until later.
    ConversationSnoozed {
        /// Until when.
        until: UtcMillis,
    },
    /// It came back.
    SnoozeEnded {
        /// Why.
        cause: SnoozeEnd,
    },
    /// An agent pinned it.
    ConversationPinned,
    /// An agent took the pin off.
    ConversationUnpinned,
    /// An agent wrote a private note; its words are in its own table.
    NoteWritten {
        /// Which note.
        note_id: NoteId,
    },
    /// An agent changed an own note.
    NoteEdited {
        /// Which note.
        note_id: NoteId,
    },
    /// An agent deleted an own note.
    NoteDeleted {
        /// Which note.
        note_id: NoteId,
    },
    /// Sensitive data in a requester's text was masked before it was stored (H-15).
    TextMasked {
        /// Which text.
        message_id: MessageId,
        /// Names of the patterns.
        patterns: Vec<String>,
    },
    /// Somebody removed a text's words and pictures for good. What they were is kept nowhere.
    TextRemoved {
        /// Which text.
        message_id: MessageId,
    },
    /// An agent's text was not sent (H-15, H-16). The text itself is kept nowhere.
    TextStopped {
        /// Why.
        reason: ScreenedFor,
        /// Names of the patterns; empty for words.
        patterns: Vec<String>,
    },
    /// An agent asks a supervisor to look (H-8 `/help`).
    HelpRequested {
        /// Who asks.
        agent: AgentId,
    },
    /// The help is not needed any more.
    HelpEnded {
        /// Who says so.
        agent: AgentId,
    },
    /// The virtual agent has it again: its agent gave it back, or nobody took it in time.
    HandedBack,
    /// Its agent lets the virtual agent run a topic in it (H-9).
    AutopilotStarted {
        /// Which topic.
        topic: TopicName,
        /// What it was called then.
        #[serde(default)]
        title: String,
    },
    /// The topic is over, and the agent has it again.
    AutopilotEnded {
        /// Which topic.
        topic: TopicName,
        /// It ran to its end.
        completed: bool,
    },
    /// Credentials were accepted and these numbers are listened on.
    AccountConnected {
        /// The team's numbers.
        numbers: Vec<PhoneNumber>,
    },
    /// From this instant texts are new; older ones are history.
    WentLive {
        /// The instant.
        since: UtcMillis,
    },
    /// Somebody came into the directory, for the first time or again.
    PersonCreated {
        /// What is known.
        details: Box<PersonDetails>,
    },
    /// What is known of a person changed.
    PersonEdited {
        /// The fields that changed.
        edits: Vec<PersonEdit>,
    },
    /// Somebody was taken out of the directory.
    PersonDeleted,
    /// An address got its profile (P-1, P-16).
    ProfileCreated {
        /// Channel of the address.
        channel: Channel,
        /// The address.
        address: Address,
        /// The person behind it; `None` for a guest.
        bound_to: Option<PersonId>,
        /// Why.
        cause: BindCause,
    },
    /// P-14: an address is somebody else's now; the profile stays.
    ProfileBound {
        /// Whose it was.
        from: Option<PersonId>,
        /// Whose it is.
        to: Option<PersonId>,
        /// Why.
        cause: BindCause,
        /// Users whose claim to the number is decided by it.
        settled: BTreeSet<PersonId>,
    },
    /// Somebody made sure who is behind the address (P-13).
    ProfileVerified {
        /// Users whose claim to the number is decided by it.
        settled: BTreeSet<PersonId>,
    },
    /// The requester proved who they are, and their number is linked to their account (L-3).
    AccountLinked {
        /// Whose account.
        person: PersonId,
    },
    /// The number is linked to no account any more (L-16).
    AccountUnlinked {
        /// Why.
        cause: UnlinkCause,
    },
    /// Somebody was asked to prove who they are and could not (L-3).
    ProofFailed {
        /// Too many wrong entries, now or before (L-10).
        is_locked: bool,
    },
    /// The conversation is a guest's again (L-12, L-15).
    ElevationEnded,
    /// Something happened to a user's PIN, authenticator or lock.
    VerificationChanged {
        /// What.
        change: VerificationChange,
    },
    /// What is on file began or ceased to disagree (P-5, P-7).
    ProfileFlagged {
        /// A user's phone field names somebody else.
        identity_conflict: bool,
        /// More than one user has the number.
        several_matches: bool,
    },
    /// Another profile took its place (P-8, A-6).
    ProfileDeactivated,
    /// Something said about it was taken back.
    ProfileRestored {
        /// How it was before.
        standing: Box<ProfileStanding>,
    },
    /// Something happened to a work item.
    WorkItemMoved {
        /// What.
        fact: WorkItemFact,
    },
    /// An agent entered a presence state.
    PresenceChanged {
        /// Who.
        agent: AgentId,
        /// Which state.
        state: PresenceStateId,
        /// Why.
        cause: PresenceCause,
    },
    /// Something about agents or routing was configured.
    RoutingConfigured {
        /// What.
        change: Box<ConfigChange>,
    },
    /// What the team wants of wrap-up.
    WrapUpConfigured {
        /// All of it.
        rules: Box<WrapUpRules>,
    },
    /// Something happened to the key of the file, or to its recovery code.
    FileKeyChanged {
        /// What.
        change: crate::file_key::FileKeyChange,
    },
    /// The file was restored from a backup.
    FileRestored {
        /// When the backup was made.
        made_at: UtcMillis,
    },
    /// The file was damaged, and put together again.
    FileMended {
        /// From what.
        mended: crate::backup::Mended,
    },
    /// Something happened to the authenticator app that an agent unlocks the desk with.
    LockCodeChanged {
        /// What.
        change: crate::lock_code::LockCodeChange,
    },
    /// Texts left the desk in clear, as a file.
    Exported {
        /// What.
        export: Box<crate::export::Export>,
    },
    /// The team wants to keep things for another time.
    RetentionChanged {
        /// What it wants.
        policy: RetentionPolicy,
    },
    /// Somebody saw what that would delete, and agreed.
    RetentionAgreed {
        /// What was agreed to.
        policy: RetentionPolicy,
        /// How much they saw that it would delete at once.
        seen: RunCounts,
    },
    /// What was too old was deleted.
    RetentionRan {
        /// Who agreed to it, by what it went, and how much it deleted.
        run: Box<RetentionRun>,
    },
    /// Texts of another system were brought in from a file.
    HistoryImported {
        /// Number of the import on its laptop.
        import: i64,
        /// What it brought.
        counts: crate::history_import::HistoryImportCounts,
    },
    /// An import was taken out again.
    HistoryRemoved {
        /// Number of the import on its laptop.
        import: i64,
        /// What of it went.
        counts: crate::history_import::HistoryImportCounts,
    },
    /// Nothing of a conversation or a person may be deleted.
    LegalHoldPlaced {
        /// Why.
        reason: String,
    },
    /// It may be again.
    LegalHoldReleased {
        /// Why.
        reason: String,
    },
    /// Written by a later version of Tern.
    #[serde(other)]
    Unrecognised,
}

impl EventBody {
    /// Whether people want to see it among what happened in a conversation.
    #[must_use]
    pub const fn is_news(&self) -> bool {
        match self {
            Self::WorkItemMoved { fact } => fact.is_news(),
            _ => true,
        }
    }
}

/// An event to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Global id.
    pub id: EventId,
    /// What it belongs to.
    pub aggregate: AggregateRef,
    /// Events the aggregate must have before this one; another count means somebody was faster.
    pub expected_version: u32,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: UtcMillis,
    /// What happened.
    pub body: EventBody,
}

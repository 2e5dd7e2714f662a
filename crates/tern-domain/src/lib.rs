//! Types and numbered rules of a text-message support desk, as pure functions: no clock, no I/O, no randomness.
//!
//! Every input goes one way: a `plan_` function takes the state of one conversation, the input, the time
//! and a source of ids, and answers with a [`Plan`] of events and effects, or with a typed refusal. The
//! store applies a plan in one transaction. Rule numbers in the docs are those of the rule book.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod account;
mod address;
pub mod agents;
mod aggregate;
pub mod alerts;
pub mod app_lock;
mod arrival;
pub mod backfill;
pub mod backup;
pub mod bot;
pub mod card;
pub mod carrier_errors;
mod causes;
pub mod condition;
mod delivery;
pub mod desk;
mod draft;
mod event;
pub mod export;
pub mod file_key;
mod follow_up;
pub mod history_import;
mod ids;
pub mod insights;
mod interaction;
pub mod language;
pub mod lock_code;
mod message;
pub mod messaging_action;
mod money;
pub mod mood;
mod notice;
pub mod notification;
mod opt_out;
mod outbox;
mod people;
mod phone;
mod plan;
mod profile;
mod record;
pub mod replies;
pub mod retention;
pub mod routing;
pub mod schedule;
pub mod screening;
pub mod search;
pub mod segments;
mod send;
mod sid;
mod state;
pub mod subscription;
mod system_message;
mod time;
mod timeline;
pub mod topic;
pub mod transcript;
pub mod verification;
mod wipe;
pub mod wrap_up;

pub use account::{AccountState, ConnectRefusal, plan_connect};
pub use address::{Address, Channel, ConversationKey};
pub use aggregate::AggregateRef;
pub use arrival::{ArrivalContext, NotOurs, plan_arrival, route_arrival};
pub use delivery::{DeliveryStatus, Direction};
pub use desk::{DeskMarks, ReplyClocks};
pub use event::{
    ActionOutcome, Actor, EventBody, NewEvent, OptOutEvidence, ScreenedFor, SettledAs, SnoozeEnd,
    StateCause,
};
pub use ids::{
    AgentId, ConversationId, EventId, FileId, GroupId, IdSource, InteractionId, MediaId, MessageId,
    MessagePosition, MessagingActionId, NoteId, NotificationId, NotificationRunId, PersonId,
    PresenceStateId, ProfileId, QueueId, RejectReasonId, RuleId, TimerId, TopicTestId, WorkItemId,
    WrapUpCodeId, WrapUpConfigurationId, WrapUpSegmentId,
};
pub use interaction::{
    ActContext, ActRefusal, Authority, AutopilotTopic, BotRefusal, CloseReason, Handler,
    Interaction, InteractionAct, InteractionState, LiveGroupAct, LiveGroupRefusal, OpenedBy,
    plan_act, plan_act_telling, plan_autopilot, plan_autopilot_end, plan_autopilot_stop,
    plan_hand_back, plan_live_group, plan_return_to_bot,
};
pub use message::{
    Author, CarrierMessage, MessageText, NewMessage, NoConversationKey, Placement, StoredMessage,
};
pub use money::{Money, MoneyError};
pub use notice::{Notice, NoticeKind};
pub use opt_out::{CarrierWord, Keyword, OptOut};
pub use outbox::{
    Attempt, AttemptRefusal, LinkedPicture, Match, Obstacle, OutboxEntry, OutboxState,
    RecallRefusal, Refusal, SendOutcome, SettleRefusal, Settlement, UncertainSend, match_uncertain,
    next_due, next_wake, plan_attempt, plan_late_row, plan_outcome, plan_recall, plan_reconnection,
    plan_recovery, plan_restored, plan_settle,
};
pub use people::{
    DirectoryContext, DirectoryRefusal, LONGEST_PERSON_FIELD, LONGEST_PERSON_NOTES, Person,
    PersonDetails, PersonEdit, PersonKind, PersonState, PhoneField, plan_person_deletion,
    plan_person_restoration, plan_person_save,
};
pub use phone::{PhoneError, PhoneNumber, Territory};
pub use plan::{Announcement, Diagnostic, Effect, Plan, Timer, TimerPurpose};
pub use profile::{
    BindCause, Identity, IdentityAct, IdentityRefusal, IdentitySnapshot, IdentityState, MatchRule,
    MessagingProfile, ProfileStanding, RecipientChoice, RecipientSource, RequesterMatch,
    UndoRefusal, Verification, match_requester, other_owner, plan_identity, plan_identity_undo,
    plan_person_gone, plan_rematch, recipient_choices, taken_over_from,
};
pub use send::{
    MAX_PICTURES, OutgoingText, Recipient, SendContext, SendRefusal, cannot_send, plan_send,
    plan_send_to,
};
pub use sid::{AccountSid, MediaSid, MessageSid, MessagingServiceSid, NumberSid, SidError};
pub use state::ConversationState;
pub use system_message::SystemMessage;
pub use time::{Millis, UtcMillis};
pub use timeline::{
    TimelineWords, close_words, file_key_words, timeline_words, verification_words,
};
pub use wipe::{
    CarrierWipe, RedactRefusal, WipeAnswer, WipeCause, WipeState, WipeWait, plan_redaction,
};

//! Identifiers of Tern's own things: one type per thing, so that they cannot be mixed up.
//!
//! Global ids are UUIDs made at the edge (version 7, so they sort by creation) and passed in through
//! [`IdSource`]; nothing here makes one up, because rules have to replay to the same bytes.
//! Local integers belong to one database file and never leave it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new UUIDs come from. Implemented at the edge with UUIDv7, in tests with a counter.
pub trait IdSource {
    /// A UUID never given before.
    fn uuid(&mut self) -> Uuid;
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made elsewhere.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Takes the next id from a source.
            pub fn next(ids: &mut dyn IdSource) -> Self {
                Self(ids.uuid())
            }

            /// The UUID inside.
            #[must_use]
            pub const fn uuid(&self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0.as_hyphenated(), f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    };
}

uuid_id!(
    /// One text, for its whole life; outbound ones are named by the window that writes them.
    MessageId
);
uuid_id!(
    /// One interaction (I-8).
    InteractionId
);
uuid_id!(
    /// One event of the append-only log.
    EventId
);
uuid_id!(
    /// One live agent, the same on every laptop of a team.
    AgentId
);
uuid_id!(
    /// One picture or file.
    MediaId
);
uuid_id!(
    /// One private note.
    NoteId
);
uuid_id!(
    /// One messaging action, the same on every laptop of a team.
    MessagingActionId
);
uuid_id!(
    /// One person of the directory.
    PersonId
);
uuid_id!(
    /// One desk's encrypted file.
    FileId
);
uuid_id!(
    /// One messaging profile (P-1).
    ProfileId
);
uuid_id!(
    /// One durable timer.
    TimerId
);
uuid_id!(
    /// One assignment group.
    GroupId
);
uuid_id!(
    /// One queue.
    QueueId
);
uuid_id!(
    /// One assignment rule.
    RuleId
);
uuid_id!(
    /// One work item.
    WorkItemId
);
uuid_id!(
    /// One presence state.
    PresenceStateId
);
uuid_id!(
    /// One reason for rejecting a work item.
    RejectReasonId
);
uuid_id!(
    /// One wrap-up configuration.
    WrapUpConfigurationId
);
uuid_id!(
    /// One wrap-up code.
    WrapUpCodeId
);
uuid_id!(
    /// One agent's part of a wrap-up.
    WrapUpSegmentId
);
uuid_id!(
    /// One saved test of a topic.
    TopicTestId
);
uuid_id!(
    /// One definition of a notification, the same on every laptop of a team.
    NotificationId
);

impl TimerId {
    /// The timer of a held text: a text has at most one, so its own id names it.
    #[must_use]
    pub const fn of_held_send(message_id: MessageId) -> Self {
        Self(message_id.0)
    }

    /// The timer of an action on an interaction, which has at most one: both ids together name it.
    #[must_use]
    pub const fn of_action(action: MessagingActionId, interaction: InteractionId) -> Self {
        Self(Uuid::from_u128(
            action.0.as_u128() ^ interaction.0.as_u128(),
        ))
    }

    /// The timer of a snooze: an interaction has at most one, so its own id names it.
    #[must_use]
    pub const fn of_snooze(interaction: InteractionId) -> Self {
        Self(interaction.0)
    }

    /// The timer of a conversation's notification, which has at most one: the row names it, in a space of
    /// ids that are made nowhere else.
    #[must_use]
    pub const fn of_alert(conversation: ConversationId) -> Self {
        const SPACE: u64 = 0x616c_6572_7400_0000;
        Self(Uuid::from_u64_pair(SPACE, conversation.0.cast_unsigned()))
    }

    /// The timer of an enforced wrap-up: an interaction has at most one, and its own id turned over names it,
    /// so that it is not the snooze's.
    #[must_use]
    pub const fn of_wrap_up(interaction: InteractionId) -> Self {
        Self(Uuid::from_u128(!interaction.0.as_u128()))
    }

    /// The timer of the requester's silence: an interaction has at most one, named by its own id in a space of
    /// ids that are made nowhere else.
    #[must_use]
    pub const fn of_bot_silence(interaction: InteractionId) -> Self {
        const SPACE: u128 = 0x7369_6c65_6e63_6500 << 64;
        Self(Uuid::from_u128(interaction.0.as_u128() ^ SPACE))
    }

    /// The timer of a topic's pause, likewise.
    #[must_use]
    pub const fn of_bot_pause(interaction: InteractionId) -> Self {
        const SPACE: u128 = 0x7061_7573_6500_0000 << 64;
        Self(Uuid::from_u128(interaction.0.as_u128() ^ SPACE))
    }

    /// The timer of an offer: a work item has at most one offer open, so its own id names it.
    #[must_use]
    pub const fn of_offer(work_item: WorkItemId) -> Self {
        Self(work_item.0)
    }
}

/// A conversation's row in this laptop's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(pub i64);

/// One sending of a notification: its row in this laptop's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationRunId(pub i64);

/// A message's row in this laptop's file: live texts count up from 1, history counts down from 0,
/// so the primary key grows with carrier time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessagePosition(pub i64);

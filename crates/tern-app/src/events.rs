//! Change events: hints with a revision, never the truth. A window that sees a gap asks again.

use serde::Serialize;
use ts_rs::TS;

use crate::dto::{NotificationSound, OfferActs};

/// Something changed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeEvent {
    /// Grows by one with every event of this process.
    #[ts(type = "number")]
    pub revision: u64,
    /// What changed.
    pub change: Change,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Change {
    /// A conversation's texts, head or row; lists may have changed with it.
    #[serde(rename_all = "camelCase")]
    Conversation {
        /// Which.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// Many conversations at once (backfill, rebuild): ask again for what is on screen.
    Everything,
    /// The directory has changed.
    People,
    /// `app_status` has changed.
    Status,
    /// `settings` has changed.
    Settings,
    /// The saved views have changed.
    Views,
    /// Who is there, what is offered to whom, or what is configured about the team has changed.
    Team,
    /// `jobs` has changed.
    Jobs,
    /// Somebody wants to quit, and jobs run that this would stop.
    QuitAsked {
        /// How many.
        jobs: u32,
    },
    /// What an agent has to be told, and has not seen yet, has changed.
    Notices,
    /// Topics, tables, or what is decided about the virtual agent has changed.
    Topics,
    /// A simulated phone's screen has changed.
    Handset {
        /// E.164.
        number: String,
    },
    /// A live text arrived that deserves a notification. Windows ignore it; shells raise it.
    #[serde(rename_all = "camelCase")]
    Arrived {
        /// Which conversation; `None` while the desk is locked, when nothing is told of it.
        #[ts(type = "number | null")]
        conversation_id: Option<i64>,
        /// Title line: name or number.
        title: String,
        /// Text, empty when the setting is name only; `Arrived` is not emitted at all for none.
        body: String,
        /// How it sounds; `None` = not at all.
        sound: Option<NotificationSound>,
        /// What can be answered from it; only for an offer.
        offer: Option<OfferActs>,
    },
    /// A notification to try the settings with. Windows ignore it; shells raise it.
    #[serde(rename_all = "camelCase")]
    Trial {
        /// Title line.
        title: String,
        /// Text, empty when the setting is name only.
        body: String,
        /// How it sounds; `None` = not at all.
        sound: Option<NotificationSound>,
    },
    /// A sound to try. Windows ignore it; shells play it.
    #[serde(rename_all = "camelCase")]
    Sound {
        /// Which.
        sound: NotificationSound,
    },
    /// A conversation was read, or its offer is over: shells withdraw its notification.
    #[serde(rename_all = "camelCase")]
    Seen {
        /// Which conversation.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// The desk was locked, or opened again: shells take back what they show of customers.
    Lock {
        /// It is locked now.
        locked: bool,
    },
    /// Show this conversation (a notification was clicked).
    #[serde(rename_all = "camelCase")]
    Open {
        /// Which conversation.
        #[ts(type = "number")]
        conversation_id: i64,
    },
}

impl Change {
    /// The same hint with nothing of a customer in it, for a desk that is locked: who a text is from is as private as
    /// what it says.
    pub(crate) fn veiled(self) -> Self {
        match self {
            Self::Arrived { sound, .. } => Self::Arrived {
                conversation_id: None,
                title: "Tern".to_owned(),
                body: "Something came in. Unlock Tern to see it.".to_owned(),
                sound,
                offer: None,
            },
            Self::Conversation { .. }
            | Self::Handset { .. }
            | Self::Seen { .. }
            | Self::Open { .. } => Self::Everything,
            hint @ (Self::Everything
            | Self::People
            | Self::Status
            | Self::Settings
            | Self::Views
            | Self::Team
            | Self::Jobs
            | Self::QuitAsked { .. }
            | Self::Notices
            | Self::Topics
            | Self::Trial { .. }
            | Self::Sound { .. }
            | Self::Lock { .. }) => hint,
        }
    }
}

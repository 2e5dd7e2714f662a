//! Notifications: what is chosen about them, and what keeps them away.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is chosen for each kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct NotificationKinds {
    /// A text in a conversation that nobody has taken.
    pub new_work: KindChoice,
    /// A text in a conversation of one's own.
    pub ongoing: KindChoice,
    /// Anything about a colleague's conversation.
    pub others: KindChoice,
    /// Work that is offered, or was given.
    pub offer: KindChoice,
    /// A wait that is reminded of, a snooze that is over.
    pub reminder: KindChoice,
}

/// What is chosen for one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct KindChoice {
    /// A notification is shown.
    pub shown: bool,
    /// It is heard, too.
    pub heard: bool,
}

impl Default for KindChoice {
    fn default() -> Self {
        Self {
            shown: true,
            heard: true,
        }
    }
}

/// Raise again what nobody has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRepeat {
    /// Seconds between two: 10 seconds to 4 hours.
    pub every_seconds: u32,
    /// Repetitions, 1 to 50.
    pub at_most: u16,
}

/// How a notification sounds: what the desktop itself plays under that name, or Tern where it plays nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NotificationSound {
    /// As the desktop announces a message.
    Message,
    /// A bell.
    Bell,
    /// Something is finished.
    Chime,
    /// A telephone rings.
    Ring,
    /// A warning.
    Warning,
    /// Nothing is heard.
    Silent,
}

/// A sound to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrySound {
    /// Which.
    pub sound: NotificationSound,
}

/// How an offer can be answered from its notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferActs {
    /// UUID of the work item.
    pub work_item_id: String,
    /// Saying no is allowed.
    pub can_reject: bool,
}

/// Whether notifications are shown now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationState {
    /// What keeps them away; `None` = nothing.
    pub silence: Option<SilenceView>,
    /// When that may change by itself; UTC milliseconds.
    #[ts(type = "number | null")]
    pub changes_at: Option<i64>,
    /// What the desktop can do; `None` where nothing is shown, or nobody could tell.
    pub desktop: Option<DesktopAbilities>,
}

/// What keeps notifications away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SilenceView {
    /// They are switched off.
    Off,
    /// Quiet hours.
    QuietHours {
        /// Until when; UTC milliseconds. `None` = for good.
        #[ts(type = "number | null")]
        until: Option<i64>,
    },
    /// The presence state is a silent one.
    Presence {
        /// Its name.
        name: String,
    },
}

/// What a desktop's notifications can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DesktopAbilities {
    /// They can have buttons.
    pub buttons: bool,
    /// They are heard: the desktop plays their sounds, or Tern can.
    pub sounds: bool,
}

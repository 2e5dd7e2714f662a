//! What an agent chooses about notifications, and which choices make sense.

use std::collections::{BTreeMap, BTreeSet};

use super::{AlertKind, QuietWeek};
use crate::ids::PresenceStateId;
use crate::time::Millis;

/// What is chosen for one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRule {
    /// A notification is shown.
    pub is_shown: bool,
    /// It is heard, too.
    pub is_heard: bool,
}

impl KindRule {
    /// As shipped: shown and heard.
    pub const SHIPPED: Self = Self {
        is_shown: true,
        is_heard: true,
    };
}

/// Raise again what nobody has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertRepeat {
    /// Between two.
    pub every: Millis,
    /// Repetitions at most, after the first time.
    pub at_most: u16,
}

impl AlertRepeat {
    /// The shortest pause between two.
    pub const SHORTEST: Millis = Millis::seconds(10);
    /// The longest.
    pub const LONGEST: Millis = Millis::hours(4);
    /// Most repetitions.
    pub const MOST: u16 = 50;
}

/// Everything that is chosen about notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRules {
    /// Notifications are shown at all.
    pub are_shown: bool,
    /// They are heard at all.
    pub are_heard: bool,
    /// By kind; what is missing is as shipped.
    pub kinds: BTreeMap<AlertKind, KindRule>,
    /// When none is shown.
    pub quiet: QuietWeek,
    /// In which presence states none is shown.
    pub silent_in: BTreeSet<PresenceStateId>,
    /// Repetitions; `None` = none.
    pub repeat: Option<AlertRepeat>,
}

impl Default for AlertRules {
    /// As shipped: everything is shown and heard, once.
    fn default() -> Self {
        Self {
            are_shown: true,
            are_heard: true,
            kinds: BTreeMap::new(),
            quiet: QuietWeek::default(),
            silent_in: BTreeSet::new(),
            repeat: None,
        }
    }
}

/// What is wrong with a choice. The words are for whoever makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AlertProblem {
    /// A span that is none.
    #[error("quiet hours need two different times of a day")]
    QuietSpan {
        /// 0 = Monday.
        weekday: u8,
    },
    /// More than anybody can keep in mind.
    #[error("a day has room for six spans of quiet hours")]
    TooManySpans {
        /// 0 = Monday.
        weekday: u8,
    },
    /// A repetition that would never end, or never pause.
    #[error("repeat every 10 seconds to 4 hours, 1 to 50 times")]
    Repeat,
}

impl AlertRules {
    /// Whether the choices make sense.
    ///
    /// # Errors
    /// The first [`AlertProblem`].
    pub fn check(&self) -> Result<(), AlertProblem> {
        let makes_sense = self.repeat.is_none_or(|repeat| {
            (AlertRepeat::SHORTEST..=AlertRepeat::LONGEST).contains(&repeat.every)
                && (1..=AlertRepeat::MOST).contains(&repeat.at_most)
        });
        if makes_sense {
            Ok(())
        } else {
            Err(AlertProblem::Repeat)
        }
    }

    /// What is chosen for a kind.
    #[must_use]
    pub fn kind(&self, kind: AlertKind) -> KindRule {
        self.kinds.get(&kind).copied().unwrap_or(KindRule::SHIPPED)
    }
}

//! From an age and the time to the instant before which things go, and the floor below which nothing comes back.

use serde::{Deserialize, Serialize};

use super::policy::{KeepDays, RetentionKind, RetentionPolicy, RetentionSettings};
use crate::time::{Millis, UtcMillis};

/// How far the time may be ahead of the newest text that is known: a desk that has heard nothing for longer is
/// either not in use or has a clock that nobody should believe, and deletes nothing more until it hears again.
pub const GRACE: Millis = Millis::days(3);

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The start of an instant's day, UTC.
#[must_use]
pub const fn start_of_day(at: UtcMillis) -> UtcMillis {
    UtcMillis(at.0.saturating_sub(at.0.rem_euclid(DAY)))
}

/// What is older than these goes. `None` = nothing of that kind does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CutOffs {
    /// Texts, with their pictures.
    #[serde(default)]
    pub texts: Option<UtcMillis>,
    /// Pictures alone.
    #[serde(default)]
    pub pictures: Option<UtcMillis>,
    /// Private notes.
    #[serde(default)]
    pub notes: Option<UtcMillis>,
}

impl CutOffs {
    /// Of one kind.
    #[must_use]
    pub const fn of(&self, kind: RetentionKind) -> Option<UtcMillis> {
        match kind {
            RetentionKind::Texts => self.texts,
            RetentionKind::Pictures => self.pictures,
            RetentionKind::Notes => self.notes,
        }
    }
}

/// What goes now: whole days, counted from `now` or from a few days after the newest text that is known, whichever
/// is earlier, so that a clock that runs ahead deletes nothing. Without a text nothing goes.
#[must_use]
pub fn cut_offs(
    policy: &RetentionPolicy,
    now: UtcMillis,
    newest_known: Option<UtcMillis>,
) -> CutOffs {
    let cut = |age: Option<KeepDays>| {
        let today = start_of_day(now.min(newest_known? + GRACE));
        Some(today - age?.to_millis())
    };
    CutOffs {
        texts: cut(policy.texts),
        pictures: cut(policy.pictures),
        notes: cut(policy.notes),
    }
}

/// A cut-off that was carried out, and the age that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Floor {
    days: KeepDays,
    at: UtcMillis,
}

impl Floor {
    /// The floor under what is in force now: a longer age lowers it, and without one there is none.
    fn under(self, days: Option<KeepDays>) -> Option<UtcMillis> {
        let longer = days?.get().saturating_sub(self.days.get());
        Some(self.at - Millis::days(longer.into()))
    }
}

/// Below these, what was deleted is not fetched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Floors {
    #[serde(default)]
    texts: Option<Floor>,
    #[serde(default)]
    pictures: Option<Floor>,
}

impl Floors {
    /// Texts from before this are not taken in again.
    #[must_use]
    pub fn texts(&self, settings: &RetentionSettings) -> Option<UtcMillis> {
        self.texts?.under(settings.in_force().texts)
    }

    /// Pictures of texts from before this are not fetched again.
    #[must_use]
    pub fn pictures(&self, settings: &RetentionSettings) -> Option<UtcMillis> {
        self.pictures?.under(settings.in_force().pictures)
    }

    /// After a run began. A clock that was set back lowers no floor.
    #[must_use]
    pub(super) fn raised(self, settings: &RetentionSettings, cut_offs: &CutOffs) -> Self {
        let in_force = settings.in_force();
        let raise = |before: Option<UtcMillis>, days: Option<KeepDays>, cut: Option<UtcMillis>| {
            Some(Floor {
                days: days?,
                at: before.max(cut)?,
            })
        };
        Self {
            texts: raise(self.texts(settings), in_force.texts, cut_offs.texts),
            pictures: raise(
                self.pictures(settings),
                in_force.pictures,
                cut_offs.pictures,
            ),
        }
    }
}

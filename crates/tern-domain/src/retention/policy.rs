//! What is kept for how long, and who agreed to it after seeing what that deletes.

use serde::{Deserialize, Serialize};

use super::recorded;
use super::run::RunCounts;
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource};
use crate::plan::Plan;
use crate::time::{Millis, UtcMillis};

/// What a policy speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RetentionKind {
    /// Texts, with their pictures and files.
    Texts,
    /// Pictures and files alone; their texts stay.
    Pictures,
    /// Private notes.
    Notes,
}

impl RetentionKind {
    /// All of them, in the order in which a run goes about them.
    pub const ALL: [Self; 3] = [Self::Texts, Self::Pictures, Self::Notes];
}

/// An age in whole days, 30 at least: younger texts are work and not history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct KeepDays(u32);

/// An age that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("between {} and {} days", KeepDays::LEAST, KeepDays::MOST)]
pub struct KeepDaysError;

impl KeepDays {
    /// The shortest age.
    pub const LEAST: u32 = 30;
    /// The longest one: a hundred years.
    pub const MOST: u32 = 36_525;

    /// Checks an age.
    ///
    /// # Errors
    /// [`KeepDaysError`] outside of the bounds.
    pub const fn new(days: u32) -> Result<Self, KeepDaysError> {
        if days < Self::LEAST || days > Self::MOST {
            return Err(KeepDaysError);
        }
        Ok(Self(days))
    }

    /// How many days.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The same as a duration.
    #[must_use]
    pub fn to_millis(self) -> Millis {
        Millis::days(self.0.into())
    }
}

impl TryFrom<u32> for KeepDays {
    type Error = KeepDaysError;

    fn try_from(days: u32) -> Result<Self, KeepDaysError> {
        Self::new(days)
    }
}

impl From<KeepDays> for u32 {
    fn from(days: KeepDays) -> Self {
        days.0
    }
}

/// How long each kind is kept. `None` = for ever, which is how every desk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Texts, with their pictures.
    #[serde(default)]
    pub texts: Option<KeepDays>,
    /// Pictures alone.
    #[serde(default)]
    pub pictures: Option<KeepDays>,
    /// Private notes.
    #[serde(default)]
    pub notes: Option<KeepDays>,
}

impl RetentionPolicy {
    /// Keeps everything.
    pub const KEEP: Self = Self {
        texts: None,
        pictures: None,
        notes: None,
    };

    /// How long one kind is kept.
    #[must_use]
    pub const fn age(&self, kind: RetentionKind) -> Option<KeepDays> {
        match kind {
            RetentionKind::Texts => self.texts,
            RetentionKind::Pictures => self.pictures,
            RetentionKind::Notes => self.notes,
        }
    }

    /// The same with another function of each kind's age.
    fn map(self, age: impl Fn(RetentionKind) -> Option<KeepDays>) -> Self {
        Self {
            texts: age(RetentionKind::Texts),
            pictures: age(RetentionKind::Pictures),
            notes: age(RetentionKind::Notes),
        }
    }

    /// Whether nothing is ever deleted.
    #[must_use]
    pub fn keeps_all(&self) -> bool {
        *self == Self::KEEP
    }
}

/// Somebody saw what a policy would delete, and agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: UtcMillis,
    /// To which ages.
    pub ages: RetentionPolicy,
}

/// What is wanted, and what of it is agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RetentionSettings {
    /// What is wanted.
    #[serde(default)]
    pub policy: RetentionPolicy,
    /// The last agreement, as far as it still counts.
    #[serde(default)]
    pub agreement: Option<Agreement>,
}

impl RetentionSettings {
    /// Another policy. A longer age stays agreed, because it deletes less than was seen; a shorter one, and one that
    /// was not there, has to be agreed anew.
    #[must_use]
    pub fn changed(self, policy: RetentionPolicy) -> Self {
        let agreement = self.agreement.and_then(|agreement| {
            let ages = policy.map(|kind| {
                let (agreed, wanted) = (agreement.ages.age(kind)?, policy.age(kind)?);
                (wanted >= agreed).then_some(wanted)
            });
            (!ages.keeps_all()).then_some(Agreement { ages, ..agreement })
        });
        Self { policy, agreement }
    }

    /// The policy as it is was seen and agreed to.
    #[must_use]
    pub fn agreed(self, by: AgentId, at: UtcMillis) -> Self {
        let ages = self.policy;
        Self {
            agreement: (!ages.keeps_all()).then_some(Agreement { by, at, ages }),
            ..self
        }
    }

    /// What is carried out: what is wanted and agreed.
    #[must_use]
    pub fn in_force(&self) -> RetentionPolicy {
        self.agreement
            .map_or(RetentionPolicy::KEEP, |agreement| agreement.ages)
    }

    /// Whether something is wanted that nobody has agreed to yet.
    #[must_use]
    pub fn awaits_agreement(&self) -> bool {
        self.policy != self.in_force()
    }
}

/// Records that the team wants another policy.
pub fn plan_changed(
    policy: RetentionPolicy,
    version: u32,
    by: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    recorded(
        AggregateRef::Retention,
        version,
        Actor::Agent(by),
        now,
        EventBody::RetentionChanged { policy },
        ids,
    )
}

/// Records that somebody saw what the policy would delete, and agreed.
pub fn plan_agreed(
    policy: RetentionPolicy,
    seen: RunCounts,
    version: u32,
    by: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    recorded(
        AggregateRef::Retention,
        version,
        Actor::Agent(by),
        now,
        EventBody::RetentionAgreed { policy, seen },
        ids,
    )
}

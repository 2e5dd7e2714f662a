//! What a team configures about wrap-up (W-1, W-2, W-7, W-8), and what can be wrong with it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::running::{WrapUpChoice, WrapUpTerms};
use crate::condition::{Condition, ConditionProblem, Facts};
use crate::ids::{WrapUpCodeId, WrapUpConfigurationId};
use crate::time::Millis;

/// The order of a configuration that was given none (W-1).
pub const DEFAULT_ORDER: u32 = 100;
/// Longest wrap-up.
pub const LONGEST_WRAP_UP: Millis = Millis::hours(24);
/// Most often that wrap-ups left open are looked for.
pub const SHORTEST_SWEEP: Millis = Millis::minutes(1);
/// Longest notes of one agent, in characters.
pub const LONGEST_WRAP_UP_NOTES: usize = 10_000;

/// What a conversation came to (W-8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpCode {
    /// Id.
    pub id: WrapUpCodeId,
    /// What people call it.
    pub name: String,
    /// Can be chosen.
    pub active: bool,
    /// When to choose it.
    #[serde(default)]
    pub description: String,
}

/// When there is a wrap-up, and how it goes (W-1, W-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpConfiguration {
    /// Id.
    pub id: WrapUpConfigurationId,
    /// What people call it.
    pub name: String,
    /// Which conversations it is for; a condition's text.
    pub condition: String,
    /// The lowest one that matches is in force; equal ones by id.
    pub order: u32,
    /// Matches at all.
    pub active: bool,
    /// Ends by itself when the time is over.
    pub enforced: bool,
    /// How long it is meant to take.
    pub duration: Millis,
    /// The agent sees the time run.
    pub shows_timer: bool,
    /// Codes that can be chosen; none = all active ones.
    #[serde(default)]
    pub codes: BTreeSet<WrapUpCodeId>,
    /// Stands in where time ran out before one was chosen (W-6).
    #[serde(default)]
    pub default_code: Option<WrapUpCodeId>,
}

impl WrapUpConfiguration {
    /// The duration of a configuration that was given none (W-2).
    pub const DEFAULT_DURATION: Millis = Millis::seconds(60);

    /// One as W-2 has it: for every conversation, a minute, not enforced.
    #[must_use]
    pub fn new(id: WrapUpConfigurationId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            condition: "true".to_owned(),
            order: DEFAULT_ORDER,
            active: true,
            enforced: false,
            duration: Self::DEFAULT_DURATION,
            shows_timer: false,
            codes: BTreeSet::new(),
            default_code: None,
        }
    }

    fn matches(&self, facts: &Facts) -> bool {
        self.active
            && Condition::compile(&self.condition)
                .is_ok_and(|condition| condition.evaluate(facts).is_met)
    }
}

/// Closes wrap-ups that were left open (W-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpSweep {
    /// Looks at all.
    pub active: bool,
    /// Closes what is older.
    pub older_than: Millis,
    /// How often it looks.
    pub every: Millis,
}

impl Default for WrapUpSweep {
    fn default() -> Self {
        Self {
            active: true,
            older_than: Millis::minutes(15),
            every: Millis::minutes(5),
        }
    }
}

/// Everything configured about wrap-up. The default has no wrap-up at all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WrapUpRules {
    /// Configurations, as they are listed.
    #[serde(default)]
    pub configurations: Vec<WrapUpConfiguration>,
    /// Codes, as they are offered.
    #[serde(default)]
    pub codes: Vec<WrapUpCode>,
    /// The safety net.
    #[serde(default)]
    pub sweep: WrapUpSweep,
    /// How often it has been configured.
    #[serde(skip)]
    pub version: u32,
}

/// The field that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapUpField {
    /// Name of a configuration or code.
    Name,
    /// Condition of a configuration.
    Condition,
    /// Duration of a configuration.
    Duration,
    /// Codes that a configuration allows.
    Codes,
    /// The code that stands in.
    DefaultCode,
    /// The age at which the sweep closes.
    SweepOlderThan,
    /// How often the sweep looks.
    SweepEvery,
}

/// Something wrong, and with what. The words are for whoever configures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrapUpProblem {
    /// A configuration has no name.
    #[error("give the configuration a name")]
    NoName(WrapUpConfigurationId),
    /// Two configurations have one name.
    #[error("another configuration has this name")]
    NameTaken(WrapUpConfigurationId),
    /// The condition cannot be understood.
    #[error("{}", .1.first().map(ToString::to_string).unwrap_or_default())]
    Condition(WrapUpConfigurationId, Vec<ConditionProblem>),
    /// W-2: the duration must be longer than nothing.
    #[error("choose a duration between one second and 24 hours")]
    Duration(WrapUpConfigurationId),
    /// An allowed code is gone.
    #[error("one of the allowed codes is gone; choose again")]
    UnknownCode(WrapUpConfigurationId),
    /// The code that stands in cannot be chosen.
    #[error("the code that stands in must be active and one of those allowed")]
    DefaultCode(WrapUpConfigurationId),
    /// A code has no name.
    #[error("give the code a name")]
    CodeWithoutName(WrapUpCodeId),
    /// Two codes have one name.
    #[error("another code has this name")]
    CodeNameTaken(WrapUpCodeId),
    /// W-7: the sweep would close what the timer is still to close.
    #[error(
        "this has to be longer than the {longest} seconds after which “{configuration}” ends by itself"
    )]
    SweepTooShort {
        /// The longest enforced duration.
        longest: i64,
        /// Whose.
        configuration: String,
    },
    /// It closes at once, or never.
    #[error("choose between one minute and 7 days")]
    SweepOlderThan,
    /// It looks too often, or hardly ever.
    #[error("choose between one minute and 24 hours")]
    SweepEvery,
}

impl WrapUpProblem {
    /// Which field it is in.
    #[must_use]
    pub const fn field(&self) -> WrapUpField {
        match self {
            Self::NoName(_)
            | Self::NameTaken(_)
            | Self::CodeWithoutName(_)
            | Self::CodeNameTaken(_) => WrapUpField::Name,
            Self::Condition(..) => WrapUpField::Condition,
            Self::Duration(_) => WrapUpField::Duration,
            Self::UnknownCode(_) => WrapUpField::Codes,
            Self::DefaultCode(_) => WrapUpField::DefaultCode,
            Self::SweepTooShort { .. } | Self::SweepOlderThan => WrapUpField::SweepOlderThan,
            Self::SweepEvery => WrapUpField::SweepEvery,
        }
    }

    /// The configuration it is in, if it is in one.
    #[must_use]
    pub const fn configuration(&self) -> Option<WrapUpConfigurationId> {
        match self {
            Self::NoName(id)
            | Self::NameTaken(id)
            | Self::Condition(id, _)
            | Self::Duration(id)
            | Self::UnknownCode(id)
            | Self::DefaultCode(id) => Some(*id),
            _ => None,
        }
    }

    /// The code it is in, if it is in one.
    #[must_use]
    pub const fn code(&self) -> Option<WrapUpCodeId> {
        match self {
            Self::CodeWithoutName(id) | Self::CodeNameTaken(id) => Some(*id),
            _ => None,
        }
    }
}

fn is_taken<'a>(name: &str, mut others: impl Iterator<Item = &'a String>) -> bool {
    others.any(|other| other.trim().eq_ignore_ascii_case(name.trim()))
}

impl WrapUpRules {
    /// What wraps up a conversation with these facts (W-1); `None` = nothing does.
    #[must_use]
    pub fn terms_for(&self, facts: &Facts) -> Option<WrapUpTerms> {
        let mut candidates: Vec<_> = self.configurations.iter().collect();
        candidates.sort_by_key(|it| (it.order, it.id));
        let found = candidates.into_iter().find(|it| it.matches(facts))?;
        let codes: Vec<_> = self
            .offered(found)
            .map(|code| WrapUpChoice {
                id: code.id,
                name: code.name.clone(),
                description: code.description.clone(),
            })
            .collect();
        Some(WrapUpTerms {
            configuration: found.id,
            name: found.name.clone(),
            enforced: found.enforced,
            duration: found.duration,
            shows_timer: found.shows_timer,
            default_code: found
                .default_code
                .filter(|wanted| codes.iter().any(|code| code.id == *wanted)),
            codes,
        })
    }

    fn offered<'a>(
        &'a self,
        configuration: &'a WrapUpConfiguration,
    ) -> impl Iterator<Item = &'a WrapUpCode> {
        self.codes.iter().filter(|code| {
            let is_allowed =
                configuration.codes.is_empty() || configuration.codes.contains(&code.id);
            code.active && is_allowed
        })
    }

    /// Everything that is wrong; empty for good rules.
    #[must_use]
    pub fn problems(&self) -> Vec<WrapUpProblem> {
        let mut problems = Vec::new();
        for it in &self.configurations {
            self.check_configuration(it, &mut problems);
        }
        for code in &self.codes {
            let others = self.codes.iter().filter(|other| other.id != code.id);
            if code.name.trim().is_empty() {
                problems.push(WrapUpProblem::CodeWithoutName(code.id));
            } else if is_taken(&code.name, others.map(|other| &other.name)) {
                problems.push(WrapUpProblem::CodeNameTaken(code.id));
            }
        }
        self.check_sweep(&mut problems);
        problems
    }

    fn check_configuration(&self, it: &WrapUpConfiguration, problems: &mut Vec<WrapUpProblem>) {
        let others = self.configurations.iter().filter(|other| other.id != it.id);
        if it.name.trim().is_empty() {
            problems.push(WrapUpProblem::NoName(it.id));
        } else if is_taken(&it.name, others.map(|other| &other.name)) {
            problems.push(WrapUpProblem::NameTaken(it.id));
        }
        if let Err(found) = Condition::compile(&it.condition) {
            problems.push(WrapUpProblem::Condition(it.id, found));
        }
        if it.duration <= Millis::ZERO || it.duration > LONGEST_WRAP_UP {
            problems.push(WrapUpProblem::Duration(it.id));
        }
        let is_known = |wanted: &WrapUpCodeId| self.codes.iter().any(|code| code.id == *wanted);
        if !it.codes.iter().all(is_known) {
            problems.push(WrapUpProblem::UnknownCode(it.id));
        }
        let can_stand_in = |wanted: WrapUpCodeId| self.offered(it).any(|code| code.id == wanted);
        if it.default_code.is_some_and(|wanted| !can_stand_in(wanted)) {
            problems.push(WrapUpProblem::DefaultCode(it.id));
        }
    }

    /// W-7: the limit must exceed every enforced duration, or the timer would never be the one to end.
    fn check_sweep(&self, problems: &mut Vec<WrapUpProblem>) {
        let WrapUpSweep {
            active,
            older_than,
            every,
        } = self.sweep;
        if older_than < SHORTEST_SWEEP || older_than > Millis::days(7) {
            problems.push(WrapUpProblem::SweepOlderThan);
        }
        if every < SHORTEST_SWEEP || every > Millis::hours(24) {
            problems.push(WrapUpProblem::SweepEvery);
        }
        let longest = self
            .configurations
            .iter()
            .filter(|it| it.active && it.enforced)
            .max_by_key(|it| it.duration);
        if let Some(longest) = longest.filter(|it| active && older_than <= it.duration) {
            problems.push(WrapUpProblem::SweepTooShort {
                longest: longest.duration.0 / Millis::seconds(1).0,
                configuration: longest.name.clone(),
            });
        }
    }
}

//! Wrap-up: the panel in a conversation, and what is configured (W-1 … W-9).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A wrap-up that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpView {
    /// UUID of the interaction that is wrapped up; not the latest one where a text came meanwhile (I-13).
    pub interaction_id: String,
    /// Whose it is to end.
    pub agent: Option<String>,
    /// The agent at this desk may end it.
    pub can_end: bool,
    /// It is the agent's at this desk, who ends it by leaving.
    pub is_mine: bool,
    /// The agent at this desk was assigned to the conversation, and notes something.
    pub has_part: bool,
    /// When it began.
    #[ts(type = "number")]
    pub started_at: i64,
    /// When its time is over.
    #[ts(type = "number")]
    pub time_over_at: i64,
    /// Ends by itself then.
    pub enforced: bool,
    /// The agent sees the time run.
    pub shows_timer: bool,
    /// What can be chosen.
    pub codes: Vec<WrapUpChoiceView>,
    /// Name of the code that stands in when time runs out.
    pub default_code: Option<String>,
    /// What is chosen.
    pub code_id: Option<String>,
    /// What is noted.
    pub notes: String,
    /// The conversation has gone on with new work.
    pub has_gone_on: bool,
}

/// A code that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpChoiceView {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When to choose it.
    pub description: String,
}

/// Keep what is chosen and typed in a wrap-up.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveWrapUp {
    /// UUID of the interaction.
    pub interaction_id: String,
    /// The code; `None` = none yet.
    pub code_id: Option<String>,
    /// The notes.
    pub notes: String,
}

/// End a wrap-up.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EndWrapUp {
    /// UUID of the interaction.
    pub interaction_id: String,
    /// By leaving the conversation (W-3).
    pub left: bool,
}

/// Everything configured about wrap-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpSettings {
    /// Configurations; none = no wrap-up at all.
    pub configurations: Vec<WrapUpConfigurationEntry>,
    /// Codes, as they are offered.
    pub codes: Vec<WrapUpCodeEntry>,
    /// The safety net (W-7).
    pub sweep: WrapUpSweepEntry,
}

/// When there is a wrap-up, and how it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpConfigurationEntry {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Which conversations it is for: a condition's text.
    pub condition: String,
    /// The lowest one that matches is in force.
    pub order: u32,
    /// Matches at all.
    pub active: bool,
    /// Ends by itself when the time is over.
    pub enforced: bool,
    /// How long it is meant to take.
    pub duration_seconds: u32,
    /// The agent sees the time run.
    pub shows_timer: bool,
    /// UUIDs of the codes that can be chosen; none = all active ones.
    pub code_ids: Vec<String>,
    /// UUID of the code that stands in when time runs out.
    pub default_code_id: Option<String>,
}

/// What a conversation can come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpCodeEntry {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Can be chosen.
    pub active: bool,
    /// When to choose it.
    pub description: String,
}

/// Closes wrap-ups that were left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpSweepEntry {
    /// Looks at all.
    pub active: bool,
    /// Closes what is older.
    pub older_than_minutes: u32,
    /// How often it looks.
    pub every_minutes: u32,
}

/// The field that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WrapUpFieldView {
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

/// Something wrong with the wrap-up settings, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WrapUpProblemView {
    /// UUID of the configuration it is in.
    pub configuration_id: Option<String>,
    /// UUID of the code it is in.
    pub code_id: Option<String>,
    /// Which field.
    pub field: WrapUpFieldView,
    /// What to change.
    pub words: String,
}

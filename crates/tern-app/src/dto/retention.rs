//! How long things are kept, what that deletes, and legal holds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How long each kind is kept, in days; `null` = for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionAges {
    /// Texts, with their pictures.
    pub texts: Option<u32>,
    /// Pictures alone.
    pub pictures: Option<u32>,
    /// Private notes.
    pub notes: Option<u32>,
}

/// The policies, the runs and the holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionView {
    /// What is wanted.
    pub wanted: RetentionAges,
    /// What is carried out.
    pub in_force: RetentionAges,
    /// Something is wanted that nobody has agreed to yet.
    pub awaits_agreement: bool,
    /// Who agreed last.
    pub agreed_by: Option<String>,
    /// When.
    #[ts(type = "number | null")]
    pub agreed_at: Option<i64>,
    /// The run under way.
    pub running: Option<RetentionRunView>,
    /// Those before it, newest first.
    pub past: Vec<RetentionRunView>,
    /// When the next one begins.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
    /// Holds that are in force, oldest first.
    pub holds: Vec<HoldView>,
    /// The agent at this desk may change all this.
    pub may_change: bool,
}

/// One carrying out of the policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionRunView {
    /// When it began.
    #[ts(type = "number")]
    pub started_at: i64,
    /// When it ended.
    #[ts(type = "number | null")]
    pub ended_at: Option<i64>,
    /// How, as a sentence.
    pub words: String,
    /// Texts that it deleted.
    #[ts(type = "number")]
    pub texts: u64,
    /// Pictures and files.
    #[ts(type = "number")]
    pub pictures: u64,
    /// Their bytes.
    #[ts(type = "number")]
    pub picture_bytes: u64,
    /// Notes.
    #[ts(type = "number")]
    pub notes: u64,
    /// Who agreed to it.
    pub agreed_by: String,
}

/// What the wanted policy would delete now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPreview {
    /// For which ages.
    pub ages: RetentionAges,
    /// Texts.
    #[ts(type = "number")]
    pub texts: u64,
    /// Pictures and files.
    #[ts(type = "number")]
    pub pictures: u64,
    /// Their bytes.
    #[ts(type = "number")]
    pub picture_bytes: u64,
    /// Notes.
    #[ts(type = "number")]
    pub notes: u64,
    /// Conversations that would lose something.
    #[ts(type = "number")]
    pub conversations: u64,
    /// The oldest text that would go.
    #[ts(type = "number | null")]
    pub oldest: Option<i64>,
    /// The newest one.
    #[ts(type = "number | null")]
    pub newest: Option<i64>,
    /// What is old enough and stays.
    pub held_back: Vec<HeldBack>,
    /// What has to be typed to agree.
    pub confirmation: String,
}

/// Why something that is old enough stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeldBack {
    /// Why, in words.
    pub why: String,
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
}

/// Agree to what a look showed.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgreeToRetention {
    /// The ages that were looked at.
    pub ages: RetentionAges,
    /// What was typed.
    pub typed: String,
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoldView {
    /// UUID.
    pub id: String,
    /// Who or what is held, in words.
    pub subject: String,
    /// Everything with a person is held, not one conversation.
    pub is_person: bool,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: String,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Conversations that it covers now.
    pub conversations: u32,
}

/// Holds on one conversation or person, and how far back texts are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoldsHere {
    /// Oldest first.
    pub holds: Vec<HoldView>,
    /// No texts from before this are kept.
    #[ts(type = "number | null")]
    pub kept_since: Option<i64>,
    /// The name of the person, who can be held as a whole.
    pub person: Option<String>,
    /// The agent at this desk may place and release holds.
    pub may_change: bool,
}

/// What a hold is placed on.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum HoldOn {
    /// One conversation.
    Conversation {
        /// This laptop's id of it.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// Everything with the person behind a conversation.
    PersonBehind {
        /// This laptop's id of it.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// Everything with a person.
    Person {
        /// UUID.
        person_id: String,
    },
}

/// Place a hold.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceHold {
    /// On what.
    pub on: HoldOn,
    /// Why.
    pub reason: String,
}

/// Release a hold.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseHold {
    /// UUID.
    pub id: String,
    /// Why.
    pub reason: String,
}

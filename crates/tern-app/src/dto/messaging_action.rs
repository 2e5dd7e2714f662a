//! Messaging actions: what happens by itself when somebody waits too long.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ConditionView;

/// The wait that an action watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WaitEvent {
    /// The customer wrote, and no agent has answered (M-2).
    CustomerWaits,
    /// An agent wrote, and the customer has not answered (M-3).
    TeamWaits,
}

/// A state that an action can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SettableState {
    /// In progress.
    WorkInProgress,
    /// On hold.
    OnHold,
    /// Finished.
    ClosedComplete,
    /// Abandoned.
    ClosedAbandoned,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ActView {
    /// Reminds the team (M-4).
    PromptAgent {
        /// Its words.
        text: String,
    },
    /// Texts the customer (M-5).
    PromptRequester {
        /// Its words.
        text: String,
    },
    /// Makes it new work again (M-6).
    Reassign,
    /// Puts it into a state (M-8).
    SetState {
        /// Which.
        state: SettableState,
    },
}

/// One messaging action as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessagingActionDraft {
    /// UUID, made by the window.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The wait it watches.
    pub event: WaitEvent,
    /// How long the wait has to last.
    pub after_minutes: u32,
    /// Switched on.
    pub active: bool,
    /// What has to hold when the time has come; a condition's text.
    pub filter: String,
    /// What it does then.
    pub act: ActView,
}

/// One messaging action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessagingActionView {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The wait it watches.
    pub event: WaitEvent,
    /// How long the wait has to last.
    pub after_minutes: u32,
    /// Switched on.
    pub active: bool,
    /// What has to hold when the time has come.
    pub filter: ConditionView,
    /// What it does then.
    pub act: ActView,
}

/// All messaging actions, in their order.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceMessagingActions {
    /// The actions.
    pub actions: Vec<MessagingActionDraft>,
}

/// A field of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ActionField {
    /// Name.
    Name,
    /// Wait.
    After,
    /// Words.
    Text,
    /// State.
    State,
    /// Condition.
    Filter,
}

/// What is wrong with an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActionProblemView {
    /// Where.
    pub field: ActionField,
    /// What, in plain words.
    pub words: String,
}

/// Ask what actions would have done.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RehearseActions {
    /// The actions, as they are in the editor.
    pub actions: Vec<MessagingActionDraft>,
    /// How many days back.
    pub days: u32,
    /// Continue after this cursor of the page before.
    #[ts(type = "number | null")]
    pub after: Option<i64>,
}

/// A page of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalPage {
    /// Conversations looked at on this page.
    pub looked_at: u32,
    /// Conversations to look at in all.
    pub total: u32,
    /// Cursor of the next page; `None` at the end.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// What would have happened.
    pub firings: Vec<RehearsedFiring>,
}

/// Something an action would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RehearsedFiring {
    /// In which conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// With whom.
    pub requester: String,
    /// Which action.
    pub action_id: String,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Since when somebody had waited.
    #[ts(type = "number")]
    pub waited_since: i64,
}

//! Who is behind a number, the evidence for it, and writing to somebody first.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AccountStanding, ConversationRow, MessageView, PersonView, ProviderNumberView};

/// Who is behind a conversation's number, and why Tern thinks so.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    /// The person; `None` for a guest.
    pub person: Option<PersonView>,
    /// Why, in a plain sentence.
    pub reason: String,
    /// Somebody made sure.
    pub verified: Option<VerifiedView>,
    /// What was proved by text; `None` for whoever has no account.
    pub account: Option<AccountStanding>,
    /// The directory names somebody else for this number (P-5).
    pub identity_conflict: bool,
    /// More than one user has the number (P-7).
    pub several_matches: bool,
    /// People who have the number in a phone field, the one it is bound to left out.
    pub others: Vec<PersonView>,
    /// What the requester wrote last, newest first.
    pub last_texts: Vec<EvidenceText>,
    /// Since when the number is with this person or guest.
    #[ts(type = "number | null")]
    pub since: Option<i64>,
}

/// When and by whom an identity was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedView {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// By whom, or by what.
    pub by: String,
    /// They proved it by text, from a number that is linked since then (L-3).
    pub by_text: bool,
}

/// A text as evidence.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceText {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Its words.
    pub body: String,
}

/// Says who is behind a conversation's number.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeIdentity {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// What is said.
    pub change: IdentityChange,
}

/// What an agent says about a number (P-13, P-14).
#[derive(Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum IdentityChange {
    /// It is this person.
    Bind {
        /// UUID.
        person_id: String,
    },
    /// It is somebody of their own, who comes into the directory with it.
    NewPerson {
        /// Name.
        name: String,
    },
    /// It is nobody we know.
    Guest,
    /// I made sure.
    Verify,
}

/// The identity after a change.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IdentityChanged {
    /// The identity now.
    pub identity: IdentityView,
    /// Give this to `undo_change`.
    pub undo: String,
}

/// What has been chosen so far in the new-message dialog.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComposeTo {
    /// What was typed or pasted as the recipient: a name, or a number in any format.
    pub query: String,
    /// The person chosen.
    pub person_id: Option<String>,
    /// The number chosen (E.164); beats what was typed.
    pub number: Option<String>,
    /// The team's number chosen.
    pub provider_number: Option<String>,
}

/// What the new-message dialog shows next.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComposeView {
    /// The team's numbers to write from.
    pub senders: Vec<ProviderNumberView>,
    /// The one chosen, or the only one.
    pub sender: Option<String>,
    /// People whose name or number fits what was typed.
    pub people: Vec<PersonView>,
    /// The person chosen.
    pub person: Option<PersonView>,
    /// Numbers of the person chosen; the first is preselected.
    pub choices: Vec<RecipientChoiceView>,
    /// The number that would be written to.
    pub number: Option<String>,
    /// The same spaced for reading.
    pub number_display: String,
    /// What is wrong with the number typed (P-15); `None` while it may still become one.
    pub number_problem: Option<String>,
    /// Who is behind the number now.
    pub known_as: Option<PersonView>,
    /// The current conversation with that number.
    pub existing: Option<ExistingConversation>,
    /// whose number it is; sending moves it.
    pub moves_from: Option<PersonView>,
    /// the agent out of whose conversation it would be taken.
    pub takes_over_from: Option<String>,
    /// Why nothing can be sent; `None` when sending works.
    pub cannot_send: Option<String>,
}

/// A number that the chosen person can be written to at.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecipientChoiceView {
    /// E.164.
    pub number: String,
    /// Spaced for reading.
    pub display: String,
    /// Where it comes from, in plain words.
    pub source: String,
}

/// The card of a conversation that exists already.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExistingConversation {
    /// The row, as in the lists: requester, number, last update.
    pub row: ConversationRow,
    /// Who has it.
    pub assigned_to: Option<String>,
}

/// Writes to somebody first (A-1 … A-7).
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartConversation {
    /// UUID made by the window: the same again sends once.
    pub message_id: String,
    /// The team's number to write from (E.164).
    pub provider_number: String,
    /// The number to write to, in any format.
    pub number: String,
    /// The person written to; `None` for whoever is behind the number.
    pub person_id: Option<String>,
    /// Text.
    pub body: String,
    /// yes, move the number to the person.
    pub move_number: bool,
    /// yes, even out of another agent's conversation.
    pub take_over: bool,
}

/// A conversation was started or continued.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationStarted {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// The text.
    pub message: MessageView,
}

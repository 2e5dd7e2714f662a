//! How conversations look in the inbox: the settings, and one card's cells.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that a card can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CardFieldName {
    /// Who writes.
    Requester,
    /// The newest text.
    LastText,
    /// The requester's number.
    Number,
    /// The requester's territory.
    Territory,
    /// Known to the directory, or a guest.
    Identity,
    /// The queue of the open work.
    Queue,
    /// Since when the requester waits.
    WaitingSince,
    /// State of the interaction.
    State,
    /// Who has it.
    Agent,
    /// The team's number.
    OurNumber,
}

/// A field that a layout can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CardFieldView {
    /// Which.
    pub field: CardFieldName,
    /// Its name for people.
    pub label: String,
    /// What it might say, for a preview.
    pub example: String,
}

/// One layout, to show and to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CardLayoutView {
    /// Stable for its whole life; a window that adds one makes it up.
    pub id: String,
    /// What the settings call it.
    pub name: String,
    /// Which conversations' cards look like this.
    pub condition: String,
    /// What they show, the title first; one to five.
    pub fields: Vec<CardFieldName>,
}

/// All layouts in their order, and what they can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CardSettings {
    /// The layouts; none = every card as shipped.
    pub layouts: Vec<CardLayoutView>,
    /// Every field.
    pub fields: Vec<CardFieldView>,
}

/// Replace all layouts: added, changed, moved and deleted ones alike.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveCardLayouts {
    /// All layouts in their order.
    pub layouts: Vec<CardLayoutView>,
}

/// One field of one card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CardCell {
    /// Which field.
    pub field: CardFieldName,
    /// Its name for people.
    pub label: String,
    /// What it says; empty where there is nothing to say.
    pub words: String,
    /// An instant, for a field that tells one.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
}

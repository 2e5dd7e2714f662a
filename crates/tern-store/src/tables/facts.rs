//! Fact sheets: what conditions may know, filled from the rows.
//!
//! Owns the way from columns to [`Facts`] and the walk that views need. It decides no condition.

use rusqlite::Row;
use tern_domain::condition::{Fact, Facts};
use tern_domain::{AgentId, ConversationId, Direction, Interaction, PhoneNumber, UtcMillis};

use super::conversations::{ConversationRow, read_row, select_rows};
use super::values::from_json;
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// Most conversations that one walk looks at.
const MOST: u32 = 5_000;

/// Which conversations a view looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactScope {
    /// Those with open work.
    Open,
    /// The 5,000 with the newest texts, finished ones too.
    Everything,
}

/// One conversation with its latest interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// The row.
    pub row: ConversationRow,
    /// The latest interaction.
    pub interaction: Option<Interaction>,
}

macro_rules! with_latest {
    ($rest:literal) => {
        select_rows!(
            ", (SELECT document FROM interactions
                WHERE interactions.conversation_id = conversations.conversation_id
                ORDER BY opened_at DESC, interaction_id DESC LIMIT 1)",
            $rest
        )
    };
}

pub(crate) const OPEN: &str = with_latest!("WHERE list IN (0, 1) LIMIT ?1");
pub(crate) const EVERYTHING: &str =
    with_latest!("WHERE last_position IS NOT NULL ORDER BY last_position DESC LIMIT ?1");

fn read_fact_row(row: &Row<'_>) -> Result<FactRow, rusqlite::Error> {
    let document: Option<String> = row.get(30)?;
    Ok(FactRow {
        row: read_row(row)?,
        interaction: document
            .map(|document| from_json("interactions.document", &document))
            .transpose()?,
    })
}

impl ReadConn<'_> {
    /// The conversations that a view looks at, at most 5,000.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_fact_rows(&self, scope: FactScope) -> Result<Vec<FactRow>, StoreError> {
        const OPERATION: &str = "list what views look at";
        let sql = match scope {
            FactScope::Open => OPEN,
            FactScope::Everything => EVERYTHING,
        };
        self.prepare(sql, OPERATION)?
            .query_map([MOST], read_fact_row)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One conversation's fact sheet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn load_facts(
        &self,
        conversation: ConversationId,
        now: UtcMillis,
    ) -> Result<Facts, StoreError> {
        let row = self.load_conversation(conversation)?;
        let interaction = self.find_latest_interaction(conversation)?;
        Ok(facts_of(&row, interaction.as_ref(), now))
    }
}

/// The fact sheet of a row.
#[must_use]
pub fn facts_of(row: &ConversationRow, interaction: Option<&Interaction>, now: UtcMillis) -> Facts {
    let has_text = row.last_position.is_some();
    let last_author = match row.preview.direction {
        Direction::Inbound => "requester",
        Direction::Outbound => "agent",
    };
    let territory = row.key.requester.phone().and_then(PhoneNumber::territory);
    let assigned: Option<AgentId> = interaction.and_then(|interaction| interaction.assigned_to);
    Facts::new()
        .with_some(Fact::State, interaction.map(|it| it.state))
        .with_some(Fact::Handler, interaction.map(|it| it.handler))
        .with_some(Fact::OpenedBy, interaction.map(|it| it.opened_by))
        .with_some(Fact::Late, interaction.map(|it| it.arrived_late))
        .with(Fact::Assigned, assigned.is_some())
        .with_some(Fact::LastAuthor, has_text.then_some(last_author))
        .with(Fact::Waiting, row.clocks.waiting_since.is_some())
        .with(Fact::WaitingMinutes, 0_i64)
        .with_minutes_since(Fact::WaitingMinutes, row.clocks.waiting_since, now)
        .with_minutes_since(Fact::QuietMinutes, has_text.then_some(row.last_at), now)
        .with_minutes_since(Fact::OpenedMinutes, interaction.map(|it| it.opened_at), now)
        .with(Fact::Unread, row.unread_count)
        .with(
            Fact::Texts,
            i64::try_from(row.message_count).unwrap_or(i64::MAX),
        )
        .with(Fact::HasPicture, row.preview.media_count > 0)
        .with(Fact::OptedOut, row.opt_out.is_in_force())
        .with(Fact::Pinned, row.marks.is_pinned)
        .with(Fact::Snoozed, row.marks.snoozed_until.is_some())
        .with(Fact::HasDraft, row.has_draft)
        .with(
            Fact::NeedsAttention,
            row.uncertain_count > 0 || row.failed_position.is_some(),
        )
        .with(Fact::RequesterNumber, row.key.requester.as_str())
        .with_some(
            Fact::RequesterTerritory,
            territory.as_ref().map(|territory| territory.as_str()),
        )
        .with(Fact::ProviderNumber, row.key.provider.as_str())
}

//! Fact sheets: what conditions may know, read from the rows.
//!
//! Owns the way from columns to [`Fact`]s and the walk that views need: it reads what the facts of a
//! conversation need and nothing else, and works a fact out when a condition asks for it. It decides no condition.

use rusqlite::{OptionalExtension as _, Row, params};
use serde::Deserialize;
use tern_domain::condition::{Fact, FactSheet, FactValue, Facts};
use tern_domain::{
    Address, AgentId, ConversationId, Direction, Handler, Interaction, InteractionId,
    InteractionState, MessagePosition, OpenedBy, OptOut, PhoneNumber, UtcMillis,
};

use super::values::{direction_from_code, from_json};
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

/// What conditions may know of an interaction: the part of its document that facts are made of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InteractionOutline {
    /// Which.
    pub id: InteractionId,
    /// I-1 … I-7.
    pub state: InteractionState,
    /// Who answers now.
    pub handler: Handler,
    /// The one agent who has it.
    pub assigned_to: Option<AgentId>,
    /// Who started it.
    pub opened_by: OpenedBy,
    /// When it opened.
    pub opened_at: UtcMillis,
    /// Its first text came so late that only a person may answer it.
    pub arrived_late: bool,
}

impl From<&Interaction> for InteractionOutline {
    fn from(interaction: &Interaction) -> Self {
        Self {
            id: interaction.id,
            state: interaction.state,
            handler: interaction.handler,
            assigned_to: interaction.assigned_to,
            opened_by: interaction.opened_by,
            opened_at: interaction.opened_at,
            arrived_late: interaction.arrived_late,
        }
    }
}

/// One conversation as conditions see it at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// Which.
    pub conversation: ConversationId,
    /// Its newest text; `None` while there is none.
    pub last_position: Option<MessagePosition>,
    /// Since when its requester waits.
    pub waiting_since: Option<UtcMillis>,
    /// Texts that nobody has read.
    pub unread_count: u32,
    /// The active interaction, or else the latest; `None` also where it was not to be read.
    pub interaction: Option<InteractionOutline>,
    requester: String,
    provider: String,
    last_at: UtcMillis,
    last_direction: Direction,
    last_by_bot: bool,
    message_count: i64,
    media_count: u32,
    has_draft: bool,
    needs_attention: bool,
    is_pinned: bool,
    is_snoozed: bool,
    is_opted_out: bool,
    now: UtcMillis,
}

macro_rules! select_facts {
    ($rest:literal) => {
        concat!(
            "SELECT conversation_id, requester_address, provider_number, last_position, last_at,
                    message_count, preview_direction, preview_media_count, unread_count, has_draft,
                    uncertain_count > 0 OR failed_position IS NOT NULL, opted_out_at, opted_in_at, pinned,
                    snoozed_until IS NOT NULL, waiting_since,
                    CASE WHEN ?2 THEN coalesce(
                        (SELECT document FROM interactions
                         WHERE interactions.conversation_id = conversations.conversation_id AND active = 1),
                        (SELECT document FROM interactions
                         WHERE interactions.conversation_id = conversations.conversation_id
                         ORDER BY opened_at DESC, interaction_id DESC LIMIT 1))
                    END,
                    (SELECT by_bot FROM messages WHERE position = last_position)
             FROM conversations ",
            $rest
        )
    };
}

pub(crate) const OPEN: &str = select_facts!("WHERE list IN (0, 1) LIMIT ?1");
pub(crate) const EVERYTHING: &str =
    select_facts!("WHERE last_position IS NOT NULL ORDER BY last_position DESC LIMIT ?1");
pub(crate) const ONE: &str = select_facts!("WHERE conversation_id = ?1");

fn read_fact_row(row: &Row<'_>, now: UtcMillis) -> Result<FactRow, rusqlite::Error> {
    let at = |column| {
        row.get::<_, Option<i64>>(column)
            .map(|at| at.map(UtcMillis))
    };
    let opt_out = OptOut {
        opted_out_at: at(11)?,
        opted_in_at: at(12)?,
    };
    let document = row.get_ref(16)?.as_str_or_null()?;
    Ok(FactRow {
        conversation: ConversationId(row.get(0)?),
        requester: row.get(1)?,
        provider: row.get(2)?,
        last_position: row.get::<_, Option<i64>>(3)?.map(MessagePosition),
        last_at: UtcMillis(row.get(4)?),
        message_count: row.get(5)?,
        last_direction: direction_from_code(row.get(6)?),
        last_by_bot: row.get::<_, Option<bool>>(17)?.unwrap_or_default(),
        media_count: row.get(7)?,
        unread_count: row.get(8)?,
        has_draft: row.get(9)?,
        needs_attention: row.get(10)?,
        is_opted_out: opt_out.is_in_force(),
        is_pinned: row.get(13)?,
        is_snoozed: row.get(14)?,
        waiting_since: at(15)?,
        interaction: document
            .map(|document| from_json("interactions.document", document))
            .transpose()?,
        now,
    })
}

impl FactSheet for FactRow {
    fn fact(&self, fact: Fact) -> Option<FactValue> {
        let since = |at: Option<UtcMillis>| at.map(|at| FactValue::minutes_since(at, self.now));
        let interaction = self.interaction.as_ref();
        let has_text = self.last_position.is_some();
        Some(match fact {
            Fact::State => interaction?.state.into(),
            Fact::Handler => interaction?.handler.into(),
            Fact::OpenedBy => interaction?.opened_by.into(),
            Fact::Late => interaction?.arrived_late.into(),
            Fact::OpenedMinutes => since(interaction.map(|it| it.opened_at))?,
            Fact::Assigned => interaction
                .is_some_and(|it| it.assigned_to.is_some())
                .into(),
            Fact::LastAuthor if has_text => match self.last_direction {
                Direction::Inbound => "requester",
                Direction::Outbound if self.last_by_bot => "virtual_agent",
                Direction::Outbound => "agent",
            }
            .into(),
            Fact::LastAuthor => return None,
            Fact::Waiting => self.waiting_since.is_some().into(),
            Fact::WaitingMinutes => since(self.waiting_since).unwrap_or_else(|| 0_i64.into()),
            Fact::QuietMinutes => since(has_text.then_some(self.last_at))?,
            Fact::Unread => self.unread_count.into(),
            Fact::Texts => self.message_count.into(),
            Fact::HasPicture => (self.media_count > 0).into(),
            Fact::OptedOut => self.is_opted_out.into(),
            Fact::Pinned => self.is_pinned.into(),
            Fact::Snoozed => self.is_snoozed.into(),
            Fact::HasDraft => self.has_draft.into(),
            Fact::NeedsAttention => self.needs_attention.into(),
            Fact::RequesterNumber => self.requester.as_str().into(),
            Fact::RequesterTerritory => {
                let address = Address::parse(&self.requester);
                let territory = address.phone().and_then(PhoneNumber::territory)?;
                territory.as_str().into()
            }
            Fact::ProviderNumber => self.provider.as_str().into(),
        })
    }
}

impl ReadConn<'_> {
    /// The conversations that a view looks at, at most 5,000. Interactions are read only where conditions ask
    /// about them.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_fact_rows(
        &self,
        scope: FactScope,
        with_interactions: bool,
        now: UtcMillis,
    ) -> Result<Vec<FactRow>, StoreError> {
        const OPERATION: &str = "list what views look at";
        let sql = match scope {
            FactScope::Open => OPEN,
            FactScope::Everything => EVERYTHING,
        };
        self.prepare(sql, OPERATION)?
            .query_map(params![MOST, with_interactions], |row| {
                read_fact_row(row, now)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One conversation as conditions see it now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn load_fact_row(
        &self,
        conversation: ConversationId,
        now: UtcMillis,
    ) -> Result<FactRow, StoreError> {
        const OPERATION: &str = "read what conditions ask about";
        self.prepare(ONE, OPERATION)?
            .query_row(params![conversation.0, true], |row| read_fact_row(row, now))
            .optional()
            .during(OPERATION)?
            .ok_or(StoreError::NotFound {
                what: "conversation",
            })
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
        Ok(Facts::all_of(&self.load_fact_row(conversation, now)?))
    }
}

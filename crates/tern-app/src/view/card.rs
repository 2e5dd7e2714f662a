//! What cards in the inbox say, and the pictures in them.
//!
//! Reads the pictures of a page at once, and more only for layouts that the team has made: one conversation of the page
//! after the other by its own indexes. It never changes what a list reads.

use tern_domain::card::{CardField, CardLayout, ReadyLayouts};
use tern_domain::condition::{Fact, FactKind};
use tern_domain::routing::RoutingConfig;
use tern_domain::{ConversationId, Interaction, UtcMillis};
use tern_store::{ConversationRow, ReadConn, StoreError};

use super::conversation::{self, requester};
use super::media::Glances;
use crate::dto::{CardCell, CardFieldName, ConversationRow as Row};
use crate::line::Link;
use crate::records::Record;

/// Everything that the cards of one page are filled from.
pub(crate) struct Cards {
    layouts: ReadyLayouts,
    config: RoutingConfig,
    link: Link,
    now: UtcMillis,
}

impl Cards {
    /// Reads the layouts in force; without any nothing else is read, now or later.
    pub(crate) fn read(
        conn: &ReadConn<'_>,
        link: Link,
        now: UtcMillis,
    ) -> Result<Self, StoreError> {
        let kept: Vec<CardLayout> = conn
            .find_setting(Record::CardLayouts.name())?
            .unwrap_or_default();
        let layouts = ReadyLayouts::new(&kept);
        let config = if layouts.is_empty() {
            RoutingConfig::default()
        } else {
            conn.load_routing_config()?
        };
        Ok(Self {
            layouts,
            config,
            link,
            now,
        })
    }

    /// The rows of a page, each with its card and the pictures of its newest text.
    pub(crate) fn rows(
        &self,
        conn: &ReadConn<'_>,
        rows: &[ConversationRow],
        offline: bool,
    ) -> Result<Vec<Row>, StoreError> {
        let pictures = Glances::read(conn, &[], rows)?;
        rows.iter()
            .map(|row| {
                Ok(Row {
                    card: self.cells(conn, row)?,
                    preview_pictures: pictures.of_row(row),
                    ..conversation::row(row, offline)
                })
            })
            .collect()
    }

    /// One card's cells, the title first; `None` = as shipped.
    pub(crate) fn cells(
        &self,
        conn: &ReadConn<'_>,
        row: &ConversationRow,
    ) -> Result<Option<Vec<CardCell>>, StoreError> {
        if self.layouts.is_empty() {
            return Ok(None);
        }
        let interaction = conn.find_latest_interaction(row.id)?;
        let facts = conn.load_fact_row(row.id, self.now)?;
        let Some(fields) = self.layouts.choose(&facts) else {
            return Ok(None);
        };
        let queue = if fields.contains(&CardField::Queue) {
            self.queue_of(conn, row.id)?
        } else {
            String::new()
        };
        let active = interaction.filter(|interaction| !interaction.state.is_closed());
        Ok(Some(
            fields
                .iter()
                .map(|field| CardCell {
                    field: name(*field),
                    label: field.label().to_owned(),
                    words: self.words(*field, row, active.as_ref(), &queue),
                    at: (*field == CardField::WaitingSince)
                        .then(|| row.clocks.waiting_since.map(|at| at.0))
                        .flatten(),
                })
                .collect(),
        ))
    }

    fn words(
        &self,
        field: CardField,
        row: &ConversationRow,
        active: Option<&Interaction>,
        queue: &str,
    ) -> String {
        let key = &row.key;
        match field {
            CardField::Requester => requester(row),
            CardField::LastText => row.preview.text.as_str().to_owned(),
            CardField::Number => key.requester.display_international(),
            CardField::Territory => key
                .requester
                .phone()
                .and_then(tern_domain::PhoneNumber::territory)
                .map(|territory| territory.as_str().to_owned())
                .unwrap_or_default(),
            CardField::Identity if row.identity_in_doubt => "Not certain who".to_owned(),
            CardField::Identity if row.requester_name.is_empty() => "Guest".to_owned(),
            CardField::Identity => "Known".to_owned(),
            CardField::Queue => queue.to_owned(),
            CardField::State => active.map_or("Finished", state_words).to_owned(),
            CardField::Agent => active
                .and_then(|interaction| interaction.assigned_to)
                .and_then(|agent| self.config.agent(agent))
                .map(|agent| agent.name.clone())
                .unwrap_or_default(),
            CardField::OurNumber => self
                .link
                .own(&key.provider)
                .map(|own| own.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| key.provider.display_international()),
            // Told by its instant, so that it stays true while it is looked at.
            CardField::WaitingSince => String::new(),
        }
    }

    fn queue_of(&self, conn: &ReadConn<'_>, id: ConversationId) -> Result<String, StoreError> {
        let open = conn.list_open_work_of(id)?;
        let queue = open.last().and_then(|item| item.queue);
        Ok(self
            .config
            .queues
            .iter()
            .find(|known| Some(known.id) == queue)
            .map(|queue| queue.name.clone())
            .unwrap_or_default())
    }
}

fn state_words(interaction: &Interaction) -> &'static str {
    let FactKind::Choice(states) = Fact::State.kind() else {
        return "";
    };
    states
        .iter()
        .find(|(word, _)| *word == interaction.state.as_str())
        .map_or("", |(_, words)| words)
}

/// A field as the window names it.
pub(crate) const fn name(field: CardField) -> CardFieldName {
    match field {
        CardField::Requester => CardFieldName::Requester,
        CardField::LastText => CardFieldName::LastText,
        CardField::Number => CardFieldName::Number,
        CardField::Territory => CardFieldName::Territory,
        CardField::Identity => CardFieldName::Identity,
        CardField::Queue => CardFieldName::Queue,
        CardField::WaitingSince => CardFieldName::WaitingSince,
        CardField::State => CardFieldName::State,
        CardField::Agent => CardFieldName::Agent,
        CardField::OurNumber => CardFieldName::OurNumber,
    }
}

/// A field as the rules name it.
pub(crate) const fn field(name: CardFieldName) -> CardField {
    match name {
        CardFieldName::Requester => CardField::Requester,
        CardFieldName::LastText => CardField::LastText,
        CardFieldName::Number => CardField::Number,
        CardFieldName::Territory => CardField::Territory,
        CardFieldName::Identity => CardField::Identity,
        CardFieldName::Queue => CardField::Queue,
        CardFieldName::WaitingSince => CardField::WaitingSince,
        CardFieldName::State => CardField::State,
        CardFieldName::Agent => CardField::Agent,
        CardFieldName::OurNumber => CardField::OurNumber,
    }
}

/// What a field might say, for a preview.
pub(crate) const fn example(field: CardField) -> &'static str {
    match field {
        CardField::Requester => "Maya Lindqvist",
        CardField::LastText => "Is my order on its way?",
        CardField::Number => "+1 415-555-0142",
        CardField::Territory => "US",
        CardField::Identity => "Known",
        CardField::Queue => "Front desk",
        CardField::State => "New",
        CardField::Agent => "Robin",
        CardField::OurNumber => "Support line",
        CardField::WaitingSince => "",
    }
}

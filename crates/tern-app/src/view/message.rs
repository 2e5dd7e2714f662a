//! One text, as a thread shows it.

use std::collections::BTreeMap;

use tern_domain::segments::Encoding;
use tern_domain::{AgentId, Author};
use tern_store::MessageRow;

use super::delivery::{self, Delivery};
use super::{conversation, media, removal};
use crate::dto::{AuthorKind, EncodingView, MessageView};

/// What naming people and judging delivery needs.
pub(crate) struct Beholder {
    /// The agent at this desk.
    pub(crate) agent: AgentId,
    /// What every agent is called, also those who have left.
    pub(crate) names: BTreeMap<AgentId, String>,
    /// What this agent is called; empty = "You".
    pub(crate) agent_name: String,
    /// No network at the moment.
    pub(crate) offline: bool,
}

impl Beholder {
    /// Name of an agent.
    pub(crate) fn name_of(&self, agent: AgentId) -> String {
        if agent != self.agent {
            return self
                .names
                .get(&agent)
                .map_or_else(|| "Another agent".to_owned(), Clone::clone);
        }
        match self.agent_name.trim() {
            "" => "You".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// Who wrote a text: without an author, one that went through our own outbox was written by Tern (M-5).
fn author(row: &MessageRow, beholder: &Beholder) -> Option<String> {
    match row.author {
        Some(Author::Agent(agent)) => Some(beholder.name_of(agent)),
        Some(Author::VirtualAgent) => Some(Author::VIRTUAL_AGENT.to_owned()),
        None => match &row.imported {
            Some(name) => (!name.is_empty()).then(|| name.clone()),
            None => row.outbox.is_some().then(|| "Tern".to_owned()),
        },
    }
}

/// An encoding.
pub(crate) const fn encoding(encoding: Encoding) -> EncodingView {
    match encoding {
        Encoding::Gsm7 => EncodingView::Gsm7,
        Encoding::Ucs2 => EncodingView::Ucs2,
    }
}

/// One text.
pub(crate) fn view(row: &MessageRow, beholder: &Beholder) -> MessageView {
    let id = row.message_id.to_string();
    MessageView {
        position: row.position.0,
        direction: conversation::direction(row.direction),
        body: row.body.as_str().to_owned(),
        at: row.at.0,
        media: media::of_thread(row),
        delivery: delivery::view(&Delivery {
            direction: row.direction,
            status: &row.status,
            error_code: row.error_code,
            outbox: row.outbox.as_ref(),
            offline: beholder.offline,
        }),
        segments: row.segments,
        author: author(row, beholder),
        author_kind: row.author.map(|author| match author {
            Author::Agent(_) => AuthorKind::Agent,
            Author::VirtualAgent => AuthorKind::VirtualAgent,
        }),
        imported: row.imported.is_some(),
        redacted: row.redacted,
        // What was never kept says so itself.
        masked: if row.wipe.is_some() {
            Vec::new()
        } else {
            row.masked.clone()
        },
        removal: row
            .wipe
            .as_ref()
            .map(|wipe| removal::view(wipe, &row.masked, beholder)),
        id,
    }
}

//! What is recorded when texts leave the desk in clear: who took what, and by which hash the file is known again.

use serde::{Deserialize, Serialize};

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{EventId, IdSource, PersonId};
use crate::plan::Plan;
use crate::time::UtcMillis;
use crate::transcript::Transcript;

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ExportOf {
    /// One conversation: the one that the event belongs to.
    Conversation,
    /// Everything with one person.
    Person {
        /// Who.
        person: PersonId,
    },
    /// Texts that a search found. What was searched for is not kept: it may be somebody's name.
    Filter,
}

/// One export. No words of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// What was exported.
    pub of: ExportOf,
    /// Which transcript (H-12).
    pub transcript: Transcript,
    /// How many texts.
    pub texts: u64,
    /// How many pictures and files of texts.
    pub attached: u64,
    /// SHA-256 of the finished file, in hexadecimal.
    pub sha256: String,
}

/// Records an export.
pub fn plan_export(
    export: Export,
    (aggregate, version): (AggregateRef, u32),
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let event = NewEvent {
        id: EventId::next(ids),
        aggregate,
        expected_version: version,
        actor,
        at: now,
        body: EventBody::Exported {
            export: Box::new(export),
        },
    };
    Plan {
        events: vec![event],
        effects: Vec::new(),
    }
}

/// What was exported, in words for a timeline.
#[must_use]
pub fn export_words(export: &Export) -> String {
    let what = match export.of {
        ExportOf::Conversation => "the conversation",
        ExportOf::Person { .. } => "everything with a person",
        ExportOf::Filter => "texts that a search found",
    };
    let how = match export.transcript {
        Transcript::Internal => "for the team",
        Transcript::External => "to give out",
    };
    let texts = match export.texts {
        1 => "1 text".to_owned(),
        count => format!("{count} texts"),
    };
    format!("Exported {what} {how}: {texts}")
}

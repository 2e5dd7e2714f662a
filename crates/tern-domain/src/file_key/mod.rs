//! What happens to the key of a desk's files, for the audit trail, and the way back when it is lost.
//!
//! The key itself is the store's. Here is what is recorded about it, the form of the recovery code, and how long
//! wrong ones are waited out.

mod code;
mod tries;

use serde::{Deserialize, Serialize};

pub use code::{CODE_SYMBOLS, CodeProblem, RecoveryCode};
pub use tries::RecoveryTries;

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{EventId, FileId, IdSource};
use crate::plan::Plan;
use crate::time::UtcMillis;

/// What happened to the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKeyChange {
    /// Another key took its place.
    Rotated,
    /// A recovery code was made; one before it opens nothing any more.
    CodeMade,
    /// The recovery code was taken back.
    CodeRevoked,
    /// Somebody came in by the recovery code.
    CodeUsed,
}

/// What is known of the key of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileKeyHistory {
    /// Whose history it is: one desk's file.
    pub file: FileId,
    /// When the key was last replaced; `None` = it is the first.
    #[serde(default)]
    pub rotated_at: Option<UtcMillis>,
    /// When somebody came in by the recovery code under this key.
    #[serde(default)]
    pub recovered_at: Option<UtcMillis>,
}

impl FileKeyHistory {
    /// The history of a file of which nothing is recorded yet.
    #[must_use]
    pub const fn new(file: FileId) -> Self {
        Self {
            file,
            rotated_at: None,
            recovered_at: None,
        }
    }

    /// Whether a change of that time, or a later one of its kind, was recorded.
    #[must_use]
    pub fn tells_of(&self, change: FileKeyChange, at: UtcMillis) -> bool {
        let last = match change {
            FileKeyChange::Rotated => self.rotated_at,
            FileKeyChange::CodeUsed => self.recovered_at,
            FileKeyChange::CodeMade | FileKeyChange::CodeRevoked => None,
        };
        last.is_some_and(|last| last >= at)
    }

    /// A code that was typed was read by whoever had the sheet in hand: the key should be replaced.
    #[must_use]
    pub const fn advises_rotation(&self) -> bool {
        self.recovered_at.is_some()
    }
}

/// Records what happened to the key: the history after it, and the event.
pub fn plan_file_key(
    before: &FileKeyHistory,
    version: u32,
    change: FileKeyChange,
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> (FileKeyHistory, Plan) {
    let after = match change {
        FileKeyChange::Rotated => FileKeyHistory {
            rotated_at: Some(now),
            recovered_at: None,
            ..*before
        },
        FileKeyChange::CodeUsed => FileKeyHistory {
            recovered_at: Some(now),
            ..*before
        },
        FileKeyChange::CodeMade | FileKeyChange::CodeRevoked => *before,
    };
    let event = NewEvent {
        id: EventId::next(ids),
        aggregate: AggregateRef::File(before.file),
        expected_version: version,
        actor,
        at: now,
        body: EventBody::FileKeyChanged { change },
    };
    let plan = Plan {
        events: vec![event],
        effects: Vec::new(),
    };
    (after, plan)
}

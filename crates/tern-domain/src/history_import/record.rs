//! One bringing-in of a file: what is known of it afterwards, and what is recorded.

use serde::{Deserialize, Serialize};

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{AgentId, EventId, IdSource};
use crate::plan::Plan;
use crate::time::UtcMillis;

/// One import, on this laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HistoryImportId(pub i64);

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryImportState {
    /// Rows are coming in. Found at a start, it was cut off: everything is taken out again.
    Running,
    /// All is in.
    Done,
    /// Everything is being taken out. Found at a start, it goes on.
    Removing,
    /// Everything is out that was to go.
    Removed,
}

impl HistoryImportState {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Removing => "removing",
            Self::Removed => "removed",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Removing, Self::Removed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// How much an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HistoryImportCounts {
    /// Texts.
    pub texts: u64,
    /// Conversations that were not there before.
    pub conversations: u64,
    /// People who were not there before.
    pub people: u64,
    /// Rows that were here already.
    pub duplicates: u64,
    /// Rows that were not brought in for another reason.
    pub left_out: u64,
}

impl std::ops::AddAssign for HistoryImportCounts {
    fn add_assign(&mut self, other: Self) {
        self.texts += other.texts;
        self.conversations += other.conversations;
        self.people += other.people;
        self.duplicates += other.duplicates;
        self.left_out += other.left_out;
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryImport {
    /// Which.
    pub id: HistoryImportId,
    /// Who brought it in.
    pub by: AgentId,
    /// When it began.
    pub started_at: UtcMillis,
    /// Where it stands.
    pub state: HistoryImportState,
    /// The file's name, without its folder.
    pub file: String,
    /// What it brought.
    pub counts: HistoryImportCounts,
    /// Who took it out again, and when.
    pub removed: Option<(AgentId, UtcMillis)>,
}

fn recorded(
    body: EventBody,
    (agent, version): (AgentId, u32),
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    Plan {
        events: vec![NewEvent {
            id: EventId::next(ids),
            aggregate: AggregateRef::Histories,
            expected_version: version,
            actor: Actor::Agent(agent),
            at: now,
            body,
        }],
        effects: Vec::new(),
    }
}

/// Records that a file was brought in. Of its name nothing is kept for ever: it may be somebody's.
pub fn plan_history_imported(
    id: HistoryImportId,
    counts: HistoryImportCounts,
    by: (AgentId, u32),
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    recorded(
        EventBody::HistoryImported {
            import: id.0,
            counts,
        },
        by,
        now,
        ids,
    )
}

/// Records that an import was taken out again, and how much of it went.
pub fn plan_history_removed(
    id: HistoryImportId,
    counts: HistoryImportCounts,
    by: (AgentId, u32),
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    recorded(
        EventBody::HistoryRemoved {
            import: id.0,
            counts,
        },
        by,
        now,
        ids,
    )
}

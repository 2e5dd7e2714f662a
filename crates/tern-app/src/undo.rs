//! Steps that can be taken back: kept in memory for as long as a line is open, newest first to go last.
//!
//! It holds what was before and after; whether the way back is still open is for the rules to say.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tern_domain::notification::Notification;
use tern_domain::topic::{RecordTable, SavedTest};
use tern_domain::{IdentitySnapshot, PersonDetails, PersonId, TopicTestId};
use tern_store::{RecordRow, RowChange, StoredTopic};
use uuid::Uuid;

use crate::configuration::ConfigurationStep;

/// Steps kept; nobody takes back more from a toast.
const MOST_STEPS: usize = 50;

/// One person before and after; `None` where the directory did not have them.
#[derive(Debug, Clone)]
pub(crate) struct PersonStep {
    pub(crate) id: PersonId,
    pub(crate) before: Option<PersonDetails>,
    pub(crate) after: Option<PersonDetails>,
}

/// One step: everything that one command changed.
#[derive(Debug, Clone)]
pub(crate) enum UndoStep {
    /// People and identities.
    Directory(DirectoryStep),
    /// What is configured.
    Configuration(Box<ConfigurationStep>),
    /// Rows of a table.
    Rows(Box<RowsStep>),
    /// A table.
    Table(Box<TableStep>),
    /// A notification that was deleted.
    Notification(Box<Notification>),
}

/// Rows of one table that one command changed.
#[derive(Debug, Clone)]
pub(crate) struct RowsStep {
    pub(crate) table: String,
    pub(crate) changes: Vec<RowChange>,
}

/// A table that one command changed.
#[derive(Debug, Clone)]
pub(crate) struct TableStep {
    /// As it was, with its rows.
    pub(crate) before: Option<(RecordTable, Vec<RecordRow>)>,
    /// As it is.
    pub(crate) after: Option<RecordTable>,
}

/// People and identities that one command changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct DirectoryStep {
    pub(crate) people: Vec<PersonStep>,
    /// Before and after.
    pub(crate) identities: Vec<(IdentitySnapshot, IdentitySnapshot)>,
}

impl DirectoryStep {
    /// Adds what the same command changed afterwards: an address that is in both keeps its first before and
    /// gets the later after.
    pub(crate) fn bound(&mut self, later: Self) {
        self.people.extend(later.people);
        for (before, after) in later.identities {
            match self
                .identities
                .iter_mut()
                .find(|(known, _)| known.address == before.address)
            {
                Some((_, known_after)) => *known_after = after,
                None => self.identities.push((before, after)),
            }
        }
    }
}

/// The steps of an open line.
#[derive(Debug, Default)]
pub(crate) struct UndoShelf {
    steps: Mutex<VecDeque<(Uuid, UndoStep)>>,
}

impl UndoShelf {
    /// Keeps a step under a token.
    pub(crate) fn keep(&self, token: Uuid, step: UndoStep) -> String {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.len() >= MOST_STEPS {
            steps.pop_front();
        }
        steps.push_back((token, step));
        token.to_string()
    }

    /// The step of a token.
    pub(crate) fn find(&self, token: &str) -> Option<UndoStep> {
        let token = Uuid::parse_str(token).ok()?;
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps
            .iter()
            .find(|(known, _)| *known == token)
            .map(|(_, step)| step.clone())
    }

    /// It was taken back.
    pub(crate) fn drop_step(&self, token: &str) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.retain(|(known, _)| known.to_string() != token);
    }
}

/// A topic that was deleted, with its tests.
#[derive(Debug, Clone)]
pub(crate) struct DeletedTopic {
    pub(crate) topic: StoredTopic,
    pub(crate) tests: Vec<(TopicTestId, SavedTest)>,
}

/// Topics that were deleted while a line is open, by name.
#[derive(Debug, Default)]
pub(crate) struct DeletedTopics {
    topics: Mutex<Vec<DeletedTopic>>,
}

impl DeletedTopics {
    /// Keeps a topic; the last one deleted under a name counts.
    pub(crate) fn keep(&self, deleted: DeletedTopic) {
        self.forget(&deleted.topic.name);
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.push(deleted);
    }

    /// The topic of a name.
    pub(crate) fn find(&self, name: &str) -> Option<DeletedTopic> {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.iter().find(|it| it.topic.name == name).cloned()
    }

    /// It was brought back.
    pub(crate) fn forget(&self, name: &str) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.retain(|it| it.topic.name != name);
    }
}

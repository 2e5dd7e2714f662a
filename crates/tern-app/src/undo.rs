//! Steps that can be taken back: kept in memory for as long as a line is open, newest first to go last.
//!
//! It holds what was before and after; whether the way back is still open is for the rules to say.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tern_domain::{IdentitySnapshot, PersonDetails, PersonId};
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

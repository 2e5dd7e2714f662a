//! Searches under way: a newer question stops the one before it.
//!
//! Owns one place per asker, so that the palette does not stop the search page. It refuses to wait: what is
//! stopped answers for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tern_store::Stop;

use crate::dto::SearchAsker;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// Hits.
    Hits,
    /// How many there are.
    Count,
    /// On which days they are.
    Days,
}

/// The searches that somebody waits for.
#[derive(Debug, Default)]
pub(crate) struct Searches(Mutex<HashMap<(SearchAsker, Question), Stop>>);

impl Searches {
    /// Begins a search; the same asker's one before is stopped. Hits that are asked for anew stop what is counted, too.
    pub(crate) fn begin(&self, asker: SearchAsker, question: Question, is_new: bool) -> Stop {
        let stop = Stop::default();
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = under_way.insert((asker, question), stop.clone());
        let counting = [Question::Count, Question::Days]
            .into_iter()
            .filter(|_| is_new)
            .filter_map(|question| under_way.remove(&(asker, question)));
        for older in before.into_iter().chain(counting) {
            older.stop();
        }
        stop
    }

    /// Stops whatever an asker waits for: nobody does any more.
    pub(crate) fn stop(&self, asker: SearchAsker) {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for question in [Question::Hits, Question::Count, Question::Days] {
            if let Some(stop) = under_way.remove(&(asker, question)) {
                stop.stop();
            }
        }
    }
}

//! Whether a shell may quit: not without a word while jobs run that quitting would stop.

use std::sync::PoisonError;

use tern_domain::Millis;

use crate::app::App;
use crate::events::Change;
use crate::stage::Stage;

/// Whoever asks again within this means it: a window that shows nothing must not keep anybody.
const MEANT: Millis = Millis::seconds(15);

impl App {
    /// Somebody wants to quit. Answers whether the shell may do it at once; else windows ask, with
    /// [`Change::QuitAsked`], and the shell is told again once somebody has said yes.
    #[must_use]
    pub fn ask_to_quit(&self) -> bool {
        let jobs = match self.stage() {
            Stage::Ready(desk) => desk.jobs.count_unfinished(),
            Stage::Restoring { .. } => 1,
            _ => 0,
        };
        if jobs == 0 {
            return true;
        }
        let now = self.inner.config.clock.now();
        let before = self
            .inner
            .asked_to_quit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(now);
        if before.is_some_and(|before| now >= before && now.since(before) < MEANT) {
            return true;
        }
        self.inner.changes.emit(Change::QuitAsked { jobs });
        false
    }
}

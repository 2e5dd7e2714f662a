//! Rows that are taken up again.
//!
//! Owns the memory of which rows wait, and why it is only a memory: the journal has them all, so the next start
//! finds them by itself. It refuses to touch rows that somebody else is about to interpret in their order.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tern_domain::UtcMillis;
use tern_store::{JournalEntry, JournalId};
use tokio_util::sync::CancellationToken;

use super::interpret::happened_at;
use super::{Ingest, IngestError};
use crate::core::Core;
use crate::supervisor::TaskError;

/// Journal entries read at once.
const PAGE: u32 = 500;

/// Rows that could not be finished when their turn came. They stay known until they are done, so that a row
/// that is postponed again is not taken for news.
#[derive(Default)]
pub(super) struct Postponed(Mutex<BTreeSet<JournalId>>);

impl Postponed {
    pub(super) fn add(&self, ids: impl IntoIterator<Item = JournalId>) {
        self.lock().extend(ids);
    }

    /// Adds a row; tells whether it was not there before.
    pub(super) fn add_new(&self, id: JournalId) -> bool {
        self.lock().insert(id)
    }

    fn all(&self) -> Vec<JournalId> {
        self.lock().iter().copied().collect()
    }

    /// Forgets those of `ids` that the journal does not hold any more.
    fn keep(&self, ids: &[JournalId], still_waiting: &[JournalEntry]) {
        let waiting: BTreeSet<_> = still_waiting.iter().map(|entry| entry.id).collect();
        let mut postponed = self.lock();
        for id in ids.iter().filter(|id| !waiting.contains(id)) {
            postponed.remove(id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<JournalId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ingest {
    /// At start: gives rows that an earlier version could not read another chance, then takes up everything
    /// that waits.
    pub(crate) async fn recover(&self) -> Result<(), IngestError> {
        self.store
            .write(|tx| tx.retry_set_aside_journal())
            .await
            .map_err(IngestError::Interpret)?;
        let mut waiting = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .store
                .read(move |conn| conn.list_unfinished_journal(after, PAGE))
                .await
                .map_err(IngestError::Interpret)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            waiting.extend(self.in_time(&page));
        }
        self.interpret_in_order(waiting).await
    }

    /// Takes up what was postponed.
    async fn take_up_again(&self) -> Result<(), IngestError> {
        let ids = self.postponed.all();
        if ids.is_empty() {
            return Ok(());
        }
        let listed = self.list_waiting(&ids).await?;
        self.postponed.keep(&ids, &listed);
        self.interpret_in_order(self.in_time(&listed).collect())
            .await
    }

    async fn list_waiting(&self, ids: &[JournalId]) -> Result<Vec<JournalEntry>, IngestError> {
        let ids = ids.to_vec();
        self.store
            .read(move |conn| conn.list_journal(&ids))
            .await
            .map_err(IngestError::Interpret)
    }

    fn in_time<'a>(
        &'a self,
        entries: &'a [JournalEntry],
    ) -> impl Iterator<Item = (UtcMillis, JournalId)> + 'a {
        entries
            .iter()
            .map(|entry| (happened_at(entry, &self.own_numbers), entry.id))
    }

    async fn interpret_in_order(
        &self,
        mut rows: Vec<(UtcMillis, JournalId)>,
    ) -> Result<(), IngestError> {
        rows.sort_unstable();
        self.interpret(rows.into_iter().map(|(_, id)| id).collect())
            .await
    }
}

/// Takes up what was postponed whenever something may have made it ready, until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = core.signals.journal.notified() => {}
            () = tokio::time::sleep(core.tuning.timer_look_every) => {}
        }
        core.ingest.take_up_again().await?;
    }
}

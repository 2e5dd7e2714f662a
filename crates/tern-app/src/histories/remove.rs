//! Taking an import out again: by hand, after it was stopped, and after a crash.

use std::sync::Arc;

use tern_domain::history_import::{
    HistoryImportCounts, HistoryImportId, HistoryImportState, plan_history_removed,
};
use tern_domain::{AgentId, AggregateRef, DirectoryContext, PersonId};
use tern_engine::{Clock, EdgeIds};
use tern_store::{ReadConn, Removed, Store, StoreError};

use super::bring::texts;
use super::{SOME_TAKEN_OUT, complete};
use crate::changes::Changes;
use crate::directory::{DirectoryWrite, PersonChange};
use crate::dto::JobUnit;
use crate::error::ApiError;
use crate::events::Change;
use crate::jobs::{Job, JobEnd, JobResult};
use crate::words;

/// Texts of one transaction.
const BATCH: u32 = 40;

/// Takes an import out, because somebody asked for it. It can be stopped, and be taken up again.
pub(crate) fn remove(
    store: &Store,
    clock: &Arc<dyn Clock>,
    changes: &Changes,
    import: HistoryImportId,
    by: AgentId,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    let found = store
        .read_blocking(move |conn| conn.load_history_import(import))
        .map_err(|error| words::store(&error))?;
    // Once begun it is carried through: an import that is half there is of no use to anybody.
    job.close_door()?;
    job.step("Taking texts out", JobUnit::Texts, Some(found.counts.texts))?;
    let mut done = 0;
    let counts = take_out(store, clock, import, by, &mut |texts| {
        done += texts;
        // Nobody can stop it any more; when the line is closed, the rest is left to the next start.
        job.done(done).is_ok()
    });
    changes.emit(Change::Everything);
    changes.emit(Change::People);
    changes.emit(Change::Settings);
    Ok(JobResult {
        message: format!("Took {} out again.", texts(counts?.texts)),
        place: None,
    })
}

/// Goes on with everything that was cut off.
pub(crate) fn resume(
    store: &Store,
    clock: &Arc<dyn Clock>,
    changes: &Changes,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    let unfinished = store
        .read_blocking(|conn| conn.list_unfinished_history_imports())
        .map_err(|error| words::store(&error))?;
    let mut result = None;
    for import in unfinished {
        let found = store
            .read_blocking(move |conn| conn.load_history_import(import))
            .map_err(|error| words::store(&error))?;
        let by = found.removed.map_or(found.by, |(by, _)| by);
        result = Some(remove(store, clock, changes, import, by, job)?);
    }
    Ok(JobResult {
        message: "An import that had been cut off was taken out again.".to_owned(),
        place: result.and_then(|result| result.place),
    })
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut tern_store::WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    store
        .write_blocking(work)
        .map_err(|error| words::store(&error))
}

/// Takes an import out. Each step is a transaction of its own and finds what is left by itself, so that a crash
/// between any two is answered by doing all of them again. `go_on` is told how many texts a step took out.
pub(super) fn take_out(
    store: &Store,
    clock: &Arc<dyn Clock>,
    import: HistoryImportId,
    by: AgentId,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<HistoryImportCounts, ApiError> {
    let now = clock.now();
    write(store, move |tx| {
        tx.set_history_import_state(import, HistoryImportState::Removing, Some((by, now)))
    })?;
    let mut take = |step: Removed| {
        complete(SOME_TAKEN_OUT);
        if go_on(step.counts.texts) {
            Ok(step.next)
        } else {
            Err(words::not_ready())
        }
    };
    let mut next = Some(0);
    while let Some(after) = next {
        next = take(write(store, move |tx| {
            tx.remove_history_texts(import, after, BATCH)
        })?)?;
    }
    let mut next = Some(0);
    while next.is_some() {
        next = take(write(store, move |tx| {
            tx.lift_history_blocks(import, by, now, BATCH)
        })?)?;
    }
    let people = store
        .read_blocking(move |conn| conn.list_imported_people(import))
        .map_err(|error| words::store(&error))?;
    for person in people {
        let clock = Arc::clone(clock);
        write(store, move |tx| {
            if !has_nothing_but_the_import(tx, person)? {
                return Ok(());
            }
            let ids = &mut EdgeIds::new(&*clock);
            let ctx = DirectoryContext {
                now: clock.now(),
                agent: by,
            };
            let mut write = DirectoryWrite { tx, ctx, ids };
            let change = PersonChange {
                id: person,
                to: None,
            };
            if write.change_people(vec![change])?.is_ok() {
                tx.forget_imported_person(import, person)?;
            }
            Ok(())
        })?;
    }
    let mut next = Some(0);
    while let Some(after) = next {
        next = take(write(store, move |tx| {
            tx.remove_history_conversations(import, after, BATCH)
        })?)?;
    }
    let counts = store
        .read_blocking(move |conn| conn.count_gone_of_history(import))
        .map_err(|error| words::store(&error))?;
    let clock = Arc::clone(clock);
    write(store, move |tx| {
        tx.set_history_import_state(import, HistoryImportState::Removed, None)?;
        let version = tx.aggregate_version(&AggregateRef::Histories)?;
        let ids = &mut EdgeIds::new(&*clock);
        let plan = plan_history_removed(import, counts, (by, version), clock.now(), ids);
        // The team's record; no conversation shows it.
        tx.apply(&plan).map(drop)
    })?;
    Ok(counts)
}

/// Nobody has changed this person since, and no text of theirs is left.
pub(crate) fn has_nothing_but_the_import(
    conn: &ReadConn<'_>,
    person: PersonId,
) -> Result<bool, StoreError> {
    if conn.aggregate_version(&AggregateRef::Person(person))? != 1 {
        return Ok(false);
    }
    for address in conn.addresses_of_person(person)? {
        for conversation in conn.list_conversations_with(tern_domain::Channel::Sms, &address)? {
            if conn.load_conversation(conversation)?.message_count > 0 {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

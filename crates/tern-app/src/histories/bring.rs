//! Bringing in what was looked at.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tern_domain::history_import::{
    HistoryImportCounts, HistoryImportId, HistoryImportState, KeywordSeen, newest_keyword,
    plan_history_imported,
};
use tern_domain::{
    Address, AgentId, AggregateRef, Channel, ConversationKey, DirectoryContext, IdentityAct,
    PersonDetails, PersonId, PersonKind,
};
use tern_engine::{Clock, EdgeIds};
use tern_store::{BroughtText, Store, StoreError, WriteTx};

use super::remove::take_out;
use super::{ALL_BROUGHT, BATCH_BROUGHT, HistoryLook, complete, name_of, open};
use crate::changes::Changes;
use crate::directory::{DirectoryWrite, PersonChange};
use crate::dto::JobUnit;
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::jobs::{Job, JobEnd, JobResult};
use crate::words;

/// Texts of one transaction: some milliseconds, so that a live text never waits for longer.
const BATCH: usize = 40;
/// Blocks of one transaction.
const BLOCKS: usize = 100;
/// Rows after which windows are told.
const TELL_AFTER: u64 = 5_000;

/// Brings a file in. Stopped or failing, it takes out again what it brought.
pub(crate) fn bring(
    store: &Store,
    clock: &Arc<dyn Clock>,
    changes: &Changes,
    look: &HistoryLook,
    by: AgentId,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    let (path, now) = (look.source.path.clone(), clock.now());
    let import = store
        .write_blocking(move |tx| tx.begin_history_import(by, &name_of(&path), now))
        .map_err(|error| words::store(&error))?;
    changes.emit(Change::Settings);
    let brought = bring_all(store, clock, changes, look, (import, by), job);
    let counts = match brought {
        Ok(counts) => counts,
        Err(end) => {
            // What cannot be taken out now, on a full disk, is at the next start.
            if let Err(error) = take_out(store, clock, import, by, &mut |_| true) {
                tracing::warn!(code = ?error.code, "an import could not be taken out again yet");
            }
            changes.emit(Change::Everything);
            changes.emit(Change::People);
            changes.emit(Change::Settings);
            return Err(end);
        }
    };
    changes.emit(Change::Everything);
    changes.emit(Change::People);
    changes.emit(Change::Settings);
    Ok(JobResult {
        message: format!("Brought in {}.", texts(counts.texts)),
        place: None,
    })
}

pub(super) fn texts(count: u64) -> String {
    if count == 1 {
        "1 text".to_owned()
    } else {
        format!("{count} texts")
    }
}

fn bring_all(
    store: &Store,
    clock: &Arc<dyn Clock>,
    changes: &Changes,
    look: &HistoryLook,
    (import, by): (HistoryImportId, AgentId),
    job: &Job,
) -> Result<HistoryImportCounts, JobEnd> {
    let source = &look.source;
    let (mut rows, stamp) = open(&source.path)?;
    if stamp != look.stamp {
        return Err(ApiError::new(
            ErrorCode::InvalidInput,
            "The file has changed since it was looked at.",
            "Look at it again.",
        )
        .into());
    }
    let reader = source.reader(clock.now())?;
    job.step("Bringing texts in", JobUnit::Bytes, Some(stamp.length))?;
    let mut keywords: BTreeMap<ConversationKey, KeywordSeen> = BTreeMap::new();
    let mut asked: HashSet<Address> = HashSet::new();
    let mut batch = Vec::with_capacity(BATCH);
    let (mut left_out, mut told, mut seen) = (0, 0, 0);
    let mut is_over = false;
    while !is_over {
        match rows.next()? {
            None => is_over = true,
            Some(row) => {
                seen += 1;
                match row
                    .map_err(|(_, problem)| problem)
                    .and_then(|row| reader.read(&row))
                {
                    Ok(text) => {
                        let screened = source.screened(text);
                        newest_keyword(&mut keywords, &screened.text);
                        batch.push(screened);
                    }
                    Err(_) => left_out += 1,
                }
            }
        }
        if batch.len() == BATCH || is_over {
            let texts = std::mem::take(&mut batch);
            let people = if source.add_people {
                named(&texts, &mut asked)
            } else {
                Vec::new()
            };
            let (clock, newest_first) = (Arc::clone(clock), look.newest_first);
            store
                .write_blocking(move |tx| {
                    tx.bring_history(import, &texts, newest_first)?;
                    for (address, name) in people {
                        add_person(tx, &*clock, (import, by), &address, &name)?;
                    }
                    Ok(())
                })
                .map_err(|error| words::store(&error))?;
            complete(BATCH_BROUGHT);
            job.done(rows.read_bytes())?;
            if seen - told >= TELL_AFTER {
                told = seen;
                changes.emit(Change::Everything);
            }
        }
    }
    job.close_door()?;
    let keywords: Vec<_> = keywords.into_iter().collect();
    for some in keywords.chunks(BLOCKS) {
        let some = some.to_vec();
        store
            .write_blocking(move |tx| {
                some.iter()
                    .try_for_each(|(key, seen)| tx.block_by_history(import, key, *seen).map(drop))
            })
            .map_err(|error| words::store(&error))?;
    }
    complete(ALL_BROUGHT);
    let clock = Arc::clone(clock);
    store
        .write_blocking(move |tx| {
            tx.count_history_import(
                import,
                HistoryImportCounts {
                    left_out,
                    ..HistoryImportCounts::default()
                },
            )?;
            tx.set_history_import_state(import, HistoryImportState::Done, None)?;
            let counts = tx.load_history_import(import)?.counts;
            let version = tx.aggregate_version(&AggregateRef::Histories)?;
            let ids = &mut EdgeIds::new(&*clock);
            // The team's record; no conversation shows it.
            let _applied = tx.apply(&plan_history_imported(
                import,
                counts,
                (by, version),
                clock.now(),
                ids,
            ))?;
            Ok(counts)
        })
        .map_err(|error| words::store(&error).into())
}

/// Customers whom a batch names, each asked once in a file.
fn named(batch: &[BroughtText], asked: &mut HashSet<Address>) -> Vec<(Address, String)> {
    let mut people = Vec::new();
    for BroughtText { text, .. } in batch {
        let requester = &text.key.requester;
        if !text.name.is_empty() && requester.phone().is_some() && asked.insert(requester.clone()) {
            people.push((requester.clone(), text.name.clone()));
        }
    }
    people
}

/// Puts a customer into the directory and binds their number, unless somebody there has it.
fn add_person(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    (import, by): (HistoryImportId, AgentId),
    address: &Address,
    name: &str,
) -> Result<(), StoreError> {
    let Some(number) = address.phone() else {
        return Ok(());
    };
    let state = tx.load_identity_state(Channel::Sms, address)?;
    // Somebody has decided about this number, or it is somebody's: nothing is added to that.
    let is_settled = state.profile.as_ref().is_some_and(|profile| {
        profile.standing.bound_to.is_some() || !profile.standing.settled.is_empty()
    });
    // Nothing of theirs came in: all of it was here already.
    let is_here = !tx
        .list_conversations_with(Channel::Sms, address)?
        .is_empty();
    if is_settled || !is_here || !tx.holders_of_number(number)?.is_empty() {
        return Ok(());
    }
    let ids = &mut EdgeIds::new(clock);
    let person = PersonId::next(ids);
    let details = PersonDetails {
        kind: PersonKind::Consumer,
        name: name.to_owned(),
        mobile_phone: Some(number.clone()),
        ..PersonDetails::default()
    };
    let mut write = DirectoryWrite {
        tx,
        ctx: DirectoryContext {
            now: clock.now(),
            agent: by,
        },
        ids,
    };
    let change = PersonChange {
        id: person,
        to: Some(details),
    };
    if write.change_people(vec![change])?.is_err() {
        return Ok(());
    }
    // A number that cannot be bound keeps its person unbound; an agent can bind it.
    let _bound = write.identify((Channel::Sms, address), IdentityAct::Bind { person })?;
    tx.note_imported_person(import, person)
}

//! What is done once with a file that came from a backup, before anything of it runs.
//!
//! Whoever had the desk after the backup was made may have sent, answered and notified. Nothing of that is done again:
//! texts on their way become uncertain and are looked for at the carrier, and what would reach somebody by itself is
//! disarmed. Since when texts are new stays as it was, so that what came in between is brought to people, late.

use std::sync::Arc;

use tern_domain::backup::{Mended, plan_file_origin};
use tern_domain::bot::{BotContext, plan_bot_restored};
use tern_domain::file_key::FileKeyHistory;
use tern_domain::topic::VirtualAgent;
use tern_domain::{
    AggregateRef, Direction, EventBody, FileId, IdSource as _, UtcMillis, plan_restored,
};
use tern_engine::{Clock, EdgeIds};
use tern_store::{RESTORED, RestoredFrom, Salvage, Store, StoreError, ThreadAnchor, WriteTx};

use crate::error::ApiError;
use crate::line::backups::BackupRecord;
use crate::records::Record;
use crate::words;

/// Newest texts among which the requester's newest is looked for.
const LOOKED_AT: u32 = 50;

/// Draws the conclusions; once, in one transaction.
pub(super) async fn settle(store: &Store, clock: &Arc<dyn Clock>) -> Result<(), ApiError> {
    let clock = Arc::clone(clock);
    store
        .write(move |tx| {
            let Some(from) = tx.find_setting::<RestoredFrom>(RESTORED)? else {
                return Ok(());
            };
            for entry in tx.list_outbox_open()? {
                let state = tx.load_conversation_state(&entry.key, None)?;
                let plan = plan_restored(&state, &entry, clock.now(), &mut EdgeIds::new(&*clock));
                let _nobody_listens_yet = tx.apply(&plan)?;
            }
            settle_virtual_agent(tx, &*clock)?;
            tx.delete_setting(RESTORED)?;
            if from.filled_in {
                return Ok(());
            }
            // The other computer may go on writing to the folder; this desk gets a part of its own.
            let record = BackupRecord {
                restored: Some(from),
                ..BackupRecord::default()
            };
            tx.put_setting(Record::Backups.name(), &record)?;
            let body = EventBody::FileRestored {
                made_at: from.made_at,
            };
            record_origin(tx, body, &*clock)?;
            tracing::info!("a restored file was opened for the first time");
            Ok(())
        })
        .await
        .map_err(|error| words::store(&error))
}

/// Brings to people whom the virtual agent owed an answer, and waits anew for whom it had asked something (I-14).
fn settle_virtual_agent(tx: &mut WriteTx<'_>, clock: &dyn Clock) -> Result<(), StoreError> {
    let left = tx.forget_what_was_under_way()?;
    let agent = tx.find_setting::<VirtualAgent>(Record::VirtualAgent.name())?;
    let silence = agent.unwrap_or_default().chat.silence();
    let ctx = BotContext {
        now: clock.now(),
        // Nothing is said.
        provider_numbers: &[],
    };
    for (interaction, owes) in left {
        let found = tx.find_interaction(interaction)?;
        let session = tx.find_bot_session(interaction)?;
        let (Some(found), Some(session)) = (found, session) else {
            continue;
        };
        let state = tx.load_conversation_state(&found.interaction.key, None)?;
        if state.active().is_none_or(|active| active.id != interaction) {
            continue;
        }
        let page = tx.list_messages(found.conversation_id, ThreadAnchor::Latest, LOOKED_AT)?;
        let mut newest_first = page.messages.iter().rev();
        let newest = newest_first.find(|text| text.direction == Direction::Inbound);
        let newest = newest.map(|text| text.message_id);
        let ids = &mut EdgeIds::new(clock);
        let plan = plan_bot_restored(&state, &session, owes, (newest, silence), &ctx, ids);
        let _nobody_listens_yet = tx.apply(&plan)?;
    }
    Ok(())
}

/// Notes what a damaged file was put together from, before anything of it runs. Where rows of a backup are of work that
/// may have been done since, opening the file draws the same conclusions as after a restore.
pub(crate) async fn note_mended(
    store: &Store,
    clock: &Arc<dyn Clock>,
    salvage: &Salvage,
    backup_of: Option<UtcMillis>,
) -> Result<Mended, ApiError> {
    let clock = Arc::clone(clock);
    let has_old_work = salvage.has_old_work();
    let now = clock.now();
    let have = salvage.texts().saturating_add(salvage.filled_texts());
    let mended = Mended {
        at: now,
        kept: salvage.texts(),
        from_backup: salvage.filled_texts(),
        backup_of: backup_of.filter(|_| !salvage.is_other_desk),
        missing: salvage
            .expected_texts
            .map(|expected| expected.saturating_sub(have)),
    };
    store
        .write(move |tx| {
            tx.put_setting(Record::Mended.name(), &mended)?;
            record_origin(tx, EventBody::FileMended { mended }, &*clock)?;
            if let Some(made_at) = backup_of.filter(|_| has_old_work) {
                let from = RestoredFrom {
                    made_at,
                    restored_at: now,
                    filled_in: true,
                };
                tx.put_setting(RESTORED, &from)?;
            }
            Ok(mended)
        })
        .await
        .map_err(|error| words::store(&error))
}

fn record_origin(
    tx: &mut WriteTx<'_>,
    body: EventBody,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    let mut ids = EdgeIds::new(clock);
    let name = Record::FileKey.name();
    let history = match tx.find_setting::<FileKeyHistory>(name)? {
        Some(history) => history,
        None => {
            let history = FileKeyHistory::new(FileId::new(ids.uuid()));
            tx.put_setting(name, &history)?;
            history
        }
    };
    let version = tx.aggregate_version(&AggregateRef::File(history.file))?;
    let plan = plan_file_origin(history.file, version, body, clock.now(), &mut ids);
    let _nobody_listens_yet = tx.apply(&plan)?;
    Ok(())
}

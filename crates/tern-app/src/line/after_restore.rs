//! What is done once with a file that came from a backup, before anything of it runs.
//!
//! Whoever had the desk after the backup was made may have sent, answered and notified. Nothing of that is done again:
//! texts on their way become uncertain and are looked for at the carrier, and what would reach somebody by itself is
//! disarmed. Since when texts are new stays as it was, so that what came in between is brought to people, late.

use std::sync::Arc;

use tern_domain::plan_restored;
use tern_engine::{Clock, EdgeIds};
use tern_store::{RESTORED, RestoredFrom, Store};

use crate::error::ApiError;
use crate::line::backups::BackupRecord;
use crate::records::Record;
use crate::words;

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
            tx.forget_what_was_under_way()?;
            // The other computer may go on writing to the folder; this desk gets a part of its own.
            let record = BackupRecord {
                restored: Some(from),
                ..BackupRecord::default()
            };
            tx.put_setting(Record::Backups.name(), &record)?;
            tx.delete_setting(RESTORED)?;
            tracing::info!("a restored file was opened for the first time");
            Ok(())
        })
        .await
        .map_err(|error| words::store(&error))
}

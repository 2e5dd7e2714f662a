//! Texts from before going live, on their way into the store.
//!
//! Owns the one addition to importing them: their pictures are fetched too, since the carrier forgets them
//! before Tern does, but after those of live texts.

use tern_domain::{CarrierMessage, UtcMillis};
use tern_store::{StoreError, WriteTx};

/// Stores what is new of a page of the past; answers how many that were.
pub(crate) fn import(
    tx: &mut WriteTx<'_>,
    messages: &[CarrierMessage],
    now: UtcMillis,
) -> Result<usize, StoreError> {
    let imported = tx.import_history(messages)?;
    if imported == 0 {
        return Ok(0);
    }
    for message in messages.iter().filter(|message| message.media_count > 0) {
        let stored = tx.find_message_by_sid(&message.sid)?;
        if let Some(stored) = stored.filter(|stored| stored.media.is_empty()) {
            tx.request_media(stored.message_id, &message.sid)?;
            // Due now instead of since ever: whatever comes in live is due earlier.
            tx.postpone_media(stored.message_id, now)?;
        }
    }
    Ok(imported)
}

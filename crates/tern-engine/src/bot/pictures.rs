//! What the files of a text really are, for a question that asks for a picture (V-5).
//!
//! A text is heard before its files were fetched. The question waits, and whoever has fetched them, or given that
//! up, tells it in the same transaction.

use tern_domain::topic::{BotInput, SaidMedia};
use tern_domain::{Interaction, MessageId};
use tern_store::{Applied, MediaRow, ReadConn, StoreError, WriteTx};

use super::BotDesk;

/// What a file counts as that cannot be shown, or was not kept.
const UNUSABLE: &str = "application/octet-stream";

impl BotDesk {
    /// A text's files are here, or never will be: a question that waits for them goes on.
    pub(crate) fn see(
        &self,
        tx: &mut WriteTx<'_>,
        message: MessageId,
    ) -> Result<Applied, StoreError> {
        let Some(text) = tx.find_message(message)? else {
            return Ok(Applied::default());
        };
        let Some(active) = tx
            .find_latest_interaction(text.conversation_id)?
            .filter(Interaction::is_active)
        else {
            return Ok(Applied::default());
        };
        let session = tx.find_bot_session(active.id)?;
        let ticket = session.as_ref().and_then(|session| {
            let (ticket, said) = session.inspecting()?;
            (said_in(&said.media) == Some(message)).then_some(ticket)
        });
        match ticket {
            Some(ticket) => {
                let media = found(&text.media);
                self.drive(tx, &active.key, BotInput::Inspected { ticket, media })
            }
            None => Ok(Applied::default()),
        }
    }
}

/// What the files are, if they were looked at already.
pub(super) fn inspected(
    conn: &ReadConn<'_>,
    media: &[SaidMedia],
) -> Result<Option<Option<Vec<SaidMedia>>>, StoreError> {
    let Some(message) = said_in(media) else {
        return Ok(Some(None));
    };
    if conn.is_media_pending(message)? {
        return Ok(None);
    }
    Ok(Some(found(&conn.list_media(message)?)))
}

/// The text that files came with.
fn said_in(media: &[SaidMedia]) -> Option<MessageId> {
    media.first()?.address.parse().ok()
}

/// The files as they are; `None` if nothing is known of any of them.
fn found(rows: &[MediaRow]) -> Option<Vec<SaidMedia>> {
    let found: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let content_type = row.content_type.as_deref()?;
            // The note says what is wrong with it.
            let is_usable = row.note.is_none();
            Some(SaidMedia {
                address: row.id.to_string(),
                content_type: if is_usable { content_type } else { UNUSABLE }.to_owned(),
            })
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

//! Texts from before going live, on their way into the store.
//!
//! Owns what is added to importing them: masking, and holding back a row that may be a send of ours whose outcome is
//! open, because a laptop whose clock is wrong takes its own new text for history. Their pictures are another walk's,
//! which `media::past` does as far as they are wanted.

use tern_domain::schedule::OVERLAP;
use tern_domain::screening::Screen;
use tern_domain::{CarrierMessage, Direction, Keyword, MessageSid, MessageText, UtcMillis};
use tern_store::{StoreError, WriteTx};

use crate::ingest::waits_for;

/// What became of a page of the past.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// Texts that are new.
    pub(crate) count: usize,
    /// Rows that have to come again, when a send is settled.
    pub(crate) held_back: Vec<MessageSid>,
}

/// Stores what is new of a page of the past, its sensitive data masked (H-15).
pub(crate) fn import(
    tx: &mut WriteTx<'_>,
    messages: &[CarrierMessage],
    now: UtcMillis,
    screen: &Screen,
) -> Result<Imported, StoreError> {
    let open_sends = tx.list_outbox_open()?;
    let may_be_open = |message: &CarrierMessage| {
        // Within the overlap, so that the list shows it again; no clock is wrong by more.
        let is_recent = message.created_at > now - OVERLAP;
        let key = message.conversation_key();
        let of_conversation = open_sends
            .iter()
            .filter(|entry| key.as_ref() == Ok(&entry.key));
        is_recent && waits_for(of_conversation, message).is_some()
    };
    let (open, mut past): (Vec<_>, Vec<_>) = messages.iter().cloned().partition(may_be_open);
    let mut imported = Imported::default();
    for message in open {
        if tx.find_message_by_sid(&message.sid)?.is_none() {
            imported.held_back.push(message.sid);
        }
    }
    let masked: Vec<_> = past
        .iter_mut()
        .filter_map(|message| Some((message.sid.clone(), mask(message, screen)?)))
        .collect();
    imported.count = tx.import_history(&past)?;
    if imported.count == 0 {
        return Ok(imported);
    }
    for (sid, patterns) in masked {
        // What was removed, or is hidden, says so already.
        if let Some(stored) = tx.find_message_by_sid(&sid)?.filter(|it| it.wipe.is_none()) {
            tx.mark_masked(stored.message_id, &patterns)?;
        }
    }
    Ok(imported)
}

/// Masks a requester's text; answers which patterns were found. A bare STOP stays, because it is obeyed.
fn mask(message: &mut CarrierMessage, screen: &Screen) -> Option<Vec<String>> {
    let is_keyword = Keyword::of_message(message).is_some_and(Keyword::is_only_a_keyword);
    if message.direction != Direction::Inbound || is_keyword {
        return None;
    }
    let masked = screen.mask_incoming(message.body.as_str())?;
    message.body = MessageText::new(masked.text);
    Some(masked.patterns)
}

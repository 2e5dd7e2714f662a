//! Bringing in the past, fast.
//!
//! Owns the way for pages of history: many rows in one transaction, conversations brought up to date once per
//! page instead of once per text. It opens no interaction, counts nothing as unread and announces nothing;
//! only the carrier's block is taken from it (S-7). Texts that are stored already are left alone.

use std::collections::{BTreeMap, HashMap};

use rusqlite::params;
use sha2::{Digest as _, Sha256};
use tern_domain::subscription::{Consent, ConsentChange};
use tern_domain::{
    Actor, CarrierMessage, ConversationId, ConversationKey, Keyword, MessageId, MessagePosition,
    MessageSid, OptOut, UtcMillis,
};
use uuid::Uuid;

use super::message_writes::{DAY, INSERT, PreviewSource, is_unsettled};
use super::values::{direction_code, sid_blob, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// What a page adds to one conversation.
struct Addition<'a> {
    newest: (MessagePosition, &'a CarrierMessage),
    oldest: UtcMillis,
    how_many: i64,
    keywords: Vec<(Keyword, UtcMillis)>,
}

/// The id of a text of the past: made of its time and its SID, so that every laptop and every repetition
/// comes to the same one.
pub(in crate::tables) fn history_id(sid: &MessageSid, at: UtcMillis) -> Uuid {
    let digest = Sha256::digest(sid.as_str().as_bytes());
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(digest) {
        *to = from;
    }
    let millis = u64::try_from(at.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

impl WriteTx<'_> {
    /// Stores texts from before going live; answers how many were new. Give whole pages: positions follow
    /// the carrier's time within one call, and each call is older than the one before.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn import_history(&mut self, messages: &[CarrierMessage]) -> Result<usize, StoreError> {
        let mut fresh = self.not_stored(messages)?;
        self.leave_deleted_out(&mut fresh)?;
        self.adopt_told(&mut fresh)?;
        // Stable: the carrier lists newest first, so of two in one second the later one comes first.
        fresh.reverse();
        fresh.sort_by_key(|(_, message)| message.created_at);
        fresh.dedup_by(|(_, one), (_, other)| one.sid == other.sid);
        if fresh.is_empty() {
            return Ok(0);
        }
        let first = self.take_history_positions(i64::try_from(fresh.len()).unwrap_or(i64::MAX))?;
        let mut conversations: HashMap<&ConversationKey, ConversationId> = HashMap::new();
        let mut additions: BTreeMap<ConversationId, Addition<'_>> = BTreeMap::new();
        let mut days: BTreeMap<i64, (MessagePosition, MessagePosition)> = BTreeMap::new();
        for (position, (key, message)) in (first.0..).map(MessagePosition).zip(&fresh) {
            let conversation = match conversations.get(key) {
                Some(known) => *known,
                None => self.ensure_conversation(key)?,
            };
            conversations.insert(key, conversation);
            self.insert_history(position, conversation, message)?;
            days.entry(message.created_at.0.div_euclid(DAY))
                .and_modify(|range| range.1 = position)
                .or_insert((position, position));
            let keyword = Keyword::of_message(message).map(|keyword| (keyword, message.created_at));
            if let Some((keyword, at)) = keyword.filter(|(it, _)| it.is_only_a_keyword()) {
                self.insert_consent(&Consent {
                    key: key.clone(),
                    at,
                    by: Actor::Requester,
                    message_id: Some(MessageId::new(history_id(&message.sid, at))),
                    change: match keyword {
                        Keyword::OptOut => ConsentChange::Blocked { code: None },
                        Keyword::OptIn { .. } => ConsentChange::Unblocked,
                    },
                })?;
            }
            additions
                .entry(conversation)
                .and_modify(|addition| {
                    addition.newest = (position, message);
                    addition.how_many += 1;
                    addition.keywords.extend(keyword);
                })
                .or_insert_with(|| Addition {
                    newest: (position, message),
                    oldest: message.created_at,
                    how_many: 1,
                    keywords: keyword.into_iter().collect(),
                });
        }
        for (day, (lowest, highest)) in days {
            self.note_day(UtcMillis(day.saturating_mul(DAY)), lowest, highest)?;
        }
        for (conversation, addition) in additions {
            self.add_page_to_conversation(conversation, &addition)?;
        }
        Ok(fresh.len())
    }

    /// What was deleted for its age stays away. What the carrier was told of its block counts all the same (S-7).
    fn leave_deleted_out(
        &mut self,
        fresh: &mut Vec<(ConversationKey, &CarrierMessage)>,
    ) -> Result<(), StoreError> {
        let mut kept = Vec::with_capacity(fresh.len());
        let mut keywords = Vec::new();
        for (key, message) in fresh.drain(..) {
            if !self.is_below_floor(&key, message.created_at)? {
                kept.push((key, message));
            } else if let Some(keyword) = Keyword::of_message(message) {
                keywords.push((message.created_at, keyword, key));
            }
        }
        *fresh = kept;
        keywords.sort_by_key(|(at, ..)| *at);
        for (at, keyword, key) in keywords {
            let conversation = self.ensure_conversation(&key)?;
            let before = self.load_conversation(conversation)?.opt_out;
            let after = before.with(keyword, at);
            if after != before {
                self.update_opt_out(conversation, after)?;
            }
        }
        Ok(())
    }

    fn not_stored<'m>(
        &self,
        messages: &'m [CarrierMessage],
    ) -> Result<Vec<(ConversationKey, &'m CarrierMessage)>, StoreError> {
        const OPERATION: &str = "look for stored texts";
        let mut statement = self.prepare("SELECT 1 FROM messages WHERE sid = ?1", OPERATION)?;
        let mut fresh = Vec::with_capacity(messages.len());
        for message in messages {
            // without a number of ours there is no conversation.
            let Ok(key) = message.conversation_key() else {
                continue;
            };
            if !statement
                .exists([sid_blob(&message.sid)])
                .during(OPERATION)?
            {
                fresh.push((key, message));
            }
        }
        Ok(fresh)
    }

    fn insert_history(
        &mut self,
        position: MessagePosition,
        conversation: ConversationId,
        message: &CarrierMessage,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "insert a text of the past";
        self.prepare(INSERT, OPERATION)?
            .execute(params![
                position.0,
                uuid_blob(history_id(&message.sid, message.created_at)),
                sid_blob(&message.sid),
                conversation.0,
                direction_code(message.direction),
                message.body.as_str(),
                message.status.as_str(),
                message.error_code,
                message.segments,
                message.media_count,
                message.created_at.0,
                None::<[u8; 16]>,
                false,
                is_unsettled(true, &message.status),
                false,
            ])
            .during(OPERATION)?;
        Ok(())
    }

    fn add_page_to_conversation(
        &mut self,
        conversation: ConversationId,
        addition: &Addition<'_>,
    ) -> Result<(), StoreError> {
        let (position, message) = addition.newest;
        let newest = PreviewSource {
            position,
            at: message.created_at,
            body: message.body.as_str(),
            direction: message.direction,
            status: &message.status,
            error_code: message.error_code,
            media_count: message.media_count,
        };
        self.add_history_to_conversation(
            conversation,
            &newest,
            addition.oldest,
            addition.how_many,
        )?;
        if addition.keywords.is_empty() {
            return Ok(());
        }
        let before = self.load_conversation(conversation)?.opt_out;
        let after = addition
            .keywords
            .iter()
            .fold(before, |opt_out: OptOut, (keyword, at)| {
                opt_out.with(*keyword, *at)
            });
        self.update_opt_out(conversation, after)
    }
}

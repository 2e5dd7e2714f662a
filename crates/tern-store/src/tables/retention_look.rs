//! The look before an agreement: how much would go, and what is held back and why.
//!
//! Owns the counting. It walks and judges as the deletion does, and changes nothing.

use std::collections::{BTreeMap, HashSet};

use tern_domain::retention::{RunCounts, Spared, Verdict};
use tern_domain::{ConversationId, MessagePosition, UtcMillis};

use super::retention::{OldSpan, OldText};
use crate::error::StoreError;
use crate::tx::ReadConn;

/// How much would go, and what is held back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RetentionLook {
    /// What would go.
    pub counts: RunCounts,
    /// Conversations that would lose something.
    pub conversations: HashSet<ConversationId>,
    /// Time of the oldest text that would go.
    pub oldest: Option<UtcMillis>,
    /// Time of the newest one.
    pub newest: Option<UtcMillis>,
    /// Texts that are old enough and stay, by reason.
    pub held_back: BTreeMap<Spared, u64>,
    /// Notes that are old enough and stay.
    pub notes_held_back: u64,
}

impl ReadConn<'_> {
    /// Adds a part of the texts to a look: what would go of them, and why others stay. Pictures count with their
    /// texts; with `pictures_alone`, only pictures of texts not older than that are counted. Answers where to go on.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn look_at_old_texts(
        &self,
        look: &mut RetentionLook,
        span: &OldSpan,
        pictures_alone: Option<UtcMillis>,
        after: Option<MessagePosition>,
        looked_at: u32,
    ) -> Result<Option<MessagePosition>, StoreError> {
        let mut known = self.known_facts()?;
        let mut next = None;
        for text in self.old_texts(span, after, looked_at)? {
            next = Some(text.facts.position);
            if pictures_alone
                .is_some_and(|texts_go| text.media_count == 0 || text.facts.at < texts_go)
            {
                continue;
            }
            match self.judge_old(&text, &span.cut, &mut known)? {
                Verdict::Stays => {}
                Verdict::Spared(why) => {
                    if pictures_alone.is_none() {
                        *look.held_back.entry(why).or_default() += 1;
                    }
                }
                Verdict::Goes => {
                    let pictures = if text.media_count > 0 {
                        self.count_pictures(text.message_id)?
                    } else {
                        (0, 0)
                    };
                    look.add(&text, pictures, pictures_alone.is_none());
                }
            }
        }
        Ok(next)
    }
}

impl RetentionLook {
    fn add(&mut self, text: &OldText, (pictures, bytes): (u64, u64), is_text: bool) {
        if !is_text && pictures == 0 {
            return;
        }
        self.counts += RunCounts {
            texts: is_text.into(),
            pictures,
            picture_bytes: bytes,
            notes: 0,
        };
        self.conversations.insert(text.conversation);
        let at = text.facts.at;
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
        self.newest = Some(self.newest.map_or(at, |newest| newest.max(at)));
    }
}

//! STOP and START in what is brought in.
//!
//! Only the newest word of a number counts, and only if it is a STOP that is newer than what is known: then the number
//! is blocked. A START never lifts a block, because a file proves nothing to the carrier, and texting somebody who has
//! said no is the worse error.

use std::collections::BTreeMap;

use crate::address::ConversationKey;
use crate::opt_out::{Keyword, OptOut};
use crate::time::UtcMillis;

use super::row::HistoryText;
use crate::delivery::Direction;

/// The newest word of one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeywordSeen {
    /// Which.
    pub keyword: Keyword,
    /// When.
    pub at: UtcMillis,
}

impl KeywordSeen {
    /// What becomes of the carrier's block; `None` if nothing changes.
    #[must_use]
    pub fn block(self, known: OptOut) -> Option<OptOut> {
        let newest = known.opted_out_at.max(known.opted_in_at);
        let is_newer = newest.is_none_or(|newest| self.at > newest);
        (self.keyword == Keyword::OptOut && is_newer).then(|| known.with(Keyword::OptOut, self.at))
    }
}

/// Takes the word that a text may be into the newest of each conversation. Within one second STOP wins.
pub fn newest_keyword(seen: &mut BTreeMap<ConversationKey, KeywordSeen>, text: &HistoryText) {
    if text.direction != Direction::Inbound {
        return;
    }
    let Some(keyword) = Keyword::find(text.body.as_str(), &text.key.provider)
        .filter(|keyword| keyword.is_only_a_keyword())
    else {
        return;
    };
    let found = KeywordSeen {
        keyword,
        at: text.at,
    };
    seen.entry(text.key.clone())
        .and_modify(|before| {
            let is_stop = keyword == Keyword::OptOut;
            if (found.at, is_stop) > (before.at, before.keyword == Keyword::OptOut) {
                *before = found;
            }
        })
        .or_insert(found);
}

//! Whether one text goes.

use crate::ids::MessagePosition;
use crate::time::UtcMillis;

/// What is asked about a text's conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConversationFacts {
    /// It, or the person behind it, is under a legal hold.
    pub is_held: bool,
    /// Work is open on it, or still being wrapped up.
    pub is_open: bool,
    /// Somebody put it off.
    pub is_snoozed: bool,
}

/// What is asked about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFacts {
    /// Its place in the order in which texts came.
    pub position: MessagePosition,
    /// Its time.
    pub at: UtcMillis,
    /// The carrier's last word is still due.
    pub is_unsettled: bool,
    /// It has not left yet, or nobody knows whether it has.
    pub is_in_outbox: bool,
    /// The carrier still has to forget its words.
    pub is_wipe_pending: bool,
    /// Its conversation.
    pub conversation: ConversationFacts,
}

/// What is older goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Older than this.
    pub at: UtcMillis,
    /// The first text that came live and is not older. What came after it and claims to be older was dated by a
    /// clock that was wrong.
    pub before: Option<MessagePosition>,
}

/// Why a text that is old enough stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spared {
    /// A legal hold.
    OnHold,
    /// Work is open.
    Open,
    /// Somebody put the conversation off.
    Snoozed,
    /// It is not settled, or has not left.
    OnTheWay,
    /// The carrier still has to forget it.
    WipePending,
    /// Its date cannot be right.
    DateInDoubt,
}

impl Spared {
    /// All of them, the weightiest first.
    pub const ALL: [Self; 6] = [
        Self::OnHold,
        Self::Open,
        Self::Snoozed,
        Self::OnTheWay,
        Self::WipePending,
        Self::DateInDoubt,
    ];
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not old enough.
    Stays,
    /// It would be, but.
    Spared(Spared),
    /// It goes.
    Goes,
}

/// Whether a text goes.
#[must_use]
pub fn judge(text: &TextFacts, cut: &Cut) -> Verdict {
    if text.at >= cut.at {
        return Verdict::Stays;
    }
    let came_after = |before| text.position.0 > 0 && text.position >= before;
    let spared = [
        (text.conversation.is_held, Spared::OnHold),
        (text.conversation.is_open, Spared::Open),
        (text.conversation.is_snoozed, Spared::Snoozed),
        (text.is_unsettled || text.is_in_outbox, Spared::OnTheWay),
        (text.is_wipe_pending, Spared::WipePending),
        (cut.before.is_some_and(came_after), Spared::DateInDoubt),
    ];
    spared
        .into_iter()
        .find_map(|(is_so, why)| is_so.then_some(Verdict::Spared(why)))
        .unwrap_or(Verdict::Goes)
}

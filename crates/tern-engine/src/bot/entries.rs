//! PINs and codes on their way from a text to their check: in memory, and nowhere else (L-14).
//!
//! Owns them until they were checked. What ends with the process is asked for again. For a short while it also
//! recognises the last secret answer of a conversation, so that one that is sent twice is not taken for the answer to
//! the next question; it does so by a fingerprint, because the answer itself has no reason to stay.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tern_domain::topic::Ticket;
use tern_domain::verification::{ProofEntry, ProofFactor};
use tern_domain::{InteractionId, Millis, UtcMillis};

/// How long somebody may send the same secret once more by mistake.
const TWICE_WITHIN: Millis = Millis::minutes(2);

/// One entry that waits for its check.
pub(super) struct Entered {
    pub(super) interaction: InteractionId,
    pub(super) ticket: Ticket,
    pub(super) factor: ProofFactor,
    pub(super) entry: ProofEntry,
}

/// Secret answers in memory.
#[derive(Default)]
pub(super) struct Entries(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    waiting: Vec<Entered>,
    recent: HashMap<InteractionId, (Fingerprint, UtcMillis)>,
    /// Makes fingerprints; another one in every process.
    random: RandomState,
}

/// What a secret answer is recognised by. Two different ones agree once in 2^64 times.
type Fingerprint = u64;

impl Kept {
    /// Of an answer; spaces do not count.
    fn fingerprint(&self, answer: &str) -> Fingerprint {
        let mut hasher = self.random.build_hasher();
        for part in answer.split_whitespace() {
            hasher.write(part.as_bytes());
        }
        hasher.finish()
    }

    fn forget_before(&mut self, now: UtcMillis) {
        self.recent
            .retain(|_, (_, at)| now.since(*at) < TWICE_WITHIN);
    }
}

impl Entries {
    /// An entry has to be checked. A later one of the same conversation takes its place.
    pub(super) fn put(&self, entered: Entered) {
        let mut kept = self.lock();
        kept.waiting
            .retain(|it| it.interaction != entered.interaction);
        kept.waiting.push(entered);
    }

    /// The one that waits longest.
    pub(super) fn take(&self) -> Option<Entered> {
        let mut kept = self.lock();
        (!kept.waiting.is_empty()).then(|| kept.waiting.remove(0))
    }

    /// Whether an entry is here still.
    pub(super) fn has(&self, interaction: InteractionId, ticket: Ticket) -> bool {
        let kept = self.lock();
        let mut waiting = kept.waiting.iter();
        waiting.any(|it| it.interaction == interaction && it.ticket == ticket)
    }

    /// A secret was answered.
    pub(super) fn remember(&self, interaction: InteractionId, answer: &str, now: UtcMillis) {
        let mut kept = self.lock();
        kept.forget_before(now);
        let fingerprint = kept.fingerprint(answer);
        kept.recent.insert(interaction, (fingerprint, now));
    }

    /// Whether a secret was answered just now.
    pub(super) fn is_recent(&self, interaction: InteractionId, now: UtcMillis) -> bool {
        let mut kept = self.lock();
        kept.forget_before(now);
        kept.recent.contains_key(&interaction)
    }

    /// Whether a text is the last secret answer once more.
    pub(super) fn is_repeated(
        &self,
        interaction: InteractionId,
        text: &str,
        now: UtcMillis,
    ) -> bool {
        let mut kept = self.lock();
        kept.forget_before(now);
        let fingerprint = kept.fingerprint(text);
        let recent = kept.recent.get(&interaction);
        recent.is_some_and(|(answer, _)| *answer == fingerprint)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

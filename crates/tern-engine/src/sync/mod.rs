//! Finding new messages by looking at the account's list.
//!
//! Owns the rhythm: frequent looks at the newest page, and walks over the whole overlap at start, after trouble
//! or sleep, and now and then, because rows can appear late. Everything found goes through the journal, keyed
//! by SID; it refuses to treat "newest seen" as a cursor, or a missing row as a deletion.

mod known;
mod pace;
mod state;
mod walk;

use std::sync::Arc;

use tern_domain::{Millis, UtcMillis};
use tern_store::StoreError;
use tern_twilio::TwilioError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::Focus;
use crate::connection::ConnectionState;
use crate::core::Core;
use crate::ingest::IngestError;
use crate::pauses::Pauses;
use crate::supervisor::TaskError;
use known::KnownRows;
use pace::Pace;

pub(crate) use state::{go_live, synced_until};

/// Without a successful look for this long, the next one walks the whole overlap.
const AWAY: Millis = Millis::minutes(1);

/// A look that did not succeed.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error("could not look for messages")]
    Carrier(#[from] TwilioError),
    #[error("could not store what was found")]
    Ingest(#[from] IngestError),
    #[error("could not keep the state of syncing")]
    Store(#[from] StoreError),
}

/// How far a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Until a row that is known.
    Head,
    /// Over the whole overlap before the last success.
    Overlap,
}

/// Looks for messages until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut focus = core.focus();
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    let mut sync = Sync::open(core.clone()).await?;
    loop {
        let looked = tokio::select! {
            () = token.cancelled() => return Ok(()),
            looked = sync.look() => looked,
        };
        let pause = match looked {
            Ok(()) => {
                core.connection.worked();
                pauses.reset();
                sync.pace.pause(*focus.borrow_and_update(), Instant::now())
            }
            Err(LookError::Carrier(error)) => {
                tracing::debug!(%error, "a look for messages failed");
                core.connection.failed(&error);
                match core.connection.current() {
                    ConnectionState::Refused { .. } => core.tuning.refused_probe,
                    _ => pauses.next(error.retry_after()),
                }
            }
            Err(error) => return Err(error.into()),
        };
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.poll.notified() => {}
            () = core.signals.sweep.notified() => {
                sync.depth = Depth::Overlap;
                pauses.reset();
            }
            changed = focus.changed() => {
                if changed.is_ok() && *focus.borrow() == Focus::Focused {
                    sync.pace.note_change(Instant::now());
                }
            }
        }
    }
}

struct Sync {
    core: Arc<Core>,
    known: KnownRows,
    pace: Pace,
    /// Texts older than this are history.
    live_since: UtcMillis,
    /// When the last successful look began.
    synced_until: UtcMillis,
    /// What the next look has to do.
    depth: Depth,
    /// When the overlap was last walked.
    swept_at: Option<Instant>,
}

impl Sync {
    /// Takes up where the last run stopped; the first run of all only notes the moment of going live.
    async fn open(core: Arc<Core>) -> Result<Self, StoreError> {
        let live_since = go_live(&core.store, core.clock.now()).await?;
        let synced_until = state::load_synced_until(&core).await?;
        Ok(Self {
            pace: Pace::new(&core.tuning, Instant::now()),
            known: KnownRows::default(),
            live_since,
            synced_until: synced_until.unwrap_or(live_since),
            depth: Depth::Overlap,
            swept_at: None,
            core,
        })
    }

    async fn look(&mut self) -> Result<(), LookError> {
        let began = self.core.clock.now();
        let sweep_due = self
            .swept_at
            .is_none_or(|at| at.elapsed() >= self.core.tuning.sweep_every);
        let was_away = began.since(self.synced_until) > AWAY;
        let depth = if sweep_due || was_away {
            Depth::Overlap
        } else {
            self.depth
        };
        let overlap = i64::try_from(self.core.tuning.overlap.as_millis()).unwrap_or(i64::MAX);
        let from = self.synced_until - Millis(overlap);
        let changed = self.walk(depth, from).await?;
        if changed {
            self.pace.note_change(Instant::now());
        }
        self.synced_until = began;
        self.depth = Depth::Head;
        if depth == Depth::Overlap {
            self.swept_at = Some(Instant::now());
            self.known.forget_before(from);
            // Only here: a crash costs a longer overlap, which is cheaper than a write with every look.
            state::save_synced_until(&self.core, began).await?;
        }
        Ok(())
    }
}

//! What the engine tells its host.
//!
//! Owns hints, never the truth: whoever misses one asks the store again. It refuses to carry texts or numbers.

use tern_domain::backfill::Pace;
use tern_domain::{Announcement, ConversationId, UtcMillis};

use crate::connection::ConnectionState;

/// Something changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EngineEvent {
    /// These conversations have changed.
    ConversationsChanged(Vec<ConversationId>),
    /// So many that everything on screen should be asked for again.
    ManyChanged,
    /// Worth an operating system notification.
    Announce(Announcement),
    /// The carrier is reachable in another way than before.
    ConnectionChanged(ConnectionState),
    /// Fetching the past has moved on.
    BackfillChanged(BackfillProgress),
    /// Who is there, or what is configured about the team, has changed.
    TeamChanged,
    /// A notification went on.
    NotificationsChanged,
    /// Deleting what is too old has begun or ended.
    RetentionRan,
    /// A message in the outbox has changed its state.
    OutboxChanged,
}

/// How far fetching the past has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillProgress {
    /// What it is doing.
    pub state: BackfillState,
    /// Messages stored so far, over all runs towards the same goal.
    pub fetched: u64,
    /// The oldest instant reached.
    pub reached: Option<UtcMillis>,
    /// Where it will stop; `None` = as far as Twilio goes.
    pub until: Option<UtcMillis>,
    /// How fast it goes while it runs, once that can be told.
    pub pace: Option<Pace>,
}

/// What fetching the past is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackfillState {
    /// Pages are being fetched, or the next one waits for the network.
    Running,
    /// Everything asked for is here.
    Finished,
    /// Wanted, and paused for now, across restarts.
    Paused,
    /// Stopped on request; what was fetched stays, and it can go on later.
    Cancelled,
    /// Stopped because the carrier refused.
    Failed {
        /// Twilio's error code, when it gave one.
        code: Option<u32>,
    },
}

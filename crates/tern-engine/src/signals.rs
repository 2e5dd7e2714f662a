//! How tasks wake each other and how hosts learn of changes.
//!
//! Owns notifications only: a signal says "look again", never what to do, so a lost or doubled one costs a
//! look. Every task also looks by itself after a while.

use tern_store::Applied;
use tokio::sync::{Notify, broadcast};

use crate::event::EngineEvent;

/// Events kept for a slow host; a host that falls behind asks the store again.
const EVENT_BACKLOG: usize = 1024;

/// Where events go.
#[derive(Clone)]
pub(crate) struct Events(broadcast::Sender<EngineEvent>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(EVENT_BACKLOG))
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<EngineEvent> {
        self.0.subscribe()
    }

    /// Nobody listening is fine: events are hints.
    pub(crate) fn emit(&self, event: EngineEvent) {
        let _receivers = self.0.send(event);
    }

    /// Tells what a committed plan changed.
    pub(crate) fn emit_applied(&self, applied: Applied) {
        if !applied.touched.is_empty() {
            self.emit(EngineEvent::ConversationsChanged(applied.touched));
        }
        for announcement in applied.announcements {
            self.emit(EngineEvent::Announce(announcement));
        }
    }
}

/// One bell per task. A bell rung while its task is busy is heard afterwards.
#[derive(Default)]
pub(crate) struct Signals {
    /// Look at the newest page.
    pub(crate) poll: Notify,
    /// Walk the whole overlap, because something may have been missed.
    pub(crate) sweep: Notify,
    /// Look at the journal: deferred rows may be ready.
    pub(crate) journal: Notify,
    /// Look at the outbox.
    pub(crate) outbox: Notify,
    /// Look for uncertain sends.
    pub(crate) lookup: Notify,
    /// Look for messages that are not final.
    pub(crate) refetch: Notify,
    /// Look what the carrier has to forget.
    pub(crate) wipes: Notify,
    /// Look for media that is not here.
    pub(crate) media: Notify,
    /// Look for pictures of the past that are wanted.
    pub(crate) past_pictures: Notify,
    /// Look for pictures without a thumbnail.
    pub(crate) thumbnails: Notify,
    /// Look at the timers.
    pub(crate) timers: Notify,
    /// Look who could be offered what waits.
    pub(crate) routing: Notify,
    /// Look for requests to other systems.
    pub(crate) requests: Notify,
    /// Look for PINs and codes to check.
    pub(crate) proofs: Notify,
    /// Look whose turn it is to get a notification.
    pub(crate) notifications: Notify,
    /// Look whether the past is wanted.
    pub(crate) backfill: Notify,
    /// Look whether something is too old to be kept.
    pub(crate) retention: Notify,
}

impl Signals {
    /// The virtual agent took a turn: it may have written, asked another system, or set a time.
    pub(crate) fn bot_asked(&self) {
        self.outbox.notify_one();
        self.timers.notify_one();
        self.requests.notify_one();
        self.proofs.notify_one();
        self.notifications.notify_one();
    }

    /// The network or the machine came back: everything may have changed.
    pub(crate) fn ring_all(&self) {
        for bell in [
            &self.sweep,
            &self.poll,
            &self.journal,
            &self.outbox,
            &self.lookup,
            &self.refetch,
            &self.media,
            &self.past_pictures,
            &self.thumbnails,
            &self.wipes,
            &self.timers,
            &self.routing,
            &self.requests,
            &self.proofs,
            &self.notifications,
            &self.backfill,
            &self.retention,
        ] {
            bell.notify_one();
        }
    }
}

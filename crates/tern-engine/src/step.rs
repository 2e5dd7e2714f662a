//! The steps of receiving and sending, as trace events.
//!
//! Owns their names. Each is emitted when the step is *complete*, so whatever ends the process at one of them
//! knows exactly what had been written. They carry no text, number or secret, only the name.

/// `tracing` target of every step; the field `step` holds its name.
pub const STEP_TARGET: &str = "tern::step";

/// Every step, in the order in which they follow each other.
pub mod steps {
    /// A page or a webhook is in memory.
    pub const INBOUND_FETCHED: &str = "inbound.fetched";
    /// Its rows are in the journal.
    pub const INBOUND_JOURNALED: &str = "inbound.journaled";
    /// Its rows are interpreted and visible.
    pub const INBOUND_APPLIED: &str = "inbound.applied";
    /// A message waits in the outbox and the engine knows of it.
    pub const SEND_RECORDED: &str = "send.recorded";
    /// The outbox says that the message is in flight; nothing has been sent.
    pub const SEND_CLAIMED: &str = "send.claimed";
    /// The request is about to leave.
    pub const SEND_POSTING: &str = "send.posting";
    /// The carrier's answer, or the failure, is in memory.
    pub const SEND_ANSWERED: &str = "send.answered";
    /// The outcome is in the store.
    pub const SEND_SETTLED: &str = "send.settled";
    /// A search for an uncertain send has begun.
    pub const SEND_LOOKED_UP: &str = "send.looked_up";
    /// A file's bytes are in memory.
    pub const MEDIA_FETCHED: &str = "media.fetched";
    /// They are in the store, encrypted.
    pub const MEDIA_STORED: &str = "media.stored";
    /// A timer's consequences are in the store.
    pub const TIMER_FIRED: &str = "timer.fired";
    /// Another system's answer to a topic is in memory, or that there is none.
    pub const BOT_ANSWERED: &str = "bot.answered";
    /// Some recipients of a notification are listed, have its text in the outbox, or are known not to get it.
    pub const NOTIFICATION_MOVED: &str = "notification.moved";
    /// A page of the past is in memory.
    pub const BACKFILL_FETCHED: &str = "backfill.fetched";
    /// A part of it is in the store.
    pub const BACKFILL_BATCHED: &str = "backfill.batched";
    /// A page of the past is in the store.
    pub const BACKFILL_STORED: &str = "backfill.stored";

    /// All of them.
    pub const ALL: [&str; 17] = [
        INBOUND_FETCHED,
        INBOUND_JOURNALED,
        INBOUND_APPLIED,
        SEND_RECORDED,
        SEND_CLAIMED,
        SEND_POSTING,
        SEND_ANSWERED,
        SEND_SETTLED,
        SEND_LOOKED_UP,
        MEDIA_FETCHED,
        MEDIA_STORED,
        TIMER_FIRED,
        BOT_ANSWERED,
        NOTIFICATION_MOVED,
        BACKFILL_FETCHED,
        BACKFILL_BATCHED,
        BACKFILL_STORED,
    ];
}

/// Says that a step is complete.
pub(crate) fn step(name: &'static str) {
    tracing::info!(target: STEP_TARGET, step = name);
}

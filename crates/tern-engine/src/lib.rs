//! The running tasks (sync, backfill, outbox, media, timers) and the supervisor that owns them.

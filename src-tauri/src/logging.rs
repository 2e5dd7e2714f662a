//! The log: one file a day beside the data, kept for a week.
//!
//! It holds names of steps, ids and durations. Bodies, numbers and secrets are never given to
//! `tracing` anywhere in Tern, so there is nothing to filter here.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Days of log that are kept.
const KEPT_FILES: usize = 7;

/// Starts writing the log into `folder`. The guard flushes it when dropped; `None` when the folder
/// cannot be written, in which case Tern runs without a log rather than not at all.
pub(crate) fn start(folder: &Path) -> Option<WorkerGuard> {
    // The appender makes the folder too, but complains on the terminal before it does.
    #[expect(clippy::disallowed_methods, reason = "the log is not the store's")]
    std::fs::create_dir_all(folder).ok()?;
    let appender = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("tern")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let filter =
        EnvFilter::try_from_env("TERN_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init()
        .ok()?;
    Some(guard)
}

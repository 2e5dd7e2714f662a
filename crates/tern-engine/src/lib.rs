//! The running tasks (sync, backfill, outbox, media, timers, routing) and the supervisor that owns them.
//!
//! Owns everything that waits: for the carrier, for the network, for a point in time. Rules come from
//! `tern-domain` as plans, the truth is in `tern-store`; a task reads, plans, commits, and carries out what
//! was committed. It refuses to keep state that a crash would lose.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod alerts;
mod backfill;
mod bot;
mod clock;
mod config;
mod connection;
mod core;
#[cfg(test)]
mod day_tests;
mod engine;
mod event;
mod figures;
mod history;
mod ids;
mod ingest;
mod map;
mod media;
mod media_host;
mod notifications;
mod outbox;
mod own_numbers;
mod pauses;
mod refetch;
mod retention;
mod routing;
mod screen;
mod signals;
mod step;
mod supervisor;
mod sync;
mod timers;
mod wipe;
mod wrap_up;

pub use alerts::{AlertDesk, AtDesk, NobodyAtDesk};
pub use backfill::{BackfillError, PAST_POLICY, load_coverage};
pub use bot::{
    BotDesk, BotSecrets, NoSecrets, OutsideError, PictureLook, PublicPictures, TopicDesk,
    ask_outside, list_locked_numbers, unlock_number,
};
pub use clock::{Clock, SystemClock};
pub use config::{BotConfig, EngineConfig, Focus, Policy, Tuning};
pub use connection::ConnectionState;
pub use engine::Engine;
pub use event::{BackfillProgress, BackfillState, EngineEvent};
pub use ids::EdgeIds;
pub use ingest::{Arrival, IngestError};
pub use media_host::{
    HttpPutMediaHost, MediaHost, MediaHostError, NoMediaHost, OutgoingMedia, PracticeMediaHost,
};
pub use notifications::{Forecast, NOTIFICATION_SETTINGS, NotificationDesk};
pub use retention::end as end_retention_run;
pub use routing::{RoutingLook, look_at_routing};
pub use screen::SharedScreen;
pub use step::{STEP_TARGET, steps};
pub use supervisor::{RestartPolicy, StopReport, Supervisor, TaskError, TaskReport, TaskState};

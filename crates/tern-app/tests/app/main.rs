//! The application layer as a shell sees it: real file, real engine, real HTTP to the practice line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]
#![allow(clippy::string_slice, unreachable_pub, missing_docs)]

mod account;
mod account_life;
mod alerts;
mod backup;
mod bindings;
mod cards;
mod configuration;
mod conversation;
mod desk;
mod export;
mod faults;
mod file_key;
#[cfg(target_os = "linux")]
mod full_disk;
mod handover;
mod histories;
mod holds;
mod insights;
mod key_changes;
mod linking;
mod lock;
mod lock_code;
mod mending;
mod notifications;
mod people;
mod pictures;
mod places;
mod queue_texts;
mod redaction;
mod restored;
mod rig;
mod routing;
mod searching;
mod settings;
mod stages;
mod supervisor;
mod table_source;
mod tables;
mod team;
mod topic_figures;
mod topic_try;
mod topics;
mod verification;
mod wrap_up;
mod writing;

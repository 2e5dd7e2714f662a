//! An open line: its file, its carrier, and the tasks between them.

pub(crate) mod after_restore;
mod alert_desk;
mod alerts;
pub(crate) mod backups;
mod bot_secrets;
mod credential;
mod crew;
mod desk;
mod follow;
mod looker;
mod numbers;
mod pictures_host;
mod practice;
mod retention_job;

pub(crate) use credential::CarrierCredential;
pub(crate) use desk::{Desk, Link};
pub(crate) use numbers::OwnNumber;

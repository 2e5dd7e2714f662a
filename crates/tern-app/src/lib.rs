//! Use-cases, DTOs, public error codes and change events: the one application layer under every shell.
//!
//! A shell decodes, calls one function of this crate, encodes. No Tauri, no axum, no SQL text here.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod app;
mod app_lock;
mod attention;
pub mod bindings;
mod changes;
mod commands;
mod configuration;
mod directory;
pub mod dto;
mod enrolments;
mod error;
mod events;
mod export;
mod histories;
mod import;
mod jobs;
mod line;
mod looked;
mod media;
mod opening;
mod pictures;
mod ports;
mod practice;
mod records;
pub mod rpc;
mod searches;
mod setup;
mod stage;
mod undo;
mod usecases;
mod view;
mod words;

pub use app::{App, AppConfig};
pub use error::{ApiError, ErrorCode};
pub use events::{Change, ChangeEvent};
pub use media::MediaContent;
pub use ports::{
    MemorySecrets, NoSecretStore, PracticeAccount, PracticeHost, PracticeHostError, SecretName,
    SecretStore, SecretStoreError,
};
pub use tern_engine::{Clock, SystemClock, Tuning};
pub use tern_store::PassphraseCost;
pub use usecases::{INBOUND_PATH, STATUS_PATH, WebhookCredentials, WebhookDoor};

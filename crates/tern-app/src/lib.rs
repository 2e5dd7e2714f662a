//! Use-cases, DTOs, public error codes and change events: the one application layer under every shell.
//!
//! A shell decodes, calls one function of this crate, encodes. No Tauri, no axum, no SQL text here.

pub mod bindings;
mod commands;
pub mod dto;
mod error;
mod events;
mod ports;

pub use error::{ApiError, ErrorCode};
pub use events::{Change, ChangeEvent};
pub use ports::{
    MemorySecrets, NoSecretStore, PracticeAccount, PracticeHost, PracticeHostError, SecretName,
    SecretStore, SecretStoreError,
};

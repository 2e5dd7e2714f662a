//! What a host must bring along: a place for secrets and a practice line.
//!
//! They are traits because each host has another one (the system's keychain, a test's memory), and because
//! this crate must not know Tauri, D-Bus or the simulator.

mod practice;
mod secrets;

pub use practice::{PracticeAccount, PracticeHost, PracticeHostError};
pub use secrets::{MemorySecrets, NoSecretStore, SecretName, SecretStore, SecretStoreError};

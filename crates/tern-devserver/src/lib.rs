//! The UI's HTTP backend for development, browser tests and the crash suite; never part of a release build.
//!
//! Owns the translation between HTTP on loopback and the application layer. It refuses every request without
//! the token of this run, or that another web page sent.

mod access;
mod events;
mod kill;
mod media;
mod options;
mod practice;
mod server;

pub use kill::KillAt;
pub use options::{KeyPlace, Options, OptionsError, USAGE};
pub use practice::{EmbeddedLine, ExternalLine};
pub use server::Server;

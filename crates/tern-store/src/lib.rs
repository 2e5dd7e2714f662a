//! The encrypted database file: opening, keying, migrating, writing, reading and searching it.
//!
//! Everything the agent sees is kept here, so that it can be read with no network at all. This crate applies
//! what the rules planned and never decides anything itself; it knows no network and no clock.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod error;
mod files;
mod key;
mod layout;
mod media_files;
mod open;
mod run;
mod store;
mod tx;

pub use error::StoreError;
pub use key::{DatabaseKey, EnvelopeError, KeyEnvelope, PassphraseCost, RandomnessError};
pub use layout::{FileName, FileNameError};
pub use media_files::MediaFiles;
pub use open::{OpenConfig, OpenStoreError};
pub use run::Answer;
pub use store::Store;
pub use tx::{ReadConn, WriteTx};

//! From nothing to an open file: which line is current, where its key is, what stands in the way.

mod key_ring;
mod line_file;
mod next_key;
mod open;

pub(crate) use key_ring::{FoundKey, KeyRing, check_passphrase};
pub(crate) use line_file::{LineFile, file_name};
pub(crate) use open::{offers, open_file};

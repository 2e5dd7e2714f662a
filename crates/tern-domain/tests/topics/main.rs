//! Topics on a handset: every rule of the virtual agent through whole conversations.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod golden;
mod rules;
mod samples;
mod script;

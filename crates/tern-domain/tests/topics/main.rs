//! Topics on a handset: every rule of the virtual agent through whole conversations.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod commands;
mod fuzz;
mod golden;
mod lint;
mod rules;
mod samples;
mod saved_tests;
mod script;
mod shelf;
mod trial;

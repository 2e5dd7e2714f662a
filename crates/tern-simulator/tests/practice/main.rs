//! The practice line over real HTTP, as a client and a webhook receiver see it. One binary for all
//! suites; every test starts a line of its own on a port of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod account;
mod binary;
mod control;
mod faults;
mod keywords;
mod list;
mod media;
mod messages;
mod scale;
mod support;
mod webhooks;

//! The client against a scripted peer over real HTTP.
//! One binary, because linking TLS once per file would cost more than all the tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub
)]

mod account;
mod media;
mod peer;
mod reading;
mod rows;
mod sending;

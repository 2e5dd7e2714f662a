//! The engine between a real encrypted file and a real HTTP peer: the practice line on loopback.
//!
//! Every test has its own line, file and port, and waits for states, never for time. What the store then
//! holds, what the customer's phone shows and what the carrier created are the three things that count.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    unreachable_pub
)]

mod actions;
mod alerts;
mod bot;
mod clock;
mod connection;
mod consent;
mod line;
mod look;
mod media;
mod notification_attacks;
mod notification_list;
mod notifications;
mod pages;
mod past;
mod past_rules;
mod receiving;
mod retention;
mod scanner;
mod sending;
mod stopping;
mod storms;
mod trace;
mod uncertain;
mod waking;
mod wiping;
mod wrap_up;

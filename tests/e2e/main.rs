//! End-to-end suites: real HTTP, a real encrypted file, a real keychain, a real notification daemon,
//! a real window. One binary, a module per suite.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test says what went wrong by panicking"
)]

mod crash;
mod honesty;
mod secrets;
mod support;
mod webhooks;
mod window;

//! The real window under WebDriver, on a desktop of its own.

mod account;
mod conversation;
mod desktop;
mod secrets;
mod tern;

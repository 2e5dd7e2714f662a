//! The real window under WebDriver, on a desktop of its own.

mod account;
mod backfill;
mod carrier;
mod closing;
mod conversation;
mod desktop;
mod doctor;
mod frames;
mod locked;
mod media;
mod notifications;
mod opening;
mod pictures;
mod place;
mod refused;
mod secrets;
mod sending;
mod settings;
mod sleep;
mod supervisor;
mod tern;
mod tray;
mod tray_host;
mod webhooks;
mod wrap_up;

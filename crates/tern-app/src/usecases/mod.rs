//! The commands: one method of [`App`](crate::App) each, one file per feature.
//!
//! Each decodes, makes one read or one planned write, and answers with a DTO. Rules are the domain's, words
//! for errors are in `words`.

mod account;
mod act;
mod alerts;
mod bot_secrets;
mod cards;
mod compose;
mod conditions;
mod configuration;
mod desk;
mod estimate;
mod explain;
mod handover;
mod history;
mod identity;
mod import;
mod inbox;
mod live_group;
mod messaging_actions;
mod notes;
mod notices;
mod offers;
mod people;
mod picture_files;
mod practice;
mod publishing;
mod record_tables;
mod redaction;
mod replies;
mod routing;
mod row_import;
mod rows;
mod screening;
mod search;
mod security;
mod send;
mod settings;
mod settle;
mod sign_in;
mod stages;
mod start;
mod status;
mod subscriptions;
mod table_source;
mod take_over;
pub(crate) mod team;
mod thread;
mod topic_figures;
mod topic_retelling;
mod topic_tests;
mod topic_try;
mod topics;
mod verification;
mod views;
mod virtual_agent;
mod webhooks;
mod wrap_up;

pub(crate) use messaging_actions::check_actions;
pub(crate) use offers::can_reject;
pub(crate) use screening::load_screen;
pub(crate) use settings::checked as checked_settings;
pub(crate) use views::{check_views, read_scope, read_sort};
pub(crate) use webhooks::webhook_url;
pub use webhooks::{INBOUND_PATH, STATUS_PATH, WebhookCredentials, WebhookDoor};

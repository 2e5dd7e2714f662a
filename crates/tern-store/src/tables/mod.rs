//! Reading and writing, one file per table.
//!
//! Each file owns the statements of its table and the types that come out of it. None decides anything: what
//! is written here was planned by the rules.

pub(crate) mod alerts;
pub(crate) mod bot_sessions;
pub(crate) mod carrier_wipes;
pub(crate) mod conversations;
pub(crate) mod desk;
pub(crate) mod diagnostics;
pub(crate) mod documents;
pub(crate) mod drafts;
pub(crate) mod elevations;
pub(crate) mod event_log;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod facts;
pub(crate) mod figures;
pub(crate) mod glances;
pub(crate) mod histories;
pub(crate) mod import;
pub(crate) mod interactions;
pub(crate) mod journal;
pub(crate) mod legal_holds;
pub(crate) mod masks;
pub(crate) mod media;
pub(crate) mod media_fetches;
pub(crate) mod message_writes;
pub(crate) mod messages;
pub(crate) mod messaging_actions;
pub(crate) mod notes;
pub(crate) mod notices;
pub(crate) mod notification_recipients;
pub(crate) mod notification_runs;
pub(crate) mod notifications;
pub(crate) mod outbox;
pub(crate) mod past;
pub(crate) mod people;
pub(crate) mod profiles;
pub(crate) mod record_writes;
pub(crate) mod records;
pub(crate) mod retention;
pub(crate) mod retention_look;
pub(crate) mod retention_writes;
pub(crate) mod routing_config;
pub(crate) mod saved_views;
pub(crate) mod scrub;
pub(crate) mod subscriptions;
pub(crate) mod threads;
pub(crate) mod timers;
pub(crate) mod topics;
pub(crate) mod under_way;
pub(crate) mod values;
pub(crate) mod verifications;
pub(crate) mod work_items;
pub(crate) mod wrap_ups;

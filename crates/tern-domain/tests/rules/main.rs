//! The numbered rules, each proven through the crate's public functions. A test is named after its rule.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod bot;
mod replay;
mod samples;
mod subscription;
mod support;
mod wrapping;

mod act;
mod addresses;
mod agents;
mod alerts;
mod arrival;
mod card;
mod carrier_errors;
mod condition;
mod connecting;
mod days;
mod delivery;
mod desk;
mod estimate;
mod events;
mod floor;
mod golden;
mod history_import;
mod holds;
mod hours;
mod insights;
mod live_group;
mod messaging_action;
mod mood;
mod notification;
mod notification_golden;
mod notification_recipients;
mod notification_text;
mod opt_out;
mod outbox;
mod outbox_rows;
mod people;
mod profile_properties;
mod profiles;
mod proof;
mod proof_by_text;
mod properties;
mod queue_texts;
mod quiet_hours;
mod recipient;
mod replies;
mod retention;
mod routing;
mod routing_choice;
mod routing_properties;
mod schedule;
mod screening;
mod segments;
mod send;
mod topic_file;
mod transcript;
mod uncertain;
mod unlinking;
mod verification;
mod virtual_agent;
mod work_items;
mod wrap_up;
mod wrap_up_rules;

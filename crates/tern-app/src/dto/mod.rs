//! What crosses to a window: plain, serialisable twins of domain types, and nothing else.
//!
//! They are apart from the domain on purpose: a rule may be renamed without breaking a window,
//! and a window can never receive a secret because no type here can hold one on the way out.
//! TypeScript is generated from this folder (`cargo xtask codegen`).
//!
//! Conventions: instants are UTC milliseconds; numbers stay below 2^53; ids of messages are UUIDs,
//! a conversation's id is this laptop's own integer.

mod account;
mod alerts;
mod app_lock;
mod backup;
mod card;
mod condition;
mod configuration;
mod conversation;
mod desk;
mod export;
mod file_key;
mod handover;
mod history;
mod history_import;
mod identity;
mod insights;
mod insights_behind;
mod jobs;
mod live_group;
mod message;
mod messaging_action;
mod notification;
mod past;
mod people;
mod place;
mod practice;
mod record;
mod replies;
mod retention;
mod routing;
mod screening;
mod search;
mod settings;
mod status;
mod subscription;
mod team;
mod topic;
mod topic_figures;
mod topic_try;
mod verification;
mod work;
mod wrap_up;

pub use account::*;
pub use alerts::*;
pub use app_lock::*;
pub use backup::*;
pub use card::*;
pub use condition::*;
pub use configuration::*;
pub use conversation::*;
pub use desk::*;
pub use export::*;
pub use file_key::*;
pub use handover::*;
pub use history::*;
pub use history_import::*;
pub use identity::*;
pub use insights::*;
pub use insights_behind::*;
pub use jobs::*;
pub use live_group::*;
pub use message::*;
pub use messaging_action::*;
pub use notification::*;
pub use past::*;
pub use people::*;
pub use place::*;
pub use practice::*;
pub use record::*;
pub use replies::*;
pub use retention::*;
pub use routing::*;
pub use screening::*;
pub use search::*;
pub use settings::*;
pub use status::*;
pub use subscription::*;
pub use team::*;
pub use topic::*;
pub use topic_figures::*;
pub use topic_try::*;
pub use verification::*;
pub use work::*;
pub use wrap_up::*;

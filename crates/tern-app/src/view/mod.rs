//! From stored rows to what a window gets: words, marks and masks, no decisions.

pub(crate) mod alerts;
pub(crate) mod card;
pub(crate) mod condition;
pub(crate) mod consent;
pub(crate) mod conversation;
pub(crate) mod delivery;
pub(crate) mod media;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod notification;
pub(crate) mod person;
pub(crate) mod removal;
pub(crate) mod routing;
pub(crate) mod team;
pub(crate) mod topic;
pub(crate) mod topic_try;
pub(crate) mod wrap_up;

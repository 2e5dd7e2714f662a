//! What Tern ships, as files: the parts of every conversation (V-28), and topics that a small team can use on
//! its first day, with the tables they read and fill.

use super::file::TopicFile;
use super::record::RecordTable;

const SETUP: [&str; 10] = [
    include_str!("setup/greeting.json"),
    include_str!("setup/capabilities.json"),
    include_str!("setup/fallback.json"),
    include_str!("setup/live_agent_support.json"),
    include_str!("setup/link_account.json"),
    include_str!("setup/reset_verification.json"),
    include_str!("setup/error_handling.json"),
    include_str!("setup/anything_else.json"),
    include_str!("setup/survey.json"),
    include_str!("setup/closing.json"),
];

/// The shipped parts, in the order of a conversation.
#[must_use]
pub fn shipped_setup_topics() -> Vec<TopicFile> {
    SETUP
        .iter()
        .filter_map(|text| TopicFile::read(text).ok())
        .collect()
}

const READY: [&str; 6] = [
    include_str!("ready/hours_and_location.json"),
    include_str!("ready/order_status.json"),
    include_str!("ready/my_orders.json"),
    include_str!("ready/report_problem.json"),
    include_str!("ready/call_back.json"),
    include_str!("ready/leave_feedback.json"),
];

/// Topics to start with. A team takes what it needs and puts in its own words.
#[must_use]
pub fn ready_topics() -> Vec<TopicFile> {
    READY
        .iter()
        .filter_map(|text| TopicFile::read(text).ok())
        .collect()
}

/// The tables that the ready topics read and fill.
#[must_use]
pub fn ready_tables() -> Vec<RecordTable> {
    serde_json::from_str(include_str!("ready/tables.json")).unwrap_or_default()
}

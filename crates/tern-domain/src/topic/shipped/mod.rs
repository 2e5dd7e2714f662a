//! The parts of every conversation that Tern ships (V-28), as topic files.

use super::file::TopicFile;

const SETUP: [&str; 8] = [
    include_str!("setup/greeting.json"),
    include_str!("setup/capabilities.json"),
    include_str!("setup/fallback.json"),
    include_str!("setup/live_agent_support.json"),
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

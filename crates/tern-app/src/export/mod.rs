//! Writing an export: what is read, how it is put, and the file that comes of it.
//!
//! Reads the open file in pages, each in a transaction of its own, between positions that were fixed at the start:
//! what comes in meanwhile is not in it, and what is removed meanwhile is gone from what is read afterwards. Memory
//! does not grow with the number of texts. It decides nothing about what belongs in a transcript: H-12 does.

mod key;
mod leftovers;
mod record;
mod refusals;
mod render;
mod source;
mod write;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use tern_archive::Counts;
use tern_domain::export::ExportOf;
use tern_domain::transcript::Transcript;
use tern_domain::{AgentId, ConversationId};
use tern_store::{Positions, SearchQuery};

pub(crate) use key::find_or_make;
pub(crate) use leftovers::remove_leftovers;
pub(crate) use refusals::place_words;
pub(crate) use write::write;

/// Everything that an export was asked for with, and what was true when it began.
pub(crate) struct ExportPlan {
    /// What to read.
    pub(crate) reads: Reads,
    /// What is recorded of it.
    pub(crate) of: ExportOf,
    /// What it is about, in words.
    pub(crate) about: String,
    /// Name of the file, without its ending.
    pub(crate) stem: String,
    /// Which transcript.
    pub(crate) transcript: Transcript,
    /// Pages to read.
    pub(crate) pages: bool,
    /// Lines for programs.
    pub(crate) lines: bool,
    /// A table.
    pub(crate) table: bool,
    /// Pictures and files.
    pub(crate) pictures: bool,
    /// Between these positions.
    pub(crate) positions: Positions,
    /// The end of the event log.
    pub(crate) log: (i64, [u8; 32]),
    /// Texts of one pass, where that is known.
    pub(crate) texts: Option<u64>,
    /// What agents are called.
    pub(crate) names: BTreeMap<AgentId, String>,
    /// What topics are called today.
    pub(crate) topics: BTreeMap<String, String>,
    /// Who exports.
    pub(crate) agent: AgentId,
    /// When.
    pub(crate) now: tern_domain::UtcMillis,
    /// Which version of Tern.
    pub(crate) version: String,
    /// Whose times pages show.
    pub(crate) zone: TimeZone,
    /// Files besides: names and contents.
    pub(crate) extra: Vec<(&'static str, String)>,
}

/// What an export reads.
pub(crate) enum Reads {
    /// Conversations, one after the other.
    Conversations(Vec<ConversationId>),
    /// What a search finds, newest first.
    Found(SearchQuery),
}

impl ExportPlan {
    pub(crate) fn name_of(&self, agent: AgentId) -> String {
        self.names
            .get(&agent)
            .cloned()
            .unwrap_or_else(|| "An agent".to_owned())
    }

    /// How often all texts are read.
    pub(crate) fn passes(&self) -> u64 {
        [self.pages, self.lines, self.table, self.pictures]
            .into_iter()
            .map(u64::from)
            .sum()
    }
}

impl ExportPlan {
    fn now_words(&self) -> String {
        jiff::Timestamp::from_millisecond(self.now.0)
            .unwrap_or_default()
            .to_zoned(self.zone.clone())
            .strftime("%-d %B %Y, %H:%M")
            .to_string()
    }

    fn zone_words(&self) -> String {
        self.zone.iana_name().unwrap_or("local time").to_owned()
    }
}

/// As UTC by RFC 3339.
fn instant(at: tern_domain::UtcMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or_default()
        .to_string()
}

/// What came of it, for whoever waits for it.
fn done_words(counts: Counts) -> String {
    let of = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let mut words = of(counts.texts, "text", "texts");
    if counts.attached > 0 {
        words = format!(
            "{words} and {}",
            of(counts.attached, "picture or file", "pictures and files")
        );
    }
    let missing = match counts.missing {
        0 => String::new(),
        count => format!(
            " {} not on this laptop.",
            of(count, "picture is", "pictures are")
        ),
    };
    format!("{words} exported and signed.{missing}")
}

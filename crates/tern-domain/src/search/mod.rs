//! The language of searches: words, "phrases", what must not be in, and operators such as `from:anna`.
//!
//! [`read_search`] reads whatever was typed and never fails: an operator that makes no sense is told in words and
//! left out, and the rest still searches. [`suggest()`] completes what is being typed, by the same table of
//! operators. Owns the words of the language; it refuses to know how anything is found.

mod days;
mod operator;
mod read;
mod script;
mod suggest;
#[cfg(test)]
mod tests;

pub use days::{DaySpan, read_days};
pub use operator::Operator;
pub use read::{plain_terms, read_search};
pub use script::is_unspaced;
pub use suggest::{Suggestion, suggest};

use crate::ids::AgentId;
use crate::time::UtcMillis;
use crate::topic::TopicName;

/// More words than anybody types; a pasted page must not become a slow query.
pub const MOST_WORDS: usize = 16;
/// Longer than anything typed, in characters.
pub const LONGEST_SEARCH: usize = 1000;

/// Words that a text has to have, or must not have, beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerm {
    /// A word, or a phrase.
    pub words: String,
    /// It may go on: the last word while it is being typed.
    pub is_open: bool,
    /// `-word`: the text must not have it.
    pub is_excluded: bool,
}

/// Who wrote a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The requester.
    Requester,
    /// Anybody of the team, and the virtual agent.
    Team,
    /// The virtual agent.
    VirtualAgent,
    /// This agent.
    Agent(AgentId),
}

/// Where the conversation is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchState {
    /// It waits for somebody.
    New,
    /// Somebody has it.
    Ongoing,
    /// The virtual agent has it.
    WithVirtualAgent,
    /// It sleeps.
    Snoozed,
    /// Nothing is open.
    Done,
}

/// What operators ask for. Everything has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFilters {
    /// Who wrote it.
    pub sender: Option<Sender>,
    /// A piece of the requester's number.
    pub number: Option<String>,
    /// A piece of the requester's name.
    pub person: Option<String>,
    /// Not before.
    pub from: Option<UtcMillis>,
    /// Before.
    pub until: Option<UtcMillis>,
    /// With pictures, or without.
    pub has_picture: Option<bool>,
    /// Where its conversation is.
    pub state: Option<SearchState>,
    /// The topic of the virtual agent that ran in its interaction.
    pub topic: Option<TopicName>,
    /// Notes instead of texts.
    pub is_note: bool,
    /// Nobody has read it.
    pub is_unread: bool,
    /// It did not reach the requester.
    pub is_failed: bool,
}

/// An operator as it stands in what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPart {
    /// What it asks for, in words: "From Anna".
    pub words: String,
    /// What was typed without it.
    pub without: String,
}

/// Why a part of what was typed is left out. The words are for the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchProblem {
    /// An operator without a value, with an example of one.
    #[error("{operator}: needs a word after it, such as {example}")]
    NoValue {
        /// Its name.
        operator: &'static str,
        /// One that makes sense.
        example: &'static str,
    },
    /// A value that the operator does not know.
    #[error("{operator}:{value} is not known; try {example}")]
    UnknownValue {
        /// Its name.
        operator: &'static str,
        /// What was typed, cut to what can be shown.
        value: String,
        /// One that makes sense.
        example: &'static str,
    },
    /// Nobody of the team is called so.
    #[error("nobody in the team is called “{name}”")]
    NobodyCalled {
        /// What was typed.
        name: String,
    },
    /// More than one of the team could be meant.
    #[error("more than one in the team could be “{name}”; type more of the name")]
    SeveralCalled {
        /// What was typed.
        name: String,
    },
    /// The virtual agent has no such topic.
    #[error("the virtual agent has no topic called “{name}”")]
    NoTopicCalled {
        /// What was typed.
        name: String,
    },
    /// More than one topic could be meant.
    #[error("more than one topic could be “{name}”; type more of the name")]
    SeveralTopics {
        /// What was typed.
        name: String,
    },
    /// Minus before an operator that cannot be turned round.
    #[error("{operator}: cannot be turned round with a minus")]
    NotExcludable {
        /// Its name.
        operator: &'static str,
    },
    /// The dates leave nothing.
    #[error("no day is both after and before these dates")]
    NoDayLeft,
    /// More than [`MOST_WORDS`] or [`LONGEST_SEARCH`].
    #[error("only the beginning of this long search counts")]
    TooLong,
}

/// What was typed, as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The words.
    pub terms: Vec<SearchTerm>,
    /// What operators ask for.
    pub filters: SearchFilters,
    /// The operators, in their order.
    pub parts: Vec<SearchPart>,
    /// What was left out and why.
    pub problems: Vec<SearchProblem>,
}

impl SearchText {
    /// The words that are looked for, without quotes and operators: also a piece of a name or a number.
    #[must_use]
    pub fn fragment(&self) -> String {
        let words = self.terms.iter().filter(|term| !term.is_excluded);
        words
            .map(|term| term.words.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Asks for something.
    #[must_use]
    pub fn is_question(&self) -> bool {
        !self.terms.is_empty() || self.filters != SearchFilters::default()
    }
}

/// The names that operators can name.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// Who is typing.
    pub me: AgentId,
    /// The team.
    pub agents: &'a [(AgentId, String)],
    /// The virtual agent's topics: internal name, and the name that people see.
    pub topics: &'a [(TopicName, String)],
}

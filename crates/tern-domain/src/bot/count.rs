//! What is counted of topics: their figures, and the path on their canvas.

use serde::{Deserialize, Serialize};

use crate::time::UtcMillis;
use crate::topic::{BotFact, BotSession, FrameCause, NodeId, TopicName, TopicVersion};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TopicFact {
    /// It began; of a part of every conversation: it was said.
    Started,
    /// A node was reached.
    Reached,
    /// An answer to a node did not fit (V-19).
    Rejected,
    /// An option of a node was picked.
    Picked,
    /// The requester wrote while it ran.
    Turn,
    /// It ran to its end.
    Completed,
    /// It ended before its end, at a node.
    Abandoned,
    /// It gave the conversation to a person, at a node.
    HandedOver,
    /// It failed at a node.
    Failed,
    /// No topic was found for a text. Of no topic.
    NotUnderstood,
}

impl TopicFact {
    /// Every fact.
    pub const ALL: [Self; 10] = [
        Self::Started,
        Self::Reached,
        Self::Rejected,
        Self::Picked,
        Self::Turn,
        Self::Completed,
        Self::Abandoned,
        Self::HandedOver,
        Self::Failed,
        Self::NotUnderstood,
    ];

    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Reached => "reached",
            Self::Rejected => "rejected",
            Self::Picked => "picked",
            Self::Turn => "turn",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
            Self::HandedOver => "handed_over",
            Self::Failed => "failed",
            Self::NotUnderstood => "not_understood",
        }
    }

    /// Reads the stored word: the fact and the option that it is about.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<(Self, Option<&str>)> {
        let (word, option) = match word.split_once(OPTION) {
            Some((word, option)) => (word, Some(option)),
            None => (word, None),
        };
        let fact = Self::ALL.into_iter().find(|fact| fact.as_str() == word)?;
        Some((fact, option))
    }
}

/// One thing to add to the figures of a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicCount {
    /// Which topic; empty where it was none.
    pub topic: TopicName,
    /// Which version of it.
    pub version: TopicVersion,
    /// The day, in UTC, since 1970-01-01.
    pub day: i64,
    /// What happened.
    pub fact: TopicFact,
    /// Where; `None` = the topic as a whole.
    pub node: Option<NodeId>,
    /// Which option, of [`TopicFact::Picked`]: its value.
    pub option: Option<String>,
}

/// Between the fact and its option in the stored word.
const OPTION: char = ':';

impl TopicCount {
    /// The stored word: the fact's, and the option that it is about.
    #[must_use]
    pub fn to_stored(&self) -> String {
        let fact = self.fact.as_str();
        match &self.option {
            Some(option) => format!("{fact}{OPTION}{option}"),
            None => fact.to_owned(),
        }
    }
}

/// What a turn's facts add to the figures.
#[must_use]
pub fn counts<'f>(facts: impl IntoIterator<Item = &'f BotFact>, now: UtcMillis) -> Vec<TopicCount> {
    let day = now.0.div_euclid(DAY);
    facts
        .into_iter()
        .filter_map(|fact| {
            let option = match fact {
                BotFact::OptionPicked { option, .. } => Some(option.clone()),
                _ => None,
            };
            let (topic, version, fact, node) = match fact {
                BotFact::TopicStarted { topic, version, .. } => {
                    (topic.clone(), *version, TopicFact::Started, None)
                }
                BotFact::TopicCompleted { topic, version } => {
                    (topic.clone(), *version, TopicFact::Completed, None)
                }
                BotFact::NodeReached(place) => at(place, TopicFact::Reached),
                BotFact::AnswerRejected(place) => at(place, TopicFact::Rejected),
                BotFact::OptionPicked { place, .. } => at(place, TopicFact::Picked),
                BotFact::TopicAbandoned(place) => at(place, TopicFact::Abandoned),
                BotFact::TopicHandedOver(place) => at(place, TopicFact::HandedOver),
                BotFact::TopicFailed { place, .. } => at(place, TopicFact::Failed),
                BotFact::NotUnderstood => (String::new(), 0, TopicFact::NotUnderstood, None),
                BotFact::SetupReached(part) => {
                    (part.name().to_owned(), 0, TopicFact::Started, None)
                }
                BotFact::LeftUnanswered(_) => return None,
            };
            Some(TopicCount {
                topic,
                version,
                day,
                fact,
                node,
                option,
            })
        })
        .collect()
}

fn at(
    place: &crate::topic::NodePlace,
    fact: TopicFact,
) -> (TopicName, TopicVersion, TopicFact, Option<NodeId>) {
    (
        place.topic.clone(),
        place.version,
        fact,
        Some(place.node.clone()),
    )
}

/// The turn of the topic that a text was said in, below the parts of every conversation.
pub(super) fn turn_of(before: &BotSession, now: UtcMillis) -> Option<TopicCount> {
    let served = before
        .frames
        .iter()
        .rev()
        .find(|frame| !matches!(frame.cause, FrameCause::Setup { .. }))?;
    Some(TopicCount {
        topic: served.topic.clone(),
        version: served.version,
        day: now.0.div_euclid(DAY),
        fact: TopicFact::Turn,
        node: None,
        option: None,
    })
}

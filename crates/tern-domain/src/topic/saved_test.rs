//! Saved tests: a conversation that was tried once, with what the phone showed, to be run again before a topic
//! is published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Unknown;
use super::io::{BotInput, BotReply, NodePlace, Ticket};
use super::run::turn;
use super::session::{BotSession, Phase};
use super::set::TopicSet;
use super::value::BotValue;
use crate::time::{Millis, UtcMillis};

/// A conversation and what it has to look like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedTest {
    /// Its name for people.
    pub name: String,
    /// The session's seed, so that alternates are chosen as they were.
    pub seed: u64,
    /// When it began.
    pub began_at: UtcMillis,
    /// What was known about the conversation.
    #[serde(default)]
    pub known: BTreeMap<String, BotValue>,
    /// Its inputs in order, with what the requester got.
    pub steps: Vec<SavedStep>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One turn of a saved test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedStep {
    /// How long after the turn before.
    pub after: Millis,
    /// What was known by then and not before, such as a later time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub known: BTreeMap<String, BotValue>,
    /// What went in. The ticket of an answer does not matter: it goes to whatever is waited for.
    pub input: BotInput,
    /// What the requester got.
    pub replies: Vec<BotReply>,
}

/// A turn that no longer looks as it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which step, from 0.
    pub step: usize,
    /// The node that says something else now, or that said what is missing.
    pub node: Option<NodePlace>,
    /// What was saved.
    pub expected: Vec<BotReply>,
    /// What is said now.
    pub actual: Vec<BotReply>,
}

impl SavedTest {
    /// Runs it. Empty if the phone shows the same bytes in every turn.
    #[must_use]
    pub fn differences(&self, topics: &TopicSet) -> Vec<Difference> {
        let mut found = Vec::new();
        self.replay(topics, |step, actual| {
            let expected = self
                .steps
                .get(step)
                .map(|it| it.replies.as_slice())
                .unwrap_or_default();
            if !look_alike(expected, &actual) {
                found.push(Difference {
                    step,
                    node: node_at_fault(expected, &actual),
                    expected: expected.to_vec(),
                    actual,
                });
            }
        });
        found
    }

    /// The same conversation with what the phone shows now: what accepting a change saves.
    #[must_use]
    pub fn accepted(&self, topics: &TopicSet) -> Self {
        let mut accepted = self.clone();
        let mut replies = Vec::new();
        self.replay(topics, |_, actual| replies.push(actual));
        for (step, actual) in accepted.steps.iter_mut().zip(replies) {
            step.replies = actual;
        }
        accepted
    }

    /// The same test of a topic that has another name now.
    #[must_use]
    pub fn renamed(&self, from: &str, to: &str) -> Self {
        let mut renamed = self.clone();
        for step in &mut renamed.steps {
            match &mut step.input {
                BotInput::StartAt { topic, .. } | BotInput::AutopilotBegin { topic }
                    if topic == from =>
                {
                    to.clone_into(topic);
                }
                _ => {}
            }
        }
        renamed
    }

    fn replay(&self, topics: &TopicSet, mut see: impl FnMut(usize, Vec<BotReply>)) {
        let mut now = self.began_at;
        let mut session = BotSession::new(self.seed, now);
        session.known.clone_from(&self.known);
        for (index, step) in self.steps.iter().enumerate() {
            now = now + step.after;
            let later = step.known.iter();
            session
                .known
                .extend(later.map(|(name, value)| (name.clone(), value.clone())));
            let awaited = match session.phase {
                Phase::Waiting { ticket } => ticket,
                _ => session.last_ticket,
            };
            let result = turn(
                topics,
                session,
                with_ticket(step.input.clone(), awaited),
                now,
            );
            session = result.session;
            see(index, result.replies);
        }
    }
}

fn with_ticket(input: BotInput, ticket: Ticket) -> BotInput {
    match input {
        BotInput::LookedUp { rows, .. } => BotInput::LookedUp { ticket, rows },
        BotInput::Saved { row, .. } => BotInput::Saved { ticket, row },
        BotInput::Requested { body, .. } => BotInput::Requested { ticket, body },
        BotInput::Verified { outcome, roles, .. } => BotInput::Verified {
            ticket,
            outcome,
            roles,
        },
        BotInput::PauseOver { .. } => BotInput::PauseOver { ticket },
        BotInput::Inspected { media, .. } => BotInput::Inspected { ticket, media },
        other => other,
    }
}

/// What the phone shows is the same. Which version of a topic said it does not matter.
fn look_alike(expected: &[BotReply], actual: &[BotReply]) -> bool {
    expected.len() == actual.len()
        && expected
            .iter()
            .zip(actual)
            .all(|(left, right)| same(left, right))
}

fn same(left: &BotReply, right: &BotReply) -> bool {
    left.text == right.text && left.pictures == right.pictures && left.alt_text == right.alt_text
}

fn node_at_fault(expected: &[BotReply], actual: &[BotReply]) -> Option<NodePlace> {
    let alike = expected
        .iter()
        .zip(actual)
        .take_while(|(left, right)| same(left, right))
        .count();
    let reply = actual.get(alike).or_else(|| expected.get(alike))?;
    reply.node.clone()
}

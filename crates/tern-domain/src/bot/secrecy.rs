//! Secure answers (V-20): what of a text may be stored, decided before it is.

use std::collections::BTreeSet;

use crate::time::UtcMillis;
use crate::topic::{
    BotEffect, BotFact, BotInput, BotSession, CompiledTopic, NodePlace, Phase, Said, SetupTopic,
    TopicSet, Unanswered, turn,
};

/// What stands in a thread for an answer that nobody is to read. It tells no length.
pub const HIDDEN_ANSWER: &str = "••••••";
/// What the note on such a text calls it.
pub const SECURE_ANSWER: &str = "Secure answer";
/// The same of a PIN or a code that proves who somebody is (L-3).
pub const PROOF_ENTRY: &str = "PIN entry";
/// The same of a text with a code in it (L-2).
pub const SENT_CODE: &str = "Code";

/// How a text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// As it came.
    Open,
    /// It answers a secure question, or tries to: it is heard and not kept.
    Hidden,
    /// It would have to be kept until the topic goes on, and may answer a secure question then: neither kept
    /// nor heard. The question will be put, and answered anew.
    Unheard,
    /// No question is open any more, and it looks like one more try at the secure one that was the last: not
    /// kept, and nothing is searched with it.
    Masked,
}

/// Whether a text may be stored. `session` is as the text finds it.
///
/// What the machine takes as a secure answer is hidden here in every case: a secure question is answered by
/// texts alone that find it open, never by one that waited (see `turn`). What waits is hidden if it may be
/// meant for a secure question that has yet to be put.
#[must_use]
pub fn secrecy(topics: &TopicSet, session: &BotSession, said: &Said, now: UtcMillis) -> Secrecy {
    let take = || {
        // A person gets a late text, and nobody is answered who cannot be: what they wrote is as secret.
        let said = Said {
            late: false,
            unanswerable: false,
            ..said.clone()
        };
        turn(topics, session.clone(), BotInput::Said(said), now)
    };
    match session.phase {
        Phase::Asking(_) if at_secure_question(topics, session) => {
            let place = session.place();
            let is_tried = take().effects.iter().any(|effect| match effect {
                BotEffect::SecureAnswer { .. } => true,
                BotEffect::Verify { factor, .. } => factor.is_some(),
                BotEffect::Fact(BotFact::AnswerRejected(at)) => Some(at) == place.as_ref(),
                _ => false,
            });
            if is_tried {
                Secrecy::Hidden
            } else {
                Secrecy::Open
            }
        }
        Phase::Waiting { .. } if may_ask_secretly(topics, session) => {
            let after = take();
            let too_many = BotEffect::Fact(BotFact::LeftUnanswered(Unanswered::TooMany));
            if after.session.queued.len() > session.queued.len()
                || after.effects.contains(&too_many)
            {
                Secrecy::Unheard
            } else {
                Secrecy::Open
            }
        }
        Phase::Idle { .. } if is_like_a_code(said) && was_asked_secretly(topics, session) => {
            let is_lost = BotEffect::Fact(BotFact::NotUnderstood);
            if take().effects.contains(&is_lost) {
                Secrecy::Masked
            } else {
                Secrecy::Open
            }
        }
        _ => Secrecy::Open,
    }
}

/// Whether the next text may be one that is not to be stored. Says so of some that are (commands, for example);
/// never the other way round.
#[must_use]
pub fn may_hear_secret(topics: &TopicSet, session: &BotSession) -> bool {
    match session.phase {
        Phase::Asking(_) => at_secure_question(topics, session),
        Phase::Waiting { .. } => may_ask_secretly(topics, session),
        Phase::Idle { .. } => was_asked_secretly(topics, session),
        _ => false,
    }
}

/// A single word with a digit in it, as a number that somebody types twice.
fn is_like_a_code(said: &Said) -> bool {
    let text = said.text.as_str().trim();
    !text.contains(char::is_whitespace) && text.bytes().any(|it| it.is_ascii_digit())
}

/// The last node of a topic that was reached is a secure question.
fn was_asked_secretly(topics: &TopicSet, session: &BotSession) -> bool {
    let is_part = |place: &&NodePlace| SetupTopic::ALL.iter().any(|it| it.name() == place.topic);
    let asks = |place: &NodePlace| {
        topics
            .version(&place.topic, place.version)
            .and_then(|topic| topic.node(&place.node))
            .is_some_and(|node| node.kind.asks_secretly())
    };
    let mut newest_first = session.path.iter().rev();
    newest_first
        .find(|place| !is_part(place) || asks(place))
        .is_some_and(asks)
}

fn at_secure_question(topics: &TopicSet, session: &BotSession) -> bool {
    session
        .frames
        .last()
        .and_then(|frame| {
            topics
                .version(&frame.topic, frame.version)?
                .node(&frame.node)
        })
        .is_some_and(|node| node.kind.asks_secretly())
}

/// A topic that runs, or one that it calls or jumps to, or a part of every conversation, or a topic that a
/// waiting text may find, asks secretly.
fn may_ask_secretly(topics: &TopicSet, session: &BotSession) -> bool {
    let parts = topics
        .settings()
        .includes
        .iter()
        .filter_map(|part| topics.published(part.name()));
    let found_later = topics.all_published().filter(|topic| {
        let mut waiting = session.queued.iter();
        waiting.any(|said| topic.is_named_in(said.text.as_str()))
    });
    let mut to_look_at: Vec<&CompiledTopic> = session
        .frames
        .iter()
        .filter_map(|frame| topics.version(&frame.topic, frame.version))
        .chain(parts)
        .chain(found_later)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(topic) = to_look_at.pop() {
        if !seen.insert((topic.name(), topic.version())) {
            continue;
        }
        for node in &topic.file().nodes {
            if node.kind.asks_secretly() {
                return true;
            }
            let next = node.other_topic().and_then(|it| topics.published(it));
            to_look_at.extend(next);
        }
    }
    false
}

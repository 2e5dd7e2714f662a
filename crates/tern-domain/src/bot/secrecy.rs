//! Secure answers (V-20): what of a text may be stored, decided before it is.

use std::collections::BTreeSet;

use crate::time::UtcMillis;
use crate::topic::{
    BotEffect, BotFact, BotInput, BotSession, CompiledTopic, NodeKind, Phase, Said, TopicSet, turn,
};

/// What stands in a thread for an answer that nobody is to read. It tells no length.
pub const HIDDEN_ANSWER: &str = "••••••";
/// What the note on such a text calls it.
pub const SECURE_ANSWER: &str = "Secure answer";

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
}

/// Whether a text may be stored. `session` is as the text finds it.
#[must_use]
pub fn secrecy(topics: &TopicSet, session: &BotSession, said: &Said, now: UtcMillis) -> Secrecy {
    let is_waiting = matches!(session.phase, Phase::Waiting { .. });
    let asks_secretly = match session.phase {
        Phase::Asking(_) => at_secure_question(topics, session),
        Phase::Waiting { .. } => may_ask_secretly(topics, session),
        _ => false,
    };
    if !asks_secretly {
        return Secrecy::Open;
    }
    let queued = session.queued.len();
    let place = session.place();
    let after = turn(topics, session.clone(), BotInput::Said(said.clone()), now);
    if is_waiting {
        return if after.session.queued.len() > queued {
            Secrecy::Unheard
        } else {
            Secrecy::Open
        };
    }
    let tried = after.effects.iter().any(|effect| match effect {
        BotEffect::SecureAnswer { .. } => true,
        BotEffect::Fact(BotFact::AnswerRejected(at)) => Some(at) == place.as_ref(),
        _ => false,
    });
    if tried {
        Secrecy::Hidden
    } else {
        Secrecy::Open
    }
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
        .is_some_and(|node| is_secure(&node.kind))
}

fn is_secure(kind: &NodeKind) -> bool {
    kind.input().is_some_and(|input| input.secure)
}

/// A topic that runs, or one that it calls or jumps to, or a part of every conversation, asks secretly.
fn may_ask_secretly(topics: &TopicSet, session: &BotSession) -> bool {
    let parts = topics
        .settings()
        .includes
        .iter()
        .filter_map(|part| topics.published(part.name()));
    let mut to_look_at: Vec<&CompiledTopic> = session
        .frames
        .iter()
        .filter_map(|frame| topics.version(&frame.topic, frame.version))
        .chain(parts)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(topic) = to_look_at.pop() {
        if !seen.insert((topic.name(), topic.version())) {
            continue;
        }
        for node in &topic.file().nodes {
            if is_secure(&node.kind) {
                return true;
            }
            let next = match &node.kind {
                NodeKind::Block(block) => &block.topic,
                NodeKind::Jump(jump) => &jump.topic,
                _ => continue,
            };
            to_look_at.extend(topics.published(next));
        }
    }
    false
}

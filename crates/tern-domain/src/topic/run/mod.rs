//! The machine: one turn of a conversation.
//!
//! `walk` runs nodes until something has to be waited for; `hear` says what a text means to the open
//! question, `command` and `discover` what it means otherwise; `frames` keeps the stack of topics.

mod act;
mod answer;
mod ask;
mod command;
mod discover;
mod frames;
mod handover;
mod hear;
mod inspect;
mod lists;
mod odd;
mod offer;
mod reply;
mod verify;
mod walk;
mod yes_no;

pub use reply::card_text;

use std::collections::BTreeMap;

use super::compile::CompiledTopic;
use super::io::{BotEffect, BotFact, BotInput, BotReply, NodePlace, Said, Ticket, Turn};
use super::session::{BotSession, Frame, FrameCause, Phase};
use super::set::TopicSet;
use super::value::BotValue;
use super::{CUSTOMER_LANGUAGE, NodeId, SetupTopic};
use crate::interaction::CloseReason;
use crate::language::Language;
use crate::time::UtcMillis;

/// Takes one input. Never fails: what goes wrong in a topic is part of the conversation (V-28).
///
/// The same arguments give the same bytes. `now` may jump in both directions.
#[must_use]
pub fn turn(topics: &TopicSet, session: BotSession, input: BotInput, now: UtcMillis) -> Turn {
    let mut machine = Machine {
        topics,
        session,
        now,
        replies: Vec::new(),
        effects: Vec::new(),
    };
    machine.know_language(&input);
    machine.take(input);
    machine.drain();
    Turn {
        session: machine.session,
        replies: machine.replies,
        effects: machine.effects,
    }
}

struct Machine<'t> {
    topics: &'t TopicSet,
    session: BotSession,
    now: UtcMillis,
    replies: Vec<BotReply>,
    effects: Vec<BotEffect>,
}

impl Machine<'_> {
    fn take(&mut self, input: BotInput) {
        match input {
            BotInput::Closed => self.close_silently(),
            _ if self.session.phase == Phase::Ended => {}
            BotInput::Begin { first } => self.begin(first),
            // Nothing starts over the head of a person.
            BotInput::StartAt { .. } if self.session.is_silent() => {}
            BotInput::StartAt {
                topic,
                node,
                variables,
            } => {
                self.watch_silence();
                self.session.engaged = true;
                self.abandon_all();
                self.start_topic(&topic, node, variables, FrameCause::Asked);
            }
            BotInput::OfferWaiting => self.begin_with_waiting(),
            BotInput::Said(said) => self.said(said),
            BotInput::LookedUp { ticket, rows } => {
                if self.is_awaited(ticket) {
                    self.on_rows(rows);
                }
            }
            BotInput::Saved { ticket, row } => {
                if self.is_awaited(ticket) {
                    self.on_saved(row);
                }
            }
            BotInput::Requested { ticket, body } => {
                if self.is_awaited(ticket) {
                    self.on_answer(body.as_ref());
                }
            }
            BotInput::Verified {
                ticket,
                outcome,
                roles,
            } => {
                if self.is_awaited(ticket) {
                    self.on_verified(outcome, roles);
                }
            }
            BotInput::Unverified => self.on_unverified(),
            BotInput::StartProved { .. } if self.session.is_silent() => {}
            BotInput::StartProved { topic, variables } => self.start_proved(topic, variables),
            BotInput::PauseOver { ticket } => {
                if self.is_awaited(ticket) {
                    self.on_pause_over();
                }
            }
            BotInput::Inspected { ticket, media } => {
                if self.is_awaited(ticket) {
                    self.on_inspected(media);
                }
            }
            BotInput::Silence => self.on_silence(),
            BotInput::HandedOver => self.on_handed_over(),
            BotInput::HandOverRefused { words } => self.on_refused(words),
            BotInput::AgentAccepted => self.on_agent(),
            BotInput::HandedBack => self.on_handed_back(),
            BotInput::AutopilotBegin { topic } => self.on_autopilot(&topic),
            BotInput::AutopilotStop => self.end_autopilot(false),
        }
    }

    /// V-37: the first words alone tell the language, and topics may ask for it like for any fact. The caller
    /// tells the others before each turn, so that it is put beside them each time.
    fn know_language(&mut self, input: &BotInput) {
        let first = match input {
            BotInput::Begin { first } | BotInput::Said(first) => Some(first),
            _ => None,
        };
        if let (Phase::New, Some(first)) = (&self.session.phase, first) {
            self.session.language = Language::of(first.text.as_str());
        }
        if let Some(language) = self.session.language {
            let code = BotValue::from(language.code());
            self.session
                .known
                .insert(CUSTOMER_LANGUAGE.to_owned(), code);
        }
    }

    /// The answer to the effect that is waited for.
    fn is_awaited(&self, ticket: Ticket) -> bool {
        self.session.phase == Phase::Waiting { ticket }
    }

    /// what came in meanwhile is taken in order, until something has to be waited for again. A secure
    /// question (V-20) is such a thing: what was written before it was put is no answer to it, and was stored.
    fn drain(&mut self) {
        while matches!(self.session.phase, Phase::Idle { .. } | Phase::Asking(_))
            && !self.session.queued.is_empty()
            && !self.asks_secretly()
        {
            let said = self.session.queued.remove(0);
            self.listen(said);
        }
        if self.session.is_silent() && self.session.phase != Phase::HandingOver {
            self.session.queued.clear();
        }
    }

    /// V-20: the open question is a secure one.
    fn asks_secretly(&self) -> bool {
        matches!(self.session.phase, Phase::Asking(_))
            && self.node().is_some_and(|node| node.kind.asks_secretly())
    }

    /// greeting first, then the first text goes to discovery.
    fn begin(&mut self, first: Said) {
        if self.session.phase != Phase::New {
            return self.said(first);
        }
        self.session.last_said_at = self.now;
        if first.late {
            return self.hand_over_late();
        }
        if self.is_unanswered(&first) {
            self.watch_silence();
            return;
        }
        self.watch_silence();
        self.session.phase = Phase::Idle {
            offered: Vec::new(),
        };
        // `hi` has got what it asks for with the greeting (V-30).
        if !self.is_greeting(first.text.as_str()) {
            self.session.queued.insert(0, first);
        }
        self.start_setup(SetupTopic::Greeting);
    }

    fn compiled(&self, frame: &Frame) -> Option<&CompiledTopic> {
        self.topics.version(&frame.topic, frame.version)
    }

    fn fact(&mut self, fact: BotFact) {
        self.effects.push(BotEffect::Fact(fact));
    }

    fn next_ticket(&mut self) -> Ticket {
        self.session.last_ticket = self.session.last_ticket.wrapping_add(1);
        self.session.last_ticket
    }

    /// A number below `bound`, from the session's seed: splitmix64, so that a replay draws the same.
    fn draw(&mut self, bound: usize) -> usize {
        self.session.draws = self.session.draws.wrapping_add(1);
        let mut mixed = self
            .session
            .seed
            .wrapping_add(self.session.draws.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(mixed % bound).unwrap_or_default()
    }

    fn place_of(frame: &Frame) -> NodePlace {
        NodePlace {
            topic: frame.topic.clone(),
            version: frame.version,
            node: frame.node.clone(),
        }
    }

    fn go_to(&mut self, node: NodeId) {
        if let Some(frame) = self.session.frames.last_mut() {
            frame.node = node;
        }
    }

    fn idle(&mut self) {
        self.session.phase = Phase::Idle {
            offered: Vec::new(),
        };
    }

    fn end(&mut self, reason: CloseReason) {
        self.abandon_all();
        self.session.queued.clear();
        self.session.phase = Phase::Ended;
        self.effects.push(BotEffect::End { reason });
    }

    fn close_silently(&mut self) {
        self.abandon_all();
        self.session.queued.clear();
        self.session.phase = Phase::Ended;
    }

    fn no_variables() -> BTreeMap<String, super::BotValue> {
        BTreeMap::new()
    }
}

//! Trying a topic before customers meet it: the turns of a conversation, with a clock that somebody moves.
//!
//! A [`Trial`] is plain data that goes back and forth as JSON. It carries out the effects that need nobody
//! else: rows are read by the caller, what is written stays within the trial, pauses and silence come when its
//! clock reaches them. What another system or a person has to say is given by whoever tries. Every input is
//! kept, so that any run becomes a [`SavedTest`].

mod rows;
mod topics;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Unknown;
use super::io::{BotEffect, BotFact, BotInput, BotReply, HttpRequest, NodePlace, Ticket};
use super::record::{RecordQuery, RecordWrite, StoredRow};
use super::redaction::stand_in;
use super::run::turn;
use super::saved_test::{SavedStep, SavedTest};
use super::session::{BotSession, PUBLIC_ROLE, Phase};
use super::set::TopicSet;
use super::value::BotValue;
use crate::message::MessageText;
use crate::time::UtcMillis;
use crate::verification::{ProofFactor, ProofOutcome, VERIFIED_ROLE};

pub use rows::WrittenRow;

/// Most turns that one input may lead to; a topic comes nowhere near it (V-23).
const MOST_TURNS: usize = 1_000;

/// A conversation that is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The session's seed.
    pub seed: u64,
    /// When it began, by its own clock.
    pub began_at: UtcMillis,
    /// What its clock says.
    pub now: UtcMillis,
    /// What was known at the beginning.
    pub known: BTreeMap<String, BotValue>,
    /// Where the conversation is.
    pub session: BotSession,
    /// Its inputs so far, with what the phone showed. A secure answer is a stand-in (V-20).
    pub steps: Vec<SavedStep>,
    /// A pause that is under way: its ticket and its end.
    pub pause: Option<(Ticket, UtcMillis)>,
    /// The newest request to another system.
    pub request: Option<(Ticket, HttpRequest)>,
    /// When the silence is noticed (I-14).
    pub silence_at: Option<UtcMillis>,
    /// What comes of a proof in this trial: whatever is entered counts as this (L-3).
    #[serde(default = "usual_proof")]
    pub proof: ProofOutcome,
    /// What was written within this trial.
    pub written: Vec<WrittenRow>,
}

/// Something that came of an input, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum TrialEvent {
    /// The phone shows a text.
    Reply {
        /// The text.
        reply: BotReply,
        /// When.
        at: UtcMillis,
        /// It goes on where the text before was too long for one message (T-7).
        continues: bool,
    },
    /// The topic wants something, or something was counted.
    Effect(BotEffect),
    /// Rows were looked up: so many, or they could not be read.
    LookedUp(Option<usize>),
    /// The pause is over.
    PauseOver,
    /// Nobody wrote for so long that it counts (I-14).
    Silence,
}

impl Trial {
    /// A trial that has not begun.
    #[must_use]
    pub fn new(seed: u64, known: BTreeMap<String, BotValue>, now: UtcMillis) -> Self {
        let mut session = BotSession::new(seed, now);
        session.known.clone_from(&known);
        Self {
            seed,
            began_at: now,
            now,
            known,
            session,
            steps: Vec::new(),
            pause: None,
            request: None,
            silence_at: None,
            proof: usual_proof(),
            written: Vec::new(),
        }
    }

    /// A pause is under way.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.pause_end().is_some()
    }

    /// The request whose answer is waited for, with its ticket.
    #[must_use]
    pub fn open_request(&self) -> Option<(Ticket, &HttpRequest)> {
        let (ticket, request) = self.request.as_ref()?;
        (self.session.phase == Phase::Waiting { ticket: *ticket }).then_some((*ticket, request))
    }

    /// When something happens by itself; `None` if nothing does.
    #[must_use]
    pub fn next_at(&self) -> Option<UtcMillis> {
        self.pause_end().into_iter().chain(self.silence_end()).min()
    }

    /// Moves the clock: whatever is due by then happens at its time. The clock never goes back.
    ///
    /// `rows` reads the rows of a look-up; `None` if they cannot be read.
    pub fn advance(
        &mut self,
        topics: &TopicSet,
        to: UtcMillis,
        known: &BTreeMap<String, BotValue>,
        rows: &mut dyn FnMut(&RecordQuery) -> Option<Vec<StoredRow>>,
    ) -> Vec<TrialEvent> {
        let mut events = Vec::new();
        for _ in 0..MOST_TURNS {
            let Some(due) = self.next_at().filter(|due| *due <= to) else {
                break;
            };
            let input = match self.pause {
                Some((ticket, _)) if self.pause_end() == Some(due) => {
                    self.pause = None;
                    events.push(TrialEvent::PauseOver);
                    BotInput::PauseOver { ticket }
                }
                _ => {
                    self.silence_at = None;
                    events.push(TrialEvent::Silence);
                    BotInput::Silence
                }
            };
            self.now = self.now.max(due);
            self.run(topics, input, known, rows, &mut events);
        }
        self.now = self.now.max(to);
        events
    }

    /// Takes an input at a time; what is due before it happens first.
    pub fn take(
        &mut self,
        topics: &TopicSet,
        input: BotInput,
        at: UtcMillis,
        known: &BTreeMap<String, BotValue>,
        rows: &mut dyn FnMut(&RecordQuery) -> Option<Vec<StoredRow>>,
    ) -> Vec<TrialEvent> {
        let mut events = self.advance(topics, at, known, rows);
        self.run(topics, input, known, rows, &mut events);
        events
    }

    /// The run as a test.
    #[must_use]
    pub fn to_test(&self, name: impl Into<String>) -> SavedTest {
        SavedTest {
            name: name.into(),
            seed: self.seed,
            began_at: self.began_at,
            known: self.known.clone(),
            steps: self.steps.clone(),
            unknown: Unknown::new(),
        }
    }

    fn pause_end(&self) -> Option<UtcMillis> {
        let (ticket, until) = self.pause?;
        (self.session.phase == Phase::Waiting { ticket }).then_some(until)
    }

    fn silence_end(&self) -> Option<UtcMillis> {
        self.silence_at.filter(|_| !self.session.is_silent())
    }

    /// One input, and the answers of whatever needs nobody else.
    fn run(
        &mut self,
        topics: &TopicSet,
        input: BotInput,
        known: &BTreeMap<String, BotValue>,
        rows: &mut dyn FnMut(&RecordQuery) -> Option<Vec<StoredRow>>,
        events: &mut Vec<TrialEvent>,
    ) {
        let mut next = Some(input);
        for _ in 0..MOST_TURNS {
            let Some(input) = next.take() else {
                return;
            };
            for effect in self.turn(topics, input, known, events) {
                match effect {
                    BotEffect::LookUp { ticket, query } => {
                        let found = rows(&query).map(|real| self.with_written(&query, real));
                        let count = found.as_ref().map(Vec::len);
                        events.push(TrialEvent::Effect(BotEffect::LookUp { ticket, query }));
                        events.push(TrialEvent::LookedUp(count));
                        next = Some(BotInput::LookedUp {
                            ticket,
                            rows: found,
                        });
                    }
                    BotEffect::Save { ticket, write } => {
                        let row = Some(self.write(&write));
                        events.push(TrialEvent::Effect(BotEffect::Save { ticket, write }));
                        next = Some(BotInput::Saved { ticket, row });
                    }
                    // Whoever tries a draft says themselves what they attach.
                    BotEffect::Inspect { ticket, .. } => {
                        next = Some(BotInput::Inspected {
                            ticket,
                            media: None,
                        });
                    }
                    BotEffect::Verify {
                        ticket,
                        factor,
                        entry,
                    } => {
                        self.forget(entry.expose());
                        let (outcome, roles) = self.prove(topics, factor);
                        events.push(TrialEvent::Effect(BotEffect::Verify {
                            ticket,
                            factor,
                            entry,
                        }));
                        next = Some(BotInput::Verified {
                            ticket,
                            outcome,
                            roles,
                        });
                    }
                    BotEffect::Wait { ticket, until } => {
                        self.pause = Some((ticket, until));
                        events.push(TrialEvent::Effect(BotEffect::Wait { ticket, until }));
                    }
                    BotEffect::WatchSilence { at } => self.silence_at = Some(at),
                    effect => {
                        match &effect {
                            BotEffect::SecureAnswer { answer, .. } => self.forget(answer.as_str()),
                            BotEffect::Request { ticket, request } => {
                                self.request = Some((*ticket, request.clone()));
                            }
                            _ => {}
                        }
                        events.push(TrialEvent::Effect(effect));
                    }
                }
            }
        }
    }

    fn turn(
        &mut self,
        topics: &TopicSet,
        input: BotInput,
        known: &BTreeMap<String, BotValue>,
        events: &mut Vec<TrialEvent>,
    ) -> Vec<BotEffect> {
        let later: BTreeMap<_, _> = known
            .iter()
            .filter(|(name, value)| self.session.known.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let passed: i64 = self.steps.iter().map(|step| step.after.0).sum();
        let before = UtcMillis(self.began_at.0.saturating_add(passed));
        let mut session = std::mem::replace(&mut self.session, BotSession::new(0, self.now));
        session.known.extend(later.clone());
        let secure = asks_secretly(topics, &session);
        let result = turn(topics, session, input.clone(), self.now);
        self.session = result.session;
        let mut last: Option<&BotReply> = None;
        for reply in &result.replies {
            let continues = last.is_some_and(|last| is_continued(last, reply));
            events.push(TrialEvent::Reply {
                reply: reply.clone(),
                at: self.now,
                continues,
            });
            last = Some(reply);
        }
        self.steps.push(SavedStep {
            after: self.now.since(before),
            known: later,
            input,
            replies: result.replies,
        });
        let missed = result.effects.iter().any(|effect| match effect {
            BotEffect::Fact(BotFact::AnswerRejected(place)) => Some(place) == secure.as_ref(),
            _ => false,
        });
        if let (true, Some(BotInput::Said(said))) = (missed, self.steps.last().map(|it| &it.input))
        {
            let tried = said.text.clone();
            self.forget(tried.as_str());
        }
        result.effects
    }

    /// V-20: what was answered to a secure question, rightly or not, is not kept with the inputs either.
    fn forget(&mut self, answer: &str) {
        let bare = |text: &str| -> String { text.split_whitespace().collect() };
        if bare(answer).is_empty() {
            return;
        }
        for step in self.steps.iter_mut().rev() {
            let said = match &mut step.input {
                BotInput::Said(said) => said,
                BotInput::Begin { first } => first,
                _ => continue,
            };
            if bare(said.text.as_str()) == bare(answer) {
                said.text = MessageText::new(stand_in(answer));
                return;
            }
        }
    }

    /// A lock is told before anything is asked. Whoever is verified has every role that a topic asks for.
    fn prove(&self, topics: &TopicSet, factor: Option<ProofFactor>) -> (ProofOutcome, Vec<String>) {
        let outcome = match factor {
            None if self.proof == ProofOutcome::Locked => ProofOutcome::Locked,
            None => ProofOutcome::Asks,
            Some(ProofFactor::Pin) => ProofOutcome::Heard,
            Some(ProofFactor::Code) => self.proof,
        };
        let mut roles = Vec::new();
        if outcome == ProofOutcome::Verified {
            let files = topics.all_published().map(super::CompiledTopic::file);
            roles.extend(files.flat_map(|file| file.roles.clone()));
            roles.extend([PUBLIC_ROLE.to_owned(), VERIFIED_ROLE.to_owned()]);
            roles.sort();
            roles.dedup();
        }
        (outcome, roles)
    }

    fn write(&mut self, write: &RecordWrite) -> StoredRow {
        rows::write(&mut self.written, &self.steps, write)
    }

    fn with_written(&self, query: &RecordQuery, real: Vec<StoredRow>) -> Vec<StoredRow> {
        rows::with_written(&self.written, query, real)
    }
}

/// The secure question that is open.
fn asks_secretly(topics: &TopicSet, session: &BotSession) -> Option<NodePlace> {
    let place = session.place()?;
    let node = topics
        .version(&place.topic, place.version)?
        .node(&place.node)?;
    (node.kind.asks_secretly() && matches!(session.phase, Phase::Asking(_))).then_some(place)
}

const fn usual_proof() -> ProofOutcome {
    ProofOutcome::Verified
}

/// Splitting them put together anew gives the same two: they were one text.
fn is_continued(before: &BotReply, reply: &BotReply) -> bool {
    const SEPARATORS: [&str; 4] = ["\n\n", "\n", " ", ""];
    before.node == reply.node
        && reply.pictures.is_empty()
        && SEPARATORS.iter().any(|separator| {
            let (first, second) = (before.text.as_str(), reply.text.as_str());
            let parts = crate::segments::split_for_carrier(&format!("{first}{separator}{second}"));
            parts.len() > 1 && parts.first().is_some_and(|it| it == first)
        })
}

//! What a text means: a command, an answer, another topic, or nothing that was asked for.

use super::Machine;
use super::answer::{self, Meaning};
use super::yes_no;
use crate::topic::SetupTopic;
use crate::topic::io::{BotEffect, BotFact, Said, SaidMedia, Unanswered};
use crate::topic::node::{InputProperties, Node, NodeKind, TextFormat};
use crate::topic::session::{Asking, FrameCause, Phase};
use crate::topic::text::{as_keyword, is_thanks};
use crate::topic::value::BotValue;

/// Most texts that wait while the topic waits: nobody reads the answers to more.
const MOST_QUEUED: usize = 20;
const CANNOT_SKIP: &str = "This question cannot be skipped.";

impl Machine<'_> {
    /// A text, in whatever phase.
    pub(super) fn said(&mut self, said: Said) {
        match self.session.phase {
            Phase::Ended => {}
            Phase::New => self.begin(said),
            Phase::Queued | Phase::Agent => {
                // It was the next text, and a person got it.
                (self.session.offer, self.session.listed) = (None, None);
                self.said_to_person(&said);
            }
            Phase::HandingOver => {
                self.heard();
                // A late one is on its way to a person already.
                if !said.late && !self.is_unanswered(&said) {
                    self.queue(said);
                }
            }
            Phase::Idle { .. } | Phase::Asking(_) | Phase::Waiting { .. } => {
                self.heard();
                if said.late {
                    self.hand_over_late();
                } else if self.is_unanswered(&said) {
                    // Nothing changes; the silence starts anew.
                } else if matches!(self.session.phase, Phase::Waiting { .. }) {
                    self.said_while_waiting(said);
                } else if self.session.queued.is_empty() || self.asks_secretly() {
                    self.listen(said);
                } else {
                    self.queue(said);
                }
                if !self.session.is_silent() {
                    self.watch_silence();
                }
            }
        }
    }

    fn heard(&mut self) {
        self.session.last_said_at = self.now;
        self.session.steps = 0;
    }

    /// texts of a burst wait; only what ends things acts at once (V-30 … V-32).
    fn said_while_waiting(&mut self, said: Said) {
        if self.is_urgent(said.text.as_str()) {
            self.session.queued.clear();
            self.listen(said);
        } else {
            self.queue(said);
        }
    }

    fn queue(&mut self, said: Said) {
        if self.session.queued.len() < MOST_QUEUED {
            self.session.queued.push(said);
        } else {
            self.fact(BotFact::LeftUnanswered(Unanswered::TooMany));
        }
    }

    /// A text that is to be answered now: commands first.
    pub(super) fn listen(&mut self, said: Said) {
        self.session.steps = 0;
        if self.picks_waiting(&said) || self.picks_action(&said) || self.command(said.text.as_str())
        {
            return;
        }
        match std::mem::take(&mut self.session.phase) {
            Phase::Asking(asking) => self.answered(asking, &said),
            Phase::Idle { offered } => {
                self.idle();
                self.discover(&said, &offered);
            }
            // Commands aside, nothing is listened to in the others.
            other => self.session.phase = other,
        }
    }

    pub(super) fn answered(&mut self, asking: Asking, said: &Said) {
        self.session.phase = Phase::Asking(asking.clone());
        let Some(node) = self.node() else {
            return self.fail("The node of the open question is gone.");
        };
        if let NodeKind::Verify(verify) = &node.kind {
            return self.proof_entered(&node, verify, asking, said);
        }
        let Some(input) = node.kind.input().cloned() else {
            return self.fail("The node asks for nothing.");
        };
        if asking.confirming_default {
            return self.default_confirmed(&node, &input, asking, said);
        }
        if self.is_at(SetupTopic::AnythingElse) && is_thanks(said.text.as_str()) {
            // Whoever says thanks there wants nothing more.
            self.keep(&input, false.to_string().into(), said);
            return self.complete_answer(&input, node.next);
        }
        if as_keyword(said.text.as_str()) == "skip" {
            return self.skip(&node, &input, asking);
        }
        if matches!(node.kind, NodeKind::AskPicture(_))
            && !input.secure
            && said.media.iter().any(SaidMedia::is_unseen)
        {
            return self.inspect(asking, said);
        }
        let meaning = {
            let topic = self
                .session
                .frames
                .last()
                .and_then(|frame| self.compiled(frame));
            answer::read(&node, &asking, said, topic)
        };
        match meaning {
            Meaning::Value(value, way) => {
                self.session.engaged = true;
                self.note_option(&node, &input, &value);
                self.keep(&input, value, said);
                self.complete_answer(&input, way.or(node.next));
            }
            Meaning::More => self.turn_page(asking),
            Meaning::None => {
                if input.topic_switching && self.switch(said) {
                    return;
                }
                self.missed(&node, input.retry.as_deref(), asking);
            }
        }
    }

    /// What is picked of a list that the author wrote is counted; whatever else was said is nobody's figure.
    fn note_option(&mut self, node: &Node, input: &InputProperties, value: &BotValue) {
        let option = value.to_text();
        let is_authored = match &node.kind {
            NodeKind::AskChoice(ask) => ask.choices.iter().any(|it| it.value == option),
            kind => matches!(kind, NodeKind::AskYesNo(_)),
        };
        if let (true, false, Some(place)) = (is_authored, input.secure, self.session.place()) {
            self.fact(BotFact::OptionPicked { place, option });
        }
    }

    /// V-20: a secure answer goes past the session.
    fn keep(&mut self, input: &InputProperties, value: BotValue, said: &Said) {
        if !input.secure {
            self.store(&input.variable, value);
            return;
        }
        self.store(&input.variable, BotValue::Flag(true));
        if let Some(place) = self.session.place() {
            self.effects.push(BotEffect::SecureAnswer {
                place,
                variable: input.variable.clone(),
                answer: said.text.clone(),
            });
        }
    }

    fn complete_answer(&mut self, input: &InputProperties, way: Option<String>) {
        self.idle();
        if let Some(texts) = &input.completion {
            let text = self.choose(texts);
            match self.render(&text) {
                Ok(text) => self.reply(&text),
                Err(what) => return self.fail(&what),
            }
        }
        self.go_on(way);
    }

    /// A part of every conversation runs.
    fn is_at(&self, part: SetupTopic) -> bool {
        let frame = self.session.frames.last();
        frame.is_some_and(|frame| frame.cause == FrameCause::Setup { part })
    }

    /// V-17: yes takes the default; no makes it nothing, and the question is put. Something of the kind that the
    /// question itself asks for, such as another number, is its answer.
    fn default_confirmed(
        &mut self,
        node: &Node,
        input: &InputProperties,
        asking: Asking,
        said: &Said,
    ) {
        match yes_no::read(said.text.as_str()) {
            Some(true) => {
                let value = input.default.as_ref().map(|it| self.evaluate(it));
                self.session.engaged = true;
                self.store(
                    &input.variable,
                    value.and_then(Result::ok).unwrap_or_default(),
                );
                self.complete_answer(input, node.next.clone());
            }
            Some(false) => {
                self.store(&input.variable, BotValue::Nothing);
                self.idle();
                match self.put_question(node) {
                    super::walk::Step::Fail(what) => self.fail(&what),
                    super::walk::Step::Go(next) => self.go_on(next),
                    super::walk::Step::Stop | super::walk::Step::Run => {}
                }
            }
            None => {
                let topic = self.session.frames.last();
                let topic = topic.and_then(|frame| self.compiled(frame));
                match answer::instead_of_default(node, said, topic) {
                    Some(value) => {
                        self.session.engaged = true;
                        self.keep(input, value, said);
                        self.complete_answer(input, node.next.clone());
                    }
                    None => self.missed(node, None, asking),
                }
            }
        }
    }

    /// V-18.
    fn skip(&mut self, node: &Node, input: &InputProperties, asking: Asking) {
        if !asking.can_skip {
            return self.missed_with(asking, CANNOT_SKIP);
        }
        let value = input.default.as_ref().map(|it| self.evaluate(it));
        self.store(
            &input.variable,
            value.and_then(Result::ok).unwrap_or_default(),
        );
        self.idle();
        self.go_on(node.next.clone());
    }

    /// `retry` are the words for it, where there are some.
    pub(super) fn missed(&mut self, node: &Node, retry: Option<&str>, asking: Asking) {
        let words = match retry {
            Some(retry) => match self.render(retry) {
                Ok(words) => words,
                Err(what) => return self.fail(&what),
            },
            None => usual_retry(node, &asking).to_owned(),
        };
        self.missed_with(asking, &words);
    }

    /// V-19: the question again; after three misses help is offered, and a fourth ends the topic.
    fn missed_with(&mut self, mut asking: Asking, words: &str) {
        asking.invalid += 1;
        if let Some(place) = self.session.place() {
            self.fact(BotFact::AnswerRejected(place));
        }
        let allowed = self.topics.settings().invalid_answers.max(1);
        if asking.invalid > allowed {
            return self.give_up();
        }
        if asking.invalid == allowed {
            self.session.phase = Phase::Asking(asking);
            return self.start_setup(SetupTopic::Fallback);
        }
        self.put_again(asking, Some(words));
    }

    fn give_up(&mut self) {
        if self.session.autopilot {
            return self.end_autopilot(false);
        }
        self.abandon_all();
        self.idle();
        let words = self.topics.settings().gave_up_text.clone();
        self.reply_plain(&words);
    }

    /// V-27: the whole text names another topic. A keyword somewhere in a sentence is not tried here.
    fn switch(&mut self, said: &Said) -> bool {
        let Some(name) = self.topic_named(said.text.as_str()) else {
            return false;
        };
        let resume = self.session.frames.last().is_some_and(|frame| {
            !matches!(frame.cause, FrameCause::Setup { .. } | FrameCause::Called)
                && self
                    .compiled(frame)
                    .is_some_and(|topic| topic.file().resume_after_switch)
        });
        if !resume {
            self.abandon_all();
        }
        let cause = FrameCause::Switched { resume };
        self.start_topic(&name, None, Self::no_variables(), cause);
        true
    }
}

/// What is said when an answer does not fit and the author wrote nothing.
fn usual_retry(node: &Node, asking: &Asking) -> &'static str {
    if asking.confirming_default {
        return match &node.kind {
            NodeKind::AskText(ask) if ask.format == TextFormat::Phone => {
                "Please answer yes or no, or write another number with + and the country code."
            }
            _ => "Please answer yes or no.",
        };
    }
    match &node.kind {
        NodeKind::AskText(ask) => match ask.format {
            TextFormat::Text => "Please answer in words.",
            TextFormat::Email => "That does not look like an e-mail address.",
            TextFormat::Ip => "That does not look like an IP address.",
            TextFormat::Phone => "Please write the number with + and the country code.",
            TextFormat::Url => "That does not look like a web address.",
            TextFormat::Custom => "That does not look right.",
        },
        NodeKind::AskYesNo(_) => "Please answer yes or no.",
        NodeKind::AskPicture(_) => "Please send one picture.",
        _ => "Please answer with one of the numbers.",
    }
}

//! Giving the conversation to a person and getting it back (H-2 … H-7, H-9), and silence (I-14 … I-16).

use super::Machine;
use super::walk::Step;
use crate::interaction::CloseReason;
use crate::message::MessageText;
use crate::topic::compile::CompiledTopic;
use crate::topic::io::{BotEffect, BotFact, HandoverContext, HandoverReason};
use crate::topic::node::{Node, NodeKind, Transfer};
use crate::topic::session::{Frame, FrameCause, Phase};
use crate::topic::{SetupTopic, TopicName};

impl Machine<'_> {
    /// The topic that the requester is in, below the parts of every conversation.
    fn served_topic(&self) -> Option<&Frame> {
        self.session
            .frames
            .iter()
            .rev()
            .find(|frame| !matches!(frame.cause, FrameCause::Setup { .. }))
    }

    /// H-6: what an agent is told, as things stand.
    fn context(&self, reason: HandoverReason) -> HandoverContext {
        let served = self.served_topic();
        let variables = served
            .and_then(|frame| {
                let names = &self.compiled(frame)?.file().agent_context;
                Some(
                    names
                        .iter()
                        .filter_map(|name| {
                            let value = frame.variables.get(name).filter(|it| !it.is_empty())?;
                            Some((name.clone(), MessageText::new(value.to_text())))
                        })
                        .collect(),
                )
            })
            .unwrap_or_default();
        HandoverContext {
            reason,
            place: served.map(Self::place_of),
            short_description: None,
            search_text: self.session.search_text.clone(),
            language: self.session.language,
            variables,
            record: self.session.record.clone(),
            mandatory_skills: Vec::new(),
            optional_skills: Vec::new(),
        }
    }

    /// Keeps what an agent is to be told before a part of every conversation takes over.
    pub(super) fn keep_context(&mut self, reason: HandoverReason) {
        self.session.handover = Some(Box::new(self.context(reason)));
    }

    /// H-2: a transfer node.
    pub(super) fn transfer(&mut self, transfer: &Transfer) -> Step {
        let kept = self.session.handover.clone().filter(|_| {
            self.session
                .frames
                .last()
                .is_some_and(|frame| matches!(frame.cause, FrameCause::Setup { .. }))
        });
        let mut context = kept.map_or_else(|| self.context(HandoverReason::Topic), |it| *it);
        if let Some(description) = &transfer.short_description {
            match self.render(description) {
                Ok(text) => context.short_description = Some(text.into()),
                Err(what) => return Step::Fail(what),
            }
        }
        for named in &transfer.context {
            match self.render(&named.text) {
                Ok(text) => context.variables.push((named.name.clone(), text.into())),
                Err(what) => return Step::Fail(what),
            }
        }
        context
            .mandatory_skills
            .clone_from(&transfer.mandatory_skills);
        context
            .optional_skills
            .clone_from(&transfer.optional_skills);
        if self.session.autopilot {
            self.end_autopilot(true);
            return Step::Stop;
        }
        self.hand_over(context);
        Step::Stop
    }

    /// A transfer without a node.
    pub(super) fn ask_for_person(&mut self, reason: HandoverReason) {
        let kept = self.session.handover.take();
        let context = kept.map_or_else(|| self.context(reason), |it| *it);
        self.hand_over(context);
    }

    fn hand_over(&mut self, context: HandoverContext) {
        // A question that is open stays so, for the case that nobody is there.
        if let Phase::Asking(asking) = &self.session.phase
            && let Some(frame) = self.session.frames.last_mut()
        {
            frame.asking = Some(asking.clone());
        }
        self.session.phase = Phase::HandingOver;
        self.effects.push(BotEffect::HandOver(Box::new(context)));
    }

    /// A text that came in too late goes to a person, without a word.
    pub(super) fn hand_over_late(&mut self) {
        if self.session.autopilot {
            return self.end_autopilot(false);
        }
        self.session.quiet_handover = true;
        self.ask_for_person(HandoverReason::LateText);
    }

    /// H-5: one text, and then silence.
    pub(super) fn on_handed_over(&mut self) {
        if self.session.phase != Phase::HandingOver {
            return;
        }
        if !std::mem::take(&mut self.session.quiet_handover) {
            let words = self.topics.settings().transfer_text.clone();
            self.reply_plain(&words);
        }
        if let Some(frame) = self.served_topic() {
            let place = Self::place_of(frame);
            self.fact(BotFact::TopicHandedOver(place));
        }
        self.session.leave_to_person(Phase::Queued);
    }

    /// H-3: nobody is there; the requester stays with the virtual agent.
    pub(super) fn on_refused(&mut self, words: Option<String>) {
        if self.session.phase != Phase::HandingOver {
            return;
        }
        self.idle();
        self.session.handover = None;
        if std::mem::take(&mut self.session.quiet_handover) {
            self.abandon_all();
        } else {
            let words = words.unwrap_or_else(|| self.topics.settings().nobody_text.clone());
            self.reply_plain(&words);
            let node = self.node();
            let is_at_transfer = |it: &Node| matches!(it.kind, NodeKind::Transfer(_));
            if let Some(transfer) = node.as_ref().filter(|it| is_at_transfer(it)) {
                self.go_on(transfer.next.clone());
            } else if node.is_some() && self.take_up() {
                // What it waited for was given up with the transfer.
                self.abandon_all();
                self.idle();
            }
        }
        self.watch_silence();
    }

    /// H-7: the virtual agent stops answering, whatever it was doing.
    pub(super) fn on_agent(&mut self) {
        if let Some(frame) = self.served_topic() {
            let place = Self::place_of(frame);
            self.fact(BotFact::TopicHandedOver(place));
        }
        self.session.leave_to_person(Phase::Agent);
    }

    pub(super) fn on_handed_back(&mut self) {
        if !matches!(self.session.phase, Phase::Agent | Phase::Queued) {
            return;
        }
        self.session.topic_done = false;
        self.session.last_said_at = self.now;
        self.session.steps = 0;
        self.idle();
        let words = self.topics.settings().handed_back_text.clone();
        self.reply_plain(&words);
        self.watch_silence();
    }

    /// H-9: only topics that agents may run.
    pub(super) fn on_autopilot(&mut self, topic: &TopicName) {
        let may_run = self
            .topics
            .published(topic)
            .map(CompiledTopic::file)
            .is_some_and(|it| it.autopilot && it.active && it.is_on_channel());
        if self.session.phase != Phase::Agent || !may_run {
            self.effects.push(BotEffect::AutopilotEnded {
                topic: topic.clone(),
                completed: false,
            });
            return;
        }
        self.session.autopilot = true;
        self.session.steps = 0;
        self.session.last_said_at = self.now;
        self.idle();
        self.start_topic(topic, None, Self::no_variables(), FrameCause::Asked);
        if self.session.autopilot {
            self.watch_silence();
        }
    }

    /// The agent has the conversation again.
    pub(super) fn end_autopilot(&mut self, completed: bool) {
        if !std::mem::take(&mut self.session.autopilot) {
            return;
        }
        let first = self.session.frames.first().map(|frame| frame.topic.clone());
        let last = self.session.path.last().map(|place| place.topic.clone());
        self.abandon_all();
        self.session.leave_to_person(Phase::Agent);
        self.effects.push(BotEffect::AutopilotEnded {
            topic: first.or(last).unwrap_or_default(),
            completed,
        });
    }

    /// I-14: the silence is counted from the requester's last words.
    pub(super) fn watch_silence(&mut self) {
        if self.session.phase == Phase::Ended {
            return;
        }
        let at = self.session.last_said_at + self.topics.settings().silence();
        self.effects.push(BotEffect::WatchSilence { at });
    }

    /// I-14, I-16: only conversations that the virtual agent has are closed by silence.
    pub(super) fn on_silence(&mut self) {
        if self.session.is_silent() {
            return;
        }
        // A clock that was set back must not keep a conversation open for ever.
        self.session.last_said_at = self.session.last_said_at.min(self.now);
        if self.now.since(self.session.last_said_at) < self.topics.settings().silence() {
            return self.watch_silence();
        }
        if self.session.autopilot {
            return self.end_autopilot(false);
        }
        let reason = self.silence_reason();
        self.end(reason);
    }

    /// I-18, I-19.
    fn silence_reason(&self) -> CloseReason {
        let asks_for_more = self.session.frames.last().is_some_and(|frame| {
            matches!(
                frame.cause,
                FrameCause::Setup {
                    part: SetupTopic::AnythingElse
                }
            )
        });
        if asks_for_more {
            CloseReason::TopicComplete
        } else if self.session.topic_done {
            CloseReason::AutoClosed
        } else if self.session.engaged {
            CloseReason::NoUserResponse
        } else {
            CloseReason::NoActivity
        }
    }
}

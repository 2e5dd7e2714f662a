//! The stack of topics: starting, completing, switching and failing.

use std::collections::BTreeMap;

use super::Machine;
use crate::interaction::CloseReason;
use crate::topic::file::TopicKind;
use crate::topic::io::{BotEffect, BotFact};
use crate::topic::node::NodeKind;
use crate::topic::session::{Frame, FrameCause, Phase};
use crate::topic::{BotValue, NodeId, SetupTopic, VariableName};

/// Most topics that wait for another one: what calls deeper than this is calling itself (V-21).
const DEEPEST: usize = 16;

impl Machine<'_> {
    /// Starts a topic on top of the others and runs it.
    pub(super) fn start_topic(
        &mut self,
        name: &str,
        node: Option<NodeId>,
        variables: BTreeMap<VariableName, BotValue>,
        cause: FrameCause,
    ) {
        if self.push_topic(name, node, variables, cause) {
            self.walk();
        } else {
            self.fail(&format!(
                "There is no published topic “{name}”, or topics call each other."
            ));
        }
    }

    /// Puts a topic on top of the others; answers whether there is such a topic.
    pub(super) fn push_topic(
        &mut self,
        name: &str,
        node: Option<NodeId>,
        variables: BTreeMap<VariableName, BotValue>,
        cause: FrameCause,
    ) -> bool {
        let Some(topic) = self.topics.published(name) else {
            return false;
        };
        if self.session.frames.len() >= DEEPEST {
            return false;
        }
        let title = topic.file().display_name.clone();
        let frame = Frame {
            topic: name.to_owned(),
            version: topic.version(),
            node: node.unwrap_or_else(|| topic.file().start.clone()),
            variables,
            cause,
            asking: None,
        };
        if matches!(frame.cause, FrameCause::Asked | FrameCause::Switched { .. }) {
            self.session.topic_done = false;
            // What the last topic was about is not what this one is about.
            self.session.record = None;
            self.effects.push(BotEffect::Fact(BotFact::TopicStarted {
                topic: frame.topic.clone(),
                title,
                version: frame.version,
            }));
        }
        self.park();
        self.session.frames.push(frame);
        true
    }

    /// The open question waits while something else is said.
    fn park(&mut self) {
        if let Phase::Asking(asking) = &self.session.phase
            && let Some(frame) = self.session.frames.last_mut()
        {
            frame.asking = Some(asking.clone());
            self.session.phase = Phase::Idle {
                offered: Vec::new(),
            };
        }
    }

    /// A part of every conversation, if the chat experience includes it (V-29); otherwise what follows it.
    pub(super) fn start_setup(&mut self, part: SetupTopic) {
        let is_included = self.topics.settings().includes.contains(&part);
        let cause = FrameCause::Setup { part };
        let variables = self.setup_variables(part);
        if is_included && self.push_topic(part.name(), None, variables, cause) {
            self.fact(BotFact::SetupReached(part));
            self.walk();
        } else {
            self.park();
            self.after_setup(part, None);
        }
    }

    fn setup_variables(&self, part: SetupTopic) -> BTreeMap<VariableName, BotValue> {
        match part {
            SetupTopic::Capabilities => [
                ("topics".to_owned(), self.topic_list().into()),
                ("commands".to_owned(), self.command_list().into()),
            ]
            .into(),
            _ => Self::no_variables(),
        }
    }

    /// The top topic (or block) is complete. Answers whether there is something to run on.
    pub(super) fn complete(&mut self) -> bool {
        let Some(frame) = self.session.frames.pop() else {
            return false;
        };
        match &frame.cause {
            FrameCause::Called => self.return_to_caller(&frame),
            FrameCause::Setup { part } => {
                let part = *part;
                self.after_setup(part, Some(&frame));
                false
            }
            FrameCause::Switched { resume: true } => {
                self.completed(&frame);
                self.take_up()
            }
            FrameCause::Asked | FrameCause::Switched { resume: false } => {
                self.completed(&frame);
                if self.session.autopilot {
                    self.end_autopilot(true);
                    return false;
                }
                if self
                    .compiled(&frame)
                    .is_none_or(|topic| topic.file().kind == TopicKind::Topic)
                {
                    self.session.topic_done = true;
                    self.after_topic();
                } else {
                    self.idle();
                }
                false
            }
        }
    }

    fn completed(&mut self, frame: &Frame) {
        self.fact(BotFact::TopicCompleted {
            topic: frame.topic.clone(),
            version: frame.version,
        });
    }

    fn return_to_caller(&mut self, done: &Frame) -> bool {
        let Some(caller) = self.session.frames.last() else {
            return false;
        };
        let node = self
            .compiled(caller)
            .and_then(|topic| topic.node(&caller.node))
            .cloned();
        let next = node.as_ref().and_then(|node| node.next.clone());
        if let (Some(NodeKind::Block(block)), Some(caller)) =
            (node.map(|node| node.kind), self.session.frames.last_mut())
        {
            for output in block.outputs {
                let value = done.variables.get(&output.output).cloned();
                caller
                    .variables
                    .insert(output.variable, value.unwrap_or_default());
            }
        }
        match next {
            Some(next) => {
                self.go_to(next);
                true
            }
            None => self.complete(),
        }
    }

    /// The topic below goes on: its open question is put again, or its next node runs.
    pub(super) fn take_up(&mut self) -> bool {
        let Some(frame) = self.session.frames.last_mut() else {
            self.idle();
            return false;
        };
        match frame.asking.take() {
            Some(asking) => {
                self.put_again(asking, None);
                false
            }
            None => true,
        }
    }

    /// S-10: what waits for them comes before anything else.
    fn after_topic(&mut self) {
        self.offer_waiting_or(Self::ask_for_more);
    }

    /// What follows a topic when nothing waits.
    pub(super) fn ask_for_more(&mut self) {
        if self
            .topics
            .settings()
            .includes
            .contains(&SetupTopic::AnythingElse)
        {
            self.start_setup(SetupTopic::AnythingElse);
        } else {
            self.survey_or(Self::idle);
        }
    }

    /// V-28: some conversations get the survey.
    fn survey_or(&mut self, otherwise: fn(&mut Self)) {
        let settings = self.topics.settings();
        let percent = usize::from(settings.survey_percent);
        if settings.includes.contains(&SetupTopic::Survey) && self.draw(100) < percent {
            self.start_setup(SetupTopic::Survey);
        } else {
            otherwise(self);
        }
    }

    /// What follows a part of every conversation, said or left out.
    fn after_setup(&mut self, part: SetupTopic, frame: Option<&Frame>) {
        match part {
            SetupTopic::Greeting
            | SetupTopic::Capabilities
            | SetupTopic::Fallback
            | SetupTopic::ResetVerification => {
                self.run_on();
            }
            SetupTopic::LinkAccount => self.after_linking(),
            SetupTopic::LiveAgentSupport => {
                // Left out of the experience: the transfer itself still works.
                if frame.is_none() {
                    self.ask_for_person(crate::topic::HandoverReason::Asked);
                } else {
                    self.run_on();
                }
            }
            SetupTopic::ErrorHandling => {
                if frame.is_none() {
                    self.ask_for_person(crate::topic::HandoverReason::Error);
                } else {
                    self.idle();
                }
            }
            SetupTopic::AnythingElse => {
                let wants_more = frame
                    .and_then(|frame| frame.variables.get("more"))
                    .is_some_and(|more| *more == BotValue::Text("true".to_owned()));
                if wants_more {
                    self.session.topic_done = false;
                    self.idle();
                } else {
                    self.session.closing = Some(CloseReason::AutoClosed);
                    self.survey_or(|machine| machine.start_setup(SetupTopic::Closing));
                }
            }
            SetupTopic::Survey => {
                if self.session.closing.is_some() {
                    self.start_setup(SetupTopic::Closing);
                } else {
                    self.idle();
                }
            }
            SetupTopic::Closing => {
                let reason = self.session.closing.take();
                self.end(reason.unwrap_or(CloseReason::UserEnded));
            }
        }
    }

    /// Back to the topic below, if there is one.
    pub(super) fn run_on(&mut self) {
        if self.take_up() {
            self.walk();
        }
    }

    /// The topic cannot go on: what is said then, and a transfer (V-28).
    pub(super) fn fail(&mut self, what: &str) {
        let is_handling = self.session.frames.iter().any(|frame| {
            matches!(
                frame.cause,
                FrameCause::Setup {
                    part: SetupTopic::ErrorHandling
                }
            )
        });
        if let Some(place) = self.session.place() {
            self.fact(BotFact::TopicFailed {
                place,
                what: what.to_owned(),
            });
        }
        self.keep_context(crate::topic::HandoverReason::Error);
        if self.session.autopilot {
            self.end_autopilot(false);
            return;
        }
        self.abandon_all();
        if is_handling {
            self.ask_for_person(crate::topic::HandoverReason::Error);
        } else {
            self.start_setup(SetupTopic::ErrorHandling);
        }
    }

    /// Every running topic is over before its end.
    pub(super) fn abandon_all(&mut self) {
        self.session.wanted = None;
        for frame in std::mem::take(&mut self.session.frames) {
            if matches!(frame.cause, FrameCause::Asked | FrameCause::Switched { .. }) {
                self.fact(BotFact::TopicAbandoned(Self::place_of(&frame)));
            }
        }
        if matches!(self.session.phase, Phase::Asking(_) | Phase::Waiting { .. }) {
            self.idle();
        }
    }
}

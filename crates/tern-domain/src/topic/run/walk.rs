//! Runs nodes until something has to be waited for.

use super::Machine;
use crate::interaction::CloseReason;
use crate::topic::io::BotFact;
use crate::topic::node::{Node, NodeId, NodeKind};
use crate::topic::session::{FrameCause, LONGEST_PATH};

/// V-23: nodes without the requester's words after which a topic counts as an endless loop.
const MOST_STEPS: u32 = 200;

/// Where a node leads.
pub(super) enum Step {
    /// To the node, or to the end of the topic.
    Go(Option<NodeId>),
    /// Something is waited for, or the conversation went elsewhere.
    Stop,
    /// The topic on top changed.
    Run,
    /// It cannot go on, in words for whoever edits the topic.
    Fail(String),
}

impl Machine<'_> {
    pub(super) fn walk(&mut self) {
        while let Some(frame) = self.session.frames.last() {
            self.session.steps += 1;
            if self.session.steps > MOST_STEPS {
                return self.end_loop();
            }
            // The file is shared: the node stays readable while the session changes.
            let Some(file) = self.compiled(frame).map(|topic| topic.shared()) else {
                return self
                    .fail("The version of the topic that this conversation runs with is gone.");
            };
            let Some(node) = self
                .compiled(frame)
                .and_then(|topic| topic.index_of(&frame.node))
                .and_then(|index| file.nodes.get(index))
            else {
                let what = format!("There is no node “{}”.", frame.node);
                return self.fail(&what);
            };
            self.reached();
            match self.execute(node) {
                Step::Go(Some(next)) => self.go_to(next),
                Step::Go(None) => {
                    if !self.complete() {
                        return;
                    }
                }
                Step::Run => {}
                Step::Stop => return,
                Step::Fail(what) => return self.fail(&what),
            }
        }
    }

    fn reached(&mut self) {
        let Some(place) = self.session.place() else {
            return;
        };
        if self.session.path.len() >= LONGEST_PATH {
            self.session.path.remove(0);
        }
        self.session.path.push(place.clone());
        self.fact(BotFact::NodeReached(place));
    }

    fn execute(&mut self, node: &Node) -> Step {
        let next = || node.next.clone();
        match &node.kind {
            NodeKind::AskText(_)
            | NodeKind::AskChoice(_)
            | NodeKind::AskRecords(_)
            | NodeKind::AskYesNo(_)
            | NodeKind::AskPicture(_) => self.reach_question(node),
            NodeKind::SayText(say) => self.say_text(say, next()),
            NodeKind::SayImage(image) => self.say_image(image, next()),
            NodeKind::SayLink(links) => self.say_link(links, next()),
            NodeKind::ShowCard(card) => self.show_card(card, next()),
            NodeKind::Decide(decide) => self.decide(decide),
            NodeKind::Set(set) => self.set(set, next()),
            NodeKind::LookUp(look) => self.look_up(look),
            NodeKind::SaveRecord(save) => self.save(save),
            NodeKind::Request(request) => self.request(request),
            NodeKind::Verify(_) => self.verify(next()),
            NodeKind::Block(block) => self.call(block),
            NodeKind::Pause(pause) => self.pause(pause),
            NodeKind::Transfer(transfer) => self.transfer(transfer),
            NodeKind::Jump(jump) => self.jump(jump, next()),
            NodeKind::End(_) => Step::Go(None),
            NodeKind::Carousel(_)
            | NodeKind::GroupedChoice(_)
            | NodeKind::MultiFile(_)
            | NodeKind::DateTime(_)
            | NodeKind::HeaderCard(_)
            | NodeKind::Geolocation(_)
            | NodeKind::Html(_)
            | NodeKind::MultiResponse(_)
            | NodeKind::ScriptResponse(_)
            | NodeKind::Table(_)
            | NodeKind::Video(_) => {
                Step::Fail(format!("A phone cannot show “{}”.", node.kind.word()))
            }
        }
    }

    /// V-23: an endless loop ends the conversation.
    fn end_loop(&mut self) {
        if let Some(place) = self.session.place() {
            self.fact(BotFact::TopicFailed {
                place,
                what: "It ran 200 nodes without a word from the requester: an endless loop."
                    .to_owned(),
            });
        }
        if self.session.autopilot {
            return self.end_autopilot(false);
        }
        let words = self.topics.settings().gave_up_text.clone();
        self.reply_plain(&words);
        self.end(CloseReason::Error);
    }

    /// V-22: the first branch whose condition holds. One that has no result does not hold.
    fn decide(&mut self, decide: &crate::topic::Decide) -> Step {
        for branch in &decide.branches {
            if self.holds(&branch.when) {
                return Step::Go(branch.next.clone());
            }
        }
        Step::Fail("No branch of the decision was true.".to_owned())
    }

    /// V-27: another topic; the two never share variables.
    fn jump(&mut self, jump: &crate::topic::Jump, next: Option<NodeId>) -> Step {
        let resume = match next {
            Some(next) if jump.resume => {
                self.go_to(next);
                true
            }
            _ => false,
        };
        if !resume && self.topics.published(&jump.topic).is_some() {
            let autopilot = std::mem::take(&mut self.session.autopilot);
            while let Some(frame) = self.session.frames.pop() {
                if matches!(frame.cause, FrameCause::Asked | FrameCause::Switched { .. }) {
                    self.fact(BotFact::TopicCompleted {
                        topic: frame.topic,
                        version: frame.version,
                    });
                }
            }
            self.session.autopilot = autopilot;
        }
        let cause = FrameCause::Switched { resume };
        if self.push_topic(&jump.topic, None, Self::no_variables(), cause) {
            Step::Run
        } else {
            Step::Fail(format!("There is no published topic “{}”.", jump.topic))
        }
    }
}

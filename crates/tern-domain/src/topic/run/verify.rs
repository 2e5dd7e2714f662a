//! Proving who somebody is (L-3, L-4): PIN and code asked one after the other, whatever the first one was, and the
//! same words for everybody who cannot.

use std::collections::BTreeMap;

use super::Machine;
use super::walk::Step;
use crate::topic::compile::CompiledTopic;
use crate::topic::io::{BotEffect, BotFact, Said};
use crate::topic::node::{Node, NodeId, NodeKind, TemplateText, Verify};
use crate::topic::session::{Asking, FrameCause, PUBLIC_ROLE, Phase, Wanted};
use crate::topic::text::as_keyword;
use crate::topic::{BotValue, SetupTopic, TopicName, VariableName};
use crate::verification::{ProofEntry, ProofFactor, ProofOutcome, SecondFactor};

const PIN: &str = "What is your six-digit PIN? I take it out of this conversation at once. Write SKIP to go on \
                   without it.";
const CODE: &str = "Thank you. Which six-digit code does your authenticator app show now?";
const TEXTED: &str = "Thank you. I have just sent you a six-digit code in a text of its own. What is it? I take it out \
                      of this conversation, too.";
const NO_PIN: &str = "A PIN has six digits.";
const NO_CODE: &str = "The code has six digits.";
const FAILED: &str = "That did not fit, so I go on without knowing who you are. Ask me anything that is for \
                      everybody, or write agent to talk to a person.";
const LOCKED: &str = "There were too many wrong tries, so nobody can sign in from this number for a day. \
                      Everything that is for everybody is still here. Write \"reset my pin\" and a colleague \
                      helps you.";
const EXPIRED: &str = "That code does not count any more, so I go on without knowing who you are. Try again, and I send \
                       you another one.";
const TOO_OFTEN: &str = "I have sent too many codes to this number within an hour, so I go on without knowing who you \
                         are. Please try again later, or write agent to talk to a person.";
const SKIPPED: &str = "All right, I go on without knowing who you are.";
const LOST: &str = "I do not know any more for sure who you are, so I have stopped here. Ask me anything that is \
                    for everybody, or write agent to talk to a person.";
const LOGGED_OUT: &str = "You are logged out: this number is linked to no account, and notifications are off. Ask \
                          me anything that is for everybody.";
const HOW_TO_LINK: &str = "Write \"link my number\" to link it again.";
const NOT_BY_TEXT: &str = "I would have to know for sure who you are, which cannot be proved by text here. Write \
                           agent to talk to a person.";

impl Machine<'_> {
    /// The step is reached.
    pub(super) fn verify(&mut self, next: Option<NodeId>) -> Step {
        if self.session.verified {
            return Step::Go(next);
        }
        self.wait_for(|ticket| BotEffect::Verify {
            ticket,
            factor: None,
            entry: ProofEntry::default(),
        })
    }

    pub(super) fn on_verified(&mut self, outcome: ProofOutcome, roles: Vec<String>) {
        self.idle();
        let Some(node) = self.node() else {
            return self.fail("The node that waited for a proof is gone.");
        };
        let NodeKind::Verify(verify) = &node.kind else {
            return self.fail("The node did not wait for a proof.");
        };
        match outcome {
            ProofOutcome::Asks => self.ask_for(ProofFactor::Pin, verify.pin_prompt.as_ref(), PIN),
            ProofOutcome::Heard => {
                let (prompt, usual) = match self.topics.settings().second_factor {
                    SecondFactor::GoogleAuthenticator => (&verify.code_prompt, CODE),
                    SecondFactor::Sms => (&verify.texted_code_prompt, TEXTED),
                };
                self.ask_for(ProofFactor::Code, prompt.as_ref(), usual);
            }
            ProofOutcome::Verified => {
                self.session.verified = true;
                self.session.roles = roles;
                self.go_on(node.next);
            }
            ProofOutcome::Failed => {
                self.unproved(verify.failed_text.as_ref(), FAILED, verify.failed.clone());
            }
            ProofOutcome::Locked => {
                self.unproved(verify.locked_text.as_ref(), LOCKED, verify.locked.clone());
            }
            ProofOutcome::Expired => self.unproved(None, EXPIRED, verify.failed.clone()),
            ProofOutcome::TooOften => self.unproved(None, TOO_OFTEN, verify.failed.clone()),
        }
    }

    fn ask_for(&mut self, factor: ProofFactor, prompt: Option<&TemplateText>, usual: &str) {
        match self.render(prompt.map_or(usual, String::as_str)) {
            Ok(prompt) => {
                let asking = Asking {
                    prompt: prompt.into(),
                    factor: Some(factor),
                    ..Asking::default()
                };
                self.put(asking, None);
            }
            Err(what) => self.fail(&what),
        }
    }

    /// A text while PIN or code are asked for. Whatever has their form goes to be checked.
    pub(super) fn proof_entered(
        &mut self,
        node: &Node,
        verify: &Verify,
        asking: Asking,
        said: &Said,
    ) {
        if as_keyword(said.text.as_str()) == "skip" {
            self.idle();
            return self.unproved(None, SKIPPED, verify.failed.clone());
        }
        let factor = asking.factor.unwrap_or(ProofFactor::Pin);
        match ProofEntry::parse(said.text.as_str()) {
            Some(entry) => {
                self.session.engaged = true;
                self.wait_for(|ticket| BotEffect::Verify {
                    ticket,
                    factor: Some(factor),
                    entry,
                });
            }
            None => {
                let words = match factor {
                    ProofFactor::Pin => NO_PIN,
                    ProofFactor::Code => NO_CODE,
                };
                self.missed(node, Some(words), asking);
            }
        }
    }

    /// It goes on with a guest, or not at all.
    fn unproved(&mut self, text: Option<&TemplateText>, usual: &str, way: Option<NodeId>) {
        self.session.wanted = None;
        match self.render(text.map_or(usual, String::as_str)) {
            Ok(text) => self.reply(&text),
            Err(what) => return self.fail(&what),
        }
        let is_part = self.session.frames.last().is_some_and(|frame| {
            matches!(
                frame.cause,
                FrameCause::Setup {
                    part: SetupTopic::LinkAccount
                }
            )
        });
        if way.is_some() || is_part {
            self.go_on(way);
        } else if self.session.autopilot {
            self.end_autopilot(false);
        } else {
            self.abandon_all();
            self.idle();
        }
    }

    /// L-12, L-15: the conversation is a guest's again.
    pub(super) fn on_unverified(&mut self) {
        if self.session.verified && self.become_guest() {
            self.reply_plain(LOST);
        }
    }

    /// L-16. What else it means is for whoever carries out the command.
    pub(super) fn log_out(&mut self) {
        self.become_guest();
        self.reply_plain(LOGGED_OUT);
        if self.may_ask_for_proof() {
            self.reply_plain(HOW_TO_LINK);
        }
        if let Phase::Asking(asking) = self.session.phase.clone() {
            self.put_again(asking, None);
        }
    }

    /// Answers whether something was given up that is not for guests.
    fn become_guest(&mut self) -> bool {
        self.session.verified = false;
        self.session.wanted = None;
        self.session.roles = vec![PUBLIC_ROLE.to_owned()];
        let is_private = self.session.frames.iter().any(|frame| {
            self.compiled(frame)
                .is_some_and(|topic| !self.has_role(topic))
        });
        if !is_private || self.session.autopilot || self.session.is_silent() {
            return false;
        }
        self.abandon_all();
        self.idle();
        true
    }

    /// V-25.
    pub(super) fn has_role(&self, topic: &CompiledTopic) -> bool {
        let mut roles = topic.file().roles.iter();
        roles.any(|role| self.session.roles.contains(role))
    }

    /// L-2, L-4: a guest who wants more is asked who they are.
    pub(super) fn may_ask_for_proof(&self) -> bool {
        let part = SetupTopic::LinkAccount;
        !self.session.verified && self.topics.settings().includes.contains(&part)
    }

    /// L-4: asks who it is, and goes on with what they wanted.
    pub(super) fn ask_before(&mut self, topic: TopicName) {
        let variables = Self::no_variables();
        self.session.wanted = Some(Wanted { topic, variables });
        self.session.engaged = true;
        self.start_setup(SetupTopic::LinkAccount);
    }

    /// S-11.
    pub(super) fn start_proved(
        &mut self,
        topic: TopicName,
        variables: BTreeMap<VariableName, BotValue>,
    ) {
        self.watch_silence();
        self.session.engaged = true;
        self.abandon_all();
        self.idle();
        let wanted = Wanted { topic, variables };
        if self.session.verified {
            self.start_wanted(wanted);
        } else if self.may_ask_for_proof() {
            self.session.wanted = Some(wanted);
            self.start_setup(SetupTopic::LinkAccount);
        } else {
            self.reply_plain(NOT_BY_TEXT);
        }
    }

    /// What follows the asking.
    pub(super) fn after_linking(&mut self) {
        let wanted = self.session.wanted.take();
        match wanted.filter(|_| self.session.verified) {
            Some(wanted) => self.start_wanted(wanted),
            None => self.run_on(),
        }
    }

    /// V-25: the account may lack the role all the same. They are told no more than that nothing was found.
    fn start_wanted(&mut self, wanted: Wanted) {
        let topic = self.topics.published(&wanted.topic);
        if topic.is_some_and(|topic| self.has_role(topic)) {
            let Wanted { topic, variables } = wanted;
            return self.start_topic(&topic, None, variables, FrameCause::Asked);
        }
        self.fact(BotFact::NotUnderstood);
        self.start_setup(SetupTopic::Fallback);
    }
}

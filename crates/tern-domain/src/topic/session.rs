//! One conversation of the virtual agent between two turns.
//!
//! Plain data, stored as JSON. It names the topic versions it runs with, so that publishing never changes a
//! running conversation, and carries its own seed, so that a replay gives the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::io::{HandoverContext, NodePlace, Said, Ticket};
use super::node::NodeId;
use super::value::BotValue;
use super::{SetupTopic, TopicName, TopicVersion, VariableName};
use crate::interaction::CloseReason;
use crate::language::Language;
use crate::message::MessageText;
use crate::notification::{NotificationOffer, OfferedList, WaitingOffer};
use crate::time::UtcMillis;
use crate::verification::ProofFactor;

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BotSession {
    /// Chooses alternates and surveys; given by the caller once, for example from the interaction's id.
    pub seed: u64,
    /// How often the seed was asked.
    pub draws: u64,
    /// What the conversation waits for.
    pub phase: Phase,
    /// Running topics: the last one runs, those before it wait for it.
    pub frames: Vec<Frame>,
    /// What is known about the conversation, by name: [`KNOWN_FACTS`](super::KNOWN_FACTS). The caller may
    /// replace them before any turn.
    pub known: BTreeMap<String, BotValue>,
    /// Texts that came in while something else was waited for, oldest first.
    pub queued: Vec<Said>,
    /// The last ticket given out.
    pub last_ticket: Ticket,
    /// The requester took part: a topic was started for them, or they answered one.
    pub engaged: bool,
    /// A topic was completed since their last words.
    pub topic_done: bool,
    /// When the requester last wrote.
    pub last_said_at: UtcMillis,
    /// Nodes since the requester last wrote (V-23).
    pub steps: u32,
    /// The words that topics were last searched with (H-6).
    pub search_text: Option<MessageText>,
    /// The language of their first words, where these tell it (V-37).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The row looked up last: table and the caller's name of it (H-6).
    pub record: Option<(String, String)>,
    /// An agent runs the topic (H-9).
    pub autopilot: bool,
    /// Roles of the requester (V-25); `public` is what guests have.
    pub roles: Vec<String>,
    /// The requester proved who they are, and it still counts (L-15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verified: bool,
    /// What they wanted when they were asked to prove it (L-4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// What an agent is told if a part of every conversation hands over: kept from before it began.
    pub handover: Option<Box<HandoverContext>>,
    /// Why the conversation ends once its closing words are said.
    pub closing: Option<CloseReason>,
    /// The hand-over under way is silent: it is for a text that came in too late.
    pub quiet_handover: bool,
    /// Where it went, oldest first; the newest [`LONGEST_PATH`].
    pub path: Vec<NodePlace>,
    /// S-10: a notification whose actions hold for the next text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Box<NotificationOffer>>,
    /// S-10: notifications that wait for them, oldest first. The caller tells them before each turn; they are not
    /// kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingOffer>,
    /// S-10: those of them that were listed; the numbers hold for the next text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<OfferedList>,
}

/// The role of everybody, guests too (V-25).
pub(super) const PUBLIC_ROLE: &str = "public";

/// A topic that waits until somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Which.
    pub topic: TopicName,
    /// Variables that are set already.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<VariableName, BotValue>,
}

/// Most steps that a session remembers of its path.
pub const LONGEST_PATH: usize = 500;

/// What a conversation waits for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Phase {
    /// [`BotInput::Begin`](super::BotInput::Begin).
    #[default]
    New,
    /// Words that find a topic.
    Idle {
        /// Topics offered by number (V-26), if the last text found several.
        offered: Vec<TopicName>,
    },
    /// An answer to the running topic's node.
    Asking(Asking),
    /// The answer to an effect.
    Waiting {
        /// Its ticket.
        ticket: Ticket,
    },
    /// Whether somebody is there (H-3).
    HandingOver,
    /// A person, in a queue: silent but for commands.
    Queued,
    /// A person has it (H-7): silent but for commands.
    Agent,
    /// Nothing any more.
    Ended,
}

/// An open question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Asking {
    /// Answers that did not fit, one after another (V-19).
    pub invalid: u32,
    /// It asks whether the default is right (V-17), not the node's question.
    pub confirming_default: bool,
    /// The question as it was put, without its options: repeated as it was.
    pub prompt: MessageText,
    /// What can be picked; empty if nothing is picked here.
    pub options: Vec<AskedOption>,
    /// How many of the options were shown (V-16).
    pub shown: usize,
    /// `SKIP` passes over it (V-18).
    pub can_skip: bool,
    /// A text that may answer it: its files are being looked at (V-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Said>,
    /// What of a proof is asked for (L-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<ProofFactor>,
}

/// One thing to pick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedOption {
    /// What the requester reads.
    pub label: MessageText,
    /// What it means.
    pub value: BotValue,
    /// Where it goes, if not to the node's own `next`.
    pub next: Option<NodeId>,
}

/// One running topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Which topic.
    pub topic: TopicName,
    /// The version it runs with.
    pub version: TopicVersion,
    /// The node it is at.
    pub node: NodeId,
    /// Its variables. Topics share none (V-27). A secure answer is never in here (V-20).
    pub variables: BTreeMap<VariableName, BotValue>,
    /// What brought it here.
    pub cause: FrameCause,
    /// Its open question while another topic runs above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<Asking>,
}

/// What brought a topic onto the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FrameCause {
    /// The requester asked for it, or an agent did.
    Asked,
    /// The topic below it called it as a block.
    Called,
    /// The requester switched to it, or the topic below jumped to it (V-27).
    Switched {
        /// The topic below goes on afterwards.
        resume: bool,
    },
    /// It is a part of every conversation (V-28).
    Setup {
        /// Which.
        part: SetupTopic,
    },
}

impl BotSession {
    /// Somebody else has the conversation from here on: everything that was under way is forgotten.
    pub(crate) fn leave_to_person(&mut self, phase: Phase) {
        self.frames.clear();
        self.queued.clear();
        self.handover = None;
        self.closing = None;
        self.quiet_handover = false;
        self.phase = phase;
    }

    /// A session that has not begun.
    #[must_use]
    pub fn new(seed: u64, now: UtcMillis) -> Self {
        Self {
            seed,
            draws: 0,
            phase: Phase::New,
            frames: Vec::new(),
            known: BTreeMap::new(),
            queued: Vec::new(),
            last_ticket: 0,
            engaged: false,
            topic_done: false,
            last_said_at: now,
            steps: 0,
            search_text: None,
            language: None,
            record: None,
            autopilot: false,
            roles: vec![PUBLIC_ROLE.to_owned()],
            verified: false,
            wanted: None,
            handover: None,
            closing: None,
            quiet_handover: false,
            path: Vec::new(),
            offer: None,
            waiting: Vec::new(),
            listed: None,
        }
    }

    /// The session with something known about the conversation.
    #[must_use]
    pub fn knowing(mut self, name: impl Into<String>, value: impl Into<BotValue>) -> Self {
        self.known.insert(name.into(), value.into());
        self
    }

    /// A person has it, or waits for it, or it is over: the virtual agent says nothing of its own.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        matches!(
            self.phase,
            Phase::HandingOver | Phase::Queued | Phase::Agent | Phase::Ended
        )
    }

    /// The text whose files are being looked at (V-5), and the ticket of that.
    #[must_use]
    pub fn inspecting(&self) -> Option<(Ticket, &Said)> {
        let Phase::Waiting { ticket } = self.phase else {
            return None;
        };
        let said = self.frames.last()?.asking.as_ref()?.unseen.as_ref()?;
        Some((ticket, said))
    }

    /// Where the running topic is.
    #[must_use]
    pub fn place(&self) -> Option<NodePlace> {
        self.frames.last().map(|frame| NodePlace {
            topic: frame.topic.clone(),
            version: frame.version,
            node: frame.node.clone(),
        })
    }
}

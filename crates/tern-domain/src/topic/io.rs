//! What goes into a turn of the virtual agent and what comes out of it.
//!
//! Everything that is not the requester's words is asked for by a [`BotEffect`] and comes back as a
//! [`BotInput`] with the effect's ticket. An answer with another ticket is too late and changes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::node::{HttpMethod, NodeId};
use super::record::{RecordQuery, RecordWrite, StoredRow};
use super::session::BotSession;
use super::value::BotValue;
use super::{SetupTopic, TopicName, TopicVersion, VariableName};
use crate::interaction::CloseReason;
use crate::language::Language;
use crate::message::MessageText;
use crate::notification::RunPlace;
use crate::time::UtcMillis;
use crate::verification::{ProofEntry, ProofFactor, ProofOutcome};

/// Ties an answer to the effect that asked for it. Counts up within a session.
pub type Ticket = u32;

/// A text from the requester.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Said {
    /// What they wrote; empty for a picture alone.
    pub text: MessageText,
    /// Pictures and files that came with it, in order.
    #[serde(default)]
    pub media: Vec<SaidMedia>,
    /// It arrived too late for a bot (R-8, design §5): it goes to a person, without an answer.
    #[serde(default)]
    pub late: bool,
    /// The sender cannot be answered: a short code or a name (P-15).
    #[serde(default)]
    pub unanswerable: bool,
}

/// A picture or file of a requester's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidMedia {
    /// Where the caller finds it again: its media id as text.
    pub address: String,
    /// What it really is, by its bytes; [`Self::UNSEEN`] until they were fetched.
    pub content_type: String,
}

impl SaidMedia {
    /// The type of a file that nobody has looked at yet.
    pub const UNSEEN: &str = "image/unseen";

    /// Nobody knows yet what it really is.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.content_type == Self::UNSEEN
    }
}

/// One input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BotInput {
    /// The conversation begins: greeting, then topic discovery with what they wrote.
    Begin {
        /// The first text.
        first: Said,
    },
    /// Starts a topic at a node: trying a draft in the designer, or an action linked to one.
    StartAt {
        /// Which topic.
        topic: TopicName,
        /// Where; `None` = its start.
        node: Option<NodeId>,
        /// Variables that are set already.
        variables: BTreeMap<VariableName, BotValue>,
    },
    /// The conversation begins with what waits for them ([`BotSession::waiting`](super::BotSession::waiting), S-10):
    /// one notification is said with what can be done about it, several are listed.
    OfferWaiting,
    /// A text. Texts of a burst come one by one, in order.
    Said(Said),
    /// The rows of a [`BotEffect::LookUp`].
    LookedUp {
        /// Which effect.
        ticket: Ticket,
        /// The rows; `None` if they could not be read.
        rows: Option<Vec<StoredRow>>,
    },
    /// The row of a [`BotEffect::Save`].
    Saved {
        /// Which effect.
        ticket: Ticket,
        /// As it was stored; `None` if it could not be.
        row: Option<StoredRow>,
    },
    /// The answer to a [`BotEffect::Request`].
    Requested {
        /// Which effect.
        ticket: Ticket,
        /// The answer's JSON if its status was 2xx; `None` for everything else.
        body: Option<serde_json::Value>,
    },
    /// How a proof stands, after [`BotEffect::Verify`].
    Verified {
        /// Which effect.
        ticket: Ticket,
        /// How it stands.
        outcome: ProofOutcome,
        /// Roles of whoever proved who they are (V-25); empty for everybody else.
        #[serde(default)]
        roles: Vec<String>,
    },
    /// Who it is counts as proved no more (L-12, L-15): locked, unlinked, or gone.
    Unverified,
    /// Starts a topic for somebody who has to prove who they are first, unless they did (S-11).
    StartProved {
        /// Which topic.
        topic: TopicName,
        /// Variables that are set already.
        variables: BTreeMap<VariableName, BotValue>,
    },
    /// The time of a [`BotEffect::Wait`] has come.
    PauseOver {
        /// Which effect.
        ticket: Ticket,
    },
    /// What the files of a [`BotEffect::Inspect`] really are. A [`BotInput::PauseOver`] instead says that it
    /// took too long.
    Inspected {
        /// Which effect.
        ticket: Ticket,
        /// The files, as many as could be had; `None` if none of them tells anything about the answer.
        media: Option<Vec<SaidMedia>>,
    },
    /// The time of a [`BotEffect::WatchSilence`] has come. One that is early only arms it anew.
    Silence,
    /// After [`BotEffect::HandOver`]: the conversation waits in a queue (H-5).
    HandedOver,
    /// After [`BotEffect::HandOver`]: nobody is there (H-3), or the queue is closed (H-4).
    HandOverRefused {
        /// What the queue's owner wrote for this; `None` says the shipped text.
        words: Option<String>,
    },
    /// An agent has it: the virtual agent is silent (H-7).
    AgentAccepted,
    /// The agent, or a queue that gave up waiting, gives it back.
    HandedBack,
    /// An agent runs a topic inside their conversation (H-9).
    AutopilotBegin {
        /// Which topic.
        topic: TopicName,
    },
    /// The agent takes over again before the topic is complete.
    AutopilotStop,
    /// The conversation was closed by somebody else.
    Closed,
}

/// Where in a topic something happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodePlace {
    /// Which topic.
    pub topic: TopicName,
    /// Which version of it.
    pub version: TopicVersion,
    /// Which node.
    pub node: NodeId,
}

/// One message to the requester, exactly as the phone gets it. Never longer than the carrier takes (T-7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotReply {
    /// The text; may be empty if there are pictures.
    pub text: MessageText,
    /// Public addresses of pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    /// What the pictures show, for the transcript (V-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// Who says it; `None` for texts of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodePlace>,
}

/// Something for the caller to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BotEffect {
    /// Read rows; answer with [`BotInput::LookedUp`].
    LookUp {
        /// For the answer.
        ticket: Ticket,
        /// Which rows.
        query: RecordQuery,
    },
    /// Write a row; answer with [`BotInput::Saved`].
    Save {
        /// For the answer.
        ticket: Ticket,
        /// What to write.
        write: RecordWrite,
    },
    /// Make an HTTP request; answer with [`BotInput::Requested`]. The host is an allowed one; the caller
    /// follows no redirect, and limits time and size ([`RequestLimits`](super::RequestLimits)).
    Request {
        /// For the answer.
        ticket: Ticket,
        /// What to ask.
        request: HttpRequest,
    },
    /// L-3: see whether who it is can be proved (no factor), or check what was entered; answer with
    /// [`BotInput::Verified`]. The entry is in no stored form: after a crash the answer is that it is asked
    /// for again.
    Verify {
        /// For the answer.
        ticket: Ticket,
        /// What was entered.
        factor: Option<ProofFactor>,
        /// The entry.
        #[serde(skip)]
        entry: ProofEntry,
    },
    /// Answer with [`BotInput::PauseOver`] at this time.
    Wait {
        /// For the answer.
        ticket: Ticket,
        /// When.
        until: UtcMillis,
    },
    /// Tell what the files of a text really are (V-5); answer with [`BotInput::Inspected`] once they were fetched,
    /// or with [`BotInput::PauseOver`] at this time.
    Inspect {
        /// For the answer.
        ticket: Ticket,
        /// The files; their types are not to be believed.
        media: Vec<SaidMedia>,
        /// When nobody waits for them any longer.
        until: UtcMillis,
    },
    /// Give [`BotInput::Silence`] at this time, instead of the time told before (I-14).
    WatchSilence {
        /// When.
        at: UtcMillis,
    },
    /// Give the conversation to a person (H-2); answer with [`BotInput::HandedOver`] or
    /// [`BotInput::HandOverRefused`].
    HandOver(Box<HandoverContext>),
    /// A running topic of an agent is over (H-9): their input is enabled again.
    AutopilotEnded {
        /// Which.
        topic: TopicName,
        /// It ran to its end.
        completed: bool,
    },
    /// A command that other rules carry out (S-2 … S-4, L-16).
    Command(AppCommand),
    /// S-10: a notification that waited is the last thing said in this turn.
    NotificationShown {
        /// Which.
        at: RunPlace,
    },
    /// S-10: notifications that waited were passed over.
    NotificationsSkipped {
        /// Which.
        places: Vec<RunPlace>,
    },
    /// V-20: the answer to a secure question, which the session does not keep. `Debug` hides it, and it
    /// goes into no stored form.
    SecureAnswer {
        /// Which question.
        place: NodePlace,
        /// The variable that stands for it.
        variable: VariableName,
        /// The answer.
        #[serde(skip)]
        answer: MessageText,
    },
    /// Close the interaction.
    End {
        /// Why (I-18 … I-20).
        reason: CloseReason,
    },
    /// Something to count.
    Fact(BotFact),
}

/// A request to another system. `Debug` hides what may hold the requester's words.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// How.
    pub method: HttpMethod,
    /// Where. Not for a log: it may hold what the requester wrote.
    pub url: String,
    /// The host in it, which is an allowed one.
    pub host: String,
    /// Name of the secret in the keychain that goes along as a bearer token.
    pub secret: Option<String>,
    /// The JSON body.
    pub body: Option<BTreeMap<String, BotValue>>,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// H-6: what an agent is told. The caller adds what it knows itself: channel, interaction, contact, case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandoverContext {
    /// Why.
    pub reason: HandoverReason,
    /// Where the conversation was.
    pub place: Option<NodePlace>,
    /// What it is about.
    pub short_description: Option<MessageText>,
    /// The requester's words that topics were searched with.
    pub search_text: Option<MessageText>,
    /// The language of their first words (V-37).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The topic's `agentContext` variables and the node's own, as texts, in order.
    pub variables: Vec<(String, MessageText)>,
    /// The row that the conversation is about, if one was looked up: its table and the caller's name of it.
    pub record: Option<(String, String)>,
    /// Skills that an agent has to have.
    pub mandatory_skills: Vec<String>,
    /// Skills that are welcome.
    pub optional_skills: Vec<String>,
}

/// Why a conversation is given to a person (H-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverReason {
    /// The requester asked: the command, or words for it.
    Asked,
    /// A transfer node.
    Topic,
    /// The topic failed.
    Error,
    /// A text came in too late for a bot.
    LateText,
    /// A backup was restored, and what the topic waited for does not come any more.
    Restored,
}

/// A command that other rules carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppCommand {
    /// `Notification`: tell the setting (S-2).
    Notification,
    /// START (S-3).
    Start,
    /// STOP (S-4).
    Stop,
    /// Unlink the account (L-16).
    Logout,
}

/// Something to count: the figures of a topic and the path on its canvas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum BotFact {
    /// A topic began.
    TopicStarted {
        /// Which.
        topic: TopicName,
        /// What it is called.
        title: String,
        /// Which version.
        version: TopicVersion,
    },
    /// A node was reached.
    NodeReached(NodePlace),
    /// An answer did not fit (V-19).
    AnswerRejected(NodePlace),
    /// An authored option was picked: a choice (V-2), or yes or no (V-4).
    OptionPicked {
        /// At which question.
        place: NodePlace,
        /// The value that the author gave the option.
        option: String,
    },
    /// A topic ran to its end.
    TopicCompleted {
        /// Which.
        topic: TopicName,
        /// Which version.
        version: TopicVersion,
    },
    /// A topic ended before its end: the node that it was at.
    TopicAbandoned(NodePlace),
    /// The topic at this node gave the conversation to a person.
    TopicHandedOver(NodePlace),
    /// A topic failed at this node.
    TopicFailed {
        /// Where.
        place: NodePlace,
        /// What happened, for whoever edits the topic. Holds nothing that the requester wrote.
        what: String,
    },
    /// No topic was found for a text.
    NotUnderstood,
    /// A part of every conversation was said.
    SetupReached(SetupTopic),
    /// A text was left without an answer on purpose.
    LeftUnanswered(Unanswered),
}

/// Why a text gets no answer and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unanswered {
    /// Neither words nor pictures.
    Empty,
    /// A phone's way of showing a thumb under a message, `Liked “…”`.
    Tapback,
    /// The sender cannot be answered (P-15).
    Unanswerable,
    /// Opt-out words: the carrier answers them (S-7).
    CarrierKeyword,
    /// More texts than anybody reads came in while the topic waited.
    TooMany,
}

/// What one turn comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The session after it.
    pub session: BotSession,
    /// What the requester gets, in order; each waits for the one before (T-13).
    pub replies: Vec<BotReply>,
    /// What the caller has to do, in order.
    pub effects: Vec<BotEffect>,
}

//! Trying a topic on a handset, its saved tests, and its figures.
//!
//! A topic file, the session of a trial and a saved test cross as JSON text: a window keeps them and hands
//! them back, and looks into none of them but the file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{EncodingView, TestDifference};

/// Give a draft one input.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryTopic {
    /// The draft: a topic file.
    pub file: String,
    /// What the turn before answered; `None` begins anew.
    pub session: Option<String>,
    /// Who writes, and what kind of day it is.
    pub facts: TryFacts,
    /// What happens.
    pub input: TryInput,
    /// When, by the clock of the trial.
    #[ts(type = "number")]
    pub at: i64,
}

/// What is known while a draft is tried.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryFacts {
    /// Who writes; empty = nobody known.
    pub customer_name: String,
    /// Their number.
    pub customer_number: String,
    /// The team is open.
    pub open_now: bool,
    /// An agent is there.
    pub agent_there: bool,
    /// What comes of it if the topic asks who it is.
    pub proof: TryProof,
}

/// What comes of a proof in a trial: whatever is entered counts as this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TryProof {
    /// PIN and code are right.
    #[default]
    Verified,
    /// One of them is wrong, or there is no account.
    Failed,
    /// There were too many wrong tries.
    Locked,
}

/// One input of a trial.
#[derive(Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TryInput {
    /// A customer writes for the first time.
    Begin {
        /// What they write.
        text: String,
        /// Content types of what they send along.
        media: Vec<String>,
    },
    /// The draft starts at one of its nodes.
    StartAt {
        /// Which; `None` = its start.
        node: Option<String>,
        /// Variables that are set already.
        variables: BTreeMap<String, String>,
    },
    /// The customer writes.
    Said {
        /// What they write.
        text: String,
        /// Content types of what they send along.
        media: Vec<String>,
    },
    /// Time passes until `at`, and nothing else.
    Time,
    /// The other system answers.
    Answered {
        /// Its JSON; `None` = no answer, or an error.
        body: Option<String>,
    },
    /// The conversation goes to a queue.
    HandedOver,
    /// Nobody is there.
    HandOverRefused,
    /// An agent takes it.
    AgentAccepts,
    /// The agent gives it back.
    HandedBack,
}

/// What one input comes to.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryTurn {
    /// Hand this back with the next input.
    pub session: String,
    /// What the phone shows, in order.
    pub replies: Vec<TryReply>,
    /// What happened besides, in order.
    pub notes: Vec<TryNote>,
    /// The running topic's variables.
    pub variables: Vec<TryVariable>,
    /// Every node that it went through, oldest first.
    pub path: Vec<TryPlace>,
    /// Where it is.
    pub at_node: Option<TryPlace>,
    /// What it waits for.
    pub waits_for: TryWait,
    /// What the clock of the trial says.
    #[ts(type = "number")]
    pub at: i64,
    /// When a pause is over or silence is noticed.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
    /// The request that an answer is waited for, in words.
    pub request: Option<String>,
    /// The conversation is over.
    pub ended: bool,
}

/// What a trial waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TryWait {
    /// The customer's words.
    Words,
    /// The clock.
    Time,
    /// Another system.
    Answer,
    /// Whether somebody is there.
    Somebody,
    /// An agent who takes it from the queue.
    Agent,
    /// The agent, who has it.
    HandBack,
    /// Nothing any more.
    Nothing,
}

/// One text as a phone shows it.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryReply {
    /// The text.
    pub text: String,
    /// Addresses of pictures.
    pub pictures: Vec<String>,
    /// What the pictures show.
    pub alt_text: Option<String>,
    /// The node that says it; `None` for texts of the settings.
    pub node: Option<TryPlace>,
    /// When, by the clock of the trial.
    #[ts(type = "number")]
    pub at: i64,
    /// How long it leaves after the text before it in this turn, at the slowest usual rate of a number.
    #[ts(type = "number")]
    pub delay_ms: i64,
    /// Parts the carrier counts, each of which is paid for.
    pub segments: u32,
    /// How they are counted.
    pub encoding: EncodingView,
    /// The character that makes them hold less, if there is one.
    pub costly: Option<String>,
    /// Where further parts begin, in UTF-16 units from the start of the text.
    pub split_at: Vec<u32>,
    /// It goes on where the text before was too long for one message.
    pub continues: bool,
    /// What it leads people to send that the carrier acts on, in words.
    pub carrier_words: Vec<String>,
}

/// Something besides texts, in words.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryNote {
    /// After how many texts of this turn it happened.
    pub after: u32,
    /// What happened.
    pub text: String,
    /// It deserves a second look.
    pub warns: bool,
}

/// A variable.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryVariable {
    /// Name.
    pub name: String,
    /// What it holds, as text; empty for a secure answer.
    pub value: String,
    /// The answer is kept out of everything (V-20).
    pub secure: bool,
}

/// A node of a topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TryPlace {
    /// Which topic.
    pub topic: String,
    /// Which node.
    pub node: String,
}

/// Names a topic and one of its saved tests.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicTestRef {
    /// The topic's name as it was saved.
    pub topic: String,
    /// UUID of the test.
    pub id: String,
}

/// Make a test of a trial, to be looked at and then saved.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestFromRun {
    /// The draft.
    pub file: String,
    /// The session of the trial.
    pub session: String,
}

/// Make a test of the newest conversation with somebody, to be looked at and then saved. Numbers, e-mail
/// addresses, names and sensitive data are taken out.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestFromConversation {
    /// The draft.
    pub file: String,
    /// Which conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
}

/// Save a test, change its name, or bring a deleted one back.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveTopicTest {
    /// UUID; a window that adds one makes it up.
    pub id: String,
    /// The topic's name as it was saved.
    pub topic: String,
    /// What people call it.
    pub name: String,
    /// The test.
    pub document: String,
}

/// A saved test.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicTestView {
    /// UUID; empty for one that is not saved yet.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What goes in and what the phone shows.
    pub steps: Vec<TestStepView>,
    /// The test, to hand back.
    pub document: String,
}

/// One step of a saved test.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestStepView {
    /// How long after the step before.
    #[ts(type = "number")]
    pub after_ms: i64,
    /// What happens: the customer's words, or something else in words.
    pub input: String,
    /// It is what the customer wrote.
    pub said: bool,
    /// What the phone shows.
    pub replies: Vec<String>,
}

/// Run all tests of a topic against its draft.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunTopicTests {
    /// The topic's name as it was saved.
    pub topic: String,
    /// The draft.
    pub file: String,
}

/// Take what the phone shows now for what it has to show.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AcceptTopicTest {
    /// The topic's name as it was saved.
    pub topic: String,
    /// The draft.
    pub file: String,
    /// UUID of the test.
    pub id: String,
}

/// How a test came out.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The phone shows the same in every step.
    pub passed: bool,
    /// Where it does not.
    pub differences: Vec<TestDifference>,
}

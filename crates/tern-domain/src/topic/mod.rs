//! The virtual agent: topics that hold a conversation by text (V), as data and a pure machine.
//!
//! # Who builds what on it
//!
//! **Files.** [`TopicFile::read`] and [`TopicFile::write`] are the only way in and out. A file is JSON with a
//! `format`; what a newer Tern wrote is kept in the `unknown` of every level. [`topic_schema`] is committed as
//! `topic.schema.json` beside this crate. A node is `{ id, name, kind, …fields of its kind, next }`.
//!
//! **Publishing.** [`compile()`] takes a file, a version number of the store's and the [`Surroundings`] (other
//! topics, tables, settings), and answers with [`Finding`]s and, unless one of them is an error, with a
//! [`CompiledTopic`]. A designer calls it on every edit and shows the findings; the store keeps the file and
//! its version, and compiles again at start. [`TopicSet::publish`] makes it the one new conversations run
//! with, [`TopicSet::keep`] holds an older version for sessions that still name it in their
//! [`frames`](BotSession::frames); the store may drop a version once no stored session names it.
//!
//! **Running.** [`turn`] is the whole machine: `(topics, session, input, now) → (session, replies, effects)`.
//! The caller owns everything else:
//!
//! 1. Make a [`BotSession::new`] with a seed when a conversation goes to the virtual agent; fill
//!    [`BotSession::known`] before any turn with the facts that it can tell ([`KNOWN_FACTS`] lists the names
//!    that lint accepts), then give [`BotInput::Begin`].
//! 2. Store the returned session, its replies and its effects in one transaction with the text that was
//!    answered. A session is one row of JSON per interaction.
//! 3. Send the replies through the outbox, in order.
//! 4. Carry out the effects. [`BotEffect::LookUp`], [`Save`](BotEffect::Save),
//!    [`Request`](BotEffect::Request), [`Inspect`](BotEffect::Inspect) and [`Wait`](BotEffect::Wait) come back
//!    as inputs with the same ticket, whatever became of them; after a crash carry them out again, and a transfer that was not answered too. A
//!    stale ticket changes nothing.
//! 5. [`BotEffect::HandOver`] asks whether somebody is there (H-3, H-4): answer
//!    [`BotInput::HandedOver`] or [`BotInput::HandOverRefused`]. Then tell [`BotInput::AgentAccepted`] and, if
//!    it comes to that, [`BotInput::HandedBack`].
//! 6. [`BotEffect::End`] closes the interaction with its reason (I-18 … I-20).
//! 7. [`BotEffect::Verify`] is answered by `crate::verification`'s rules; what is entered is held in memory and
//!    nowhere else. Before a turn of a [`verified`](BotSession::verified) session, see whether that still counts:
//!    refresh its roles, or give [`BotInput::Unverified`].
//!
//! Texts are given in the order they came in, one turn each; while an effect is under way the session
//! queues them itself. While [`BotSession::is_silent`], texts still have to be given: the commands that act
//! then (V-32, V-34) are decided here. STOP and its likes have been recorded by [`crate::OptOut`] already;
//! the session answers with silence.
//!
//! **Trying.** A run in the designer is a [`Trial`]: the same [`turn`] with a clock that can be advanced;
//! [`BotInput::StartAt`] starts at any node. Any run becomes a [`SavedTest`], and
//! [`SavedTest::differences`] runs it against a draft's [`TopicSet`] and names the node that changed. A
//! [`Redaction`] takes out of a real conversation who it was with.
//!
//! [`ready_topics`] and [`ready_tables`] are what a team starts with; [`shipped_setup_topics`] are in every
//! [`TopicSet`] until a published topic of the same name replaces them.
//!
//! **Secure answers** (V-20) never enter the session: the variable holds `true` for "was answered" and the
//! answer itself is in [`BotEffect::SecureAnswer`], which no stored form contains.
//!
//! A text that is queued while the topic waits is in the session as it came. It is never the answer to a secure
//! question; whether it may be meant as one, and must not be queued, is `crate::bot::secrecy`'s to say.
//!
//! **Expressions** are CEL by [`crate::condition`]'s parser and limits, over the topic's variables, the
//! columns of looked-up rows (`order.status`) and the known facts. **Texts** are templates by the mechanism
//! of canned replies, over the same names; what is not known reads as nothing.

mod agent;
mod compare;
mod compile;
mod expression;
mod file;
mod io;
mod lint;
mod node;
mod place;
mod record;
mod redaction;
mod rows;
mod run;
mod saved_test;
mod schema;
mod session;
mod set;
mod settings;
mod shelf;
mod shipped;
mod source;
mod text;
mod trial;
mod value;

pub use agent::{AgentProblem, VirtualAgent};
pub use compare::{ChangeKind, ChangedLine, TopicChange, compare};
pub use compile::{CompiledTopic, Finding, Severity, Surroundings, TopicSignature, compile};
pub(crate) use expression::{evaluate, to_template};
pub use file::{CanvasPlace, FileProblem, MAX_TOPIC_BYTES, TOPIC_FORMAT, TopicFile, TopicKind};
pub use io::{
    AppCommand, BotEffect, BotFact, BotInput, BotReply, HandoverContext, HandoverReason,
    HttpRequest, NodePlace, Said, SaidMedia, Ticket, Turn, Unanswered,
};
pub use lint::carrier_words_in;
pub use node::*;
pub use record::{
    ColumnKind, ColumnName, MOST_ROWS, RecordColumn, RecordQuery, RecordTable, RecordWrite,
    StoredRow, TableName,
};
pub use redaction::{Redaction, stand_in};
pub use rows::{
    LONGEST_CELL, MOST_COLUMNS, MOST_TABLE_ROWS, MOST_TABLES, RowRefusal, TableRefusal, folded,
    is_topic_name,
};
pub use run::{card_text, turn};
pub use saved_test::{Difference, SavedStep, SavedTest};
pub use schema::{record_table_schema, topic_schema};
pub use session::{
    AskedOption, Asking, BotSession, Frame, FrameCause, LONGEST_PATH, Phase, Wanted,
};
pub use set::TopicSet;
pub use settings::{BotSettings, Command, CommandKind, RequestLimits, SetupTopic};
pub use shelf::{TopicRefusal, TopicShelf};
pub use shipped::{ready_tables, ready_topics, shipped_setup_topics};
pub use source::{SourceProblem, SourcedRows, TableSource};
pub(crate) use text::{https_host, percent_encoded};
pub use trial::{Trial, TrialEvent, WrittenRow};
pub use value::{BotValue, Row};

use crate::address::Channel;

/// A topic's internal name: lower case, digits and `_`.
pub type TopicName = String;
/// Name of a variable: lower case, digits and `_`.
pub type VariableName = String;
/// Counts the published versions of one topic, from 1. Given by the store.
pub type TopicVersion = u32;
/// Fields that this Tern does not know, in the order of the file.
pub type Unknown = serde_json::Map<String, serde_json::Value>;

/// What conversations run on. Topics and commands name it by its stored word (V-24, V-35).
const CHANNEL: Channel = Channel::Sms;

/// The fact that the conversation tells by itself (V-37).
pub const CUSTOMER_LANGUAGE: &str = "customer_language";

/// What a caller can tell about a conversation, and what it is, for the designer's list.
pub const KNOWN_FACTS: [(&str, &str); 11] = [
    ("customer_name", "The customer's name, where it is known"),
    ("customer_number", "The customer's number"),
    ("customer_country", "The customer's country, such as US"),
    (
        CUSTOMER_LANGUAGE,
        "The language of their first words, such as en, where these tell it",
    ),
    ("our_number", "The number of ours they write to"),
    ("our_name", "What that number is called"),
    ("date", "Today's date"),
    ("time", "The time"),
    ("weekday", "The day of the week"),
    ("open_now", "Whether the team is open now, yes or no"),
    ("agent_there", "Whether an agent is there now, yes or no"),
];

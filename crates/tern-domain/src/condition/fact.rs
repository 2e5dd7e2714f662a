//! What a condition may know: the typed fact sheet of one conversation.
//!
//! Owns names, types and plain words of every fact. A new fact is a variant here, a line in each table
//! below, and a value wherever sheets are filled; conditions, forms and their checks then know it.

use std::collections::BTreeMap;

use crate::interaction::{Handler, InteractionState, OpenedBy};
use crate::time::{Millis, UtcMillis};

/// One fact about a conversation and its latest interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// State of the interaction (I-1 … I-7).
    State,
    /// Who answers now.
    Handler,
    /// A live agent has it.
    Assigned,
    /// Who started it.
    OpenedBy,
    /// Who wrote last.
    LastAuthor,
    /// The requester waits for an answer.
    Waiting,
    /// Whole minutes since the oldest text without an answer; 0 while nobody waits.
    WaitingMinutes,
    /// Whole minutes since the newest text of either side.
    QuietMinutes,
    /// Whole minutes since the interaction was opened.
    OpenedMinutes,
    /// Texts that were not read.
    Unread,
    /// Texts stored for the conversation.
    Texts,
    /// The newest text carries a picture or a file.
    HasPicture,
    /// The carrier blocks texts to the requester (S-7).
    OptedOut,
    /// The interaction's first text arrived too late for a bot.
    Late,
    /// An agent pinned it.
    Pinned,
    /// It sleeps until later.
    Snoozed,
    /// Something is typed and not sent.
    HasDraft,
    /// A send failed or is uncertain.
    NeedsAttention,
    /// The requester's number or literal address.
    RequesterNumber,
    /// The requester's territory, such as `US`; not there for short codes and names.
    RequesterTerritory,
    /// The team's number.
    ProviderNumber,
}

/// Type of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// Free text.
    Text,
    /// One of these: stored word and plain words.
    Choice(&'static [(&'static str, &'static str)]),
}

const STATES: &[(&str, &str)] = &[
    ("new", "New"),
    ("work_in_progress", "In progress"),
    ("on_hold", "On hold"),
    ("wrap_up", "Wrapping up"),
    ("closed_complete", "Finished"),
    ("closed_abandoned", "Abandoned"),
    ("faulted", "Closed by an error"),
];
const HANDLERS: &[(&str, &str)] = &[
    ("virtual_agent", "Virtual agent"),
    ("queue", "Nobody yet"),
    ("live_agent", "An agent"),
];
const SIDES: &[(&str, &str)] = &[("requester", "Customer"), ("agent", "Team")];
const AUTHORS: &[(&str, &str)] = &[
    ("requester", "Customer"),
    ("agent", "Team"),
    ("virtual_agent", "Virtual agent"),
];

impl Fact {
    /// Every fact, in the order a form offers them.
    pub const ALL: [Self; 21] = [
        Self::State,
        Self::Handler,
        Self::Assigned,
        Self::Waiting,
        Self::WaitingMinutes,
        Self::QuietMinutes,
        Self::OpenedMinutes,
        Self::LastAuthor,
        Self::OpenedBy,
        Self::Unread,
        Self::Texts,
        Self::HasPicture,
        Self::HasDraft,
        Self::NeedsAttention,
        Self::OptedOut,
        Self::Late,
        Self::Pinned,
        Self::Snoozed,
        Self::RequesterNumber,
        Self::RequesterTerritory,
        Self::ProviderNumber,
    ];

    /// Its name in conditions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Handler => "handler",
            Self::Assigned => "assigned",
            Self::OpenedBy => "opened_by",
            Self::LastAuthor => "last_author",
            Self::Waiting => "waiting",
            Self::WaitingMinutes => "waiting_minutes",
            Self::QuietMinutes => "quiet_minutes",
            Self::OpenedMinutes => "opened_minutes",
            Self::Unread => "unread",
            Self::Texts => "texts",
            Self::HasPicture => "has_picture",
            Self::OptedOut => "opted_out",
            Self::Late => "late",
            Self::Pinned => "pinned",
            Self::Snoozed => "snoozed",
            Self::HasDraft => "has_draft",
            Self::NeedsAttention => "needs_attention",
            Self::RequesterNumber => "requester_number",
            Self::RequesterTerritory => "requester_territory",
            Self::ProviderNumber => "provider_number",
        }
    }

    /// Its name in plain words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Handler => "Who answers",
            Self::Assigned => "Somebody has it",
            Self::OpenedBy => "Started by",
            Self::LastAuthor => "Wrote last",
            Self::Waiting => "Customer waits for an answer",
            Self::WaitingMinutes => "Minutes without an answer",
            Self::QuietMinutes => "Minutes since the last text",
            Self::OpenedMinutes => "Minutes since it was opened",
            Self::Unread => "Unread texts",
            Self::Texts => "Texts in all",
            Self::HasPicture => "Last text has a picture",
            Self::OptedOut => "Customer has opted out",
            Self::Late => "First text arrived late",
            Self::Pinned => "Pinned",
            Self::Snoozed => "Snoozed",
            Self::HasDraft => "Has a draft",
            Self::NeedsAttention => "A text needs attention",
            Self::RequesterNumber => "Customer's number",
            Self::RequesterTerritory => "Customer's country",
            Self::ProviderNumber => "Team's number",
        }
    }

    /// Its type.
    #[must_use]
    pub const fn kind(self) -> FactKind {
        match self {
            Self::State => FactKind::Choice(STATES),
            Self::Handler => FactKind::Choice(HANDLERS),
            Self::OpenedBy => FactKind::Choice(SIDES),
            Self::LastAuthor => FactKind::Choice(AUTHORS),
            Self::Assigned
            | Self::Waiting
            | Self::HasPicture
            | Self::OptedOut
            | Self::Late
            | Self::Pinned
            | Self::Snoozed
            | Self::HasDraft
            | Self::NeedsAttention => FactKind::Flag,
            Self::WaitingMinutes
            | Self::QuietMinutes
            | Self::OpenedMinutes
            | Self::Unread
            | Self::Texts => FactKind::Number,
            Self::RequesterNumber | Self::RequesterTerritory | Self::ProviderNumber => {
                FactKind::Text
            }
        }
    }

    /// Whether it is read from the conversation's interaction.
    #[must_use]
    pub const fn is_of_interaction(self) -> bool {
        matches!(
            self,
            Self::State
                | Self::Handler
                | Self::OpenedBy
                | Self::Late
                | Self::Assigned
                | Self::OpenedMinutes
        )
    }

    /// Whether it says something about a text that has just arrived, before anybody has seen it: what the
    /// condition of a queue is asked over.
    #[must_use]
    pub const fn is_known_on_arrival(self) -> bool {
        matches!(
            self,
            Self::Texts
                | Self::HasPicture
                | Self::OptedOut
                | Self::Late
                | Self::RequesterNumber
                | Self::RequesterTerritory
                | Self::ProviderNumber
        )
    }

    /// The fact of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.name() == name)
    }
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text, or the stored word of a choice.
    Text(String),
}

impl From<bool> for FactValue {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for FactValue {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u32> for FactValue {
    fn from(value: u32) -> Self {
        Self::Number(i64::from(value))
    }
}

impl From<&str> for FactValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<InteractionState> for FactValue {
    fn from(value: InteractionState) -> Self {
        value.as_str().into()
    }
}

impl From<Handler> for FactValue {
    fn from(value: Handler) -> Self {
        value.as_str().into()
    }
}

impl From<OpenedBy> for FactValue {
    fn from(value: OpenedBy) -> Self {
        match value {
            OpenedBy::Requester => "requester",
            OpenedBy::Agent => "agent",
        }
        .into()
    }
}

impl FactValue {
    /// Whole minutes since an instant. A clock that was set back gives 0.
    #[must_use]
    pub fn minutes_since(since: UtcMillis, now: UtcMillis) -> Self {
        Self::Number((now.since(since).0 / Millis::minutes(1).0).max(0))
    }
}

/// What a condition is asked over. It is asked for the facts that the condition names, and for no other.
pub trait FactSheet {
    /// A fact's value; `None` where it does not apply.
    fn fact(&self, fact: Fact) -> Option<FactValue>;
}

/// One conversation's fact sheet, filled in. A fact that does not apply is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    values: BTreeMap<Fact, FactValue>,
}

impl Facts {
    /// An empty sheet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
        }
    }

    /// The sheet with one more fact.
    #[must_use]
    pub fn with(mut self, fact: Fact, value: impl Into<FactValue>) -> Self {
        self.values.insert(fact, value.into());
        self
    }

    /// The sheet with one more fact, if it applies.
    #[must_use]
    pub fn with_some(self, fact: Fact, value: Option<impl Into<FactValue>>) -> Self {
        match value {
            Some(value) => self.with(fact, value),
            None => self,
        }
    }

    /// The sheet with a number of whole minutes since an instant, if there is one. A clock that was set
    /// back gives 0.
    #[must_use]
    pub fn with_minutes_since(self, fact: Fact, since: Option<UtcMillis>, now: UtcMillis) -> Self {
        self.with_some(
            fact,
            since.map(|since| FactValue::minutes_since(since, now)),
        )
    }

    /// Everything that another sheet knows.
    #[must_use]
    pub fn all_of(sheet: &impl FactSheet) -> Self {
        let values = Fact::ALL
            .into_iter()
            .filter_map(|fact| Some((fact, sheet.fact(fact)?)));
        Self {
            values: values.collect(),
        }
    }

    /// A fact's value.
    #[must_use]
    pub fn value(&self, fact: Fact) -> Option<&FactValue> {
        self.values.get(&fact)
    }
}

impl FactSheet for Facts {
    fn fact(&self, fact: Fact) -> Option<FactValue> {
        self.value(fact).cloned()
    }
}

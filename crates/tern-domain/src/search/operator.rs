//! The operators: their names, what follows them, and the words for it.
//!
//! One table for the reader, the suggestions and the help.

use super::SearchState;

/// What can be asked for beside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Who wrote it.
    From,
    /// Which agent wrote it.
    Agent,
    /// A piece of the requester's number.
    Number,
    /// A piece of the requester's name.
    Person,
    /// Before a day.
    Before,
    /// From a day on.
    After,
    /// On a day, in a month, in a year.
    On,
    /// What it contains.
    Has,
    /// Where the conversation is.
    State,
    /// Which topic of the virtual agent ran.
    Topic,
    /// What kind of thing it is.
    Is,
}

impl Operator {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 11] = [
        Self::From,
        Self::Agent,
        Self::Person,
        Self::Number,
        Self::On,
        Self::Before,
        Self::After,
        Self::Has,
        Self::Is,
        Self::State,
        Self::Topic,
    ];

    /// As typed, without the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Agent => "agent",
            Self::Number => "number",
            Self::Person => "person",
            Self::Before => "before",
            Self::After => "after",
            Self::On => "on",
            Self::Has => "has",
            Self::State => "state",
            Self::Topic => "topic",
            Self::Is => "is",
        }
    }

    /// What it asks for.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::From => "Who wrote it: customer, us, me, bot, or an agent",
            Self::Agent => "Which agent answered",
            Self::Number => "Part of the customer’s number",
            Self::Person => "Part of the customer’s name",
            Self::Before => "Before a day",
            Self::After => "From a day on",
            Self::On => "On a day, in a month or a year",
            Self::Has => "What it contains",
            Self::State => "Where the conversation is now",
            Self::Topic => "Which topic of the virtual agent ran",
            Self::Is => "Notes, and texts that are unread or failed",
        }
    }

    /// One that makes sense.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::From => "from:customer, from:us, from:me or from:bot",
            Self::Agent => "agent:me or an agent’s name",
            Self::Number => "number:0142",
            Self::Person => "person:ada",
            Self::Before => "before:2026-03-01, before:yesterday or before:7d",
            Self::After => "after:2026-03-01, after:monday or after:7d",
            Self::On => "on:yesterday, on:2026-03-01 or on:march",
            Self::Has => "has:image",
            Self::State => "state:new, state:ongoing, state:bot, state:snoozed or state:done",
            Self::Topic => "topic: and the name of a topic",
            Self::Is => "is:note, is:unread or is:failed",
        }
    }

    /// Values that can be offered before anything of them is typed, with their words.
    pub(super) const fn values(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::From => &[
                ("customer", "Customers"),
                ("us", "The team"),
                ("me", "Me"),
                ("bot", "The virtual agent"),
            ],
            Self::Agent => &[("me", "Me")],
            Self::Before | Self::After | Self::On => &[
                ("today", "Today"),
                ("yesterday", "Yesterday"),
                ("7d", "The last 7 days"),
                ("30d", "The last 30 days"),
                ("1y", "The last year"),
            ],
            Self::Has => &[("image", "A picture")],
            Self::State => &[
                ("new", "New"),
                ("ongoing", "Ongoing"),
                ("bot", "With the virtual agent"),
                ("snoozed", "Snoozed"),
                ("done", "Done"),
            ],
            Self::Is => &[
                ("note", "Notes of the team"),
                ("unread", "Texts that nobody has read"),
                ("failed", "Texts that did not arrive"),
            ],
            Self::Number | Self::Person | Self::Topic => &[],
        }
    }

    /// The operator of that name, whatever its case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.name().eq_ignore_ascii_case(name))
    }
}

impl SearchState {
    /// Reads what follows `state:`.
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "new" | "waiting" => Self::New,
            "ongoing" | "open" => Self::Ongoing,
            "bot" => Self::WithVirtualAgent,
            "snoozed" | "asleep" => Self::Snoozed,
            "done" | "closed" | "finished" => Self::Done,
            _ => return None,
        })
    }

    /// As the inbox calls it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Ongoing => "Ongoing",
            Self::WithVirtualAgent => "With the virtual agent",
            Self::Snoozed => "Snoozed",
            Self::Done => "Done",
        }
    }
}

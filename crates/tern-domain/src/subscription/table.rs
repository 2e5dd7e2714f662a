//! What a word does: one line for each word and each case (S-1 … S-8, V-34).

use super::Word;

/// Who has the conversation that a word comes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum With {
    /// The virtual agent.
    VirtualAgent,
    /// A person, or a queue in which it waits for one.
    Person,
    /// Nobody: no interaction is active.
    Nobody,
}

/// How things are when a word comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The number is linked to the account of a user (S-1, S-6). Everybody else is a guest (S-5).
    pub is_linked: bool,
    /// They get notifications.
    pub is_on: bool,
    /// The carrier's block is in force (S-7).
    pub is_blocked: bool,
    /// Who has the conversation.
    pub with: With,
}

/// The one line that Tern says to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// S-3.
    TurnedOn,
    /// S-4, after a word of the team's: the carrier says nothing then.
    TurnedOff,
    /// S-8: a guest's START.
    NeedsAccount,
    /// S-2: on.
    IsOn,
    /// S-2: off.
    IsOff,
    /// S-2: off, and a guest cannot turn them on.
    IsOffForGuests,
    /// Almost STOP, said to a program: it cannot ask the team, so it says how.
    HowToStop,
}

impl Line {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::TurnedOn,
        Self::TurnedOff,
        Self::NeedsAccount,
        Self::IsOn,
        Self::IsOff,
        Self::IsOffForGuests,
        Self::HowToStop,
    ];

    /// The words: one segment each.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TurnedOn => {
                "Notifications are on. Text STOP to get no more texts from this number."
            }
            Self::TurnedOff => "Notifications are off. Text START to turn them on again.",
            Self::NeedsAccount => {
                "You can get our texts. Notifications need a linked account, so they stay off."
            }
            Self::IsOn => "Notifications are on. Text STOP to get no more texts from this number.",
            Self::IsOff => "Notifications are off. Text START to turn them on.",
            Self::IsOffForGuests => "Notifications are off. They need a linked account.",
            Self::HowToStop => {
                "To get no more texts from this number, answer with STOP and nothing else."
            }
        }
    }
}

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WordOutcome {
    /// The carrier's block is set (`true`) or ended (`false`); `None` = the word says nothing about it.
    pub block: Option<bool>,
    /// Notifications go on or off; `None` = they stay.
    pub notifications: Option<bool>,
    /// What is answered. Nothing is while the block is in force afterwards.
    pub line: Option<Line>,
    /// It is an ordinary text as well: topics and people get it.
    pub is_ordinary: bool,
    /// The agent is asked in the thread whether they want to stop.
    pub asks_agent: bool,
}

/// The table.
#[must_use]
pub const fn what_a_word_does(word: Word, standing: &Standing) -> WordOutcome {
    const NOTHING: WordOutcome = WordOutcome {
        block: None,
        notifications: None,
        line: None,
        is_ordinary: false,
        asks_agent: false,
    };
    let is_with_bot = matches!(standing.with, With::VirtualAgent);
    match word {
        // S-4, S-7: the carrier has answered it already.
        Word::Stop => WordOutcome {
            block: Some(true),
            notifications: Some(false),
            ..NOTHING
        },
        // S-3, S-8.
        Word::Start => WordOutcome {
            block: Some(false),
            notifications: turned_on(standing),
            line: Some(after_start(standing)),
            ..NOTHING
        },
        // S-8: only START switches the subscription on.
        Word::Unstop => WordOutcome {
            block: Some(false),
            ..NOTHING
        },
        // S-8: it ends the block, and stays an answer: whether it comes in before or after the STOP that it undoes
        // must not matter. The virtual agent does not hear of it while the block is in force.
        Word::Yes => WordOutcome {
            block: Some(false),
            is_ordinary: true,
            ..NOTHING
        },
        // S-7, V-33: the list is the virtual agent's to give; a person reads it (V-36).
        Word::Help => WordOutcome {
            is_ordinary: true,
            ..NOTHING
        },
        // S-2.
        Word::Notification => WordOutcome {
            line: Some(if standing.is_on && standing.is_linked {
                Line::IsOn
            } else if standing.is_linked {
                Line::IsOff
            } else {
                Line::IsOffForGuests
            }),
            ..NOTHING
        },
        Word::TurnOn => WordOutcome {
            notifications: turned_on(standing),
            line: Some(after_start(standing)),
            ..NOTHING
        },
        Word::TurnOff => WordOutcome {
            notifications: Some(false),
            line: Some(Line::TurnedOff),
            ..NOTHING
        },
        Word::NearStop { is_command } => WordOutcome {
            notifications: if is_command { Some(false) } else { None },
            line: if is_with_bot {
                Some(Line::HowToStop)
            } else {
                None
            },
            is_ordinary: !is_with_bot,
            asks_agent: true,
            ..NOTHING
        },
    }
}

const fn turned_on(standing: &Standing) -> Option<bool> {
    if standing.is_linked { Some(true) } else { None }
}

const fn after_start(standing: &Standing) -> Line {
    if standing.is_linked {
        Line::TurnedOn
    } else {
        Line::NeedsAccount
    }
}

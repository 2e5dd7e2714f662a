//! How a conversation's card in the inbox looks: at most five fields, the first of them the title.
//!
//! Which layout is in force is decided by condition and order. Without any layout a card looks as shipped.

use serde::{Deserialize, Serialize};

use crate::condition::{Condition, FactSheet};

/// Something that a card can show of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardField {
    /// Who writes: a name if known, else the number.
    Requester,
    /// The newest text of either side.
    LastText,
    /// The requester's number.
    Number,
    /// The requester's territory.
    Territory,
    /// Whether the directory knows who writes.
    Identity,
    /// The queue of the open work.
    Queue,
    /// Since when the requester waits for an answer.
    WaitingSince,
    /// State of the interaction.
    State,
    /// Who has it.
    Agent,
    /// The team's number.
    OurNumber,
}

impl CardField {
    /// Every field, in the order in which the editor offers them.
    pub const ALL: [Self; 10] = [
        Self::Requester,
        Self::LastText,
        Self::Number,
        Self::Queue,
        Self::WaitingSince,
        Self::State,
        Self::Agent,
        Self::OurNumber,
        Self::Identity,
        Self::Territory,
    ];

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Requester => "Customer",
            Self::LastText => "Last text",
            Self::Number => "Customer's number",
            Self::Territory => "Customer's country",
            Self::Identity => "Known or guest",
            Self::Queue => "Queue",
            Self::WaitingSince => "Waits since",
            Self::State => "State",
            Self::Agent => "Agent",
            Self::OurNumber => "Our number",
        }
    }
}

/// One layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLayout {
    /// Stable for its whole life, also across export and import.
    pub id: String,
    /// What the settings call it.
    pub name: String,
    /// Which conversations' cards look like this; `true` = all.
    pub condition: String,
    /// What they show, the title first.
    pub fields: Vec<CardField>,
}

/// What is wrong with a layout, for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardProblem {
    /// No name, or too long a one.
    #[error("A layout needs a name of 1 to 60 characters.")]
    Name,
    /// Two layouts with one id.
    #[error("Each layout needs an id of its own.")]
    Id,
    ///
    #[error("“{layout}” needs 1 to 5 fields.")]
    Fields {
        /// Which layout.
        layout: String,
    },
    /// A field is there twice.
    #[error("“{layout}” shows “{field}” twice.")]
    FieldTwice {
        /// Which layout.
        layout: String,
        /// Which field.
        field: &'static str,
    },
    /// The condition cannot be understood.
    #[error("The condition of “{layout}” is not good: {words}")]
    Condition {
        /// Which layout.
        layout: String,
        /// What is wrong, and where.
        words: String,
    },
    /// Every card is held against all of them.
    #[error("There is room for 20 layouts.")]
    TooMany,
}

/// Fields of one card at most.
pub const MOST_CARD_FIELDS: usize = 5;
const MOST_LAYOUTS: usize = 20;
const LONGEST_NAME: usize = 60;

/// All layouts in their order, in their kept form: names trimmed, conditions compiled once.
///
/// # Errors
/// The first [`CardProblem`], in words for whoever edits them.
pub fn check_layouts(layouts: Vec<CardLayout>) -> Result<Vec<CardLayout>, CardProblem> {
    if layouts.len() > MOST_LAYOUTS {
        return Err(CardProblem::TooMany);
    }
    let mut ids = std::collections::BTreeSet::new();
    layouts
        .into_iter()
        .map(|mut layout| {
            layout.name = layout.name.trim().to_owned();
            if !(1..=LONGEST_NAME).contains(&layout.name.chars().count()) {
                return Err(CardProblem::Name);
            }
            if layout.id.is_empty() || !ids.insert(layout.id.clone()) {
                return Err(CardProblem::Id);
            }
            check_fields(&layout)?;
            match Condition::compile(&layout.condition) {
                Ok(_) => Ok(layout),
                Err(problems) => Err(CardProblem::Condition {
                    layout: layout.name,
                    words: problems
                        .first()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                }),
            }
        })
        .collect()
}

fn check_fields(layout: &CardLayout) -> Result<(), CardProblem> {
    if !(1..=MOST_CARD_FIELDS).contains(&layout.fields.len()) {
        return Err(CardProblem::Fields {
            layout: layout.name.clone(),
        });
    }
    let mut seen = std::collections::BTreeSet::new();
    match layout.fields.iter().find(|field| !seen.insert(**field)) {
        Some(twice) => Err(CardProblem::FieldTwice {
            layout: layout.name.clone(),
            field: twice.label(),
        }),
        None => Ok(()),
    }
}

/// Layouts ready to be asked, card after card.
#[derive(Debug, Default)]
pub struct ReadyLayouts(Vec<(Condition, Vec<CardField>)>);

impl ReadyLayouts {
    /// Compiles the conditions once. A layout that a later version wrote and this one cannot read is passed
    /// over.
    #[must_use]
    pub fn new(layouts: &[CardLayout]) -> Self {
        let ready = layouts.iter().filter_map(|layout| {
            let condition = Condition::compile(&layout.condition).ok()?;
            Some((condition, layout.fields.clone()))
        });
        Self(ready.collect())
    }

    /// Whether every card looks as shipped.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields of one card: of the first layout whose condition holds. `None` = as shipped.
    #[must_use]
    pub fn choose(&self, sheet: &impl FactSheet) -> Option<&[CardField]> {
        self.0
            .iter()
            .find(|(condition, _)| condition.evaluate(sheet).is_met)
            .map(|(_, fields)| fields.as_slice())
    }
}

//! What a notification is (S-12, S-13), and which definitions make sense.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::content;
use super::trigger::compile_condition;
use crate::alerts::QuietWeek;
use crate::ids::{NotificationId, PersonId};
use crate::money::Money;
use crate::phone::PhoneNumber;
use crate::routing::Span;
use crate::topic::{ColumnKind, ColumnName, RecordTable, TableName, TopicName};

/// The first line of a notification as shipped (S-13).
pub const DEFAULT_HEADING: &str = "You have a notification. You can go on here afterwards.";
/// Hours that an actionable notification waits for its turn, as shipped (S-10).
pub const USUAL_KEEP: u16 = 8;
/// The most (S-10).
pub const LONGEST_KEEP: u16 = 72;
/// Most actions: more cannot be picked by number at a glance.
pub const MOST_ACTIONS: usize = 5;
/// Pixels that an image card's picture has at least, across (S-13).
pub const NARROWEST_PICTURE: u32 = 400;
const LONGEST_NAME: usize = 80;
const MOST_PEOPLE: usize = 500;

/// A definition (S-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Stable for its whole life, also across export and import.
    pub id: NotificationId,
    /// Its name for the team.
    pub name: String,
    /// It is sent when its trigger says so.
    pub is_active: bool,
    /// When it is sent.
    pub trigger: Trigger,
    /// To whom.
    pub recipients: Recipients,
    /// What they read.
    pub content: Content,
    /// What they can do about it; none = simple (S-9), else actionable (S-10).
    #[serde(default)]
    pub actions: Vec<NotificationAction>,
    /// S-10: the list of actions ends with a way past it.
    #[serde(default = "yes")]
    pub can_skip: bool,
    /// Hours that an actionable one is kept while a conversation is active.
    #[serde(default = "usual_keep")]
    pub keep_hours: u16,
    /// The team's number that it leaves from; `None` = the one that they last wrote to.
    #[serde(default)]
    pub provider: Option<PhoneNumber>,
}

const fn yes() -> bool {
    true
}

const fn usual_keep() -> u16 {
    USUAL_KEEP
}

/// When a notification is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Trigger {
    /// A row was added or changed.
    Record {
        /// In which table.
        table: TableName,
        /// When it is added.
        on_insert: bool,
        /// When it is changed.
        on_update: bool,
        /// Over the row's columns, and `before.column` for what a column held; empty = always.
        #[serde(default)]
        condition: String,
    },
    /// Somebody says that it happened, with up to two words about it.
    Event,
}

/// Who gets a notification. Whoever is named twice gets it once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipients {
    /// People of the directory.
    pub people: Vec<PersonId>,
    /// Columns that hold the phone number of a user.
    pub fields: Vec<ColumnName>,
    /// Everybody with one of these roles.
    pub roles: Vec<String>,
    /// Everybody who has notifications on.
    pub subscribers: bool,
    /// Whoever caused it gets it, too.
    pub include_originator: bool,
}

/// What a recipient reads (S-13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The first line; may be empty.
    pub heading: String,
    /// The rest.
    pub body: ContentBody,
}

/// The kinds of content. Every text is a template: `${column}`, `${event.parm1}`, `${event.parm2}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ContentBody {
    /// A text.
    Simple {
        /// The text.
        text: String,
    },
    /// V-10: `label: value` lines of the row; empty ones are left out.
    RecordCard {
        /// The first line.
        title: String,
        /// Which columns, in order.
        fields: Vec<ColumnName>,
        /// The record's address, the last line; may be empty.
        link: String,
    },
    /// A picture with a text.
    ImageCard {
        /// The text; may be empty.
        text: String,
        /// The picture's public address, `https`. At least 400 pixels wide.
        picture: String,
        /// What it shows, for whoever cannot see it.
        alt_text: String,
    },
}

/// One thing that a recipient can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationAction {
    /// What they read.
    pub label: String,
    /// The topic that it starts. Columns of the row are set in its variables of the same name.
    pub topic: TopicName,
}

/// What holds for every notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationSettings {
    /// Every day, on the laptop's wall clock; what falls into it waits for its end. Over midnight is fine.
    pub quiet: Option<Span>,
    /// Most notifications that one person gets within an hour.
    pub most_an_hour: u32,
    /// What the carrier takes for one segment, as the team knows it from its bill; `None` = not known.
    pub segment_price: Option<Money>,
}

impl Default for NotificationSettings {
    /// As shipped: at any time, ten an hour.
    fn default() -> Self {
        Self {
            quiet: None,
            most_an_hour: 10,
            segment_price: None,
        }
    }
}

impl NotificationSettings {
    /// The quiet hours as a week; an empty one for spans that are none.
    #[must_use]
    pub fn week(&self) -> QuietWeek {
        self.quiet
            .and_then(|span| QuietWeek::new(std::array::from_fn(|_| vec![span])).ok())
            .unwrap_or_default()
    }

    /// What one text of so many segments costs, if that is known. The price of a picture is never that of a segment.
    #[must_use]
    pub fn price_of(&self, segments: u32, has_picture: bool) -> Option<Money> {
        let price = self.segment_price.filter(|_| !has_picture)?;
        Some(price.times(segments))
    }

    /// Whether they make sense.
    ///
    /// # Errors
    /// [`NotificationProblem`].
    pub fn check(&self) -> Result<(), NotificationProblem> {
        let is_span = self
            .quiet
            .is_none_or(|span| QuietWeek::new(std::array::from_fn(|_| vec![span])).is_ok());
        if is_span && (1..=1000).contains(&self.most_an_hour) {
            Ok(())
        } else {
            Err(NotificationProblem::Settings)
        }
    }
}

/// What is wrong with a definition, in words for whoever edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationProblem {
    /// No name, or too long a one.
    #[error("give the notification a name of 1 to {LONGEST_NAME} characters")]
    Name,
    /// The table is gone.
    #[error("there is no table “{table}”")]
    NoTable {
        /// As written.
        table: String,
    },
    /// Neither added nor changed.
    #[error("choose whether it is sent when a row is added, changed, or both")]
    NoChange,
    /// The condition cannot be understood.
    #[error("the condition is not good: {words}")]
    Condition {
        /// What is wrong, and where.
        words: String,
    },
    /// Nobody gets it.
    #[error("choose who gets it")]
    Nobody,
    /// More people than a list can hold.
    #[error("choose at most {MOST_PEOPLE} people one by one; use a role for more")]
    TooManyPeople,
    /// A column that is not there, or holds no number.
    #[error("the table has no phone column “{column}”")]
    NoPhoneColumn {
        /// Which.
        column: String,
    },
    /// A column that a card shows and the table does not have.
    #[error("the table has no column “{column}”")]
    NoColumn {
        /// Which.
        column: String,
    },
    /// Only a row has fields.
    #[error("a record card needs a table: choose that a row is added or changed")]
    NoRecord,
    /// A template that cannot be read.
    #[error("“{part}” cannot be filled in: {words}")]
    Template {
        /// Which part.
        part: &'static str,
        /// What is wrong.
        words: String,
    },
    /// Nothing to send.
    #[error("write what is to be sent")]
    Empty,
    /// No picture that the carrier can fetch.
    #[error("the picture needs an address that begins with https://")]
    Picture,
    /// A picture that is nothing to look at.
    #[error("the picture is {width} pixels wide; it has to be at least {NARROWEST_PICTURE}")]
    NarrowPicture {
        /// Its width, in pixels.
        width: u32,
    },
    /// A picture that not everybody can see.
    #[error("say in words what the picture shows")]
    AltText,
    /// More than anybody picks from.
    #[error("there is room for {MOST_ACTIONS} actions")]
    TooManyActions,
    /// An action without a label or a topic, or with a label that somebody took for a template.
    #[error("each action needs a name of one line without values, and a topic")]
    Action,
    /// A topic that is gone.
    #[error("there is no topic “{topic}”")]
    NoTopic {
        /// As written.
        topic: String,
    },
    /// Outside what is possible.
    #[error("keep it for 1 to {LONGEST_KEEP} hours")]
    Keep,
    /// Outside what is possible.
    #[error("quiet hours need two different times, and the limit is 1 to 1000 texts an hour")]
    Settings,
}

impl Notification {
    /// It has actions, so it waits for its turn (S-10).
    #[must_use]
    pub const fn is_actionable(&self) -> bool {
        !self.actions.is_empty()
    }

    /// The table whose rows it is about.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        match &self.trigger {
            Trigger::Record { table, .. } => Some(table),
            Trigger::Event => None,
        }
    }
}

/// Whether a picture is wide enough for an image card (S-13).
///
/// # Errors
/// [`NotificationProblem::NarrowPicture`].
pub const fn check_picture_width(width: u32) -> Result<(), NotificationProblem> {
    if width < NARROWEST_PICTURE {
        return Err(NotificationProblem::NarrowPicture { width });
    }
    Ok(())
}

impl Content {
    /// The address of an image card's picture, if it is the same for everybody.
    #[must_use]
    pub fn fixed_picture(&self) -> Option<&str> {
        match &self.body {
            ContentBody::ImageCard { picture, .. } => {
                Some(picture.trim()).filter(|address| !address.contains("${"))
            }
            ContentBody::Simple { .. } | ContentBody::RecordCard { .. } => None,
        }
    }
}

/// Whether a definition makes sense beside the team's tables and topics.
///
/// # Errors
/// The first [`NotificationProblem`].
pub fn check_notification(
    notification: &Notification,
    tables: &[RecordTable],
    topics: &BTreeSet<TopicName>,
) -> Result<(), NotificationProblem> {
    check_shared_notification(notification, tables, topics)?;
    let recipients = &notification.recipients;
    let is_for_nobody = recipients.people.is_empty()
        && recipients.fields.is_empty()
        && recipients.roles.is_empty()
        && !recipients.subscribers;
    if is_for_nobody {
        return Err(NotificationProblem::Nobody);
    }
    Ok(())
}

/// The same for one whose people are chosen at each desk, and may not be yet.
///
/// # Errors
/// The first [`NotificationProblem`].
pub fn check_shared_notification(
    notification: &Notification,
    tables: &[RecordTable],
    topics: &BTreeSet<TopicName>,
) -> Result<(), NotificationProblem> {
    let name = notification.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(NotificationProblem::Name);
    }
    let table = match &notification.trigger {
        Trigger::Event => None,
        Trigger::Record {
            table,
            on_insert,
            on_update,
            condition,
        } => {
            let found = tables.iter().find(|known| known.name == *table);
            let found = found.ok_or_else(|| NotificationProblem::NoTable {
                table: table.clone(),
            })?;
            if !on_insert && !on_update {
                return Err(NotificationProblem::NoChange);
            }
            compile_condition(condition, found)
                .map_err(|words| NotificationProblem::Condition { words })?;
            Some(found)
        }
    };
    check_recipients(&notification.recipients, table)?;
    content::check(&notification.content, table)?;
    check_actions(notification, topics)
}

fn check_recipients(
    recipients: &Recipients,
    table: Option<&RecordTable>,
) -> Result<(), NotificationProblem> {
    if recipients.people.len() > MOST_PEOPLE {
        return Err(NotificationProblem::TooManyPeople);
    }
    let holds_numbers = |name: &str| {
        table
            .and_then(|table| table.column(name))
            .is_some_and(|column| column.kind == ColumnKind::Phone)
    };
    match recipients.fields.iter().find(|name| !holds_numbers(name)) {
        Some(column) => Err(NotificationProblem::NoPhoneColumn {
            column: column.clone(),
        }),
        None => Ok(()),
    }
}

fn check_actions(
    notification: &Notification,
    topics: &BTreeSet<TopicName>,
) -> Result<(), NotificationProblem> {
    if notification.actions.len() > MOST_ACTIONS {
        return Err(NotificationProblem::TooManyActions);
    }
    for action in &notification.actions {
        let label = action.label.trim();
        let is_line = !label.is_empty()
            && label.chars().count() <= LONGEST_NAME
            && !label.contains(char::is_control)
            // It would be read as it stands: labels are the same for everybody.
            && !label.contains("${");
        if !is_line || action.topic.is_empty() {
            return Err(NotificationProblem::Action);
        }
        if !topics.contains(&action.topic) {
            return Err(NotificationProblem::NoTopic {
                topic: action.topic.clone(),
            });
        }
    }
    if (1..=LONGEST_KEEP).contains(&notification.keep_hours) {
        Ok(())
    } else {
        Err(NotificationProblem::Keep)
    }
}

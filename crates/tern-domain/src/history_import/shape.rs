//! Which system a file comes from, by its headings or keys, and which column means what.
//!
//! The names are those of:
//! - Twilio's console log as CSV (`From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,
//!   Direction,Price,PriceUnit`), the Message resource of its API (<https://www.twilio.com/docs/messaging/api/message-resource>)
//!   and the lines of BulkExport (<https://www.twilio.com/docs/usage/bulkexport/day>);
//! - Chatwoot's messages and conversations (chatwoot/chatwoot, `app/views/api/v1/models/_message.json.jbuilder` and
//!   `app/views/api/v1/conversations/partials/_conversation.json.jbuilder`; `message_type` 0 incoming, 1 outgoing,
//!   2 activity, 3 template);
//! - Zammad's ticket articles (zammad/zammad-documentation, `api/ticket/articles.rst`).
//!
//! In rows of nested JSON a name is a path; what stands around a row is under `parent.`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::phone::{PhoneNumber, Territory};

use super::time::TimeFormat;

/// What a column of a file can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryField {
    /// Our number.
    Ours,
    /// The customer's number.
    Theirs,
    /// Who sent it, where a file has sender and recipient instead.
    From,
    /// Who got it.
    To,
    /// When.
    At,
    /// Which way.
    Direction,
    /// The words.
    Body,
    /// The other system's id; a SID where it is one of Twilio's.
    Id,
    /// Where it stood at the carrier.
    Status,
    /// Which of our people wrote it.
    Agent,
    /// What the customer is called.
    Name,
    /// Twilio's error code.
    ErrorCode,
    /// Parts.
    Segments,
    /// How many pictures it had.
    Pictures,
    /// An internal remark, if it says so.
    Private,
    /// What kind of entry it is, where a file has more than texts.
    Kind,
    /// Whether the words are HTML.
    ContentType,
}

impl HistoryField {
    /// Every field.
    pub const ALL: [Self; 17] = [
        Self::Ours,
        Self::Theirs,
        Self::From,
        Self::To,
        Self::At,
        Self::Direction,
        Self::Body,
        Self::Id,
        Self::Status,
        Self::Agent,
        Self::Name,
        Self::ErrorCode,
        Self::Segments,
        Self::Pictures,
        Self::Private,
        Self::Kind,
        Self::ContentType,
    ];

    /// In words, for whoever maps columns.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ours => "our number",
            Self::Theirs => "the customer's number",
            Self::From => "sender",
            Self::To => "recipient",
            Self::At => "time",
            Self::Direction => "direction",
            Self::Body => "text",
            Self::Id => "id",
            Self::Status => "status",
            Self::Agent => "agent",
            Self::Name => "customer's name",
            Self::ErrorCode => "error code",
            Self::Segments => "segments",
            Self::Pictures => "pictures",
            Self::Private => "internal",
            Self::Kind => "kind of entry",
            Self::ContentType => "content type",
        }
    }
}

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryShape {
    /// Twilio's log, of the console or the API.
    Twilio,
    /// Chatwoot's messages.
    Chatwoot,
    /// Zammad's articles.
    Zammad,
    /// Something else: its columns are to be mapped.
    Other,
}

impl HistoryShape {
    /// What it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Twilio => "Twilio message log",
            Self::Chatwoot => "Chatwoot messages",
            Self::Zammad => "Zammad articles",
            Self::Other => "Other file",
        }
    }
}

/// How the rows of a file are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryMapping {
    /// Which column holds what.
    pub columns: BTreeMap<HistoryField, String>,
    /// Our number, where the file does not say it.
    pub our_number: Option<PhoneNumber>,
    /// How times are written.
    pub time: TimeFormat,
    /// Name of the time zone of times that do not say theirs (IANA).
    pub zone: String,
    /// How numbers without a country code are read (P-15).
    pub territory: Territory,
}

impl HistoryMapping {
    /// What has to be said before rows can be read; empty if all is there.
    #[must_use]
    pub fn lacks(&self) -> Vec<HistoryField> {
        let has = |field| self.columns.contains_key(&field);
        let mut lacks = Vec::new();
        let has_pair = has(HistoryField::From) && has(HistoryField::To);
        if !has_pair {
            if !has(HistoryField::Theirs) {
                lacks.push(HistoryField::Theirs);
            }
            if !has(HistoryField::Ours) && self.our_number.is_none() {
                lacks.push(HistoryField::Ours);
            }
            if !has(HistoryField::Direction) {
                lacks.push(HistoryField::Direction);
            }
        }
        if !has(HistoryField::At) {
            lacks.push(HistoryField::At);
        }
        if !has(HistoryField::Body) {
            lacks.push(HistoryField::Body);
        }
        lacks
    }
}

/// Names by which a field goes, in the order in which they are looked for: letters and digits in lower case, and the
/// dots of a path.
type Names = &'static [(HistoryField, &'static [&'static str])];

const TWILIO: Names = &[
    (HistoryField::From, &["from"]),
    (HistoryField::To, &["to"]),
    (HistoryField::At, &["datesent", "sentdate", "datecreated"]),
    (HistoryField::Direction, &["direction"]),
    (HistoryField::Body, &["body"]),
    (HistoryField::Id, &["sid", "smsmessagesid", "messagesid"]),
    (HistoryField::Status, &["status"]),
    (HistoryField::ErrorCode, &["errorcode"]),
    (HistoryField::Segments, &["numsegments", "messagesegments"]),
    (HistoryField::Pictures, &["nummedia"]),
];

const CHATWOOT: Names = &[
    (HistoryField::Body, &["content"]),
    (HistoryField::At, &["createdat"]),
    (HistoryField::Direction, &["messagetype"]),
    (HistoryField::Private, &["private"]),
    (
        HistoryField::Theirs,
        &[
            "parent.meta.sender.phonenumber",
            "parent.meta.contact.phonenumber",
            "conversation.meta.sender.phonenumber",
            "parent.contact.phonenumber",
            "contact.phonenumber",
            "conversation.contactinbox.sourceid",
            "contactphonenumber",
            "contactphone",
            "sender.phonenumber",
        ],
    ),
    (
        HistoryField::Name,
        &[
            "parent.meta.sender.name",
            "parent.meta.contact.name",
            "conversation.meta.sender.name",
            "parent.contact.name",
            "contact.name",
            "contactname",
        ],
    ),
    (
        HistoryField::Agent,
        &["sender.name", "sender.availablename", "sendername"],
    ),
    (
        HistoryField::Ours,
        &[
            "inbox.phonenumber",
            "parent.inbox.phonenumber",
            "inboxphonenumber",
        ],
    ),
    (HistoryField::Id, &["sourceid", "id"]),
    (HistoryField::Status, &["status"]),
];

const ZAMMAD: Names = &[
    (HistoryField::From, &["from"]),
    (HistoryField::To, &["to"]),
    (HistoryField::Body, &["body"]),
    (HistoryField::At, &["createdat"]),
    (HistoryField::Direction, &["sender"]),
    (HistoryField::Kind, &["type"]),
    (HistoryField::Private, &["internal"]),
    (HistoryField::ContentType, &["contenttype"]),
    (HistoryField::Id, &["messageid", "id"]),
    (HistoryField::Agent, &["createdby"]),
];

const OTHER: Names = &[
    (
        HistoryField::Ours,
        &[
            "ournumber",
            "ours",
            "businessnumber",
            "providernumber",
            "line",
            "companynumber",
        ],
    ),
    (
        HistoryField::Theirs,
        &[
            "theirs",
            "theirnumber",
            "customernumber",
            "contactnumber",
            "customer",
            "phone",
            "phonenumber",
            "mobile",
            "number",
            "rufnummer",
            "telefon",
        ],
    ),
    (
        HistoryField::From,
        &["from", "sender", "fromnumber", "von", "absender"],
    ),
    (
        HistoryField::To,
        &["to", "recipient", "receiver", "tonumber", "an", "empfanger"],
    ),
    (
        HistoryField::At,
        &[
            "at",
            "time",
            "date",
            "datetime",
            "timestamp",
            "createdat",
            "sentat",
            "datesent",
            "sentdate",
            "datum",
            "zeit",
        ],
    ),
    (
        HistoryField::Direction,
        &["direction", "way", "messagetype", "richtung", "inout"],
    ),
    (
        HistoryField::Body,
        &[
            "body",
            "text",
            "message",
            "content",
            "messagebody",
            "nachricht",
            "words",
        ],
    ),
    (HistoryField::Id, &["sid", "id", "messageid", "messagesid"]),
    (HistoryField::Status, &["status", "state"]),
    (
        HistoryField::Agent,
        &["agent", "user", "author", "sentby", "agentname"],
    ),
    (
        HistoryField::Name,
        &["name", "customername", "contactname", "fullname"],
    ),
];

/// A column's name as it is compared.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric() || *character == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

fn found(names: Names, columns: &[(String, &String)]) -> BTreeMap<HistoryField, String> {
    names
        .iter()
        .filter_map(|(field, known)| {
            let column = known
                .iter()
                .find_map(|name| columns.iter().find(|(letters, _)| letters == name))?;
            Some((*field, column.1.clone()))
        })
        .collect()
}

/// Which system a file with these columns comes from, and what they mean as far as their names tell.
#[must_use]
pub fn recognise(columns: &[String]) -> (HistoryShape, BTreeMap<HistoryField, String>) {
    let columns: Vec<(String, &String)> =
        columns.iter().map(|name| (letters(name), name)).collect();
    let has = |names: &[&str]| {
        names
            .iter()
            .all(|name| columns.iter().any(|(letters, _)| letters == name))
    };
    let has_one = |names: &[&str]| names.iter().any(|name| has(&[name]));
    if has(&["from", "to", "body", "direction"])
        && has_one(&["sid", "smsmessagesid", "messagesid"])
        && has_one(&["sentdate", "datesent", "datecreated"])
    {
        return (HistoryShape::Twilio, found(TWILIO, &columns));
    }
    if has(&["content", "messagetype", "createdat"]) {
        return (HistoryShape::Chatwoot, found(CHATWOOT, &columns));
    }
    if has(&["ticketid", "body", "createdat", "from", "to", "sender"]) {
        return (HistoryShape::Zammad, found(ZAMMAD, &columns));
    }
    let mut others = found(OTHER, &columns);
    if others.contains_key(&HistoryField::From) && others.contains_key(&HistoryField::To) {
        // Sender and recipient say it for every row; one column of customers beside them would be in doubt.
        others.remove(&HistoryField::Ours);
        others.remove(&HistoryField::Theirs);
    } else {
        others.remove(&HistoryField::From);
        others.remove(&HistoryField::To);
    }
    (HistoryShape::Other, others)
}

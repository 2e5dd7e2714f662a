//! One row of a file, read as a text or refused with a reason.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::address::{Address, ConversationKey};
use crate::delivery::{DeliveryStatus, Direction};
use crate::message::MessageText;
use crate::phone::PhoneNumber;
use crate::sid::MessageSid;
use crate::time::UtcMillis;

use super::problem::RowProblem;
use super::shape::{HistoryField, HistoryMapping, HistoryShape};

/// Longest text that is taken for one. Ten texts in one, for systems that join what belongs together.
pub const LONGEST_HISTORY_TEXT: usize = 16_000;
/// Pictures of one text at most (T-8).
const MOST_PICTURES: u32 = 10;
/// Longest name of an agent or a customer; what is longer is cut.
const LONGEST_NAME: usize = 200;

/// A row as it stands in a file: names, and what stands under each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRow {
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// Names of the columns.
    pub names: Arc<[String]>,
    /// What stands under them.
    pub cells: Vec<String>,
}

impl SourceRow {
    /// What stands under a name, without white space around it; `None` if nothing does.
    #[must_use]
    pub fn cell(&self, name: &str) -> Option<&str> {
        let index = self.names.iter().position(|known| known == name)?;
        let cell = self.cells.get(index)?.trim();
        (!cell.is_empty()).then_some(cell)
    }
}

/// A text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryText {
    /// The carrier's id, if the file has it.
    pub sid: Option<MessageSid>,
    /// The other system's id; empty if there is none.
    pub source_id: String,
    /// Where it belongs.
    pub key: ConversationKey,
    /// Which way.
    pub direction: Direction,
    /// When.
    pub at: UtcMillis,
    /// The file says seconds.
    pub has_seconds: bool,
    /// The words.
    pub body: MessageText,
    /// Where it stood.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Parts.
    pub segments: u32,
    /// Pictures that it had; they are not in the file.
    pub pictures: u32,
    /// Which of our people wrote it; empty if the file does not say.
    pub agent: String,
    /// What the customer is called; empty if the file does not say.
    pub name: String,
}

/// Reads rows by one mapping.
#[derive(Debug, Clone)]
pub struct RowReader {
    shape: HistoryShape,
    mapping: HistoryMapping,
    zone: TimeZone,
    own: Vec<PhoneNumber>,
    now: UtcMillis,
}

impl RowReader {
    /// A reader; `own` are the team's numbers. `None` if there is no such time zone.
    #[must_use]
    pub fn new(
        shape: HistoryShape,
        mapping: HistoryMapping,
        own: Vec<PhoneNumber>,
        now: UtcMillis,
    ) -> Option<Self> {
        let zone = TimeZone::get(&mapping.zone).ok()?;
        Some(Self {
            shape,
            mapping,
            zone,
            own,
            now,
        })
    }

    /// Reads one row.
    ///
    /// # Errors
    /// [`RowProblem`]: the first thing that is wrong with it.
    pub fn read(&self, row: &SourceRow) -> Result<HistoryText, RowProblem> {
        if row.cells.iter().any(|cell| cell.contains('\0')) {
            return Err(RowProblem::NulCharacter);
        }
        self.check_is_text(row)?;
        let (ours, theirs, direction) = self.sides(row)?;
        let at = self.need(row, HistoryField::At)?;
        let at = self.mapping.time.read(at, &self.zone, self.now)?;
        let pictures = self
            .cell(row, HistoryField::Pictures)
            .and_then(|count| count.parse::<u32>().ok())
            .unwrap_or_default()
            .min(MOST_PICTURES);
        let body = self.body(row);
        if body.trim().is_empty() && pictures == 0 {
            return Err(RowProblem::Empty);
        }
        if body.chars().count() > LONGEST_HISTORY_TEXT {
            return Err(RowProblem::TooLong);
        }
        let id = self.cell(row, HistoryField::Id).unwrap_or_default();
        let sid = MessageSid::parse(id).ok();
        let parse = |field| {
            self.cell(row, field)
                .and_then(|cell| cell.parse::<u32>().ok())
        };
        Ok(HistoryText {
            source_id: if sid.is_some() {
                String::new()
            } else {
                cut(id)
            },
            sid,
            key: ConversationKey::sms(theirs, ours),
            direction,
            at: at.at,
            has_seconds: at.has_seconds,
            status: self.status(row, direction),
            error_code: parse(HistoryField::ErrorCode).filter(|code| *code > 0),
            segments: parse(HistoryField::Segments).unwrap_or_default().min(100),
            pictures,
            agent: match direction {
                Direction::Outbound => self
                    .cell(row, HistoryField::Agent)
                    .map_or_else(String::new, cut),
                Direction::Inbound => String::new(),
            },
            name: self
                .cell(row, HistoryField::Name)
                .map_or_else(String::new, cut),
            body: MessageText::new(body.into_owned()),
        })
    }

    fn cell<'r>(&self, row: &'r SourceRow, field: HistoryField) -> Option<&'r str> {
        row.cell(self.mapping.columns.get(&field)?)
    }

    fn need<'r>(&self, row: &'r SourceRow, field: HistoryField) -> Result<&'r str, RowProblem> {
        self.cell(row, field).ok_or(RowProblem::Missing(field))
    }

    /// Entries of the other system that are no texts.
    fn check_is_text(&self, row: &SourceRow) -> Result<(), RowProblem> {
        let is_private = self
            .cell(row, HistoryField::Private)
            .is_some_and(|cell| ["true", "1", "yes", "t"].contains(&cell.to_lowercase().as_str()));
        let is_own_entry = self.shape == HistoryShape::Chatwoot
            && self
                .cell(row, HistoryField::Direction)
                .is_some_and(|way| ["2", "activity"].contains(&way));
        let is_other_kind = self.cell(row, HistoryField::Kind).is_some_and(|kind| {
            !["sms", "text", "message", "mms"].contains(&kind.to_lowercase().as_str())
        });
        if is_private || is_own_entry || is_other_kind {
            return Err(RowProblem::NotAText);
        }
        Ok(())
    }

    /// Our number, theirs, and which way it went.
    fn sides(&self, row: &SourceRow) -> Result<(PhoneNumber, Address, Direction), RowProblem> {
        let said = self
            .cell(row, HistoryField::Direction)
            .map(|word| direction(word).ok_or(RowProblem::UnknownDirection))
            .transpose()?;
        let columns = &self.mapping.columns;
        let has_pair =
            columns.contains_key(&HistoryField::From) && columns.contains_key(&HistoryField::To);
        if !has_pair {
            let way = said.ok_or(RowProblem::Missing(HistoryField::Direction))?;
            let ours = match self.cell(row, HistoryField::Ours) {
                Some(number) => self.phone(number, HistoryField::Ours)?,
                None => self
                    .mapping
                    .our_number
                    .clone()
                    .ok_or(RowProblem::Missing(HistoryField::Ours))?,
            };
            let theirs =
                self.address(self.need(row, HistoryField::Theirs)?, HistoryField::Theirs)?;
            return Ok((ours, theirs, way));
        }
        let from = self.address(self.need(row, HistoryField::From)?, HistoryField::From)?;
        let to = self.address(self.need(row, HistoryField::To)?, HistoryField::To)?;
        let is_ours = |address: &Address| {
            address.phone().is_some_and(|number| {
                self.own.contains(number) || self.mapping.our_number.as_ref() == Some(number)
            })
        };
        let way = match said {
            Some(way) => way,
            None if is_ours(&from) && !is_ours(&to) => Direction::Outbound,
            None if is_ours(&to) && !is_ours(&from) => Direction::Inbound,
            None => return Err(RowProblem::WhoseNumber),
        };
        let (ours, theirs, field) = match way {
            Direction::Inbound => (to, from, HistoryField::To),
            Direction::Outbound => (from, to, HistoryField::From),
        };
        let Some(ours) = ours.phone().cloned() else {
            return Err(RowProblem::BadNumber(field));
        };
        Ok((ours, theirs, way))
    }

    fn phone(&self, text: &str, field: HistoryField) -> Result<PhoneNumber, RowProblem> {
        PhoneNumber::parse(text)
            .or_else(|_| PhoneNumber::from_typed(text, self.mapping.territory))
            .map_err(|_| RowProblem::BadNumber(field))
    }

    /// A number, a short code or a sender's name. Zammad writes `Name <number>`.
    fn address(&self, text: &str, field: HistoryField) -> Result<Address, RowProblem> {
        let text = match (text.rfind('<'), text.strip_suffix('>')) {
            (Some(open), Some(closed)) => closed.get(open + 1..).unwrap_or(text).trim(),
            _ => text,
        };
        match Address::parse(text) {
            Address::ChannelAddress(_) => Err(RowProblem::OtherChannel),
            known @ (Address::Phone(_) | Address::ShortCode(_)) => Ok(known),
            other => match self.phone(text, field) {
                Ok(number) => Ok(Address::Phone(number)),
                Err(problem) => match other {
                    Address::Alphanumeric(_) => Ok(other),
                    _ => Err(problem),
                },
            },
        }
    }

    fn body<'r>(&self, row: &'r SourceRow) -> Cow<'r, str> {
        let cell = self.cell(row, HistoryField::Body).unwrap_or_default();
        let is_html = self
            .cell(row, HistoryField::ContentType)
            .is_some_and(|kind| kind.to_lowercase().starts_with("text/html"));
        if is_html {
            plain(cell).into()
        } else {
            cell.into()
        }
    }

    /// What the carrier had said last. A file tells of the past, so that nothing in it is still on its way.
    fn status(&self, row: &SourceRow, direction: Direction) -> DeliveryStatus {
        if direction == Direction::Inbound {
            return DeliveryStatus::Received;
        }
        let word = self
            .cell(row, HistoryField::Status)
            .map(str::to_lowercase)
            .unwrap_or_default();
        match DeliveryStatus::parse(&word) {
            known @ (DeliveryStatus::Delivered
            | DeliveryStatus::Undelivered
            | DeliveryStatus::Failed
            | DeliveryStatus::Read
            | DeliveryStatus::Canceled) => known,
            _ => DeliveryStatus::Sent,
        }
    }
}

/// The words of all systems for in and out.
fn direction(word: &str) -> Option<Direction> {
    let word = word.to_lowercase();
    let is = |words: &[&str]| words.contains(&word.as_str());
    if is(&[
        "inbound",
        "incoming",
        "in",
        "received",
        "customer",
        "0",
        "mo",
        "from customer",
        "eingehend",
    ]) {
        Some(Direction::Inbound)
    } else if word.starts_with("outbound")
        || is(&[
            "outgoing",
            "out",
            "sent",
            "agent",
            "1",
            "3",
            "template",
            "system",
            "mt",
            "to customer",
            "ausgehend",
        ])
    {
        Some(Direction::Outbound)
    } else {
        None
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

/// What is left of HTML when its marks are taken away; lines stay lines.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        text.push_str(before);
        let Some(close) = tag.find('>') else {
            rest = tag;
            break;
        };
        let name: String = tag
            .chars()
            .skip(1)
            .skip_while(|sign| *sign == '/')
            .take_while(char::is_ascii_alphanumeric)
            .flat_map(char::to_lowercase)
            .collect();
        let ends_line =
            name == "br" || (tag.starts_with("</") && ["p", "div", "li"].contains(&name.as_str()));
        if ends_line {
            text.push('\n');
        }
        rest = tag.get(close + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    for (entity, sign) in entities {
        text = text.replace(entity, sign);
    }
    text.trim().to_owned()
}

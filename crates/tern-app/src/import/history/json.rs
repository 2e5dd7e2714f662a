//! Rows of JSON: an array, an object around one, or an object on each line.
//!
//! The brackets are counted here and each row's own bytes are then read by serde_json, so that a file of any size needs
//! memory for one row, and a row that is broken ends at its own bracket.

use std::collections::VecDeque;
use std::io::Read;

use serde_json::Value;
use tern_domain::history_import::{RowProblem, SourceRow};

use super::stream::Characters;
use super::{FoundHistory, LARGEST_ROW};
use crate::error::ApiError;

/// What rows stand under in an object around them.
const AROUND: [&str; 9] = [
    "messages",
    "payload",
    "data",
    "conversations",
    "articles",
    "ticket_articles",
    "tickets",
    "results",
    "items",
];
/// An object around rows is taken as a whole up to this size, so that its rows know what stands around them.
const LARGEST_WHOLE: usize = 8 * LARGEST_ROW;
/// Brackets within each other; serde_json takes no more than 128.
const DEEPEST: u32 = 100;
/// Objects within each other that are columns of a row.
const DEEPEST_COLUMN: u32 = 6;
/// Columns of one row.
const MOST_NAMES: usize = 500;

/// Where reading is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between values.
    Top,
    /// Between the elements of an array of rows; `Some` if it is in an object of that depth, which goes on after it.
    Elements(Option<u32>),
    /// Inside an object around rows that is too large to be taken as a whole.
    Around(u32),
}

/// A value that was cut out.
enum Cut {
    Whole(Vec<u8>),
    /// Everything after its bracket is there to be looked at again.
    TooLarge,
    TooDeep,
    /// The file ends within it.
    Unfinished,
}

pub(super) struct JsonRows<R> {
    characters: Characters<R>,
    /// Bytes that were taken and are to be looked at again.
    again: VecDeque<u8>,
    place: Place,
    line: u64,
    ready: VecDeque<FoundHistory>,
}

impl<R: Read> JsonRows<R> {
    pub(super) fn new(characters: Characters<R>) -> Self {
        Self {
            characters,
            again: VecDeque::new(),
            place: Place::Top,
            line: 1,
            ready: VecDeque::new(),
        }
    }

    pub(super) const fn read_bytes(&self) -> u64 {
        self.characters.read_bytes()
    }

    pub(super) fn next(&mut self) -> Result<Option<FoundHistory>, ApiError> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Ok(Some(row));
            }
            let goes_on = match self.place {
                Place::Top => self.top()?,
                Place::Elements(within) => self.element(within)?,
                Place::Around(depth) => self.around(depth)?,
            };
            if !goes_on {
                return Ok(self.ready.pop_front());
            }
        }
    }

    fn top(&mut self) -> Result<bool, ApiError> {
        let line = self.line_of_next()?;
        match self.byte()? {
            None => return Ok(false),
            Some(b'[') => self.place = Place::Elements(None),
            Some(b'{') => match self.cut(LARGEST_WHOLE)? {
                Cut::TooLarge => self.place = Place::Around(1),
                cut => self.keep(line, cut),
            },
            Some(b',') => {}
            Some(_) => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                while self.byte()?.is_some_and(|byte| byte != b'\n') {}
            }
        }
        Ok(true)
    }

    fn element(&mut self, within: Option<u32>) -> Result<bool, ApiError> {
        let line = self.line_of_next()?;
        match self.byte()? {
            None => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                self.place = Place::Top;
                return Ok(false);
            }
            Some(b']') => self.place = within.map_or(Place::Top, Place::Around),
            Some(b',') => {}
            Some(b'{') => {
                let cut = self.cut(LARGEST_ROW)?;
                if matches!(cut, Cut::TooLarge) {
                    self.skip_rest(1)?;
                }
                self.keep(line, cut);
            }
            Some(b'[') => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                self.skip_rest(1)?;
            }
            Some(b'"') => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                self.string()?;
            }
            Some(_) => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                while let Some(byte) = self.byte()? {
                    if matches!(byte, b',' | b']') {
                        self.give_back(byte);
                        break;
                    }
                }
            }
        }
        Ok(true)
    }

    /// Looks for rows in an object whose bracket was opened.
    fn around(&mut self, mut depth: u32) -> Result<bool, ApiError> {
        let mut last = String::new();
        while let Some(byte) = self.byte()? {
            match byte {
                b'"' => last = self.string()?,
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        self.place = Place::Top;
                        return Ok(true);
                    }
                }
                b'[' if AROUND.contains(&last.as_str()) => {
                    self.place = Place::Elements(Some(depth));
                    return Ok(true);
                }
                b'[' => self.skip_rest(1)?,
                _ => {}
            }
        }
        self.place = Place::Top;
        self.ready
            .push_back(Err((self.line, RowProblem::Unreadable)));
        Ok(false)
    }

    /// Cuts out a value whose bracket was taken.
    fn cut(&mut self, most: usize) -> Result<Cut, ApiError> {
        let mut bytes = vec![b'{'];
        let (mut depth, mut deepest) = (1_u32, 1);
        let (mut in_string, mut is_escaped) = (false, false);
        while depth > 0 {
            let Some(byte) = self.byte()? else {
                return Ok(Cut::Unfinished);
            };
            bytes.push(byte);
            if in_string {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' => is_escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                deepest = deepest.max(depth);
            }
            if bytes.len() > most && depth > 0 {
                let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
                self.line -= u64::try_from(lines).unwrap_or_default();
                for byte in bytes.into_iter().skip(1).rev() {
                    self.again.push_front(byte);
                }
                return Ok(Cut::TooLarge);
            }
        }
        Ok(if deepest > DEEPEST {
            Cut::TooDeep
        } else {
            Cut::Whole(bytes)
        })
    }

    /// Passes over the rest of a value in which so many brackets are open.
    fn skip_rest(&mut self, mut depth: u64) -> Result<(), ApiError> {
        while depth > 0 {
            match self.byte()? {
                None => return Ok(()),
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The rest of a string whose quote was taken; of a long one the beginning.
    fn string(&mut self) -> Result<String, ApiError> {
        let mut bytes = Vec::new();
        let mut is_escaped = false;
        while let Some(byte) = self.byte()? {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => break,
                _ => {}
            }
            if bytes.len() < 32 {
                bytes.push(byte);
            }
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn keep(&mut self, line: u64, cut: Cut) {
        let value = match cut {
            Cut::Whole(bytes) => match serde_json::from_slice::<Value>(&bytes) {
                Ok(value) => value,
                Err(_) => {
                    self.ready.push_back(Err((line, RowProblem::Unreadable)));
                    return;
                }
            },
            Cut::TooLarge => {
                self.ready.push_back(Err((line, RowProblem::TooLarge)));
                return;
            }
            Cut::TooDeep => {
                self.ready.push_back(Err((line, RowProblem::TooDeep)));
                return;
            }
            Cut::Unfinished => {
                self.ready.push_back(Err((line, RowProblem::Unreadable)));
                return;
            }
        };
        spread(&value, &[], line, &mut self.ready);
    }

    /// The line of the next byte that is no white space.
    fn line_of_next(&mut self) -> Result<u64, ApiError> {
        while let Some(byte) = self.byte()? {
            if !(byte.is_ascii_whitespace() || byte == 0x1e) {
                self.give_back(byte);
                break;
            }
        }
        Ok(self.line)
    }

    fn give_back(&mut self, byte: u8) {
        self.again.push_front(byte);
    }

    fn byte(&mut self) -> Result<Option<u8>, ApiError> {
        let byte = match self.again.pop_front() {
            Some(byte) => Some(byte),
            None => {
                let byte = self.characters.peek()?.first().copied();
                self.characters.take(usize::from(byte.is_some()));
                byte
            }
        };
        if byte == Some(b'\n') {
            self.line += 1;
        }
        Ok(byte)
    }
}

/// The rows of a value: itself, or those of the array in it, with what stands around them.
fn spread(
    value: &Value,
    parent: &[(String, String)],
    line: u64,
    rows: &mut VecDeque<FoundHistory>,
) {
    let Value::Object(fields) = value else {
        rows.push_back(Err((line, RowProblem::Unreadable)));
        return;
    };
    let inner = AROUND.iter().find_map(|name| match fields.get(*name)? {
        Value::Array(elements) => {
            let are_rows = elements.iter().all(Value::is_object);
            are_rows.then_some((*name, elements.iter().collect::<Vec<_>>()))
        }
        nested @ Value::Object(around) => {
            let is_around = AROUND
                .iter()
                .any(|name| around.get(*name).is_some_and(Value::is_array));
            is_around.then_some((*name, vec![nested]))
        }
        _ => None,
    });
    let mut named = Vec::new();
    let Some((name, elements)) = inner else {
        flatten("", value, 0, &mut named);
        named.extend(parent.iter().cloned());
        let (names, cells): (Vec<_>, Vec<_>) = named.into_iter().unzip();
        rows.push_back(Ok(SourceRow {
            line,
            names: names.into(),
            cells,
        }));
        return;
    };
    for (key, field) in fields.iter().filter(|(key, _)| *key != name) {
        flatten(&format!("parent.{key}"), field, 1, &mut named);
    }
    for known in parent {
        if named.len() < MOST_NAMES && named.iter().all(|(name, _)| *name != known.0) {
            named.push(known.clone());
        }
    }
    for element in elements {
        spread(element, &named, line, rows);
    }
}

/// What stands in a value, under paths of names. Of an array only how long it is.
fn flatten(path: &str, value: &Value, depth: u32, named: &mut Vec<(String, String)>) {
    if named.len() >= MOST_NAMES {
        return;
    }
    let text = match value {
        Value::Null => return,
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.len().to_string(),
        Value::Object(fields) => {
            if depth < DEEPEST_COLUMN {
                for (key, field) in fields {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    flatten(&path, field, depth + 1, named);
                }
            }
            return;
        }
    };
    named.push((path.to_owned(), text));
}

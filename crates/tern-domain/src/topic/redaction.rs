//! Takes out of a real conversation who it was with, so that it can be kept as a test.
//!
//! What is taken out is replaced by something of the same shape, so that the topic still understands it: a
//! phone number by a made-up one, an e-mail address by one of a reserved domain, a name by another name.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::io::{BotInput, Said};
use super::record::StoredRow;
use super::saved_test::SavedTest;
use super::value::BotValue;
use crate::message::MessageText;
use crate::screening::Screen;

/// Stands for a requester's e-mail address; the domain is reserved for examples.
const EMAIL: &str = "someone@example.com";
/// Stands for a requester's phone number; the exchange is reserved for fiction.
const PHONE: &str = "+12025550123";
/// Stand for the parts of a requester's name.
const NAMES: [&str; 3] = ["Alex", "Morgan", "Lee"];
/// Shortest part of a name that is looked for: shorter ones are ordinary words too often.
const SHORTEST_NAME: usize = 3;
/// Where a picture of the requester was.
const PICTURE: &str = "picture";

static EMAILS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)[a-z0-9._%+\-]{1,64}@(?:[a-z0-9\-]{1,63}\.){1,6}[a-z]{2,24}\b").ok()
});
static PHONES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\+\d[\d ().\-]{6,18}\d|\(\d{3}\) ?\d{3}[ .\-]?\d{4}|\b\d{3}[ .\-]\d{3}[ .\-]\d{4}\b|\b1?\d{10}\b")
        .ok()
});
/// Customer, order and account numbers; shorter ones are answers to a question.
static LONG_NUMBERS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\d(?:[ \-]?\d){4,}").ok());

/// What has to be taken out.
#[derive(Debug)]
pub struct Redaction<'s> {
    screen: &'s Screen,
    names: Vec<Regex>,
}

impl<'s> Redaction<'s> {
    /// Takes out what the screen finds, numbers, e-mail addresses and a requester's names.
    #[must_use]
    pub fn new<'n>(screen: &'s Screen, names: impl IntoIterator<Item = &'n str>) -> Self {
        let words = names
            .into_iter()
            .flat_map(str::split_whitespace)
            .filter(|word| word.chars().count() >= SHORTEST_NAME)
            .filter_map(|word| Regex::new(&format!(r"(?i)\b{}\b", regex::escape(word))).ok());
        Self {
            screen,
            names: words.collect(),
        }
    }

    /// A text without them.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = replace(&EMAILS, text, |_| EMAIL.to_owned());
        if let Some(masked) = self.screen.mask_incoming(&text) {
            text = masked.text;
        }
        text = replace(&PHONES, &text, |_| PHONE.to_owned());
        text = replace(&LONG_NUMBERS, &text, |found| {
            let number = found.get(0).map_or("", |it| it.as_str());
            // The number that already stands for one stays.
            if PHONE.ends_with(number) {
                number.to_owned()
            } else {
                stand_in(number)
            }
        });
        for (index, name) in self.names.iter().enumerate() {
            let other = NAMES.get(index % NAMES.len()).copied().unwrap_or("Alex");
            text = name.replace_all(&text, other).into_owned();
        }
        text
    }

    /// A test without them: in what was known, said and looked up. Its replies are made anew by whoever runs
    /// it ([`SavedTest::accepted`]).
    #[must_use]
    pub fn test(&self, mut test: SavedTest) -> SavedTest {
        test.name = self.text(&test.name);
        test.known.values_mut().for_each(|it| self.value(it));
        for step in &mut test.steps {
            step.known.values_mut().for_each(|it| self.value(it));
            step.replies.clear();
            match &mut step.input {
                BotInput::Begin { first } => self.said(first),
                BotInput::Said(said) => self.said(said),
                BotInput::StartAt { variables, .. } => {
                    variables.values_mut().for_each(|it| self.value(it));
                }
                BotInput::LookedUp { rows, .. } => {
                    rows.iter_mut().flatten().for_each(|row| self.row(row));
                }
                BotInput::Saved { row, .. } => row.iter_mut().for_each(|row| self.row(row)),
                BotInput::Requested { body, .. } => body.iter_mut().for_each(|it| self.json(it)),
                _ => {}
            }
        }
        test
    }

    fn said(&self, said: &mut Said) {
        said.text = MessageText::new(self.text(said.text.as_str()));
        for media in &mut said.media {
            PICTURE.clone_into(&mut media.address);
        }
    }

    fn row(&self, row: &mut StoredRow) {
        row.values.values_mut().for_each(|it| self.value(it));
    }

    fn value(&self, value: &mut BotValue) {
        match value {
            BotValue::Text(text) => *text = self.text(text),
            BotValue::List(values) => values.iter_mut().for_each(|it| self.value(it)),
            BotValue::Row(row) => row.values_mut().for_each(|it| self.value(it)),
            BotValue::Nothing | BotValue::Flag(_) | BotValue::Number(_) | BotValue::Decimal(_) => {}
        }
    }

    fn json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = self.text(text),
            serde_json::Value::Array(values) => values.iter_mut().for_each(|it| self.json(it)),
            serde_json::Value::Object(fields) => {
                fields.values_mut().for_each(|it| self.json(it));
            }
            _ => {}
        }
    }
}

/// Something of the same shape that means nothing: other digits, other letters, the rest as it is.
#[must_use]
pub fn stand_in(text: &str) -> String {
    let mut digits = ('1'..='9').cycle();
    text.chars()
        .map(|letter| {
            if letter.is_ascii_digit() {
                digits.next().unwrap_or('1')
            } else if letter.is_alphabetic() {
                if letter.is_uppercase() { 'X' } else { 'x' }
            } else {
                letter
            }
        })
        .collect()
}

fn replace(
    pattern: &LazyLock<Option<Regex>>,
    text: &str,
    with: impl Fn(&Captures<'_>) -> String,
) -> String {
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, with).into_owned(),
        None => text.to_owned(),
    }
}

//! The phones of the practice line, remembered across starts.
//!
//! The line itself keeps everything in memory; names and numbers of the phones are kept in the practice file,
//! so that the same people are there again next time.

use serde::{Deserialize, Serialize};
use tern_domain::PhoneNumber;

use super::control::{Control, ControlError};
use crate::dto::Handset;

/// The people a new practice line comes with; numbers of the fictional 555-01xx range.
const FIRST_PEOPLE: [(&str, &str); 3] = [
    ("+12025550143", "Ana Lopes"),
    ("+13125550178", "Ben Carter"),
    ("+16175550122", "Chioma Eze"),
];

/// All phones, in the order they were added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandsetBook {
    handsets: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    number: String,
    name: String,
}

impl Default for HandsetBook {
    fn default() -> Self {
        let entry = |(number, name): (&str, &str)| Entry {
            number: number.to_owned(),
            name: name.to_owned(),
        };
        Self {
            handsets: FIRST_PEOPLE.map(entry).to_vec(),
        }
    }
}

impl HandsetBook {
    /// Puts every phone of the book on the line; repeating it is harmless.
    pub(crate) async fn restore(&self, control: &Control) -> Result<(), ControlError> {
        for entry in &self.handsets {
            control
                .put_handset(Some(&entry.number), &entry.name)
                .await?;
        }
        Ok(())
    }

    /// Adds a phone that the line has made.
    pub(crate) fn add(&mut self, number: String, name: String) {
        self.handsets.push(Entry { number, name });
    }

    /// Whether the phone is one of ours; anything else must not get into a path.
    pub(crate) fn contains(&self, number: &str) -> bool {
        self.handsets.iter().any(|entry| entry.number == number)
    }

    /// All phones, for the pane.
    pub(crate) fn views(&self) -> Vec<Handset> {
        self.handsets
            .iter()
            .map(|entry| view(&entry.number, &entry.name))
            .collect()
    }
}

/// One phone, for the pane.
pub(crate) fn view(number: &str, name: &str) -> Handset {
    let display = PhoneNumber::parse(number).map_or_else(
        |_| number.to_owned(),
        |parsed| parsed.display_international(),
    );
    Handset {
        number: number.to_owned(),
        display,
        name: name.to_owned(),
    }
}

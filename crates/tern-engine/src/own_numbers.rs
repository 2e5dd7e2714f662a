//! The team's own numbers, for the question whether a text concerns us.
//!
//! Owns membership only. Numbers of the same account that other integrations use (T-2) are none of ours.

use tern_domain::PhoneNumber;

pub(crate) struct OwnNumbers(Vec<PhoneNumber>);

impl OwnNumbers {
    pub(crate) fn new(numbers: Vec<PhoneNumber>) -> Self {
        Self(numbers)
    }

    pub(crate) fn as_slice(&self) -> &[PhoneNumber] {
        &self.0
    }

    pub(crate) fn contains(&self, number: &PhoneNumber) -> bool {
        self.0.contains(number)
    }
}

//! Who a notification is for (S-12), and whose a row is (S-14).

use super::content::Occasion;
use super::definition::Recipients;
use crate::people::PersonDetails;
use crate::phone::PhoneNumber;
use crate::topic::{ColumnKind, RecordTable};

impl Recipients {
    /// Whether somebody gets it for a role of theirs. Roles are words that people type: case and blanks around them
    /// do not matter.
    #[must_use]
    pub fn has_role_of(&self, person: &PersonDetails) -> bool {
        let is_same =
            |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        let wanted = self.roles.iter().filter(|role| !role.trim().is_empty());
        wanted
            .into_iter()
            .any(|role| person.roles.iter().any(|has| is_same(role, has)))
    }

    /// The numbers in the row's columns whose users get it. What is no number is nobody's.
    #[must_use]
    pub fn numbers_in(&self, occasion: &Occasion) -> Vec<PhoneNumber> {
        let values = self
            .fields
            .iter()
            .filter_map(|field| occasion.row.get(field));
        values
            .filter_map(|value| PhoneNumber::parse(&value.to_text()).ok())
            .collect()
    }
}

impl Occasion {
    /// Whose the row is: the numbers in the phone columns of its table.
    #[must_use]
    pub fn owners(&self, table: &RecordTable) -> Vec<PhoneNumber> {
        let phones = table.columns.iter();
        let phones = phones.filter(|column| column.kind == ColumnKind::Phone);
        phones
            .filter_map(|column| PhoneNumber::parse(&self.row.get(&column.name)?.to_text()).ok())
            .collect()
    }
}

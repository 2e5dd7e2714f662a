//! The directory: people with names and phone fields (glossary: user, consumer, contact).
//!
//! A person is what their events say. Only users' phone fields are compared with an incoming number (P-11);
//! consumers and contacts count as guests until somebody binds a number to them.

mod plan;

pub use plan::{
    DirectoryContext, DirectoryRefusal, PersonState, plan_person_deletion, plan_person_restoration,
    plan_person_save,
};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::phone::{PhoneNumber, Territory};

/// Longest name, e-mail address, company or role.
pub const LONGEST_PERSON_FIELD: usize = 200;
/// Longest notes.
pub const LONGEST_PERSON_NOTES: usize = 4000;

/// What a person is to the team.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Has an account; the only kind whose phone fields are matched.
    User,
    /// Private customer.
    #[default]
    Consumer,
    /// Business customer, somebody at an account.
    Contact,
}

impl PersonKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::User, Self::Consumer, Self::Contact];

    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Consumer => "consumer",
            Self::Contact => "contact",
        }
    }
}

/// A phone field, in the order in which they are compared (P-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneField {
    /// The person's own phone; the only one that account linking takes (L-5).
    Mobile,
    /// The business phone.
    Business,
}

impl PhoneField {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile_phone",
            Self::Business => "phone",
        }
    }
}

/// What is known of a person. `Debug` tells the kind only: the rest is nobody's business in a log.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonDetails {
    /// What the person is to the team.
    pub kind: PersonKind,
    /// Name as shown.
    pub name: String,
    /// The person's own phone.
    pub mobile_phone: Option<PhoneNumber>,
    /// The business phone.
    pub phone: Option<PhoneNumber>,
    /// Words such as `vip`, without order.
    pub roles: BTreeSet<String>,
    /// E-mail address, as given.
    pub email: String,
    /// Where the person is: decides how numbers without a country code are read (P-15).
    pub territory: Option<Territory>,
    /// Free text.
    pub notes: String,
    /// A contact's company.
    pub account: String,
}

impl std::fmt::Debug for PersonDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonDetails({})", self.kind.as_str())
    }
}

impl PersonDetails {
    /// The phone fields, in the order in which they are compared (P-11).
    pub fn phones(&self) -> impl Iterator<Item = (PhoneField, &PhoneNumber)> {
        let mobile = self.mobile_phone.as_ref();
        let business = self.phone.as_ref();
        mobile
            .map(|number| (PhoneField::Mobile, number))
            .into_iter()
            .chain(business.map(|number| (PhoneField::Business, number)))
    }

    /// Without spaces at the ends, empty roles and doubles.
    #[must_use]
    pub fn tidied(self) -> Self {
        let trim = |text: String| text.trim().to_owned();
        Self {
            name: self.name.split_whitespace().collect::<Vec<_>>().join(" "),
            email: trim(self.email),
            notes: trim(self.notes),
            account: trim(self.account),
            roles: self
                .roles
                .into_iter()
                .map(trim)
                .filter(|role| !role.is_empty())
                .collect(),
            ..self
        }
    }

    /// The edits that make `other` of this; empty if they are the same.
    #[must_use]
    pub fn edits_to(&self, other: &Self) -> Vec<PersonEdit> {
        let mut edits = Vec::new();
        let mut note = |differs: bool, edit: PersonEdit| {
            if differs {
                edits.push(edit);
            }
        };
        note(self.kind != other.kind, PersonEdit::Kind(other.kind));
        note(
            self.name != other.name,
            PersonEdit::Name(other.name.clone()),
        );
        note(
            self.mobile_phone != other.mobile_phone,
            PersonEdit::MobilePhone(other.mobile_phone.clone()),
        );
        note(
            self.phone != other.phone,
            PersonEdit::Phone(other.phone.clone()),
        );
        note(
            self.roles != other.roles,
            PersonEdit::Roles(other.roles.clone()),
        );
        note(
            self.email != other.email,
            PersonEdit::Email(other.email.clone()),
        );
        note(
            self.territory != other.territory,
            PersonEdit::Territory(other.territory),
        );
        note(
            self.notes != other.notes,
            PersonEdit::Notes(other.notes.clone()),
        );
        note(
            self.account != other.account,
            PersonEdit::Account(other.account.clone()),
        );
        edits
    }

    /// Carries out one edit.
    pub fn apply(&mut self, edit: &PersonEdit) {
        match edit.clone() {
            PersonEdit::Kind(kind) => self.kind = kind,
            PersonEdit::Name(name) => self.name = name,
            PersonEdit::MobilePhone(number) => self.mobile_phone = number,
            PersonEdit::Phone(number) => self.phone = number,
            PersonEdit::Roles(roles) => self.roles = roles,
            PersonEdit::Email(email) => self.email = email,
            PersonEdit::Territory(territory) => self.territory = territory,
            PersonEdit::Notes(notes) => self.notes = notes,
            PersonEdit::Account(account) => self.account = account,
        }
    }
}

/// One field's new value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum PersonEdit {
    /// What the person is to the team.
    Kind(PersonKind),
    /// Name.
    Name(String),
    /// The person's own phone.
    MobilePhone(Option<PhoneNumber>),
    /// The business phone.
    Phone(Option<PhoneNumber>),
    /// Roles.
    Roles(BTreeSet<String>),
    /// E-mail address.
    Email(String),
    /// Territory.
    Territory(Option<Territory>),
    /// Notes.
    Notes(String),
    /// Company.
    Account(String),
}

impl PersonEdit {
    /// The field's name in plain words.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Kind(_) => "kind",
            Self::Name(_) => "name",
            Self::MobilePhone(_) => "mobile phone",
            Self::Phone(_) => "business phone",
            Self::Roles(_) => "roles",
            Self::Email(_) => "e-mail",
            Self::Territory(_) => "territory",
            Self::Notes(_) => "notes",
            Self::Account(_) => "company",
        }
    }
}

impl std::fmt::Debug for PersonEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonEdit({})", self.field())
    }
}

/// One person of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Global id.
    pub id: PersonId,
    /// What is known.
    pub details: PersonDetails,
}

//! The directory's rows, and who has a number in a phone field.
//!
//! Owns what is looked for: a person's name, company, e-mail and numbers, folded to letters and digits without
//! accents. Lists walk one covering index in the order of names.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{
    Address, AggregateRef, Channel, Person, PersonDetails, PersonId, PersonKind, PersonState,
    PhoneNumber,
};

use super::conversations::searchable;
use super::values::{cut_page, from_json, page_size, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Where a page of people ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCursor {
    /// The folded name.
    pub sort_name: String,
    /// Whose.
    pub id: PersonId,
}

/// One page of people, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPage {
    /// The people.
    pub people: Vec<Person>,
    /// Give this to get the next page; `None` at the end.
    pub next: Option<PersonCursor>,
}

pub(crate) const PAGE: &str = "
    SELECT sort_name, person_id FROM people
    WHERE (sort_name, person_id) > (?1, ?2) AND (?3 = '' OR instr(search, ?3) > 0)
    ORDER BY sort_name, person_id LIMIT ?4";
pub(crate) const LOAD: &str = "SELECT document FROM people WHERE person_id = ?1";
pub(crate) const USERS_OF: &str = "
    SELECT DISTINCT person_id FROM person_phones WHERE number = ?1 AND is_user = 1 ORDER BY person_id";
pub(crate) const HOLDERS_OF: &str = "
    SELECT DISTINCT person_id FROM person_phones WHERE number = ?1 ORDER BY person_id";
pub(crate) const ADDRESSES_OF: &str = "
    SELECT number FROM person_phones WHERE person_id = ?1
    UNION ALL SELECT address FROM messaging_profiles WHERE bound_to = ?1 AND active = 1";

fn read_person_id(row: &Row<'_>) -> Result<PersonId, rusqlite::Error> {
    row.get(0).map(uuid_id)
}

/// A name as lists sort it.
pub(crate) fn sort_name(name: &str) -> String {
    fold(name)
}

/// Lower case, without accents, one space between words.
fn fold(text: &str) -> String {
    let folded: String = text
        .split_whitespace()
        .map(searchable)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if folded.is_empty() {
        text.to_lowercase()
    } else {
        folded
    }
}

fn search_words(details: &PersonDetails) -> String {
    let mut words = vec![
        searchable(&details.name),
        searchable(&details.account),
        searchable(&details.email),
    ];
    words.extend(
        details
            .phones()
            .map(|(_, number)| searchable(number.as_str())),
    );
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

impl ReadConn<'_> {
    /// One page of people by name, of those whose name, company, e-mail or number contains what was typed.
    /// At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_people(
        &self,
        fragment: &str,
        after: Option<&PersonCursor>,
        limit: u32,
    ) -> Result<PersonPage, StoreError> {
        const OPERATION: &str = "list people";
        let size = page_size(limit);
        let (name, id) = after.map_or((String::new(), Vec::new()), |cursor| {
            (
                cursor.sort_name.clone(),
                uuid_blob(cursor.id.uuid()).to_vec(),
            )
        });
        let mut found = self
            .prepare(PAGE, OPERATION)?
            .query_map(params![name, id, searchable(fragment), size + 1], |row| {
                Ok(PersonCursor {
                    sort_name: row.get(0)?,
                    id: uuid_id(row.get(1)?),
                })
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut found, size);
        let mut people = Vec::with_capacity(found.len());
        for cursor in &found {
            people.extend(self.find_person(cursor.id)?);
        }
        Ok(PersonPage {
            people,
            next: found.pop().filter(|_| has_more),
        })
    }

    /// Somebody of the directory.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        const OPERATION: &str = "load a person";
        self.prepare(LOAD, OPERATION)?
            .query_row([uuid_blob(id.uuid())], |row| {
                from_json("people.document", row.get_ref(0)?.as_str()?)
            })
            .optional()
            .during(OPERATION)
            .map(|details| details.map(|details| Person { id, details }))
    }

    /// What a rule may know about a person, in the directory or not.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_person_state(&self, id: PersonId) -> Result<PersonState, StoreError> {
        Ok(PersonState {
            id,
            details: self.find_person(id)?.map(|person| person.details),
            is_held: self.is_person_held(id)?,
            version: self.aggregate_version(&AggregateRef::Person(id))?,
        })
    }

    /// How many people the directory has.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_people(&self) -> Result<u32, StoreError> {
        const OPERATION: &str = "count people";
        self.prepare("SELECT count(*) FROM people", OPERATION)?
            .query_row((), |row| row.get(0))
            .during(OPERATION)
    }

    /// Users with this number in a phone field, each once (P-11).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn users_with_number(&self, address: &Address) -> Result<Vec<PersonId>, StoreError> {
        self.people_with_number(USERS_OF, address)
    }

    /// People of every kind with this number in a phone field, each once.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn holders_of_number(&self, number: &PhoneNumber) -> Result<Vec<PersonId>, StoreError> {
        self.people_with_number(HOLDERS_OF, &Address::Phone(number.clone()))
    }

    fn people_with_number(
        &self,
        sql: &'static str,
        address: &Address,
    ) -> Result<Vec<PersonId>, StoreError> {
        const OPERATION: &str = "look for people by number";
        let Some(number) = address.phone() else {
            return Ok(Vec::new());
        };
        self.prepare(sql, OPERATION)?
            .query_map([number.as_str()], read_person_id)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Addresses that a person has in a phone field or that are bound to them.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn addresses_of_person(&self, id: PersonId) -> Result<BTreeSet<Address>, StoreError> {
        const OPERATION: &str = "look for a person's addresses";
        self.prepare(ADDRESSES_OF, OPERATION)?
            .query_map([uuid_blob(id.uuid())], |row| {
                Ok(Address::parse(row.get_ref(0)?.as_str()?))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Inserts a person or replaces one. Answers the addresses whose name may have changed by it.
    pub(crate) fn put_person(&mut self, person: &Person) -> Result<BTreeSet<Address>, StoreError> {
        const OPERATION: &str = "write a person";
        let mut addresses = self.addresses_of_person(person.id)?;
        let id = uuid_blob(person.id.uuid());
        let details = &person.details;
        self.prepare(
            "INSERT INTO people (person_id, sort_name, search, document) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (person_id) DO UPDATE SET
                sort_name = excluded.sort_name, search = excluded.search, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            id,
            sort_name(&details.name),
            search_words(details),
            to_json("a person", details)?,
        ])
        .during(OPERATION)?;
        self.prepare("DELETE FROM person_phones WHERE person_id = ?1", OPERATION)?
            .execute([id])
            .during(OPERATION)?;
        for (field, number) in details.phones() {
            self.prepare(
                "INSERT INTO person_phones (number, person_id, field, is_user) VALUES (?1, ?2, ?3, ?4)",
                OPERATION,
            )?
            .execute(params![
                number.as_str(),
                id,
                field.as_str(),
                details.kind == PersonKind::User,
            ])
            .during(OPERATION)?;
            addresses.insert(Address::Phone(number.clone()));
        }
        Ok(addresses)
    }

    /// Takes a person out. Answers the addresses whose name may have changed by it.
    pub(crate) fn delete_person(&mut self, id: PersonId) -> Result<BTreeSet<Address>, StoreError> {
        const OPERATION: &str = "delete a person";
        let addresses = self.addresses_of_person(id)?;
        self.prepare("DELETE FROM people WHERE person_id = ?1", OPERATION)?
            .execute([uuid_blob(id.uuid())])
            .during(OPERATION)?;
        Ok(addresses)
    }
}

/// The channel on which phone numbers are addresses.
pub(crate) const PHONE_CHANNEL: Channel = Channel::Sms;

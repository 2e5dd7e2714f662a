//! Users' PINs, authenticators and locks.
//!
//! Owns the rows: slow hashes and sealed secrets, never a PIN or a code. A row goes with its person.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::verification::{Verification, VerificationState};
use tern_domain::{AggregateRef, PersonId, UtcMillis};

use super::values::{from_json, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const ONE: &str = "SELECT document FROM verifications WHERE person_id = ?1";
pub(crate) const LOCKED: &str = "
    SELECT person_id, locked_until FROM verifications WHERE locked_until > ?1
    ORDER BY locked_until LIMIT ?2";
pub(crate) const ALL: &str = "
    SELECT person_id, document FROM verifications WHERE person_id > ?1 ORDER BY person_id LIMIT ?2";

impl ReadConn<'_> {
    /// A user's PIN, authenticator and lock; `None` if there never was one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_verification(&self, person: PersonId) -> Result<Option<Verification>, StoreError> {
        const OPERATION: &str = "find a verification";
        self.prepare(ONE, OPERATION)?
            .query_row([uuid_blob(person.uuid())], |row| {
                from_json("verifications.document", row.get_ref(0)?.as_str()?)
            })
            .optional()
            .during(OPERATION)
    }

    /// What a rule may know about a user's PIN, authenticator and lock.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_verification_state(
        &self,
        person: PersonId,
    ) -> Result<VerificationState, StoreError> {
        Ok(VerificationState {
            person,
            details: self.find_person(person)?.map(|person| person.details),
            version: self.aggregate_version(&AggregateRef::Person(person))?,
            verification: self.find_verification(person)?.unwrap_or_default(),
        })
    }

    /// Users who are locked at a time, with the end of the lock; whose ends first comes first (L-10).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_locked(
        &self,
        now: UtcMillis,
        limit: u32,
    ) -> Result<Vec<(PersonId, UtcMillis)>, StoreError> {
        const OPERATION: &str = "list who is locked";
        self.prepare(LOCKED, OPERATION)?
            .query_map(params![now.0, limit], |row| {
                Ok((uuid_id(row.get(0)?), UtcMillis(row.get(1)?)))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A page of everybody who has a PIN or an authenticator app, or had one: those after a person, in the order of
    /// their ids.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_verifications(
        &self,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<(PersonId, Verification)>, StoreError> {
        const OPERATION: &str = "list verifications";
        // No id is empty, so that all come after none.
        let after = after.map_or_else(Vec::new, |person| uuid_blob(person.uuid()).to_vec());
        self.prepare(ALL, OPERATION)?
            .query_map(params![after, limit], |row| {
                Ok((
                    uuid_id(row.get(0)?),
                    from_json("verifications.document", row.get_ref(1)?.as_str()?)?,
                ))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn put_verification(
        &mut self,
        person: PersonId,
        verification: &Verification,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write a verification";
        self.prepare(
            "INSERT INTO verifications (person_id, locked_until, document) VALUES (?1, ?2, ?3)
             ON CONFLICT (person_id) DO UPDATE SET
                locked_until = excluded.locked_until, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(person.uuid()),
            verification.lockout.locked_until.map(|until| until.0),
            to_json("a verification", verification)?,
        ])
        .during(OPERATION)?;
        Ok(())
    }
}

//! Named documents: settings, and the state of the exchange with the carrier.
//!
//! Two tables of the same shape. Owns the words of the names, so that a reader and a writer cannot differ in
//! spelling; what is inside is the caller's.

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::values::{from_json, to_json};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Name of a settings document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SettingName(pub &'static str);

/// Agents' authenticator apps at the lock: the app's document, of which a new key of the file seals the secrets anew.
pub const LOCK_CODES: SettingName = SettingName("app.lock_codes");

/// What agents searched for last: the words of customers may be in it.
pub const RECENT_SEARCHES: SettingName = SettingName("app.recent_searches");

/// A file that was restored says so here until the conclusions are drawn.
pub const RESTORED: SettingName = SettingName("app.restored");

/// The key that exports are signed with: the app's document, of which a new key of the file seals the secret anew.
pub const EXPORT_KEY: SettingName = SettingName("app.export_key");

/// Name of a document about the exchange with the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SyncName(pub &'static str);

impl ReadConn<'_> {
    /// A settings document.
    ///
    /// # Errors
    /// [`StoreError::Decode`] if it has another shape.
    pub fn find_setting<T: DeserializeOwned>(
        &self,
        name: SettingName,
    ) -> Result<Option<T>, StoreError> {
        self.find_document(
            "SELECT value FROM settings WHERE name = ?1",
            "settings.value",
            name.0,
        )
    }

    /// A document about the exchange with the carrier.
    ///
    /// # Errors
    /// [`StoreError::Decode`] if it has another shape.
    pub fn find_sync_state<T: DeserializeOwned>(
        &self,
        name: SyncName,
    ) -> Result<Option<T>, StoreError> {
        self.find_document(
            "SELECT value FROM sync_state WHERE name = ?1",
            "sync_state.value",
            name.0,
        )
    }

    fn find_document<T: DeserializeOwned>(
        &self,
        sql: &'static str,
        column: &'static str,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        const OPERATION: &str = "read a document";
        self.prepare(sql, OPERATION)?
            .query_row([name], |row| from_json(column, row.get_ref(0)?.as_str()?))
            .optional()
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Removes a settings document, if it is there.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_setting(&mut self, name: SettingName) -> Result<(), StoreError> {
        const OPERATION: &str = "remove a document";
        self.prepare("DELETE FROM settings WHERE name = ?1", OPERATION)?
            .execute([name.0])
            .during(OPERATION)?;
        Ok(())
    }

    /// Replaces a settings document.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_setting<T: Serialize>(
        &mut self,
        name: SettingName,
        value: &T,
    ) -> Result<(), StoreError> {
        self.put_document(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name.0,
            &to_json("a settings document", value)?,
        )
    }

    /// Replaces a document about the exchange with the carrier.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_sync_state<T: Serialize>(
        &mut self,
        name: SyncName,
        value: &T,
    ) -> Result<(), StoreError> {
        self.put_document(
            "INSERT INTO sync_state (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name.0,
            &to_json("a sync document", value)?,
        )
    }

    fn put_document(
        &mut self,
        sql: &'static str,
        name: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write a document";
        self.prepare(sql, OPERATION)?
            .execute(params![name, value])
            .during(OPERATION)?;
        Ok(())
    }
}

//! Damage that is met in an open file: told once, and survived by whatever is whole.
//!
//! Every read and write passes by here with its result. After a page that does not authenticate SQLCipher
//! refuses everything on the same connection, so the connection is replaced: one bad page must not take the
//! rest of the history with it. A background task that meets damage counts as much as a person's click.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::error::StoreError;
use crate::key::DatabaseKey;
use crate::open::{Access, open_connection, prepare_writer};

type Listener = Box<dyn Fn() + Send + Sync>;

/// Whether damage was met since the file was opened, and what a new connection needs.
pub(crate) struct DamageWatch {
    database: PathBuf,
    key: DatabaseKey,
    was_met: AtomicBool,
    listener: OnceLock<Listener>,
}

impl DamageWatch {
    pub(crate) const fn new(database: PathBuf, key: DatabaseKey) -> Self {
        Self {
            database,
            key,
            was_met: AtomicBool::new(false),
            listener: OnceLock::new(),
        }
    }

    /// Looks at the result of an operation before its caller gets it, and replaces a connection that met damage.
    pub(crate) fn look_at<T>(
        &self,
        result: &Result<T, StoreError>,
        connection: &mut Connection,
        access: Access,
    ) {
        if !matches!(result, Err(StoreError::Damaged { .. })) {
            return;
        }
        match self.connect(access) {
            Ok(fresh) => *connection = fresh,
            // The old one stays: it refuses everything, in words.
            Err(error) => tracing::warn!(%error, "a connection could not be replaced"),
        }
        if !self.was_met.swap(true, Ordering::SeqCst) {
            tracing::warn!("the open database is damaged");
            self.tell();
        }
    }

    /// The key of the file.
    pub(crate) const fn key(&self) -> &DatabaseKey {
        &self.key
    }

    pub(crate) fn was_met(&self) -> bool {
        self.was_met.load(Ordering::SeqCst)
    }

    /// Takes the one listener, and tells it at once of what was met before.
    pub(crate) fn listen(&self, listener: Listener) {
        if self.listener.set(listener).is_ok() && self.was_met() {
            self.tell();
        }
    }

    fn tell(&self) {
        if let Some(listener) = self.listener.get() {
            listener();
        }
    }

    fn connect(&self, access: Access) -> Result<Connection, rusqlite::Error> {
        let connection = open_connection(&self.database, &self.key, access)?;
        if access == Access::ReadWrite {
            prepare_writer(&connection)?;
        }
        Ok(connection)
    }
}

impl std::fmt::Debug for DamageWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DamageWatch")
            .field("was_met", &self.was_met())
            .finish_non_exhaustive()
    }
}

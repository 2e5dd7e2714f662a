//! The documents that the app keeps in the open file's settings table, each under a name of its own.
//!
//! Each document has one type and one owner; one that cannot be read any more is reported, never replaced.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tern_store::{LOCK_CODES, SettingName, Store};

use crate::error::ApiError;
use crate::words;

/// Names of the documents; stable for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// The settings page.
    Settings,
    /// The id of the agent at this desk.
    Agent,
    /// The practice line's phones.
    Handsets,
    /// The SID of the account whose texts the file holds.
    ConnectedAccount,
    /// Canned replies.
    Replies,
    /// How conversations look in the inbox.
    CardLayouts,
    /// Rules about sensitive data and words.
    Screening,
    /// When texts of agents were stopped for their words.
    StoppedTexts,
    /// What is decided about the virtual agent.
    VirtualAgent,
    /// Names of the secrets that topics send along.
    BotSecretNames,
    /// Those secrets, where there is no keychain: the file's own encryption protects them.
    BotSecrets,
    /// Sections of a configuration file that only another version knows.
    UnknownSections,
    /// What is decided about the lock of the desk.
    AppLock,
    /// What is recorded of the key of the file.
    FileKey,
    /// Wrong passphrases at the lock, in a row.
    AppLockTries,
    /// Agents' authenticator apps at the lock.
    LockCodes,
    /// Where backups go, how often, and what came of them.
    Backups,
    /// What a damaged file was put together from.
    Mended,
    /// Where exports are being written.
    ExportsUnderWay,
    /// Where the last dialog of each kind ended.
    LastFolders,
    /// The account's credential, where there is no keychain: the file's own encryption protects it.
    Credential,
}

impl Record {
    /// The name it is stored under.
    pub(crate) fn name(self) -> SettingName {
        SettingName(match self {
            Self::Settings => "app.settings",
            Self::Agent => "app.agent",
            Self::Handsets => "app.handsets",
            Self::ConnectedAccount => "app.account",
            Self::Replies => "app.replies",
            Self::CardLayouts => "app.card_layouts",
            Self::Screening => "app.screening",
            Self::StoppedTexts => "app.stopped_texts",
            // The engine reads it too.
            Self::VirtualAgent => "virtual_agent",
            Self::BotSecretNames => "app.bot_secret_names",
            Self::BotSecrets => "app.bot_secrets",
            Self::UnknownSections => "app.unknown_sections",
            Self::AppLock => "app.lock",
            Self::FileKey => "app.file_key",
            Self::AppLockTries => "app.lock_tries",
            Self::LockCodes => LOCK_CODES.0,
            Self::Backups => "app.backups",
            Self::Mended => "app.mended",
            Self::ExportsUnderWay => "app.exports_under_way",
            Self::LastFolders => "app.last_folders",
            Self::Credential => "app.credential",
        })
    }
}

/// Reads a document.
pub(crate) async fn find<T>(store: &Store, record: Record) -> Result<Option<T>, ApiError>
where
    T: DeserializeOwned + Send + 'static,
{
    store
        .read(move |conn| conn.find_setting::<T>(record.name()))
        .await
        .map_err(|error| words::store(&error))
}

/// Replaces a document.
pub(crate) async fn put<T>(store: &Store, record: Record, document: T) -> Result<(), ApiError>
where
    T: Serialize + Send + 'static,
{
    store
        .write(move |tx| tx.put_setting(record.name(), &document))
        .await
        .map_err(|error| words::store(&error))
}

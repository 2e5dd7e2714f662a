//! What happened to the key while no file was open to record it in.
//!
//! Kept beside the files until it is recorded: whatever ends the program in between loses no line of the audit trail.

use std::path::Path;

use tern_domain::UtcMillis;
use tern_domain::file_key::FileKeyChange;

use super::envelope::EnvelopeError;
use super::recovery::{read, write};
use crate::files;
use crate::layout::{FileName, Layout};

/// Changes that wait to be recorded, with when they happened.
pub type KeyChanges = Vec<(FileKeyChange, UtcMillis)>;

/// Reads what waits to be recorded, oldest first.
///
/// # Errors
/// [`EnvelopeError::Io`], [`EnvelopeError::Unreadable`].
pub fn find_key_changes(folder: &Path, name: &FileName) -> Result<KeyChanges, EnvelopeError> {
    Ok(read(&Layout::new(folder, name).key_changes())?.unwrap_or_default())
}

/// Notes what happened. One of a kind is enough: what is done again after a crash happened once.
///
/// # Errors
/// [`EnvelopeError::Io`], [`EnvelopeError::Unreadable`].
pub fn note_key_change(
    folder: &Path,
    name: &FileName,
    change: FileKeyChange,
    now: UtcMillis,
) -> Result<(), EnvelopeError> {
    let mut noted = find_key_changes(folder, name)?;
    if noted.iter().any(|(known, _)| *known == change) {
        return Ok(());
    }
    noted.push((change, now));
    write(&Layout::new(folder, name).key_changes(), &noted)
}

/// Forgets what was recorded.
///
/// # Errors
/// [`EnvelopeError::Io`].
pub fn forget_key_changes(folder: &Path, name: &FileName) -> Result<(), EnvelopeError> {
    let path = Layout::new(folder, name).key_changes();
    files::remove(&path).map_err(|source| EnvelopeError::Io {
        operation: "remove",
        source,
    })
}

//! Opening a line's file, and what to offer when it cannot be opened.

use std::path::Path;

use tern_store::{DatabaseKey, OpenConfig, OpenStoreError, Store};
use tokio::task::spawn_blocking;

use super::line_file::file_name;
use crate::dto::{BlockedOffer, Line};
use crate::error::{ApiError, ErrorCode};
use crate::words;

/// Opens the line's file, making it if it is not there. Nothing is changed when it cannot be opened.
pub(crate) async fn open_file(
    folder: &Path,
    line: Line,
    key: DatabaseKey,
) -> Result<Store, ApiError> {
    let config = OpenConfig::new(folder.to_owned(), file_name(line), key);
    let opened: Result<Result<Store, OpenStoreError>, _> =
        spawn_blocking(move || Store::open(&config)).await;
    match opened {
        Ok(Ok(store)) => Ok(store),
        Ok(Err(error)) => Err(words::open_store(&error)),
        Err(_) => Err(ApiError::internal()),
    }
}

/// What may be offered for a file that cannot be opened.
pub(crate) fn offers(error: &ApiError, can_recover: bool) -> Vec<BlockedOffer> {
    use BlockedOffer::{Quit, RestoreBackup, Retry, SetAsideAndRebuild, UseRecoveryCode};
    match error.code {
        ErrorCode::WrongKey if can_recover => {
            vec![
                UseRecoveryCode,
                Retry,
                RestoreBackup,
                SetAsideAndRebuild,
                Quit,
            ]
        }
        ErrorCode::FileTooNew => vec![Quit],
        ErrorCode::FileDamaged | ErrorCode::WrongKey => {
            vec![Retry, RestoreBackup, SetAsideAndRebuild, Quit]
        }
        _ => vec![Retry, Quit],
    }
}

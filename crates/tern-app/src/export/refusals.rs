//! What can go wrong with a file outside, in words.

use tern_archive::{PlaceError, WriteError};

use crate::error::{ApiError, ErrorCode};

/// A place where nothing can be put, in words.
pub(crate) fn place_words(error: &PlaceError) -> ApiError {
    match error {
        PlaceError::Io(error) => io_words(error),
        PlaceError::TooMany => ApiError::new(
            ErrorCode::Storage,
            "The folder is full of exports of this name.",
            "Move some of them elsewhere and try again.",
        ),
        _ => ApiError::new(
            ErrorCode::InvalidInput,
            "This is no whole path of a folder.",
            "Enter it from its beginning, such as /data/exports or D:\\exports.",
        ),
    }
}

/// An export that could not be written, in words.
pub(super) fn write_words(error: &WriteError) -> ApiError {
    match error.io() {
        Some(error) => io_words(error),
        None => {
            tracing::error!(%error, "an export could not be written");
            ApiError::internal()
        }
    }
}

fn io_words(error: &std::io::Error) -> ApiError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ApiError::new(
            ErrorCode::DiskFull,
            "The disk is full, so the export could not be written. Nothing was left behind.",
            "Make room, or choose a folder on another disk.",
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => ApiError::new(
            ErrorCode::Storage,
            "The folder may not be written to.",
            "Choose another one.",
        ),
        _ => ApiError::new(
            ErrorCode::Storage,
            "The export could not be written to this folder.",
            "Look whether the folder is there, and try again.",
        ),
    }
}

//! Words about the key of the files: replacing it, and the recovery code.

use tern_domain::Millis;
use tern_domain::file_key::CodeProblem;
use tern_store::RotationError;

use super::{disk_full, log, open_store, sentence};
use crate::error::{ApiError, ErrorCode};

/// The key was not replaced.
pub(crate) fn rotation(error: &RotationError) -> ApiError {
    log("replace the key", error);
    match error {
        RotationError::Cancelled => ApiError::new(
            ErrorCode::NotAllowed,
            "The key was not replaced, because you stopped it.",
            "Everything is as it was before.",
        ),
        RotationError::NoRoom { needed, free } => ApiError::new(
            ErrorCode::DiskFull,
            format!(
                "There is not enough room on the disk: {} are needed for a while, {} are free.",
                megabytes(*needed),
                megabytes(*free)
            ),
            "Make room and try again. Nothing was changed.",
        ),
        error if error.is_disk_full() => ApiError {
            remedy: "Make room and try again. Everything is as it was before.".to_owned(),
            ..disk_full()
        },
        RotationError::NotTheSame { .. } => ApiError::new(
            ErrorCode::Storage,
            "The key was not replaced: what was written does not read back as it should.",
            "Check the disk, then try again. Everything is as it was before.",
        ),
        RotationError::Database(error) => open_store(error),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}

/// The keychain took a key and does not give it back.
pub(crate) fn key_not_kept() -> ApiError {
    ApiError::new(
        ErrorCode::KeychainUnavailable,
        "The keychain did not keep the key.",
        "Restart the computer and try again. Nothing was changed.",
    )
}

/// What was typed is no recovery code.
pub(crate) fn code_problem(problem: CodeProblem) -> ApiError {
    let remedy = match problem {
        CodeProblem::Length { .. } => "It is printed as seven groups of four.",
        CodeProblem::Letter => "It has digits and letters, but no U.",
        CodeProblem::Mistyped => "Compare it with the sheet, group by group.",
    };
    ApiError::new(ErrorCode::InvalidInput, sentence(&problem), remedy)
}

/// Another code is not the one.
pub(crate) fn wrong_code() -> ApiError {
    ApiError::new(
        ErrorCode::WrongKey,
        "The recovery code is not right.",
        "A newer code, or a new key, makes older codes useless. Nothing was changed.",
    )
}

/// There is no code to come in by.
pub(crate) fn no_recovery_code() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "No recovery code was made for this desk.",
        "",
    )
}

/// Wrong codes are waited out.
pub(crate) fn wait_for_code(wait: Millis) -> ApiError {
    let seconds = (wait.0 / 1000).max(0) + 1;
    let wait = if seconds <= 120 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds.div_euclid(60) + 1)
    };
    ApiError::new(
        ErrorCode::NotAllowed,
        "Too many wrong recovery codes.",
        format!("Wait {wait}; each wrong code makes the wait longer."),
    )
}

/// The group that was typed back is another.
pub(crate) fn not_that_group() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "That is not what the code has there.",
        "Look at your copy again. The code counts only once it is typed right.",
    )
}

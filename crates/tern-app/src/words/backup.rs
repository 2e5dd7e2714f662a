//! Words about backups: each way in which one can be unusable has its own.

use tern_store::BackupError;

use super::{log, open_store};
use crate::error::{ApiError, ErrorCode};

/// A backup that was not made, not read or not restored.
pub(crate) fn backup(error: &BackupError) -> ApiError {
    log("back up or restore", error);
    let new = |code, message: &str, remedy: &str| ApiError::new(code, message, remedy);
    match error {
        BackupError::Cancelled => new(
            ErrorCode::NotAllowed,
            "It was stopped.",
            "Everything is as it was before.",
        ),
        BackupError::FolderMissing => new(
            ErrorCode::NotFound,
            "The folder is not there.",
            "If it is on a disk or in a network, connect it; else check how it is spelt.",
        ),
        BackupError::ReadOnly => new(
            ErrorCode::Storage,
            "The folder cannot be written to.",
            "Choose another one, or allow this user to write there.",
        ),
        BackupError::Full => new(
            ErrorCode::DiskFull,
            "There is no room left where the backups are.",
            "Make room, or delete old backups. The ones that are there are whole.",
        ),
        BackupError::NoRoom { needed, free } => ApiError::new(
            ErrorCode::DiskFull,
            format!(
                "There is not enough room on this computer: {} MB are needed for a while, {} MB are free.",
                needed.div_ceil(1_000_000),
                free.div_ceil(1_000_000)
            ),
            "Make room and try again. Nothing was changed.",
        ),
        BackupError::Empty => new(
            ErrorCode::NotFound,
            "There is no backup of Tern in this folder.",
            "Choose the folder that has “Tern backups” in it. If it is synchronised, wait until its files are here.",
        ),
        BackupError::KeyFileMissing => new(
            ErrorCode::NotFound,
            "The file with the key of these backups is not there.",
            "Its name ends with .ternkey. If the disk is not plugged in, connect it; if the folder is synchronised, wait until \
             all of it is here.",
        ),
        BackupError::KeyFileDamaged => new(
            ErrorCode::FileDamaged,
            "The file with the key of these backups is damaged.",
            "Bring back the file whose name ends with .ternkey from another copy of the folder.",
        ),
        BackupError::WrongPassphrase => new(
            ErrorCode::WrongKey,
            "This is not the passphrase of these backups.",
            "It was chosen when backups were set up, and is not the one that unlocks Tern. Nobody can recover it.",
        ),
        BackupError::OtherDesk => new(
            ErrorCode::NotAllowed,
            "This backup belongs to another desk.",
            "Put it back where it was: each desk has a folder of its own.",
        ),
        BackupError::TooNew { .. } => new(
            ErrorCode::FileTooNew,
            "A newer version of Tern made this backup.",
            "Install the newer version to restore it. Nothing was changed.",
        ),
        BackupError::CutOff => new(
            ErrorCode::FileDamaged,
            "The end of this backup is missing.",
            "If the folder is synchronised, wait until all of it is here; else choose another backup.",
        ),
        BackupError::Changed | BackupError::Unreadable => new(
            ErrorCode::FileDamaged,
            "This backup is not as it was written.",
            "Choose another one, or another copy of the folder.",
        ),
        BackupError::Parts {
            missing,
            cut_off,
            changed,
        } => parts(*missing, *cut_off, *changed),
        BackupError::Inside(_) => new(
            ErrorCode::FileDamaged,
            "The database in this backup is damaged: it was when the backup was made.",
            "Choose an older backup.",
        ),
        BackupError::NotStill => new(
            ErrorCode::Storage,
            "Tern’s file was too busy for a backup.",
            "It is tried again by itself.",
        ),
        BackupError::Database(error) => open_store(error),
        BackupError::Io { .. } | BackupError::Randomness => new(
            ErrorCode::Storage,
            "The folder of the backups does not answer as it should.",
            "Check the disk or the connection, then try again.",
        ),
    }
}

fn parts(missing: u64, cut_off: u64, changed: u64) -> ApiError {
    let mut found = Vec::new();
    for (count, what) in [
        (missing, "missing"),
        (cut_off, "cut off"),
        (changed, "changed"),
    ] {
        if count > 0 {
            found.push(format!("{count} {what}"));
        }
    }
    ApiError::new(
        ErrorCode::FileDamaged,
        format!(
            "Parts of this backup are not as they were written: {}.",
            found.join(", ")
        ),
        if missing > 0 {
            "If the folder is synchronised, wait until all of it is here. The next backup stores anew what is missing."
        } else {
            "Choose another backup, or another copy of the folder."
        },
    )
}

/// There is no such backup of this desk.
pub(crate) fn no_such_backup() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "This backup is not there any more.",
        "Look at the list again.",
    )
}

/// Nobody has said where backups go.
pub(crate) fn backups_not_set_up() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "Nobody has said yet where backups go.",
        "Choose a folder and a passphrase in the settings, under Backup.",
    )
}

/// One is made or tried just now.
pub(crate) fn backup_is_running() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "A backup is being made or tried just now.",
        "Wait until it is done, or stop it.",
    )
}

/// Nothing is in a state that a restore would cure.
pub(crate) fn nothing_to_restore() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "A backup is restored on the first screen, or in place of a damaged file.",
        "Leave the line first, in the settings under Account; its file stays.",
    )
}

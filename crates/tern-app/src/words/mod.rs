//! The one mapping from errors of the crates below to codes and words for a person.
//!
//! Causes go to the log here, once; what goes to a window is a plain sentence and a remedy. Errors of the
//! crates below carry no bodies, numbers or secrets, so their chains may be logged.

mod backup;
mod file_key;
mod refusals;

pub(crate) use backup::*;
pub(crate) use file_key::*;
pub(crate) use refusals::*;

use tern_domain::carrier_errors::explain;
use tern_engine::BackfillError;
use tern_store::{EnvelopeError, OpenStoreError, StoreError};
use tern_twilio::TwilioError;

use crate::dto::{DoctorCheck, DoctorReport, FindingLevel};
use crate::error::{ApiError, ErrorCode};
use crate::ports::{PracticeHostError, SecretStoreError};
use crate::practice::ControlError;

/// A failed read or write of the open file.
pub(crate) fn store(error: &StoreError) -> ApiError {
    log("store", error);
    match error {
        StoreError::DiskFull { .. } => disk_full(),
        StoreError::Damaged { .. } => ApiError::new(
            ErrorCode::FileDamaged,
            "This part of Tern's file is damaged.",
            "The rest can still be used. Rebuild the file with the button at the top of the window.",
        ),
        StoreError::MediaTampered => ApiError::new(
            ErrorCode::Storage,
            "The stored file of this picture is damaged.",
            "Texts and other pictures are not affected.",
        ),
        StoreError::NotFound { what } => ApiError::new(
            ErrorCode::NotFound,
            format!("There is no such {what} any more."),
            "",
        ),
        StoreError::VersionConflict { .. }
        | StoreError::ActiveInteractionExists
        | StoreError::ActiveProfileExists => ApiError::new(
            ErrorCode::NotAllowed,
            "The conversation changed at the same moment.",
            "Look at it again, then repeat what you did if it still makes sense.",
        ),
        StoreError::Closed => not_ready(),
        _ => ApiError::new(
            ErrorCode::Storage,
            "Tern's file could not be read or written.",
            "Try again; if it stays, check the disk and restart Tern.",
        ),
    }
}

/// A file that could not be opened.
pub(crate) fn open_store(error: &OpenStoreError) -> ApiError {
    log("open", error);
    match error {
        OpenStoreError::WrongKey => ApiError::new(
            ErrorCode::WrongKey,
            "The key at hand does not open this file.",
            "The file may come from another computer or user; nothing in it was changed. Put the right one back, \
             or set this one aside and start anew.",
        ),
        OpenStoreError::FileTooNew { .. } => ApiError::new(
            ErrorCode::FileTooNew,
            "A newer version of Tern wrote this file.",
            "This version leaves the file untouched, so nothing is lost. Install the newer version to go on.",
        ),
        OpenStoreError::Damaged { .. } | OpenStoreError::NotTern => ApiError::new(
            ErrorCode::FileDamaged,
            "Tern's file is damaged.",
            "Nothing in it was changed. It can be set aside, never deleted, and rebuilt from what can still be \
             read.",
        ),
        OpenStoreError::InUse => ApiError::new(
            ErrorCode::FileInUse,
            "Another Tern has this file open.",
            "Use the window that is already open, or close it and try again. Nothing in the file was changed.",
        ),
        OpenStoreError::RotationInterrupted => ApiError::new(
            ErrorCode::FileInUse,
            "The key of this file was being replaced when Tern ended.",
            "Try again, and Tern ends it first. Nothing is lost.",
        ),
        OpenStoreError::RestoreInterrupted => ApiError::new(
            ErrorCode::FileInUse,
            "A backup was being put in this file’s place when Tern ended.",
            "Try again, and Tern ends it first. Nothing is lost.",
        ),
        OpenStoreError::DiskFull => disk_full(),
        OpenStoreError::Io { .. } => ApiError::new(
            ErrorCode::Storage,
            "Tern's folder cannot be read or written.",
            "Check that the disk is there and that this user may write to the folder.",
        ),
        _ => ApiError::new(
            ErrorCode::Storage,
            "Tern's file could not be opened.",
            "Try again; if it stays, restart the computer.",
        ),
    }
}

/// A key that could not be wrapped or unwrapped.
pub(crate) fn envelope(error: &EnvelopeError) -> ApiError {
    match error {
        EnvelopeError::WrongPassphrase => wrong_passphrase(),
        EnvelopeError::WrongCode => wrong_code(),
        EnvelopeError::Io { .. } => {
            log("envelope", error);
            ApiError::new(
                ErrorCode::Storage,
                "The file that holds the wrapped key cannot be read or written.",
                "Check that the disk is there and has room.",
            )
        }
        _ => {
            log("envelope", error);
            ApiError::new(
                ErrorCode::FileDamaged,
                "The file that holds the wrapped key is damaged.",
                "Put tern.envelope back from a backup; without it the passphrase opens nothing.",
            )
        }
    }
}

/// The keychain did not do what was asked.
pub(crate) fn secret_store(error: &SecretStoreError) -> ApiError {
    log("keychain", error);
    match error {
        SecretStoreError::Unavailable { reason } => ApiError::new(
            ErrorCode::KeychainUnavailable,
            format!("There is no usable keychain: {reason}."),
            "Install or start the system's keychain, then try again.",
        ),
        SecretStoreError::Locked { reason } => ApiError::new(
            ErrorCode::KeychainLocked,
            format!("The keychain is locked: {reason}."),
            "Unlock it, usually with your login password, then try again.",
        ),
        SecretStoreError::Failed { reason } => ApiError::new(
            ErrorCode::KeychainUnavailable,
            format!("The keychain failed: {reason}."),
            "Try again; if it stays, restart the computer.",
        ),
    }
}

/// Twilio refuses the credentials.
pub(crate) fn credentials_refused() -> ApiError {
    ApiError::new(
        ErrorCode::Credentials,
        "Twilio refuses the credentials.",
        "They were revoked or replaced. Enter new ones under Settings, Account; texts wait until then.",
    )
}

/// There are no credentials, though there is a file.
pub(crate) fn credentials_missing() -> ApiError {
    ApiError::new(
        ErrorCode::Credentials,
        "The account's credentials are not there any more.",
        "Enter them again under Settings, Account; texts wait until then.",
    )
}

/// There is a public address, but an API key signs no webhooks (T-10).
pub(crate) fn webhooks_unverifiable() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "Webhooks are not taken in with an API key.",
        "Only the auth token proves that they come from Twilio. Replace the credentials by it under Account, or \
         leave this empty: Tern asks Twilio by itself.",
    )
}

/// The gateway's port belongs to another program.
pub(crate) fn port_taken(port: u16) -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        format!("Another program uses port {port} of this laptop."),
        "Close that program, perhaps a second Tern; Tern tries again by itself. Until then it asks Twilio every \
         few seconds, so no text is lost.",
    )
}

/// The gateway could not be opened, or did not stay open.
pub(crate) fn door_failed(port: u16) -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        format!("Port {port} of this laptop could not be opened."),
        "Check the address above; Tern tries again by itself. Until then it asks Twilio every few seconds, so no \
         text is lost.",
    )
}

/// Twilio did not change a number's webhook.
pub(crate) fn webhook_not_changed(error: &TwilioError) -> ApiError {
    log("webhook", error);
    let mut answer = match error.status() {
        Some(401 | 403) => ApiError::new(
            ErrorCode::Credentials,
            "Twilio does not let these credentials change the number.",
            "Change “A message comes in” of the number in the Twilio console.",
        ),
        _ => ApiError::new(
            ErrorCode::Carrier,
            "Twilio did not change the number.",
            "Try again, or change “A message comes in” of the number in the Twilio console.",
        ),
    };
    answer.carrier_code = error.code();
    answer
}

/// The first thing that stands in the way of connecting.
pub(crate) fn cannot_connect(report: &DoctorReport) -> ApiError {
    let problem = report
        .findings
        .iter()
        .find(|finding| finding.level == FindingLevel::Problem);
    let Some(problem) = problem else {
        return ApiError::new(
            ErrorCode::InvalidInput,
            "No number of this account can be used.",
            "",
        );
    };
    let code = match problem.check {
        DoctorCheck::Network => ErrorCode::Offline,
        DoctorCheck::Credentials => ErrorCode::Credentials,
        _ => ErrorCode::InvalidInput,
    };
    ApiError::new(
        code,
        format!("{}. {}", problem.title, problem.detail),
        problem.remedy.clone(),
    )
}

/// A wish about fetching the past could not be written down.
pub(crate) fn backfill(error: &BackfillError) -> ApiError {
    log("backfill", error);
    ApiError::new(
        ErrorCode::Storage,
        "The wish could not be written down.",
        "Check that the disk has room, then try again.",
    )
}

/// The practice line did not start.
pub(crate) fn practice_host(error: &PracticeHostError) -> ApiError {
    log("practice", error);
    ApiError::new(
        ErrorCode::Internal,
        "The practice line could not be started.",
        "Restart Tern; if it stays, another program may hold its port.",
    )
}

/// A simulated phone did not do what was asked.
pub(crate) fn control(error: &ControlError) -> ApiError {
    log("practice", error);
    match error {
        ControlError::Refused { words, .. } if !words.is_empty() => ApiError::new(
            ErrorCode::InvalidInput,
            format!("The practice line refuses this: {words}."),
            "",
        ),
        _ => ApiError::new(
            ErrorCode::Internal,
            "The practice line does not answer.",
            "Restart Tern to start it anew.",
        ),
    }
}

/// `line.json` could not be written.
pub(crate) fn line_file(error: &std::io::Error) -> ApiError {
    log("line", error);
    if matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    ) {
        return disk_full();
    }
    ApiError::new(
        ErrorCode::Storage,
        "Tern's folder cannot be written.",
        "Check that the disk is there and that this user may write to the folder.",
    )
}

/// Twilio answers, with an error.
pub(crate) fn carrier_trouble(code: Option<u32>) -> ApiError {
    let mut answer = match code.map(explain) {
        Some(problem) => ApiError::new(ErrorCode::Carrier, problem.explanation, problem.remedy),
        None => ApiError::new(
            ErrorCode::Carrier,
            "Twilio has trouble at the moment.",
            "Tern keeps trying; status.twilio.com shows known incidents.",
        ),
    };
    answer.carrier_code = code;
    answer
}

/// The keychain works, but the key of the files is not in it.
pub(crate) fn key_missing() -> ApiError {
    ApiError::new(
        ErrorCode::WrongKey,
        "The key of your file is no longer in the keychain.",
        "Use the recovery code if one was made, or restore the keychain from a backup and try again. Without the \
         key nobody can read the file; it can be set aside, never deleted, and a new one started.",
    )
}

/// The desk is locked.
pub(crate) fn locked() -> ApiError {
    ApiError::new(ErrorCode::Locked, "Tern is locked.", "Unlock it first.")
}

pub(crate) fn wrong_pin() -> ApiError {
    ApiError::new(
        ErrorCode::WrongKey,
        "The PIN is not right.",
        "Try again; nothing was changed.",
    )
}

/// Which of the two was wrong is nobody's business.
pub(crate) fn wrong_at_lock(by_passphrase: bool) -> ApiError {
    ApiError::new(
        ErrorCode::WrongKey,
        if by_passphrase {
            "The passphrase or the code is not right."
        } else {
            "The PIN or the code is not right."
        },
        "Each code counts once: wait for the next one.",
    )
}

/// A lock that has no key would lock everybody out.
pub(crate) fn nothing_opens_the_lock() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "Nobody could open the lock again.",
        "Set a PIN for yourself first, in the settings under Team.",
    )
}

/// Wrong PINs or passphrases in a row are waited out.
pub(crate) fn too_many_tries(wait: tern_domain::Millis) -> ApiError {
    let minutes = (wait.0 / 60_000).max(0) + 1;
    ApiError::new(
        ErrorCode::NotAllowed,
        "Too many wrong tries.",
        format!("Wait {minutes} min; an administrator can set a new PIN."),
    )
}

/// The lock is required, and nothing of this agent's would open it.
pub(crate) fn pin_missing() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "An administrator requires the lock, and this agent has no PIN to open it.",
        "An administrator sets one, in the settings under Team.",
    )
}

/// The lock is required, and it opens by PIN.
pub(crate) fn pin_required() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "An administrator requires the lock, and your PIN opens it.",
        "Choose another PIN instead.",
    )
}

pub(crate) fn wrong_passphrase() -> ApiError {
    ApiError::new(
        ErrorCode::WrongKey,
        "The passphrase is not right.",
        "Try again; nothing was changed.",
    )
}

pub(crate) fn passphrase_needed(reason: &str) -> ApiError {
    ApiError::new(
        ErrorCode::KeychainUnavailable,
        format!("There is no usable keychain: {reason}."),
        "Choose a passphrase to protect the file; Tern will ask for it at every start.",
    )
}

pub(crate) fn passphrase_too_short(shortest: usize) -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        format!("The passphrase needs at least {shortest} characters."),
        "A few unrelated words make a good one.",
    )
}

/// The app is not in the stage that this needs.
pub(crate) fn not_ready() -> ApiError {
    ApiError::new(
        ErrorCode::NotReady,
        "Tern is not ready for this yet.",
        "Finish setting up, or unlock the file first.",
    )
}

/// A refusal of a rule's, whose own words are for the person: what was typed needs changing.
pub(crate) fn invalid(refusal: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::InvalidInput, sentence(refusal), "")
}

/// A refusal of a rule's, whose own words are for the person: not possible as things are.
pub(crate) fn not_allowed(refusal: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::NotAllowed, sentence(refusal), "")
}

/// Something that was there when the window asked for it.
pub(crate) fn gone(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        format!("There is no such {what} any more."),
        "",
    )
}

/// An id that a window sent.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request("an id is malformed"))
}

/// Lower-case words of a rule as a sentence.
pub(crate) fn sentence(words: &dyn std::fmt::Display) -> String {
    let words = words.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    format!(
        "{}{}.",
        first.into_iter().flatten().collect::<String>(),
        letters.as_str()
    )
}

fn disk_full() -> ApiError {
    ApiError::new(
        ErrorCode::DiskFull,
        "The disk is full: nothing more can be stored.",
        "Make room and try again. What is stored is safe, and texts at Twilio are fetched later.",
    )
}

/// The chain of causes, in one line.
fn log(operation: &'static str, error: &(dyn std::error::Error + 'static)) {
    let mut causes = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        next = cause.source();
    }
    tracing::warn!(operation, causes, "an operation failed");
}

//! Documents that the person asks for, written where they chose: whole, or what was there before stays.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tern_app::{ApiError, ErrorCode};

/// How many files of one name are told apart by a number.
const SAME_NAMES: u32 = 1000;

/// Writes the file and gives its place. A name without the ending of `offered` gets it; the dialog did not ask about
/// that name, so nothing of that name is written over.
///
/// # Errors
/// In words for the person, if the file cannot be written whole.
pub(crate) fn write(chosen: &Path, offered: &str, content: &[u8]) -> Result<PathBuf, ApiError> {
    let ending = Path::new(offered).extension().and_then(|it| it.to_str());
    let name = chosen.file_name().and_then(|it| it.to_str());
    let (Some(ending), Some(name), Some(folder)) = (ending, name, chosen.parent()) else {
        return Err(ApiError::bad_request("a file needs a name and an ending"));
    };
    let has_it = chosen
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case(ending));
    let place = if has_it {
        chosen.to_owned()
    } else {
        (0..SAME_NAMES)
            .map(|number| match number {
                0 => folder.join(format!("{name}.{ending}")),
                _ => folder.join(format!("{name} ({number}).{ending}")),
            })
            .find(|place| !place.exists())
            .ok_or_else(|| full_of_names(folder))?
    };
    let part = folder.join(format!(".{name}.{ending}.part"));
    let written = write_whole(&part, content).and_then(|()| rename(&part, &place));
    written.map_err(|error| {
        #[expect(
            clippy::disallowed_methods,
            reason = "it was made a moment ago, and half of it is no file"
        )]
        let _ = std::fs::remove_file(&part);
        refused(folder, &error)
    })?;
    Ok(place)
}

fn write_whole(part: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(part)?;
    file.write_all(content)?;
    file.sync_all()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is written here was asked for in clear"
)]
fn rename(part: &Path, place: &Path) -> std::io::Result<()> {
    std::fs::rename(part, place)
}

fn full_of_names(folder: &Path) -> ApiError {
    ApiError::new(
        ErrorCode::Storage,
        format!("{} is full of files of this name.", folder.display()),
        "Move some of them elsewhere and try again.",
    )
}

fn refused(folder: &Path, error: &std::io::Error) -> ApiError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ApiError::new(
            ErrorCode::DiskFull,
            "The disk is full, so the file could not be saved.",
            "Make room and try again.",
        ),
        _ => ApiError::new(
            ErrorCode::Storage,
            format!("The file could not be saved in {}.", folder.display()),
            "Look whether the folder is there and may be written to, and try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_dialog_asked_about_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let asked = folder.path().join("transcript.txt");
        assert_eq!(write(&asked, "offered.txt", b"one").unwrap(), asked);
        assert_eq!(write(&asked, "offered.txt", b"two").unwrap(), asked);
        assert_eq!(std::fs::read_to_string(&asked).unwrap(), "two");
        // The dialog asked about a name without an ending.
        let bare = folder.path().join("transcript");
        let numbered = write(&bare, "offered.txt", b"three").unwrap();
        assert_eq!(numbered, folder.path().join("transcript (1).txt"));
        assert_eq!(std::fs::read_to_string(&asked).unwrap(), "two");
        let entries = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(entries.count(), 2, "nothing half is left");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_said_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone").join("transcript.txt");
        let refusal = write(&gone, "offered.txt", b"one").unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Storage);
        assert!(refusal.message.contains("could not be saved"));
    }
}

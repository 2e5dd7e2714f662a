//! Files that the person asks for, kept where their downloads go: a web view's own downloads end silently
//! where its program has no place for them.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Manager as _};
use tern_app::{ApiError, ErrorCode};

/// How many files of one name are told apart by a number.
const SAME_NAMES: u32 = 1000;

/// Where downloads go; `None` for somebody without a home. Few desktops without a file browser say where, and then it is
/// where all of them would.
pub(crate) fn folder(handle: &AppHandle) -> Option<PathBuf> {
    let paths = handle.path();
    paths
        .download_dir()
        .or_else(|_| paths.home_dir().map(|home| home.join("Downloads")))
        .ok()
}

/// Writes a new file into the folder and gives its place. What is there already is never written over: the new
/// file gets a number behind its name.
///
/// # Errors
/// In words for the person, if the folder cannot be made or the file not be written whole.
pub(crate) fn keep(folder: &Path, name: &str, content: &str) -> Result<PathBuf, ApiError> {
    let name = Path::new(name);
    let stem = name.file_stem().and_then(|it| it.to_str());
    let ending = name.extension().and_then(|it| it.to_str());
    let (Some(stem), Some(ending)) = (stem, ending) else {
        return Err(ApiError::bad_request("a file needs a name and an ending"));
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "what is written here was asked for in clear"
    )]
    std::fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
    for number in 0..SAME_NAMES {
        let place = folder.join(match number {
            0 => format!("{stem}.{ending}"),
            _ => format!("{stem} ({number}).{ending}"),
        });
        match File::create_new(&place) {
            Ok(mut file) => {
                let whole = file.write_all(content.as_bytes());
                return match whole.and_then(|()| file.sync_all()) {
                    Ok(()) => Ok(place),
                    Err(error) => {
                        #[expect(
                            clippy::disallowed_methods,
                            reason = "it was made a moment ago, and half of it is no file"
                        )]
                        let _ = std::fs::remove_file(&place);
                        Err(refused(folder, &error))
                    }
                };
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(refused(folder, &error)),
        }
    }
    Err(ApiError::new(
        ErrorCode::Storage,
        format!("{} is full of files of this name.", folder.display()),
        "Move some of them elsewhere and try again.",
    ))
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
    fn a_file_of_the_same_name_stays_and_the_new_one_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("Downloads");
        let first = keep(&folder, "transcript.txt", "one").unwrap();
        let second = keep(&folder, "transcript.txt", "two").unwrap();
        assert_eq!(first, folder.join("transcript.txt"));
        assert_eq!(second, folder.join("transcript (1).txt"));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("Downloads");
        let place = keep(&inner, "../../outside.json", "{}").unwrap();
        assert_eq!(place, inner.join("outside.json"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_said_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("Downloads");
        std::fs::write(&taken, "a file where the folder should be").unwrap();
        let refusal = keep(&taken, "transcript.txt", "one").unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Storage);
        assert!(refusal.message.contains("could not be saved"));
    }
}

//! `line.json`: which line is current. The one thing that has to be known before any key is.
//!
//! It holds no secret. A missing or unreadable one means the first-run screen: the files stay untouched and
//! choosing the line again opens them.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tern_store::FileName;

use crate::dto::Line;

const NAME: &str = "line.json";

#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    line: Option<Line>,
}

/// Reads and writes `line.json` of one data folder.
pub(crate) struct LineFile {
    folder: PathBuf,
}

impl LineFile {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The current line; `None` before the first run is finished.
    #[expect(
        clippy::disallowed_methods,
        reason = "nothing in this file needs encrypting"
    )]
    pub(crate) fn find(&self) -> Option<Line> {
        let bytes = std::fs::read(self.folder.join(NAME)).ok()?;
        serde_json::from_slice::<Content>(&bytes).ok()?.line
    }

    /// Replaces it in one step: a crash leaves the old content or the new.
    #[expect(
        clippy::disallowed_methods,
        reason = "nothing in this file needs encrypting"
    )]
    pub(crate) fn store(&self, line: Option<Line>) -> io::Result<()> {
        let bytes = serde_json::to_vec(&Content { version: 1, line })?;
        std::fs::create_dir_all(&self.folder)?;
        let temporary = self.folder.join("line.json.part");
        std::fs::write(&temporary, bytes)?;
        std::fs::File::open(&temporary)?.sync_all()?;
        std::fs::rename(&temporary, self.folder.join(NAME))
    }
}

/// Base name of a line's file.
pub(crate) fn file_name(line: Line) -> FileName {
    let name = match line {
        Line::Practice => "practice",
        Line::Account => "account",
    };
    #[expect(clippy::expect_used, reason = "literals that a test checks")]
    FileName::new(name).expect("a lower-case word")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_line_survives_and_a_broken_file_means_first_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = LineFile::new(folder.path());
        assert_eq!(file.find(), None);
        file.store(Some(Line::Account)).unwrap();
        assert_eq!(file.find(), Some(Line::Account));
        file.store(None).unwrap();
        assert_eq!(file.find(), None);
        std::fs::write(folder.path().join(NAME), b"{").unwrap();
        assert_eq!(file.find(), None);
    }

    #[test]
    fn every_line_has_a_file_name() {
        assert_ne!(file_name(Line::Practice), file_name(Line::Account));
    }
}

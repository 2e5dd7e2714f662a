//! The files that the rules look at: those that git knows or would add.

use std::path::Path;

use crate::tool::Tool;
use crate::workspace;

/// One text file of the project.
#[derive(Debug)]
pub(super) struct Source {
    /// From the root, with forward slashes.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

impl Source {
    /// A file for a rule's own test.
    #[cfg(test)]
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Whether its name ends in `.extension`.
    pub(super) fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }

    /// Whether it is one of the UI's programs, markup included.
    pub(super) fn is_script(&self) -> bool {
        ["ts", "js", "mjs", "svelte"]
            .iter()
            .any(|extension| self.is(extension))
    }

    /// Whether a program wrote it.
    pub(super) fn is_generated(&self) -> bool {
        self.path == crate::codegen::BINDINGS || self.path.ends_with(".gen.ts")
    }

    /// Its file name without the last extension.
    pub(super) fn stem(&self) -> &str {
        Path::new(&self.path)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
    }

    /// Lines counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// Every text file that is tracked, or new and not ignored.
///
/// # Errors
/// git is missing, or this is no checkout.
pub(super) fn tracked() -> anyhow::Result<Vec<Source>> {
    let listing = Tool::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .read()?;
    let mut paths: Vec<&str> = listing
        .split('\0')
        .filter(|path| !path.is_empty())
        .collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        // A picture is not text, and a file deleted but not yet committed is not there.
        .filter_map(|path| {
            let text = std::fs::read_to_string(workspace::root().join(path)).ok()?;
            Some(Source {
                path: path.to_owned(),
                text,
            })
        })
        .collect())
}

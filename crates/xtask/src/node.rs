//! Node: the right version, the packages of the lock file, the built UI.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::tool::Tool;
use crate::{term, workspace};

/// The oldest Node that Vite runs on.
const OLDEST: (u32, u32) = (20, 19);

/// Where the lock file that `node_modules` was installed from is remembered.
const STAMP: &str = ".installed-lock.json";

/// A folder with a `package.json` and a lock file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Project {
    /// The Svelte UI.
    Ui,
    /// The suite that holds client and simulator against Twilio's own packages.
    Honesty,
    /// A store of another messenger, to be measured beside.
    Peers,
}

impl Project {
    /// Its folder from the root.
    fn name(self) -> &'static str {
        match self {
            Self::Ui => "ui",
            Self::Honesty => "tests/honesty",
            Self::Peers => "tests/bench/peers",
        }
    }

    /// Its folder.
    pub(crate) fn folder(self) -> PathBuf {
        workspace::root().join(self.name())
    }

    /// npm in its folder.
    pub(crate) fn npm(self, subcommand: &str) -> Tool {
        // On Windows npm is a script and needs its extension.
        Tool::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
            .arg(subcommand)
            .folder(&self.folder())
    }

    /// Installs exactly what its lock file says, unless that is what is there already.
    ///
    /// # Errors
    /// Node is missing or too old, or npm failed.
    pub(crate) fn install(self) -> anyhow::Result<()> {
        check_version()?;
        let stamp = self.folder().join("node_modules").join(STAMP);
        let wanted = workspace::read(&self.folder().join("package-lock.json"))?;
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        term::step(&format!(
            "Node packages, pinned by {}/package-lock.json",
            self.name()
        ));
        self.npm("ci").args(["--no-audit", "--no-fund"]).run()?;
        std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    }
}

/// Builds `ui/dist`.
///
/// # Errors
/// See [`Project::install`]; or the UI does not build.
pub(crate) fn build_ui() -> anyhow::Result<()> {
    Project::Ui.install()?;
    term::step("Build the UI");
    Project::Ui.npm("run").arg("build").run()?;
    if !has_built_ui() {
        bail!("the UI was built, yet ui/dist/index.html is not there");
    }
    Ok(())
}

/// The built UI.
pub(crate) fn built_ui() -> PathBuf {
    Project::Ui.folder().join("dist")
}

/// Whether there is a built UI.
pub(crate) fn has_built_ui() -> bool {
    built_ui().join("index.html").is_file()
}

fn check_version() -> anyhow::Result<()> {
    let Ok(text) = Tool::new("node").arg("--version").read() else {
        bail!(
            "Node is not on PATH: install Node {}.{} or newer (nodejs.org)",
            OLDEST.0,
            OLDEST.1
        );
    };
    match version(&text) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => bail!(
            "Node {} is too old: Tern's UI needs {}.{} or newer (nodejs.org)",
            text.trim(),
            OLDEST.0,
            OLDEST.1
        ),
    }
}

/// Major and minor of `v20.19.1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert!(version("v9.99.0") < Some(OLDEST));
        assert!(version("v22.12.0") > Some(OLDEST));
        assert_eq!(version("nightly"), None);
    }
}

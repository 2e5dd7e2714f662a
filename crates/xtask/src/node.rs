//! Node: the right version, the packages of the lock file, the built UI.

use std::path::Path;

use anyhow::{Context, bail};

use crate::tool::Tool;
use crate::{term, workspace};

/// The oldest Node that Vite runs on.
const OLDEST: (u32, u32) = (20, 19);

/// Where the lock file that `node_modules` was installed from is remembered.
const STAMP: &str = ".installed-lock.json";

/// Installs exactly what `ui/package-lock.json` says, unless that is what is there already.
///
/// # Errors
/// Node is missing or too old, or npm failed.
pub(crate) fn install() -> anyhow::Result<()> {
    check_version()?;
    let lock = workspace::ui().join("package-lock.json");
    let stamp = workspace::ui().join("node_modules").join(STAMP);
    let wanted = workspace::read(&lock)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    term::step("Node packages, pinned by ui/package-lock.json");
    Tool::npm("ci").args(["--no-audit", "--no-fund"]).run()?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Builds `ui/dist`.
///
/// # Errors
/// See [`install`]; or the UI does not build.
pub(crate) fn build() -> anyhow::Result<()> {
    install()?;
    term::step("Build the UI");
    Tool::npm("run").arg("build").run()?;
    if !has_built_ui() {
        bail!("the UI was built, yet ui/dist/index.html is not there");
    }
    Ok(())
}

/// Whether `ui/dist` holds a built UI.
pub(crate) fn has_built_ui() -> bool {
    workspace::ui().join("dist").join("index.html").is_file()
}

/// Whether `ui/package.json` has this script.
pub(crate) fn has_script(name: &str) -> anyhow::Result<bool> {
    has_script_at(&workspace::ui().join("package.json"), name)
}

fn has_script_at(manifest: &Path, name: &str) -> anyhow::Result<bool> {
    let manifest: serde_json::Value =
        serde_json::from_str(&workspace::read(manifest)?).context("ui/package.json is not JSON")?;
    Ok(manifest
        .get("scripts")
        .and_then(|scripts| scripts.get(name))
        .is_some())
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

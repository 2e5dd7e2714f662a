//! Building Rust programs of the workspace, all with one choice of features.
//!
//! Cargo unifies the features of dependencies over the selected packages. Selecting the whole
//! workspace every time, and only the target by name, means that `run`, `web`, `test` and `codegen`
//! share one set of compiled dependencies instead of keeping four.

use std::path::PathBuf;

use crate::tool::Tool;
use crate::{term, workspace};

/// A cargo sub-command over the workspace. This program is left out: it is running, and some
/// systems do not let a running program be replaced.
pub(crate) fn cargo(subcommand: &[&str]) -> Tool {
    Tool::cargo(subcommand).args([
        "--locked",
        "--workspace",
        "--exclude",
        "xtask",
        "--features",
        features(),
    ])
}

/// `tauri/custom-protocol` makes the binary carry `ui/dist` instead of asking a development server
/// for it. Linux and macOS use the system's cryptography while developing; Windows has none to link.
pub(crate) fn features() -> &'static str {
    if cfg!(windows) {
        "tauri/custom-protocol,tern/vendored-openssl"
    } else {
        "tauri/custom-protocol"
    }
}

/// Builds the app with the UI inside and returns its path. `ui/dist` must exist.
///
/// # Errors
/// It does not compile.
pub(crate) fn build(release: bool) -> anyhow::Result<PathBuf> {
    term::step("Build Tern (the first time takes some minutes)");
    let mut cargo = cargo(&["build"]).args(["--bin", "tern"]);
    if release {
        cargo = cargo.arg("--release");
    }
    cargo.run()?;
    Ok(workspace::built(
        if release { "release" } else { "debug" },
        "tern",
    ))
}

//! A desktop that nobody sees: screen, session bus and an unlocked keychain, for `run --xvfb`.
//!
//! It lives in a folder of its own below `target`, so that trying Tern out never touches the keychain
//! or the data of whoever types the command.

use std::path::Path;

use anyhow::Context;

use super::PRACTICE;
use crate::tool::Tool;
use crate::{term, workspace};

/// Unlocks a keychain that only this folder knows, then becomes the program given as `$0`.
const SESSION: &str = "printf practice | \
    gnome-keyring-daemon --daemonize --unlock --components=secrets >/dev/null && exec \"$0\" \"$@\"";

/// Runs the app there until it ends.
///
/// # Errors
/// The folder cannot be made, or the app ended badly.
pub(super) fn run(tern: &Path) -> anyhow::Result<()> {
    let home = workspace::target().join("invisible-desktop");
    let runtime = home.join("runtime");
    std::fs::create_dir_all(&runtime)
        .with_context(|| format!("cannot make {}", runtime.display()))?;
    restrict(&runtime)?;
    term::step("Tern, on an invisible desktop; Ctrl-C ends it");
    term::note(&format!("its data: {}", home.display()));
    Tool::new("xvfb-run")
        .args(["--auto-servernum", "--server-args=-screen 0 1280x800x24"])
        .args(["dbus-run-session", "--", "sh", "-c", SESSION])
        .arg(tern)
        .arg(PRACTICE)
        .env("HOME", &home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .run()
}

/// A runtime folder that others can read is refused by the programs that use it.
#[cfg(unix)]
fn restrict(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .with_context(|| format!("cannot restrict {}", folder.display()))
}

#[cfg(not(unix))]
fn restrict(_folder: &Path) -> anyhow::Result<()> {
    Ok(())
}

//! Where a person's downloads go: dialogs begin there.

use std::path::PathBuf;

use tauri::{AppHandle, Manager as _};

/// `None` for somebody without a home. Few desktops without a file browser say where, and then it is where all of them
/// would.
pub(crate) fn folder(handle: &AppHandle) -> Option<PathBuf> {
    let paths = handle.path();
    paths
        .download_dir()
        .or_else(|_| paths.home_dir().map(|home| home.join("Downloads")))
        .ok()
}

//! `cargo xtask run`: from a fresh clone to Tern's window on the practice line.

mod invisible;

use anyhow::bail;

use crate::cli::RunOptions;
use crate::tool::Tool;
use crate::{app, debian, node, setup, term, workspace};

/// Goes straight to the practice line where nothing has been chosen yet.
const PRACTICE: &str = "--practice";

/// Sets everything up, builds, and opens the window.
///
/// # Errors
/// A step failed, or there is no screen to open a window on.
pub(crate) fn run(options: &RunOptions) -> anyhow::Result<()> {
    let headless: &[debian::Package] = if options.xvfb { debian::HEADLESS } else { &[] };
    setup::packages(
        &[debian::BUILD, debian::WINDOW, debian::RUN, headless],
        options.yes,
    )?;
    node::build_ui()?;
    let tern = app::build(options.release)?;
    if options.xvfb {
        return invisible::run(&tern);
    }
    if !has_screen() {
        bail!("{NO_SCREEN}");
    }
    term::step("Tern, on the practice line; close its window or press Ctrl-C to end it");
    let mut tool = Tool::new(tern).arg(PRACTICE);
    if has_no_bus() {
        term::note("no session bus here: a private one is started for notifications");
        tool = Tool::new("dbus-run-session")
            .arg("--")
            .arg(workspace::built(
                if options.release { "release" } else { "debug" },
                "tern",
            ))
            .arg(PRACTICE);
    }
    tool.run()
}

const NO_SCREEN: &str = "Tern is built, but this machine has no screen to open its window on \
(neither DISPLAY nor WAYLAND_DISPLAY is set). Choose one:
    cargo xtask web           the same UI in a browser
    cargo xtask run --xvfb    the window on an invisible desktop, to try that it starts
    ssh -X or a desktop       then cargo xtask run again";

fn has_screen() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn has_no_bus() -> bool {
    cfg!(target_os = "linux")
        && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none()
        && std::env::var_os("XDG_RUNTIME_DIR").is_none()
        && workspace::find_on_path("dbus-run-session").is_some()
}

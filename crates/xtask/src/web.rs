//! `cargo xtask web`: the UI in a browser, through the development server on loopback.

use anyhow::bail;

use crate::cli::WebOptions;
use crate::tool::Tool;
use crate::{app, debian, node, setup, term, workspace};

/// Builds the UI and the server, then serves until Ctrl-C. The server prints its address.
///
/// # Errors
/// A step failed, or `--no-build` was given and there is no built UI.
pub(crate) fn web(options: &WebOptions) -> anyhow::Result<()> {
    setup::packages(&[debian::BUILD], false)?;
    if !options.no_build {
        node::build()?;
    } else if !node::has_built_ui() {
        bail!("there is no built UI in ui/dist: run `cargo xtask web` without --no-build once");
    }
    term::step("Build the development server");
    app::cargo(&["build"])
        .args(["--bin", "tern-devserver"])
        .run()?;
    term::step("Tern in a browser, on the practice line; Ctrl-C ends it");
    Tool::new(workspace::built("debug", "tern-devserver"))
        .args(["--port", &options.port.to_string()])
        .arg("--ui")
        .arg(workspace::ui().join("dist"))
        .arg("--practice")
        .run()
}

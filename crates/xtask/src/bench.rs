//! `cargo xtask bench`: builds the measurements at release speed and runs them.

use std::ffi::OsString;

use anyhow::Context;

use crate::tool::Tool;
use crate::{app, debian, node, setup, term, workspace};

/// Release code without the long link; see the profile in the root `Cargo.toml`.
const PROFILE: &str = "bench-run";

/// Prints the table and leaves the same figures as JSON in `target/bench`. With `window`, also builds
/// the app as a release does and measures its start on an invisible desktop.
///
/// # Errors
/// The bench does not compile, or one of its figures could not be taken.
pub(crate) fn bench(window: bool, arguments: &[OsString]) -> anyhow::Result<()> {
    let app = if window {
        setup::packages(
            &[debian::BUILD, debian::WINDOW, debian::RUN, debian::HEADLESS],
            false,
        )?;
        node::build_ui()?;
        Some(app::build(true)?)
    } else {
        setup::packages(&[debian::BUILD], false)?;
        None
    };
    let results = workspace::target().join("bench");
    std::fs::create_dir_all(&results)
        .with_context(|| format!("cannot make {}", results.display()))?;
    term::step("Build the bench");
    Tool::cargo(&["build"])
        .args([
            "--locked",
            "--package",
            "e2e",
            "--bin",
            "tern-bench",
            "--profile",
            PROFILE,
        ])
        .run()?;
    term::step("Measure");
    let mut measure = Tool::new(workspace::built(PROFILE, "tern-bench"))
        .args(arguments)
        .env("TERN_BENCH_OUT", &results);
    if let Some(app) = app {
        measure = measure.env("TERN_APP", app);
    }
    measure.run()?;
    term::note(&format!("figures as JSON: {}", results.display()));
    Ok(())
}

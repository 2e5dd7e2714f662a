//! `cargo xtask crash`: the crash suite alone, as often as wanted.

use crate::test::suite;
use crate::{app, debian, node, setup, term};

/// Kills the process at every step of receiving and sending, `runs` times in all.
///
/// # Errors
/// A text was lost or doubled, or the suite could not run.
pub(crate) fn crash(runs: u32) -> anyhow::Result<()> {
    setup::packages(&[debian::BUILD, debian::WINDOW], false)?;
    node::build_ui()?;
    term::step(&format!("Crash suite, {runs} runs"));
    app::cargo(&["build"]).args(["--bins"]).run()?;
    let tool = app::cargo(&["test"])
        .args([
            "--test",
            "e2e",
            "--",
            "crash",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("TERN_CRASH_RUNS", runs.to_string());
    suite::with_programs(tool).run()
}

//! `cargo xtask bench`: builds the measurements at release speed and runs them.

use std::path::PathBuf;

use anyhow::Context;

use crate::cli::BenchOptions;
use crate::node::Project;
use crate::tool::Tool;
use crate::{app, crash, debian, node, setup, term, workspace};

/// Release code without the long link; see the profile in the root `Cargo.toml`.
const PROFILE: &str = "bench-run";

/// The sizes of history that `--everything` takes, so that growth shows.
const SIZES: [&str; 2] = ["--messages", "10000,100000,1000000,3000000"];

/// Crash runs that `--everything` takes.
const CRASH_RUNS: u32 = 1_000;

/// Prints the table and leaves the same figures as JSON in `target/bench`. With `window`, also builds
/// the app as a release does and measures its start on an invisible desktop; with `peers`, installs the
/// stores of other messengers and measures them with the same texts.
///
/// # Errors
/// The bench does not compile, one of its figures could not be taken, or one missed its target.
pub(crate) fn bench(options: &BenchOptions) -> anyhow::Result<()> {
    let app = if options.window || options.everything {
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
    let peers = if options.peers || options.everything {
        Some(install_peers()?)
    } else {
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
    let mut measure = Tool::new(workspace::built(PROFILE, "tern-bench"));
    if options.everything {
        measure = measure.args(SIZES);
    }
    measure = measure
        .args(&options.arguments)
        .env("TERN_BENCH_OUT", &results);
    if let Some(app) = app {
        measure = measure.env("TERN_APP", app);
    }
    if let Some(python) = peers {
        measure = measure.env("TERN_PEERS_PYTHON", python);
    }
    let measured = measure.run();
    term::note(&format!("figures as JSON: {}", results.display()));
    if options.everything {
        crash::crash(CRASH_RUNS)?;
    }
    measured
}

/// Installs the pinned peers from npm and PyPI; answers the Python that has the latter's.
fn install_peers() -> anyhow::Result<PathBuf> {
    setup::packages(&[debian::PEERS], false)?;
    Project::Peers.install()?;
    term::step("Python packages, pinned by tests/bench/peers/requirements.txt");
    let home = workspace::target().join("tools").join("peers");
    let python = home.join("bin").join("python");
    if !python.is_file() {
        Tool::new("python3").args(["-m", "venv"]).arg(&home).run()?;
    }
    Tool::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(Project::Peers.folder().join("requirements.txt"))
        .run()?;
    Ok(python)
}

//! `cargo xtask ci` and `cargo xtask checks`: what continuous integration runs.
//!
//! A check that fails does not hide the others: all run, and the failures are named at the end.

use anyhow::bail;

use crate::cli::TestOptions;
use crate::node::Project;
use crate::test::tally::Tally;
use crate::tool::Tool;
use crate::{app, debian, node, setup, term, test, tidy, workspace};

/// The one version of typos, from PyPI, so that a new word in its list breaks nothing by itself.
const TYPOS: &str = "typos==1.52.0";

/// The one version of cargo-machete.
const MACHETE: &str = "0.9.2";

/// The checks, then the tests, and one count of both: a check that fails is a failure like any.
///
/// # Errors
/// Any of them failed.
pub(crate) fn ci() -> anyhow::Result<()> {
    let failed = failed_checks().unwrap_or_else(|error| {
        term::failure(&format!("{error:#}"));
        vec!["set-up"]
    });
    let tests = test::tally(&TestOptions {
        yes: true,
        ..TestOptions::default()
    });
    if !failed.is_empty() {
        term::failure(&does_not_hold(&failed));
    }
    let failed = u32::try_from(failed.len()).unwrap_or(u32::MAX);
    tests.plus(Tally { passed: 0, failed }).close()
}

/// One named check.
type Check = (&'static str, fn() -> anyhow::Result<()>);

/// Everything that is known without running the product.
///
/// # Errors
/// Set-up failed, or a check did; the failed ones are named.
pub(crate) fn checks() -> anyhow::Result<()> {
    let failed = failed_checks()?;
    if failed.is_empty() {
        term::step("Every check holds");
        return Ok(());
    }
    bail!("{}", does_not_hold(&failed))
}

fn does_not_hold(failed: &[&str]) -> String {
    format!("checks that do not hold: {}", failed.join(", "))
}

fn failed_checks() -> anyhow::Result<Vec<&'static str>> {
    setup::packages(&[debian::BUILD, debian::WINDOW, debian::CHECKS], true)?;
    // The window's code embeds the built UI, so even checking it needs one.
    node::build_ui()?;
    let checks: &[Check] = &[
        ("rustfmt", || {
            Tool::cargo(&["fmt", "--all", "--check"]).run()
        }),
        ("tidy", tidy::rules),
        ("typos", typos),
        ("machete", machete),
        ("deny", deny),
        ("UI types", || ui_script("check")),
        ("UI lints", || ui_script("lint")),
        ("clippy", clippy),
        ("Rust documentation", documentation),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        term::step(name);
        if let Err(error) = check() {
            term::failure(&format!("{error:#}"));
            failed.push(*name);
        }
    }
    Ok(failed)
}

fn clippy() -> anyhow::Result<()> {
    Tool::cargo(&[
        "clippy",
        "--locked",
        "--package",
        "xtask",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
    .run()?;
    app::cargo(&["clippy"])
        .args(["--all-targets", "--", "-D", "warnings"])
        .run()
}

/// Links between items are code too: a broken one sends the reader nowhere.
fn documentation() -> anyhow::Result<()> {
    app::cargo(&["doc"])
        .args(["--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn ui_script(name: &str) -> anyhow::Result<()> {
    Project::Ui.npm("run").arg(name).run()
}

/// Spelling. The program comes from PyPI into `target/tools` unless it is on PATH.
fn typos() -> anyhow::Result<()> {
    let program = match workspace::find_on_path("typos") {
        Some(program) => program,
        None => {
            let home = workspace::target().join("tools").join("typos");
            let scripts = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
            let program = scripts.join(format!("typos{}", std::env::consts::EXE_SUFFIX));
            if !program.is_file() {
                Tool::new("python3").args(["-m", "venv"]).arg(&home).run()?;
                Tool::new(scripts.join("pip"))
                    .args(["install", "--quiet", TYPOS])
                    .run()?;
            }
            program
        }
    };
    Tool::new(program).args(["--config", ".typos.toml"]).run()
}

/// Dependencies that nothing uses.
fn machete() -> anyhow::Result<()> {
    let program = match workspace::find_on_path("cargo-machete") {
        Some(program) => program,
        None => {
            let home = workspace::target().join("tools").join("machete");
            let name = format!("cargo-machete{}", std::env::consts::EXE_SUFFIX);
            let program = home.join("bin").join(name);
            if !program.is_file() {
                // Unoptimised: it reads a hundred files and takes longer to build than to run.
                Tool::cargo(&["install", "cargo-machete", "--locked", "--debug", "--quiet"])
                    .args(["--version", MACHETE])
                    .arg("--root")
                    .arg(&home)
                    .env("CARGO_TARGET_DIR", home.join("build"))
                    .run()?;
            }
            program
        }
    };
    Tool::new(program).arg(".").run()
}

/// Bans, sources and licences with cargo-deny where it is installed; building it would take longer
/// than all other checks, and `tidy` checks the licences in any case. Advisories live in a git
/// repository that not every CI can reach: `.github/workflows/ci.yml` checks them.
fn deny() -> anyhow::Result<()> {
    if workspace::find_on_path("cargo-deny").is_none() {
        term::note(
            "cargo-deny is not installed here: licences are checked by tidy, advisories not at all",
        );
        return Ok(());
    }
    Tool::cargo(&["deny", "--locked", "--workspace", "check"])
        .args(["bans", "licenses", "sources"])
        .run()
}

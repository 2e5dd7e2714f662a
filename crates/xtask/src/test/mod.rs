//! `cargo xtask test`: everything set up, everything built once, every suite run, one count.

pub(crate) mod suite;
pub(crate) mod tally;

use crate::cli::{Scope, TestOptions};
use crate::node::Project;
use crate::{app, codegen, debian, node, setup, term};
use suite::Suite;
use tally::Tally;

/// Runs the suites of the scope. The last line printed is the sum: `N passed, N failed`.
///
/// # Errors
/// Set-up or the build failed, or a test did.
pub(crate) fn test(options: &TestOptions) -> anyhow::Result<()> {
    tally(options).close()
}

/// Runs the suites of the scope and counts. What could not run at all counts as one failure,
/// because it must not read as "0 failed".
pub(crate) fn tally(options: &TestOptions) -> Tally {
    run_suites(options).unwrap_or_else(|error| {
        term::failure(&format!("{error:#}"));
        Tally {
            passed: 0,
            failed: 1,
        }
    })
}

fn run_suites(options: &TestOptions) -> anyhow::Result<Tally> {
    let sets = [
        debian::BUILD,
        debian::WINDOW,
        debian::RUN,
        debian::HEADLESS,
        debian::TEST,
    ];
    setup::packages(&sets, options.yes)?;
    node::build_ui()?;
    if options.scope != Scope::Ui {
        Project::Honesty.install()?;
    }
    term::step("Build every program and test (the first time takes some minutes)");
    app::cargo(&["build"]).arg("--all-targets").run()?;
    let mut sum = Tally::default();
    let mut suites = Vec::new();
    if options.scope != Scope::Ui {
        if let Err(error) = codegen::compare_built() {
            term::failure(&format!("{error:#}"));
            sum.failed += 1;
        }
        suites.extend(Suite::of_rust(&options.arguments));
        if options.arguments.is_empty() {
            suites.extend([Suite::of_honesty(), Suite::of_xtask()]);
        }
    }
    if options.scope != Scope::Rust {
        suites.extend(Suite::of_ui());
    }
    let mut closing = Vec::new();
    for suite in suites {
        let name = suite.name;
        term::step(name);
        let outcome = suite.run()?;
        sum = sum.plus(outcome.tally);
        closing.push((name, outcome.closing_lines));
    }
    term::step("What the test runners said last");
    for (name, lines) in closing {
        println!("{name}");
        for line in lines {
            println!("    {}", line.trim());
        }
    }
    Ok(sum)
}

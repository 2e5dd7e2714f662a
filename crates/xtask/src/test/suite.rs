//! The suites: which runner, with which programs around it.

use std::ffi::OsString;

use super::tally::{self, Runner, Tally};
use crate::node::Project;
use crate::tool::Tool;
use crate::{app, workspace};

/// Programs of the workspace that suites start, and the variable that says where each is.
const PROGRAMS: &[(&str, &str)] = &[
    ("TERN_APP", "tern"),
    ("TERN_SIMULATOR_BIN", "tern-simulator"),
    ("TERN_DEVSERVER_BIN", "tern-devserver"),
];

/// Browsers that will do, best first.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// A set of tests that one runner runs.
pub(crate) struct Suite {
    /// How it is headed.
    pub(crate) name: &'static str,
    runner: Runner,
    tool: Tool,
}

/// How a suite ended.
pub(crate) struct Outcome {
    /// Its count.
    pub(crate) tally: Tally,
    /// The lines that the runner closed with.
    pub(crate) closing_lines: Vec<String>,
}

impl Suite {
    /// Everything cargo runs. nextest where it is installed; plain cargo otherwise, and then the
    /// end-to-end suites one test at a time, because they share a screen and a keychain.
    pub(crate) fn of_rust(arguments: &[OsString]) -> Vec<Self> {
        if has_nextest() {
            let tool = app::cargo(&["nextest", "run"])
                .arg("--no-fail-fast")
                .args(arguments);
            return vec![Self::new("Rust (nextest)", Runner::Nextest, tool)];
        }
        let rest = app::cargo(&["test"])
            .args(["--no-fail-fast", "--exclude", "e2e", "--"])
            .args(arguments);
        let end_to_end = app::cargo(&["test"])
            .args(["--no-fail-fast", "--test", "e2e", "--", "--test-threads=1"])
            .args(arguments);
        vec![
            Self::new("Rust (cargo test)", Runner::Cargo, rest),
            Self::new("End to end (cargo test)", Runner::Cargo, end_to_end),
        ]
    }

    /// The tests of this program, which `app::cargo` leaves out.
    pub(crate) fn of_xtask() -> Self {
        let name = "The project's own commands";
        let package = ["--locked", "--package", "xtask"];
        if has_nextest() {
            return Self::new(
                name,
                Runner::Nextest,
                Tool::cargo(&["nextest", "run"]).args(package),
            );
        }
        Self::new(name, Runner::Cargo, Tool::cargo(&["test"]).args(package))
    }

    /// What holds client and simulator against Twilio's own packages.
    pub(crate) fn of_honesty() -> Self {
        let name = "Against Twilio's own packages (node --test)";
        Self::new(name, Runner::Node, Project::Honesty.npm("test"))
    }

    /// The UI by itself, and in a browser over the development server.
    pub(crate) fn of_ui() -> Vec<Self> {
        vec![
            Self::new("UI (Vitest)", Runner::Vitest, Project::Ui.npm("test")),
            Self::new(
                "UI in Chromium (node --test)",
                Runner::Node,
                Project::Ui.npm("run").arg("e2e"),
            ),
        ]
    }

    fn new(name: &'static str, runner: Runner, tool: Tool) -> Self {
        Self {
            name,
            runner,
            tool: with_programs(tool),
        }
    }

    /// Runs it, showing its lines as they come.
    ///
    /// # Errors
    /// The runner could not be started. A test that fails is an [`Outcome`].
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let kept = self.tool.run_keeping_lines()?;
        let (tally, closing_lines) = tally::count(self.runner, &kept.lines);
        Ok(Outcome {
            tally: tally.given_exit(kept.is_success),
            closing_lines,
        })
    }
}

fn has_nextest() -> bool {
    workspace::find_on_path("cargo-nextest").is_some()
}

/// Tells a suite where the workspace's programs and a browser are.
pub(crate) fn with_programs(tool: Tool) -> Tool {
    let tool = PROGRAMS
        .iter()
        .fold(tool, |tool, (variable, name)| {
            tool.env(variable, workspace::built("debug", name))
        })
        .env("NO_COLOR", "1");
    match BROWSERS
        .iter()
        .find_map(|name| workspace::find_on_path(name))
    {
        Some(browser) => tool.env("TERN_CHROMIUM", browser),
        None => tool,
    }
}

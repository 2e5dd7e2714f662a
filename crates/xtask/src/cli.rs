//! What may be typed after `cargo xtask`, as types; everything else is refused here.

use std::ffi::OsString;

use anyhow::bail;
use lexopt::prelude::*;

/// Shown by `help` and after a mistake.
pub(crate) const USAGE: &str = "\
cargo xtask <command>

  run       set everything up, build Tern and open it on the practice line
              --release    build as a release does
              --xvfb       on a machine without a screen: an invisible one
              --yes        install missing packages without asking
  test      set everything up and run every test
              --rust       only the Rust suites
              --ui         only the UI suites
              --yes        install missing packages without asking
              -- ARGS      filter and options for the Rust test runner
  web       the UI in a browser, on the practice line
              --port N     loopback port (default: a free one)
              --no-build   serve the UI as it was last built
              --yes        install missing packages without asking
  ci        all that CI runs: the checks, then the tests
  checks    the checks alone: format, tidy, clippy, docs, UI types and lints, spelling
  tidy      the invariants of crates/ARCHITECTURE.md
  codegen   write the TypeScript types of the UI from the Rust ones
              --check      change nothing; fail where they differ
  bench     measure; prints a table and writes target/bench/*.json
              --window     also the start of the real window, as a release builds it
              --peers      also the stores of other messengers, with the same texts
              --everything both, at four sizes of history, and the crash suite
              -- ARGS      options of the bench itself
  crash     kill the process at every step of receiving and sending
              --runs N     how often (default 1000)
  package   the installers of this system, in target/release/bundle
  help      this text";

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Print the usage.
    Help,
    /// Build and open the app.
    Run(RunOptions),
    /// Serve the UI to a browser.
    Web(WebOptions),
    /// Run the tests.
    Test(TestOptions),
    /// Checks, then tests.
    Ci,
    /// Checks alone.
    Checks,
    /// The invariants.
    Tidy,
    /// The TypeScript types.
    Codegen {
        /// Compare, do not write.
        check: bool,
    },
    /// The measurements.
    Bench(BenchOptions),
    /// The crash suite.
    Crash {
        /// How many kills.
        runs: u32,
    },
    /// The installers.
    Package,
}

/// Options of `run`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RunOptions {
    /// Build with the release profile.
    pub(crate) release: bool,
    /// Open on an invisible screen.
    pub(crate) xvfb: bool,
    /// Install without asking.
    pub(crate) yes: bool,
}

/// Options of `web`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct WebOptions {
    /// Loopback port; 0 takes a free one.
    pub(crate) port: u16,
    /// Serve `ui/dist` as it is.
    pub(crate) no_build: bool,
    /// Install without asking.
    pub(crate) yes: bool,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// Which suites.
    pub(crate) scope: Scope,
    /// Install without asking.
    pub(crate) yes: bool,
    /// Passed on to the Rust test runner.
    pub(crate) arguments: Vec<OsString>,
}

/// Options of `bench`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Build the app and measure its window too.
    pub(crate) window: bool,
    /// Measure the stores of other messengers too.
    pub(crate) peers: bool,
    /// Take every figure at every size, and the crash suite.
    pub(crate) everything: bool,
    /// Passed on to the bench.
    pub(crate) arguments: Vec<OsString>,
}

/// Which suites `test` runs.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Scope {
    /// All of them.
    #[default]
    Everything,
    /// Those that cargo runs.
    Rust,
    /// Those that npm runs.
    Ui,
}

/// Reads the command line.
///
/// # Errors
/// An unknown command or option, or a value that is not a number where one is due.
pub(crate) fn parse(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let name = match parser.next()? {
        None | Some(Long("help") | Short('h')) => return Ok(Task::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match name.as_str() {
        "help" => finish(parser, Task::Help),
        "run" => parse_run(parser),
        "web" => parse_web(parser),
        "test" => parse_test(parser),
        "ci" => finish(parser, Task::Ci),
        "checks" => finish(parser, Task::Checks),
        "tidy" => finish(parser, Task::Tidy),
        "codegen" => parse_codegen(parser),
        "bench" => parse_bench(parser),
        "crash" => parse_crash(parser),
        "package" => finish(parser, Task::Package),
        unknown => bail!("there is no command `{unknown}`"),
    }
}

fn finish(mut parser: lexopt::Parser, task: Task) -> anyhow::Result<Task> {
    match parser.next()? {
        None => Ok(task),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_run(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut options = RunOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("release") => options.release = true,
            Long("xvfb") => options.xvfb = true,
            Long("yes") | Short('y') => options.yes = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Run(options))
}

fn parse_web(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut options = WebOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = parser.value()?.parse()?,
            Long("no-build") => options.no_build = true,
            Long("yes") | Short('y') => options.yes = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Web(options))
}

fn parse_test(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut options = TestOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("rust") => options.scope = Scope::Rust,
            Long("ui") => options.scope = Scope::Ui,
            Long("yes") | Short('y') => options.yes = true,
            Value(filter) => {
                options.arguments.push(filter);
                options.arguments.extend(parser.raw_args()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Test(options))
}

fn parse_codegen(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => check = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Codegen { check })
}

fn parse_bench(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut options = BenchOptions::default();
    for argument in parser.raw_args()? {
        match argument.to_str() {
            Some("--") => {}
            Some("--window") => options.window = true,
            Some("--peers") => options.peers = true,
            Some("--everything") => options.everything = true,
            _ => options.arguments.push(argument),
        }
    }
    Ok(Task::Bench(options))
}

fn parse_crash(mut parser: lexopt::Parser) -> anyhow::Result<Task> {
    let mut runs = 1_000;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("runs") => runs = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Crash { runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<Task>) {
        let words = std::iter::once("xtask").chain(line.split_whitespace());
        assert_eq!(
            parse(lexopt::Parser::from_iter(words)).ok(),
            expected,
            "{line}"
        );
    }

    #[test]
    fn commands_and_their_options_are_read() {
        check("", Some(Task::Help));
        check(
            "run --xvfb -y",
            Some(Task::Run(RunOptions {
                release: false,
                xvfb: true,
                yes: true,
            })),
        );
        check(
            "web --port 4000",
            Some(Task::Web(WebOptions {
                port: 4000,
                ..WebOptions::default()
            })),
        );
        check("codegen --check", Some(Task::Codegen { check: true }));
        check("crash --runs 7", Some(Task::Crash { runs: 7 }));
        check(
            "bench --window -- --messages 10",
            Some(Task::Bench(BenchOptions {
                window: true,
                arguments: vec!["--messages".into(), "10".into()],
                ..BenchOptions::default()
            })),
        );
    }

    #[test]
    fn what_follows_the_dashes_goes_to_the_test_runner() {
        check(
            "test --rust -- store --no-capture",
            Some(Task::Test(TestOptions {
                scope: Scope::Rust,
                yes: false,
                arguments: vec!["store".into(), "--no-capture".into()],
            })),
        );
    }

    #[test]
    fn mistakes_are_refused() {
        check("rnu", None);
        check("run --fast", None);
        check("crash --runs many", None);
        check("tidy now", None);
    }
}

//! Reading the closing lines of the test runners into one count.

/// How many tests did what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Ran and held.
    pub(crate) passed: u32,
    /// Ran and did not hold, or could not run.
    pub(crate) failed: u32,
}

impl Tally {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    /// Prints the count alone on the last line.
    ///
    /// # Errors
    /// Something failed. The count has said so already.
    pub(crate) fn close(self) -> anyhow::Result<()> {
        println!("\n{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 {
            Ok(())
        } else {
            Err(Counted.into())
        }
    }

    /// What the runner's own verdict adds: a runner that ends badly without naming a test, or well
    /// without having run one, counts as one failure.
    pub(crate) fn given_exit(self, is_success: bool) -> Self {
        let is_contradiction =
            (!is_success && self.failed == 0) || (is_success && self.passed == 0);
        Self {
            failed: self.failed + u32::from(is_contradiction),
            ..self
        }
    }
}

/// Failures that the last line has counted: nothing more is to be printed.
#[derive(Debug)]
pub(crate) struct Counted;

impl std::fmt::Display for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not everything passed")
    }
}

impl std::error::Error for Counted {}

/// Whose closing lines these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `cargo nextest run`: one `Summary` line.
    Nextest,
    /// `cargo test`: one `test result:` line per binary.
    Cargo,
    /// `vitest run`: `Test Files` and `Tests`.
    Vitest,
    /// `node --test`: `pass N` and `fail N`, after a mark that depends on the reporter.
    Node,
}

/// Finds the runner's closing lines and adds them up.
pub(crate) fn count(runner: Runner, lines: &[String]) -> (Tally, Vec<String>) {
    let closing: Vec<String> = lines
        .iter()
        .filter(|line| is_closing(runner, line.trim()))
        .cloned()
        .collect();
    let tally = closing
        .iter()
        .filter(|line| runner != Runner::Vitest || !line.trim().starts_with("Test Files"))
        .map(|line| read_line(runner, line))
        .fold(Tally::default(), Tally::plus);
    (tally, closing)
}

fn is_closing(runner: Runner, line: &str) -> bool {
    match runner {
        Runner::Nextest => line.starts_with("Summary ["),
        Runner::Cargo => line.starts_with("test result:"),
        Runner::Vitest => line.starts_with("Test Files ") || line.starts_with("Tests "),
        Runner::Node => {
            let mut words = line.split(' ');
            matches!(words.next(), Some("#" | "ℹ"))
                && words
                    .next()
                    .is_some_and(|word| matches!(word, "pass" | "fail" | "cancelled"))
                && words.next().is_some_and(|word| word.parse::<u32>().is_ok())
        }
    }
}

fn is_verdict(word: &str) -> bool {
    matches!(
        word,
        "failed" | "flaky" | "timed" | "exec" | "fail" | "cancelled"
    )
}

/// Reads every number of a closing line with the word beside it: before it for Node, after it for the
/// others. Only a test that passed at once counts as passed: flaky and timed-out ones failed.
fn read_line(runner: Runner, line: &str) -> Tally {
    let words: Vec<&str> = line
        .split([' ', ',', ';', '|', '(', ')'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut tally = Tally::default();
    for pair in words.windows(2) {
        let (number, word) = match (runner, pair) {
            (Runner::Node, [word, number]) | (_, [number, word]) => (number, word),
            _ => continue,
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        match *word {
            "passed" | "pass" => tally.passed += number,
            verdict if is_verdict(verdict) => tally.failed += number,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runner: Runner, output: &str, passed: u32, failed: u32) {
        let lines: Vec<String> = output.lines().map(str::to_owned).collect();
        assert_eq!(
            count(runner, &lines).0,
            Tally { passed, failed },
            "{output}"
        );
    }

    #[test]
    fn nextest_is_read() {
        check(
            Runner::Nextest,
            "     Summary [   3.414s] 120 tests run: 118 passed (1 slow), 1 failed, 1 timed out, 4 skipped",
            118,
            2,
        );
        check(
            Runner::Nextest,
            "    Starting 3 tests across 2 binaries",
            0,
            0,
        );
    }

    #[test]
    fn cargo_is_read_binary_by_binary() {
        check(
            Runner::Cargo,
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
             test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            15,
            2,
        );
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        check(
            Runner::Vitest,
            " Test Files  5 passed (5)\n      Tests  1 failed | 34 passed (35)\n   Start at  10:00:00",
            34,
            1,
        );
    }

    #[test]
    fn node_is_read_in_both_of_its_reporters() {
        check(
            Runner::Node,
            "# tests 6\n# pass 4\n# fail 1\n# cancelled 1\n# skipped 0",
            4,
            2,
        );
        check(
            Runner::Node,
            "ℹ tests 5\nℹ pass 5\nℹ fail 0\nℹ duration_ms 81.2",
            5,
            0,
        );
        check(Runner::Node, "# passing a picture", 0, 0);
    }

    #[test]
    fn a_runner_that_dies_or_runs_nothing_is_one_failure() {
        let none = Tally::default();
        assert_eq!(none.given_exit(false).failed, 1);
        assert_eq!(none.given_exit(true).failed, 1);
        assert_eq!(
            Tally {
                passed: 3,
                failed: 0
            }
            .given_exit(true)
            .failed,
            0
        );
        assert_eq!(
            Tally {
                passed: 3,
                failed: 1
            }
            .given_exit(false)
            .failed,
            1
        );
    }
}

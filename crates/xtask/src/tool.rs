//! Running other programs: shown before they start, and a failure says which one it was.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;

use anyhow::{Context, bail};

use crate::{term, workspace};

/// A program about to run, in the checkout's root unless told otherwise.
pub(crate) struct Tool {
    command: Command,
    shown: String,
}

impl Tool {
    /// A program by name or path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.current_dir(workspace::root());
        Self {
            command,
            shown: shorten(program),
        }
    }

    /// The cargo that runs this.
    pub(crate) fn cargo(subcommand: &[&str]) -> Self {
        let mut tool = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        "cargo".clone_into(&mut tool.shown);
        tool.args(subcommand)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let argument = argument.as_ref();
        self.shown.push(' ');
        self.shown.push_str(&shorten(argument));
        self.command.arg(argument);
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<I>(self, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in this folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives it nothing to read, so that it cannot wait for an answer.
    pub(crate) fn without_input(mut self) -> Self {
        self.command.stdin(Stdio::null());
        self
    }

    /// Shows it, runs it on this terminal, and fails when it fails.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        term::note(&format!("$ {}", self.shown));
        let status = self
            .command
            .status()
            .with_context(|| cannot_start(&self.shown))?;
        succeeded(&self.shown, status)
    }

    /// Shows it, runs it until it ends, and passes its first line of output on as soon as it comes.
    pub(crate) fn run_watching_first_line(
        mut self,
        on_first_line: impl FnOnce(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        term::note(&format!("$ {}", self.shown));
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| cannot_start(&self.shown))?;
        let mut output = BufReader::new(child.stdout.take().context("no output to read")?);
        let mut first = String::new();
        output
            .read_line(&mut first)
            .with_context(|| format!("cannot read `{}`", self.shown))?;
        if !first.is_empty() {
            on_first_line(first.trim_end())?;
        }
        // What follows is nobody's interface; it must only not fill the pipe.
        std::io::copy(&mut output, &mut std::io::sink())?;
        let status = child
            .wait()
            .with_context(|| format!("lost sight of `{}`", self.shown))?;
        succeeded(&self.shown, status)
    }

    /// Runs it quietly and returns what it printed, however it ended.
    pub(crate) fn ask(mut self) -> anyhow::Result<Answer> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| cannot_start(&self.shown))?;
        Ok(Answer {
            is_success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs it quietly and returns its standard output; fails, showing its complaint, when it fails.
    pub(crate) fn read(self) -> anyhow::Result<String> {
        let shown = self.shown.clone();
        let answer = self.ask()?;
        if !answer.is_success {
            bail!("`{shown}` failed:\n{}", answer.stderr.trim_end());
        }
        Ok(answer.stdout)
    }

    /// Shows it, runs it, prints its lines as they come and keeps them.
    pub(crate) fn run_keeping_lines(mut self) -> anyhow::Result<Kept> {
        term::note(&format!("$ {}", self.shown));
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| cannot_start(&self.shown))?;
        let lines = Mutex::new(Vec::new());
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        std::thread::scope(|scope| {
            scope.spawn(|| echo(stdout, &lines));
            scope.spawn(|| echo(stderr, &lines));
        });
        let status = child
            .wait()
            .with_context(|| format!("lost sight of `{}`", self.shown))?;
        let lines = lines
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Kept {
            is_success: status.success(),
            lines,
        })
    }
}

/// What a quiet program said.
pub(crate) struct Answer {
    /// Whether it ended with 0.
    pub(crate) is_success: bool,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// What a program printed while it was also shown.
pub(crate) struct Kept {
    /// Whether it ended with 0.
    pub(crate) is_success: bool,
    /// Both streams, in order of arrival, without colours.
    pub(crate) lines: Vec<String>,
}

fn echo(stream: Option<impl Read>, lines: &Mutex<Vec<String>>) {
    let Some(stream) = stream else { return };
    let mut reader = BufReader::new(stream);
    let mut raw = Vec::new();
    while reader
        .read_until(b'\n', &mut raw)
        .is_ok_and(|length| length > 0)
    {
        let line = String::from_utf8_lossy(&raw).trim_end().to_owned();
        // A closed terminal is no reason to lose the count.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        if let Ok(mut lines) = lines.lock() {
            lines.push(without_colours(&line));
        }
        raw.clear();
    }
}

/// Removes ANSI escape sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '\x1b' {
            plain.push(character);
            continue;
        }
        if characters.next() == Some('[') {
            for end in characters.by_ref() {
                if end.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}

/// A path inside the checkout is shown from its root.
fn shorten(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let root = format!(
        "{}{}",
        workspace::root().display(),
        std::path::MAIN_SEPARATOR
    );
    let short = text.replace(&root, "");
    if short.contains(' ') {
        format!("'{short}'")
    } else {
        short
    }
}

fn cannot_start(shown: &str) -> String {
    let program = shown.split(' ').next().unwrap_or(shown);
    format!("cannot start `{program}` (is it installed and on PATH?)")
}

fn succeeded(shown: &str, status: ExitStatus) -> anyhow::Result<()> {
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => bail!("`{shown}` ended with code {code}"),
        None => bail!("`{shown}` was stopped by a signal"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_removed_and_text_is_kept() {
        assert_eq!(
            without_colours("\x1b[32;1m  Summary\x1b[0m [ 1s] ok"),
            "  Summary [ 1s] ok"
        );
    }

    #[test]
    fn paths_are_shown_from_the_root() {
        let inside = workspace::root().join("ui");
        assert_eq!(shorten(inside.as_os_str()), "ui");
    }
}

//! How the commands talk: headings, notes, failures and the one question they may ask.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::LazyLock;
use std::time::Instant;

/// When this command began: at its first step.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A step begins; the minutes and seconds before it are those since the first one.
pub(crate) fn step(text: &str) {
    let seconds = BEGIN.elapsed().as_secs();
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    if std::io::stdout().is_terminal() {
        println!("\n\x1b[1m==> {minutes:02}:{seconds:02} {text}\x1b[0m");
    } else {
        println!("\n==> {minutes:02}:{seconds:02} {text}");
    }
}

/// Something worth knowing.
pub(crate) fn note(text: &str) {
    println!("    {text}");
}

/// A command could not do what it was asked to.
pub(crate) fn failure(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\n\x1b[1;31mfailed:\x1b[0m {text}");
    } else {
        eprintln!("\nfailed: {text}");
    }
}

/// Whether a person is there to be asked.
pub(crate) fn is_interactive() -> bool {
    std::env::var_os("CI").is_none()
        && std::io::stdin().is_terminal()
        && std::io::stdout().is_terminal()
}

/// Asks a yes-or-no question whose default is yes.
pub(crate) fn is_agreed(question: &str) -> bool {
    print!("    {question} [Y/n] ");
    let mut answer = String::new();
    if std::io::stdout().flush().is_err() || std::io::stdin().lock().read_line(&mut answer).is_err()
    {
        return false;
    }
    matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

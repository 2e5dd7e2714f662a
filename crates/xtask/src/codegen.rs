//! `cargo xtask codegen`: the UI's TypeScript types, written from tern-app's DTOs.

use anyhow::{Context, bail};

use crate::tool::Tool;
use crate::{app, term, workspace};

/// The generated file, from the root.
pub(crate) const BINDINGS: &str = "ui/src/ipc/bindings.ts";

/// Writes the file, or with `check` only compares it.
///
/// # Errors
/// tern-app does not compile, the file cannot be written, or it differs from what Rust says.
pub(crate) fn codegen(check: bool) -> anyhow::Result<()> {
    term::step("TypeScript types from tern-app");
    app::cargo(&["build"])
        .args(["--example", "bindings"])
        .run()?;
    if check {
        return compare_built();
    }
    let path = workspace::root().join(BINDINGS);
    std::fs::write(&path, say_types()?).with_context(|| format!("cannot write {BINDINGS}"))?;
    term::note(&format!("{BINDINGS} written"));
    Ok(())
}

/// Compares the file with what the program says that was built last.
///
/// # Errors
/// They differ.
pub(crate) fn compare_built() -> anyhow::Result<()> {
    let wanted = say_types()?;
    let found = std::fs::read_to_string(workspace::root().join(BINDINGS)).unwrap_or_default();
    if found == wanted {
        term::note(&format!("{BINDINGS} is up to date"));
        return Ok(());
    }
    bail!(
        "{BINDINGS}:{}: differs from the Rust types: run `cargo xtask codegen` and commit it",
        first_difference(&found, &wanted)
    )
}

/// The types as TypeScript, from tern-app's example of that name.
fn say_types() -> anyhow::Result<String> {
    Tool::new(workspace::built("debug", "examples/bindings")).read()
}

/// The line, counted from 1, where two texts part.
fn first_difference(left: &str, right: &str) -> usize {
    let same = left
        .lines()
        .zip(right.lines())
        .take_while(|(left, right)| left == right)
        .count();
    same + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\nc", "a\nx\nc"), 2);
        assert_eq!(first_difference("a", "a\nb"), 2);
    }
}

//! `cargo xtask tidy`: executes the invariants of `crates/ARCHITECTURE.md`.
//!
//! Every rule is a pure function from sources to findings, so that each has a test that shows it
//! finding something. A finding is one line: where, which rule, what to do.

mod dependencies;
mod docs;
mod forbidden_text;
mod licences;
mod lint_heads;
mod names;
mod sizes;
mod source;
mod ui_imports;

use anyhow::bail;

use crate::tool::Tool;
use crate::{codegen, term};
use source::Source;

/// One breach of an invariant.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// From the root, with forward slashes.
    path: String,
    /// Counted from 1; 0 speaks of the whole file.
    line: usize,
    /// The rule's short name, as in `crates/ARCHITECTURE.md`.
    rule: &'static str,
    /// What to do about it.
    remedy: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            path,
            line,
            rule,
            remedy,
        } = self;
        match line {
            0 => write!(f, "{path}: {rule}: {remedy}"),
            line => write!(f, "{path}:{line}: {rule}: {remedy}"),
        }
    }
}

/// Runs every rule, then compares what is generated: the TypeScript types and `schema.sql`.
///
/// # Errors
/// A rule found something, or something generated is stale.
pub(crate) fn tidy() -> anyhow::Result<()> {
    let rules = self::rules();
    let types = codegen::codegen(true);
    term::step("migrations/ against migrations/schema.sql");
    let schema = Tool::cargo(&[
        "test",
        "--locked",
        "--package",
        "tern-store",
        "--lib",
        "schema",
    ])
    .run();
    rules.and(types).and(schema)
}

/// Runs the rules that need nothing compiled.
///
/// # Errors
/// A rule found something.
pub(crate) fn rules() -> anyhow::Result<()> {
    term::step("Invariants");
    let sources = source::tracked()?;
    let mut findings = source_findings(&sources);
    findings.extend(dependencies::check()?);
    findings.extend(licences::check()?);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!(
            "{} finding(s) above; the rules and their reasons: crates/ARCHITECTURE.md",
            findings.len()
        );
    }
    term::note(&format!("{} files keep every rule", sources.len()));
    Ok(())
}

/// A rule that looks at files.
type Rule = fn(&[Source]) -> Vec<Finding>;

fn source_findings(sources: &[Source]) -> Vec<Finding> {
    let rules: [Rule; 6] = [
        docs::check,
        sizes::check,
        names::check,
        forbidden_text::check,
        lint_heads::check,
        ui_imports::check,
    ];
    rules.iter().flat_map(|rule| rule(sources)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_an_editor_can_jump_to() {
        let finding = Finding {
            path: "crates/a/src/b.rs".to_owned(),
            line: 7,
            rule: "sql",
            remedy: "move it".to_owned(),
        };
        assert_eq!(finding.to_string(), "crates/a/src/b.rs:7: sql: move it");
    }
}

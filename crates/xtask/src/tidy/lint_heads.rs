//! Rule `banned-methods`: crates that must not read the clock, touch files or start tasks say so.
//!
//! `.clippy.toml` names the methods; clippy finds the calls; this rule only sees that nobody
//! switched the lint off for a whole crate.

use super::{Finding, source::Source};

/// The line that switches it on, outside tests.
const HEAD: &str = "#![cfg_attr(not(test), deny(clippy::disallowed_methods))]";

/// Crate roots that must carry it. tern-store owns files; tern-simulator, tern-devserver and xtask
/// are not part of the product.
const ROOTS: &[&str] = &[
    "crates/tern-domain/src/lib.rs",
    "crates/tern-twilio/src/lib.rs",
    "crates/tern-engine/src/lib.rs",
    "crates/tern-app/src/lib.rs",
    "crates/tern-gateway/src/lib.rs",
    "src-tauri/src/lib.rs",
];

/// Finds crate roots without the line.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| ROOTS.contains(&source.path.as_str()))
        .filter(|source| !source.lines().any(|(_, line)| line.trim() == HEAD))
        .map(|source| Finding {
            path: source.path.clone(),
            line: 1,
            rule: "banned-methods",
            remedy: format!("add `{HEAD}` below the module doc"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_without_the_line_is_found() {
        let with = format!("//! Doc.\n{HEAD}\n");
        assert!(check(&[Source::new("crates/tern-app/src/lib.rs", &with)]).is_empty());
        assert_eq!(
            check(&[Source::new("crates/tern-app/src/lib.rs", "//! Doc.")]).len(),
            1
        );
        assert!(check(&[Source::new("crates/tern-store/src/lib.rs", "//! Doc.")]).is_empty());
    }
}

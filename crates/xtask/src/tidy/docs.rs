//! Rule `module-doc`: each Rust file begins by saying what it owns and what it refuses.

use super::{Finding, source::Source};

/// Finds Rust files whose first line is not `//!`.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| source.is("rs") && !source.text.starts_with("//! "))
        .map(|source| Finding {
            path: source.path.clone(),
            line: 1,
            rule: "module-doc",
            remedy: "begin the file with `//!`: what it owns, what it refuses, one reason"
                .to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_module_doc_is_found() {
        let found = check(&[
            Source::new("a.rs", "//! Owns a.\nfn a() {}"),
            Source::new("b.rs", "/// Not the module.\nfn b() {}"),
            Source::new("c.ts", "export {}"),
        ]);
        assert_eq!(
            found
                .iter()
                .map(|finding| finding.path.as_str())
                .collect::<Vec<_>>(),
            ["b.rs"]
        );
    }
}

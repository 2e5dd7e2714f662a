//! Rule `size`: files stay small enough to be read in one sitting.

use super::{Finding, source::Source};

/// No file is longer, unless it is on the list below.
const LONGEST: usize = 500;

/// Half of a language's files are no longer.
const MEDIAN: usize = 200;

/// Files that may be longer, each with its reason. An entry that is no longer needed is a finding.
const JUSTIFIED: &[(&str, &str)] = &[(
    "crates/tern-app/src/commands.rs",
    "one list of all commands, from which both sides are made; in two files a name could stand twice",
)];

/// Finds long files, and languages whose files are long as a rule.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = long_files(sources, JUSTIFIED);
    findings.extend(long_median(sources, "Rust", |source| source.is("rs")));
    findings.extend(long_median(sources, "UI", |source| {
        source.path.starts_with("ui/") && source.is_script() && !source.is_generated()
    }));
    findings
}

fn long_files(sources: &[Source], justified: &[(&str, &str)]) -> Vec<Finding> {
    let is_justified = |path: &str| justified.iter().any(|(listed, _)| *listed == path);
    let is_long = |source: &Source| length(source) > LONGEST;
    let measured = |source: &&Source| {
        !source.is_generated() && (source.is("rs") || source.is_script() || source.is("css"))
    };
    let long = sources
        .iter()
        .filter(measured)
        .filter(|source| is_long(source) && !is_justified(&source.path))
        .map(|source| Finding {
            path: source.path.clone(),
            line: 0,
            rule: "size",
            remedy: format!(
                "{} lines, more than {LONGEST}: split it, or justify it in crates/xtask/src/tidy/sizes.rs",
                length(source)
            ),
        });
    let stale = justified
        .iter()
        .filter(|(path, _)| {
            !sources
                .iter()
                .any(|source| source.path == *path && is_long(source))
        })
        .map(|(path, _)| Finding {
            path: (*path).to_owned(),
            line: 0,
            rule: "size",
            remedy: "is not long any more: take it off the list in crates/xtask/src/tidy/sizes.rs"
                .to_owned(),
        });
    long.chain(stale).collect()
}

fn long_median(sources: &[Source], name: &str, belongs: fn(&Source) -> bool) -> Option<Finding> {
    let mut lengths: Vec<usize> = sources
        .iter()
        .filter(|source| belongs(source))
        .map(length)
        .collect();
    lengths.sort_unstable();
    let median = *lengths.get(lengths.len() / 2)?;
    (median > MEDIAN).then(|| Finding {
        path: ".".to_owned(),
        line: 0,
        rule: "size",
        remedy: format!(
            "the median {name} file has {median} lines, more than {MEDIAN}: split the longest"
        ),
    })
}

fn length(source: &Source) -> usize {
    source.text.lines().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> Source {
        Source::new(path, &"x\n".repeat(lines))
    }

    #[test]
    fn a_long_file_is_found_unless_it_is_justified() {
        let sources = [
            file("long.rs", 501),
            file("listed.rs", 900),
            file("short.rs", 500),
        ];
        let found = long_files(&sources, &[("listed.rs", "a table")]);
        assert_eq!(
            found
                .iter()
                .map(|finding| finding.path.as_str())
                .collect::<Vec<_>>(),
            ["long.rs"]
        );
    }

    #[test]
    fn a_justification_that_is_not_needed_is_found() {
        let found = long_files(&[file("listed.rs", 20)], &[("listed.rs", "was long once")]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_long_median_is_found() {
        let sources = [file("a.rs", 10), file("b.rs", 201), file("c.rs", 300)];
        assert!(long_median(&sources, "Rust", |source| source.is("rs")).is_some());
        assert!(long_median(&sources[..1], "Rust", |source| source.is("rs")).is_none());
    }
}

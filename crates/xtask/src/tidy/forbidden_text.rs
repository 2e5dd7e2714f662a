//! Rules about text that may stand in some folders only: `sql`, `html`, `machine-path`.

use super::{Finding, source::Source};

/// Beginnings of statements, as the house writes them: in capitals.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
];

/// Where statements may stand: the store; suites and benches that look at the file from outside;
/// and this list.
const SQL_FOLDERS: &[&str] = &[
    "crates/tern-store/",
    "crates/tern-engine/src/day_tests/file.rs",
    "tests/",
    "crates/xtask/src/tidy/",
];

/// Folders that exist on one machine only.
const MACHINE_FOLDERS: &[&str] = &["root", "work", "home", "Users"];

/// Finds forbidden text.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| !source.is_generated())
        .flat_map(|source| {
            source.lines().filter_map(|(line, text)| {
                let (rule, remedy) = sql(source, text)
                    .or_else(|| html(source, text))
                    .or_else(|| machine_path(source, text))?;
                Some(Finding {
                    path: source.path.clone(),
                    line,
                    rule,
                    remedy: remedy.to_owned(),
                })
            })
        })
        .collect()
}

fn sql(source: &Source, text: &str) -> Option<(&'static str, &'static str)> {
    let is_elsewhere = !SQL_FOLDERS
        .iter()
        .any(|folder| source.path.starts_with(folder));
    let is_code = !text.trim_start().starts_with("//");
    (source.is("rs") && is_elsewhere && is_code && SQL.iter().any(|verb| text.contains(verb)))
        .then_some((
            "sql",
            "SQL stands in tern-store only: add a method to its table's file",
        ))
}

fn html(source: &Source, text: &str) -> Option<(&'static str, &'static str)> {
    (source.is("svelte") && text.contains("{@html")).then_some((
        "html",
        "a text is shown as text: markup from outside must never be executed",
    ))
}

fn machine_path(source: &Source, text: &str) -> Option<(&'static str, &'static str)> {
    let is_prose_or_code = !source.path.ends_with("package-lock.json");
    let names_machine = MACHINE_FOLDERS.iter().any(|folder| {
        let path = format!("/{folder}/");
        text.match_indices(&path).any(|(at, _)| {
            // A path begins here; inside a longer path or an address the folder is somebody else's.
            text.get(..at)
                .and_then(|before| before.chars().next_back())
                .is_none_or(|before| {
                    !before.is_alphanumeric()
                        && !matches!(before, '.' | '_' | '-' | '}' | '*' | ')' | '~')
                })
        })
    });
    (is_prose_or_code && names_machine).then_some((
        "machine-path",
        "this path exists on one machine: make it relative or look it up",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, rule: Option<&str>) {
        let found = check(&[Source::new(path, text)]);
        assert_eq!(
            found.first().map(|finding| finding.rule),
            rule,
            "{path}: {text}"
        );
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        check_one(
            "crates/tern-app/src/a.rs",
            "let q = \"SELECT 1\";",
            Some("sql"),
        );
        check_one(
            "crates/tern-app/src/a.rs",
            "  PRAGMA journal_mode",
            Some("sql"),
        );
        check_one("crates/tern-store/src/a.rs", "let q = \"SELECT 1\";", None);
        check_one("crates/tern-app/src/a.rs", "/// Like SELECT in SQL.", None);
        check_one("crates/tern-app/src/a.rs", "enum Input { Select }", None);
    }

    #[test]
    fn html_from_outside_is_found() {
        check_one(
            "ui/src/features/thread/Bubble.svelte",
            "<p>{@html body}</p>",
            Some("html"),
        );
        check_one(
            "ui/src/features/thread/Bubble.svelte",
            "<p>{body}</p>",
            None,
        );
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        let path = ["", "root", "tern"].join("/");
        check_one("README.md", &format!("cd {path}"), Some("machine-path"));
        check_one("README.md", "https://example.org/home/index", None);
        check_one("a.rs", "//! crates/xtask/root/a", None);
    }
}

//! The file itself: its frame, its version, and what is wrong with one that somebody edited.

use serde_json::{Map, Value, json};

use super::read::Flaw;

/// What the file says it is.
const FORMAT: &str = "tern-configuration";
/// The version that this program writes, and the newest it reads.
const VERSION: u64 = 1;

/// What is wrong with a file, in words for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigurationProblem {
    /// Not JSON.
    #[error("Line {line} cannot be read: {words}.")]
    Broken {
        /// Line, from 1.
        line: usize,
        /// What the reader says.
        words: String,
    },
    /// Larger than any configuration.
    #[error("This file is too large to be a configuration of Tern.")]
    TooLarge,
    /// Ends in the middle.
    #[error(
        "Line {line} cannot be read: the file ends too early. It may not have been copied whole."
    )]
    Cut {
        /// Line, from 1.
        line: usize,
    },
    /// JSON, but something else.
    #[error("This is not a configuration file of Tern.")]
    SomethingElse,
    /// From a later version.
    #[error("A newer Tern wrote this file (version {version}; this one reads up to {VERSION}).")]
    Newer {
        /// The file's version.
        version: u64,
    },
    /// A section that does not make sense.
    #[error("Line {line}, section “{section}”: {words}")]
    Section {
        /// Line where the entry stands, or else the section begins.
        line: usize,
        /// Which section.
        section: String,
        /// What is wrong.
        words: String,
    },
}

/// Reads the frame of a file: its sections as they stand in it.
pub(crate) fn read(text: &str) -> Result<Map<String, Value>, ConfigurationProblem> {
    let file: Value = serde_json::from_str(text).map_err(|error| {
        let line = error.line();
        if error.is_eof() {
            return ConfigurationProblem::Cut { line };
        }
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        ConfigurationProblem::Broken {
            line,
            words: words.to_owned(),
        }
    })?;
    let is_ours = file.get("format").and_then(Value::as_str) == Some(FORMAT);
    let version = file.get("version").and_then(Value::as_u64);
    let (true, Some(version)) = (is_ours, version) else {
        return Err(ConfigurationProblem::SomethingElse);
    };
    if version > VERSION {
        return Err(ConfigurationProblem::Newer { version });
    }
    match file.get("sections") {
        Some(Value::Object(sections)) => Ok(sections.clone()),
        _ => Err(ConfigurationProblem::SomethingElse),
    }
}

/// Writes a file, spread over lines so that it can be read, compared and kept under version control.
pub(crate) fn write(sections: Map<String, Value>) -> String {
    let file = json!({ "format": FORMAT, "version": VERSION, "sections": sections });
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

/// The problem of a section, with the line of its entry, or else where the section begins.
pub(crate) fn section_problem(
    text: &str,
    (section, flaw): (&'static str, Flaw),
) -> ConfigurationProblem {
    let key = format!("\"{section}\"");
    let lines = || (1..).zip(text.lines());
    let begins = lines().find(|(_, line)| line.trim_start().starts_with(&key));
    let begins = begins.map_or(1, |(number, _)| number);
    let entry = flaw.entry.and_then(|id| {
        let id = format!("\"{id}\"");
        lines().find(|(number, line)| *number >= begins && line.contains(&id))
    });
    ConfigurationProblem::Section {
        line: entry.map_or(begins, |(number, _)| number),
        section: section.to_owned(),
        words: flaw.words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let mut sections = Map::new();
        sections.insert("replies".to_owned(), json!([{ "id": "1" }]));
        let text = write(sections.clone());
        assert!(text.lines().count() > 6, "{text}");
        assert_eq!(read(&text).unwrap(), sections);
    }

    #[test]
    fn a_broken_file_is_named_by_its_line() {
        let problem =
            read("{\n  \"format\": \"tern-configuration\",\n  \"version\" 1\n}").unwrap_err();
        assert_eq!(problem.to_string(), "Line 3 cannot be read: expected `:`.");
        let cut = read("{\n  \"format\": \"tern-conf").unwrap_err();
        assert_eq!(cut, ConfigurationProblem::Cut { line: 2 });
    }

    #[test]
    fn a_flaw_is_found_by_the_line_of_its_entry() {
        let mut sections = Map::new();
        sections.insert("replies".to_owned(), json!([{ "id": "1" }, { "id": "2" }]));
        let text = write(sections);
        let line = |entry: Option<&str>| {
            let flaw = Flaw {
                entry: entry.map(str::to_owned),
                words: "odd.".to_owned(),
            };
            section_problem(&text, ("replies", flaw)).to_string()
        };
        assert_eq!(line(None), "Line 5, section “replies”: odd.");
        assert_eq!(line(Some("2")), "Line 10, section “replies”: odd.");
    }

    #[test]
    fn something_else_and_something_newer_are_refused_in_words() {
        for text in ["[]", "{}", r#"{"format":"tern-configuration"}"#] {
            assert_eq!(read(text).unwrap_err(), ConfigurationProblem::SomethingElse);
        }
        let newer = r#"{"format":"tern-configuration","version":2,"sections":{}}"#;
        let words = read(newer).unwrap_err().to_string();
        assert!(words.contains("A newer Tern"), "{words}");
    }
}

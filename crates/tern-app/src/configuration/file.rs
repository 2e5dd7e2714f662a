//! The file itself: its frame, its version, and what is wrong with one that somebody edited.

use serde_json::{Map, Value, json};

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
        /// Line where the section begins.
        line: usize,
        /// Which section.
        section: String,
        /// What is wrong.
        words: String,
    },
}

/// A file's sections as they stand in it.
#[derive(Debug)]
pub(crate) struct ReadFile {
    pub(crate) sections: Map<String, Value>,
}

/// Reads the frame of a file.
pub(crate) fn read(text: &str) -> Result<ReadFile, ConfigurationProblem> {
    let file: Value = serde_json::from_str(text).map_err(|error| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        ConfigurationProblem::Broken {
            line: error.line(),
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
        Some(Value::Object(sections)) => Ok(ReadFile {
            sections: sections.clone(),
        }),
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

/// The problem of a section, with the line where it begins.
pub(crate) fn section_problem(text: &str, section: &str, words: String) -> ConfigurationProblem {
    let key = format!("\"{section}\"");
    ConfigurationProblem::Section {
        line: text
            .lines()
            .position(|line| line.trim_start().starts_with(&key))
            .map_or(1, |index| index + 1),
        section: section.to_owned(),
        words,
    }
}

impl ReadFile {
    /// Checks one section and answers it in its kept form.
    pub(crate) fn section(
        &self,
        text: &str,
        section: &super::Section,
    ) -> Result<Option<Value>, ConfigurationProblem> {
        self.sections
            .get(section.name)
            .map(|value| {
                (section.check)(value).map_err(|words| section_problem(text, section.name, words))
            })
            .transpose()
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
        assert_eq!(read(&text).unwrap().sections, sections);
    }

    #[test]
    fn a_broken_file_is_named_by_its_line() {
        let problem =
            read("{\n  \"format\": \"tern-configuration\",\n  \"version\" 1\n}").unwrap_err();
        assert_eq!(problem.to_string(), "Line 3 cannot be read: expected `:`.");
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

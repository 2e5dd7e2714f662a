//! Rule `names`: no type, module or component is called after a noun that says nothing.

use super::{Finding, source::Source};

/// Nouns that fit anything, in the singular.
const BANNED: &[&str] = &[
    "Manager",
    "Service",
    "Helper",
    "Util",
    "Utility",
    "Processor",
    "Data",
    "Info",
    "Handler",
];

/// Twilio's own name of a thing; it may be part of a longer name.
const TWILIO_NAME: &str = "MessagingService";

/// Names that are words of the glossary all the same, each with where it may be declared.
const GLOSSARY: &[(&str, &str)] = &[
    // An interaction's handler is who answers it: nobody yet, the virtual agent, or a person.
    ("Handler", "crates/tern-domain/src/interaction/"),
    // A service channel is a kind of work with its capacity.
    ("ServiceChannel", "crates/tern-domain/src/routing/"),
];

/// Keywords after which a declared name follows.
const RUST_KEYWORDS: &[&str] = &["struct", "enum", "trait", "type", "union", "mod"];
const SCRIPT_KEYWORDS: &[&str] = &["class", "interface", "type", "enum"];

/// Finds declarations and files with a banned noun in their name.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| !source.is_generated())
        .flat_map(check_file)
        .collect()
}

fn check_file(source: &Source) -> Vec<Finding> {
    let keywords = match (source.is("rs"), source.is_script()) {
        (true, _) => RUST_KEYWORDS,
        (_, true) => SCRIPT_KEYWORDS,
        _ => return Vec::new(),
    };
    let file = banned_noun(source.stem().trim_end_matches(".svelte"))
        .map(|noun| finding(source, 0, source.stem(), noun));
    let declared = source.lines().filter_map(|(line, text)| {
        let name = declared_name(text, keywords)?;
        let is_glossary = GLOSSARY
            .iter()
            .any(|(word, folder)| *word == name && source.path.starts_with(folder));
        banned_noun(name)
            .filter(|_| !is_glossary)
            .map(|noun| finding(source, line, name, noun))
    });
    file.into_iter().chain(declared).collect()
}

fn finding(source: &Source, line: usize, name: &str, noun: &str) -> Finding {
    Finding {
        path: source.path.clone(),
        line,
        rule: "names",
        remedy: format!(
            "`{name}`: \"{noun}\" says nothing; name what it is in the glossary's words"
        ),
    }
}

/// The name that this line declares, if it declares one.
fn declared_name<'line>(line: &'line str, keywords: &[&str]) -> Option<&'line str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| is_before_keyword(word));
    let keyword = words.next()?;
    if !keywords.contains(&keyword) {
        return None;
    }
    words
        .next()?
        .split(|character: char| !character.is_alphanumeric() && character != '_')
        .next()
}

fn is_before_keyword(word: &str) -> bool {
    word.starts_with("pub")
        || matches!(
            word,
            "export" | "default" | "declare" | "abstract" | "unsafe"
        )
}

/// The banned noun among the words of a name.
fn banned_noun(name: &str) -> Option<&'static str> {
    let rest = name
        .replace(TWILIO_NAME, "")
        .replace("messaging_service", "");
    let words = split_words(&rest);
    BANNED.iter().copied().find(|noun| {
        words.iter().any(|word| {
            word.eq_ignore_ascii_case(noun)
                || word
                    .strip_suffix('s')
                    .is_some_and(|singular| singular.eq_ignore_ascii_case(noun))
        })
    })
}

/// Splits `CamelCase`, `snake_case` and `kebab-case`.
fn split_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            is_open = false;
            continue;
        }
        match words
            .last_mut()
            .filter(|_| is_open && !character.is_uppercase())
        {
            Some(word) => word.push(character),
            None => words.push(character.to_string()),
        }
        is_open = true;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, expected: &[usize]) {
        let found = check(&[Source::new(path, text)]);
        assert_eq!(
            found.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn banned_nouns_are_found_in_declarations() {
        check_one("a.rs", "pub struct TaskManager;\nenum Kind {}", &[1]);
        check_one("a.rs", "pub(crate) mod utils;", &[1]);
        check_one("a.rs", "pub(super) trait EventHandler {", &[1]);
        check_one("a.ts", "export interface AccountInfo {", &[1]);
        check_one("a.svelte", "  type RowData = string", &[1]);
    }

    #[test]
    fn banned_nouns_are_found_in_file_names() {
        check_one("crates/a/src/helpers.rs", "", &[0]);
        check_one("ui/src/lib/timeUtils.ts", "", &[0]);
        check_one("ui/src/features/x/inboxData.svelte.ts", "", &[0]);
    }

    #[test]
    fn a_word_of_the_glossary_may_be_declared_in_its_place() {
        check_one(
            "crates/tern-domain/src/interaction/state.rs",
            "pub enum Handler {",
            &[],
        );
        check_one("crates/tern-engine/src/sync.rs", "pub enum Handler {", &[1]);
    }

    #[test]
    fn other_words_that_contain_them_are_not_names_of_nothing() {
        check_one(
            "a.rs",
            "struct Database;\nstruct Metadata;\nstruct Informed;\nlet type_data = 1;",
            &[],
        );
        check_one("a.rs", "pub struct MessagingServiceSid(String);", &[]);
        check_one("a.rs", "/// mod helper\nuse a::Service;", &[]);
    }
}

//! The words of a topic: words that carriers act on, length and cost (twilio.md §5, T-6).

use super::Findings;
use crate::opt_out::CarrierWord;
use crate::segments::measure;
use crate::topic::compile::{Severity, Surroundings};
use crate::topic::file::{TopicFile, TopicKind};
use crate::topic::text::{as_keyword, words_of};
use crate::topic::{Node, NodeKind, TemplateText};

/// Most segments of one text before lint speaks up.
const FEW_SEGMENTS: u32 = 2;

/// What the ready topics say of a team that does not exist, for every team to put in its own.
const MADE_UP: [(&str, &str); 3] = [
    (
        "Our hours: Monday to Friday 9:00 to 17:00, Saturday 10:00 to 14:00.",
        "opening hours",
    ),
    ("We are at 12 Harbour Street. Map", "an address"),
    ("https://example.com/map", "a map"),
];

pub(super) fn check(file: &TopicFile, around: &Surroundings, findings: &mut Findings) {
    keywords(file, around, findings);
    for node in &file.nodes {
        if let NodeKind::AskChoice(ask) = &node.kind {
            for choice in &ask.choices {
                choice_word(node, &choice.label, around, findings);
            }
        }
        if let Some(input) = node.kind.input() {
            for prompt in input.prompt.all() {
                prompted_word(node, prompt, findings);
            }
        } else if let NodeKind::SayText(say) = &node.kind {
            for text in say.text.all() {
                prompted_word(node, text, findings);
            }
        }
        made_up(node, findings);
        secret(node, findings);
        let texts = read_by_people(node);
        for text in &texts {
            cost(node, text, findings);
        }
    }
}

/// V-20: a question for a secret whose answer would be kept.
fn secret(node: &Node, findings: &mut Findings) {
    const SECRETS: [&str; 12] = [
        "pin",
        "pin code",
        "password",
        "passcode",
        "passphrase",
        "one time code",
        "security code",
        "verification code",
        "authenticator",
        "cvv",
        "cvc",
        "card number",
    ];
    let Some(input) = node.kind.input().filter(|input| !input.secure) else {
        return;
    };
    if !matches!(node.kind, NodeKind::AskText(_)) {
        return;
    }
    let asked = input.prompt.all().iter().map(String::as_str);
    let named = [node.name.as_str(), input.variable.as_str()];
    let texts: Vec<Vec<String>> = asked.chain(named).map(words_of).collect();
    let found = SECRETS.iter().find(|secret| {
        let secret = words_of(secret);
        let mut texts = texts.iter();
        texts.any(|text| text.windows(secret.len()).any(|it| it == secret.as_slice()))
    });
    if let Some(found) = found {
        findings.add(
            Some(&node.id),
            (Severity::Warning, "secret_not_secure"),
            format!("The question seems to ask for a secret ({found}), and is not secure."),
            "The answer would stand in the conversation for every agent to read, and at the carrier.",
            "Make the question secure. To find out who somebody is, use the step Verify who it is instead.",
        );
    }
}

/// A ready topic's example that nobody has replaced.
fn made_up(node: &Node, findings: &mut Findings) {
    let texts = node.templates();
    let Some((_, what)) = MADE_UP
        .iter()
        .find(|(text, _)| texts.iter().any(|it| it.as_str() == *text))
    else {
        return;
    };
    findings.add(
        Some(&node.id),
        (Severity::Warning, "made_up"),
        format!("This is an example of {what} that came with Tern."),
        "Customers would be told something that is not true.",
        "Put in your own.",
    );
}

/// What the requester reads, put together as the phone gets it.
fn read_by_people(node: &Node) -> Vec<String> {
    match &node.kind {
        NodeKind::AskChoice(ask) => {
            let lines: Vec<String> = ask
                .choices
                .iter()
                .take(10)
                .enumerate()
                .map(|(index, choice)| format!("{}: {}", index + 1, choice.label))
                .collect();
            let prompts = ask.input.prompt.all().iter();
            prompts
                .map(|prompt| format!("{prompt}\n{}", lines.join("\n")))
                .collect()
        }
        NodeKind::SayLink(say) => {
            let mut text = say.header.clone();
            for link in &say.links {
                text.push('\n');
                text.push_str(link.description.as_deref().unwrap_or_default());
                text.push_str(": ");
                text.push_str(&link.url);
            }
            vec![text]
        }
        NodeKind::Request(_) | NodeKind::Transfer(_) => Vec::new(),
        NodeKind::SayImage(image) => image.text.iter().cloned().collect(),
        _ => node.templates().into_iter().cloned().collect(),
    }
}

/// V-26, V-36: a keyword that never finds its topic.
fn keywords(file: &TopicFile, around: &Surroundings, findings: &mut Findings) {
    for keyword in &file.keywords {
        if let Some(word) = CarrierWord::find(&as_keyword(keyword)) {
            findings.add(
                None,
                (Severity::Error, "carrier_word"),
                format!("The keyword “{keyword}” is a word that {}.", does(word)),
                "It never reaches this topic, and may cut the customer off.",
                "Choose another keyword.",
            );
        } else if file.kind != TopicKind::Setup && is_command(keyword, around) {
            findings.add(
                None,
                (Severity::Warning, "command_word"),
                format!("The keyword “{keyword}” is a command."),
                "A text of this word alone runs the command, not the topic.",
                "Choose another keyword, or change the command's words.",
            );
        }
    }
}

fn is_command(text: &str, around: &Surroundings) -> bool {
    let said = as_keyword(text);
    around
        .settings
        .commands
        .iter()
        .filter(|command| command.is_on_channel())
        .flat_map(|command| &command.words)
        .any(|word| as_keyword(word) == said)
}

const fn does(word: CarrierWord) -> &'static str {
    match word {
        CarrierWord::OptsOut => "makes the carrier block every further text",
        CarrierWord::OptsIn => "makes the carrier lift a block",
        CarrierWord::Yes => "makes the carrier lift a block",
        CarrierWord::Help => "makes the carrier send its own help",
    }
}

/// A label that people may send back as their whole answer.
fn choice_word(node: &Node, label: &str, around: &Surroundings, findings: &mut Findings) {
    match CarrierWord::find(&as_keyword(label)) {
        Some(CarrierWord::Yes) => findings.add(
            Some(&node.id),
            (Severity::Hint, "carrier_word"),
            format!("The choice “{label}” is also a word that opts customers in."),
            "It is taken as an answer, and lifts a block if there is one.",
            "Ask with a yes/no question, or use other words.",
        ),
        Some(word) => findings.add(
            Some(&node.id),
            (Severity::Error, "carrier_word"),
            format!("The choice “{label}” is a word that {}.", does(word)),
            "A customer who answers with it never reaches this topic again.",
            "Use other words, such as “Call it off” for CANCEL or “That is all” for END.",
        ),
        None if is_command(label, around) => findings.add(
            Some(&node.id),
            (Severity::Warning, "command_word"),
            format!("The choice “{label}” is a command."),
            "A customer who answers with the word runs the command instead.",
            "Use other words for the choice.",
        ),
        None => {}
    }
}

/// `Reply STOP to cancel`: a text that asks for a word that the carrier acts on.
fn prompted_word(node: &Node, text: &TemplateText, findings: &mut Findings) {
    let Some((word, found)) = asked_word(text) else {
        return;
    };
    let (severity, why) = match found {
        CarrierWord::OptsOut => (
            Severity::Error,
            "Whoever does as told is blocked by the carrier and gets no further text from anybody here.",
        ),
        CarrierWord::OptsIn | CarrierWord::Yes => (
            Severity::Warning,
            "The carrier takes the word as an opt-in.",
        ),
        CarrierWord::Help => (
            Severity::Warning,
            "The carrier answers the word with its own help text besides yours.",
        ),
    };
    findings.add(
        Some(&node.id),
        (severity, "carrier_word"),
        format!("The text asks the customer to send {word}."),
        why,
        "Offer numbers to pick, or ask for another word.",
    );
}

/// The first word that a text asks to be sent and that the carrier acts on.
fn asked_word(text: &str) -> Option<(&str, CarrierWord)> {
    const ASKING: [&str; 9] = [
        "reply", "answer", "text", "type", "write", "send", "respond", "say", "or",
    ];
    let words: Vec<&str> = text
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .collect();
    words.windows(2).find_map(|pair| match pair {
        [before, word] => {
            let is_asking = ASKING.iter().any(|it| before.eq_ignore_ascii_case(it));
            // In a sentence only a word in capitals is meant as a word to send; `Write help` always is.
            let is_word = word.chars().all(|it| it.is_ascii_uppercase()) && word.len() > 1;
            let found = CarrierWord::find(word)?;
            (is_asking && is_word).then_some((*word, found))
        }
        _ => None,
    })
}

/// What a text as the phone gets it leads people to send and the carrier acts on, in words: options that are
/// such a word, and words that the text asks for.
#[must_use]
pub fn carrier_words_in(text: &str) -> Vec<String> {
    let options = text.lines().filter_map(|line| {
        let (number, label) = line.split_once(": ")?;
        let is_number = !number.is_empty() && number.chars().all(|it| it.is_ascii_digit());
        let label = label.trim();
        let found = CarrierWord::find(&as_keyword(label))?;
        is_number.then_some((label, found))
    });
    let mut words: Vec<String> = Vec::new();
    for (word, found) in options.chain(asked_word(text)) {
        let sentence = format!("“{word}” {}.", does(found));
        if !words.contains(&sentence) {
            words.push(sentence);
        }
    }
    words
}

fn cost(node: &Node, text: &str, findings: &mut Findings) {
    let plain = without_placeholders(text);
    let measured = measure(&plain);
    if let Some(costly) = &measured.costly {
        let instead = match costly.replacement {
            Some(replacement) => format!("Write {replacement} instead."),
            None => "Leave it out if the text can do without.".to_owned(),
        };
        findings.add(
            Some(&node.id),
            (Severity::Hint, "costly_character"),
            format!("“{}” makes the whole text cost more.", costly.grapheme),
            "With it a text holds 70 characters instead of 160.",
            &instead,
        );
    }
    if measured.segments > FEW_SEGMENTS {
        findings.add(
            Some(&node.id),
            (Severity::Warning, "long_text"),
            format!("The text takes {} segments.", measured.segments),
            "Each is paid for, and long texts are read less.",
            "Shorten it, or split it over two steps.",
        );
    }
}

/// The words around the placeholders: what a value costs is not known here.
fn without_placeholders(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let (before, from) = rest.split_at(open);
        plain.push_str(before);
        let close = if from.starts_with("{{") { "}}" } else { "%}" };
        match from.find(close) {
            Some(end) => rest = from.get(end + close.len()..).unwrap_or_default(),
            None => return plain,
        }
    }
    plain.push_str(rest);
    plain
}

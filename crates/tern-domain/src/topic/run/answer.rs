//! Whether a text answers a question, and with what value (V-1 … V-5).

use std::net::IpAddr;

use super::lists::{self, Pick};
use super::yes_no;
use crate::phone::PhoneNumber;
use crate::topic::compile::CompiledTopic;
use crate::topic::io::{Said, SaidMedia};
use crate::topic::node::{AskText, Node, NodeKind, TextFormat};
use crate::topic::session::Asking;
use crate::topic::text::https_host;
use crate::topic::value::BotValue;

/// Longest answer that is kept, in characters: about ten joined texts.
const LONGEST: usize = 1_600;

/// What a text means to the open question.
pub(super) enum Meaning {
    /// The value, and the way that comes with it.
    Value(BotValue, Option<String>),
    /// The next page is wanted.
    More,
    /// It is no answer.
    None,
}

pub(super) fn read(
    node: &Node,
    asking: &Asking,
    said: &Said,
    topic: Option<&CompiledTopic>,
) -> Meaning {
    let text = said.text.as_str().trim();
    match &node.kind {
        NodeKind::AskText(ask) => of(text_answer(ask, text, topic)),
        NodeKind::AskYesNo(_) => of(yes_no::read(text).map(|yes| yes.to_string().into())),
        NodeKind::AskPicture(_) => of(picture(text, &said.media)),
        NodeKind::AskChoice(_) => picked(text, asking, false),
        NodeKind::AskRecords(ask) => picked(text, asking, ask.multiple),
        _ => Meaning::None,
    }
}

/// An answer to the question itself where only its default was to be confirmed, also behind a no. Only where
/// the form of the answer tells the two apart.
pub(super) fn instead_of_default(
    node: &Node,
    said: &Said,
    topic: Option<&CompiledTopic>,
) -> Option<BotValue> {
    let NodeKind::AskText(ask) = &node.kind else {
        return None;
    };
    if ask.format == TextFormat::Text {
        return None;
    }
    let text = said.text.as_str().trim();
    let behind_no = text
        .split_once([' ', ','])
        .filter(|(no, _)| yes_no::read(no) == Some(false))
        .map(|(_, rest)| rest.trim_start_matches([' ', ',', '.', ':']));
    text_answer(ask, text, topic).or_else(|| text_answer(ask, behind_no?, topic))
}

fn of(value: Option<BotValue>) -> Meaning {
    value.map_or(Meaning::None, |value| Meaning::Value(value, None))
}

fn picked(text: &str, asking: &Asking, multiple: bool) -> Meaning {
    match lists::pick(text, &asking.options, asking.shown, multiple) {
        Some(Pick::More) => Meaning::More,
        Some(Pick::Options(indexes)) => {
            let mut options = indexes.iter().filter_map(|it| asking.options.get(*it));
            if multiple {
                return Meaning::Value(
                    BotValue::List(options.map(|it| it.value.clone()).collect()),
                    None,
                );
            }
            options.next().map_or(Meaning::None, |option| {
                Meaning::Value(option.value.clone(), option.next.clone())
            })
        }
        None => Meaning::None,
    }
}

/// V-1: the answer in the form in which it is kept.
fn text_answer(ask: &AskText, text: &str, topic: Option<&CompiledTopic>) -> Option<BotValue> {
    if text.is_empty() {
        return None;
    }
    let kept = match ask.format {
        TextFormat::Text => text.chars().take(LONGEST).collect(),
        TextFormat::Email => email(text)?,
        TextFormat::Ip => text.parse::<IpAddr>().ok()?.to_string(),
        TextFormat::Phone => phone(text)?,
        TextFormat::Url => url(text)?,
        TextFormat::Custom => {
            let pattern = topic?.pattern(ask.pattern.as_deref()?)?;
            let fits = text.chars().count() <= LONGEST && pattern.is_match(text);
            fits.then(|| text.to_owned())?
        }
    };
    Some(BotValue::Text(kept))
}

/// Something before one `@`, and a domain with a point after it.
fn email(text: &str) -> Option<String> {
    const LONGEST_ADDRESS: usize = 254;
    let (name, domain) = text.split_once('@')?;
    let is_plain = |it: char| !it.is_whitespace() && !it.is_control() && !"@<>,;\"()".contains(it);
    let is_domain = domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|it| it.is_alphanumeric() || it == '-')
        });
    (text.len() <= LONGEST_ADDRESS && !name.is_empty() && name.chars().all(is_plain) && is_domain)
        .then(|| text.to_owned())
}

/// E.164 as people write it: with spaces, dashes and brackets.
fn phone(text: &str) -> Option<String> {
    let bare: String = text
        .chars()
        .filter(|it| !matches!(it, ' ' | '-' | '.' | '(' | ')' | '/'))
        .collect();
    PhoneNumber::parse(&bare)
        .ok()
        .map(|number| number.as_str().to_owned())
}

fn url(text: &str) -> Option<String> {
    let secure = text.replacen("http://", "https://", 1);
    let is_one = !text.contains(char::is_whitespace)
        && text.chars().count() <= LONGEST
        && https_host(&secure).is_some_and(|host| host.contains('.'));
    is_one.then(|| text.to_owned())
}

/// V-5: the first picture, or a link to one. A drawing in SVG can carry a script and is refused.
fn picture(text: &str, media: &[SaidMedia]) -> Option<BotValue> {
    const ENDINGS: [(&str, &str); 7] = [
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".png", "image/png"),
        (".gif", "image/gif"),
        (".webp", "image/webp"),
        (".heic", "image/heic"),
        (".bmp", "image/bmp"),
    ];
    let is_picture = |it: &&SaidMedia| {
        let kind = it.content_type.to_ascii_lowercase();
        kind.starts_with("image/") && !kind.contains("svg")
    };
    let (address, content_type) = match media.iter().find(is_picture) {
        Some(found) => (found.address.clone(), found.content_type.clone()),
        None => {
            let link = text
                .split_whitespace()
                .find(|word| https_host(word).is_some())?;
            let path = link.split(['?', '#']).next()?.to_ascii_lowercase();
            let (_, kind) = ENDINGS.iter().find(|(ending, _)| path.ends_with(ending))?;
            (link.to_owned(), (*kind).to_owned())
        }
    };
    Some(BotValue::Row(
        [
            ("address".to_owned(), address.into()),
            ("content_type".to_owned(), content_type.into()),
        ]
        .into(),
    ))
}

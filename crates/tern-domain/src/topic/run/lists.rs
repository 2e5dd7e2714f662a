//! Numbered lists by text: how options are shown (V-14, V-16) and how they are picked (V-15).

use crate::topic::session::AskedOption;
use crate::topic::text::as_keyword;

/// V-16: options on one page.
pub(super) const PAGE: usize = 10;
/// Three plain dots: the one character would make the whole text cost more than twice as much.
const MORE: &str = "More...";

/// What an answer to a list means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pick {
    /// These options, by index.
    Options(Vec<usize>),
    /// The next page.
    More,
}

/// The lines of a page: options `from` to `shown`, then `n: More...` if there are more. Numbers go on from
/// page to page.
pub(super) fn page(options: &[AskedOption], from: usize, shown: usize) -> String {
    let mut lines: Vec<String> = options
        .iter()
        .enumerate()
        .take(shown)
        .skip(from)
        .map(|(index, option)| format!("{}: {}", index + 1, option.label.as_str()))
        .collect();
    if shown < options.len() {
        lines.push(format!("{}: {MORE}", shown + 1));
    }
    lines.join("\n")
}

/// What an answer picks. `2`, `2.` and `2)` are the same; `multiple` takes `1,3`.
pub(super) fn pick(
    text: &str,
    options: &[AskedOption],
    shown: usize,
    multiple: bool,
) -> Option<Pick> {
    if multiple {
        let numbers: Option<Vec<usize>> = text
            .split([',', ';', ' ', '&', '+'])
            .filter(|part| !part.trim().is_empty())
            .map(|part| number(part).filter(|number| *number <= shown))
            .collect();
        if let Some(mut numbers) = numbers.filter(|numbers| numbers.len() > 1) {
            numbers.sort_unstable();
            numbers.dedup();
            return Some(Pick::Options(numbers.iter().map(|it| it - 1).collect()));
        }
    }
    if let Some(number) = number(text) {
        return if number <= shown {
            Some(Pick::Options(vec![number - 1]))
        } else {
            (number == shown + 1 && shown < options.len()).then_some(Pick::More)
        };
    }
    let wanted = as_keyword(text);
    if wanted.is_empty() {
        return None;
    }
    if shown < options.len() && wanted == "more" {
        return Some(Pick::More);
    }
    by_label(options, |label| label == wanted)
        .or_else(|| by_label(options, |label| label.starts_with(&wanted)))
        .map(|index| Pick::Options(vec![index]))
}

/// The only option whose label fits.
fn by_label(options: &[AskedOption], fits: impl Fn(&str) -> bool) -> Option<usize> {
    let mut found = options
        .iter()
        .enumerate()
        .filter(|(_, option)| fits(&as_keyword(option.label.as_str())))
        .map(|(index, _)| index);
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// A whole number from 1, with a point or a bracket after it at most.
fn number(text: &str) -> Option<usize> {
    let digits = text.trim().trim_end_matches(['.', ')']);
    let is_number = (1..=4).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    is_number
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|number| *number > 0)
}

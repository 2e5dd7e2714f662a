//! Plain look-alikes of costly characters: offered in the composer, and used to recognise a text that
//! Twilio's smart encoding has rewritten.

use std::borrow::Cow;

/// A plain look-alike of one grapheme, if there is one.
#[must_use]
pub fn of_grapheme(grapheme: &str) -> Option<&'static str> {
    let mut characters = grapheme.chars();
    let first = characters.next()?;
    if characters.next().is_some() {
        None
    } else {
        of_char(first)
    }
}

/// The text with every character that has a look-alike replaced by it.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| of_char(character).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match of_char(character) {
            Some(replacement) => out.push_str(replacement),
            None => out.push(character),
        }
    }
    Cow::Owned(out)
}

const ASCII: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

fn of_char(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{ab}'
        | '\u{bb}'
        | '\u{201c}'..='\u{201f}'
        | '\u{2033}'
        | '\u{2036}'
        | '\u{2039}'
        | '\u{203a}'
        | '\u{275d}'
        | '\u{275e}'
        | '\u{301d}'
        | '\u{301e}'
        | '\u{2ba}'
        | '\u{2dd}'
        | '\u{2ee}' => "\"",
        '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{2035}'
        | '\u{2bb}' | '\u{2bc}' | '\u{2bd}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{275b}'
        | '\u{275c}' => "'",
        '\u{201a}' | '\u{b8}' | '\u{2e32}' => ",",
        '\u{2010}'..='\u{2015}' | '\u{2022}' | '\u{2043}' | '\u{2212}' | '\u{ad}' => "-",
        '\u{2026}' => "...",
        '\u{2024}' | '\u{b7}' => ".",
        '\u{2044}' | '\u{2215}' | '\u{f7}' => "/",
        '\u{2217}' | '\u{204e}' => "*",
        '\u{2223}' | '\u{a6}' => "|",
        '\u{2236}' => ":",
        '\u{223c}' | '\u{2dc}' => "~",
        '\u{2c6}' => "^",
        '\u{203c}' => "!!",
        '\u{bc}' => "1/4",
        '\u{bd}' => "1/2",
        '\u{be}' => "3/4",
        '\u{a0}' => "  ",
        '\t' => "       ",
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "",
        '\u{2028}' | '\u{2029}' | '\u{85}' => "\n",
        '\u{ff01}'..='\u{ff5e}' => return full_width(character),
        _ => return None,
    })
}

/// The full-width forms follow ASCII in its order.
fn full_width(character: char) -> Option<&'static str> {
    let index = usize::try_from(u32::from(character).checked_sub(0xff01)?).ok()?;
    ASCII.get(index..=index)
}

//! vCards 2.1, 3.0 and 4.0, many in one file.

use calcard::vcard::{
    VCard, VCardEntry, VCardParameterValue, VCardProperty, VCardType, VCardValue,
};

use super::rows::{FoundRow, ReadFile, RowProblem};

/// Reads every card. A card without an end, or a line outside of any, is a broken row.
pub(super) fn read(content: &str, encoding: &'static str) -> ReadFile {
    let is = |line: &str, word: &str| line.trim().eq_ignore_ascii_case(word);
    let mut rows: Vec<FoundRow> = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (line, number) in content.trim_start_matches('\u{feff}').lines().zip(1_u32..) {
        if is(line, "BEGIN:VCARD") {
            rows.extend(open.take().map(|(begin, _)| broken(begin, NO_END)));
            open = Some((number, String::new()));
        }
        match open.as_mut() {
            Some((_, card)) => {
                card.push_str(line);
                card.push_str("\r\n");
            }
            None if line.trim().is_empty() => {}
            None => rows.push(broken(number, "This line is not part of a card.")),
        }
        if is(line, "END:VCARD")
            && let Some((begin, card)) = open.take()
        {
            rows.push(VCard::parse(&card).map_or_else(
                |_| broken(begin, "The card cannot be read."),
                |card| row(&card, begin),
            ));
        }
    }
    rows.extend(open.map(|(begin, _)| broken(begin, NO_END)));
    ReadFile {
        format: "vCard",
        encoding,
        ignored_columns: Vec::new(),
        rows,
    }
}

const NO_END: &str = "The card has no end.";

fn broken(line: u32, words: &str) -> FoundRow {
    FoundRow {
        line,
        problem: Some(RowProblem(words.to_owned())),
        ..FoundRow::default()
    }
}

fn row(card: &VCard, line: u32) -> FoundRow {
    let mut row = FoundRow {
        line,
        ..FoundRow::default()
    };
    let mut parts = String::new();
    for entry in &card.entries {
        let text = joined(entry, " ");
        match entry.name {
            VCardProperty::Fn if row.name.is_empty() => row.name = text,
            VCardProperty::N if parts.is_empty() => parts = name_of_parts(entry),
            VCardProperty::Email if row.email.is_empty() => row.email = text,
            VCardProperty::Org if row.account.is_empty() => row.account = text,
            VCardProperty::Note if row.notes.is_empty() => row.notes = text,
            VCardProperty::Categories => row.roles.extend(texts(entry)),
            VCardProperty::Tel => take_number(&mut row, entry, &text),
            _ => {}
        }
    }
    if row.name.trim().is_empty() {
        row.name = parts;
    }
    row
}

/// Mobile where it says so; else the first number that is no fax is the business phone.
fn take_number(row: &mut FoundRow, entry: &VCardEntry, text: &str) {
    let is = |word: &str| {
        entry.params.iter().any(|parameter| match &parameter.value {
            VCardParameterValue::Type(VCardType::Cell) => word == "cell",
            VCardParameterValue::Type(VCardType::Fax) => word == "fax",
            VCardParameterValue::Type(VCardType::Pager) => word == "pager",
            VCardParameterValue::Text(text) => text.to_ascii_lowercase().contains(word),
            _ => false,
        })
    };
    let number = text.trim().trim_start_matches("tel:").to_owned();
    if is("fax") || is("pager") {
        return;
    }
    let field = if is("cell") || is("mobile") || is("iphone") {
        &mut row.mobile
    } else {
        &mut row.phone
    };
    if field.is_empty() {
        *field = number;
    }
}

/// `N` is family, given, additional, prefix, suffix.
fn name_of_parts(entry: &VCardEntry) -> String {
    let parts = texts(entry);
    let at = |index: usize| parts.get(index).map(String::as_str).unwrap_or_default();
    [at(3), at(1), at(2), at(0), at(4)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn joined(entry: &VCardEntry, between: &str) -> String {
    let mut texts = texts(entry);
    texts.retain(|text| !text.is_empty());
    texts.join(between)
}

fn texts(entry: &VCardEntry) -> Vec<String> {
    let mut texts = Vec::new();
    for value in &entry.values {
        match value {
            VCardValue::Text(text) => texts.push(text.trim().to_owned()),
            VCardValue::Component(parts) => {
                texts.push(parts.join(" ").trim().to_owned());
            }
            VCardValue::Integer(number) => texts.push(number.to_string()),
            _ => {}
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_every_version_are_read() {
        let file = read(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen\r\nTEL;CELL:+49 1512 3456789\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë O'Neill\r\nTEL;TYPE=work,voice:(415) 555-2671\r\nTEL;TYPE=fax:+14155552672\r\nORG:Example;Sales\r\nEMAIL;TYPE=INTERNET:zoe@example.com\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Li Wei\r\nTEL;VALUE=uri;TYPE=cell:tel:+14155552673\r\nCATEGORIES:vip,north\r\nEND:VCARD\r\n",
            "UTF-8",
        );
        let rows: Vec<_> = file
            .rows
            .iter()
            .map(|row| {
                (
                    row.line,
                    row.name.as_str(),
                    row.mobile.as_str(),
                    row.phone.as_str(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (1, "Jürgen Müller", "+49 1512 3456789", ""),
                (6, "Zoë O'Neill", "", "(415) 555-2671"),
                (14, "Li Wei", "+14155552673", "")
            ]
        );
        assert_eq!(file.rows[1].account, "Example Sales");
        assert_eq!(file.rows[2].roles.len(), 2);
    }

    #[test]
    fn a_card_without_an_end_is_broken_and_named_by_its_line() {
        let file = read(
            "BEGIN:VCARD\nFN:Half\nBEGIN:VCARD\nFN:Whole\nEND:VCARD\nstray\n",
            "UTF-8",
        );
        let found: Vec<_> = file
            .rows
            .iter()
            .map(|row| (row.line, row.problem.is_some()))
            .collect();
        assert_eq!(found, [(1, true), (3, false), (6, true)]);
    }
}

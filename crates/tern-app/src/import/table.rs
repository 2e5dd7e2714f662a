//! CSV: delimiter by its first line, columns by their headings, in English and German.

use csv::{Position, ReaderBuilder, StringRecord, Trim};

use super::refused;
use super::rows::{FoundRow, ReadFile, RowProblem};
use crate::error::ApiError;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    FirstName,
    LastName,
    Kind,
    Mobile,
    Phone,
    Email,
    Account,
    Territory,
    Notes,
    Roles,
    Ignored,
}

/// Headings, in letters only and lower case.
const HEADINGS: [(Column, &[&str]); 11] = [
    (
        Column::Name,
        &["name", "fullname", "displayname", "contactname", "person"],
    ),
    (Column::FirstName, &["firstname", "givenname", "vorname"]),
    (
        Column::LastName,
        &["lastname", "surname", "familyname", "nachname"],
    ),
    (Column::Kind, &["kind", "type", "persontype", "art"]),
    (
        Column::Mobile,
        &[
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "handy",
            "mobil",
            "phonemobile",
            "number",
            "mobiltelefon",
        ],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "businessphone",
            "workphone",
            "tel",
            "telefon",
            "phonevalue",
        ],
    ),
    (
        Column::Email,
        &["email", "mail", "emailaddress", "emailvalue"],
    ),
    (
        Column::Account,
        &[
            "account",
            "company",
            "organization",
            "organisation",
            "firma",
            "organizationname",
        ],
    ),
    (
        Column::Territory,
        &["territory", "country", "countrycode", "location", "land"],
    ),
    (
        Column::Notes,
        &["notes", "note", "comment", "comments", "notizen"],
    ),
    (Column::Roles, &["roles", "role", "tags", "labels"]),
];

fn column(heading: &str) -> Column {
    let letters: String = heading
        .chars()
        .filter(|character| character.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    HEADINGS
        .iter()
        .find(|(_, names)| names.contains(&letters.as_str()))
        .map_or(Column::Ignored, |(column, _)| *column)
}

/// The character that the first line has most of.
pub(super) fn delimiter(content: &str) -> u8 {
    let first = content.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// A table as it stands in a file.
#[derive(Clone)]
pub(crate) struct RawTable {
    /// The first line.
    pub(crate) headings: Vec<String>,
    /// The others; empty ones are left out.
    pub(crate) rows: Vec<RawRow>,
}

/// One line of a table.
#[derive(Clone)]
pub(crate) struct RawRow {
    /// Line of the file on which it begins, from 1.
    pub(crate) line: u32,
    /// Its cells; empty if it cannot be read.
    pub(crate) cells: Vec<String>,
    /// Why it cannot be read, or does not fit the headings.
    pub(crate) problem: Option<RowProblem>,
}

/// Reads a table with a line of headings, whatever the headings mean.
pub(super) fn read_raw(content: &str) -> Result<RawTable, ApiError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(content))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(content.as_bytes());
    let headings: Vec<String> = reader
        .headers()
        .map_err(|_| {
            refused(
                "The first line cannot be read.",
                "Save the file as CSV again.",
            )
        })?
        .iter()
        .map(|heading| heading.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let line = line_of(content, reader.position());
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                if record.iter().any(|cell| !cell.is_empty()) {
                    rows.push(RawRow {
                        line,
                        cells: record.iter().map(str::to_owned).collect(),
                        problem: (record.len() != headings.len()).then(|| {
                            RowProblem(format!(
                                "It has {} columns where the first line has {}.",
                                record.len(),
                                headings.len()
                            ))
                        }),
                    });
                }
            }
            Err(_) => rows.push(RawRow {
                line,
                cells: Vec::new(),
                problem: Some(RowProblem("This line cannot be read as CSV.".to_owned())),
            }),
        }
    }
    Ok(RawTable { headings, rows })
}

/// Reads people out of a table.
pub(super) fn read(content: &str, encoding: &'static str) -> Result<ReadFile, ApiError> {
    let table = read_raw(content)?;
    let columns: Vec<Column> = table.headings.iter().map(|it| column(it)).collect();
    let has_name = columns
        .iter()
        .any(|column| matches!(column, Column::Name | Column::FirstName | Column::LastName));
    if !has_name {
        return Err(refused(
            "The first line names no column for the name.",
            "Give the columns headings such as name, mobile phone, phone, email, company, country.",
        ));
    }
    let ignored_columns = table
        .headings
        .iter()
        .zip(&columns)
        .filter(|(heading, column)| **column == Column::Ignored && !heading.is_empty())
        .map(|(heading, _)| heading.clone())
        .collect();
    Ok(ReadFile {
        format: "CSV",
        encoding,
        ignored_columns,
        rows: table
            .rows
            .into_iter()
            .map(|raw| row(&columns, raw))
            .collect(),
    })
}

/// The line on which the next record begins: empty lines before it are passed over.
fn line_of(content: &str, position: &Position) -> u32 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let skipped = content
        .as_bytes()
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| **byte == b'\n')
        .count();
    let line = usize::try_from(position.line()).unwrap_or(usize::MAX);
    u32::try_from(line.saturating_add(skipped)).unwrap_or(u32::MAX)
}

fn row(columns: &[Column], raw: RawRow) -> FoundRow {
    let mut row = FoundRow {
        line: raw.line,
        problem: raw.problem,
        ..FoundRow::default()
    };
    let (mut first, mut last) = (String::new(), String::new());
    for (column, cell) in columns.iter().zip(raw.cells) {
        let field = match column {
            Column::Name => &mut row.name,
            Column::FirstName => &mut first,
            Column::LastName => &mut last,
            Column::Kind => &mut row.kind,
            Column::Mobile => &mut row.mobile,
            Column::Phone => &mut row.phone,
            Column::Email => &mut row.email,
            Column::Account => &mut row.account,
            Column::Territory => &mut row.territory,
            Column::Notes => &mut row.notes,
            Column::Roles => {
                row.roles.extend(
                    cell.split([',', ';', '|'])
                        .map(|role| role.trim().to_owned()),
                );
                continue;
            }
            Column::Ignored => continue,
        };
        if field.is_empty() {
            *field = cell;
        }
    }
    if row.name.is_empty() {
        row.name = format!("{first} {last}").trim().to_owned();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_delimiters_quotes_and_lines_are_understood() {
        let file = read(
            "First name;Last name;Mobile Phone;E-mail;Shoe size\n\
             Zoë;\"O'Neill; the \"\"1st\"\"\";+1 415 555 2671;z@example.com;38\n\n\
             Bob;Ross;\n",
            "UTF-8",
        )
        .unwrap();
        assert_eq!(file.ignored_columns, ["Shoe size"]);
        assert_eq!(file.rows[0].name, "Zoë O'Neill; the \"1st\"");
        assert_eq!(
            (file.rows[0].line, file.rows[0].mobile.as_str()),
            (2, "+1 415 555 2671")
        );
        assert_eq!(file.rows[1].line, 4);
        assert_eq!(
            file.rows[1].problem,
            Some(RowProblem(
                "It has 3 columns where the first line has 5.".into()
            ))
        );
    }

    #[test]
    fn a_table_without_a_name_is_refused() {
        assert!(read("a,b\n1,2\n", "UTF-8").is_err());
    }
}

//! The table of an export: one text a row, for programs that calculate.
//!
//! A cell that such a program would take for a formula begins with an apostrophe: texts come from strangers, and
//! opening a table must not run what they wrote. Numbers of phones stay as they are: a plus and digits calculate
//! nothing.

use std::io::Write;

use crate::writer::WriteError;
use crate::{From, Line};

const HEAD: [&str; 11] = [
    "at",
    "requester",
    "team_number",
    "from",
    "name",
    "text",
    "removed",
    "masked",
    "status",
    "sid",
    "files",
];

/// A table that is being written.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Begins a table with its head, or goes on with one.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn begin(sink: W, with_head: bool) -> Result<Self, WriteError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(sink);
        if with_head {
            writer.write_record(HEAD)?;
        }
        Ok(Self(writer))
    }

    /// A row.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn row(&mut self, line: &Line) -> Result<(), WriteError> {
        let files: Vec<&str> = line
            .attached
            .iter()
            .map(|it| it.file.as_deref().unwrap_or(&it.words))
            .collect();
        let yes = |it: bool| if it { "yes" } else { "" };
        self.0.write_record([
            line.at.as_str(),
            &phone(&line.requester),
            &phone(&line.provider),
            from_words(line.from),
            &harmless(&line.name),
            &harmless(&line.body),
            yes(line.removed),
            yes(line.masked),
            &harmless(&line.status),
            line.sid.as_deref().unwrap_or_default(),
            &harmless(&files.join(" ")),
        ])?;
        Ok(())
    }

    /// Nothing more is written to it; hands back what it was written to.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(self) -> Result<W, WriteError> {
        self.0
            .into_inner()
            .map_err(|error| WriteError::Io(error.into_error()))
    }
}

pub(crate) const fn from_words(from: From) -> &'static str {
    match from {
        From::Requester => "requester",
        From::Agent => "agent",
        From::VirtualAgent => "virtual agent",
        From::Team => "team",
        From::Private => "private",
        From::Event => "event",
    }
}

/// Words that no program takes for a formula.
fn harmless(words: &str) -> String {
    match words.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{words}")
        }
        _ => words.to_owned(),
    }
}

fn phone(number: &str) -> String {
    let is_number = number
        .strip_prefix('+')
        .is_some_and(|digits| digits.chars().all(|it| it.is_ascii_digit()));
    if is_number {
        number.to_owned()
    } else {
        harmless(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_wrote_is_never_a_formula() {
        for formula in [
            "=HYPERLINK(\"x\")",
            "+1+1",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
        ] {
            assert!(harmless(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(harmless("Is 2 = 2?"), "Is 2 = 2?");
        assert_eq!(phone("+18335550100"), "+18335550100");
        assert_eq!(phone("+1+cmd"), "'+1+cmd");
    }
}

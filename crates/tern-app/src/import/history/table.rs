//! Rows of a table.
//!
//! By csv-core and not by csv's reader, because that one holds a record however large it gets: a quote that is never
//! closed would be the rest of the file.

use std::io::Read;
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use tern_domain::history_import::{RowProblem, SourceRow};

use super::stream::Characters;
use super::{FoundHistory, LARGEST_ROW, MOST_COLUMNS, refused};
use crate::error::ApiError;
use crate::import::table::delimiter;

/// One record as it was read.
enum Record {
    Cells(Vec<String>),
    Broken(RowProblem),
}

pub(super) struct TableRows<R> {
    characters: Characters<R>,
    delimiter: u8,
    reader: Reader,
    names: Arc<[String]>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    line: u64,
}

impl<R: Read> TableRows<R> {
    pub(super) fn begin(mut characters: Characters<R>) -> Result<Self, ApiError> {
        let first = characters.peek()?;
        let first =
            String::from_utf8_lossy(first.get(..first.len().min(LARGEST_ROW)).unwrap_or(first));
        let delimiter = delimiter(first.trim_start());
        let mut rows = Self {
            characters,
            delimiter,
            reader: reader(delimiter),
            names: Arc::from([]),
            fields: vec![0; 8 * 1024],
            ends: vec![0; 64],
            line: 1,
        };
        match rows.record()? {
            Some((_, Record::Cells(names))) => {
                rows.names = names
                    .into_iter()
                    .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
                    .collect();
                Ok(rows)
            }
            Some((_, Record::Broken(RowProblem::Columns))) => Err(refused(
                "The first line has more than 1000 columns.",
                "Choose a file whose first line names its columns.",
            )),
            _ => Err(refused(
                "The first line cannot be read.",
                "Save the file as CSV again, with the names of its columns in the first line.",
            )),
        }
    }

    pub(super) const fn read_bytes(&self) -> u64 {
        self.characters.read_bytes()
    }

    /// Bytes that it holds.
    #[cfg(test)]
    pub(super) const fn held(&self) -> usize {
        self.fields.len() + self.characters.held()
    }

    pub(super) fn next(&mut self) -> Result<Option<FoundHistory>, ApiError> {
        loop {
            let Some((line, record)) = self.record()? else {
                return Ok(None);
            };
            return Ok(Some(match record {
                Record::Cells(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => continue,
                Record::Cells(cells) if cells.len() != self.names.len() => {
                    Err((line, RowProblem::Columns))
                }
                Record::Cells(cells) => Ok(SourceRow {
                    line,
                    names: Arc::clone(&self.names),
                    cells,
                }),
                Record::Broken(problem) => Err((line, problem)),
            }));
        }
    }

    /// The next record with the line on which it begins.
    fn record(&mut self) -> Result<Option<(u64, Record)>, ApiError> {
        self.skip_line_ends()?;
        let line = self.line;
        self.reader.set_line(line);
        let (mut field_end, mut ends_end) = (0, 0);
        loop {
            let input = self.characters.peek()?;
            let (result, taken, written, ended) = self.reader.read_record(
                input,
                self.fields.get_mut(field_end..).unwrap_or_default(),
                self.ends.get_mut(ends_end..).unwrap_or_default(),
            );
            self.characters.take(taken);
            self.line = self.reader.line();
            field_end += written;
            ends_end += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.fields.len() < LARGEST_ROW => {
                    self.fields.resize(self.fields.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_COLUMNS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => {
                    self.go_on_at_next_line()?;
                    return Ok(Some((line, Record::Broken(RowProblem::TooLarge))));
                }
                ReadRecordResult::OutputEndsFull => {
                    self.go_on_at_next_line()?;
                    return Ok(Some((line, Record::Broken(RowProblem::Columns))));
                }
                ReadRecordResult::Record => {
                    return Ok(Some((line, self.cells(ends_end))));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn cells(&self, count: usize) -> Record {
        let mut cells = Vec::with_capacity(count);
        let mut start = 0;
        for end in self.ends.iter().take(count) {
            let Some(Ok(cell)) = self.fields.get(start..*end).map(std::str::from_utf8) else {
                return Record::Broken(RowProblem::Unreadable);
            };
            cells.push(cell.to_owned());
            start = *end;
        }
        Record::Cells(cells)
    }

    /// Empty lines are no records, but they are lines.
    fn skip_line_ends(&mut self) -> Result<(), ApiError> {
        loop {
            let input = self.characters.peek()?;
            let ends = input
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let (mut count, mut lines) = (0, 0);
            for byte in ends {
                count += 1;
                lines += u64::from(*byte == b'\n');
            }
            if count == 0 {
                return Ok(());
            }
            self.line += lines;
            self.characters.take(count);
        }
    }

    /// Gives a record up: the next one begins after the next end of a line, whether or not a quote is open.
    fn go_on_at_next_line(&mut self) -> Result<(), ApiError> {
        self.reader = reader(self.delimiter);
        loop {
            let input = self.characters.peek()?;
            if input.is_empty() {
                return Ok(());
            }
            match input.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.characters.take(end);
                    return Ok(());
                }
                None => {
                    let all = input.len();
                    self.characters.take(all);
                }
            }
        }
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

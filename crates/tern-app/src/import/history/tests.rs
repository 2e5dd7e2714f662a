//! Files of every kind, and of none: rows are told with their lines, and memory stays bounded.

use std::io::{self, Read};

use super::*;

fn rows_of(content: &[u8]) -> Vec<FoundHistory> {
    let mut rows = HistoryRows::begin(content).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        found.push(row);
    }
    found
}

fn cell(row: &FoundHistory, name: &str) -> String {
    row.as_ref().unwrap().cell(name).unwrap_or("").to_owned()
}

fn problems(rows: &[FoundHistory]) -> Vec<(u64, RowProblem)> {
    rows.iter().filter_map(|row| row.clone().err()).collect()
}

/// A file that is made while it is read: so many bytes of it, in rows of a kilobyte.
struct Endless {
    head: &'static [u8],
    left: usize,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(buffer);
        }
        let count = buffer.len().min(self.left);
        for byte in buffer.iter_mut().take(count) {
            self.at += 1;
            *byte = match self.at % 1024 {
                0 => b'\n',
                512 => b',',
                _ => b'x',
            };
        }
        self.left -= count;
        Ok(count)
    }
}

#[test]
fn a_table_is_read_with_its_lines_whatever_its_delimiter_and_encoding() {
    let rows = rows_of("\u{feff}a;b\n1;\"x\ny\"\n\n3;4\n".as_bytes());
    assert_eq!(
        (cell(&rows[0], "a"), cell(&rows[0], "b")),
        ("1".into(), "x\ny".into())
    );
    assert_eq!(rows[1].as_ref().unwrap().line, 5);
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("a\tb\nZoë\t2\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(cell(&rows_of(&utf16)[0], "a"), "Zoë");
    assert_eq!(
        cell(&rows_of(b"a,b\nJ\xfcrgen,M\xfcnchen stra\xdfe\n")[0], "a"),
        "Jürgen"
    );
}

#[test]
fn a_cell_of_ten_megabytes_is_told_with_its_line_and_the_rest_is_read() {
    let mut file = b"a,b\n1,2\n3,\"".to_vec();
    file.extend(vec![b'x'; 10 * 1024 * 1024]);
    file.extend_from_slice(b"\"\n5,6\n");
    let rows = rows_of(&file);
    assert_eq!(problems(&rows), [(3, RowProblem::TooLarge)]);
    assert_eq!(cell(rows.last().unwrap(), "a"), "5");
}

#[test]
fn a_quote_that_is_never_closed_costs_what_it_swallowed_and_no_more() {
    let mut file = b"a,b\n1,\"open\n".to_vec();
    for number in 0..200_000 {
        file.extend_from_slice(format!("{number},two\n").as_bytes());
    }
    let rows = rows_of(&file);
    assert_eq!(problems(&rows)[0], (2, RowProblem::TooLarge));
    assert_eq!(cell(rows.last().unwrap(), "a"), "199999");
}

#[test]
fn a_million_columns_are_refused_and_a_row_with_other_columns_is_told() {
    let file = "x,".repeat(1_000_000);
    assert!(HistoryRows::begin(file.as_bytes()).is_err());
    let rows = rows_of(b"a,b\n1\n1,2,3\n1,2\n");
    assert_eq!(
        problems(&rows),
        [(2, RowProblem::Columns), (3, RowProblem::Columns)]
    );
}

#[test]
fn what_is_no_text_is_refused() {
    let file: Vec<u8> = (0..4096).map(|n| if n % 3 == 0 { 0 } else { 7 }).collect();
    assert!(HistoryRows::begin(file.as_slice()).is_err());
    assert!(HistoryRows::begin(b"  \n".as_slice()).is_err());
}

#[test]
fn a_file_of_a_quarter_of_a_gigabyte_takes_the_memory_of_a_row() {
    let file = Endless {
        head: b"a,b\n",
        left: 256 * 1024 * 1024,
        at: 0,
    };
    let mut rows = HistoryRows::begin(file).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        count += u32::from(row.is_ok());
        let Rows::Table(table) = &rows.rows else {
            unreachable!()
        };
        assert!(table.held() < 1024 * 1024, "{}", table.held());
    }
    assert!(count > 260_000);
}

#[test]
fn json_is_read_as_an_array_lines_and_around_rows() {
    for file in [
        r#"[{"a":1,"b":{"c":"x"}},{"a":2}]"#,
        "{\"a\":1,\"b\":{\"c\":\"x\"}}\n{\"a\":2}\n",
        r#"{"page":0,"messages":[{"a":1,"b":{"c":"x"}},{"a":2}]}"#,
        r#"{"data":{"meta":{},"payload":[{"a":1,"b":{"c":"x"}},{"a":2}]}}"#,
    ] {
        let rows = rows_of(file.as_bytes());
        assert_eq!(rows.len(), 2, "{file}");
        assert_eq!(
            (cell(&rows[0], "a"), cell(&rows[0], "b.c")),
            ("1".into(), "x".into())
        );
        assert_eq!(cell(&rows[1], "a"), "2");
    }
}

#[test]
fn rows_know_what_stands_around_them() {
    let rows = rows_of(
        br#"{"payload":[{"id":7,"meta":{"sender":{"phone_number":"+15005550001"}},
            "messages":[{"content":"hi"},{"content":"there"}]}]}"#,
    );
    assert_eq!(cell(&rows[1], "content"), "there");
    assert_eq!(
        cell(&rows[1], "parent.meta.sender.phone_number"),
        "+15005550001"
    );
}

#[test]
fn broken_rows_of_json_are_told_with_their_lines_and_the_rest_is_read() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(300), "]}".repeat(300));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    let file = format!("[\n{{\"a\":1}},\n{{\"a\":}},\n{deep},\n{large},\n7,\n{{\"a\":\"]}}\"}}\n]");
    let rows = rows_of(file.as_bytes());
    assert_eq!(
        problems(&rows),
        [
            (3, RowProblem::Unreadable),
            (4, RowProblem::TooDeep),
            (5, RowProblem::TooLarge),
            (6, RowProblem::Unreadable),
        ]
    );
    assert_eq!(cell(rows.last().unwrap(), "a"), "]}");
    let lines = rows_of(b"{\"a\":1}\nnonsense\n{\"a\":2}\n{\"a\":");
    assert_eq!(
        problems(&lines),
        [(2, RowProblem::Unreadable), (4, RowProblem::Unreadable)]
    );
}

#[test]
fn an_object_around_rows_may_be_of_any_size() {
    let row = format!("{{\"a\":\"{}\"}},", "y".repeat(100_000));
    let file = format!(
        "{{\"tags\":[{{\"a\":\"no\"}}],\n\"messages\":[{}{{\"a\":\"last\"}}],\"end\":1}}",
        row.repeat(120)
    );
    let rows = rows_of(file.as_bytes());
    assert_eq!((rows.len(), problems(&rows).len()), (121, 0));
    assert_eq!(cell(rows.last().unwrap(), "a"), "last");
    assert_eq!(rows[0].as_ref().unwrap().line, 2);
}

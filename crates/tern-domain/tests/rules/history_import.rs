//! Texts of other systems: shapes are recognised, rows become texts or say why not, and the same text is found again.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tern_domain::history_import::*;
use tern_domain::{
    Address, ConversationKey, DeliveryStatus, Direction, EventBody, Keyword, MessageText, OptOut,
    PhoneNumber, Territory, UtcMillis,
};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const OURS: &str = "+15005550006";
const THEIRS: &str = "+14155550123";

/// One event of each type.
pub(crate) fn every_event() -> Vec<EventBody> {
    let counts = HistoryImportCounts {
        texts: 3,
        conversations: 2,
        people: 1,
        duplicates: 4,
        left_out: 5,
    };
    vec![
        EventBody::HistoryImported { import: 7, counts },
        EventBody::HistoryRemoved { import: 7, counts },
    ]
}

fn names(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|it| (*it).to_owned()).collect()
}

fn row(cells: &[(&str, &str)]) -> SourceRow {
    SourceRow {
        line: 2,
        names: cells.iter().map(|(name, _)| (*name).to_owned()).collect(),
        cells: cells.iter().map(|(_, cell)| (*cell).to_owned()).collect(),
    }
}

/// Reads a row by what its names say.
fn read(cells: &[(&str, &str)]) -> Result<HistoryText, RowProblem> {
    read_with(cells, |_| {})
}

fn read_with(
    cells: &[(&str, &str)],
    change: impl FnOnce(&mut HistoryMapping),
) -> Result<HistoryText, RowProblem> {
    let columns: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
    let (shape, columns) = recognise(&names(&columns));
    let mut mapping = HistoryMapping {
        columns,
        our_number: None,
        time: TimeFormat::Automatic,
        zone: "Europe/Berlin".to_owned(),
        territory: Territory::parse("US").unwrap(),
    };
    change(&mut mapping);
    let own = vec![PhoneNumber::parse(OURS).unwrap()];
    RowReader::new(shape, mapping, own, NOW)
        .unwrap()
        .read(&row(cells))
}

const SID: &str = "SM00000000000000000000000000000001";

#[test]
fn the_log_of_twilios_console_is_recognised_and_read() {
    let text = read(&[
        ("From", THEIRS),
        ("To", OURS),
        ("Body", "Where is my bicycle?"),
        ("Status", "received"),
        ("SentDate", "2023-05-01T10:00:00Z"),
        ("ApiVersion", "2010-04-01"),
        ("NumSegments", "2"),
        ("ErrorCode", "0"),
        ("AccountSid", "AC1"),
        ("Sid", SID),
        ("Direction", "inbound"),
        ("Price", "-0.01"),
        ("PriceUnit", "USD"),
    ])
    .unwrap();
    assert_eq!(text.sid.unwrap().as_str(), SID);
    assert_eq!(text.key.requester.as_str(), THEIRS);
    assert_eq!(
        (text.direction, text.segments, text.error_code),
        (Direction::Inbound, 2, None)
    );
    assert_eq!(text.at, UtcMillis(1_682_935_200_000));
}

#[test]
fn the_list_of_twilios_api_is_read_and_what_went_over_another_channel_is_not() {
    let cells = |from: &'static str| {
        vec![
            ("sid", SID),
            ("from", from),
            ("to", THEIRS),
            ("body", "On its way"),
            ("direction", "outbound-api"),
            ("status", "undelivered"),
            ("error_code", "30003"),
            ("date_sent", "Mon, 01 May 2023 10:00:00 +0000"),
            ("num_media", "0"),
        ]
    };
    let text = read(&cells(OURS)).unwrap();
    assert_eq!(
        (text.direction, text.error_code),
        (Direction::Outbound, Some(30003))
    );
    assert_eq!(text.status, DeliveryStatus::Undelivered);
    assert_eq!(text.key.provider.as_str(), OURS);
    assert_eq!(
        read(&cells("whatsapp:+15005550006")),
        Err(RowProblem::OtherChannel)
    );
}

#[test]
fn messages_of_chatwoot_are_read_with_the_conversation_around_them() {
    let cells = |way: &'static str, private: &'static str| {
        vec![
            ("id", "41"),
            ("content", "Hello"),
            ("message_type", way),
            ("private", private),
            ("created_at", "1682935200"),
            ("sender.name", "Ana"),
            ("parent.meta.sender.phone_number", THEIRS),
            ("parent.meta.sender.name", "Maya Lindqvist"),
        ]
    };
    let ours = |mapping: &mut HistoryMapping| mapping.our_number = PhoneNumber::parse(OURS).ok();
    let text = read_with(&cells("1", "false"), ours).unwrap();
    assert_eq!(
        (text.agent.as_str(), text.name.as_str()),
        ("Ana", "Maya Lindqvist")
    );
    assert_eq!(
        (text.source_id.as_str(), text.direction),
        ("41", Direction::Outbound)
    );
    assert_eq!(read_with(&cells("0", "false"), ours).unwrap().agent, "");
    assert_eq!(
        read_with(&cells("2", "false"), ours),
        Err(RowProblem::NotAText)
    );
    assert_eq!(
        read_with(&cells("1", "true"), ours),
        Err(RowProblem::NotAText)
    );
    assert_eq!(
        read(&cells("1", "false")),
        Err(RowProblem::Missing(HistoryField::Ours))
    );
}

#[test]
fn articles_of_zammad_lose_their_marks_and_emails_are_left_out() {
    let cells = |kind: &'static str| {
        vec![
            ("id", "3"),
            ("ticket_id", "9"),
            ("from", "Bob Smith <+14155550123>"),
            ("to", OURS),
            ("body", "one<br>two &amp; <b>three</b>"),
            ("content_type", "text/html"),
            ("type", kind),
            ("sender", "Customer"),
            ("internal", "false"),
            ("created_at", "2023-05-01T10:00:00.119Z"),
        ]
    };
    let text = read(&cells("sms")).unwrap();
    assert_eq!(text.body.as_str(), "one\ntwo & three");
    assert_eq!(text.key.requester.as_str(), THEIRS);
    assert_eq!(read(&cells("email")), Err(RowProblem::NotAText));
}

#[test]
fn a_table_of_any_kind_is_mapped_and_its_own_number_tells_the_direction() {
    let cells = |from: &'static str, to: &'static str, at: &'static str| {
        vec![
            ("Von", from),
            ("An", to),
            ("Nachricht", "Guten Tag"),
            ("Datum", at),
        ]
    };
    let text = read(&cells("(415) 555-0123", OURS, "01.05.2023 12:00")).unwrap();
    assert_eq!(
        (text.direction, text.has_seconds),
        (Direction::Inbound, false)
    );
    // Berlin, in summer.
    assert_eq!(text.at, UtcMillis(1_682_935_200_000));
    assert_eq!(
        read(&cells(THEIRS, "+14155550124", "01.05.2023 12:00")),
        Err(RowProblem::WhoseNumber)
    );
    assert_eq!(
        read(&cells("nobody", OURS, "soon")),
        Err(RowProblem::BadTime)
    );
    assert_eq!(
        read(&cells("", OURS, "soon")),
        Err(RowProblem::Missing(HistoryField::From))
    );
    assert_eq!(
        read(&cells(THEIRS, OURS, "03/04/2023 10:00")),
        Err(RowProblem::AmbiguousTime)
    );
    assert_eq!(
        read(&cells(THEIRS, OURS, "01.05.1823 10:00")),
        Err(RowProblem::ImpossibleTime)
    );
    assert_eq!(
        read(&cells(THEIRS, OURS, "01.05.2093 10:00")),
        Err(RowProblem::ImpossibleTime)
    );
    let month_first = read_with(&cells(THEIRS, OURS, "03/04/2023 01:30:05 PM"), |mapping| {
        mapping.time = TimeFormat::MonthDayYear;
        mapping.zone = "UTC".to_owned();
    });
    assert_eq!(month_first.unwrap().at, UtcMillis(1_677_936_605_000));
}

#[test]
fn a_row_says_what_is_wrong_with_it() {
    let cells = |body: &'static str, way: &'static str| {
        vec![
            ("customer", THEIRS),
            ("our number", OURS),
            ("direction", way),
            ("time", "1682935200"),
            ("text", body),
        ]
    };
    assert!(read(&cells("hi", "in")).is_ok());
    assert_eq!(read(&cells("hi\0", "in")), Err(RowProblem::NulCharacter));
    assert_eq!(read(&cells("  ", "in")), Err(RowProblem::Empty));
    assert_eq!(
        read(&cells("hi", "sideways")),
        Err(RowProblem::UnknownDirection)
    );
    let long = "x".repeat(LONGEST_HISTORY_TEXT + 1);
    let mut cells = cells("hi", "out");
    cells[4].1 = &long;
    assert_eq!(read(&cells), Err(RowProblem::TooLong));
}

fn text(at: i64, body: &str) -> HistoryText {
    HistoryText {
        sid: None,
        source_id: String::new(),
        key: ConversationKey::sms(Address::parse(THEIRS), PhoneNumber::parse(OURS).unwrap()),
        direction: Direction::Inbound,
        at: UtcMillis(at),
        has_seconds: true,
        body: MessageText::new(body),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 0,
        pictures: 0,
        agent: String::new(),
        name: String::new(),
    }
}

#[test]
fn the_same_text_is_found_within_some_seconds_and_a_removed_one_stays_away() {
    let it = text(1_682_935_200_000, "hi");
    let here = |at: i64, body: &'static str| SameText {
        direction: Direction::Inbound,
        at: UtcMillis(at),
        body,
        has_sid: false,
        is_redacted: false,
    };
    assert!(same_text(&it, &here(1_682_935_195_000, "hi")));
    assert!(same_text(&it, &here(1_682_935_205_000, "hi")));
    assert!(!same_text(&it, &here(1_682_935_207_000, "hi")));
    assert!(!same_text(&it, &here(1_682_935_200_000, "ho")));
    let removed = SameText {
        is_redacted: true,
        ..here(1_682_935_200_000, "")
    };
    assert!(same_text(&it, &removed));
    let mut told = it.clone();
    told.sid = SID.parse().ok();
    let other = SameText {
        has_sid: true,
        ..here(1_682_935_200_000, "hi")
    };
    assert!(!same_text(&told, &other), "two SIDs are two texts");
    let mut to_the_minute = it;
    to_the_minute.has_seconds = false;
    assert!(same_text(&to_the_minute, &here(1_682_935_259_000, "hi")));
}

#[test]
fn s_7_the_newest_word_counts_a_stop_blocks_and_a_start_lifts_nothing() {
    let mut seen = BTreeMap::new();
    for (at, body) in [(3, "START"), (1, "hello"), (2, "Stop")] {
        newest_keyword(&mut seen, &text(at * 1_000_000, body));
    }
    let newest = seen.values().next().copied().unwrap();
    assert_eq!(newest.block(OptOut::NEVER), None, "START came last");
    newest_keyword(&mut seen, &text(4_000_000, "STOP"));
    let newest = seen.values().next().copied().unwrap();
    assert!(newest.block(OptOut::NEVER).unwrap().is_in_force());
    let opted_in = OptOut::NEVER.with(
        Keyword::OptIn {
            also_ordinary: false,
        },
        UtcMillis(5_000_000),
    );
    assert_eq!(newest.block(opted_in), None, "what is known is newer");
    let blocked = OptOut::NEVER.with(Keyword::OptOut, UtcMillis(1));
    let start = KeywordSeen {
        keyword: Keyword::OptIn {
            also_ordinary: false,
        },
        at: UtcMillis(9_000_000),
    };
    assert_eq!(start.block(blocked), None);
}

proptest! {
    #[test]
    fn positions_follow_the_time_and_stay_where_a_window_can_hold_them(one in 0_i64..4_000_000_000_000, other in 0_i64..4_000_000_000_000) {
        let (one, other) = (UtcMillis(one.min(other)), UtcMillis(one.max(other)));
        let (first, last) = imported_positions(one, one);
        let (later, end) = imported_positions(other, other);
        prop_assert!(first <= last && is_imported_position(last));
        prop_assert!(first > -(1 << 53));
        if one.0.div_euclid(1000) < other.0.div_euclid(1000) && other.0 < (1_i64 << 31) * 1000 {
            prop_assert!(last < later);
        }
        prop_assert!(end <= IMPORTED_CEILING);
    }

    #[test]
    fn no_row_makes_the_reader_panic_and_reading_is_always_the_same(cells in proptest::collection::vec((".{0,12}", ".{0,40}"), 0..8)) {
        let borrowed: Vec<(&str, &str)> = cells.iter().map(|(name, cell)| (name.as_str(), cell.as_str())).collect();
        prop_assert_eq!(read(&borrowed), read(&borrowed));
    }

    #[test]
    fn every_time_that_is_written_out_is_read_back(at in 800_000_000_i64..1_789_000_000) {
        let written = jiff_like(at);
        let read = TimeFormat::Automatic.read(&written, &jiff::tz::TimeZone::UTC, NOW).unwrap();
        prop_assert_eq!(read.at, UtcMillis(at * 1000));
        let unix = TimeFormat::Automatic.read(&at.to_string(), &jiff::tz::TimeZone::UTC, NOW).unwrap();
        prop_assert_eq!(unix.at, read.at);
    }

    #[test]
    fn a_text_is_the_same_as_itself_and_its_key_tells_it_from_others(at in 800_000_000_000_i64..1_789_000_000_000, body in ".{1,20}", other in ".{1,20}") {
        let it = text(at, &body);
        let here = SameText { direction: it.direction, at: it.at, body: &body, has_sid: false, is_redacted: false };
        prop_assert!(same_text(&it, &here));
        let different = text(at, &other);
        prop_assert_eq!(source_key(&it) == source_key(&different), body == other);
    }
}

fn jiff_like(at: i64) -> String {
    jiff::Timestamp::from_second(at)
        .unwrap()
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

//! Topics and tables on a real encrypted file: versions that outlive drafts, look-ups by folded values, keys.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeMap;

use support::open_store;
use tern_domain::topic::{
    BotInput, BotValue, RecordQuery, RecordTable, RecordWrite, Row, RowRefusal, SavedStep,
    SavedTest,
};
use tern_domain::{AgentId, Millis, TopicTestId, UtcMillis};
use tern_store::{Store, TopicCount};
use uuid::Uuid;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn table(key: Option<&str>) -> RecordTable {
    let columns: Vec<_> = [
        ("number", "text"),
        ("status", "text"),
        ("total", "number"),
        ("phone", "phone"),
    ]
    .into_iter()
    .map(|(name, kind)| {
        format!(r#"{{ "name": "{name}", "label": "The {name}", "type": "{kind}" }}"#)
    })
    .collect();
    let key = key.map_or_else(String::new, |key| format!(r#""key": "{key}","#));
    serde_json::from_str(&format!(
        r#"{{ "name": "orders", "displayName": "Orders", {key} "columns": [{}] }}"#,
        columns.join(",")
    ))
    .unwrap()
}

fn row(cells: &[(&str, &str)]) -> Row {
    cells
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect()
}

fn put_table(store: &Store, table: RecordTable) -> Result<(), RowRefusal> {
    store
        .write_blocking(move |tx| tx.put_record_table(&table))
        .unwrap()
}

fn write(
    store: &Store,
    topic: &str,
    id: Option<&str>,
    cells: &[(&str, &str)],
) -> Result<String, RowRefusal> {
    let write = RecordWrite {
        table: "orders".to_owned(),
        row: id.map(str::to_owned),
        values: row(cells),
        topic: topic.to_owned(),
    };
    store
        .write_blocking(move |tx| tx.write_row(&write, None, NOW))
        .unwrap()
        .map(|row| row.id)
}

/// The numbers of the rows that a look-up brings.
fn find(store: &Store, matching: &[(&str, &str)], limit: u32) -> Vec<String> {
    let query = RecordQuery {
        table: "orders".to_owned(),
        matching: matching
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect(),
        limit,
    };
    store
        .read_blocking(move |conn| conn.find_rows(&query))
        .unwrap()
        .into_iter()
        .map(|row| row.values["number"].to_text())
        .collect()
}

#[test]
fn v_3_rows_are_looked_up_by_folded_values_in_the_order_of_the_table() {
    let test = open_store();
    let store = &test.store;
    put_table(store, table(Some("number"))).unwrap();
    for (number, status, phone) in [
        ("A-1", "Open", "+43 1 2345678"),
        ("A-2", "open ", "+4312345678"),
        ("A-3", "Sent", "+4312345678"),
        ("A-4", "OPEN", "+4319999999"),
    ] {
        let cells = [("number", number), ("status", status), ("phone", phone)];
        write(store, "", None, &cells).unwrap();
    }
    assert_eq!(find(store, &[("number", " a-2 ")], 1), ["A-2"]);
    assert_eq!(
        find(store, &[("status", "open")], 50),
        ["A-1", "A-2", "A-4"]
    );
    assert_eq!(find(store, &[("status", "open")], 2), ["A-1", "A-2"]);
    let both = [("status", "OPEN"), ("phone", "+43 (1) 234 56 78")];
    assert_eq!(find(store, &both, 50), ["A-1", "A-2"]);
    assert_eq!(find(store, &[], 3), ["A-1", "A-2", "A-3"]);
    assert_eq!(
        find(store, &[("status", "")], 50),
        [""; 0],
        "nothing equals nothing"
    );
    assert_eq!(find(store, &[("colour", "red")], 50), [""; 0]);
    store
        .write_blocking(|tx| tx.delete_record_table("orders"))
        .unwrap();
    assert_eq!(find(store, &[("number", "a-2")], 1), [""; 0]);
}

#[test]
fn v_21_a_row_is_written_by_its_id_or_its_key_and_keeps_its_other_columns() {
    let test = open_store();
    let store = &test.store;
    assert_eq!(
        write(store, "", None, &[("number", "1")]),
        Err(RowRefusal::NoTable)
    );
    put_table(store, table(Some("number"))).unwrap();
    let first = write(store, "", None, &[("number", "A-1"), ("status", "new")]).unwrap();
    let again = write(store, "", None, &[("number", "a-1 "), ("total", "12.50")]).unwrap();
    assert_eq!(first, again, "the same key is the same row");
    let kept = |id: &str| {
        let id = id.parse().unwrap();
        let row = store.read_blocking(move |conn| conn.find_row("orders", id));
        row.unwrap().unwrap()
    };
    assert_eq!(kept(&first).values["status"], "new".into());
    assert_eq!(kept(&first).values["total"], BotValue::Decimal(12.5));
    write(store, "order_status", Some(&first), &[("status", "")]).unwrap();
    assert!(!kept(&first).values.contains_key("status"), "emptied");
    assert_eq!(kept(&first).changed_by, "order_status");
    // A topic that reports something does not know its number: the row's own is taken.
    let reported = write(store, "report", None, &[("status", "new")]).unwrap();
    assert_eq!(kept(&reported).values["number"], reported.as_str().into());
    let refusal = write(store, "", None, &[("status", "new")]).unwrap_err();
    assert!(
        matches!(refusal, RowRefusal::NoKey { .. }),
        "a person names it"
    );
    let refusal = write(store, "", Some(&reported), &[("number", "A-1")]).unwrap_err();
    assert!(matches!(refusal, RowRefusal::KeyTaken { .. }));
    let refusal = write(store, "", Some("999"), &[("status", "x")]).unwrap_err();
    assert_eq!(refusal, RowRefusal::Gone);
    let refusal = write(store, "", None, &[("number", "2"), ("total", "much")]).unwrap_err();
    assert!(
        refusal
            .to_string()
            .contains("“The total” has to be a number")
    );
    // Ids are never given twice: a conversation may still name the row that is gone.
    let gone: i64 = reported.parse().unwrap();
    store
        .write_blocking(move |tx| tx.delete_row("orders", gone))
        .unwrap();
    let next = write(store, "", None, &[("number", "A-9")]).unwrap();
    assert!(next.parse::<i64>().unwrap() > gone);
}

#[test]
fn v_21_rows_follow_the_columns_and_the_key_of_their_table() {
    let test = open_store();
    let store = &test.store;
    put_table(store, table(None)).unwrap();
    for number in ["A-1", "A-2", "a-2"] {
        write(store, "", None, &[("number", number), ("status", "12")]).unwrap();
    }
    let refusal = store
        .write_blocking(|tx| match tx.put_record_table(&table(Some("number")))? {
            Ok(()) => Ok(None),
            // Nothing of the transaction may be kept.
            Err(refusal) => {
                assert!(matches!(refusal, RowRefusal::KeyTaken { .. }));
                Err(tern_store::StoreError::NotFound { what: "way" })
            }
        })
        .map(|_: Option<()>| ())
        .unwrap_err();
    assert!(matches!(refusal, tern_store::StoreError::NotFound { .. }));
    assert_eq!(
        find(store, &[("number", "a-2")], 50),
        ["A-2", "a-2"],
        "nothing was kept"
    );
    let mut narrow = table(None);
    narrow.columns.retain(|column| column.name != "total");
    narrow.columns[1].kind = tern_domain::topic::ColumnKind::Number;
    put_table(store, narrow).unwrap();
    let page = store
        .read_blocking(|conn| conn.list_rows("orders", "12", 0, 2))
        .unwrap();
    assert_eq!(page.rows.len(), 2);
    assert_eq!(page.rows[0].values["status"], BotValue::Number(12));
    let next = store
        .read_blocking(move |conn| conn.list_rows("orders", "A-", page.next.unwrap(), 2))
        .unwrap();
    assert_eq!((next.rows.len(), next.next), (1, None));
    assert_eq!(
        store
            .read_blocking(|conn| conn.count_rows("orders"))
            .unwrap(),
        3
    );
}

#[test]
fn v_24_a_version_outlives_its_topic_and_is_counted_on() {
    let test = open_store();
    let store = &test.store;
    let agent = AgentId::new(Uuid::from_u128(7));
    let test_id = TopicTestId::new(Uuid::from_u128(8));
    let saved = SavedTest {
        name: "Hello".to_owned(),
        seed: 1,
        began_at: NOW,
        known: BTreeMap::new(),
        steps: vec![SavedStep {
            after: Millis::ZERO,
            known: BTreeMap::new(),
            input: BotInput::StartAt {
                topic: "hours".to_owned(),
                node: None,
                variables: BTreeMap::new(),
            },
            replies: Vec::new(),
        }],
        unknown: serde_json::Map::new(),
    };
    let versions = store
        .write_blocking(move |tx| {
            assert_eq!(tx.put_topic_draft("hours", "one", None, NOW)?, 1);
            assert_eq!(tx.put_topic_draft("hours", "two", Some(agent), NOW)?, 2);
            let first = tx.add_topic_version("hours", "two", "first", Some(agent), NOW)?;
            tx.set_published("hours", Some(first))?;
            tx.put_topic_test("hours", test_id, &saved)?;
            let served = tx.list_served_topics()?;
            assert_eq!(served.len(), 1);
            assert_eq!((served[0].version, served[0].published), (1, true));
            tx.rename_topic("hours", "times")?;
            let renamed = saved.renamed("hours", "times");
            assert_ne!(renamed, saved, "it starts the topic by its name");
            assert_eq!(tx.list_topic_tests("times")?, [(test_id, renamed)]);
            tx.delete_topic("times")?;
            assert_eq!(tx.list_topic_tests("times")?, []);
            tx.put_topic_draft("hours", "three", None, NOW)?;
            assert_eq!(tx.find_topic("hours")?.unwrap().published_version, None);
            assert!(tx.find_topic("nothing")?.is_none());
            let second = tx.add_topic_version("hours", "three", "", None, NOW)?;
            assert_eq!(
                tx.find_topic_version("hours", first)?.as_deref(),
                Some("two")
            );
            assert_eq!(second, 2);
            tx.list_topic_versions("hours")
        })
        .unwrap();
    let notes: Vec<_> = versions
        .iter()
        .map(|it| (it.version, it.note.as_str(), it.published_by))
        .collect();
    assert_eq!(notes, [(2, "", None), (1, "first", Some(agent))]);
}

#[test]
fn v_24_figures_of_a_topic_add_up() {
    let test = open_store();
    let count = |node: &str, count| TopicCount {
        topic: "hours".to_owned(),
        version: 1,
        day: 20_000,
        fact: "reached".to_owned(),
        node: node.to_owned(),
        count,
    };
    let (one, two) = (count("a", 1), count("b", 2));
    let counts = test
        .store
        .write_blocking(move |tx| {
            tx.count_topic_facts(&[one.clone(), two])?;
            tx.count_topic_facts(&[one])?;
            tx.topic_counts("hours")
        })
        .unwrap();
    assert_eq!(counts, [count("a", 2), count("b", 2)]);
}

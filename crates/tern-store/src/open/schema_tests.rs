//! Proves that every way to the newest schema ends at the same one, and what an upgrade keeps.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;
use tern_domain::{ConversationId, UtcMillis};

use super::migrations::{MIGRATIONS, Migration};
use super::{Access, OpenConfig, OpenStoreError, OpenedFile, open_connection, open_file};
use crate::key::DatabaseKey;
use crate::layout::FileName;
use crate::store::Store;
use crate::tables::threads::ThreadAnchor;

const UPDATE: &str = "TERN_UPDATE_SCHEMA";

fn config(folder: &Path) -> OpenConfig {
    let name = FileName::new("account").unwrap();
    OpenConfig::new(folder.to_owned(), name, DatabaseKey::from_bytes([1; 32]))
}

fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every statement that made the schema, except the search indexes' own tables.
fn schema(connection: &Connection) -> String {
    let mut statement = connection
        .prepare(
            "SELECT sql FROM sqlite_schema
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'messages\\_fts\\_%' ESCAPE '\\'
             AND name NOT LIKE 'notes\\_fts\\_%' ESCAPE '\\'
             ORDER BY tbl_name, type DESC, name",
        )
        .unwrap();
    let statements: Vec<String> = statement
        .query_map((), |row| row.get::<_, String>(0))
        .unwrap()
        .map(|sql| format!("{};\n", sql.unwrap()))
        .collect();
    statements.join("\n")
}

#[test]
fn a_fresh_file_has_the_schema_of_schema_sql() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open_file(&config(folder.path()), MIGRATIONS).unwrap();
    let found = format!(
        "-- What all migrations together lead to. Written by a test: see NOTES.md.\n\n{}",
        schema(&opened.writer)
    );
    let path = workspace("../../migrations/schema.sql");
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert!(
        found == expected,
        "run with {UPDATE}=1 to write schema.sql anew"
    );
}

/// Makes a file of an older version with the rows of its fixture.
fn make_fixture(folder: &Path, version: u32, rows: &str) -> Connection {
    let older: Vec<_> = MIGRATIONS
        .iter()
        .copied()
        .filter(|migration| migration.version <= version)
        .collect();
    let opened = open_file(&config(folder), &older).unwrap();
    opened.writer.execute_batch(rows).unwrap();
    opened.writer
}

fn count(connection: &Connection, table: &str) -> i64 {
    connection
        .query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
            row.get(0)
        })
        .unwrap()
}

fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Every row of every table, column by column, as a file of that version knows them.
type Rows = Vec<(String, Vec<String>, Vec<Vec<Value>>)>;

fn rows_of(connection: &Connection, table: &str, columns: &[String]) -> Vec<Vec<Value>> {
    let columns_of = columns.join(", ");
    let sql = format!("SELECT {columns_of} FROM {table} ORDER BY {columns_of}");
    let mut statement = connection.prepare(&sql).unwrap();
    let rows = statement
        .query_map((), |row| {
            (0..columns.len()).map(|column| row.get(column)).collect()
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

fn all_rows(connection: &Connection) -> Rows {
    names(
        connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'messages\\_fts%' ESCAPE '\\'
         AND name NOT LIKE 'notes\\_fts%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .into_iter()
    .map(|table| {
        let columns = names(
            connection,
            &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
        );
        let rows = rows_of(connection, &table, &columns);
        (table, columns, rows)
    })
    .collect()
}

/// The fixtures with their versions, oldest first: what a file of that version may hold, table by table.
fn fixtures() -> Vec<(u32, String)> {
    let mut fixtures: Vec<_> = fs::read_dir(workspace("tests/fixtures"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let version = name.strip_prefix('v').unwrap().parse().unwrap();
            (version, fs::read_to_string(&path).unwrap())
        })
        .collect();
    fixtures.sort();
    fixtures
}

#[test]
fn every_version_from_which_people_upgrade_has_a_fixture() {
    let versions: Vec<u32> = fixtures().into_iter().map(|(version, _)| version).collect();
    let released: Vec<u32> = (1..).take(versions.len()).collect();
    assert_eq!(versions, released);
    let newest = MIGRATIONS.last().unwrap().version;
    assert!(
        newest <= released.len() as u32 + 1,
        "a fixture for {}",
        newest - 1
    );
}

#[test]
fn every_fixture_upgraded_has_the_schema_of_a_fresh_file_and_keeps_its_rows() {
    let fresh = tempfile::tempdir().unwrap();
    let expected = schema(&open_file(&config(fresh.path()), MIGRATIONS).unwrap().writer);
    for (version, rows) in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        let before = all_rows(&make_fixture(folder.path(), version, &rows));
        let opened = open_file(&config(folder.path()), MIGRATIONS).unwrap();
        assert_eq!(schema(&opened.writer), expected, "version {version}");
        for (table, columns, rows) in before {
            let kept = rows_of(&opened.writer, &table, &columns);
            assert_eq!(kept, rows, "{table} of version {version}");
        }
    }
}

#[test]
fn every_fixture_upgraded_is_read_by_this_version() {
    for (version, rows) in fixtures() {
        let folder = tempfile::tempdir().unwrap();
        drop(make_fixture(folder.path(), version, &rows));
        let store = Store::open(&config(folder.path())).unwrap();
        let read = store.read_blocking(move |conn| {
            let id = ConversationId(1);
            let row = conn.load_conversation(id)?;
            let state = conn.load_conversation_state(&row.key, None)?;
            let counts = conn.counts()?;
            assert_eq!((counts.new, counts.new_unread), (1, 1));
            assert_eq!(
                conn.list_messages(id, ThreadAnchor::Latest, 10)?
                    .messages
                    .len(),
                2
            );
            assert_eq!(
                conn.list_timeline(id, None, 10)?.len(),
                usize::from(version > 1)
            );
            assert_eq!(state.active().is_some(), version >= 2);
            assert_eq!(conn.list_outbox_open()?.len(), usize::from(version >= 2));
            assert_eq!(conn.list_notes(id)?.len(), usize::from(version >= 2));
            assert_eq!(conn.list_saved_views()?.len(), usize::from(version >= 2));
            assert_eq!(row.marks.is_pinned, version >= 2);
            assert_eq!(row.help_requested_at.is_some(), version >= 3);
            let timers = conn.list_due_timers(UtcMillis(i64::MAX))?;
            assert_eq!(
                timers.len(),
                usize::from(version >= 2) + usize::from(version >= 4)
            );
            let active = conn
                .list_messaging_actions()?
                .iter()
                .filter(|it| it.is_active)
                .count();
            assert_eq!(
                active,
                if version >= 4 { 1 } else { 2 },
                "what was switched off stays off"
            );
            assert_eq!(
                conn.find_requester(row.key.channel, &row.key.requester)?
                    .is_some(),
                version >= 5
            );
            assert_eq!(
                conn.list_people("anna", None, 10)?.people.len(),
                usize::from(version >= 5)
            );
            assert_eq!(
                conn.load_routing_config()?.agents.len(),
                usize::from(version >= 6)
            );
            assert_eq!(conn.load_presence()?.len(), usize::from(version >= 6));
            assert_eq!(conn.list_open_work()?.len(), usize::from(version >= 6));
            let without_item = conn.list_without_work_item()?.len();
            assert_eq!(without_item, usize::from((2..6).contains(&version)));
            conn.check_integrity()
        });
        assert!(read.is_ok(), "version {version}: {read:?}");
    }
}

#[test]
fn texts_without_spaces_and_notes_of_an_older_file_are_found_after_its_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "
        INSERT INTO conversations (conversation_id, channel, requester_address, provider_number, requester_search)
        VALUES (1, 'sms', '+12125550001', '+15005550006', '12125550001');
        INSERT INTO messages (position, message_id, conversation_id, direction, body, status, at)
        VALUES (1, x'00000000000000000000000000000001', 1, 0, '東京都の鍵', 'received', 1),
               (2, x'00000000000000000000000000000002', 1, 0, 'a key', 'received', 2);
        INSERT INTO notes (note_id, conversation_id, author, at, body)
        VALUES (x'00000000000000000000000000000003', 1, x'000000000000000000000000000000a1', 3, 'lost a key');";
    drop(make_fixture(folder.path(), 15, rows));
    let store = Store::open(&config(folder.path())).unwrap();
    let asked = |text: &str| crate::SearchQuery {
        terms: tern_domain::search::plain_terms(text),
        limit: 10,
        ..crate::SearchQuery::default()
    };
    let (texts, notes) = (asked("京都"), asked("key"));
    let found = store.read_blocking(move |conn| {
        conn.check_integrity()?;
        let counts = (
            conn.search(&texts)?.hits.len(),
            conn.search(&notes)?.hits.len(),
            conn.search_notes(&notes)?.hits.len(),
        );
        Ok(counts)
    });
    assert_eq!(found.unwrap(), (1, 1, 1));
}

const NEXT: Migration = Migration {
    version: MIGRATIONS.len() as u32 + 1,
    sql: "CREATE TABLE later (later_id INTEGER PRIMARY KEY) STRICT;",
};
const BROKEN: Migration = Migration {
    sql: "CREATE TABLE later (later_id INTEGER PRIMARY KEY) STRICT; SELECT no_such_function();",
    ..NEXT
};

fn with(migration: Migration) -> Vec<Migration> {
    MIGRATIONS.iter().copied().chain([migration]).collect()
}

fn copies(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("before-upgrade"))
        .collect()
}

#[test]
fn an_upgrade_leaves_a_copy_that_opens_and_a_first_creation_leaves_none() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_fixture(
        folder.path(),
        NEXT.version - 1,
        "UPDATE store_state SET revision = 77;",
    ));
    assert_eq!(copies(folder.path()), Vec::<PathBuf>::new());
    let OpenedFile { writer, .. } = open_file(&config(folder.path()), &with(NEXT)).unwrap();
    assert_eq!(count(&writer, "later"), 0);
    let found = copies(folder.path());
    assert_eq!(found.len(), 1);
    let key = DatabaseKey::from_bytes([1; 32]);
    let copy = open_connection(&found[0], &key, Access::ReadWrite).unwrap();
    let revision: i64 = copy
        .query_row("SELECT revision FROM store_state", (), |row| row.get(0))
        .unwrap();
    assert_eq!(revision, 77);
}

#[test]
fn a_failed_upgrade_leaves_the_file_at_its_version() {
    let folder = tempfile::tempdir().unwrap();
    drop(make_fixture(folder.path(), NEXT.version - 1, ""));
    assert!(open_file(&config(folder.path()), &with(BROKEN)).is_err());
    let opened = open_file(&config(folder.path()), MIGRATIONS).unwrap();
    let tables: i64 = opened
        .writer
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'later'",
            (),
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(tables, 0);
}

#[test]
fn a_newer_file_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    drop(open_file(&config(folder.path()), &with(NEXT)).unwrap());
    let path = folder.path().join("account.tern");
    let before = fs::read(&path).unwrap();
    let refused = open_file(&config(folder.path()), MIGRATIONS).unwrap_err();
    assert!(matches!(
        refused,
        OpenStoreError::FileTooNew { found, known } if found == NEXT.version && known == NEXT.version - 1
    ));
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_list_with_a_gap_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let late = Migration {
        version: NEXT.version + 1,
        ..NEXT
    };
    assert!(matches!(
        open_file(&config(folder.path()), &with(late)),
        Err(OpenStoreError::MigrationGap { .. })
    ));
}

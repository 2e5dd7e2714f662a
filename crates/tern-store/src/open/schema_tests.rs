//! Proves that every way to the newest schema ends at the same one, and what an upgrade keeps.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::migrations::{MIGRATIONS, Migration};
use super::{Access, OpenConfig, OpenStoreError, OpenedFile, open_connection, open_file};
use crate::key::DatabaseKey;
use crate::layout::FileName;

const UPDATE: &str = "TERN_UPDATE_SCHEMA";

fn config(folder: &Path) -> OpenConfig {
    let name = FileName::new("account").unwrap();
    OpenConfig::new(folder.to_owned(), name, DatabaseKey::from_bytes([1; 32]))
}

fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every statement that made the schema, except the search index's own tables.
fn schema(connection: &Connection) -> String {
    let mut statement = connection
        .prepare(
            "SELECT sql FROM sqlite_schema
             WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'messages\\_fts\\_%' ESCAPE '\\'
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
fn make_fixture(folder: &Path, version: u32, rows: &str) {
    let older: Vec<_> = MIGRATIONS
        .iter()
        .copied()
        .filter(|migration| migration.version <= version)
        .collect();
    let opened = open_file(&config(folder), &older).unwrap();
    opened.writer.execute_batch(rows).unwrap();
}

fn count(connection: &Connection, table: &str) -> i64 {
    connection
        .query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
            row.get(0)
        })
        .unwrap()
}

#[test]
fn every_fixture_upgraded_has_the_schema_of_a_fresh_file_and_keeps_its_rows() {
    let fresh = tempfile::tempdir().unwrap();
    let expected = schema(&open_file(&config(fresh.path()), MIGRATIONS).unwrap().writer);
    let mut fixtures = 0;
    for entry in fs::read_dir(workspace("tests/fixtures")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let version: u32 = name.strip_prefix('v').unwrap().parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        make_fixture(folder.path(), version, &fs::read_to_string(&path).unwrap());
        let opened = open_file(&config(folder.path()), MIGRATIONS).unwrap();
        assert_eq!(schema(&opened.writer), expected, "{name}");
        assert!(count(&opened.writer, "messages") > 0, "{name}");
        assert!(count(&opened.writer, "events") > 0, "{name}");
        fixtures += 1;
    }
    assert!(fixtures > 0);
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
    make_fixture(
        folder.path(),
        NEXT.version - 1,
        "UPDATE store_state SET revision = 77;",
    );
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
    make_fixture(folder.path(), NEXT.version - 1, "");
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

//! A desk with texts, pictures and events, a folder for its backups, and what both come to.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use tern_domain::{AccountSid, AgentId, IdSource, MediaId, UtcMillis, plan_connect};
use tern_store::{
    BackupDesk, BackupEntry, BackupError, BackupKey, BackupName, BackupVault, DatabaseKey,
    FileName, Going, OpenConfig, PassphraseCost, RESTORED, Store,
};
use uuid::Uuid;

use super::arrival;

pub const KEY: [u8; 32] = [0x42; 32];
pub const NEW_KEY: [u8; 32] = [0x77; 32];
pub const PASSPHRASE: &str = "a heron stands in the rain";
pub const CHEAP: PassphraseCost = PassphraseCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};
pub const BACKUP_KEY: &str = "0909090909090909090909090909090909090909090909090909090909090909";

pub fn name() -> FileName {
    FileName::new("account").unwrap()
}

pub fn config(folder: &Path, key: [u8; 32]) -> OpenConfig {
    OpenConfig::new(folder.to_owned(), name(), DatabaseKey::from_bytes(key))
}

pub fn media(number: u128) -> MediaId {
    MediaId::new(Uuid::from_u128(number))
}

struct Ids(u128);

impl IdSource for Ids {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

/// A desk with texts, pictures and an event.
pub fn make_desk(folder: &Path) -> Store {
    let store = Store::open(&config(folder, KEY)).unwrap();
    add_texts(&store, 1..=400);
    for number in 1..=3_u8 {
        add_picture(&store, number);
    }
    let account = AccountSid::parse(format!("AC{:032x}", 1)).unwrap();
    store
        .write_blocking(move |tx| {
            let state = tx.load_account_state(&account)?;
            let agent = AgentId::new(Uuid::from_u128(8_000));
            let numbers = [super::provider()];
            let plan = plan_connect(&state, &numbers, agent, UtcMillis(1), &mut Ids(9_000));
            tx.apply(&plan.unwrap())
        })
        .map(drop)
        .unwrap();
    store
}

pub fn add_texts(store: &Store, numbers: std::ops::RangeInclusive<u64>) {
    let texts = super::storing(numbers.map(|number| {
        let body = format!("the heron waits for fish number {number} in the reeds");
        arrival(number, u32::try_from(number % 7).unwrap(), &body)
    }));
    let _applied = store.write_blocking(move |tx| tx.apply(&texts)).unwrap();
}

pub fn add_picture(store: &Store, number: u8) {
    store
        .media(move |files| files.write(media(number.into()), &vec![number; 200_000]))
        .wait()
        .unwrap();
}

pub fn desk() -> BackupDesk {
    BackupDesk::parse(&"ab".repeat(16)).unwrap()
}

pub fn create(folder: &Path) -> BackupVault {
    create_for(folder, desk(), BACKUP_KEY)
}

pub fn create_for(folder: &Path, desk: BackupDesk, key: &str) -> BackupVault {
    let key = BackupKey::parse(key).unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    BackupVault::create(folder, desk, &key, (&passphrase, CHEAP), UtcMillis(1)).unwrap()
}

pub fn unlock(folder: &Path) -> Result<BackupVault, BackupError> {
    BackupVault::unlock(folder, desk(), &SecretString::from(PASSPHRASE))
}

pub fn back_up(store: &Store, vault: &BackupVault, at: i64) -> BackupEntry {
    store
        .back_up(vault, UtcMillis(at), &mut |_| Going::On)
        .unwrap()
}

/// Every row of every table, but for what says that it was restored.
pub fn digest(folder: &Path, key: [u8; 32]) -> String {
    let connection = rusqlite::Connection::open(folder.join("account.tern")).unwrap();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    connection
        .execute_batch(&format!("PRAGMA key = \"x'{digits}'\""))
        .unwrap();
    let mut tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name",
        )
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    tables.sort();
    let mut hash = Sha256::new();
    for table in tables {
        let sql = format!("SELECT * FROM \"{table}\"");
        let mut statement = connection.prepare(&sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query(()).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<Vec<u8>> = (0..columns)
                .map(|index| match row.get_ref(index).unwrap() {
                    ValueRef::Null => b"null".to_vec(),
                    ValueRef::Integer(value) => value.to_be_bytes().to_vec(),
                    ValueRef::Real(value) => value.to_be_bytes().to_vec(),
                    ValueRef::Text(value) | ValueRef::Blob(value) => value.to_vec(),
                })
                .collect();
            if cells
                .first()
                .is_some_and(|cell| cell == RESTORED.0.as_bytes())
            {
                continue;
            }
            for cell in cells {
                hash.update(cell.len().to_be_bytes());
                hash.update(cell);
            }
        }
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub fn pictures_of(store: &Store) -> Vec<Vec<u8>> {
    (1..=3_u128)
        .map(|number| {
            let found = store.media(move |files| files.find(media(number))).wait();
            found.unwrap().unwrap()
        })
        .collect()
}

pub fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub fn only(found: Vec<PathBuf>, ending: &str) -> Vec<PathBuf> {
    found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect()
}

pub fn chunks(folder: &Path) -> Vec<PathBuf> {
    everything_below(folder)
        .into_iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "chunks"))
        .collect()
}

pub fn restore(vault: &BackupVault, name_of: BackupName, folder: &Path) -> Result<(), BackupError> {
    vault
        .restore(
            name_of,
            (folder, &name()),
            &DatabaseKey::from_bytes(NEW_KEY),
            UtcMillis(77),
            &mut |_| Going::On,
        )
        .map(drop)
}

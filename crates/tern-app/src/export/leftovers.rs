//! Which files are being written at this moment, kept in the encrypted file: what a crash leaves is removed at the
//! next start, and nothing else ever is.

use std::path::{Path, PathBuf};

use tern_store::{Store, StoreError, WriteTx};

use crate::records::{self, Record};

type UnderWay = Vec<PathBuf>;

fn change(tx: &mut WriteTx<'_>, how: impl FnOnce(&mut UnderWay)) -> Result<(), StoreError> {
    let name = Record::ExportsUnderWay.name();
    let mut under_way = tx.find_setting::<UnderWay>(name)?.unwrap_or_default();
    how(&mut under_way);
    tx.put_setting(name, &under_way)
}

/// Before the file is made.
pub(super) fn note(store: &Store, part: &Path) -> Result<(), StoreError> {
    let part = part.to_owned();
    store.write_blocking(move |tx| change(tx, |parts| parts.push(part)))
}

/// Once it is in its place, or gone.
pub(super) fn forget(store: &Store, part: &Path) {
    let part = part.to_owned();
    let forgotten =
        store.write_blocking(move |tx| change(tx, |parts| parts.retain(|it| *it != part)));
    if let Err(error) = forgotten {
        // At the next start there is nothing under that name.
        tracing::warn!(%error, "what was exported could not be ticked off");
    }
}

/// Removes what a crash left of exports.
pub(crate) async fn remove_leftovers(store: &Store) {
    let found = records::find::<UnderWay>(store, Record::ExportsUnderWay).await;
    let Ok(Some(parts)) = found else { return };
    if parts.is_empty() {
        return;
    }
    let removed = tokio::task::spawn_blocking(move || {
        parts
            .into_iter()
            .filter(|part| tern_archive::remove_leftover(part).is_err())
            .collect::<UnderWay>()
    })
    .await;
    // A disk that is not there may be there at the next start.
    let left = removed.unwrap_or_default();
    if records::put(store, Record::ExportsUnderWay, left)
        .await
        .is_err()
    {
        tracing::warn!("leftovers of exports were removed, and could not be ticked off");
    }
}

#[cfg(test)]
mod tests {
    use tern_store::{DatabaseKey, FileName, OpenConfig};

    use super::*;

    #[tokio::test]
    async fn what_a_crash_left_is_removed_at_the_next_start_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let config = OpenConfig::new(
            folder.path().join("data"),
            FileName::new("account").unwrap(),
            DatabaseKey::from_bytes([1; 32]),
        );
        let store = Store::open(&config).unwrap();
        let part = folder.path().join("tern-conversation.zip.part");
        let other = folder.path().join("letter.zip.part");
        for path in [&part, &other] {
            note(&store, path).unwrap();
            std::fs::write(path, "half").unwrap();
        }
        store.close();
        drop(store);
        let store = Store::open(&config).unwrap();
        remove_leftovers(&store).await;
        assert!(!part.exists() && other.exists());
        let left = records::find::<UnderWay>(&store, Record::ExportsUnderWay).await;
        assert_eq!(left.unwrap(), Some(Vec::new()));
        store.close();
    }
}

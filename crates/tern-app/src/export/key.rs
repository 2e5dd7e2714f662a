//! The key that exports are signed with: made at first use, its secret half sealed within the file.

use serde::{Deserialize, Serialize};
use tern_archive::ExportKey;
use tern_store::{EXPORT_KEY, Store, draw_export_seed};

use crate::error::{ApiError, ErrorCode};
use crate::words;

/// What is kept of it. A new key of the file seals it anew, by the name `sealed`.
#[derive(Serialize, Deserialize)]
struct ExportKeyRecord {
    sealed: String,
}

/// The key of this file.
pub(crate) async fn find_or_make(store: &Store) -> Result<ExportKey, ApiError> {
    let seal = store.export_seal();
    let made = draw_export_seed().map_err(|_| ApiError::internal())?;
    let sealed = seal.seal(&made).map_err(|_| ApiError::internal())?;
    let record = store
        .write(move |tx| {
            if let Some(record) = tx.find_setting::<ExportKeyRecord>(EXPORT_KEY)? {
                return Ok(record);
            }
            let record = ExportKeyRecord { sealed };
            tx.put_setting(EXPORT_KEY, &record)?;
            Ok(record)
        })
        .await
        .map_err(|error| words::store(&error))?;
    let seed = seal.open(&record.sealed).ok_or_else(|| {
        ApiError::new(
            ErrorCode::FileDamaged,
            "The key that exports are signed with is damaged.",
            "Rebuild the file; exports are then signed with a new key.",
        )
    })?;
    Ok(ExportKey::from_seed(&seed))
}

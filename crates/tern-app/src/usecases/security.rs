//! What the security page shows, and changing the passphrase.

use std::path::Path;

use tokio::task::spawn_blocking;

use crate::app::App;
use crate::dto::{ChangePassphrase, SecurityView};
use crate::error::ApiError;

/// The ciphers in use, in words that can be looked up.
const CIPHER: &str = "SQLCipher 4 (AES-256) for the database, XChaCha20-Poly1305 for pictures";

impl App {
    /// What the security page shows.
    ///
    /// # Errors
    /// What the open file answers.
    pub async fn security(&self) -> Result<SecurityView, ApiError> {
        let folder = self.inner.config.data_folder.clone();
        let data_folder = folder.display().to_string();
        let data_bytes = spawn_blocking(move || size_of(&folder)).await.unwrap_or(0);
        let (history, may_administer) = match self.desk() {
            Ok(desk) => (self.key_history(&desk).await?, self.is_admin(&desk).await?),
            Err(_) => (None, false),
        };
        // One that cannot be read opens nothing, so that a new one is to be made.
        let recovery = self.inner.keys.recovery().await.ok().flatten();
        Ok(SecurityView {
            key_replaced_at: history
                .and_then(|history| history.rotated_at)
                .map(|at| at.0),
            recovery_code_made_at: recovery.map(|envelope| envelope.made_at().0),
            rotation_advised: history.is_some_and(|history| history.advises_rotation()),
            may_administer,
            key_holder: self.inner.keys.holder().await,
            data_folder,
            data_bytes,
            cipher: CIPHER.to_owned(),
        })
    }

    /// Changes the passphrase.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`](crate::ErrorCode::WrongKey) when the current one is wrong,
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) when the new one is too short,
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when the keychain holds the key.
    pub async fn change_passphrase(&self, request: ChangePassphrase) -> Result<(), ApiError> {
        self.inner
            .keys
            .change_passphrase(request.current, request.new)
            .await
    }
}

/// Bytes of all files below a folder; what cannot be read counts nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

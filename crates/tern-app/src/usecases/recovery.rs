//! The recovery code: making it, taking it back, and coming in by it.

use std::sync::PoisonError;

use tern_domain::IdSource as _;
use tern_domain::file_key::{FileKeyChange, RecoveryCode};
use tern_engine::EdgeIds;
use tern_store::draw_recovery_code;

use crate::app::App;
use crate::dto::{
    AppStatus, ConfirmRecoveryCode, LockProof, RecoveryCodeSheet, SecurityView, UseRecoveryCode,
};
use crate::error::ApiError;
use crate::stage::Stage;
use crate::words;

/// A code that was shown and does not count yet.
pub(crate) struct DrawnCode {
    code: RecoveryCode,
    asked: u8,
}

impl App {
    /// Draws a recovery code and shows it, once. It counts when a part of it was typed back. Whoever wants one proves
    /// who they are first, where there is something to prove it with: the code opens everything, for whoever walks by
    /// an open desk as well.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators, and while wrong tries
    /// are waited out; [`ErrorCode::WrongKey`](crate::ErrorCode::WrongKey).
    pub async fn draw_recovery_code(
        &self,
        request: LockProof,
    ) -> Result<RecoveryCodeSheet, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let unlocking = self.inner.unlocking.lock().await;
        let me = desk.agent();
        if self.lock_key_of(&desk, me).await?.is_some() {
            self.prove_at_lock(&desk, me, request.into()).await?;
        }
        drop(unlocking);
        let code = draw_recovery_code().map_err(|_| ApiError::internal())?;
        let groups: Vec<String> = code.groups().into_iter().map(str::to_owned).collect();
        let [.., random] = EdgeIds::new(&*desk.clock()).uuid().into_bytes();
        let count = u8::try_from(groups.len()).unwrap_or(1).max(1);
        let asked = random % count;
        *self.drawn_code() = Some(DrawnCode { code, asked });
        Ok(RecoveryCodeSheet { groups, asked })
    }

    /// Makes the code that was drawn count, in place of the one before.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) when what was typed is not in the code.
    pub async fn confirm_recovery_code(
        &self,
        request: ConfirmRecoveryCode,
    ) -> Result<SecurityView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let code = {
            let drawn = self.drawn_code();
            let drawn = drawn.as_ref().ok_or_else(words::no_recovery_code)?;
            let groups = drawn.code.groups();
            let asked = groups.get(usize::from(drawn.asked)).copied();
            let typed = request.group.trim().to_ascii_uppercase();
            let same = asked.is_some_and(|asked| asked == typed);
            if !same {
                return Err(words::not_that_group());
            }
            drawn.code.clone()
        };
        self.inner.keys.keep_recovery(code, desk.now()).await?;
        self.forget_drawn_code();
        self.record_key_change(&desk, FileKeyChange::CodeMade)
            .await?;
        self.security().await
    }

    /// Takes the recovery code back.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators.
    pub async fn revoke_recovery_code(&self) -> Result<SecurityView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        self.inner.keys.revoke_recovery().await?;
        self.record_key_change(&desk, FileKeyChange::CodeRevoked)
            .await?;
        self.security().await
    }

    /// Comes in by the recovery code where the passphrase is forgotten or the keychain has lost the key, and keeps
    /// the key anew.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`](crate::ErrorCode::WrongKey) for a wrong code,
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for what is none and a passphrase that is too
    /// short, [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while wrong ones are waited out,
    /// [`ErrorCode::KeychainUnavailable`](crate::ErrorCode::KeychainUnavailable) when a passphrase has to be chosen.
    pub async fn use_recovery_code(&self, request: UseRecoveryCode) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        let line = match self.stage() {
            Stage::Locked { line, .. } | Stage::Blocked { line, .. } => line,
            _ => return Err(words::not_ready()),
        };
        let now = self.inner.config.clock.now();
        self.inner
            .keys
            .recover(line, &request.code, request.passphrase, now)
            .await?;
        self.inner
            .keys
            .note_change(FileKeyChange::CodeUsed, now)
            .await?;
        let stage = self.find_stage().await;
        self.move_to(stage);
        drop(moving);
        self.app_status().await
    }

    /// A code that was shown before counts no more.
    pub(crate) fn forget_drawn_code(&self) {
        *self.drawn_code() = None;
    }

    fn drawn_code(&self) -> std::sync::MutexGuard<'_, Option<DrawnCode>> {
        self.inner
            .drawn_code
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

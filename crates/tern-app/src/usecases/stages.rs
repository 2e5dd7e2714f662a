//! Moving between stages: unlocking, choosing a line, leaving it, and the way out of a damaged file.

use std::sync::Arc;

use tern_domain::UtcMillis;
use tern_domain::backup::Mended;
use tern_store::{DatabaseKey, FileName, OpenStoreError, Rebuilding, Salvage, Unpacked, set_aside};
use tokio::task::spawn_blocking;

use super::restore::{Opened, RestoreWatch};
use crate::app::App;
use crate::dto::{AppStatus, Line, RebuildWith, Rebuilt, StartPractice, UnlockWith};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::line::after_restore::note_mended;
use crate::line::backups::blocking;
use crate::opening::file_name;
use crate::stage::Stage;
use crate::words;

impl App {
    /// Opens a locked file, or tries a blocked one again.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`] for a wrong passphrase.
    pub async fn unlock(&self, request: UnlockWith) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        if matches!(self.stage(), Stage::Locked { .. } | Stage::Blocked { .. }) {
            let typed = request.passphrase.is_some();
            if let Some(passphrase) = request.passphrase {
                self.inner.keys.unlock(passphrase).await?;
            }
            let stage = self.find_stage().await;
            self.move_to(stage);
            if typed {
                self.passphrase_was_typed().await?;
            }
        }
        drop(moving);
        self.app_status().await
    }

    /// Puts a new file in the place of one that is damaged or cannot be opened: carries over what can be read, fills in
    /// what a backup has of the rest, and fetches what Twilio still has. The old file is kept under another name.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] unless the file is in a state that this cures; what is wrong with the backup, what the
    /// disk or the keychain fails with, or that somebody stopped it. Everything is as it was then.
    pub async fn set_aside_and_rebuild(&self, request: RebuildWith) -> Result<Rebuilt, ApiError> {
        let moving = self.inner.moving.lock().await;
        let backup = match request.backup {
            Some(backup) => Some(self.open_backup(backup).await?),
            None => None,
        };
        let (line, readable) = self.close_for_rebuilding().await?;
        let watch = Arc::new(RestoreWatch::of_rebuilding(Arc::clone(&self.inner.changes)));
        self.move_to(Stage::Restoring {
            line,
            watch: Arc::clone(&watch),
        });
        let (mended, kept_as) = match self.rebuild(line, readable, backup, watch).await {
            Ok(done) => done,
            Err(error) => {
                let stage = self.find_stage().await;
                self.move_to(stage);
                return Err(error);
            }
        };
        drop(moving);
        if line == Line::Account
            && let Ok(desk) = self.desk()
            && let Some(credential) = desk.link().credential
        {
            desk.go_live(&credential).await?;
            if let Some(engine) = desk.engine() {
                engine
                    .start_backfill(None)
                    .await
                    .map_err(|error| words::backfill(&error))?;
            }
        }
        let (salvage, mended) = mended.unzip();
        Ok(Rebuilt {
            status: self.app_status().await?,
            texts: mended.map_or(0, |mended| mended.kept),
            from_backup: mended.and_then(|it| it.backup_of.map(|_| it.from_backup)),
            missing: mended.and_then(|mended| mended.missing),
            other_desk: salvage.as_ref().is_some_and(|it| it.is_other_desk),
            complete: salvage.is_some_and(|salvage| salvage.partial.is_empty()),
            kept_as,
        })
    }

    /// The line whose file is to be rebuilt, and whether the key at hand reads it. An open one is closed.
    async fn close_for_rebuilding(&self) -> Result<(Line, bool), ApiError> {
        match self.stage() {
            Stage::Blocked { line, error, .. } => match error.code {
                ErrorCode::FileDamaged => Ok((line, true)),
                ErrorCode::WrongKey => Ok((line, false)),
                _ => Err(nothing_to_set_aside()),
            },
            Stage::Ready(desk) if desk.store.is_damaged() => {
                desk.close().await;
                Ok((desk.line(), true))
            }
            _ => Err(nothing_to_set_aside()),
        }
    }

    /// Makes a new file and then the open one of it. Gives what it was put together from and the old file's name.
    async fn rebuild(
        &self,
        line: Line,
        readable: bool,
        backup: Option<Opened>,
        watch: Arc<RestoreWatch>,
    ) -> Result<(Option<(Salvage, Mended)>, String), ApiError> {
        // Before anything is touched: a backup that is not whole changes nothing.
        let backup = match backup {
            Some(backup) => Some(self.unpack(line, backup, Arc::clone(&watch)).await?),
            None => None,
        };
        watch.begin_carrying_over()?;
        let now = self.inner.config.clock.now();
        let mut made = None;
        if readable || backup.is_some() {
            let key = self.inner.keys.replace_lost(now).await?;
            made = self.salvage(line, key, backup).await?;
        }
        let (mended, kept_as) = match made {
            Some((salvage, mended, kept_as)) => (Some((salvage, mended)), kept_as),
            // Nothing is to be had of it.
            None => (None, self.set_aside(line).await?),
        };
        let key = self.inner.keys.replace_lost(now).await?;
        self.start_line(line, key).await?;
        Ok((mended, kept_as))
    }

    async fn set_aside(&self, line: Line) -> Result<String, ApiError> {
        let folder = self.inner.config.data_folder.clone();
        let now = self.inner.config.clock.now();
        let aside = spawn_blocking(move || set_aside(&folder, &file_name(line), now))
            .await
            .map_err(|_| ApiError::internal())?
            .map_err(|error| words::open_store(&error))?;
        Ok(kept(&aside.name))
    }

    async fn unpack(
        &self,
        line: Line,
        opened: Opened,
        watch: Arc<RestoreWatch>,
    ) -> Result<(Unpacked, UtcMillis), ApiError> {
        if opened.line != line {
            return Err(words::no_such_backup());
        }
        let folder = self.inner.config.data_folder.clone();
        let made_at = opened.backup.made_at;
        let unpacked = blocking(move || {
            let beside = (folder.as_path(), &file_name(line));
            opened
                .vault
                .unpack_beside(opened.backup, beside, &mut |progress| watch.hear(progress))
        })
        .await?;
        Ok((unpacked, made_at))
    }

    /// Carries over what can still be read, fills in what the backup has of the rest, and puts the new file in the
    /// damaged one's place. `None` where nothing at all can be read: then nothing was changed.
    async fn salvage(
        &self,
        line: Line,
        key: DatabaseKey,
        backup: Option<(Unpacked, UtcMillis)>,
    ) -> Result<Option<(Salvage, Mended, String)>, ApiError> {
        let folder = self.inner.config.data_folder.clone();
        let made_at = backup.as_ref().map(|(_, made_at)| *made_at);
        let made = blocking(move || {
            let making = Rebuilding::begin((&folder, &file_name(line)), &key)?;
            match making.salvage(backup.as_ref().map(|(unpacked, _)| unpacked)) {
                Ok(salvage) => Ok(Some((making, salvage, backup))),
                Err(error @ (OpenStoreError::Damaged { .. } | OpenStoreError::WrongKey)) => {
                    tracing::warn!(%error, "nothing of a damaged file could be salvaged");
                    Ok(None)
                }
                Err(error) => Err(error.into()),
            }
        })
        .await?;
        let Some((making, salvage, backup)) = made else {
            return Ok(None);
        };
        tracing::info!(
            whole = salvage.whole.len(),
            partial = salvage.partial.len(),
            filled = salvage.filled.len(),
            media_files = salvage.media_files,
            "salvaged a damaged file"
        );
        let clock = &self.inner.config.clock;
        let store = making.store().map_err(|error| words::open_store(&error))?;
        let mended = note_mended(store, clock, &salvage, made_at).await?;
        let now = clock.now();
        let name = blocking(move || {
            let _until_then = backup;
            making.take_place(now)
        })
        .await?;
        Ok(Some((salvage, mended, kept(&name))))
    }

    /// Starts the practice line.
    ///
    /// # Errors
    /// [`ErrorCode::KeychainUnavailable`] when a passphrase has to be chosen first, and whatever opening the
    /// file fails with.
    pub async fn start_practice(&self, request: StartPractice) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        self.leave_for(Line::Practice)?;
        let key = self.key_for_start(request.passphrase).await?;
        self.start_line(Line::Practice, key).await?;
        drop(moving);
        self.app_status().await
    }

    /// Leaves the current line for the first-run screen; files and credentials stay.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the choice cannot be written down.
    pub async fn leave_line(&self) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        match self.desk() {
            Ok(desk) => self.back_to_first_run(&desk).await?,
            Err(_) => self.forget_line().await?,
        }
        drop(moving);
        self.app_status().await
    }

    /// Closes the open line and shows the first-run screen. The caller holds `moving`.
    pub(crate) async fn back_to_first_run(&self, desk: &Desk) -> Result<(), ApiError> {
        desk.close().await;
        self.forget_line().await
    }

    async fn forget_line(&self) -> Result<(), ApiError> {
        self.choose(None)?;
        let stage = self.first_run().await;
        self.move_to(stage);
        Ok(())
    }

    /// A line can only be started when no other one is open. The caller holds `moving`.
    pub(crate) fn leave_for(&self, line: Line) -> Result<(), ApiError> {
        match self.stage() {
            Stage::FirstRun { .. } => Ok(()),
            stage if stage.line() == Some(line) => Err(ApiError::new(
                ErrorCode::NotAllowed,
                "This line is running already.",
                "",
            )),
            _ => Err(ApiError::new(
                ErrorCode::NotAllowed,
                "Another line is running.",
                "Leave it first, in the settings; its file stays.",
            )),
        }
    }

    /// Opens a line and makes it the current one; a file that cannot be opened leaves everything as it was
    /// at first run, and shows in the stage else. The caller holds `moving`.
    pub(crate) async fn start_line(&self, line: Line, key: DatabaseKey) -> Result<(), ApiError> {
        let stage = self.open_line(line, key).await;
        if let Stage::Blocked { error, .. } = &stage
            && matches!(self.stage(), Stage::FirstRun { .. })
            && !matches!(error.code, ErrorCode::FileDamaged | ErrorCode::WrongKey)
        {
            return Err(error.clone());
        }
        self.choose(Some(line))?;
        self.move_to(stage);
        Ok(())
    }

    fn choose(&self, line: Option<Line>) -> Result<(), ApiError> {
        self.inner
            .line_file
            .store(line)
            .map_err(|error| words::line_file(&error))
    }
}

/// What the old file is called in words.
fn kept(name: &FileName) -> String {
    format!("{}.tern", name.as_str())
}

fn nothing_to_set_aside() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "There is no damaged file to set aside.",
        "",
    )
}

//! Restoring a backup on this computer: from the first-run screen, and in place of a file that is damaged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use tern_store::{
    BackupDesk, BackupError, BackupName, BackupPhase, BackupProgress, BackupVault, DatabaseKey,
    Going, Restored, find_backup_desks, settle_restore,
};

use crate::app::App;
use crate::changes::Changes;
use crate::dto::{
    FindBackups, FoundBackup, FoundBackups, Line, PlaceKind, RestoreBackup, RestoreReport,
    RestoreStep, RestoreView,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::backups::{blocking, counts_view};
use crate::opening::{FoundKey, file_name};
use crate::stage::Stage;
use crate::words;

/// A restore, or the rebuilding of a damaged file, under way, as windows see it.
pub(crate) struct RestoreWatch {
    view: Mutex<RestoreView>,
    stopped: AtomicBool,
    changes: Arc<Changes>,
}

impl RestoreWatch {
    fn new(changes: Arc<Changes>) -> Self {
        Self {
            view: Mutex::new(RestoreView {
                step: RestoreStep::Texts,
                done: 0,
                total: 0,
                stopping: false,
                rebuilds: false,
                can_stop: true,
            }),
            stopped: AtomicBool::new(false),
            changes,
        }
    }

    /// Of a damaged file that is put together again.
    pub(super) fn of_rebuilding(changes: Arc<Changes>) -> Self {
        let mut watch = Self::new(changes);
        let view = watch.view.get_mut().unwrap_or_else(PoisonError::into_inner);
        view.rebuilds = true;
        watch
    }

    pub(crate) fn view(&self) -> RestoreView {
        let view = *self.view.lock().unwrap_or_else(PoisonError::into_inner);
        RestoreView {
            stopping: view.can_stop && self.stopped.load(Ordering::SeqCst),
            ..view
        }
    }

    /// From here on the files are moved, and it cannot be stopped.
    ///
    /// # Errors
    /// That it was stopped before.
    pub(super) fn begin_carrying_over(&self) -> Result<(), ApiError> {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stopped.load(Ordering::SeqCst) {
            return Err(words::backup(&BackupError::Cancelled));
        }
        *view = RestoreView {
            step: RestoreStep::CarryingOver,
            done: 0,
            total: 0,
            can_stop: false,
            ..*view
        };
        drop(view);
        self.changes.emit(Change::Status);
        Ok(())
    }

    pub(super) fn hear(&self, progress: BackupProgress) -> Going {
        if self.stopped.load(Ordering::SeqCst) {
            return Going::Stop;
        }
        let mut shown = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let view = RestoreView {
            step: match progress.phase {
                BackupPhase::Texts => RestoreStep::Texts,
                BackupPhase::Pictures => RestoreStep::Pictures,
                BackupPhase::Checking => RestoreStep::Checking,
            },
            done: progress.done,
            total: progress.total,
            ..*shown
        };
        let percent =
            |view: &RestoreView| (view.step, view.done.saturating_mul(100) / view.total.max(1));
        let news = percent(&shown) != percent(&view);
        *shown = view;
        drop(shown);
        // Windows ask again when a percent is done, not for every piece.
        if news {
            self.changes.emit(Change::Status);
        }
        Going::On
    }
}

impl App {
    /// The desks that have backups in a folder, the one that was backed up last first.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub async fn find_backups(&self, request: FindBackups) -> Result<Vec<FoundBackups>, ApiError> {
        let folder = self.place(PlaceKind::Restore, &request.place).await?;
        let found = blocking(move || find_backup_desks(&folder)).await?;
        Ok(found
            .into_iter()
            .map(|desk| FoundBackups {
                desk: desk.desk.to_string(),
                backups: desk
                    .backups
                    .iter()
                    .rev()
                    .map(|name| FoundBackup {
                        sequence: name.sequence,
                        made_at: name.made_at.0,
                    })
                    .collect(),
            })
            .collect())
    }

    /// Restores a backup and opens it. A file that is there is set aside.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`] for a wrong passphrase, [`ErrorCode::NotAllowed`] where there is nothing to restore in
    /// place of, and what is wrong with the backup; everything is as it was then.
    pub async fn restore_backup(&self, request: RestoreBackup) -> Result<RestoreReport, ApiError> {
        let moving = self.inner.moving.lock().await;
        let in_place_of = match self.stage() {
            Stage::FirstRun { .. } => None,
            Stage::Blocked { line, error, .. }
                if matches!(error.code, ErrorCode::FileDamaged | ErrorCode::WrongKey) =>
            {
                Some(line)
            }
            Stage::Ready(desk) if request.replaces => {
                self.must_administer(&desk).await?;
                Some(desk.line())
            }
            _ => return Err(words::nothing_to_restore()),
        };
        let file_passphrase = request.file_passphrase.clone();
        let Opened {
            vault,
            backup,
            line,
        } = self.open_backup(request).await?;
        if in_place_of.is_some_and(|damaged| damaged != line) {
            return Err(words::nothing_to_restore());
        }
        let now = self.inner.config.clock.now();
        let key = match in_place_of {
            None => self.key_for_start(file_passphrase).await?,
            Some(_) => match self.inner.keys.find().await? {
                FoundKey::Open(key) => key,
                _ => self.inner.keys.replace_lost(now).await?,
            },
        };
        if let Stage::Ready(desk) = self.stage() {
            desk.close().await;
        }
        let watch = Arc::new(RestoreWatch::new(Arc::clone(&self.inner.changes)));
        self.move_to(Stage::Restoring {
            line,
            watch: Arc::clone(&watch),
        });
        let data = self.inner.config.data_folder.clone();
        let of_line = key.clone();
        let restored = blocking(move || {
            vault.restore(
                backup,
                (&data, &file_name(line)),
                &of_line,
                now,
                &mut |progress| watch.hear(progress),
            )
        })
        .await;
        let opened = self.open_restored(line, key, restored).await;
        drop(moving);
        let restored = opened?;
        Ok(RestoreReport {
            status: self.app_status().await?,
            made_at: backup.made_at.0,
            counts: counts_view(restored.counts),
            kept_as: restored
                .set_aside
                .map(|name| format!("{}.tern", name.as_str())),
        })
    }

    /// Opens what was restored; whatever went wrong, the app stands where a new start would.
    async fn open_restored(
        &self,
        line: Line,
        key: DatabaseKey,
        restored: Result<Restored, ApiError>,
    ) -> Result<Restored, ApiError> {
        let opened = match restored {
            Ok(restored) => self.start_line(line, key).await.map(|()| restored),
            Err(error) => Err(error),
        };
        if opened.is_err() {
            let stage = self.find_stage().await;
            self.move_to(stage);
        }
        opened
    }

    /// Stops restoring; everything stays as it was.
    ///
    /// # Errors
    /// Never: one that is over cannot be stopped, which shows.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn cancel_restore(&self) -> Result<(), ApiError> {
        if let Stage::Restoring { watch, .. } = self.stage() {
            watch.stopped.store(true, Ordering::SeqCst);
            self.inner.changes.emit(Change::Status);
        }
        Ok(())
    }

    /// Ends what a crash left of a restore or a drill. Comes before anything is opened, and can be repeated.
    pub(crate) async fn settle_restores(&self) -> Result<(), ApiError> {
        let folder = self.inner.config.data_folder.clone();
        blocking(move || {
            [Line::Practice, Line::Account]
                .into_iter()
                .try_for_each(|line| settle_restore(&folder, &file_name(line)))
        })
        .await
    }

    /// Finds a backup, and opens what it is sealed with.
    pub(super) async fn open_backup(&self, request: RestoreBackup) -> Result<Opened, ApiError> {
        let desk = BackupDesk::parse(&request.desk)
            .ok_or_else(|| ApiError::bad_request("the desk is malformed"))?;
        let folder = self.place(PlaceKind::Restore, &request.place).await?;
        let passphrase = SecretString::from(request.passphrase);
        let (vault, backup, name) = blocking(move || {
            let vault = BackupVault::unlock(&folder, desk, &passphrase)?;
            let backup = vault
                .names()?
                .into_iter()
                .find(|name| name.sequence == request.sequence);
            let name = backup.map(|backup| vault.file_name(backup)).transpose()?;
            Ok((vault, backup, name))
        })
        .await?;
        let backup = backup.ok_or_else(words::no_such_backup)?;
        let line = [Line::Account, Line::Practice]
            .into_iter()
            .find(|line| Some(file_name(*line)) == name)
            .ok_or_else(words::no_such_backup)?;
        Ok(Opened {
            vault,
            backup,
            line,
        })
    }
}

/// A backup that its passphrase opened.
pub(super) struct Opened {
    pub(super) vault: BackupVault,
    pub(super) backup: BackupName,
    /// The line that it is of.
    pub(super) line: Line,
}

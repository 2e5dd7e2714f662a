//! Replacing the key of the files.
//!
//! The desk is closed while everything is written anew, so that nothing can be written twice or not at all. What a
//! crash left is settled before anything is opened: the same steps as at the end of a replacement that went well.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tern_domain::file_key::{FileKeyChange, FileKeyHistory, plan_file_key};
use tern_domain::{Actor, AggregateRef, FileId, IdSource as _};
use tern_engine::EdgeIds;
use tern_store::{
    DatabaseKey, Going, Rotation, RotationError, RotationPhase, RotationProgress, RotationState,
};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::changes::Changes;
use crate::dto::{AppStatus, Line, RotateKey, RotationStep, RotationView};
use crate::error::ApiError;
use crate::events::Change;
use crate::line::Desk;
use crate::opening::{FoundKey, file_name};
use crate::records::{self, Record};
use crate::stage::Stage;
use crate::words;

/// A replacement under way, as windows see it.
pub(crate) struct RotationWatch {
    view: Mutex<RotationView>,
    stopped: AtomicBool,
    changes: Arc<Changes>,
}

impl RotationWatch {
    fn new(changes: Arc<Changes>) -> Self {
        Self {
            view: Mutex::new(RotationView {
                step: RotationStep::Closing,
                done: 0,
                total: 0,
                can_cancel: true,
            }),
            stopped: AtomicBool::new(false),
            changes,
        }
    }

    pub(crate) fn view(&self) -> RotationView {
        *self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Windows ask again when a percent is done, not for every page.
    fn show(&self, view: RotationView) {
        let percent =
            |view: &RotationView| (view.step, view.done.saturating_mul(100) / view.total.max(1));
        let mut shown = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let news = percent(&shown) != percent(&view) || shown.can_cancel != view.can_cancel;
        *shown = view;
        drop(shown);
        if news {
            self.changes.emit(Change::Status);
        }
    }

    fn hear(&self, progress: RotationProgress) -> Going {
        if self.stopped.load(Ordering::SeqCst) {
            return Going::Stop;
        }
        self.show(RotationView {
            step: match progress.phase {
                RotationPhase::Texts => RotationStep::Texts,
                RotationPhase::Pictures => RotationStep::Pictures,
                RotationPhase::Checking => RotationStep::Checking,
            },
            done: progress.done,
            total: progress.total,
            can_cancel: true,
        });
        Going::On
    }

    /// The point of no return; `false` when it was stopped before.
    fn close_door(&self) -> bool {
        let view = self.view();
        self.show(RotationView {
            step: RotationStep::Swapping,
            can_cancel: false,
            ..view
        });
        !self.stopped.load(Ordering::SeqCst)
    }
}

impl App {
    /// Puts everything on disk under a new key.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for anybody but administrators and when it was
    /// stopped, [`ErrorCode::WrongKey`](crate::ErrorCode::WrongKey) for a wrong passphrase,
    /// [`ErrorCode::DiskFull`](crate::ErrorCode::DiskFull); everything is as it was then.
    pub async fn rotate_key(&self, request: RotateKey) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        self.inner.keys.check(request.passphrase.clone()).await?;
        let FoundKey::Open(old) = self.inner.keys.find().await? else {
            return Err(words::not_ready());
        };
        let folder = self.inner.config.data_folder.clone();
        files(move || Rotation::check_room(&folder, &both_lines())).await?;

        self.forget_drawn_code();
        let watch = Arc::new(RotationWatch::new(Arc::clone(&self.inner.changes)));
        let line = desk.line();
        self.opened(None);
        self.move_to(Stage::Rotating {
            line,
            watch: Arc::clone(&watch),
        });
        desk.close().await;
        drop(desk);
        let rotated = self.rotate(old, request.passphrase, watch).await;
        // Settles what was done so far, whether that is everything or not.
        let stage = self.find_stage().await;
        self.move_to(stage);
        drop(moving);
        rotated?;
        self.app_status().await
    }

    /// Stops replacing the key, as long as that is possible; everything stays as it was.
    ///
    /// # Errors
    /// Never: one that is over cannot be stopped, which shows.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn cancel_rotation(&self) -> Result<(), ApiError> {
        if let Stage::Rotating { watch, .. } = self.stage() {
            watch.stopped.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Up to the point of no return. What it leaves behind is for [`App::settle_rotation`].
    async fn rotate(
        &self,
        old: DatabaseKey,
        passphrase: Option<String>,
        watch: Arc<RotationWatch>,
    ) -> Result<(), ApiError> {
        let folder = self.inner.config.data_folder.clone();
        let rotation = files(move || Rotation::begin(&folder, &both_lines())).await?;
        let new = DatabaseKey::generate().map_err(|_| ApiError::internal())?;
        self.inner.keys.hold_next(&new, passphrase).await?;
        files(move || {
            let mut rotation = rotation;
            rotation.copy(&old, &new, &mut |progress| watch.hear(progress))?;
            if !watch.close_door() {
                return Err(RotationError::Cancelled);
            }
            rotation.commit()
        })
        .await
    }

    /// Ends what a replacement or a crash left: forgets a draft, or makes the new files and the new key the ones in
    /// force. Comes before anything is opened, and can be repeated.
    pub(crate) async fn settle_rotation(&self) -> Result<(), ApiError> {
        let keys = &self.inner.keys;
        let folder = self.inner.config.data_folder.clone();
        let Some(rotation) = files(move || Rotation::resume(&folder)).await? else {
            return Ok(());
        };
        match rotation.state() {
            RotationState::Preparing => {
                keys.drop_next().await?;
                files(move || rotation.finish()).await
            }
            RotationState::Committed => {
                let rotation = files(move || rotation.swap().map(|()| rotation)).await?;
                keys.promote_next().await?;
                // It wraps the old key, which opens nothing any more.
                keys.revoke_recovery().await?;
                let now = self.inner.config.clock.now();
                keys.note_change(FileKeyChange::Rotated, now).await?;
                files(move || rotation.finish()).await
            }
        }
    }

    /// Records what happened to the key while the file was closed. What a crash kept from being forgotten is not
    /// recorded again.
    pub(crate) async fn record_key_changes(&self, desk: &Desk) -> Result<(), ApiError> {
        let noted = self.inner.keys.noted_changes().await?;
        if noted.is_empty() {
            return Ok(());
        }
        for (change, at) in noted {
            let history = self.key_history(desk).await?;
            if !history.is_some_and(|history| history.tells_of(change, at)) {
                self.record_key_change(desk, change).await?;
            }
        }
        self.inner.keys.forget_changes().await
    }

    /// Records what happened to the key, in the open file.
    pub(crate) async fn record_key_change(
        &self,
        desk: &Desk,
        change: FileKeyChange,
    ) -> Result<(), ApiError> {
        let clock = desk.clock();
        // Who comes in by the code has not said yet who they are.
        let actor = match change {
            FileKeyChange::CodeUsed => Actor::System,
            _ => Actor::Agent(desk.agent()),
        };
        desk.store
            .write(move |tx| {
                let mut ids = EdgeIds::new(&*clock);
                let name = Record::FileKey.name();
                let before = match tx.find_setting::<FileKeyHistory>(name)? {
                    Some(history) => history,
                    None => FileKeyHistory::new(FileId::new(ids.uuid())),
                };
                let version = tx.aggregate_version(&AggregateRef::File(before.file))?;
                let (after, plan) =
                    plan_file_key(&before, version, change, actor, clock.now(), &mut ids);
                tx.put_setting(name, &after)?;
                tx.apply(&plan).map(drop)
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// What is recorded of the open file's key.
    pub(crate) async fn key_history(
        &self,
        desk: &Desk,
    ) -> Result<Option<FileKeyHistory>, ApiError> {
        records::find(&desk.store, Record::FileKey).await
    }
}

fn both_lines() -> [tern_store::FileName; 2] {
    [Line::Practice, Line::Account].map(file_name)
}

/// Runs steps of a rotation off the asynchronous threads.
async fn files<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RotationError> + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(work)
        .await
        .map_err(|_| ApiError::internal())?
        .map_err(|error| words::rotation(&error))
}

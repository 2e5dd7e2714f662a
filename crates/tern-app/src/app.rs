//! The composition root: one value that every shell holds, and every command is a method of.
//!
//! It owns the stage the app is in and the moves between stages. Starting never fails: what stands in the way
//! becomes a stage with words, and nothing on disk is changed by it. No network is needed to read.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tern_domain::{PhoneNumber, UtcMillis};
use tern_engine::{Clock, PictureLook, PublicPictures, SystemClock, Tuning};
use tern_store::PassphraseCost;
use tokio::sync::broadcast;

use crate::app_lock::AppLock;
use crate::attention::Attention;
use crate::changes::Changes;
use crate::dto::{DesktopAbilities, Settings};
use crate::error::ApiError;
use crate::events::{Change, ChangeEvent};
use crate::line::Desk;
use crate::opening::{KeyRing, LineFile};
use crate::ports::{PracticeHost, SecretStore};
use crate::stage::Stage;
use crate::usecases::{DrawnCode, Places, WebhookDoor};
use crate::words;

/// What an [`App`] is built from.
#[derive(Clone)]
pub struct AppConfig {
    /// Where the encrypted files go; made if it is not there.
    pub data_folder: PathBuf,
    /// Where exports go unless another folder is chosen.
    pub exports_folder: PathBuf,
    /// Where secrets are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// Who can run a practice line.
    pub practice: Arc<dyn PracticeHost>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The app's version, for the status.
    pub version: String,
    /// How busy the tasks of a real account are.
    pub tuning: Tuning,
    /// What guessing a passphrase costs.
    pub passphrase_cost: PassphraseCost,
    /// Places may be given by their paths, where there is no dialog to choose them in.
    pub typed_places: bool,
    /// Who looks at pictures that notifications show.
    pub pictures: Arc<dyn PictureLook>,
}

impl AppConfig {
    /// The product's configuration for a host.
    #[must_use]
    pub fn new(
        data_folder: PathBuf,
        secrets: Arc<dyn SecretStore>,
        practice: Arc<dyn PracticeHost>,
    ) -> Self {
        Self {
            exports_folder: data_folder.join("exports"),
            data_folder,
            secrets,
            practice,
            clock: Arc::new(SystemClock),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            tuning: Tuning::default(),
            passphrase_cost: PassphraseCost::default(),
            typed_places: false,
            pictures: Arc::new(PublicPictures),
        }
    }
}

/// The running application. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: AppConfig,
    pub(crate) changes: Arc<Changes>,
    pub(crate) attention: Arc<Attention>,
    pub(crate) lock: Arc<AppLock>,
    /// One try to open the lock at a time, so that guesses are counted one by one.
    pub(crate) unlocking: tokio::sync::Mutex<()>,
    pub(crate) keys: KeyRing,
    pub(crate) line_file: LineFile,
    /// The settings last in force: a new line's file starts with them.
    pub(crate) last_settings: Mutex<Option<Settings>>,
    /// What became of the door that webhooks come in by.
    pub(crate) webhook_door: Mutex<WebhookDoor>,
    /// What the notifications of this desktop can do.
    pub(crate) desktop: Mutex<Option<DesktopAbilities>>,
    /// A recovery code that was shown and not typed back yet.
    pub(crate) drawn_code: Mutex<Option<DrawnCode>>,
    /// What was chosen in the system's dialogs.
    pub(crate) places: Places,
    /// When somebody was asked whether to quit although jobs run.
    pub(crate) asked_to_quit: Mutex<Option<UtcMillis>>,
    stage: RwLock<Stage>,
    /// One move between stages at a time.
    pub(crate) moving: tokio::sync::Mutex<()>,
}

impl App {
    /// Opens the current line, if there is one. Must be called within a tokio runtime.
    pub async fn start(config: AppConfig) -> Self {
        let lock = Arc::<AppLock>::default();
        let inner = Inner {
            changes: Arc::new(Changes::new(Arc::clone(&lock))),
            attention: Arc::default(),
            lock,
            unlocking: tokio::sync::Mutex::default(),
            keys: KeyRing::new(
                &config.data_folder,
                Arc::clone(&config.secrets),
                config.passphrase_cost,
            ),
            line_file: LineFile::new(&config.data_folder),
            last_settings: Mutex::default(),
            webhook_door: Mutex::default(),
            desktop: Mutex::default(),
            drawn_code: Mutex::default(),
            places: Places::default(),
            asked_to_quit: Mutex::default(),
            stage: RwLock::new(Stage::FirstRun {
                keychain_available: true,
                keychain_problem: None,
            }),
            moving: tokio::sync::Mutex::new(()),
            config,
        };
        let app = Self {
            inner: Arc::new(inner),
        };
        // Beside opening the file, so that the first page of the inbox need not wait for it. It ends by itself.
        drop(tokio::task::spawn_blocking(
            PhoneNumber::load_numbering_plans,
        ));
        let moving = app.inner.moving.lock().await;
        let stage = app.find_stage().await;
        app.move_to(stage);
        drop(moving);
        app
    }

    /// Change events from now on. A receiver that lags has missed hints only: ask again.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ChangeEvent> {
        self.inner.changes.subscribe()
    }

    /// The revision of the latest change event.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.inner.changes.revision()
    }

    /// Says whether a window of ours has the focus: decides how often new texts are looked for, and whether
    /// the open conversation needs notifications.
    pub fn set_focus(&self, focused: bool) {
        self.inner.attention.set_focus(focused);
        if let Ok(desk) = self.desk() {
            desk.set_focus(focused);
        }
    }

    /// Says which conversation is on screen; `None` = none.
    pub fn opened(&self, conversation_id: Option<i64>) {
        self.inner.attention.opened(conversation_id);
    }

    /// Somebody has this conversation before their eyes.
    pub(crate) fn is_on_screen(&self, conversation_id: i64) -> bool {
        self.inner.attention.is_on(conversation_id)
    }

    /// Asks the windows to show a conversation: its notification was clicked.
    pub fn open_conversation(&self, conversation_id: i64) {
        self.inner.changes.emit(Change::Open { conversation_id });
    }

    /// The network or the machine came back: look for everything that may have been missed.
    pub fn wake(&self) {
        if let Some(engine) = self.desk().ok().and_then(|desk| desk.engine()) {
            engine.wake();
        }
    }

    /// Ends all tasks and closes the file. Calling it twice does no harm.
    pub async fn shutdown(&self) {
        // Nobody waits minutes for a program to end; the draft is forgotten, or the rest done at the next start.
        let _ = self.cancel_rotation().await;
        let _ = self.cancel_restore().await;
        let _moving = self.inner.moving.lock().await;
        if let Ok(desk) = self.desk() {
            desk.close().await;
        }
    }

    /// The open line, or a refusal in words.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>, ApiError> {
        match self.stage() {
            Stage::Ready(desk) => Ok(desk),
            _ => Err(words::not_ready()),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.inner
            .stage
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Enters a stage. The caller holds `moving`. Each file has its own settings, so they change with it.
    pub(crate) fn move_to(&self, stage: Stage) {
        // Only an open file has something to lock, and only its status offers the way to open it.
        if !matches!(stage, Stage::Ready(_)) {
            self.inner.lock.end();
        }
        *self
            .inner
            .stage
            .write()
            .unwrap_or_else(PoisonError::into_inner) = stage;
        self.inner.changes.emit(Change::Status);
        self.inner.changes.emit(Change::Settings);
        self.inner.changes.emit(Change::Everything);
    }

    /// The settings that a line without any starts with.
    pub(crate) fn inherited_settings(&self) -> Settings {
        let last = self
            .inner
            .last_settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Addresses belong to an account; habits belong to the person.
        let inherited = last.clone().unwrap_or_default();
        Settings {
            media_base_url: None,
            webhook_base_url: None,
            ..inherited
        }
    }

    /// Remembers the settings in force.
    pub(crate) fn remember_settings(&self, settings: &Settings) {
        *self
            .inner
            .last_settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
    }

    /// Announces a change.
    pub(crate) fn emit(&self, change: Change) {
        self.inner.changes.emit(change);
    }
}

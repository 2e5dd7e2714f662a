//! The app's stages and how it gets from one to the next.

use std::sync::Arc;

use tern_store::DatabaseKey;

use crate::app::App;
use crate::dto::{BlockedOffer, Line, Phase, Unlock};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::opening::{FoundKey, offers, open_file};
use crate::ports::SecretStoreError;
use crate::usecases::{RestoreWatch, RotationWatch};
use crate::words;

/// Where the app stands.
#[derive(Clone)]
pub(crate) enum Stage {
    /// No line is chosen.
    FirstRun {
        /// Whether the keychain can hold the key, as far as is known.
        keychain_available: bool,
        /// What is wrong with the keychain, in a sentence.
        keychain_problem: Option<String>,
    },
    /// The key is not to be had without the person.
    Locked {
        line: Line,
        needs: Unlock,
        message: String,
        can_recover: bool,
    },
    /// The key is being replaced.
    Rotating {
        line: Line,
        watch: Arc<RotationWatch>,
    },
    /// A backup is being restored.
    Restoring {
        line: Line,
        watch: Arc<RestoreWatch>,
    },
    /// The file is open.
    Ready(Arc<Desk>),
    /// The file cannot be opened.
    Blocked {
        line: Line,
        error: ApiError,
        offers: Vec<BlockedOffer>,
    },
}

impl Stage {
    /// The stage as a window sees it.
    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::FirstRun {
                keychain_available,
                keychain_problem,
            } => Phase::FirstRun {
                keychain_available: *keychain_available,
                keychain_problem: keychain_problem.clone(),
            },
            Self::Locked {
                needs,
                message,
                can_recover,
                ..
            } => Phase::Locked {
                needs: *needs,
                message: message.clone(),
                can_recover: *can_recover,
            },
            Self::Rotating { watch, .. } => Phase::Rotating {
                progress: watch.view(),
            },
            Self::Restoring { watch, .. } => Phase::Restoring {
                progress: watch.view(),
            },
            Self::Ready(_) => Phase::Ready,
            Self::Blocked { error, offers, .. } => Phase::Blocked {
                error: error.clone(),
                offers: offers.clone(),
            },
        }
    }

    /// The current line.
    pub(crate) fn line(&self) -> Option<Line> {
        match self {
            Self::FirstRun { .. } => None,
            Self::Locked { line, .. }
            | Self::Rotating { line, .. }
            | Self::Restoring { line, .. }
            | Self::Blocked { line, .. } => Some(*line),
            Self::Ready(desk) => Some(desk.line()),
        }
    }

    fn blocked(line: Line, error: ApiError, can_recover: bool) -> Self {
        let offers = offers(&error, can_recover);
        Self::Blocked {
            line,
            error,
            offers,
        }
    }

    fn needs_keychain(line: Line, error: &SecretStoreError, can_recover: bool) -> Self {
        let words = words::secret_store(error);
        let message = format!("{} {}", words.message, words.remedy);
        Self::Locked {
            line,
            needs: Unlock::Keychain,
            message,
            can_recover,
        }
    }
}

impl App {
    /// Looks which stage is due, opening the current line if it can be opened.
    pub(crate) async fn find_stage(&self) -> Stage {
        let settled = match self.settle_rotation().await {
            Ok(()) => self.settle_restores().await,
            Err(error) => Err(error),
        };
        let Some(line) = self.inner.line_file.find() else {
            return self.first_run().await;
        };
        let can_recover = self.can_recover().await;
        if let Err(error) = settled {
            return Stage::blocked(line, error, can_recover);
        }
        match self.inner.keys.find().await {
            Ok(FoundKey::Open(key)) => self.open_line(line, key).await,
            Ok(FoundKey::NeedsPassphrase) => Stage::Locked {
                line,
                needs: Unlock::Passphrase,
                message: "Enter the passphrase that protects Tern's file.".to_owned(),
                can_recover,
            },
            Ok(FoundKey::NeedsKeychain(error)) => Stage::needs_keychain(line, &error, can_recover),
            Ok(FoundKey::Missing) => Stage::blocked(line, words::key_missing(), can_recover),
            Err(error) => Stage::blocked(line, error, can_recover),
        }
    }

    /// Whether there is a recovery code to come in by.
    async fn can_recover(&self) -> bool {
        // One that cannot be read opens nothing.
        matches!(self.inner.keys.recovery().await, Ok(Some(_)))
    }

    /// The stage before a line is chosen.
    pub(crate) async fn first_run(&self) -> Stage {
        let keychain_problem = if self.inner.keys.needs_passphrase().await {
            Some("The passphrase that you chose before protects this installation.".to_owned())
        } else {
            let probed = self.inner.keys.probe().await;
            probed
                .err()
                .map(|error| words::secret_store(&error).message)
        };
        Stage::FirstRun {
            keychain_available: keychain_problem.is_none(),
            keychain_problem,
        }
    }

    /// The key for a line that is being started. A keychain that turns out to be locked shows on the first-run
    /// screen too, whoever asked: there a passphrase can be chosen instead.
    pub(crate) async fn key_for_start(
        &self,
        passphrase: Option<String>,
    ) -> Result<DatabaseKey, ApiError> {
        self.settle_rotation().await?;
        let found = self.inner.keys.find_or_make(passphrase).await;
        if let Err(error) = &found
            && error.code == ErrorCode::KeychainLocked
            && matches!(self.stage(), Stage::FirstRun { .. })
        {
            self.move_to(Stage::FirstRun {
                keychain_available: true,
                keychain_problem: Some(error.message.clone()),
            });
        }
        found
    }

    /// Opens a line's file and starts what belongs to it.
    pub(crate) async fn open_line(&self, line: Line, key: DatabaseKey) -> Stage {
        let store = match open_file(&self.inner.config.data_folder, line, key).await {
            Ok(store) => store,
            Err(error) => return Stage::blocked(line, error, self.can_recover().await),
        };
        let opened = match Desk::open(self, line, store).await {
            // Before anybody can ask it anything.
            Ok(desk) => match self.begin_lock(&desk).await {
                Ok(()) => self.record_key_changes(&desk).await.map(|()| desk),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        match opened {
            Ok(desk) => Stage::Ready(desk),
            Err(error) => Stage::blocked(line, error, self.can_recover().await),
        }
    }
}

//! What the shell keeps while it runs: the app, the tray, and the two settings it obeys itself.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt as _;
use tern_app::App;
use tokio_util::sync::CancellationToken;

use crate::channel::Channels;
use crate::options::Options;
use crate::tray::Tray;

/// State of the shell, given to every command.
pub(crate) struct Shell {
    app: App,
    channels: Channels,
    options: Options,
    started: Instant,
    tray: OnceLock<Tray>,
    close_to_tray: AtomicBool,
    quitting: CancellationToken,
}

impl Shell {
    pub(crate) fn new(app: App, options: Options, started: Instant) -> Self {
        Self {
            app,
            channels: Channels::default(),
            options,
            started,
            tray: OnceLock::new(),
            close_to_tray: AtomicBool::new(false),
            quitting: CancellationToken::new(),
        }
    }

    /// The app behind the window.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// What the page and the app tell each other by.
    pub(crate) fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Time since the process began.
    pub(crate) fn since_start(&self) -> Duration {
        self.started.elapsed()
    }

    /// Started without a window, and able to be reached without one.
    pub(crate) fn starts_hidden(&self) -> bool {
        self.options.hidden && self.tray.get().is_some()
    }

    /// Closing the window only hides it. A second start brings it back too, so this also holds on a desktop
    /// that has no place for the tray icon.
    pub(crate) fn closes_to_tray(&self) -> bool {
        self.tray.get().is_some() && self.close_to_tray.load(Ordering::Relaxed)
    }

    /// Puts the icon into the tray, where the desktop has one.
    pub(crate) fn install_tray(&self, handle: &AppHandle) {
        match Tray::new(handle) {
            Ok(tray) => drop(self.tray.set(tray)),
            Err(error) => tracing::warn!(%error, "there is no tray; closing the window quits"),
        }
    }

    /// Obeys the settings that concern the shell. While no file is open nobody can know what was chosen:
    /// starting at login then stays as it is, and closing the window quits, since nothing is received.
    pub(crate) async fn apply_settings(&self, handle: &AppHandle) {
        let Ok(Some(settings)) = self.app.settings_in_force().await else {
            self.close_to_tray.store(false, Ordering::Relaxed);
            return;
        };
        self.close_to_tray
            .store(settings.close_to_tray, Ordering::Relaxed);
        let autolaunch = handle.autolaunch();
        if autolaunch.is_enabled().ok() == Some(settings.start_at_login) {
            return;
        }
        let changed = if settings.start_at_login {
            autolaunch.enable()
        } else {
            autolaunch.disable()
        };
        if let Err(error) = changed {
            tracing::warn!(%error, "starting at login could not be changed");
        }
    }

    /// Shows the number of unread conversations in the tray, or that the desk is locked.
    pub(crate) async fn show_unread(&self) {
        if let Some(tray) = self.tray.get() {
            let unread = self.app.unread_conversations().await;
            tray.show(unread, self.app.is_locked(), self.app.can_lock());
        }
    }

    /// Locks the desk, as the tray's menu asks.
    pub(crate) fn lock_soon(&self) {
        let app = self.app.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "one read of the file; it ends by itself"
        )]
        tauri::async_runtime::spawn(async move {
            if let Err(error) = app.lock_app().await {
                tracing::warn!(%error, "the desk could not be locked");
            }
        });
    }

    /// Cancelled when Tern quits: the shell's own tasks end by it.
    pub(crate) fn quitting(&self) -> &CancellationToken {
        &self.quitting
    }
}

//! OS notifications: one per conversation, a click opens it, reading it takes it away.
//!
//! What may be shown is decided in `tern-app` (name only, full, none); this file only shows it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use notify_rust::{Notification, Timeout};
use tern_app::App;

/// What to show for one conversation.
pub(crate) struct Card {
    /// Which conversation a click opens.
    pub(crate) conversation_id: i64,
    /// Who.
    pub(crate) title: String,
    /// What; empty when only the name may be shown.
    pub(crate) body: String,
    /// With a sound.
    pub(crate) sound: bool,
}

/// Shows and withdraws notifications.
#[derive(Clone)]
pub(crate) struct Notifier {
    app: App,
    raise: Arc<dyn Fn() + Send + Sync>,
    shown: Arc<Mutex<HashMap<i64, platform::Shown>>>,
}

impl Notifier {
    /// `raise` brings the window to the front after a click.
    pub(crate) fn new(app: App, raise: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            app,
            raise: Arc::new(raise),
            shown: Arc::default(),
        }
    }

    /// Shows a card, in place of an older one of the same conversation.
    pub(crate) async fn show(&self, card: Card) {
        self.withdraw(card.conversation_id);
        let mut notification = Notification::new();
        notification
            .appname("Tern")
            .summary(&card.title)
            .icon("tern")
            .timeout(Timeout::Default);
        notification.body(if card.body.is_empty() {
            "New text message"
        } else {
            &card.body
        });
        if card.sound {
            notification.sound_name("message-new-instant");
        }
        let notifier = self.clone();
        let id = card.conversation_id;
        match platform::show(notification, move || notifier.clicked(id)).await {
            Ok(shown) => {
                self.lock().insert(id, shown);
            }
            Err(error) => tracing::warn!(%error, "the notification could not be shown"),
        }
    }

    /// Takes a conversation's card away.
    pub(crate) fn withdraw(&self, conversation_id: i64) {
        // Dropping the handle closes the card.
        drop(self.lock().remove(&conversation_id));
    }

    fn clicked(&self, conversation_id: i64) {
        self.lock().remove(&conversation_id);
        (self.raise)();
        self.app.open_conversation(conversation_id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, platform::Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Desktops with the freedesktop notification service: clicks and closing both work.
#[cfg(all(unix, not(target_os = "macos")))]
mod platform {
    use notify_rust::{Notification, NotificationResponse, error::Result};
    use tokio::sync::oneshot;

    /// A card on screen; dropping it closes the card.
    pub(super) struct Shown {
        _close: oneshot::Sender<()>,
    }

    pub(super) async fn show(
        mut notification: Notification,
        clicked: impl FnOnce() + Send + 'static,
    ) -> Result<Shown> {
        notification.action("default", "Open");
        if reads_markup().await {
            notification.body = escaped(&notification.body);
        }
        let handle = notification.show_async().await?;
        let (close, closed) = oneshot::channel::<()>();
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends when its card is dropped"
        )]
        tauri::async_runtime::spawn(async move {
            let acted = handle.wait_for_action_async(move |response: &NotificationResponse| {
                if matches!(
                    response,
                    NotificationResponse::Default | NotificationResponse::Action(_)
                ) {
                    clicked();
                }
            });
            tokio::select! {
                () = acted => {}
                _ = closed => handle.close_async().await,
            }
        });
        Ok(Shown { _close: close })
    }

    /// What a desktop says that takes a body for markup; some take it and only name what it may hold.
    const MARKUP: [&str; 3] = ["body-markup", "body-hyperlinks", "body-images"];

    /// Whether the desktop takes a body for markup. One that does not answer is taken at its worst: a
    /// customer's text must never become a link or a picture.
    async fn reads_markup() -> bool {
        let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
        match asked {
            Ok(Ok(capabilities)) => capabilities
                .iter()
                .any(|name| MARKUP.contains(&name.as_str())),
            _ => true,
        }
    }

    /// The text in markup that shows it as it was written.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }
}

/// Systems whose notifications cannot be withdrawn through this library.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod platform {
    use notify_rust::{Notification, error::Result};

    pub(super) struct Shown;

    pub(super) async fn show(
        notification: Notification,
        _clicked: impl FnOnce() + Send + 'static,
    ) -> Result<Shown> {
        notification.show().map(|_| Shown)
    }
}

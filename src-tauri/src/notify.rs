//! OS notifications: one per conversation, a click opens it, reading it takes it away, and an offer can be
//! answered where the desktop has buttons for it.
//!
//! What may be shown is decided in `tern-app` (name only, full, none); this file only shows it.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use notify_rust::{Notification, Timeout};
use tern_app::App;
use tern_app::dto::{AnswerOffer, DesktopAbilities, NotificationSound, OfferActs};

/// What to show.
pub(crate) struct Card {
    /// Which conversation a click opens; `None` = a click does nothing.
    pub(crate) conversation_id: Option<i64>,
    /// Who.
    pub(crate) title: String,
    /// What; empty when only the name may be shown.
    pub(crate) body: String,
    /// How it sounds; `None` = not at all.
    pub(crate) sound: Option<NotificationSound>,
    /// What can be answered from it.
    pub(crate) offer: Option<OfferActs>,
}

/// What a person does with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Clicks it.
    Open,
    /// Takes the offered work.
    Accept,
    /// Says no to it.
    Decline,
}

type Later = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Shows and withdraws notifications.
#[derive(Clone)]
pub(crate) struct Notifier {
    app: App,
    raise: Arc<dyn Fn() + Send + Sync>,
    shown: Arc<Mutex<HashMap<Option<i64>, platform::Shown>>>,
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

    /// Finds out what the desktop's notifications can do, for whoever sets them up.
    pub(crate) async fn look_at_desktop(&self) {
        self.app.set_desktop_abilities(platform::abilities().await);
    }

    /// Shows a card, in place of an older one of the same conversation.
    pub(crate) async fn show(&self, card: Card) {
        self.close(card.conversation_id);
        let mut notification = Notification::new();
        notification
            .appname("Tern")
            .summary(&card.title)
            .icon("tern")
            // An offer stays as long as it stands; its end takes the card away.
            .timeout(if card.offer.is_some() {
                Timeout::Never
            } else {
                Timeout::Default
            });
        notification.body(if card.body.is_empty() {
            "New text message"
        } else {
            &card.body
        });
        platform::set_sound(&mut notification, card.sound);
        let buttons = card.offer.as_ref().map_or(&[][..], |offer| {
            if offer.can_reject {
                &[
                    (Act::Accept, "accept", "Accept"),
                    (Act::Decline, "decline", "Not me"),
                ]
            } else {
                &[(Act::Accept, "accept", "Accept")]
            }
        });
        let notifier = self.clone();
        let (id, offer) = (card.conversation_id, card.offer);
        let acted = move |act| notifier.acted(act, id, offer);
        match platform::show(notification, buttons, acted).await {
            Ok(shown) => {
                self.lock().insert(id, shown);
            }
            Err(error) => tracing::warn!(%error, "the notification could not be shown"),
        }
    }

    /// Takes a conversation's card away.
    pub(crate) fn withdraw(&self, conversation_id: i64) {
        self.close(Some(conversation_id));
    }

    fn close(&self, of: Option<i64>) {
        // Dropping the handle closes the card.
        drop(self.lock().remove(&of));
    }

    /// Carries out what the person did. Boxed, because a refusal is shown as a card again.
    fn acted(self, act: Act, id: Option<i64>, offer: Option<OfferActs>) -> Later {
        Box::pin(async move {
            self.lock().remove(&id);
            if let (Act::Accept | Act::Decline, Some(offer)) = (act, offer) {
                let answer = AnswerOffer {
                    work_item_id: offer.work_item_id,
                    accept: act == Act::Accept,
                    reason_id: None,
                };
                if let Err(error) = self.app.answer_offer(answer).await {
                    self.show(Card {
                        conversation_id: id,
                        title: error.message,
                        body: "The conversation is in Tern.".to_owned(),
                        sound: None,
                        offer: None,
                    })
                    .await;
                    return;
                }
            }
            if let Some(id) = id.filter(|_| act != Act::Decline) {
                (self.raise)();
                self.app.open_conversation(id);
            }
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Option<i64>, platform::Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Desktops with the freedesktop notification service: clicks, buttons and closing all work.
#[cfg(all(unix, not(target_os = "macos")))]
mod platform {
    use notify_rust::{Hint, Notification, NotificationResponse, error::Result};
    use tokio::sync::oneshot;

    use super::{Act, DesktopAbilities, Later, NotificationSound};

    /// A card on screen; dropping it closes the card.
    pub(super) struct Shown {
        _close: oneshot::Sender<()>,
    }

    pub(super) async fn show(
        mut notification: Notification,
        buttons: &'static [(Act, &'static str, &'static str)],
        acted: impl FnOnce(Act) -> Later + Send + 'static,
    ) -> Result<Shown> {
        let said = capabilities().await;
        notification.action("default", "Open");
        if has(said.as_deref(), "actions") {
            for (_, id, label) in buttons {
                notification.action(id, label);
            }
        }
        if reads_markup(said.as_deref()) {
            notification.body = escaped(&notification.body);
        }
        let handle = notification.show_async().await?;
        let (close, closed) = oneshot::channel::<()>();
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends when its card is dropped"
        )]
        tauri::async_runtime::spawn(async move {
            let (tell, told) = oneshot::channel();
            let waiting = handle.wait_for_action_async(move |response: &NotificationResponse| {
                // Nobody waits for it any more once the card was dropped.
                let _unheard = tell.send(act_of(response, buttons));
            });
            tokio::select! {
                () = waiting => {
                    if let Ok(Some(act)) = told.await {
                        // Some desktops leave a card on screen whose button was pressed.
                        handle.close_async().await;
                        acted(act).await;
                    }
                }
                _ = closed => handle.close_async().await,
            }
        });
        Ok(Shown { _close: close })
    }

    /// What a response means; `None` = the card was closed.
    fn act_of(
        response: &NotificationResponse,
        buttons: &[(Act, &'static str, &'static str)],
    ) -> Option<Act> {
        match response {
            NotificationResponse::Default => Some(Act::Open),
            NotificationResponse::Action(id) => buttons
                .iter()
                .find(|(_, known, _)| known == id)
                .map(|(act, _, _)| *act)
                .or(Some(Act::Open)),
            _ => None,
        }
    }

    /// What the desktop's notifications can do; `None` when it does not answer.
    pub(super) async fn abilities() -> Option<DesktopAbilities> {
        let said = capabilities().await?;
        Some(DesktopAbilities {
            buttons: has(Some(&said), "actions"),
            sounds: has(Some(&said), "sound"),
        })
    }

    /// Has the desktop play a sound of its own, by the name that the sound naming specification gives it.
    pub(super) fn set_sound(notification: &mut Notification, sound: Option<NotificationSound>) {
        let name = match sound {
            Some(NotificationSound::Message) => "message-new-instant",
            Some(NotificationSound::Bell) => "bell",
            Some(NotificationSound::Chime) => "complete",
            Some(NotificationSound::Ring) => "phone-incoming-call",
            Some(NotificationSound::Warning) => "dialog-warning",
            Some(NotificationSound::Silent) | None => {
                notification.hint(Hint::SuppressSound(true));
                return;
            }
        };
        notification.sound_name(name);
    }

    async fn capabilities() -> Option<Vec<String>> {
        let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
        asked.ok()?.ok()
    }

    fn has(said: Option<&[String]>, wanted: &str) -> bool {
        said.is_some_and(|said| said.iter().any(|name| name == wanted))
    }

    /// What a desktop says that takes a body for markup; some take it and only name what it may hold.
    const MARKUP: [&str; 3] = ["body-markup", "body-hyperlinks", "body-images"];

    /// Whether the desktop takes a body for markup. One that does not answer is taken at its worst: a
    /// customer's text must never become a link or a picture.
    fn reads_markup(said: Option<&[String]>) -> bool {
        said.is_none() || MARKUP.iter().any(|name| has(said, name))
    }

    /// The text in markup that shows it as it was written.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }
}

/// Systems whose notifications can be neither withdrawn nor answered through this library.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod platform {
    use notify_rust::{Notification, error::Result};

    use super::{Act, DesktopAbilities, Later, NotificationSound};

    pub(super) struct Shown;

    pub(super) async fn show(
        notification: Notification,
        _buttons: &'static [(Act, &'static str, &'static str)],
        _acted: impl FnOnce(Act) -> Later + Send + 'static,
    ) -> Result<Shown> {
        notification.show().map(|_| Shown)
    }

    pub(super) async fn abilities() -> Option<DesktopAbilities> {
        Some(DesktopAbilities {
            buttons: false,
            sounds: true,
        })
    }

    /// Names of sounds that come with the system.
    pub(super) fn set_sound(notification: &mut Notification, sound: Option<NotificationSound>) {
        let on_mac = cfg!(target_os = "macos");
        let name = match sound {
            Some(NotificationSound::Message) if on_mac => "Pop",
            Some(NotificationSound::Message) => "IM",
            Some(NotificationSound::Bell) if on_mac => "Ping",
            Some(NotificationSound::Bell) => "Reminder",
            Some(NotificationSound::Chime) if on_mac => "Glass",
            Some(NotificationSound::Chime) => "Mail",
            Some(NotificationSound::Ring) if on_mac => "Hero",
            Some(NotificationSound::Ring) => "SMS",
            Some(NotificationSound::Warning) if on_mac => "Sosumi",
            Some(NotificationSound::Warning) => "Default",
            Some(NotificationSound::Silent) | None => return,
        };
        notification.sound_name(name);
    }
}

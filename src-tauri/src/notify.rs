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

use crate::sound::Speaker;

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
    speaker: Speaker,
    shown: Arc<Mutex<HashMap<Option<i64>, platform::Shown>>>,
}

impl Notifier {
    /// `raise` brings the window to the front after a click.
    pub(crate) fn new(app: App, raise: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            app,
            raise: Arc::new(raise),
            speaker: Speaker::default(),
            shown: Arc::default(),
        }
    }

    /// Finds out what the desktop's notifications can do, for whoever sets them up.
    pub(crate) async fn look_at_desktop(&self) {
        let desktop = platform::Desktop::look().await;
        let can_play = desktop.plays_sounds() || Speaker::is_there().await;
        self.app.set_desktop_abilities(desktop.abilities(can_play));
    }

    /// Lets a sound be heard as a notification's would be. Where the desktop plays them, that takes a card.
    pub(crate) async fn play(&self, sound: NotificationSound) {
        if platform::Desktop::look().await.plays_sounds() {
            self.show(Card {
                conversation_id: None,
                title: "Tern".to_owned(),
                body: "This is how it sounds.".to_owned(),
                sound: Some(sound),
                offer: None,
            })
            .await;
        } else {
            self.speaker.play(sound);
        }
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
        let desktop = platform::Desktop::look().await;
        // One of the two plays, never both.
        if desktop.plays_sounds() {
            platform::set_sound(&mut notification, card.sound);
        } else {
            platform::set_sound(&mut notification, None);
            if let Some(sound) = card.sound
                && !desktop.is_not_to_disturb().await
            {
                self.speaker.play(sound);
            }
        }
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
        match platform::show(notification, &desktop, buttons, acted).await {
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

    /// Takes every card away: the desk is locked.
    pub(crate) fn withdraw_all(&self) {
        self.lock().clear();
    }

    fn close(&self, of: Option<i64>) {
        // Dropping the handle closes the card.
        drop(self.lock().remove(&of));
    }

    /// Carries out what the person did. Boxed, because a refusal is shown as a card again.
    fn acted(self, act: Act, id: Option<i64>, offer: Option<OfferActs>) -> Later {
        Box::pin(async move {
            self.lock().remove(&id);
            if self.app.is_locked() {
                // Whoever presses a button proves nothing.
                (self.raise)();
                return;
            }
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
    use std::time::Duration;

    use notify_rust::{Hint, Notification, NotificationResponse, error::Result};
    use tokio::sync::oneshot;

    use super::{Act, DesktopAbilities, Later, NotificationSound};

    /// Longest that the desktop may take to say whether it is asked not to disturb.
    const PATIENCE: Duration = Duration::from_secs(2);
    const SERVICE: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// Where some desktops say that they are asked not to disturb: Plasma, and dunst. The others either play
    /// sounds themselves or keep it to themselves.
    const NOT_TO_DISTURB: [(&str, &str); 2] =
        [(SERVICE, "Inhibited"), ("org.dunstproject.cmd0", "paused")];

    /// What the desktop's notification service says of itself; `None` when it does not answer.
    pub(super) struct Desktop(Option<Vec<String>>);

    impl Desktop {
        pub(super) async fn look() -> Self {
            let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
            Self(asked.ok().and_then(std::result::Result::ok))
        }

        pub(super) fn abilities(&self, sounds: bool) -> Option<DesktopAbilities> {
            self.0.as_ref().map(|_| DesktopAbilities {
                buttons: self.has("actions"),
                sounds,
            })
        }

        /// It plays the sound that a notification names.
        pub(super) fn plays_sounds(&self) -> bool {
            self.has("sound")
        }

        /// Somebody asked it for silence.
        pub(super) async fn is_not_to_disturb(&self) -> bool {
            let asked = tokio::time::timeout(PATIENCE, async {
                let bus = zbus::Connection::session().await.ok()?;
                for property in NOT_TO_DISTURB {
                    let interface = Some("org.freedesktop.DBus.Properties");
                    let answer = bus.call_method(Some(SERVICE), PATH, interface, "Get", &property);
                    let Ok(answer) = answer.await else { continue };
                    let value = answer.body().deserialize::<zbus::zvariant::OwnedValue>();
                    if value.is_ok_and(|value| bool::try_from(value).unwrap_or(false)) {
                        return Some(());
                    }
                }
                None
            });
            matches!(asked.await, Ok(Some(())))
        }

        fn has(&self, wanted: &str) -> bool {
            self.0.iter().flatten().any(|name| name == wanted)
        }

        /// Whether it takes a body for markup. One that does not answer is taken at its worst: a customer's
        /// text must never become a link or a picture.
        fn reads_markup(&self) -> bool {
            self.0.is_none() || MARKUP.iter().any(|name| self.has(name))
        }
    }

    /// A card on screen; dropping it closes the card.
    pub(super) struct Shown {
        _close: oneshot::Sender<()>,
    }

    pub(super) async fn show(
        mut notification: Notification,
        desktop: &Desktop,
        buttons: &'static [(Act, &'static str, &'static str)],
        acted: impl FnOnce(Act) -> Later + Send + 'static,
    ) -> Result<Shown> {
        notification.action("default", "Open");
        if desktop.has("actions") {
            for (_, id, label) in buttons {
                notification.action(id, label);
            }
        }
        if desktop.reads_markup() {
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

    /// What a desktop says that takes a body for markup; some take it and only name what it may hold.
    const MARKUP: [&str; 3] = ["body-markup", "body-hyperlinks", "body-images"];

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

    /// Whatever system this is, it plays by itself.
    pub(super) struct Desktop;

    impl Desktop {
        pub(super) async fn look() -> Self {
            Self
        }

        pub(super) fn abilities(&self, sounds: bool) -> Option<DesktopAbilities> {
            Some(DesktopAbilities {
                buttons: false,
                sounds,
            })
        }

        pub(super) fn plays_sounds(&self) -> bool {
            true
        }

        pub(super) async fn is_not_to_disturb(&self) -> bool {
            false
        }
    }

    pub(super) async fn show(
        notification: Notification,
        _desktop: &Desktop,
        _buttons: &'static [(Act, &'static str, &'static str)],
        _acted: impl FnOnce(Act) -> Later + Send + 'static,
    ) -> Result<Shown> {
        notification.show().map(|_| Shown)
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

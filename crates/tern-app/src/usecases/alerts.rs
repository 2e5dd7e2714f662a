//! What keeps notifications away at the moment, and one to try the settings with.

use std::sync::PoisonError;

use jiff::tz::TimeZone;
use tern_domain::alerts::{AlertMoment, AlertRules, Silence, silence};

use crate::app::App;
use crate::dto::{
    DesktopAbilities, NotificationSound, NotificationState, NotificationStyle, SilenceView,
    TrySound,
};
use crate::error::ApiError;
use crate::events::Change;
use crate::{view, words};

impl App {
    /// Whether notifications are shown now, and why not.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn notification_state(&self) -> Result<NotificationState, ApiError> {
        let desk = self.desk()?;
        let settings = self.settings().await?;
        let rules: AlertRules = view::alerts::rules(&settings).unwrap_or_default();
        let me = desk.agent();
        let (presence, states) = desk
            .store
            .read(move |conn| {
                let presence = conn.load_presence()?;
                let state = presence.get(&me).map(|presence| presence.state);
                Ok((state, conn.load_routing_config()?.presence))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let zone = TimeZone::system();
        let moment = AlertMoment {
            now: desk.now(),
            zone: &zone,
            agent: me,
            presence,
            is_on_screen: false,
        };
        let silence = silence(&rules, &moment).map(|silence| match silence {
            Silence::Off => SilenceView::Off,
            Silence::QuietHours { until } => SilenceView::QuietHours {
                until: until.map(|until| until.0),
            },
            Silence::Presence { state } => SilenceView::Presence {
                name: states
                    .iter()
                    .find(|known| known.id == state)
                    .map(|known| known.name.clone())
                    .unwrap_or_default(),
            },
        });
        Ok(NotificationState {
            silence,
            changes_at: rules
                .quiet
                .next_change_after(&zone, moment.now)
                .map(|at| at.0),
            desktop: *self
                .inner
                .desktop
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        })
    }

    /// Shows a notification as the settings have it, also while they are silenced: whoever asks for one wants
    /// to see it. Switched off, none is shown.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn try_notification(&self) -> Result<NotificationState, ApiError> {
        let settings = self.settings().await?;
        if settings.notification_style != NotificationStyle::None {
            self.emit(Change::Trial {
                title: "Tern".to_owned(),
                body: match settings.notification_style {
                    NotificationStyle::Full => {
                        "This is how the beginning of a text would be shown.".to_owned()
                    }
                    NotificationStyle::NameOnly | NotificationStyle::None => String::new(),
                },
                sound: settings
                    .notification_sound
                    .then_some(NotificationSound::Message),
            });
        }
        self.notification_state().await
    }

    /// Lets a sound be heard, also while notifications are silenced or have none: whoever asks wants to hear it.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn try_sound(&self, wish: TrySound) -> Result<NotificationState, ApiError> {
        self.emit(Change::Sound { sound: wish.sound });
        self.notification_state().await
    }

    /// A shell says what the notifications of its desktop can do.
    pub fn set_desktop_abilities(&self, abilities: Option<DesktopAbilities>) {
        *self
            .inner
            .desktop
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = abilities;
    }
}

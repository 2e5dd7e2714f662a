//! What is chosen about notifications, both ways between rules and window.

use tern_domain::alerts::{
    AlertKind, AlertProblem, AlertRepeat, AlertRules, AlertSound, KindRule, QuietWeek,
};
use tern_domain::routing::Span;
use tern_domain::{Millis, PresenceStateId};

use crate::dto::{KindChoice, NotificationSound, NotificationStyle, Settings};

/// The rules that the settings stand for.
///
/// # Errors
/// [`AlertProblem`] for settings that make no sense.
pub(crate) fn rules(settings: &Settings) -> Result<AlertRules, AlertProblem> {
    let kinds = settings.notification_kinds;
    let rule = |choice: KindChoice| KindRule {
        is_shown: choice.shown,
        is_heard: choice.heard,
    };
    let rules = AlertRules {
        are_shown: settings.notification_style != NotificationStyle::None,
        are_heard: settings.notification_sound,
        kinds: [
            (AlertKind::NewWork, rule(kinds.new_work)),
            (AlertKind::Ongoing, rule(kinds.ongoing)),
            (AlertKind::Others, rule(kinds.others)),
            (AlertKind::Offer, rule(kinds.offer)),
            (AlertKind::Reminder, rule(kinds.reminder)),
        ]
        .into(),
        quiet: QuietWeek::new(settings.quiet_hours.clone().map(|spans| {
            spans
                .into_iter()
                .map(|span| Span {
                    from: span.from,
                    to: span.to,
                })
                .collect()
        }))?,
        // A state that was removed since silences nothing.
        silent_in: settings
            .silent_presence
            .iter()
            .filter_map(|id| id.parse::<PresenceStateId>().ok())
            .collect(),
        repeat: settings.notification_repeat.map(|repeat| AlertRepeat {
            every: Millis::seconds(repeat.every_seconds.into()),
            at_most: repeat.at_most,
        }),
    };
    rules.check()?;
    Ok(rules)
}

/// A sound for a window or a shell.
pub(crate) const fn sound_view(sound: AlertSound) -> NotificationSound {
    match sound {
        AlertSound::Message => NotificationSound::Message,
        AlertSound::Bell => NotificationSound::Bell,
        AlertSound::Chime => NotificationSound::Chime,
        AlertSound::Ring => NotificationSound::Ring,
        AlertSound::Warning => NotificationSound::Warning,
        AlertSound::Silent => NotificationSound::Silent,
    }
}

/// A sound as a window chose it.
pub(crate) const fn sound(view: NotificationSound) -> AlertSound {
    match view {
        NotificationSound::Message => AlertSound::Message,
        NotificationSound::Bell => AlertSound::Bell,
        NotificationSound::Chime => AlertSound::Chime,
        NotificationSound::Ring => AlertSound::Ring,
        NotificationSound::Warning => AlertSound::Warning,
        NotificationSound::Silent => AlertSound::Silent,
    }
}

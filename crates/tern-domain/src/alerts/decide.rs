//! Whether a notification is raised now, and when again.

use jiff::tz::TimeZone;

use super::rules::AlertRules;
use super::{Alert, AlertKind, AlertSound, AlertSubject};
use crate::ids::{AgentId, PresenceStateId, WorkItemId};
use crate::time::UtcMillis;

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlertScene {
    /// Texts came in that nobody has read.
    pub is_unread: bool,
    /// A messaging action asked for an answer, and nobody has given one (M-4).
    pub is_prompted: bool,
    /// Whose it is.
    pub assigned_to: Option<AgentId>,
    /// What is offered to whom.
    pub offered: Option<(WorkItemId, AgentId)>,
    /// The sound of its queue; `None` = the usual one.
    pub queue_sound: Option<AlertSound>,
}

/// The moment and the desk at which is decided.
#[derive(Debug, Clone, Copy)]
pub struct AlertMoment<'a> {
    /// Now.
    pub now: UtcMillis,
    /// The laptop's time zone.
    pub zone: &'a TimeZone,
    /// Who is signed in.
    pub agent: AgentId,
    /// The presence state they are in.
    pub presence: Option<PresenceStateId>,
    /// Somebody has the conversation before their eyes.
    pub is_on_screen: bool,
}

/// Why nothing is shown although something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Notifications are switched off.
    Off,
    /// Quiet hours.
    QuietHours {
        /// Until when; `None` = for good.
        until: Option<UtcMillis>,
    },
    /// The agent's presence state is a silent one.
    Presence {
        /// Which.
        state: PresenceStateId,
    },
}

/// Why a notification is not raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It was looked at, answered, or is nobody's concern any more.
    Over,
    /// Somebody else is signed in now.
    OtherAgent,
    /// This kind is switched off.
    KindOff,
    /// It is before the agent's eyes already.
    OnScreen,
    /// Nothing is shown now.
    Silenced(Silence),
}

/// Raised, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Raised.
    Raise {
        /// How it sounds; `None` = not at all.
        sound: Option<AlertSound>,
    },
    /// Not raised.
    Withhold(Withheld),
}

/// What is decided about a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertDecision {
    /// Now.
    pub outcome: Outcome,
    /// When it is decided again; `None` = never.
    pub repeat_at: Option<UtcMillis>,
}

/// Decides whether a notification is raised now, and when it is looked at again.
///
/// Quiet hours put a repetition off until they end, a silent presence state until the next turn; neither
/// counts as a repetition.
#[must_use]
pub fn decide(
    rules: &AlertRules,
    alert: &Alert,
    scene: &AlertScene,
    moment: &AlertMoment<'_>,
) -> AlertDecision {
    let never = |why| AlertDecision {
        outcome: Outcome::Withhold(why),
        repeat_at: None,
    };
    if alert.agent != moment.agent {
        return never(Withheld::OtherAgent);
    }
    if is_over(alert, scene) {
        return never(Withheld::Over);
    }
    let kind = kind_of(alert, scene);
    let rule = rules.kind(kind);
    if !rule.is_shown {
        return never(Withheld::KindOff);
    }
    if moment.is_on_screen && is_seen_by_looking(alert) {
        return never(Withheld::OnScreen);
    }
    let again = rules.repeat.filter(|_| kind != AlertKind::Others);
    if let Some(silence) = silence(rules, moment) {
        let repeat_at = again.and_then(|repeat| match silence {
            Silence::Off => None,
            Silence::QuietHours { until } => until,
            Silence::Presence { .. } => Some(moment.now + repeat.every),
        });
        return AlertDecision {
            outcome: Outcome::Withhold(Withheld::Silenced(silence)),
            repeat_at,
        };
    }
    AlertDecision {
        outcome: Outcome::Raise {
            sound: (rules.are_heard && rule.is_heard)
                .then(|| scene.queue_sound.unwrap_or_default())
                .filter(|sound| *sound != AlertSound::Silent),
        },
        repeat_at: again
            .filter(|repeat| alert.raised < repeat.at_most)
            .map(|repeat| moment.now + repeat.every),
    }
}

/// What keeps every notification away at this moment, if anything does.
#[must_use]
pub fn silence(rules: &AlertRules, moment: &AlertMoment<'_>) -> Option<Silence> {
    if !rules.are_shown {
        return Some(Silence::Off);
    }
    if let Some(state) = moment
        .presence
        .filter(|state| rules.silent_in.contains(state))
    {
        return Some(Silence::Presence { state });
    }
    rules
        .quiet
        .is_quiet_at(moment.zone, moment.now)
        .then(|| Silence::QuietHours {
            until: rules.quiet.next_change_after(moment.zone, moment.now),
        })
}

fn kind_of(alert: &Alert, scene: &AlertScene) -> AlertKind {
    match (alert.subject, scene.assigned_to) {
        // Offered to them, whoever has it until they accept (H-10).
        (AlertSubject::Offer { .. } | AlertSubject::Given, _) => AlertKind::Offer,
        (_, Some(agent)) if agent != alert.agent => AlertKind::Others,
        (AlertSubject::Prompt | AlertSubject::SnoozeEnded, _) => AlertKind::Reminder,
        (AlertSubject::Text, Some(_)) => AlertKind::Ongoing,
        (AlertSubject::Text, None) => AlertKind::NewWork,
    }
}

/// Whether there is nothing to tell any more. What has just happened is told even if its traces are gone
/// already, as when an answer from elsewhere came in with the text.
fn is_over(alert: &Alert, scene: &AlertScene) -> bool {
    match alert.subject {
        AlertSubject::Offer { work_item } => scene.offered != Some((work_item, alert.agent)),
        _ if alert.raised == 0 => false,
        AlertSubject::Text | AlertSubject::SnoozeEnded => !scene.is_unread,
        AlertSubject::Given => !scene.is_unread || scene.assigned_to != Some(alert.agent),
        AlertSubject::Prompt => !scene.is_prompted,
    }
}

/// An offer wants an answer, not a look. A reminder is told for the first time even over an open
/// conversation, because nothing in it moves; a look ends its repetitions.
fn is_seen_by_looking(alert: &Alert) -> bool {
    match alert.subject {
        AlertSubject::Text => true,
        AlertSubject::Offer { .. } => false,
        AlertSubject::Given | AlertSubject::Prompt | AlertSubject::SnoozeEnded => alert.raised > 0,
    }
}

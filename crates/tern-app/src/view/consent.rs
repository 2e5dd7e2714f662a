//! Consent in plain words.

use tern_domain::subscription::{Consent, ConsentChange};
use tern_domain::{Actor, Author};

use super::message::Beholder;

/// What changed, as a sentence.
pub(crate) fn what(change: ConsentChange) -> String {
    match change {
        ConsentChange::Blocked { code: None } => "No more texts",
        ConsentChange::Blocked { code: Some(code) } => {
            return format!("No more texts: Twilio refused one (code {code})");
        }
        ConsentChange::Unblocked => "Texts again",
        ConsentChange::NotificationsOn => "Notifications on",
        ConsentChange::NotificationsOff => "Notifications off",
        ConsentChange::NotificationsReset => "Notifications off: the number changed hands",
        ConsentChange::StopSuspected => "Wrote something that may mean STOP",
        ConsentChange::StopAnswered {
            wants_to_stop: true,
        } => "Understood as: no more texts",
        ConsentChange::StopAnswered {
            wants_to_stop: false,
        } => "Understood as: go on",
        ConsentChange::Unrecognised => "Something that only a newer version of Tern can show",
    }
    .to_owned()
}

/// Who said it.
pub(crate) fn who(by: Actor, beholder: &Beholder) -> String {
    match by {
        Actor::Requester => "Customer".to_owned(),
        Actor::Agent(agent) => beholder.name_of(agent),
        Actor::Carrier => "Twilio".to_owned(),
        Actor::VirtualAgent => Author::VIRTUAL_AGENT.to_owned(),
        Actor::System => "Tern".to_owned(),
    }
}

/// Whether texts may be sent, by the newest line that is about it.
pub(crate) fn texts(is_blocked: bool, newest_first: &[Consent], beholder: &Beholder) -> String {
    if !is_blocked {
        return "They get texts from this number.".to_owned();
    }
    let block = newest_first
        .iter()
        .find(|consent| matches!(consent.change, ConsentChange::Blocked { .. }));
    match block.map(|consent| (consent.change, consent.by)) {
        Some((ConsentChange::Blocked { code: Some(code) }, _)) => format!(
            "They opted out: Twilio refused a text with code {code}. They can text START to get texts again."
        ),
        Some((_, Actor::Agent(agent))) => format!(
            "{} noted that they want no more texts. They can text START to get texts again.",
            beholder.name_of(agent)
        ),
        _ => "They opted out with STOP. Only they can undo it, by texting START.".to_owned(),
    }
}

/// Whether they get notifications, and why not.
pub(crate) const fn notifications(is_linked: bool, is_on: bool, is_blocked: bool) -> &'static str {
    match (is_linked, is_on, is_blocked) {
        (false, ..) => "Off. Notifications need a number that is linked to an account.",
        (true, true, false) => "On.",
        (true, true, true) => "On, but no text reaches them.",
        (true, false, _) => "Off. They turn them on by texting START.",
    }
}

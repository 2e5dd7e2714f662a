//! What became of a text whose words are gone, in words (L-14, V-20).

use tern_domain::bot::SECURE_ANSWER;
use tern_domain::{CarrierWipe, WipeCause, WipeState, WipeWait};

use super::message::Beholder;
use crate::dto::{CarrierCopy, RemovalView};

/// How far removing a text is. `masked` is what was found in it.
pub(crate) fn view(wipe: &CarrierWipe, masked: &[String], beholder: &Beholder) -> RemovalView {
    let (carrier, words) = match wipe.state {
        WipeState::Done { gone: false, .. } => (
            CarrierCopy::Done,
            "Twilio’s copy is empty too.".to_owned(),
        ),
        WipeState::Done { gone: true, .. } => (
            CarrierCopy::Done,
            "Twilio does not have the message any more.".to_owned(),
        ),
        WipeState::NeverThere => (CarrierCopy::Done, "It never reached Twilio.".to_owned()),
        WipeState::Waiting { why } => (CarrierCopy::Waiting, waiting_words(why).to_owned()),
        WipeState::Failed { code, .. } => (
            CarrierCopy::Failed,
            code.map_or_else(
                || "Twilio would not empty its copy. Try again, or delete the message in Twilio’s console.".to_owned(),
                |code| {
                    format!(
                        "Twilio refused to empty its copy (code {code}). Try again, or delete the message in \
                         Twilio’s console."
                    )
                },
            ),
        ),
    };
    RemovalView {
        secure: (wipe.cause == WipeCause::SecureAnswer).then(|| {
            masked
                .first()
                .map_or(SECURE_ANSWER, String::as_str)
                .to_owned()
        }),
        by: match wipe.cause {
            WipeCause::SecureAnswer => None,
            WipeCause::Redacted { by } => Some(beholder.name_of(by)),
        },
        at: wipe.since.0,
        carrier,
        words,
    }
}

const fn waiting_words(why: WipeWait) -> &'static str {
    match why {
        WipeWait::Turn => "Twilio still has a copy; Tern empties it as soon as the line is up.",
        WipeWait::NotFinal => {
            "Twilio still has a copy: the message is on its way, and Twilio empties it only when it has arrived. \
             Tern keeps asking."
        }
        WipeWait::Credentials => {
            "Twilio still has a copy: the account’s key may not change messages. Tern keeps asking."
        }
        WipeWait::Busy => "Twilio still has a copy: it is busy. Tern keeps asking.",
        WipeWait::Refused => "Twilio still has a copy: it refused once. Tern asks again.",
    }
}

//! The doctor's look at one number: what it can do, and who else answers on it.
//!
//! A webhook is reported by its host alone: the rest of the URL may hold a secret.

use tern_domain::PhoneNumber;
use tern_twilio::IncomingNumber;
use url::Url;

use super::findings::finding;
use crate::dto::{DoctorCheck, Finding, FindingLevel, FindingOffer, NumberCheck};

/// Where Twilio's own sample reply lives; every new number points there.
const SAMPLE_HOST: &str = "demo.twilio.com";

/// Who answers inbound texts on a number.
enum Answering {
    Nobody,
    SampleReply,
    Application,
    Ourselves,
    Foreign { host: String },
}

fn answering(number: &IncomingNumber, own_host: Option<&str>) -> Answering {
    if number.sms_application_sid.is_some() {
        return Answering::Application;
    }
    if number.sms_webhook.url.is_empty() {
        return Answering::Nobody;
    }
    match host_of(&number.sms_webhook.url) {
        Some(host) if host == SAMPLE_HOST => Answering::SampleReply,
        Some(host) if Some(host.as_str()) == own_host => Answering::Ourselves,
        Some(host) => Answering::Foreign { host },
        None => Answering::Foreign {
            host: "an unreadable address".to_owned(),
        },
    }
}

/// Host of a webhook URL, in lower case.
pub(crate) fn host_of(url: &str) -> Option<String> {
    Url::parse(url)
        .ok()?
        .host_str()
        .map(str::to_ascii_lowercase)
}

/// One line of the report's table of numbers.
pub(super) fn check(number: &IncomingNumber, own_host: Option<&str>) -> NumberCheck {
    let e164 = number.phone_number.as_str();
    let parsed = PhoneNumber::parse(e164).ok();
    let sms = number.capabilities.sms;
    let note = if !sms {
        Some("Cannot text: calls only.".to_owned())
    } else if parsed.is_none() {
        Some("Not a number in international form.".to_owned())
    } else {
        note(&answering(number, own_host))
    };
    NumberCheck {
        number: e164.to_owned(),
        display: parsed
            .as_ref()
            .map_or_else(|| e164.to_owned(), PhoneNumber::display_international),
        name: number.friendly_name.clone().unwrap_or_default(),
        sms,
        mms: number.capabilities.mms,
        webhook_host: host_of(&number.sms_webhook.url),
        usable: sms && parsed.is_some(),
        note,
    }
}

fn note(answering: &Answering) -> Option<String> {
    match answering {
        Answering::Nobody | Answering::Ourselves => None,
        Answering::SampleReply => Some("Twilio's sample reply answers every text.".to_owned()),
        Answering::Application => Some("A TwiML application answers here.".to_owned()),
        Answering::Foreign { host } => Some(format!("Another program answers here: {host}.")),
    }
}

/// What the number's webhook means for its customers.
pub(super) fn webhook_finding(number: &IncomingNumber, own_host: Option<&str>) -> Finding {
    use FindingLevel::{Fine, Warning};
    let (level, title, detail, remedy) = match answering(number, own_host) {
        Answering::Ourselves => (Fine, "Twilio calls Tern for this number", String::new(), ""),
        Answering::Nobody => (
            Fine,
            "No other program answers on this number",
            "Tern fetches its texts by itself. Should a test text not arrive, a Messaging Service may drop it: \
             let the service defer to the sender's webhook."
                .to_owned(),
            "",
        ),
        Answering::SampleReply => (
            Warning,
            "Twilio's sample reply answers your customers",
            "A new number thanks everybody for the message until its webhook is changed.".to_owned(),
            "Let Tern clear it here, or clear “A message comes in” of this number in the Twilio console.",
        ),
        Answering::Application => (
            Warning,
            "A TwiML application answers on this number",
            "Customers may get answers from it besides those from Tern.".to_owned(),
            "Take the application off the number if nobody needs it.",
        ),
        Answering::Foreign { host } => (
            Warning,
            "Another program answers on this number",
            format!("Texts are also delivered to {host}. Customers may get two answers."),
            "Keep it if that program is still needed, best with another number for Tern. Otherwise let Tern \
             replace it here.",
        ),
    };
    Finding {
        number: Some(number.phone_number.as_str().to_owned()),
        offer: offer(&answering(number, own_host), own_host.is_some()),
        ..finding(DoctorCheck::Webhook, level, title, detail, remedy)
    }
}

/// What may be done about it from here. An application is somebody's set-up beyond this number.
fn offer(answering: &Answering, can_be_called: bool) -> Option<FindingOffer> {
    match answering {
        Answering::SampleReply | Answering::Foreign { .. } => Some(FindingOffer::Replace),
        Answering::Nobody if can_be_called => Some(FindingOffer::PointAtTern),
        Answering::Nobody | Answering::Ourselves | Answering::Application => None,
    }
}

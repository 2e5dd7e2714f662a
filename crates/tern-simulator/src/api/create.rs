//! Creating a message. Owns the checking of its parameters and the code for each way to get one wrong.

use axum::http::StatusCode;
use jiff::Timestamp;

use super::answer::Answer;
use super::{ApiRequest, Params};
use crate::address::E164;
use crate::clock::Moment;
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::state::Carrier;
use crate::state::messages::Direction;
use crate::state::sending::Outgoing;
use crate::wire::MessageWire;

const MAX_BODY_CHARACTERS: usize = 1600;
const MAX_MEDIA: usize = 10;
/// A scheduled message must lie more than 300 s and at most 35 days ahead.
const SCHEDULE_MILLIS: std::ops::RangeInclusive<i64> = 300_001..=35 * 86_400_000;

/// `POST /Messages.json`. Not idempotent, as at Twilio: every accepted request is one more message.
pub(super) fn create(exchange: &Exchange, request: &ApiRequest) -> Result<Answer, Refusal> {
    exchange.act(|carrier, now| {
        let accepted =
            read(carrier, &request.form, now).and_then(|outgoing| carrier.accept(outgoing, now));
        match accepted {
            Err(refusal) => (Vec::new(), Err(refusal)),
            Ok((number, effects)) => {
                let answer = carrier
                    .messages
                    .row(number)
                    .map(|row| Answer::json(StatusCode::CREATED, &MessageWire::new(carrier, row)));
                (
                    effects,
                    answer.ok_or_else(|| Refusal::not_found(&request.path)),
                )
            }
        }
    })
}

fn read(carrier: &Carrier, form: &Params, now: Moment) -> Result<Outgoing, Refusal> {
    let to = form
        .find_filled("To")
        .ok_or_else(|| refuse(21604, "A 'To' phone number is required"))?;
    let service = form.find_filled("MessagingServiceSid");
    let from = form.find_filled("From");
    if from.is_none() && service.is_none() {
        return Err(refuse(21603, "A 'From' phone number is required"));
    }
    let body = form.find("Body").unwrap_or_default();
    let media_urls: Vec<String> = form
        .all("MediaUrl")
        .filter(|url| !url.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if body.is_empty() && media_urls.is_empty() {
        return Err(refuse(21602, "Message body is required"));
    }
    let to = read_recipient(to)?;
    let from = from.map(|from| read_sender(carrier, from)).transpose()?;
    if let Some(service) = service
        && service != carrier.account.messaging_service_sid
    {
        return Err(refuse(21701, "The messaging service does not exist"));
    }
    if from.as_ref() == Some(&to) {
        return Err(refuse(21266, "'To' and 'From' number cannot be the same"));
    }
    if body.chars().count() > MAX_BODY_CHARACTERS {
        return Err(refuse(
            21617,
            "The concatenated message body exceeds the 1600 character limit",
        ));
    }
    if media_urls.len() > MAX_MEDIA {
        return Err(refuse(21623, "Number of media files exceeds allowed limit"));
    }
    if media_urls.iter().any(|url| !is_web_address(url)) {
        return Err(refuse(21620, "Invalid media URL(s)"));
    }
    let status_callback = form.find_filled("StatusCallback");
    if status_callback.is_some_and(|url| !is_web_address(url)) {
        return Err(refuse(21609, "The StatusCallback URL is not a valid URL"));
    }
    Ok(Outgoing {
        to,
        from,
        direction: Direction::OutboundApi,
        through_service: service.is_some(),
        body: body.to_owned(),
        media_urls,
        as_mms: form.find("SendAsMms") == Some("true"),
        status_callback: status_callback.map(ToOwned::to_owned),
        send_at: if service.is_some() {
            read_schedule(form, now)?
        } else {
            None
        },
    })
}

/// Reads the recipient; some fictional numbers always fail, as with Twilio's test credentials.
fn read_recipient(text: &str) -> Result<E164, Refusal> {
    let invalid = || refuse(21211, "The 'To' number is not a valid phone number");
    let to = E164::parse_lenient(text).ok_or_else(invalid)?;
    match to.as_str() {
        "+15005550001" => Err(invalid()),
        "+15005550002" => Err(refuse(
            21612,
            "The 'To' number is not reachable from this sender",
        )),
        "+15005550003" => Err(refuse(21408, "Messages to this region are not enabled")),
        "+15005550004" => Err(refuse(21610, "Attempt to send to unsubscribed recipient")),
        "+15005550009" => Err(refuse(21614, "The 'To' number is not a mobile number")),
        _ => Ok(to),
    }
}

fn read_sender(carrier: &Carrier, text: &str) -> Result<E164, Refusal> {
    match text {
        "+15005550001" => {
            return Err(refuse(
                21212,
                "The 'From' number is not a valid phone number",
            ));
        }
        "+15005550008" => return Err(refuse(21611, "The sender's message queue is full")),
        _ => {}
    }
    let from = E164::parse_lenient(text).ok_or_else(|| {
        refuse(
            21212,
            "The 'From' number is not a valid phone number, short code or sender",
        )
    })?;
    if carrier.own_number(&from).is_none() {
        return Err(refuse(
            21606,
            "The 'From' number is not a message-capable number of this account",
        ));
    }
    Ok(from)
}

/// Reads `ScheduleType` and `SendAt`; without a messaging service Twilio ignores both.
fn read_schedule(form: &Params, now: Moment) -> Result<Option<Moment>, Refusal> {
    match form.find_filled("ScheduleType") {
        None => Ok(None),
        Some("fixed") => {
            let text = form
                .find_filled("SendAt")
                .ok_or_else(|| refuse(35117, "SendAt is required to schedule a message"))?;
            let at: Moment = text
                .parse::<Timestamp>()
                .map_err(|_| refuse(35114, "SendAt is not an ISO 8601 UTC timestamp"))?
                .into();
            if SCHEDULE_MILLIS.contains(&(at.as_millis() - now.as_millis())) {
                Ok(Some(at))
            } else {
                Err(refuse(
                    35114,
                    "SendAt must lie more than 300 seconds and at most 35 days ahead",
                ))
            }
        }
        Some(_) => Err(refuse(35115, "ScheduleType must be fixed")),
    }
}

/// An absolute http(s) address whose host has no underscore.
fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url
                .host_str()
                .is_some_and(|host| !host.is_empty() && !host.contains('_'))
    })
}

fn refuse(code: u32, message: &str) -> Refusal {
    Refusal::bad_request(code, message)
}

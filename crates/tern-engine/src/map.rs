//! From the wire to the domain.
//!
//! Owns the translation of rows and forms into [`CarrierMessage`]. It refuses to invent: a row without a sender
//! yet is an error that says so, an unknown status is carried on verbatim, and a missing date is the moment of
//! arrival because nothing better is known.

use jiff::Timestamp;
use tern_domain::verification::without_code;
use tern_domain::{
    Address, CarrierMessage, DeliveryStatus, Direction, MessageSid, MessageText,
    MessagingServiceSid, UtcMillis,
};
use tern_twilio::webhook::{InboundWebhook, StatusWebhook};
use tern_twilio::{MessageDirection, MessageResource};

use crate::own_numbers::OwnNumbers;

/// A row or form that is no message (yet). It stays in the journal with these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MapError {
    /// No SID, or one of another shape.
    #[error("it has no readable message SID")]
    Sid,
    /// A Messaging Service has not picked a sender; the row will come again with one.
    #[error("it has no sender yet")]
    NoSender,
    /// Nobody it went to.
    #[error("it has no recipient")]
    NoRecipient,
    /// Neither Twilio's word nor the numbers tell which way it went.
    #[error("its direction is unknown")]
    Direction,
    /// The journaled JSON is not what its source sends.
    #[error("it is not in the form its source sends")]
    Form,
}

/// Our type of a SID that the wire has already checked.
pub(crate) fn domain_sid(sid: &tern_twilio::MessageSid) -> Result<MessageSid, MapError> {
    MessageSid::parse(sid.as_str()).map_err(|_| MapError::Sid)
}

/// The wire's type of a SID that the domain has already checked.
pub(crate) fn wire_sid(sid: &MessageSid) -> Result<tern_twilio::MessageSid, MapError> {
    tern_twilio::MessageSid::parse(sid.as_str()).map_err(|_| MapError::Sid)
}

pub(crate) fn millis(timestamp: Timestamp) -> UtcMillis {
    UtcMillis(timestamp.as_millisecond())
}

/// The GMT day of an instant, for the list's date filters.
pub(crate) fn utc_day(at: UtcMillis) -> Option<jiff::civil::Date> {
    let timestamp = Timestamp::from_millisecond(at.0).ok()?;
    Some(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// L-14: of a texted code no digit comes in again.
fn words_of(body: String) -> MessageText {
    MessageText::new(without_code(&body).unwrap_or(body))
}

/// A row of the list, or the answer to a request for one.
pub(crate) fn map_resource(
    resource: &MessageResource,
    received_at: UtcMillis,
    own_numbers: &OwnNumbers,
) -> Result<CarrierMessage, MapError> {
    let address = |address: &Option<tern_twilio::Address>| {
        address
            .as_ref()
            .map(|address| Address::parse(address.as_str()))
    };
    let to = address(&resource.to).ok_or(MapError::NoRecipient)?;
    let from = address(&resource.from).ok_or(MapError::NoSender)?;
    let is_own = |address: &Address| {
        address
            .phone()
            .is_some_and(|number| own_numbers.contains(number))
    };
    let direction = match &resource.direction {
        MessageDirection::Inbound => Direction::Inbound,
        MessageDirection::OutboundApi
        | MessageDirection::OutboundCall
        | MessageDirection::OutboundReply => Direction::Outbound,
        MessageDirection::Unknown(_) => match (is_own(&from), is_own(&to)) {
            (true, false) => Direction::Outbound,
            (false, true) => Direction::Inbound,
            _ => return Err(MapError::Direction),
        },
    };
    let sent_at = resource.date_sent.map(millis);
    Ok(CarrierMessage {
        sid: domain_sid(&resource.sid)?,
        direction,
        from,
        to,
        body: words_of(resource.body.clone().unwrap_or_default()),
        status: DeliveryStatus::parse(resource.status.as_str()),
        error_code: resource.error_code,
        segments: resource.num_segments.unwrap_or(0),
        media_count: resource.num_media,
        created_at: resource
            .date_created
            .map(millis)
            .or(sent_at)
            .unwrap_or(received_at),
        sent_at,
        messaging_service_sid: resource
            .messaging_service_sid
            .as_ref()
            .and_then(|sid| MessagingServiceSid::parse(sid.as_str()).ok()),
    })
}

/// An inbound webhook. It has no time of its own, so it happened when it came in.
pub(crate) fn map_webhook(
    form: Vec<(String, String)>,
    received_at: UtcMillis,
) -> Result<CarrierMessage, MapError> {
    let announced = form
        .iter()
        .find(|(name, _)| name == "NumMedia")
        .and_then(|(_, count)| count.parse().ok());
    let webhook = InboundWebhook::from_form(form).map_err(|_| MapError::Form)?;
    Ok(CarrierMessage {
        sid: domain_sid(&webhook.message_sid)?,
        direction: Direction::Inbound,
        from: Address::parse(webhook.from.as_str()),
        to: Address::parse(webhook.to.as_str()),
        body: MessageText::new(webhook.body),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: webhook.num_segments.unwrap_or(0),
        // The count, not the addresses: a form whose addresses are unreadable still announces files.
        media_count: announced
            .unwrap_or_else(|| u32::try_from(webhook.media.len()).unwrap_or(u32::MAX)),
        created_at: received_at.floor_to_second(),
        sent_at: None,
        messaging_service_sid: webhook
            .messaging_service_sid
            .and_then(|sid| MessagingServiceSid::parse(sid.as_str()).ok()),
    })
}

/// A delivery report on a text of ours. It has no text and no time: enough to move a known message on, not
/// enough to store an unknown one.
pub(crate) fn map_status(
    form: Vec<(String, String)>,
    received_at: UtcMillis,
) -> Result<CarrierMessage, MapError> {
    let report = StatusWebhook::from_form(form).map_err(|_| MapError::Form)?;
    let address = |wanted: &str| {
        report
            .form
            .iter()
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| Address::parse(value))
    };
    Ok(CarrierMessage {
        sid: domain_sid(&report.message_sid)?,
        direction: Direction::Outbound,
        from: address("From").ok_or(MapError::NoSender)?,
        to: address("To").ok_or(MapError::NoRecipient)?,
        body: MessageText::default(),
        status: DeliveryStatus::parse(report.status.as_str()),
        error_code: report.error_code,
        segments: 0,
        media_count: 0,
        created_at: received_at.floor_to_second(),
        sent_at: None,
        messaging_service_sid: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tern_domain::PhoneNumber;
    use tern_twilio::RawMessage;

    use super::*;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_123);

    fn own() -> OwnNumbers {
        OwnNumbers::new(vec![PhoneNumber::parse("+14155550199").unwrap()])
    }

    fn row(changes: serde_json::Value) -> MessageResource {
        let mut row = json!({
            "sid": "SM00000000000000000000000000000001",
            "from": "+14155550100",
            "to": "+14155550199",
            "body": "hello",
            "direction": "inbound",
            "status": "received",
            "num_segments": "1",
            "num_media": "0",
            "date_created": "Fri, 24 May 2019 17:44:46 +0000",
            "date_sent": null,
        });
        for (name, value) in changes.as_object().unwrap() {
            row[name] = value.clone();
        }
        RawMessage::from_json(row).interpret().unwrap()
    }

    fn map(changes: serde_json::Value) -> Result<CarrierMessage, MapError> {
        map_resource(&row(changes), NOW, &own())
    }

    #[test]
    fn t_9_a_row_becomes_a_message_and_a_new_status_survives() {
        let message = map(json!({"status": "teleported", "new_field": {"x": 1}})).unwrap();
        assert_eq!(message.direction, Direction::Inbound);
        assert_eq!(message.created_at, UtcMillis(1_558_719_886_000));
        assert_eq!(message.status.as_str(), "teleported");
    }

    #[test]
    fn an_unknown_direction_is_told_by_our_own_number() {
        let inbound = map(json!({"direction": "sideways"})).unwrap();
        assert_eq!(inbound.direction, Direction::Inbound);
        let outbound =
            map(json!({"direction": null, "from": "+14155550199", "to": "+14155550100"}));
        assert_eq!(outbound.unwrap().direction, Direction::Outbound);
        let foreign = map(json!({"direction": "sideways", "to": "+14155550111"}));
        assert_eq!(foreign, Err(MapError::Direction));
    }

    #[test]
    fn a_row_that_waits_for_its_sender_says_so() {
        let waiting = map(json!({"from": null, "direction": "outbound-api", "status": "accepted"}));
        assert_eq!(waiting, Err(MapError::NoSender));
    }

    #[test]
    fn a_row_without_dates_happened_when_it_came_in() {
        assert_eq!(map(json!({"date_created": null})).unwrap().created_at, NOW);
    }

    #[test]
    fn t_9_a_webhook_becomes_a_message_of_the_moment() {
        let form = [
            ("MessageSid", "MM00000000000000000000000000000001"),
            ("From", "+14155550100"),
            ("To", "+14155550199"),
            ("Body", "hi"),
            ("NumMedia", "2"),
            ("SomethingNew", "1"),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let message = map_webhook(form.to_vec(), NOW).unwrap();
        assert_eq!(message.media_count, 2);
        assert_eq!(message.created_at, NOW.floor_to_second());
        assert_eq!(message.status, DeliveryStatus::Received);
    }
}

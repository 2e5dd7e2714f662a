//! Twilio's JSON, field by field. Owns the shapes of answers and nothing else: which row is shown and
//! who may see it is decided before.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::config::NumberAbilities;
use crate::state::Carrier;
use crate::state::media::MediaItem;
use crate::state::messages::{Direction, MessageRow, MessageStatus};
use crate::state::numbers::OwnNumber;

const API_VERSION: &str = "2010-04-01";
const PRICE_UNIT: &str = "USD";

/// A Message resource.
#[derive(Serialize)]
pub(crate) struct MessageWire<'a> {
    body: &'a str,
    num_segments: String,
    direction: &'static str,
    from: Option<&'a str>,
    to: &'a str,
    date_updated: String,
    price: Option<String>,
    error_message: Option<&'static str>,
    uri: String,
    account_sid: &'a str,
    num_media: String,
    status: &'static str,
    messaging_service_sid: Option<&'a str>,
    sid: String,
    date_sent: Option<String>,
    date_created: String,
    error_code: Option<u32>,
    price_unit: &'static str,
    api_version: &'static str,
    subresource_uris: Value,
}

impl<'a> MessageWire<'a> {
    /// The row as the API shows it.
    pub(crate) fn new(carrier: &'a Carrier, row: &'a MessageRow) -> Self {
        let path = format!("{}/Messages/{}", carrier.account_path(), row.sid);
        let through_service = row
            .sending
            .as_ref()
            .is_some_and(|sending| sending.through_service);
        Self {
            body: &row.body,
            num_segments: row.segments.to_string(),
            direction: row.direction.as_str(),
            from: row.from.as_ref().map(|from| from.as_str()),
            to: row.to.as_str(),
            date_updated: row.updated.to_rfc2822(),
            price: price(row),
            error_message: row.error_code.map(error_message),
            uri: format!("{path}.json"),
            account_sid: &carrier.account.account_sid,
            num_media: row.media_count.to_string(),
            status: row.status.as_str(),
            messaging_service_sid: through_service
                .then_some(&carrier.account.messaging_service_sid),
            sid: row.sid.to_string(),
            date_sent: row.sent.map(|sent| sent.to_rfc2822()),
            date_created: row.created.to_rfc2822(),
            error_code: row.error_code,
            price_unit: PRICE_UNIT,
            api_version: API_VERSION,
            subresource_uris: json!({
                "media": format!("{path}/Media.json"),
                "feedback": format!("{path}/Feedback.json"),
            }),
        }
    }
}

/// Known only once the message is through, and negative, as Twilio writes a charge.
fn price(row: &MessageRow) -> Option<String> {
    let rate = match (row.direction, row.media_count) {
        (Direction::Inbound, 0) => 790,
        (Direction::Inbound, _) => 1_650,
        (_, 0) => 830,
        (_, _) => 2_200,
    };
    let charged = matches!(
        row.status,
        MessageStatus::Delivered | MessageStatus::Undelivered | MessageStatus::Received
    );
    let units = if row.media_count > 0 {
        1
    } else {
        u32::from(row.segments)
    };
    charged.then(|| {
        let total = rate * units;
        format!("-{}.{:05}", total / 100_000, total % 100_000)
    })
}

/// What stands beside an error code. Twilio promises no wording, so this crate's own words do.
const fn error_message(code: u32) -> &'static str {
    match code {
        11200 => "Media could not be fetched",
        11751 => "Media exceeds the size limit",
        12300 => "Media has an unsupported content type",
        21610 => "Recipient has opted out",
        21703 => "The messaging service has no usable sender",
        30001 => "Queue overflow",
        30002 => "Account suspended",
        30003 => "Unreachable destination handset",
        30004 => "Message blocked",
        30005 => "Unknown destination handset",
        30006 => "Landline or unreachable carrier",
        30007 => "Message filtered",
        30008 => "Unknown error",
        30034 => "Sender is not registered",
        30036 => "Validity period expired",
        _ => "Message delivery failed",
    }
}

/// A Media resource.
pub(crate) fn media(carrier: &Carrier, item: &MediaItem) -> Value {
    let parent = item.parent.map(|sid| sid.to_string());
    let uri = format!(
        "{}/Messages/{}/Media/{}.json",
        carrier.account_path(),
        parent.as_deref().unwrap_or_default(),
        item.sid
    );
    json!({
        "sid": item.sid,
        "account_sid": carrier.account.account_sid,
        "parent_sid": parent,
        "content_type": item.content_type,
        "date_created": item.created.to_rfc2822(),
        "date_updated": item.created.to_rfc2822(),
        "uri": uri,
    })
}

/// An IncomingPhoneNumber resource.
pub(crate) fn number(carrier: &Carrier, number: &OwnNumber) -> Value {
    json!({
        "sid": number.sid,
        "account_sid": carrier.account.account_sid,
        "friendly_name": number.friendly_name,
        "phone_number": number.e164.as_str(),
        "capabilities": {
            "voice": true,
            "sms": number.abilities != NumberAbilities::VoiceOnly,
            "mms": number.abilities == NumberAbilities::SmsAndMms,
            "fax": false,
        },
        "sms_url": number.sms_url,
        "sms_method": number.sms_method.as_str(),
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": number.sms_fallback_method.as_str(),
        "sms_application_sid": null,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method.as_str(),
        "voice_fallback_url": null,
        "voice_fallback_method": "POST",
        "voice_caller_id_lookup": false,
        "voice_application_sid": null,
        "voice_receive_mode": "voice",
        "trunk_sid": null,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method.as_str(),
        "address_requirements": "none",
        "address_sid": null,
        "identity_sid": null,
        "bundle_sid": null,
        "emergency_status": "Inactive",
        "emergency_address_sid": null,
        "emergency_address_status": "unregistered",
        "beta": false,
        "origin": "twilio",
        "status": "in-use",
        "api_version": API_VERSION,
        "date_created": number.created.to_rfc2822(),
        "date_updated": number.updated.to_rfc2822(),
        "uri": format!("{}/IncomingPhoneNumbers/{}.json", carrier.account_path(), number.sid),
    })
}

/// The Account resource.
pub(crate) fn account(carrier: &Carrier) -> Value {
    const SUBRESOURCES: [(&str, &str); 4] = [
        ("messages", "Messages"),
        ("incoming_phone_numbers", "IncomingPhoneNumbers"),
        ("balance", "Balance"),
        ("keys", "Keys"),
    ];
    let path = carrier.account_path();
    let subresources: Map<String, Value> = SUBRESOURCES
        .iter()
        .map(|(name, resource)| {
            (
                (*name).to_owned(),
                Value::from(format!("{path}/{resource}.json")),
            )
        })
        .collect();
    json!({
        "sid": carrier.account.account_sid,
        "owner_account_sid": carrier.account.account_sid,
        "friendly_name": "Practice line",
        "auth_token": carrier.account.auth_token,
        "status": if carrier.standing.suspended { "suspended" } else { "active" },
        "type": if carrier.trial { "Trial" } else { "Full" },
        "date_created": carrier.opened.to_rfc2822(),
        "date_updated": carrier.opened.to_rfc2822(),
        "uri": format!("{path}.json"),
        "subresource_uris": subresources,
    })
}

/// The Balance resource: practice money does not run out.
pub(crate) fn balance(carrier: &Carrier) -> Value {
    json!({
        "account_sid": carrier.account.account_sid,
        "balance": "100.00",
        "currency": PRICE_UNIT,
    })
}

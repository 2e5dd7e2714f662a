//! The account's numbers: list, fetch, and the settings that an app may change.

use super::ApiRequest;
use super::answer::Answer;
use super::envelope::PageRequest;
use super::media::slice;
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::sid::Sid;
use crate::state::numbers::{OwnNumber, WebhookMethod};
use crate::wire;

/// `GET /IncomingPhoneNumbers.json`, filtered by `PhoneNumber` (partial, `*`), `FriendlyName`,
/// `Origin` and `Beta`; every number here is Twilio's own and none is beta.
pub(super) fn list(exchange: &Exchange, request: &ApiRequest) -> Result<Answer, Refusal> {
    let page = PageRequest::read(request)?;
    let items = exchange.look(|carrier, _| {
        let found = carrier
            .numbers
            .iter()
            .filter(|number| admits(request, number));
        found.map(|number| wire::number(carrier, number)).collect()
    });
    Ok(Answer::ok(
        &slice("incoming_phone_numbers", items, &page).wrap(request, &page),
    ))
}

/// `GET /IncomingPhoneNumbers/{Sid}.json`.
pub(super) fn fetch(
    exchange: &Exchange,
    request: &ApiRequest,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, _| {
        let number = carrier.numbers.iter().find(|number| number.sid == sid);
        number
            .map(|number| Answer::ok(&wire::number(carrier, number)))
            .ok_or_else(|| Refusal::not_found(&request.path))
    })
}

/// `POST /IncomingPhoneNumbers/{Sid}.json`: what is given changes, an empty address clears.
pub(super) fn update(
    exchange: &Exchange,
    request: &ApiRequest,
    sid: Sid,
) -> Result<Answer, Refusal> {
    let form = &request.form;
    let method = |name: &str| match form.find_filled(name) {
        None => Ok(None),
        Some(text) => WebhookMethod::parse(text).map(Some).ok_or_else(|| {
            Refusal::bad_request(21403, format!("{name} is not a valid HTTP method"))
        }),
    };
    let address = |name: &str, code: u32| match form.find(name) {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(text)
            if url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) =>
        {
            Ok(Some(Some(text.to_owned())))
        }
        Some(_) => Err(Refusal::bad_request(
            code,
            format!("{name} is not a valid URL"),
        )),
    };
    let addresses = (
        address("SmsUrl", 21502)?,
        address("SmsFallbackUrl", 21503)?,
        address("StatusCallback", 21609)?,
        address("VoiceUrl", 21502)?,
    );
    let methods = (
        method("SmsMethod")?,
        method("SmsFallbackMethod")?,
        method("StatusCallbackMethod")?,
        method("VoiceMethod")?,
    );
    let name = form.find("FriendlyName").map(ToOwned::to_owned);
    exchange.look(|carrier, now| {
        let found = carrier.numbers.iter_mut().find(|number| number.sid == sid);
        let number = found.ok_or_else(|| Refusal::not_found(&request.path))?;
        assign(&mut number.friendly_name, name);
        assign(&mut number.sms_url, addresses.0);
        assign(&mut number.sms_fallback_url, addresses.1);
        assign(&mut number.status_callback, addresses.2);
        assign(&mut number.voice_url, addresses.3);
        assign(&mut number.sms_method, methods.0);
        assign(&mut number.sms_fallback_method, methods.1);
        assign(&mut number.status_callback_method, methods.2);
        assign(&mut number.voice_method, methods.3);
        number.updated = now;
        let number = number.clone();
        Ok(Answer::ok(&wire::number(carrier, &number)))
    })
}

fn assign<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

fn admits(request: &ApiRequest, number: &OwnNumber) -> bool {
    let phone = request.query.find_filled("PhoneNumber");
    let name = request.query.find_filled("FriendlyName");
    phone.is_none_or(|pattern| matches_pattern(number.e164.as_str(), pattern))
        && name.is_none_or(|name| number.friendly_name == name)
        && request
            .query
            .find_filled("Origin")
            .is_none_or(|origin| origin == "twilio")
        && request
            .query
            .find_filled("Beta")
            .is_none_or(|beta| beta == "false")
}

/// A part of the number, with `*` for one digit.
fn matches_pattern(number: &str, pattern: &str) -> bool {
    let pattern: Vec<u8> = pattern
        .bytes()
        .filter(|b| b.is_ascii_digit() || matches!(b, b'*' | b'+'))
        .collect();
    !pattern.is_empty()
        && number.as_bytes().windows(pattern.len()).any(|window| {
            window
                .iter()
                .zip(&pattern)
                .all(|(digit, wanted)| *wanted == b'*' && digit.is_ascii_digit() || digit == wanted)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_filters_match_parts_and_stars() {
        for pattern in ["+14155550100", "555", "415***0100", "4155550"] {
            assert!(matches_pattern("+14155550100", pattern), "{pattern}");
        }
        for pattern in ["+1415555010", "556", "", "*****************"] {
            assert!(
                pattern == "+1415555010" || !matches_pattern("+14155550100", pattern),
                "{pattern}"
            );
        }
    }
}

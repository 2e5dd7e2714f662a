//! The Messages resource, except creation: list, fetch, redact, cancel, delete.

use serde_json::Value;

use super::ApiRequest;
use super::answer::Answer;
use super::dates::DateRange;
use super::envelope::{Page, PageRequest};
use crate::address::E164;
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::sid::Sid;
use crate::state::paging::{Cursor, MessageFilter};
use crate::wire::MessageWire;

/// `GET /Messages.json`.
pub(super) fn list(exchange: &Exchange, request: &ApiRequest) -> Result<Answer, Refusal> {
    let page = PageRequest::read(request)?;
    let filter = read_filter(request)?;
    let cursor = match &page.token {
        Some(token) => Cursor::parse(token).ok_or_else(bad_token)?,
        None => Cursor::Newest {
            skip: page.index.saturating_mul(page.size),
        },
    };
    let envelope = exchange.look(|carrier, now| {
        let Some(filter) = &filter else {
            let nothing = Page {
                key: "messages",
                items: Vec::new(),
                next_token: None,
                previous_token: None,
            };
            return Ok(nothing.wrap(request, &page));
        };
        let found = carrier
            .messages
            .page(filter, cursor, page.size, now)
            .ok_or_else(bad_token)?;
        let rows: Vec<_> = found
            .numbers
            .iter()
            .filter_map(|number| carrier.messages.row(*number))
            .collect();
        let token = |side, row: Option<&&crate::state::messages::MessageRow>| {
            row.map(|row| format!("{side}{}", row.sid))
        };
        let next_token = token("PA", rows.last()).filter(|_| found.has_older);
        let previous_token = token("PB", rows.first());
        let items = rows
            .into_iter()
            .map(|row| serde_json::to_value(MessageWire::new(carrier, row)).unwrap_or(Value::Null))
            .collect();
        Ok(Page {
            key: "messages",
            items,
            next_token,
            previous_token,
        }
        .wrap(request, &page))
    })?;
    Ok(Answer::ok(&envelope))
}

/// `GET /Messages/{Sid}.json`.
pub(super) fn fetch(
    exchange: &Exchange,
    request: &ApiRequest,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, _| {
        let (_, row) = carrier
            .messages
            .find(sid)
            .ok_or_else(|| Refusal::not_found(&request.path))?;
        Ok(Answer::ok(&MessageWire::new(carrier, row)))
    })
}

/// `POST /Messages/{Sid}.json`: an empty `Body` redacts, `Status=canceled` cancels.
pub(super) fn update(
    exchange: &Exchange,
    request: &ApiRequest,
    sid: Sid,
) -> Result<Answer, Refusal> {
    let redact = match request.form.find("Body") {
        Some("") => true,
        Some(_) => {
            return Err(Refusal::bad_request(
                20001,
                "Body can only be set to an empty string",
            ));
        }
        None => false,
    };
    let cancel = match request.form.find("Status") {
        Some("canceled") => true,
        Some(_) => {
            return Err(Refusal::bad_request(
                20001,
                "Status can only be set to canceled",
            ));
        }
        None => false,
    };
    exchange.act(|carrier, now| {
        let Some((number, row)) = carrier.messages.find(sid) else {
            return (Vec::new(), Err(Refusal::not_found(&request.path)));
        };
        if redact && !row.status.is_final() && !cancel {
            return (Vec::new(), Err(not_final()));
        }
        let effects = if cancel {
            carrier.cancel(number, now)
        } else {
            Ok(Vec::new())
        };
        let effects = match effects {
            Ok(effects) => effects,
            Err(refusal) => return (Vec::new(), Err(refusal)),
        };
        if redact {
            carrier.messages.update(number, |row| {
                row.redacted = true;
                row.body = Box::default();
                row.updated = now;
            });
        }
        let answer = carrier
            .messages
            .row(number)
            .map(|row| Answer::ok(&MessageWire::new(carrier, row)));
        (
            effects,
            answer.ok_or_else(|| Refusal::not_found(&request.path)),
        )
    })
}

/// `DELETE /Messages/{Sid}.json`, with its media.
pub(super) fn delete(
    exchange: &Exchange,
    request: &ApiRequest,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, _| {
        let (number, row) = carrier
            .messages
            .find(sid)
            .ok_or_else(|| Refusal::not_found(&request.path))?;
        if !row.status.is_final() {
            return Err(not_final());
        }
        for media in row.media.clone() {
            carrier.media.delete(sid, media);
        }
        carrier.messages.update(number, |row| row.deleted = true);
        Ok(Answer::Empty)
    })
}

fn not_final() -> Refusal {
    Refusal::new(
        409,
        20009,
        "The message is still in progress and cannot be changed yet",
    )
}

fn bad_token() -> Refusal {
    Refusal::bad_request(20001, "Invalid PageToken")
}

/// Reads the filters; `None` when an address is given that no message can have.
fn read_filter(request: &ApiRequest) -> Result<Option<MessageFilter>, Refusal> {
    let mut filter = MessageFilter::default();
    for (name, slot) in [("To", &mut filter.to), ("From", &mut filter.from)] {
        if let Some(text) = request.query.find_filled(name) {
            let Some(e164) = E164::parse(text.trim()) else {
                return Ok(None);
            };
            *slot = Some(e164);
        }
    }
    let dates = DateRange::read(request, "DateSent")?;
    (filter.sent_from, filter.sent_before) = (dates.from, dates.before);
    Ok(Some(filter))
}

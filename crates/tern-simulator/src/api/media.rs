//! Media of messages: list, metadata, bytes behind a redirect, deletion.

use serde_json::Value;

use super::ApiRequest;
use super::answer::Answer;
use super::dates::DateRange;
use super::envelope::{Page, PageRequest};
use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::sid::Sid;
use crate::wire;

/// `GET /Messages/{Sid}/Media.json`. A message carries ten files at most, so one page holds them
/// unless a smaller one is asked for.
pub(super) fn list(
    exchange: &Exchange,
    request: &ApiRequest,
    parent: Sid,
) -> Result<Answer, Refusal> {
    let page = PageRequest::read(request)?;
    let dates = DateRange::read(request, "DateCreated")?;
    let items: Vec<Value> = exchange.look(|carrier, _| {
        let (_, row) = carrier
            .messages
            .find(parent)
            .ok_or_else(|| Refusal::not_found(&request.path))?;
        let found = row
            .media
            .iter()
            .filter_map(|sid| carrier.media.find(parent, *sid));
        let found = found.filter(|item| dates.contains(item.created));
        Ok(found.map(|item| wire::media(carrier, item)).collect())
    })?;
    let envelope = slice("media_list", items, &page).wrap(request, &page);
    Ok(Answer::ok(&envelope))
}

/// `GET …/Media/{Sid}.json`.
pub(super) fn fetch(
    exchange: &Exchange,
    request: &ApiRequest,
    parent: Sid,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, _| {
        let item = carrier
            .media
            .find(parent, sid)
            .ok_or_else(|| Refusal::not_found(&request.path))?;
        Ok(Answer::ok(&wire::media(carrier, item)))
    })
}

/// `GET …/Media/{Sid}`: a redirect to an address that works for a while and without credentials.
pub(super) fn download(
    exchange: &Exchange,
    request: &ApiRequest,
    parent: Sid,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, now| {
        carrier
            .media
            .find(parent, sid)
            .ok_or_else(|| Refusal::not_found(&request.path))?;
        Ok(Answer::Redirect(format!(
            "{}{}",
            carrier.base_url,
            carrier.media.cdn_path(sid, now)
        )))
    })
}

/// `DELETE …/Media/{Sid}.json`.
pub(super) fn delete(
    exchange: &Exchange,
    request: &ApiRequest,
    parent: Sid,
    sid: Sid,
) -> Result<Answer, Refusal> {
    exchange.look(|carrier, _| {
        if carrier.media.delete(parent, sid) {
            Ok(Answer::Empty)
        } else {
            Err(Refusal::not_found(&request.path))
        }
    })
}

/// Cuts a short list into pages by their index.
pub(super) fn slice(key: &'static str, items: Vec<Value>, page: &PageRequest) -> Page {
    let start = page.index.saturating_mul(page.size);
    let more = items.len() > start.saturating_add(page.size);
    let items = items.into_iter().skip(start).take(page.size).collect();
    let token = |index: usize| format!("PT{index}");
    Page {
        key,
        items,
        next_token: more.then(|| token(page.index + 1)),
        previous_token: (page.index > 0).then(|| token(page.index - 1)),
    }
}

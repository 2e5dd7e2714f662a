//! Handsets over HTTP: creating them, texting as their owner, and reading their screen.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ControlError;
use crate::address::E164;
use crate::exchange::Exchange;
use crate::media_fetch;
use crate::segments;
use crate::state::Carrier;
use crate::state::handsets::{HandsetSide, HandsetText};
use crate::state::receiving::Incoming;

/// A handset may send far more than a carrier lets through.
const MAX_HANDSET_MEDIA_BYTES: usize = 96 * 1024 * 1024;

#[derive(Debug, Default, Deserialize)]
pub(super) struct NewHandset {
    e164: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct NewText {
    to: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    media: Vec<NewMedia>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NewMedia {
    Inline {
        content_type: String,
        base64: String,
    },
    Linked {
        url: String,
    },
}

#[derive(Serialize)]
struct TextOnScreen<'a> {
    direction: &'static str,
    body: &'a str,
    /// The parts that came over the air; the phone shows them joined.
    segments: Vec<&'a str>,
    media: Vec<Value>,
    sid: Option<String>,
    at: String,
    other_party: &'a str,
}

/// `POST /sim/handsets`.
pub(super) async fn create(
    State(exchange): State<Exchange>,
    body: Option<Json<NewHandset>>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let wanted = body.map(|Json(wanted)| wanted).unwrap_or_default();
    let e164 = wanted.e164.map(|text| parse(&text)).transpose()?;
    exchange.look(|carrier, now| {
        let created = carrier.handsets.create(e164, wanted.name, now);
        let (e164, handset) = created.ok_or(ControlError(StatusCode::CONFLICT, "every practice number is taken"))?;
        Ok((StatusCode::CREATED, Json(json!({ "e164": e164.as_str(), "name": handset.name, "created_at": handset.created.to_iso() }))))
    })
}

/// `GET /sim/handsets`.
pub(super) async fn list(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| {
        let handsets: Vec<Value> = carrier
            .handsets
            .all()
            .map(|(e164, handset)| {
                json!({
                    "e164": e164.as_str(),
                    "name": handset.name,
                    "created_at": handset.created.to_iso(),
                    "texts": carrier.handsets.texts(e164).len(),
                })
            })
            .collect();
        Json(json!({ "handsets": handsets }))
    })
}

/// `POST /sim/handsets/{e164}/texts`.
pub(super) async fn send(
    State(exchange): State<Exchange>,
    Path(e164): Path<String>,
    Json(text): Json<NewText>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let handset = parse(&e164)?;
    let to = parse(&text.to)?;
    exchange.look(|carrier, _| find(carrier, &handset))?;
    if text.body.is_empty() && text.media.is_empty() {
        return Err(ControlError(
            StatusCode::BAD_REQUEST,
            "a text needs a body or media",
        ));
    }
    let mut media: Vec<(String, Bytes)> = Vec::with_capacity(text.media.len());
    for item in text.media {
        media.push(match item {
            NewMedia::Inline {
                content_type,
                base64,
            } => {
                let bytes = STANDARD.decode(base64).map_err(|_| {
                    ControlError(StatusCode::BAD_REQUEST, "media is not valid base64")
                })?;
                (content_type, bytes.into())
            }
            NewMedia::Linked { url } => {
                media_fetch::fetch(exchange.client(), &url, MAX_HANDSET_MEDIA_BYTES)
                    .await
                    .map_err(|_| {
                        ControlError(StatusCode::BAD_REQUEST, "media could not be fetched")
                    })?
            }
        });
    }
    let incoming = Incoming {
        handset,
        to,
        body: text.body,
        media,
    };
    let sid = exchange.act(|carrier, now| match carrier.receive(incoming, now) {
        Some((sid, effects)) => (effects, Some(sid)),
        None => (Vec::new(), None),
    });
    let sid = sid.ok_or(ControlError(
        StatusCode::NOT_FOUND,
        "no number of the account carries texts there",
    ))?;
    Ok((StatusCode::CREATED, Json(json!({ "sid": sid }))))
}

/// `GET /sim/handsets/{e164}/texts`.
pub(super) async fn texts(
    State(exchange): State<Exchange>,
    Path(e164): Path<String>,
) -> Result<Json<Value>, ControlError> {
    let handset = parse(&e164)?;
    exchange.look(|carrier, _| {
        find(carrier, &handset)?;
        let texts: Vec<_> = carrier
            .handsets
            .texts(&handset)
            .iter()
            .map(|text| on_screen(carrier, text))
            .collect();
        Ok(Json(json!({ "texts": texts })))
    })
}

fn on_screen<'a>(carrier: &Carrier, text: &'a HandsetText) -> TextOnScreen<'a> {
    let media = text.media.iter().filter_map(|sid| carrier.media.kept(*sid)).map(|item| {
        json!({ "content_type": item.content_type, "url": format!("{}/sim/media/{}", carrier.base_url, item.sid) })
    });
    TextOnScreen {
        direction: match text.side {
            HandsetSide::Sent => "sent",
            HandsetSide::Received => "received",
        },
        body: &text.body,
        segments: segments::split(&text.body),
        media: media.collect(),
        sid: text.sid.map(|sid| sid.to_string()),
        at: text.at.to_iso(),
        other_party: text.other_party.as_str(),
    }
}

fn find(carrier: &Carrier, handset: &E164) -> Result<(), ControlError> {
    carrier
        .handsets
        .find(handset)
        .map(|_| ())
        .ok_or(ControlError(StatusCode::NOT_FOUND, "no such handset"))
}

fn parse(text: &str) -> Result<E164, ControlError> {
    E164::parse(text).ok_or(ControlError(
        StatusCode::BAD_REQUEST,
        "not a number in E.164",
    ))
}

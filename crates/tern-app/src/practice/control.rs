//! A client of the control surface under `/sim/`.
//!
//! It has no rules and keeps nothing. It refuses to fetch anything but the line's own pictures, by id.

use std::time::Duration;

use reqwest::{Client, Method, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use crate::dto::{HandsetText, PracticePicture};

const TIMEOUT: Duration = Duration::from_secs(20);

/// The practice line did not do what was asked. URLs are stripped: they hold numbers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    /// The HTTP client could not be built.
    #[error("build the client of the practice line")]
    Build(#[source] reqwest::Error),
    /// The address is not one.
    #[error("read the address of the practice line")]
    Address(#[source] url::ParseError),
    /// No answer.
    #[error("reach the practice line")]
    Reach(#[source] reqwest::Error),
    /// It said no.
    #[error("the practice line answered {status}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its words, which hold no number.
        words: String,
    },
}

/// One practice line's control surface.
#[derive(Clone)]
pub(crate) struct Control {
    base: Url,
    client: Client,
}

impl Control {
    pub(crate) fn new(control_url: &str) -> Result<Self, ControlError> {
        let base = Url::parse(control_url).map_err(ControlError::Address)?;
        let client = Client::builder()
            .timeout(TIMEOUT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ControlError::Build)?;
        Ok(Self { base, client })
    }

    /// Makes a phone, or renames the one with that number; answers its number.
    pub(crate) async fn put_handset(
        &self,
        number: Option<&str>,
        name: &str,
    ) -> Result<String, ControlError> {
        #[derive(Deserialize)]
        struct Created {
            e164: String,
        }
        let body = json!({ "e164": number, "name": name });
        let created: Created = self
            .exchange(Method::POST, "/sim/handsets", Some(body))
            .await?;
        Ok(created.e164)
    }

    /// What a phone shows, oldest first.
    pub(crate) async fn texts(&self, number: &str) -> Result<Vec<HandsetText>, ControlError> {
        let screen: Screen = self
            .exchange(Method::GET, &texts_path(number), None)
            .await?;
        Ok(screen
            .texts
            .into_iter()
            .map(TextOnScreen::into_view)
            .collect())
    }

    /// Writes a text on a phone.
    pub(crate) async fn send(
        &self,
        from: &str,
        to: &str,
        body: &str,
        pictures: &[PracticePicture],
    ) -> Result<(), ControlError> {
        let media: Vec<Value> = pictures
            .iter()
            .map(
                |picture| json!({ "content_type": picture.content_type, "base64": picture.base64 }),
            )
            .collect();
        let body = json!({ "to": to, "body": body, "media": media });
        self.exchange::<Value>(Method::POST, &texts_path(from), Some(body))
            .await
            .map(drop)
    }

    /// Fetches a picture of a phone's screen by its id.
    pub(crate) async fn picture(&self, id: &str) -> Result<Vec<u8>, ControlError> {
        let response = self
            .request(Method::GET, &format!("/sim/media/{id}"), None)
            .await?;
        Ok(response.bytes().await.map_err(unreachable_line)?.to_vec())
    }

    pub(super) async fn exchange<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, ControlError> {
        self.request(method, path, body)
            .await?
            .json()
            .await
            .map_err(unreachable_line)
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Response, ControlError> {
        let url = self.base.join(path).map_err(ControlError::Address)?;
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(unreachable_line)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let answer: Value = response.json().await.unwrap_or_default();
        let words = answer
            .get("error")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Err(ControlError::Refused {
            status: status.as_u16(),
            words,
        })
    }
}

fn unreachable_line(error: reqwest::Error) -> ControlError {
    ControlError::Reach(error.without_url())
}

/// Numbers come from our own list of phones; a `+` is plain in a path.
fn texts_path(number: &str) -> String {
    format!("/sim/handsets/{number}/texts")
}

#[derive(Deserialize)]
struct Screen {
    texts: Vec<TextOnScreen>,
}

#[derive(Deserialize)]
struct TextOnScreen {
    direction: String,
    body: String,
    segments: Vec<String>,
    media: Vec<MediaOnScreen>,
    at: String,
    other_party: String,
}

#[derive(Deserialize)]
struct MediaOnScreen {
    url: String,
}

impl TextOnScreen {
    fn into_view(self) -> HandsetText {
        HandsetText {
            received: self.direction == "received",
            other: self.other_party,
            body: self.body,
            segments: u32::try_from(self.segments.len()).unwrap_or(u32::MAX),
            media_urls: self
                .media
                .iter()
                .filter_map(|media| media_id(&media.url))
                .collect(),
            at: self
                .at
                .parse::<jiff::Timestamp>()
                .map_or(0, jiff::Timestamp::as_millisecond),
        }
    }
}

/// The window asks for a phone's pictures as it asks for all others, by an id of ours: its content policy
/// stays closed.
fn media_id(url: &str) -> Option<String> {
    let id = url.rsplit('/').next()?;
    (!id.is_empty()).then(|| format!("{}{id}", crate::media::PRACTICE_PREFIX))
}

//! Twilio's API as it answers on the wire. Owns the path from a request to a resource; everything a
//! request can run into before it reaches one (faults, limits, credentials) is in `gate` and `auth`.

mod answer;
mod auth;
mod cdn;
mod create;
mod dates;
mod envelope;
pub(crate) mod gate;
mod media;
mod messages;
mod numbers;
mod target;

pub(crate) use cdn::{file_response, serve as serve_cdn};

use axum::http::Method;

use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::wire;
use answer::Answer;
use auth::Credential;
use target::{Resource, Target};

/// One request with its parts decoded.
struct ApiRequest {
    method: Method,
    path: String,
    query: Params,
    form: Params,
    authorization: Option<String>,
}

/// Decoded parameters in their order; a name may repeat.
#[derive(Clone, Debug, Default)]
struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query or a form.
    fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The value of a parameter that is given once.
    fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value, unless it is absent or empty.
    fn find_filled(&self, name: &str) -> Option<&str> {
        self.find(name).filter(|value| !value.is_empty())
    }

    /// All values of a repeated parameter.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Answers a request that nothing has stopped so far.
fn answer(
    exchange: &Exchange,
    request: &ApiRequest,
    target: Option<&Target>,
) -> Result<Answer, Refusal> {
    let credential =
        exchange.look(|carrier, _| auth::check(carrier, request.authorization.as_deref()))?;
    let Some(target) = target else {
        return Err(Refusal::not_found(&request.path));
    };
    exchange.look(|carrier, _| auth::authorise(carrier, credential, target))?;
    let method = &request.method;
    match &target.resource {
        Resource::Account if method == Method::GET => {
            Ok(exchange.look(|carrier, _| Answer::ok(&wire::account(carrier))))
        }
        Resource::Balance if method == Method::GET => {
            Ok(exchange.look(|carrier, _| Answer::ok(&wire::balance(carrier))))
        }
        Resource::Messages if method == Method::GET => messages::list(exchange, request),
        Resource::Messages if method == Method::POST => create::create(exchange, request),
        Resource::Message(sid) if method == Method::GET => messages::fetch(exchange, request, *sid),
        Resource::Message(sid) if method == Method::POST => {
            messages::update(exchange, request, *sid)
        }
        Resource::Message(sid) if method == Method::DELETE => {
            messages::delete(exchange, request, *sid)
        }
        Resource::MediaList(parent) if method == Method::GET => {
            media::list(exchange, request, *parent)
        }
        Resource::Media(parent, sid) if method == Method::GET => {
            media::fetch(exchange, request, *parent, *sid)
        }
        Resource::Media(parent, sid) if method == Method::DELETE => {
            media::delete(exchange, request, *parent, *sid)
        }
        Resource::MediaBytes(parent, sid) if method == Method::GET || method == Method::HEAD => {
            media::download(exchange, request, *parent, *sid)
        }
        Resource::Numbers if method == Method::GET => numbers::list(exchange, request),
        Resource::Number(sid) if method == Method::GET => numbers::fetch(exchange, request, *sid),
        Resource::Number(sid) if method == Method::POST => numbers::update(exchange, request, *sid),
        _ => Err(Refusal::new(405, 20004, "Method not allowed")),
    }
}

impl Credential {
    /// Whether it may touch the account itself; a standard key may not.
    const fn reaches_account(self) -> bool {
        matches!(self, Self::AuthToken)
    }
}

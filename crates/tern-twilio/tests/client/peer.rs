//! A peer that answers what it is told to and remembers what it was asked.
//!
//! Owns the script of replies. It is no Twilio look-alike: the practice line is that, and the end-to-end
//! suites use it. Here single answers are put under a lens.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use secrecy::SecretString;
use serde_json::Value;
use tern_twilio::{
    AccountSid, BaseUrl, ClientConfig, Credential, MediaSid, MessageSid, RetryPolicy, TwilioClient,
};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

pub const TOKEN: &str = "a-very-secret-token";

pub fn account() -> AccountSid {
    AccountSid::parse(format!("AC{}", "a".repeat(32))).unwrap()
}

pub fn message() -> MessageSid {
    MessageSid::parse(format!("SM{}", "1".repeat(32))).unwrap()
}

pub fn media() -> MediaSid {
    MediaSid::parse(format!("ME{}", "2".repeat(32))).unwrap()
}

/// A request as the peer saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: String,
    /// The client's end of the connection: equal for requests on one connection.
    pub connection: SocketAddr,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What to answer to one request.
pub enum Reply {
    Answer(Response<Body>),
    /// Read the request, then never answer.
    Silence,
}

pub fn json(status: u16, body: Value) -> Reply {
    with_headers(
        status,
        &[("content-type", "application/json")],
        body.to_string(),
    )
}

pub fn with_headers(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Reply::Answer(response.body(body.into()).unwrap())
}

#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub struct Peer {
    pub base_url: String,
    script: Script,
}

impl Peer {
    /// Starts a peer on a free port; after the last reply it answers 418.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script = Script::default();
        script.replies.lock().unwrap().extend(replies);
        let app = Router::new().fallback(answer).with_state(script.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let service = app.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.unwrap()
        });
        Self { base_url, script }
    }

    pub fn add(&self, reply: Reply) {
        self.script.replies.lock().unwrap().push_back(reply);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().unwrap().clone()
    }

    pub fn client(&self) -> TwilioClient {
        TwilioClient::new(self.config()).unwrap()
    }

    pub fn config(&self) -> ClientConfig {
        impatient_config(&self.base_url)
    }
}

/// A client's configuration that waits for nothing longer than a test may take.
pub fn impatient_config(base_url: &str) -> ClientConfig {
    let mut config = ClientConfig::new(
        BaseUrl::parse(base_url).unwrap(),
        account(),
        Credential::AuthToken(SecretString::from(TOKEN)),
    );
    config.retry = RetryPolicy {
        first_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(4),
        media_not_found_delays: [Duration::from_millis(1); 2],
        ..RetryPolicy::default()
    };
    config
}

async fn answer(
    State(script): State<Script>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    script.seen.lock().unwrap().push(Seen {
        method,
        uri,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        connection,
    });
    let reply = script.replies.lock().unwrap().pop_front();
    match reply {
        Some(Reply::Answer(response)) => response,
        Some(Reply::Silence) => std::future::pending().await,
        None => Response::builder().status(418).body(Body::empty()).unwrap(),
    }
}

/// When a [`cutting_peer`] closes its connections.
#[derive(Clone, Copy)]
pub enum Cut {
    BeforeReading,
    AfterReading,
    InsideTheAnswer,
}

/// A peer that cuts every connection; counts how many it accepted.
pub async fn cutting_peer(cut: Cut) -> (String, Arc<Mutex<usize>>) {
    use tokio::io::AsyncWriteExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(Mutex::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            *count.lock().unwrap() += 1;
            if matches!(cut, Cut::BeforeReading) {
                continue;
            }
            let mut request = Vec::new();
            // The forms of these tests end with the one word they contain.
            while !request.ends_with(b"hello") && !request.starts_with(b"GET") {
                if stream.read_buf(&mut request).await.unwrap() == 0 {
                    break;
                }
            }
            if matches!(cut, Cut::InsideTheAnswer) {
                let half = b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"sid\":";
                stream.write_all(half).await.unwrap();
            }
        }
    });
    (base_url, accepted)
}

//! A running practice line with a client, and a receiver of webhooks.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tern_simulator::{LifeCycle, Simulator, SimulatorConfig};

pub(crate) const OWN: &str = "+14155550100";
pub(crate) const OWN_SMS_ONLY: &str = "+14155550101";
pub(crate) const CUSTOMER: &str = "+12125550123";

/// How long a state may take to come about.
const DEADLINE: Duration = Duration::from_secs(20);

/// A practice line and a client of it.
pub(crate) struct Practice {
    pub(crate) line: Simulator,
    pub(crate) client: Client,
}

impl Practice {
    /// A line whose texts are delivered at once.
    pub(crate) async fn start() -> Self {
        Self::with(SimulatorConfig {
            life_cycle: LifeCycle::default().scaled(0.0),
            ..SimulatorConfig::default()
        })
        .await
    }

    /// A line on which nothing moves until the clock is advanced.
    pub(crate) async fn frozen() -> Self {
        let hour = Duration::from_secs(3600);
        let life_cycle = LifeCycle {
            queued: hour,
            sending: hour,
            sent: hour,
        };
        Self::with(SimulatorConfig {
            life_cycle,
            ..SimulatorConfig::default()
        })
        .await
    }

    pub(crate) async fn with(config: SimulatorConfig) -> Self {
        let line = Simulator::start(config).await.unwrap();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { line, client }
    }

    pub(crate) fn account_url(&self, rest: &str) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}{rest}",
            self.line.base_url(),
            self.line.account().account_sid
        )
    }

    /// A request below the account's path, with the auth token.
    pub(crate) fn api(&self, method: Method, rest: &str) -> RequestBuilder {
        let account = self.line.account();
        self.client
            .request(method, self.account_url(rest))
            .basic_auth(&account.account_sid, Some(&account.auth_token))
    }

    /// A request to an address that the API itself gave.
    pub(crate) fn follow(&self, uri: &str) -> RequestBuilder {
        let account = self.line.account();
        self.client
            .get(format!("{}{uri}", self.line.base_url()))
            .basic_auth(&account.account_sid, Some(&account.auth_token))
    }

    pub(crate) async fn get(&self, rest: &str) -> Value {
        let response = self.api(Method::GET, rest).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{rest}");
        response.json().await.unwrap()
    }

    /// Creates a message.
    pub(crate) async fn create(&self, form: &[(&str, &str)]) -> Value {
        let response = self
            .api(Method::POST, "/Messages.json")
            .form(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    /// Creates a text to the customer.
    pub(crate) async fn text(&self, body: &str) -> Value {
        self.create(&[("To", CUSTOMER), ("From", OWN), ("Body", body)])
            .await
    }

    /// The HTTP status and Twilio's code of a refused creation.
    pub(crate) async fn refused(&self, form: &[(&str, &str)]) -> (u16, u64) {
        let response = self
            .api(Method::POST, "/Messages.json")
            .form(form)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["status"], status);
        assert_eq!(
            body["more_info"],
            format!("https://www.twilio.com/docs/errors/{}", body["code"])
        );
        (status, body["code"].as_u64().unwrap())
    }

    pub(crate) async fn message(&self, sid: &Value) -> Value {
        self.get(&format!("/Messages/{}.json", sid.as_str().unwrap()))
            .await
    }

    /// Waits until a message has that status.
    pub(crate) async fn reaches(&self, sid: &Value, status: &str) -> Value {
        eventually(status, async || {
            Some(self.message(sid).await).filter(|message| message["status"] == status)
        })
        .await
    }

    pub(crate) async fn sim_get(&self, path: &str) -> Value {
        self.client
            .get(format!("{}{path}", self.line.control_url()))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub(crate) async fn sim_post(&self, path: &str, body: Value) -> Value {
        let response = self
            .client
            .post(format!("{}{path}", self.line.control_url()))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(
            response.status().is_success(),
            "{path}: {}",
            response.status()
        );
        response.json().await.unwrap()
    }

    pub(crate) async fn arm(&self, fault: Value) -> u64 {
        self.sim_post("/sim/faults", fault).await["id"]
            .as_u64()
            .unwrap()
    }

    pub(crate) async fn disarm(&self) {
        self.client
            .delete(format!("{}/sim/faults", self.line.control_url()))
            .send()
            .await
            .unwrap();
    }

    pub(crate) async fn advance(&self, by: Duration) {
        self.sim_post("/sim/clock/advance", json!({ "ms": by.as_millis() }))
            .await;
    }

    /// Creates the customer's handset.
    pub(crate) async fn handset(&self) {
        self.sim_post("/sim/handsets", json!({ "e164": CUSTOMER, "name": "Ada" }))
            .await;
    }

    /// Sends a text as the customer; the handset must exist.
    pub(crate) async fn customer_texts(&self, body: &str) -> Value {
        let text = json!({ "to": OWN, "body": body });
        self.sim_post(&format!("/sim/handsets/{CUSTOMER}/texts"), text)
            .await["sid"]
            .clone()
    }

    /// The customer's screen.
    pub(crate) async fn screen(&self) -> Vec<Value> {
        let screen = self
            .sim_get(&format!("/sim/handsets/{CUSTOMER}/texts"))
            .await;
        screen["texts"].as_array().unwrap().clone()
    }

    /// Sets the webhook of our number.
    pub(crate) async fn set_number(&self, form: &[(&str, &str)]) {
        let numbers = self.get("/IncomingPhoneNumbers.json").await;
        let sid = numbers["incoming_phone_numbers"][0]["sid"]
            .as_str()
            .unwrap()
            .to_owned();
        let response = self
            .api(Method::POST, &format!("/IncomingPhoneNumbers/{sid}.json"))
            .form(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

/// Waits until `look` sees something.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(start.elapsed() < DEADLINE, "did not come about: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// One webhook as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Vec<(String, String)>,
    /// How many webhooks had been answered when this one came.
    pub(crate) answered_before: usize,
}

impl Received {
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// What a webhook answers: status, content type, text, after a delay.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) text: String,
    pub(crate) delay: Duration,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            status: 204,
            content_type: None,
            text: String::new(),
            delay: Duration::ZERO,
        }
    }
}

impl Reply {
    pub(crate) fn twiml(text: &str) -> Self {
        Self {
            status: 200,
            content_type: Some("text/xml"),
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

#[derive(Default)]
struct Desk {
    received: Mutex<Vec<Received>>,
    replies: Mutex<VecDeque<Reply>>,
    answered: AtomicUsize,
}

/// A server that takes webhooks and answers as told, otherwise with 204.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    desk: Arc<Desk>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let desk = Arc::new(Desk::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new()
            .fallback(take)
            .with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, desk }
    }

    /// Answers the next webhook that has no answer yet.
    pub(crate) fn answer(&self, reply: Reply) {
        self.desk.replies.lock().unwrap().push_back(reply);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.desk.received.lock().unwrap().clone()
    }

    /// Waits for that many webhooks.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually("webhooks", async || {
            Some(self.received()).filter(|received| received.len() >= count)
        })
        .await
    }
}

async fn take(
    State(desk): State<Arc<Desk>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let encoded = if method == Method::GET {
        uri.query().unwrap_or_default().as_bytes().to_vec()
    } else {
        body.to_vec()
    };
    let params = url::form_urlencoded::parse(&encoded).into_owned().collect();
    desk.received.lock().unwrap().push(Received {
        method,
        uri,
        headers,
        params,
        answered_before: desk.answered.load(Ordering::SeqCst),
    });
    let reply = desk.replies.lock().unwrap().pop_front().unwrap_or_default();
    tokio::time::sleep(reply.delay).await;
    desk.answered.fetch_add(1, Ordering::SeqCst);
    let mut response = reply.text.into_response();
    *response.status_mut() = axum::http::StatusCode::from_u16(reply.status).unwrap();
    response.headers_mut().remove("content-type");
    if let Some(content_type) = reply.content_type {
        response
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
    }
    response
}

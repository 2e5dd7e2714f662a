//! The gateway over real HTTP, with signatures made here and not by the verifier's own code.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::SecretString;
use sha1::Sha1;
use tern_gateway::{
    Gateway, GatewayConfig, INBOUND_PATH, NotStored, PublicUrl, STATUS_PATH, WebhookSink,
};
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "0123456789abcdef";
const PUBLIC: &str = "https://desk.example/tern";

type Form = Vec<(String, String)>;

#[derive(Default)]
struct Notebook {
    inbound: Mutex<Vec<Form>>,
    status: Mutex<Vec<Form>>,
    is_full: bool,
}

#[async_trait]
impl WebhookSink for Notebook {
    async fn inbound(&self, form: Form) -> Result<(), NotStored> {
        if self.is_full {
            return Err(NotStored);
        }
        self.inbound.lock().unwrap().push(form);
        Ok(())
    }

    async fn status(&self, form: Form) -> Result<(), NotStored> {
        if self.is_full {
            return Err(NotStored);
        }
        self.status.lock().unwrap().push(form);
        Ok(())
    }
}

struct Desk {
    origin: String,
    notebook: Arc<Notebook>,
    _stop: tokio_util::sync::DropGuard,
}

impl Desk {
    async fn open(notebook: Notebook) -> Self {
        let notebook = Arc::new(notebook);
        let public = PublicUrl::parse(PUBLIC).unwrap();
        let config = GatewayConfig::new(public, Some(SecretString::from(TOKEN)), None).unwrap();
        let gateway = Gateway::bind(0).await.unwrap();
        let origin = format!("http://{}", gateway.address());
        let stop = CancellationToken::new();
        tokio::spawn(gateway.serve(config, Arc::clone(&notebook) as _, stop.clone()));
        Self {
            origin,
            notebook,
            _stop: stop.drop_guard(),
        }
    }

    fn post(&self, path: &str, form: &Form) -> RequestBuilder {
        Client::new()
            .post(format!("{}{path}", self.origin))
            .header("x-twilio-signature", signature(path, form))
            .form(form)
    }

    fn stored(&self) -> usize {
        self.notebook.inbound.lock().unwrap().len() + self.notebook.status.lock().unwrap().len()
    }
}

fn signature(path_and_query: &str, form: &Form) -> String {
    let mut sorted = form.clone();
    sorted.sort();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(format!("{PUBLIC}{path_and_query}").as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

fn text() -> Form {
    [
        ("MessageSid", "SM00000000000000000000000000000001"),
        ("From", "+14155550100"),
        ("To", "+14155550199"),
        ("Body", "Is the ferry late? ü😀 &=+"),
        ("NumMedia", "0"),
        ("SomethingNew", "kept"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

#[tokio::test]
async fn t_11_a_signed_text_is_stored_and_answered_with_an_empty_document() {
    let desk = Desk::open(Notebook::default()).await;
    let answer = desk.post(INBOUND_PATH, &text()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/xml")
    );
    assert!(answer.text().await.unwrap().ends_with("<Response/>"));
    assert_eq!(*desk.notebook.inbound.lock().unwrap(), [text()]);
}

#[tokio::test]
async fn t_12_a_signed_delivery_report_is_stored_and_answered_with_nothing() {
    let desk = Desk::open(Notebook::default()).await;
    let path = format!("{STATUS_PATH}?message=018f");
    let answer = desk.post(&path, &text()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(desk.notebook.status.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_webhook_configured_for_get_is_read_from_its_query() {
    let desk = Desk::open(Notebook::default()).await;
    let url =
        url::Url::parse_with_params(&format!("{}{INBOUND_PATH}", desk.origin), text()).unwrap();
    let path_and_query = format!("{}?{}", url.path(), url.query().unwrap());
    let signed = signature(&path_and_query, &Form::new());
    let answer = Client::new()
        .get(url)
        .header("x-twilio-signature", signed)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(*desk.notebook.inbound.lock().unwrap(), [text()]);
}

#[tokio::test]
async fn t_10_what_twilio_did_not_sign_is_refused_and_not_stored() {
    let desk = Desk::open(Notebook::default()).await;
    let url = format!("{}{INBOUND_PATH}", desk.origin);
    let unsigned = Client::new().post(&url).form(&text());
    let mut tampered = text();
    tampered.push(("Body".into(), "send money".into()));
    let tampered = Client::new()
        .post(&url)
        .header("x-twilio-signature", signature(INBOUND_PATH, &text()))
        .form(&tampered);
    let other_path = Client::new()
        .post(&url)
        .header("x-twilio-signature", signature(STATUS_PATH, &text()))
        .form(&text());
    let forwarded = Client::new()
        .post(&url)
        .header("x-forwarded-host", "desk.example")
        .header("x-twilio-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .form(&text());
    // A form's signature must not be reusable by moving its parameters into the query.
    let moved = Client::new()
        .get(url::Url::parse_with_params(&url, text()).unwrap())
        .header("x-twilio-signature", signature(INBOUND_PATH, &text()));
    for request in [unsigned, tampered, other_path, forwarded, moved] {
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(desk.stored(), 0);
}

#[tokio::test]
async fn another_host_name_is_refused_even_with_a_good_signature() {
    let desk = Desk::open(Notebook::default()).await;
    for (host, expected) in [
        ("rebound.example", StatusCode::FORBIDDEN),
        ("desk.example", StatusCode::OK),
    ] {
        let request = desk.post(INBOUND_PATH, &text()).header("host", host);
        assert_eq!(request.send().await.unwrap().status(), expected, "{host}");
    }
    assert_eq!(desk.stored(), 1);
}

#[tokio::test]
async fn other_shapes_methods_and_sizes_are_refused() {
    let desk = Desk::open(Notebook::default()).await;
    let url = format!("{}{INBOUND_PATH}", desk.origin);
    let json = Client::new()
        .post(&url)
        .header("content-type", "application/json")
        .body("{}");
    let mut large = text();
    large.push(("Padding".into(), "x".repeat(200_000)));
    let cases = [
        (json, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            desk.post(INBOUND_PATH, &large),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (Client::new().put(&url), StatusCode::METHOD_NOT_ALLOWED),
        (
            Client::new().get(format!("{}/", desk.origin)),
            StatusCode::NOT_FOUND,
        ),
    ];
    for (request, expected) in cases {
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    assert_eq!(desk.stored(), 0);
}

#[tokio::test]
async fn what_could_not_be_stored_is_not_acknowledged() {
    let desk = Desk::open(Notebook {
        is_full: true,
        ..Notebook::default()
    })
    .await;
    for path in [INBOUND_PATH, STATUS_PATH] {
        let answer = desk.post(path, &text()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

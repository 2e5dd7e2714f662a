//! Signatures both ways: ours accepts what Twilio's package signs, and what the practice line signs.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tern_gateway::{
    Gateway, GatewayConfig, INBOUND_PATH, NotStored, PublicUrl, STATUS_PATH, WebhookSink,
};
use tern_twilio::webhook::{
    InboundWebhook, SignatureError, SignatureVerifier, SignedRequest, StatusWebhook, WebhookBody,
};
use tern_twilio::{MessageStatus, NewMessage, Sender, SmsWebhook};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{auth_token, client_at, node, practice_line};

const TOKEN: &str = "2f8a0c2b7d5e4f119c3a6b0d8e7f1a2c";
const COUNT: usize = 2000;

#[derive(Deserialize)]
struct Signed {
    url: String,
    params: Vec<(String, String)>,
    signature: String,
}

fn verdict(signed: &Signed, params: &[(String, String)], url: &str) -> Result<(), SignatureError> {
    SignatureVerifier::from_auth_token(SecretString::from(TOKEN)).verify(&SignedRequest {
        url,
        body: WebhookBody::Form(params),
        signature: Some(&signed.signature),
        shared_key: None,
    })
}

#[test]
fn honesty_of_the_verifier_t_10_it_accepts_what_twilios_package_signs() {
    let count = COUNT.to_string();
    let signed: Vec<Signed> = node::lines_of("signatures.js", &[TOKEN, &count, "20261121"]);
    assert_eq!(signed.len(), COUNT);
    for request in &signed {
        let Signed { url, params, .. } = request;
        assert_eq!(verdict(request, params, url), Ok(()), "{url} {params:?}");

        let mut more = params.clone();
        more.push(("Extra".to_owned(), "1".to_owned()));
        assert_eq!(
            verdict(request, &more, url),
            Err(SignatureError::Mismatch),
            "{url}"
        );
        let elsewhere = format!("{url}x");
        assert_eq!(
            verdict(request, params, &elsewhere),
            Err(SignatureError::Mismatch),
            "{url}"
        );
    }
}

enum Arrived {
    Text(InboundWebhook),
    Report(StatusWebhook),
}

struct Desk(mpsc::UnboundedSender<Arrived>);

#[async_trait::async_trait]
impl WebhookSink for Desk {
    async fn inbound(&self, form: Vec<(String, String)>) -> Result<(), NotStored> {
        let text = InboundWebhook::from_form(form).map_err(|_| NotStored)?;
        self.0.send(Arrived::Text(text)).map_err(|_| NotStored)
    }

    async fn status(&self, form: Vec<(String, String)>) -> Result<(), NotStored> {
        let report = StatusWebhook::from_form(form).map_err(|_| NotStored)?;
        self.0.send(Arrived::Report(report)).map_err(|_| NotStored)
    }
}

#[tokio::test]
async fn honesty_of_the_gateway_it_lets_in_what_the_practice_line_signs() {
    let line = practice_line().await;
    let gateway = Gateway::bind(0).await.expect("a free port");
    let public = PublicUrl::parse(&format!("http://{}", gateway.address())).expect("loopback");
    let inbound_url = public.with_path(&format!("{INBOUND_PATH}?desk=1&q=on+time"));
    let status_url = public.with_path(&format!("{STATUS_PATH}?message=018f"));
    let token = SecretString::from(line.account().auth_token.clone());
    let config = GatewayConfig::new(public, Some(token), None).expect("a verifier");
    let (sender, mut arrivals) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let served = tokio::spawn(gateway.serve(config, Arc::new(Desk(sender)), stop.clone()));

    let client = client_at(line.base_url(), &line, auth_token(&line));
    let number = client
        .list_numbers()
        .await
        .expect("numbers")
        .into_iter()
        .next();
    let number = number.expect("a number");
    let webhook = SmsWebhook {
        url: inbound_url,
        ..SmsWebhook::default()
    };
    client
        .update_number_sms_url(&number.sid, &webhook)
        .await
        .expect("an update");

    let control = reqwest::Client::new();
    let handsets = format!("{}/sim/handsets", line.base_url());
    let created = control
        .post(&handsets)
        .json(&json!({}))
        .send()
        .await
        .expect("a handset");
    let created: serde_json::Value = created.json().await.expect("JSON");
    let handset = created["e164"].as_str().expect("a number").to_owned();
    let body = "Hëllo 😀 &=+ x\r\n  100% 'sure'  ";
    let text = json!({"to": number.phone_number.as_str(), "body": body});
    control
        .post(format!("{handsets}/{handset}/texts"))
        .json(&text)
        .send()
        .await
        .expect("a text");

    let patience = Duration::from_secs(30);
    let next = tokio::time::timeout(patience, arrivals.recv())
        .await
        .expect("in time");
    let Some(Arrived::Text(text)) = next else {
        panic!("not a text")
    };
    assert_eq!(
        (text.body.as_str(), text.from.as_str()),
        (body, handset.as_str())
    );

    let sender = Sender::Address(number.phone_number.clone());
    let mut message = NewMessage::text(handset.as_str().into(), sender, "Report back");
    message.status_callback = Some(status_url.parse().expect("a URL"));
    let sent = client.create_message(&message).await.expect("a message");
    loop {
        let next = tokio::time::timeout(patience, arrivals.recv())
            .await
            .expect("in time");
        let Some(Arrived::Report(report)) = next else {
            panic!("not a report")
        };
        assert_eq!(report.message_sid, sent.sid);
        if report.status == MessageStatus::Delivered {
            break;
        }
    }
    stop.cancel();
    served.await.expect("no panic").expect("a clean end");
}

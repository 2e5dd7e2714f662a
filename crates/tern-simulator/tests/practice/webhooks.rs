//! Webhooks as a receiver sees them: parameters, signature, retries, fallback, replies.

use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::support::{CUSTOMER, OWN, Practice, Received, Receiver, Reply, eventually};

/// The signature as a receiver computes it, written out here once more on purpose.
fn expected_signature(practice: &Practice, url: &str, params: &[(String, String)]) -> String {
    let mut params = params.to_vec();
    params.sort();
    let text = params
        .iter()
        .fold(url.to_owned(), |text, (name, value)| text + name + value);
    let mut mac =
        Hmac::<Sha1>::new_from_slice(practice.line.account().auth_token.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

async fn alerts(practice: &Practice, count: usize) -> Vec<Value> {
    eventually("alerts", async || {
        let alerts = practice.sim_get("/sim/alerts").await["alerts"]
            .as_array()?
            .clone();
        (alerts.len() >= count).then_some(alerts)
    })
    .await
}

async fn listening() -> (Practice, Receiver) {
    let (practice, receiver) = (Practice::start().await, Receiver::start().await);
    practice.handset().await;
    (practice, receiver)
}

#[tokio::test]
async fn an_inbound_text_is_announced_by_a_signed_form() {
    let (practice, receiver) = listening().await;
    let url = format!("{}/in?team=a%20b", receiver.url);
    practice
        .set_number(&[("SmsUrl", &format!("{url}#rc=0"))])
        .await;
    let sid = practice.customer_texts("Hëllo 😀 &=+ x").await;
    let webhook = receiver.wait_for(1).await.remove(0);
    assert_eq!(
        (webhook.method.as_str(), webhook.uri.to_string().as_str()),
        ("POST", "/in?team=a%20b")
    );
    for (name, value) in [
        ("MessageSid", sid.as_str().unwrap()),
        ("SmsSid", sid.as_str().unwrap()),
        ("SmsMessageSid", sid.as_str().unwrap()),
        ("AccountSid", &practice.line.account().account_sid),
        ("From", CUSTOMER),
        ("To", OWN),
        ("Body", "Hëllo 😀 &=+ x"),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsStatus", "received"),
        ("ApiVersion", "2010-04-01"),
    ] {
        assert_eq!(webhook.param(name), Some(value), "{name}");
    }
    assert_eq!(
        webhook.header("x-twilio-signature"),
        expected_signature(&practice, &url, &webhook.params)
    );
    assert!(!webhook.header("i-twilio-idempotency-token").is_empty());
}

#[tokio::test]
async fn a_picture_is_announced_by_its_address() {
    let (practice, receiver) = listening().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    let text = json!({ "to": OWN, "body": "see", "media": [{ "content_type": "image/gif", "base64": STANDARD.encode("GIF89a") }] });
    practice
        .sim_post(&format!("/sim/handsets/{CUSTOMER}/texts"), text)
        .await;
    let webhook = receiver.wait_for(1).await.remove(0);
    assert_eq!(
        (
            webhook.param("NumMedia"),
            webhook.param("MediaContentType0")
        ),
        (Some("1"), Some("image/gif"))
    );
    let url = webhook.param("MediaUrl0").unwrap();
    assert!(url.starts_with(&practice.account_url("/Messages/MM")));
    let path = url.strip_prefix(practice.line.base_url()).unwrap();
    assert_eq!(practice.follow(path).send().await.unwrap().status(), 307);
}

#[tokio::test]
async fn a_get_webhook_signs_its_query() {
    let (practice, receiver) = listening().await;
    practice
        .set_number(&[
            ("SmsUrl", &format!("{}/in?a=1", receiver.url)),
            ("SmsMethod", "GET"),
        ])
        .await;
    practice.customer_texts("hello you").await;
    let webhook = receiver.wait_for(1).await.remove(0);
    assert_eq!(
        (webhook.method.clone(), webhook.param("Body")),
        (Method::GET, Some("hello you"))
    );
    let url = format!("{}{}", receiver.url, webhook.uri);
    assert_eq!(
        webhook.header("x-twilio-signature"),
        expected_signature(&practice, &url, &[])
    );
}

#[tokio::test]
async fn status_changes_are_called_back_in_order_and_signed() {
    let (practice, receiver) = listening().await;
    receiver.answer(Reply {
        delay: Duration::from_millis(300),
        ..Reply::default()
    });
    let url = format!("{}/status?id=7", receiver.url);
    let sid = practice
        .create(&[
            ("To", CUSTOMER),
            ("From", OWN),
            ("Body", "hi"),
            ("StatusCallback", &url),
        ])
        .await["sid"]
        .clone();
    let webhooks = receiver.wait_for(2).await;
    let statuses: Vec<_> = webhooks
        .iter()
        .filter_map(|webhook| webhook.param("MessageStatus"))
        .collect();
    assert_eq!(
        statuses,
        ["sent", "delivered"],
        "queued and sending are not called back"
    );
    assert_eq!(webhooks[1].answered_before, 1, "one waits for the other");
    let done = &webhooks[1];
    assert_eq!(
        (done.param("MessageSid"), done.param("SmsStatus")),
        (sid.as_str(), Some("delivered"))
    );
    assert_eq!(done.param("RawDlrDoneDate").map(str::len), Some(10));
    assert_eq!(
        done.header("x-twilio-signature"),
        expected_signature(&practice, &url, &done.params)
    );
}

#[tokio::test]
async fn twiml_is_sent_as_replies() {
    let (practice, receiver) = listening().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    receiver.answer(Reply::twiml(
        "<Response><Message>one &amp; only</Message><Message><Body>two</Body></Message></Response>",
    ));
    receiver.answer(Reply {
        content_type: Some("text/plain"),
        ..Reply::twiml("three")
    });
    practice.customer_texts("hi").await;
    receiver.wait_for(1).await;
    practice.customer_texts("again").await;
    let screen = eventually("replies", async || {
        let texts: Vec<_> = practice
            .screen()
            .await
            .into_iter()
            .filter(|text| text["direction"] == "received")
            .collect();
        (texts.len() == 3).then_some(texts)
    })
    .await;
    let mut bodies: Vec<_> = screen
        .iter()
        .map(|text| text["body"].as_str().unwrap())
        .collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["one & only", "three", "two"]);
    assert_eq!(
        practice.message(&screen[0]["sid"]).await["direction"],
        "outbound-reply"
    );
}

#[tokio::test]
async fn an_unusable_answer_goes_to_the_fallback_and_raises_an_alert() {
    for (reply, code) in [
        (
            Reply {
                status: 500,
                ..Reply::default()
            },
            11200,
        ),
        (
            Reply {
                status: 200,
                content_type: None,
                ..Reply::twiml("<Response/>")
            },
            12300,
        ),
        (
            Reply {
                content_type: Some("application/json"),
                ..Reply::twiml("{}")
            },
            12300,
        ),
        (Reply::twiml("<Response>"), 12100),
        (
            Reply::twiml(&format!(
                "<Response><Message>{}</Message></Response>",
                "a".repeat(65 * 1024)
            )),
            11750,
        ),
    ] {
        let (practice, receiver) = listening().await;
        let fallback = format!("{}/fallback", receiver.url);
        practice
            .set_number(&[("SmsUrl", &receiver.url), ("SmsFallbackUrl", &fallback)])
            .await;
        receiver.answer(reply);
        practice.customer_texts("hi").await;
        let webhooks = receiver.wait_for(2).await;
        assert_eq!(webhooks[1].uri.path(), "/fallback");
        assert_eq!(alerts(&practice, 1).await[0]["error_code"], code);
    }
}

#[tokio::test]
async fn a_failed_connection_is_tried_again_once() {
    let (practice, receiver) = listening().await;
    practice
        .set_number(&[
            ("SmsUrl", "http://127.0.0.1:1/in"),
            ("SmsFallbackUrl", &receiver.url),
        ])
        .await;
    practice.customer_texts("hi").await;
    receiver.wait_for(1).await;
    // The log is written after the answer, so the last attempt may still be missing.
    eventually("three attempts", async || {
        let log = practice.sim_get("/sim/webhooks").await;
        let attempts = log["webhooks"]
            .as_array()?
            .iter()
            .map(|entry| entry["attempt"].as_u64());
        (attempts.collect::<Option<Vec<_>>>()? == [1, 2, 1]).then_some(())
    })
    .await;
    assert_eq!(alerts(&practice, 1).await[0]["error_code"], 11205);
}

#[tokio::test]
async fn the_fragment_asks_for_more_retries_with_one_token() {
    let (practice, receiver) = listening().await;
    practice
        .set_number(&[(
            "SmsUrl",
            &format!("{}/in#rc=2&rp=5xx,rt&rt=200", receiver.url),
        )])
        .await;
    receiver.answer(Reply {
        status: 503,
        ..Reply::default()
    });
    receiver.answer(Reply {
        delay: Duration::from_secs(5),
        ..Reply::default()
    });
    practice.customer_texts("hi").await;
    let webhooks = receiver.wait_for(3).await;
    let token = |webhook: &Received| webhook.header("i-twilio-idempotency-token").to_owned();
    assert!(
        webhooks
            .iter()
            .all(|webhook| token(webhook) == token(&webhooks[0]))
    );
    assert_eq!(practice.sim_get("/sim/alerts").await["alerts"], json!([]));
}

#[tokio::test]
async fn a_slow_webhook_is_given_up() {
    let (practice, receiver) = listening().await;
    practice
        .set_number(&[("SmsUrl", &format!("{}/in#tt=300", receiver.url))])
        .await;
    receiver.answer(Reply {
        delay: Duration::from_secs(30),
        ..Reply::default()
    });
    practice.customer_texts("hi").await;
    assert_eq!(alerts(&practice, 1).await[0]["error_code"], 11205);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn without_an_address_a_text_is_only_listed() {
    let (practice, _receiver) = listening().await;
    let sid = practice.customer_texts("hi").await;
    let message = practice.message(&sid).await;
    assert_eq!(
        (&message["status"], &message["direction"]),
        (&json!("received"), &json!("inbound"))
    );
    assert!(message["date_sent"].is_string());
    assert_eq!(
        practice.sim_get("/sim/webhooks").await["webhooks"],
        json!([])
    );
}

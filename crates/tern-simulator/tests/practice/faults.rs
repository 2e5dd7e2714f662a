//! Every fault, as a client meets it.

use std::time::Duration;

use axum::http::Method;
use reqwest::{Error, Response, StatusCode};
use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;

use crate::support::{CUSTOMER, OWN, Practice, Receiver, eventually};

async fn send(practice: &Practice) -> Result<Response, Error> {
    let form = [("To", CUSTOMER), ("From", OWN), ("Body", "hello")];
    practice
        .api(Method::POST, "/Messages.json")
        .form(&form)
        .send()
        .await
}

async fn created(practice: &Practice) -> u64 {
    practice
        .sim_get("/sim/messages?body=hello&direction=outbound")
        .await["count"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn a_dropped_answer_hides_a_message_that_was_created() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "drop_connection_before_answer", "endpoint": "create_message" }))
        .await;
    practice.get("/Messages.json").await;
    let error = send(&practice).await.unwrap_err();
    assert!(!error.is_connect(), "the request had been sent");
    assert_eq!(created(&practice).await, 1);
    assert_eq!(send(&practice).await.unwrap().status(), StatusCode::CREATED);
    let log = practice.sim_get("/sim/requests").await;
    let statuses: Vec<_> = log["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["status"].clone())
        .collect();
    assert_eq!(statuses, [json!(200), Value::Null, json!(201)]);
}

#[tokio::test]
async fn a_drop_before_accepting_creates_nothing() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "drop_before_accept", "times": 2, "after": 1 }))
        .await;
    assert!(send(&practice).await.is_ok());
    for _ in 0..2 {
        assert!(send(&practice).await.is_err());
    }
    assert!(send(&practice).await.is_ok());
    assert_eq!(created(&practice).await, 2);
}

#[tokio::test]
async fn a_500_comes_before_or_after_accepting() {
    let practice = Practice::start().await;
    for (kind, count) in [("error_500_before", 0), ("error_500_after", 1)] {
        practice.arm(json!({ "kind": kind })).await;
        let response = send(&practice).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key("twilio-request-id"));
        assert_eq!(response.json::<Value>().await.unwrap()["code"], 20500);
        assert_eq!(created(&practice).await, count, "{kind}");
    }
}

#[tokio::test]
async fn a_429_is_never_processed_and_may_say_when_to_come_back() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "too_many_requests", "retry_after": 7 }))
        .await;
    practice.arm(json!({ "kind": "too_many_requests" })).await;
    let told = send(&practice).await.unwrap();
    assert_eq!(
        (
            told.status(),
            told.headers()["retry-after"].to_str().unwrap()
        ),
        (StatusCode::TOO_MANY_REQUESTS, "7")
    );
    let untold = send(&practice).await.unwrap();
    assert!(!untold.headers().contains_key("retry-after"));
    assert_eq!(untold.json::<Value>().await.unwrap()["code"], 20429);
    assert_eq!(created(&practice).await, 0);
}

#[tokio::test]
async fn more_requests_than_the_limit_are_429() {
    let practice = Practice::with(SimulatorConfig {
        max_concurrent_requests: 2,
        ..SimulatorConfig::default()
    })
    .await;
    practice
        .arm(json!({ "kind": "delay_ms", "ms": 1500, "phase": "after", "times": 2 }))
        .await;
    let (first, second) = (send(&practice), send(&practice));
    let third = async {
        eventually("two in flight", async || {
            (created(&practice).await == 2).then_some(())
        })
        .await;
        send(&practice).await
    };
    let (first, second, third) = tokio::join!(first, second, third);
    assert_eq!(first.unwrap().status(), StatusCode::CREATED);
    assert_eq!(second.unwrap().status(), StatusCode::CREATED);
    assert_eq!(third.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_delay_lies_before_or_after_accepting() {
    let practice = Practice::start().await;
    for (phase, count) in [("before", 0), ("after", 1)] {
        practice
            .arm(json!({ "kind": "delay_ms", "ms": 60_000, "phase": phase }))
            .await;
        let form = [("To", CUSTOMER), ("From", OWN), ("Body", "hello")];
        let impatient = practice
            .api(Method::POST, "/Messages.json")
            .form(&form)
            .timeout(Duration::from_millis(500));
        assert!(impatient.send().await.unwrap_err().is_timeout());
        assert_eq!(created(&practice).await, count, "{phase}");
    }
}

#[tokio::test]
async fn a_lagging_list_shows_a_new_row_late_but_fetches_it_at_once() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "list_lag_ms", "ms": 60_000 }))
        .await;
    let sid = practice.text("hello").await["sid"].clone();
    assert_eq!(practice.get("/Messages.json").await["messages"], json!([]));
    assert_eq!(practice.message(&sid).await["sid"], sid);
    practice.advance(Duration::from_secs(61)).await;
    assert_eq!(
        practice.get("/Messages.json").await["messages"][0]["sid"],
        sid
    );
}

#[tokio::test]
async fn a_delivery_failure_carries_its_code() {
    let practice = Practice::start().await;
    practice.handset().await;
    let receiver = Receiver::start().await;
    practice
        .arm(json!({ "kind": "delivery_failure", "error_code": 30003 }))
        .await;
    practice
        .arm(json!({ "kind": "delivery_failure", "error_code": 30001, "status": "failed" }))
        .await;
    for (status, code) in [("undelivered", 30003), ("failed", 30001)] {
        let form = [
            ("To", CUSTOMER),
            ("From", OWN),
            ("Body", "hello"),
            ("StatusCallback", &receiver.url),
        ];
        let sid = practice.create(&form).await["sid"].clone();
        assert_eq!(practice.reaches(&sid, status).await["error_code"], code);
    }
    let webhooks = receiver.wait_for(3).await;
    // Callbacks of two messages do not wait for each other.
    for expected in [("undelivered", "30003"), ("failed", "30001")] {
        let (status, code) = expected;
        assert!(
            webhooks.iter().any(|webhook| {
                (webhook.param("MessageStatus"), webhook.param("ErrorCode"))
                    == (Some(status), Some(code))
            }),
            "no callback says {expected:?}"
        );
    }
    assert!(practice.screen().await.is_empty());
}

#[tokio::test]
async fn a_duplicate_webhook_is_the_same_twice() {
    let practice = Practice::start().await;
    practice.handset().await;
    let receiver = Receiver::start().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    practice.arm(json!({ "kind": "duplicate_webhooks" })).await;
    practice.customer_texts("hi").await;
    let webhooks = receiver.wait_for(2).await;
    assert_eq!(webhooks[0].params, webhooks[1].params);
    assert_eq!(
        webhooks[0].header("i-twilio-idempotency-token"),
        webhooks[1].header("i-twilio-idempotency-token")
    );
}

#[tokio::test]
async fn a_reordered_webhook_is_overtaken_by_the_next() {
    let practice = Practice::start().await;
    practice.handset().await;
    let receiver = Receiver::start().await;
    practice.arm(json!({ "kind": "reorder_webhooks" })).await;
    practice
        .create(&[
            ("To", CUSTOMER),
            ("From", OWN),
            ("Body", "hello"),
            ("StatusCallback", &receiver.url),
        ])
        .await;
    let statuses = async || {
        receiver
            .wait_for(2)
            .await
            .iter()
            .map(|webhook| webhook.param("MessageStatus").unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses().await, ["delivered", "sent"]);
}

#[tokio::test]
async fn a_held_webhook_leaves_in_the_end_even_if_nothing_overtakes_it() {
    let practice = Practice::start().await;
    practice.handset().await;
    let receiver = Receiver::start().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    practice.arm(json!({ "kind": "reorder_webhooks" })).await;
    practice.customer_texts("hi").await;
    practice.advance(Duration::from_secs(3)).await;
    receiver.wait_for(1).await;
}

#[tokio::test]
async fn without_network_requests_are_reset_and_texts_still_taken_in() {
    let practice = Practice::start().await;
    practice.handset().await;
    let receiver = Receiver::start().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    practice.arm(json!({ "kind": "network_off" })).await;
    for _ in 0..3 {
        assert!(!send(&practice).await.unwrap_err().is_connect());
    }
    let sid = practice.customer_texts("are you there?").await;
    eventually("alert", async || {
        (practice.sim_get("/sim/alerts").await["alerts"][0]["error_code"] == 11205).then_some(())
    })
    .await;
    assert!(
        receiver.received().is_empty(),
        "the laptop cannot be reached either"
    );
    practice.disarm().await;
    assert_eq!(created(&practice).await, 0);
    assert_eq!(
        practice.get("/Messages.json").await["messages"][0]["sid"],
        sid
    );
}

#[tokio::test]
async fn a_closed_port_tells_the_client_that_nothing_has_left() {
    let practice = Practice::start().await;
    practice.get("/Messages.json").await;
    let id = practice
        .arm(json!({ "kind": "network_off", "mode": "refuse" }))
        .await;
    // A pooled connection may still die under the first request; after it every connection is refused.
    eventually("refused", async || {
        send(&practice).await.err().filter(Error::is_connect)
    })
    .await;
    assert_eq!(created(&practice).await, 0);
    let url = format!("{}/sim/faults/{id}", practice.line.control_url());
    assert!(
        practice
            .client
            .delete(url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    eventually("open again", async || send(&practice).await.ok()).await;
    assert_eq!(created(&practice).await, 1);
}

#[tokio::test]
async fn a_skewed_clock_shows_in_the_date_header() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "clock_skew", "ms": -3_600_000 }))
        .await;
    let response = practice.api(Method::GET, ".json").send().await.unwrap();
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(response.headers()["date"].to_str().unwrap())
        .unwrap();
    let behind = jiff::Timestamp::now().as_second() - date.as_second();
    assert!((3500..3700).contains(&behind), "{behind}");
}

#[tokio::test]
async fn faults_are_listed_with_what_they_have_done_and_cleared() {
    let practice = Practice::start().await;
    practice
        .arm(json!({ "kind": "error_500_before", "times": 0, "endpoint": "create_message" }))
        .await;
    for _ in 0..2 {
        send(&practice).await.unwrap();
    }
    let fault = practice.sim_get("/sim/faults").await["faults"][0].clone();
    assert_eq!(
        (&fault["struck"], &fault["remaining"], &fault["kind"]),
        (&json!(2), &Value::Null, &json!("error_500_before"))
    );
    practice.disarm().await;
    assert_eq!(practice.sim_get("/sim/faults").await["faults"], json!([]));
    assert_eq!(send(&practice).await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn an_unknown_fault_is_refused() {
    let practice = Practice::start().await;
    for fault in [
        json!({ "kind": "earthquake" }),
        json!({ "kind": "delay_ms" }),
        json!({}),
    ] {
        let url = format!("{}/sim/faults", practice.line.base_url());
        assert!(
            practice
                .client
                .post(url)
                .json(&fault)
                .send()
                .await
                .unwrap()
                .status()
                .is_client_error(),
            "{fault}"
        );
    }
}

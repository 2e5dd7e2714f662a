//! The control surface: handsets, clock, ledger, and who may not use it.

use axum::http::Method;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;

use crate::support::{CUSTOMER, OWN, Practice, eventually};

#[tokio::test]
async fn handsets_get_a_number_or_bring_one() {
    let practice = Practice::start().await;
    let given = practice
        .sim_post("/sim/handsets", json!({ "e164": CUSTOMER, "name": "Ada" }))
        .await;
    assert_eq!(
        (&given["e164"], &given["name"]),
        (&json!(CUSTOMER), &json!("Ada"))
    );
    let first = practice.sim_post("/sim/handsets", json!({})).await["e164"].clone();
    let second = practice
        .sim_post("/sim/handsets", json!({ "name": "Bo" }))
        .await["e164"]
        .clone();
    assert_ne!(first, second);
    assert!(
        first.as_str().unwrap().contains("55501"),
        "a fictional number"
    );
    let bare = practice
        .client
        .post(format!("{}/sim/handsets", practice.line.base_url()))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status(), StatusCode::CREATED);
    let list = practice.sim_get("/sim/handsets").await;
    assert_eq!(list["handsets"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_screen_shows_both_sides_in_order() {
    let practice = Practice::start().await;
    practice.handset().await;
    practice.customer_texts("one").await;
    let sid = practice.text("two").await["sid"].clone();
    practice.reaches(&sid, "delivered").await;
    practice.customer_texts("three").await;
    let screen = practice.screen().await;
    let shown: Vec<_> = screen
        .iter()
        .map(|text| {
            (
                text["direction"].as_str().unwrap(),
                text["body"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("sent", "one"), ("received", "two"), ("sent", "three")]
    );
    assert!(
        screen
            .iter()
            .all(|text| text["other_party"] == OWN && text["at"].is_string())
    );
}

#[tokio::test]
async fn impossible_texts_are_refused() {
    let practice = Practice::start().await;
    practice.handset().await;
    for (from, text, status) in [
        (CUSTOMER, json!({ "to": OWN }), 400),
        (CUSTOMER, json!({ "to": "+14155559999", "body": "hi" }), 404),
        (CUSTOMER, json!({ "to": "nobody", "body": "hi" }), 400),
        (
            CUSTOMER,
            json!({ "to": OWN, "media": [{ "content_type": "image/png", "base64": "%" }] }),
            400,
        ),
        ("+12125550199", json!({ "to": OWN, "body": "hi" }), 404),
        ("nobody", json!({ "to": OWN, "body": "hi" }), 400),
    ] {
        let url = format!("{}/sim/handsets/{from}/texts", practice.line.base_url());
        let response = practice.client.post(url).json(&text).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{text}");
        assert!(response.json::<Value>().await.unwrap()["error"].is_string());
    }
}

#[tokio::test]
async fn web_pages_and_foreign_hosts_are_refused_unless_let_in() {
    let allowed = "http://localhost:5173";
    let practice = Practice::with(SimulatorConfig {
        allowed_origins: vec![allowed.to_owned()],
        ..SimulatorConfig::default()
    })
    .await;
    for path in [
        "/",
        "/sim/clock",
        "/2010-04-01/Accounts/AC1.json",
        "/cdn/ME1",
    ] {
        let get = || {
            practice
                .client
                .get(format!("{}{path}", practice.line.base_url()))
        };
        let foreign = get()
            .header("origin", "https://evil.example")
            .send()
            .await
            .unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "{path}");
        let rebound = get().header("host", "evil.example").send().await.unwrap();
        assert_eq!(rebound.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let clock = format!("{}/sim/clock", practice.line.base_url());
    let welcome = practice
        .client
        .get(&clock)
        .header("origin", allowed)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            welcome.status(),
            welcome.headers()["access-control-allow-origin"]
                .to_str()
                .unwrap()
        ),
        (StatusCode::OK, allowed)
    );
    let preflight = practice
        .client
        .request(Method::OPTIONS, &clock)
        .header("origin", allowed)
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_front_page_says_that_nothing_is_kept() {
    let practice = Practice::start().await;
    let about = practice.sim_get("/").await;
    assert!(about["state"].as_str().unwrap().contains("memory only"));
}

#[tokio::test]
async fn history_is_added_on_request() {
    let practice = Practice::start().await;
    let plan = json!({ "messages": 500, "numbers": 9, "years": 3, "seed": 4, "until": "2026-01-01T00:00:00Z" });
    let added = practice.sim_post("/sim/history", plan.clone()).await;
    assert_eq!(added["messages"], 500);
    let other = Practice::start().await;
    other.sim_post("/sim/history", plan).await;
    let bodies = async |practice: &Practice| {
        let page = practice.get("/Messages.json?PageSize=500").await;
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| (message["sid"].clone(), message["body"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies(&practice).await, bodies(&other).await);
}

#[tokio::test]
async fn a_stopped_line_answers_nobody() {
    let practice = Practice::start().await;
    let url = format!("{}/sim/clock", practice.line.base_url());
    practice.line.shutdown().await;
    assert!(practice.client.get(url).send().await.is_err());
}

#[tokio::test]
async fn stopping_cuts_off_a_request_that_does_not_end() {
    let practice = Practice::start().await;
    let slow = json!({ "kind": "delay_ms", "ms": 600_000, "phase": "after", "endpoint": "create_message" });
    practice.arm(slow).await;
    let form = [("To", CUSTOMER), ("From", OWN), ("Body", "hello")];
    let request = tokio::spawn(
        practice
            .api(Method::POST, "/Messages.json")
            .form(&form)
            .send(),
    );
    eventually("created", async || {
        (practice.sim_get("/sim/messages").await["count"] == 1).then_some(())
    })
    .await;
    practice.line.shutdown().await;
    assert!(request.await.unwrap().is_err());
}

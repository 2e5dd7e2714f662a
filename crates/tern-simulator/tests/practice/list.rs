//! The message list: order, filters, pages.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::Method;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tern_simulator::{HistoryPlan, SimulatorConfig};

use crate::support::{CUSTOMER, OWN, OWN_SMS_ONLY, Practice, eventually};

/// Whether a filter shows a message.
type Admits<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

async fn with_history(messages: u64) -> Practice {
    let until = Some("2026-03-04T12:00:00Z".parse().unwrap());
    let history = Some(HistoryPlan {
        messages,
        numbers: 7,
        years: 0.1,
        seed: 3,
        until,
    });
    Practice::with(SimulatorConfig {
        history,
        ..SimulatorConfig::default()
    })
    .await
}

async fn walk(practice: &Practice, first: &str) -> Vec<Value> {
    let mut page = practice.get(first).await;
    let mut all = Vec::new();
    loop {
        all.extend(page["messages"].as_array().unwrap().clone());
        let Some(next) = page["next_page_uri"].as_str() else {
            return all;
        };
        page = practice
            .follow(next)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
    }
}

fn sent(message: &Value) -> jiff::Timestamp {
    jiff::fmt::rfc2822::parse(message["date_sent"].as_str().unwrap())
        .unwrap()
        .timestamp()
}

#[tokio::test]
async fn pages_hold_every_message_once_newest_first() {
    let practice = with_history(137).await;
    for size in [1, 10, 50, 137, 1000] {
        let all = walk(&practice, &format!("/Messages.json?PageSize={size}")).await;
        let sids: HashSet<_> = all
            .iter()
            .map(|message| message["sid"].as_str().unwrap())
            .collect();
        assert_eq!((all.len(), sids.len()), (137, 137), "page size {size}");
        assert!(all.is_sorted_by(|newer, older| sent(newer) >= sent(older)));
    }
}

#[tokio::test]
async fn the_envelope_counts_and_leads_both_ways() {
    let practice = with_history(25).await;
    let path = format!(
        "/2010-04-01/Accounts/{}/Messages.json",
        practice.line.account().account_sid
    );
    let first = practice
        .get(&format!(
            "/Messages.json?From={}&PageSize=5",
            OWN.replace('+', "%2B")
        ))
        .await;
    assert_eq!(
        (
            &first["page"],
            &first["page_size"],
            &first["start"],
            &first["end"]
        ),
        (&json!(0), &json!(5), &json!(0), &json!(4))
    );
    assert_eq!(first["previous_page_uri"], Value::Null);
    assert_eq!(
        first["first_page_uri"],
        format!("{path}?From=%2B14155550100&PageSize=5&Page=0")
    );
    let last_sid = first["messages"][4]["sid"].as_str().unwrap();
    let next = first["next_page_uri"].as_str().unwrap();
    assert_eq!(
        next,
        format!("{path}?From=%2B14155550100&PageSize=5&Page=1&PageToken=PA{last_sid}")
    );
    let second: Value = practice
        .follow(next)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&second["page"], &second["start"]), (&json!(1), &json!(5)));
    let back = second["previous_page_uri"].as_str().unwrap();
    let again: Value = practice
        .follow(back)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(again["messages"], first["messages"]);
}

#[tokio::test]
async fn new_messages_do_not_shift_the_pages_that_follow() {
    let practice = with_history(12).await;
    let first = practice.get("/Messages.json?PageSize=6").await;
    practice.text("newest").await;
    let next = first["next_page_uri"].as_str().unwrap();
    let second: Value = practice
        .follow(next)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let sids: HashSet<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["messages"].as_array().unwrap())
        .map(|message| message["sid"].as_str().unwrap())
        .collect();
    assert_eq!(sids.len(), 12);
}

#[tokio::test]
async fn filters_match_addresses_and_days_inclusively() {
    let practice = with_history(200).await;
    let all = walk(&practice, "/Messages.json?PageSize=1000").await;
    let day = |message: &Value| sent(message).strftime("%Y-%m-%d").to_string();
    let middle = day(&all[100]);
    let customer = all[0]["to"].as_str().unwrap().replace('+', "%2B");
    let cases: [(String, Admits<'_>); 5] = [
        (
            format!("To={customer}"),
            Box::new(|message| message["to"] == all[0]["to"]),
        ),
        (
            format!("DateSent={middle}"),
            Box::new(|message| day(message) == middle),
        ),
        (
            format!("DateSent%3E={middle}"),
            Box::new(|message| day(message) >= middle),
        ),
        (
            format!("DateSent%3C={middle}"),
            Box::new(|message| day(message) <= middle),
        ),
        (
            format!(
                "From={}&DateSent%3E={middle}",
                OWN_SMS_ONLY.replace('+', "%2B")
            ),
            Box::new(|message| message["from"] == OWN_SMS_ONLY && day(message) >= middle),
        ),
    ];
    for (query, admits) in cases {
        let found: Vec<_> = walk(&practice, &format!("/Messages.json?{query}&PageSize=7")).await;
        let wanted: Vec<_> = all
            .iter()
            .filter(|message| admits(message))
            .cloned()
            .collect();
        assert!(
            !wanted.is_empty() && wanted.len() < all.len(),
            "{query} proves nothing"
        );
        assert_eq!(found, wanted, "{query}");
    }
    let second = sent(&all[50]).to_string();
    let since = walk(&practice, &format!("/Messages.json?DateSent%3E={second}")).await;
    assert_eq!(
        since.len(),
        all.iter()
            .filter(|message| sent(message) >= sent(&all[50]))
            .count()
    );
}

#[tokio::test]
async fn a_message_without_sending_date_is_listed_but_not_under_a_date() {
    let practice = Practice::frozen().await;
    practice.text("waiting").await;
    assert_eq!(
        practice.get("/Messages.json").await["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        practice.get("/Messages.json?DateSent%3E=2000-01-01").await["messages"],
        json!([])
    );
    practice.advance(Duration::from_secs(2 * 3600)).await;
    eventually("sent", async || {
        let page = practice.get("/Messages.json?DateSent%3E=2000-01-01").await;
        (page["messages"].as_array()?.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nonsense_in_a_query_is_refused_or_finds_nothing() {
    let practice = Practice::start().await;
    for query in [
        "PageSize=0",
        "PageSize=x",
        "PageToken=PAnonsense",
        "DateSent=yesterday",
    ] {
        let response = practice
            .api(Method::GET, &format!("/Messages.json?{query}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    practice.text("hello").await;
    assert_eq!(
        practice.get("/Messages.json?To=nobody").await["messages"],
        json!([])
    );
    assert_eq!(
        practice.get("/Messages.json?PageSize=5000").await["page_size"],
        1000
    );
    assert_eq!(
        practice
            .get(&format!(
                "/Messages.json?To={}",
                CUSTOMER.replace('+', "%2B")
            ))
            .await["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

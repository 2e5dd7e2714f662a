//! Webhooks and polls in any number and order end in the same store as polls alone.

use serde_json::json;
use tern_domain::{Announcement, DeliveryStatus};
use tern_engine::{Arrival, EngineEvent};

use crate::line::{ANNA, BEN, Line, until};
use crate::receiving::{status_report, webhook};

const TEXTS: [(&str, &str); 6] = [
    (ANNA, "one"),
    (BEN, "two"),
    (ANNA, "three"),
    (ANNA, "three"),
    (BEN, "four"),
    (ANNA, "five"),
];

#[tokio::test]
async fn duplicate_and_reordered_webhooks_and_polls_change_nothing() {
    let orderly = day(None).await;
    for seed in 1..=3 {
        assert_eq!(day(Some(seed)).await, orderly, "seed {seed}");
    }
}

/// Customers write, the agent answers one of them; what is stored then. With a seed everything the carrier
/// says comes three times by webhook, shuffled, while the polls go on.
async fn day(storm: Option<u64>) -> Vec<String> {
    let line = Line::start().await;
    line.is_online().await;
    let mut events = line.engine().events();
    if storm.is_some() {
        // Most webhooks are faster than the list, so that each text has a chance to come first either way.
        line.arm(json!({"kind": "list_lag_ms", "ms": 2_000})).await;
    }
    let mut forms = Vec::new();
    for (from, body) in TEXTS {
        let sid = line.text(from, body).await;
        forms.push(webhook(&sid, from, body));
        line.control("POST", "/sim/clock/advance", json!({"ms": 1_000}))
            .await;
    }
    if let Some(seed) = storm {
        let webhooks = forms.iter().cloned().map(Arrival::Webhook).collect();
        ingest_all(&line, shuffled_thrice(webhooks, seed)).await;
        line.control("POST", "/sim/clock/advance", json!({"ms": 2_000}))
            .await;
    }
    until("all texts", async || {
        let count = line.thread(ANNA).await.len() + line.thread(BEN).await.len();
        (count == TEXTS.len()).then_some(())
    })
    .await;

    let answer = line.send(ANNA, "an answer").await;
    line.delivery_becomes(answer, DeliveryStatus::Delivered)
        .await;
    if let Some(seed) = storm {
        let sid = line.message(answer).await.sid.unwrap();
        let reports = ["queued", "sending", "sent", "delivered"]
            .map(|status| Arrival::StatusCallback(status_report(sid.as_str(), status)));
        let mut late: Vec<_> = forms.into_iter().map(Arrival::Webhook).collect();
        late.extend(reports);
        for text in line.thread(ANNA).await {
            late.push(Arrival::Row(line.row(text.sid.unwrap().as_str()).await));
        }
        ingest_all(&line, shuffled_thrice(late, seed)).await;
    }
    line.engine().wake();
    let looks = line.list_requests().await;
    until("two more looks, and nothing that waits", async || {
        let looked = line.list_requests().await >= looks + 2;
        (looked && line.journal_size().await == 0).then_some(())
    })
    .await;

    let mut stored = vec![format!("{:?}", line.counts().await)];
    for requester in [ANNA, BEN] {
        let mut texts: Vec<_> = line
            .thread(requester)
            .await
            .into_iter()
            .map(|text| {
                let body = text.body.into_string();
                format!("{:?} {body} {}", text.direction, text.status)
            })
            .collect();
        // A late text is shown where it came in; which texts there are is what must not change.
        texts.sort();
        stored.extend(texts);
        let id = line.conversation(requester).await.unwrap();
        let row = line
            .store
            .read(move |conn| conn.load_conversation(id))
            .await;
        let row = row.unwrap();
        stored.push(format!(
            "{:?}, {} texts, {} unread",
            row.list, row.message_count, row.unread_count
        ));
    }
    let mut announced = 0;
    while let Ok(event) = events.try_recv() {
        let is_arrival = matches!(
            event,
            EngineEvent::Announce(Announcement::TextArrived { .. })
        );
        announced += usize::from(is_arrival);
    }
    assert_eq!(announced, TEXTS.len(), "each text is announced once");
    stored
}

async fn ingest_all(line: &Line, arrivals: Vec<Arrival>) {
    for arrival in arrivals {
        line.engine().poll_now();
        line.engine().ingest(arrival).await.unwrap();
    }
}

/// Everything three times, in an order that the seed decides.
fn shuffled_thrice(arrivals: Vec<Arrival>, seed: u64) -> Vec<Arrival> {
    let mut all: Vec<_> = arrivals
        .iter()
        .flat_map(|arrival| vec![arrival.clone(); 3])
        .collect();
    let mut state = seed;
    for last in (1..all.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap() % (last + 1);
        all.swap(last, other);
    }
    all
}

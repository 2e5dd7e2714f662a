//! A long history must not make a page slow: the cost of a page is its own length.

use serde_json::json;
use tern_simulator::{HistoryPlan, SimulatorConfig};

use crate::support::Practice;

#[tokio::test]
async fn a_deep_page_of_a_long_history_is_found_by_its_token() {
    let until = Some("2026-03-04T12:00:00Z".parse().unwrap());
    let history = Some(HistoryPlan {
        messages: 15_000,
        numbers: 500,
        years: 2.0,
        seed: 1,
        until,
    });
    let practice = Practice::with(SimulatorConfig {
        history,
        ..SimulatorConfig::default()
    })
    .await;
    let mut page = practice.get("/Messages.json?PageSize=1000").await;
    let mut seen = 0;
    loop {
        seen += page["messages"].as_array().unwrap().len();
        let Some(next) = page["next_page_uri"].as_str().map(ToOwned::to_owned) else {
            break;
        };
        page = practice
            .follow(&next)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
    }
    assert_eq!(seen, 15_000);
    let last = page["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(practice.message(&last["sid"]).await, last);
    assert_eq!(
        practice.sim_get("/sim/messages").await["listed"],
        json!(15_000)
    );
}

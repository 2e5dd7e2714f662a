//! Clocks at the desk in the real window: a wait that is prompted about, one that stands still while a topic runs,
//! and what past waits say about the next one.

use std::time::Duration;

use serde_json::json;
use tern_simulator::SimulatorConfig;

use super::handover::serve_topics;
use super::walk::Walk;

const ACTION: &str = "Nobody waits a minute";
const MARK: &str = "Waits for an answer";
/// A minute, which is the shortest that can be asked for, and what a busy machine adds.
const A_MINUTE_AND_MORE: Duration = Duration::from_secs(150);
/// As many waits as an estimate needs.
const WAITS: [&str; 5] = ["One", "Two", "Three", "Four", "Five"];

#[tokio::test(flavor = "multi_thread")]
async fn m_14_h_5_a_wait_is_prompted_stands_still_under_a_topic_and_tells_of_the_next() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    walk.second_agent("Ana", "Ben", Some("Front desk")).await;
    tern.open_settings("Queues").await;
    tern.click("queue-edit").await;
    tern.click("pool-add").await;
    tern.click("queue-save").await;
    tern.see("queue-row", "asks Front desk").await;
    tern.click_named("Messaging actions").await;
    tern.click("messaging-action-new").await;
    tern.type_into("messaging-action-name", ACTION).await;
    tern.choose("Unit", "minutes").await;
    tern.type_over("messaging-action-wait", "1").await;
    tern.click("messaging-action-save").await;
    tern.see("messaging-action", ACTION).await;
    tern.close_dialog().await;
    // Whoever is away is offered nothing: what comes in waits.
    tern.click("presence-menu").await;
    tern.click_showing("presence-item", "Away").await;
    tern.see("presence-menu", "Away").await;

    // The first customer to wait is asked by a topic; the others only wait.
    let first = carrier.customer().await;
    carrier.texts(&first, "Will it fit?").await;
    walk.open("Will it fit?").await;
    assert_eq!(
        tern.count("wait-estimate").await,
        0,
        "nobody has waited here before: nothing is said"
    );
    tern.click("act-take").await;
    walk.see_with("Ana").await;
    serve_topics(&walk).await;
    // The window has heard that there is a virtual agent.
    tern.find("hand-back").await;
    tern.type_into("composer-input", "/autopilot").await;
    tern.click_showing("slash-item", "autopilot").await;
    tern.find("autopilot-dialog").await;
    tern.click("autopilot-start").await;
    tern.see("autopilot-bar", "Take measures").await;
    // From here on new texts are for people again.
    let mut decided = tern.call("virtual_agent", json!(null)).await;
    decided["on"] = json!(false);
    tern.call("save_virtual_agent", decided).await;
    for text in WAITS {
        let customer = carrier.customer().await;
        carrier.texts(&customer, text).await;
    }
    tern.click("list-tab-new").await;
    for text in WAITS {
        walk.see_row(&[text]).await;
    }

    // M-4: after a minute the team is prompted about each of them, …
    tern.within(
        A_MINUTE_AND_MORE,
        "all five are prompted about",
        async || {
            tern.click_if_there("held-rows-pill").await;
            let rows = tern.texts("conversation-row").await;
            let prompted = |text: &&str| {
                rows.iter()
                    .any(|row| row.contains(*text) && row.contains(MARK))
            };
            WAITS.iter().all(prompted)
        },
    )
    .await;
    walk.pictures("clocks-prompted").await;
    // … but not about the one who wrote before them (M-14).
    tern.click("list-tab-ongoing").await;
    walk.open("How high is it?").await;
    tern.see("autopilot-bar", "Take measures").await;
    walk.see_timeline(ACTION, 0).await;
    tern.see_gone("conversation-row", MARK).await;
    walk.pictures("clocks-standing-still").await;

    // H-5: they are taken; what comes next is told how long these have waited.
    tern.click("list-tab-new").await;
    for text in WAITS {
        walk.open(text).await;
        walk.see_timeline(ACTION, 1).await;
        tern.click("act-take").await;
        walk.see_with("Ana").await;
        tern.click("list-tab-new").await;
    }
    let next = carrier.customer().await;
    carrier.texts(&next, "And me?").await;
    walk.open("And me?").await;
    tern.see("work-strip", "Waits in All texts.").await;
    tern.see("wait-estimate", "Estimated wait: ").await;
    walk.pictures("clocks-estimate").await;
    walk.end().await;
}

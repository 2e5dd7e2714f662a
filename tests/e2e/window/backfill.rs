//! Fetching the past in the real window: progress with counts, stopping and going on, an inbox that can be
//! used meanwhile, and no notification for what is old.

use serde_json::json;
use tern_simulator::{HistoryPlan, NumberAbilities, NumberConfig, SimulatorConfig};

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// Enough for several of the product's pages of a thousand.
const PAST: u64 = 8_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_fetched_beside_the_work_and_can_be_stopped_and_taken_up_again() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let history = HistoryPlan {
        messages: PAST,
        numbers: 80,
        years: 1.0,
        seed: 7,
        until: None,
    };
    let config = SimulatorConfig {
        history: Some(history),
        numbers: vec![NumberConfig::new(
            "+14155550100",
            NumberAbilities::SmsAndMms,
        )],
        ..SimulatorConfig::default()
    };
    let carrier = Carrier::start(config).await;
    let tern = Tern::start(&desktop, &[]).await;
    carrier.connect(&tern, LogIn::ApiKey, "Nothing").await;

    // From here on every page takes its time, as over a thin line.
    let slow = json!({
        "kind": "delay_ms", "ms": 3_000, "phase": "before", "endpoint": "list_messages", "times": 0
    });
    carrier.control("/sim/faults", slow).await;
    tern.open_settings("Account").await;
    tern.choose("How far back", "Everything").await;
    tern.click_named("Fetch the past").await;
    tern.see("history-section", "texts fetched").await;
    tern.see("history-section", "texts a minute, about").await;
    tern.see("past-days", "not fetched yet").await;
    tern.keep_picture(&desktop, "backfill-settings").await;
    tern.close_dialog().await;
    tern.see("backfill-progress", "back to").await;
    tern.keep_picture(&desktop, "backfill-running").await;

    // The inbox is usable meanwhile: a customer's text comes in and is opened.
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Is anybody there?").await;
    tern.see("conversation-row", "Is anybody there?").await;
    tern.click("conversation-row").await;
    tern.see("message-bubble", "Is anybody there?").await;
    tern.find("backfill-progress").await;

    // A pause holds the past up, and nothing else.
    tern.click("backfill-pause").await;
    tern.see("backfill-progress", "The past is paused").await;
    carrier.texts(&customer, "Hello?").await;
    tern.see("message-bubble", "Hello?").await;
    tern.click("backfill-pause").await;
    tern.see("backfill-progress", "Fetching the past").await;

    // Stopping says what is kept; the counter stands still.
    tern.click("backfill-stop").await;
    tern.open_settings("Account").await;
    tern.see("history-section", "are here and will be kept")
        .await;
    tern.see("past-days", "days are complete").await;
    tern.keep_picture(&desktop, "backfill-stopped").await;
    let stopped = fetched(&tern).await;
    assert!((1..PAST).contains(&stopped), "stopped after {stopped}");

    tern.close_dialog().await;

    // Taking it up again, as far as it was wished for, goes on from there.
    carrier.clear_faults().await;
    tern.type_into("composer-input", "Yes, we are.").await;
    tern.click("composer-send").await;
    tern.see("delivery-words", "Delivered").await;
    tern.open_settings("Account").await;
    tern.click_named("Go on fetching").await;
    tern.until("all of the past", async || {
        // The newest day came with going live.
        tern.count("backfill-progress").await == 0 && fetched(&tern).await > PAST - 100
    })
    .await;
    tern.see("past-days", "Complete").await;
    tern.see("past-settings", "Pictures of the past").await;
    tern.keep_picture(&desktop, "backfill-finished").await;
    tern.close_dialog().await;

    // What is old is in the threads, opens no work, and has notified nobody.
    tern.click("list-tab-new").await;
    tern.see_gone("conversation-row", "").await;
    let notified = desktop.notified();
    assert!(
        notified <= 2,
        "{notified} notifications, though two texts were new"
    );
    tern.click("list-tab-done").await;
    tern.click("conversation-row").await;
    let mut newest = String::new();
    tern.until("an old text", async || {
        let texts = tern.texts("message-bubble").await;
        newest = texts
            .last()
            .and_then(|text| text.lines().next())
            .unwrap_or_default()
            .to_owned();
        !newest.is_empty()
    })
    .await;
    tern.see_on_page(&newest).await;
    tern.keep_picture(&desktop, "backfill-history").await;

    tern.quit().await;
    carrier.stop().await;
}

async fn fetched(tern: &Tern) -> u64 {
    let words = tern.texts("history-section").await.join(" ");
    let digits = words
        .split_whitespace()
        .map(|word| word.replace(',', ""))
        .find_map(|word| word.parse().ok());
    digits.unwrap_or_else(|| panic!("no count in {words:?}"))
}

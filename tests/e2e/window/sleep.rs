//! A laptop that slept: what came meanwhile is there at once, and what was due happens once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tern_simulator::{Simulator, SimulatorConfig};

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// Longer than two looks for texts and than the hold of a text, so that both fall due meanwhile.
const NAP: Duration = Duration::from_secs(12);
/// Longest until the window shows what came: less than the pause between two looks in the background, with
/// room for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread")]
async fn after_sleep_texts_are_there_at_once_and_a_held_text_leaves_once() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let simulator = Simulator::start(SimulatorConfig::default())
        .await
        .expect("a simulator");
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("first-run-connect").await;
    connect(&tern, &simulator).await;
    let customer = control(&simulator, "/sim/handsets", json!({ "name": "Customer" })).await;
    let number = customer["e164"].as_str().expect("a number").to_owned();
    text(&simulator, &number, "Are you there?").await;
    tern.see("conversation-row", "Are you there?").await;
    tern.click("conversation-row").await;
    tern.see("message-bubble", "Are you there?").await;

    // An answer is held back for ten seconds; the lid is closed before they are over.
    let mut settings = tern.call("settings", Value::Null).await;
    settings["undoSeconds"] = json!(10);
    tern.call("update_settings", settings).await;
    tern.type_into("composer-input", "We are.").await;
    tern.click("composer-send").await;
    tern.see("message-bubble", "We are.").await;
    signal(&desktop, &tern, "-STOP");
    text(&simulator, &number, "First while you slept").await;
    text(&simulator, &number, "Second while you slept").await;
    // How long it sleeps is what is being tried here; nothing is waited for.
    tokio::time::sleep(NAP).await;
    assert_eq!(
        count(&simulator, "We are.").await,
        0,
        "asleep, it sends nothing"
    );
    signal(&desktop, &tern, "-CONT");

    let awake = Instant::now();
    tern.see("message-bubble", "Second while you slept").await;
    let waited = awake.elapsed();
    assert!(waited < AT_ONCE, "shown {waited:?} after waking");
    tern.see("delivery-words", "Delivered").await;
    tern.keep_picture(&desktop, "after-sleep").await;
    assert_eq!(count(&simulator, "We are.").await, 1, "it left, once");
    let bubbles = tern.texts("message-bubble").await.join("\n");
    for body in [
        "Are you there?",
        "First while you slept",
        "Second while you slept",
        "We are.",
    ] {
        assert_eq!(
            bubbles.matches(body).count(),
            1,
            "{body} once in:\n{bubbles}"
        );
    }
    tern.quit().await;
    simulator.shutdown().await;
}

/// From the first screen to the inbox of the account.
async fn connect(tern: &Tern, simulator: &Simulator) {
    let account = simulator.account();
    tern.click("first-run-connect").await;
    tern.fill("account-sid", &account.account_sid).await;
    tern.fill("key-sid", &account.api_key_sid).await;
    tern.fill("secret", &account.api_key_secret).await;
    tern.click_css("details > summary").await;
    tern.fill("base-url", simulator.base_url()).await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Ready to connect").await;
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Numbers and history").await;
    tern.click_css("fieldset label").await;
    tern.click_css("form button[type=submit]").await;
    tern.find("list-tab-new").await;
}

fn signal(desktop: &Desktop, tern: &Tern, which: &str) {
    desktop.run("kill", &[which, &tern.process().to_string()]);
}

async fn text(simulator: &Simulator, from: &str, body: &str) {
    let wish = json!({ "to": simulator.account().numbers[0], "body": body });
    control(simulator, &format!("/sim/handsets/{from}/texts"), wish).await;
}

async fn control(simulator: &Simulator, path: &str, wish: Value) -> Value {
    let url = format!("{}{path}", simulator.control_url());
    let answer = reqwest::Client::new().post(url).json(&wish).send().await;
    let answer = answer.expect("the simulator answers");
    assert!(answer.status().is_success(), "{path}");
    answer.json().await.unwrap_or(Value::Null)
}

/// How many messages with this body the account ever had.
async fn count(simulator: &Simulator, body: &str) -> u64 {
    let path = format!("/sim/messages?body={}", body.replace(' ', "%20"));
    let url = format!("{}{path}", simulator.control_url());
    let answer = reqwest::get(url).await.expect("the simulator answers");
    let found: Value = answer.json().await.expect("JSON");
    found["count"].as_u64().expect("a count")
}

//! The locked desk: nothing of a customer in the window, beside it or behind it, and a way back to where one was.

use std::time::Duration;

use serde_json::{Value, json};
use tern_simulator::{Simulator, SimulatorConfig};
use thirtyfour::prelude::*;

use super::account::{connect, text_from_outside};
use super::desktop::{Desktop, Keyring};
use super::logind::Logind;
use super::tern::Tern;
use super::tray_host::TrayHost;
use crate::support::wait_until;

pub(super) const PATIENCE: Duration = Duration::from_secs(40);
pub(super) const PIN: &str = "4071";
pub(super) const WORDS: &str = "Invoice 88213 is wrong";
const DRAFT: &str = "We look into 88213";

/// A practice line with a text in an open conversation, and a PIN for its agent.
pub(super) async fn with_open_conversation(desktop: &Desktop) -> Tern {
    let tern = Tern::start(desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    let team = tern.call("team", Value::Null).await;
    let pin = json!({ "agentId": team["me"], "current": null, "new": PIN });
    tern.call("set_agent_pin", pin).await;
    tern.type_into("handset-input", WORDS).await;
    tern.click("handset-send").await;
    tern.see("conversation-row", WORDS).await;
    tern.click("conversation-row").await;
    tern.see("message-bubble", WORDS).await;
    tern
}

/// What the page holds, in words and in markup.
pub(super) async fn whole_page(tern: &Tern) -> String {
    let script = "return document.documentElement.outerHTML + document.title + \
                  [...document.querySelectorAll('input, textarea')].map((it) => it.value).join('\\n')";
    let page = tern.ask_page(script, vec![]).await;
    page.as_str().expect("a page").to_owned()
}

async fn assert_nothing_is_told(tern: &Tern) {
    let page = whole_page(tern).await;
    for private in ["88213", "message-bubble", "conversation-row", "handset"] {
        assert!(!page.contains(private), "{private} in {page}");
    }
    assert!(page.contains("Tern is locked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_by_key_nothing_is_left_in_sight_and_unlocking_brings_the_agent_back() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tray = TrayHost::start(desktop.bus());
    let tern = with_open_conversation(&desktop).await;
    tray.wait_for_item();
    tern.type_into("composer-input", DRAFT).await;

    // At once after the last letter: what was being written is kept all the same.
    tern.press(Key::Control + "l").await;
    tern.find("app-locked").await;
    assert_nothing_is_told(&tern).await;
    tern.keep_pictures(&desktop, "lock-screen").await;

    // A text comes in meanwhile: the card tells that, and nothing else.
    let refused = tern.try_call("list_conversations", json!({})).await;
    assert_eq!(
        refused["error"]["code"],
        json!("locked"),
        "whatever the page asks"
    );
    tern.until("the tray says that it is locked", async || {
        tray.menu()[0] == "Tern is locked"
    })
    .await;
    assert_eq!(tray.text("XAyatanaLabel"), "");

    tern.type_into("lock-secret", "9999").await;
    tern.click("lock-open").await;
    tern.see("app-locked", "not right").await;
    tern.keep_pictures(&desktop, "lock-wrong-pin").await;
    assert_nothing_is_told(&tern).await;
    assert_eq!(tern.value("lock-secret").await, "", "the field is emptied");

    tern.type_into("lock-secret", PIN).await;
    tern.press(Key::Enter).await;
    tern.see("message-bubble", WORDS).await;
    tern.until("the draft is back", async || {
        tern.value("composer-input").await == DRAFT
    })
    .await;

    // From the tray, too.
    tray.choose("Lock Tern");
    tern.find("app-locked").await;
    assert_nothing_is_told(&tern).await;
    let page = whole_page(&tern).await;
    assert!(!page.contains(PIN), "what was typed is gone");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_14_a_crash_leaves_no_image_of_the_memory() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    let own = tern.process();
    let mut looked_at = 0;
    for process in std::iter::once(own).chain(children_of(own)) {
        let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
        let of_dumps = limits.lines().find(|line| line.starts_with("Max core"));
        let limit: Vec<_> = of_dumps.unwrap().split_whitespace().collect();
        assert_eq!(limit[4..6], ["0", "0"], "of process {process}");
        looked_at += 1;
    }
    assert!(looked_at > 1, "the page has a process of its own");
    tern.quit().await;
}

fn children_of(process: u32) -> Vec<u32> {
    let parent = format!("PPid:\t{process}");
    let others = std::fs::read_dir("/proc").unwrap();
    others
        .filter_map(|other| other.ok()?.file_name().to_str()?.parse().ok())
        .filter(|other: &u32| {
            let status = std::fs::read_to_string(format!("/proc/{other}/status"));
            status.is_ok_and(|status| status.lines().any(|line| line == parent))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn going_to_sleep_locks_and_a_restart_does_not_open() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let logind = Logind::start(desktop.bus());
    let tern = with_open_conversation(&desktop).await;
    logind.wait_until_asked();
    tern.open_settings("Security").await;
    tern.bring_into_view("lock-section").await;
    tern.click_label("Lock by itself").await;
    tern.keep_pictures(&desktop, "lock-settings").await;
    tern.until("it is stored", async || {
        tern.call("app_lock_settings", Value::Null).await["on"] == json!(true)
    })
    .await;

    logind.sleep();
    tern.find("app-locked").await;
    assert_nothing_is_told(&tern).await;
    tern.quit().await;

    let tern = Tern::start(&desktop, &[]).await;
    tern.find("app-locked").await;
    assert_nothing_is_told(&tern).await;
    tern.type_into("lock-secret", PIN).await;
    tern.click("lock-open").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_while_locked_tells_nothing_and_its_click_opens_nothing() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let simulator = Simulator::start(SimulatorConfig::default())
        .await
        .expect("a simulator");
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("first-run-connect").await;
    connect(&tern, &simulator).await;
    let team = tern.call("team", Value::Null).await;
    let pin = json!({ "agentId": team["me"], "current": null, "new": PIN });
    tern.call("set_agent_pin", pin).await;
    tern.find("lock-rail").await;
    tern.click("lock-rail").await;
    tern.find("app-locked").await;

    let text = json!({ "to": simulator.account().numbers[0], "body": WORDS });
    text_from_outside(&simulator, &text).await;
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    tern.keep_picture(&desktop, "lock-notification").await;
    desktop.click_notification();
    wait_until(PATIENCE, "no notification", || desktop.notifications() == 0);
    let told = desktop.run("dunstctl", &["history"]);
    assert!(!told.contains("88213") && !told.contains("555"), "{told}");
    assert_nothing_is_told(&tern).await;

    tern.type_into("lock-secret", PIN).await;
    tern.click("lock-open").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
    simulator.shutdown().await;
}

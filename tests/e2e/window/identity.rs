//! Who somebody is, in the real window: a user is enrolled, links their number by text, is served and told of news
//! that only they may see, stops, starts; a text is taken back for good, and the desk is locked over all of it.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;
use thirtyfour::Key;

use super::lock::whole_page;
use super::walk::Walk;
use crate::secrets::memory;

const PIN: &str = "482913";
const DESK_PIN: &str = "4071";
const ASKS: &str = "What is your six-digit PIN?";
const HEARD: &str = "Which six-digit code does your authenticator app show now?";
const STEP: u64 = 30;
const HELLO: &str = "I look after it myself.";
const CARD: &str = "4111 is the code of my gate";

/// A customer with a phone.
struct Customer<'w> {
    walk: &'w Walk,
    number: String,
}

impl Customer<'_> {
    /// What the team's texts on the phone say, oldest first.
    async fn received(&self) -> Vec<String> {
        let path = format!("/sim/handsets/{}/texts", self.number);
        let told = self.walk.carrier.look(&path).await;
        let texts = told["texts"].as_array().expect("texts");
        let from_us = texts.iter().filter(|it| it["direction"] == "received");
        let body = |it: &Value| it["body"].as_str().unwrap_or_default().to_owned();
        from_us.map(body).collect()
    }

    /// Waits until the phone got a text with these words after the first so many.
    async fn gets(&self, after: usize, words: &str) {
        let what = format!("the phone gets {words:?}");
        self.walk
            .tern
            .until(&what, async || {
                let received = self.received().await;
                received.iter().skip(after).any(|it| it.contains(words))
            })
            .await;
    }

    /// Texts the team, and waits for the answer.
    async fn asks(&self, body: &str, answer: &str) {
        let before = self.received().await.len();
        self.walk.carrier.texts(&self.number, body).await;
        self.gets(before, answer).await;
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock after 1970").as_secs()
}

/// The code of an authenticator app, by another implementation than ours.
fn code(secret: &str, at: u64) -> String {
    let output = Command::new("oathtool")
        .args(["--totp", "--base32", secret, "--now", &format!("@{at}")])
        .output()
        .expect("oathtool, from the package of that name");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .expect("digits")
        .trim()
        .to_owned()
}

/// Enters a PIN on the pad.
async fn enter_pin(walk: &Walk, label: &str) {
    walk.tern.see("pin-pad", label).await;
    for digit in PIN.chars() {
        walk.tern.click_named(&digit.to_string()).await;
    }
}

/// Enrols PIN and authenticator app of the person on the page; the app's secret.
async fn enrol(walk: &Walk) -> String {
    let tern = &walk.tern;
    tern.see("verification", "Neither PIN nor authenticator app")
        .await;
    tern.click("verification-open").await;
    tern.click("pin-choose").await;
    enter_pin(walk, "The PIN").await;
    enter_pin(walk, "The PIN once more").await;
    tern.see("verification-history", "Set a PIN that the user chose")
        .await;
    tern.click("app-begin").await;
    let secret = tern.find("app-secret").await;
    let secret = secret.text().await.expect("the secret as text");
    walk.pictures("identity-1-app").await;
    // No code counts twice (L-14). The one before the present one is right for a few seconds more, and leaves
    // the present one and the next for the two proofs to come.
    tern.until("the code before has time left", async || {
        now() % STEP < STEP - 15
    })
    .await;
    tern.type_into("app-code", &code(&secret, now() - STEP))
        .await;
    tern.click("app-confirm").await;
    tern.see("verification-history", "Enrolled an authenticator app")
        .await;
    tern.close_dialog().await;
    tern.see("verification", "PIN and authenticator app are set up.")
        .await;
    secret
}

/// Switches on, where people look for it, what asks for PIN and code.
async fn switch_on(walk: &Walk) {
    let tern = &walk.tern;
    tern.open_settings("Identity").await;
    tern.see("enrolled-section", "Jane Doe").await;
    tern.see("enrolled-section", "ready").await;
    tern.click("chat-part-link_account").await;
    tern.see(
        "proof-section",
        "The virtual agent does the asking, and it is off.",
    )
    .await;
    walk.pictures("identity-2-settings").await;
    tern.click_css("[data-testid=\"proof-section\"] [role=\"note\"] button")
        .await;
    tern.find("virtual-agent-on").await;
    tern.click("virtual-agent-on").await;
    tern.until("it is stored", async || {
        let decided = tern.call("virtual_agent", Value::Null).await;
        let chat = decided["chat"].as_str().unwrap_or_default().to_owned();
        decided["on"] == json!(true) && chat.contains("link_account")
    })
    .await;
    tern.close_dialog().await;
}

/// Publishes “My orders”, which is not for guests, with one order of the customer's and one of somebody else's.
async fn publish_orders(walk: &Walk, number: &str) {
    let tern = &walk.tern;
    tern.click("topics-open").await;
    tern.click_css("[data-testid=\"topics-ready\"][data-topic=\"my_orders\"]")
        .await;
    tern.find("topic-canvas").await;
    walk.pictures("identity-3-topic").await;
    tern.click("topic-publish").await;
    tern.click("topic-publish-confirm").await;
    tern.see("topic-state", "Published v1").await;
    walk.to_inbox().await;
    tern.open_settings("Tables").await;
    tern.click_showing("table-row", "Orders").await;
    for (order, status, phone) in [
        ("A-17", "on its way", number),
        ("B-99", "lost", "+14155550199"),
    ] {
        tern.click("row-add").await;
        tern.type_into("row-cell-number", order).await;
        tern.type_into("row-cell-status", status).await;
        tern.type_into("row-cell-phone", phone).await;
        tern.click("row-save").await;
        tern.see("record-row", order).await;
    }
}

/// Defines what customers are told when one of their orders changes, and what they can do then.
async fn define_news(walk: &Walk) {
    let tern = &walk.tern;
    tern.click_named("Update notifications").await;
    tern.click("update-new").await;
    tern.type_into("update-name", "An order moves").await;
    tern.pick_css("[data-testid=\"update-form\"] select", "orders")
        .await;
    tern.click_label("Customer's number").await;
    tern.type_into("update-text", "Order ${number} is ${status}.")
        .await;
    tern.click_named("Add an action").await;
    tern.type_over_css("[data-testid=\"update-form\"] .action input", "Look at it")
        .await;
    tern.pick_css("[data-testid=\"update-form\"] .action select", "my_orders")
        .await;
    tern.see("update-phone", "1. Look at it").await;
    walk.pictures("identity-4-news").await;
    tern.click("update-save").await;
    tern.see("update-row", "An order moves").await;
    tern.close_dialog().await;
}

async fn move_order(walk: &Walk) {
    let tern = &walk.tern;
    tern.open_settings("Tables").await;
    tern.click_showing("table-row", "Orders").await;
    tern.click_css("button[aria-label='Edit A-17']").await;
    tern.type_over("row-cell-status", "ready").await;
    tern.click("row-save").await;
    tern.see("record-row", "ready").await;
    tern.close_dialog().await;
}

/// L-14: the memory of the locked app holds none of this. The page is another process, which
/// ends with the lock: `lock_memory` sees to that, since no page under WebDriver may end.
async fn remembers_nothing(walk: &Walk, secrets: &[&str]) {
    let process = walk.tern.process();
    walk.tern
        .until("the app's memory holds nothing secret", async || {
            let found = memory::places(&memory::of(process), secrets);
            if !found.is_empty() {
                eprintln!("{found:#?}");
            }
            found.is_empty()
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_3_s_11_a_customer_links_is_told_acts_stops_and_what_is_secret_is_seen_nowhere() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let team = tern.call("team", Value::Null).await;
    let pin = json!({ "agentId": team["me"], "current": null, "new": DESK_PIN });
    tern.call("set_agent_pin", pin).await;
    let customer = Customer {
        walk: &walk,
        number: carrier.customer().await,
    };
    walk.add_person("Jane Doe", &customer.number).await;
    tern.click("people-open").await;
    tern.click_showing("person-row", "Jane Doe").await;
    let secret = enrol(&walk).await;
    walk.to_inbox().await;
    switch_on(&walk).await;
    publish_orders(&walk, &customer.number).await;
    define_news(&walk).await;

    // L-3, L-4: a topic that is not for guests asks first, and shows their own rows alone.
    customer.asks("my orders", ASKS).await;
    tern.click("with-virtual-agent").await;
    walk.see_row(&["Jane Doe"]).await;
    tern.click_showing("conversation-row", "Jane Doe").await;
    tern.see("account-link", "Not linked to their account")
        .await;
    customer.asks(PIN, HEARD).await;
    let first = code(&secret, now());
    let before = customer.received().await.len();
    carrier.texts(&customer.number, &first).await;
    customer.gets(before, "A-17").await;
    let served = customer.received().await.join("\n");
    assert!(!served.contains("B-99"), "{served}");
    tern.see("account-link", "Linked to their account").await;
    tern.see("account-link", "until this conversation ends")
        .await;
    walk.pictures("identity-5-linked").await;

    // S-3, S-10: news wait for the end of a conversation.
    customer.asks("START", "Notifications are on").await;
    customer.asks("bye", "").await;
    // Counted first: the text is on its way while the form closes.
    let before = customer.received().await.len();
    move_order(&walk).await;
    customer.gets(before, "1. Look at it").await;

    // S-11: linked is not proved; the action asks for PIN and code.
    tern.see("account-link", "Not verified in this conversation")
        .await;
    walk.pictures("identity-6-told").await;
    customer.asks("1", ASKS).await;
    customer.asks(PIN, HEARD).await;
    let second = code(&secret, now() + STEP);
    let before = customer.received().await.len();
    carrier.texts(&customer.number, &second).await;
    customer.gets(before, "A-17").await;
    tern.see("account-link", "until this conversation ends")
        .await;

    // S-7: STOP locks the composer and says why; START opens it and is answered with one line.
    let before = customer.received().await.len();
    tern.type_into("composer-input", HELLO).await;
    tern.click("composer-send").await;
    walk.see_with("You").await;
    customer.gets(before, HELLO).await;
    carrier.texts(&customer.number, CARD).await;
    tern.see("message-bubble", CARD).await;
    carrier.texts(&customer.number, "STOP").await;
    tern.see("composer-blocked", "opted out").await;
    walk.pictures("identity-7-stopped").await;
    let before = customer.received().await.len();
    carrier.texts(&customer.number, "START").await;
    tern.find("composer-input").await;
    customer.gets(before, "Notifications are on.").await;
    let got = customer.received().await.split_off(before);
    // The carrier's own words, and ours.
    assert_eq!(got.len(), 2, "one line: {got:?}");
    assert!(got[0].contains("receive messages from this number again"));

    // A text is taken back for good, here and at the carrier.
    assert_eq!(carrier.count(CARD).await, 1);
    tern.click_inside("message-bubble", CARD, "remove-text")
        .await;
    tern.type_into("remove-text-word", "remove").await;
    walk.pictures("identity-8-remove").await;
    tern.click("remove-text-confirm").await;
    tern.see_gone("message-bubble", CARD).await;
    tern.until("the carrier forgot it", async || {
        carrier.count(CARD).await == 0
    })
    .await;
    walk.pictures("identity-9-removed").await;

    // Nothing secret stands anywhere, in the window or at the carrier; locked, nothing at all.
    tern.until("the carrier forgot PIN and codes", async || {
        let everything = carrier.look("/sim/messages").await.to_string();
        let secret = [PIN, first.as_str(), second.as_str()];
        secret.iter().all(|secret| !everything.contains(secret))
    })
    .await;
    tern.press(Key::Control + "l").await;
    tern.find("app-locked").await;
    let page = whole_page(tern).await;
    for private in [
        "Jane",
        "A-17",
        "4111",
        PIN,
        "message-bubble",
        &customer.number,
    ] {
        assert!(!page.contains(private), "{private} in {page}");
    }
    // Not the codes: each counted once, and one may stand on the stack of a thread until that is used again.
    remembers_nothing(&walk, &[PIN, &secret, &secret.replace(' ', "")]).await;
    tern.type_into("lock-secret", DESK_PIN).await;
    tern.press(Key::Enter).await;
    tern.see("account-link", "Linked to their account").await;

    // P-13: an agent takes the link away.
    tern.click("account-unlink").await;
    walk.pictures("identity-10-unlink").await;
    tern.click("unlink-confirm").await;
    tern.see("account-link", "Not linked to their account")
        .await;
    walk.end().await;
}

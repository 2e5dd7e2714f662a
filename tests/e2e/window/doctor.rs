//! The set-up doctor in the real window: each thing that can be wrong with an account is named, with what
//! to do about it.

use serde_json::json;
use tern_simulator::{NumberAbilities, NumberConfig, SimulatorConfig};

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

const CHECK_AGAIN: &str = "Check again";

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_what_stands_in_the_way_and_what_to_do_about_it() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let tern = Tern::start(&desktop, &[]).await;

    // A key that was revoked.
    carrier
        .control("/sim/account", json!({ "revoke_key": true }))
        .await;
    carrier.check(&tern, LogIn::ApiKey).await;
    tern.see("doctor-findings", "Twilio refuses the API key")
        .await;
    tern.see(
        "doctor-findings",
        "Make a new API key in the Twilio console",
    )
    .await;
    tern.keep_picture(&desktop, "doctor-key-revoked").await;
    carrier
        .control("/sim/account", json!({ "revoke_key": false }))
        .await;

    // No network.
    carrier
        .control(
            "/sim/faults",
            json!({ "kind": "network_off", "mode": "refuse" }),
        )
        .await;
    tern.click_named(CHECK_AGAIN).await;
    tern.see("doctor-findings", "Twilio cannot be reached")
        .await;
    tern.keep_picture(&desktop, "doctor-no-network").await;
    carrier.clear_faults().await;

    // This laptop's clock is ten minutes behind the carrier's.
    carrier
        .control("/sim/clock/advance", json!({ "ms": 600_000 }))
        .await;
    tern.click_named(CHECK_AGAIN).await;
    tern.see("doctor-findings", "10 minutes behind Twilio")
        .await;
    tern.see("doctor-findings", "Turn on automatic time").await;
    tern.keep_picture(&desktop, "doctor-clock").await;

    tern.quit().await;
    carrier.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_an_account_that_cannot_text() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let numbers = vec![NumberConfig::new(
        "+14155550100",
        NumberAbilities::VoiceOnly,
    )];
    let config = SimulatorConfig {
        numbers,
        trial: true,
        ..SimulatorConfig::default()
    };
    let carrier = Carrier::start(config).await;
    let tern = Tern::start(&desktop, &[]).await;

    carrier.check(&tern, LogIn::AuthToken).await;
    tern.see_on_page("Not yet").await;
    tern.see("doctor-findings", "None of the account's numbers can text")
        .await;
    tern.see("doctor-findings", "Buy a number with SMS").await;
    tern.see("doctor-findings", "This is a trial account").await;
    tern.keep_picture(&desktop, "doctor-voice-only").await;

    tern.quit().await;
    carrier.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_webhook_is_named_and_kept_until_the_admin_replaces_it() {
    const FOREIGN: &str = "https://bot.example.net/sms?key=hidden";
    let desktop = Desktop::start(Keyring::Unlocked);
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let number = carrier.number();
    carrier.point(&number, FOREIGN).await;
    let tern = Tern::start(&desktop, &[]).await;

    carrier.check(&tern, LogIn::ApiKey).await;
    tern.see("doctor-findings", "Another program answers on this number")
        .await;
    tern.see("doctor-findings", "delivered to bot.example.net")
        .await;
    tern.see("doctor-findings", "Keep it if that program is still needed")
        .await;
    tern.see_gone("doctor-findings", "hidden").await;
    tern.keep_picture(&desktop, "doctor-foreign-webhook").await;

    // Keeping it is one click, and changes nothing.
    tern.click_named("Replace…").await;
    tern.see_on_page("its texts come to Tern alone").await;
    tern.keep_picture(&desktop, "doctor-replace-webhook").await;
    tern.click_named("Keep it").await;
    tern.find("doctor-findings").await;
    assert_eq!(carrier.webhook_of(&number).await, FOREIGN);

    // So does connecting; the settings offer it again.
    tern.click_css("form button[type=submit]").await;
    tern.see_on_page("Another program answers here: bot.example.net")
        .await;
    tern.keep_picture(&desktop, "doctor-numbers").await;
    tern.click_css("fieldset label").await;
    tern.choose("How much of the past to fetch", "Nothing")
        .await;
    tern.click_css("form button[type=submit]").await;
    tern.find("list-tab-new").await;
    assert_eq!(carrier.webhook_of(&number).await, FOREIGN);
    tern.open_settings("Account").await;
    tern.click_named("Check the set-up").await;
    tern.click_named("Replace…").await;
    tern.click_named("Replace").await;
    tern.see_gone("doctor-findings", "bot.example.net").await;
    tern.see("doctor-findings", "No other program answers on this number")
        .await;
    tern.keep_picture(&desktop, "doctor-replaced").await;
    tern.paint("dark").await;
    tern.keep_picture(&desktop, "doctor-replaced-dark").await;
    assert_eq!(carrier.webhook_of(&number).await, "");

    tern.quit().await;
    carrier.stop().await;
}

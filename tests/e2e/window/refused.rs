//! Credentials that are refused while the window is in use: words, texts that wait, and a way back.

use serde_json::json;
use tern_simulator::SimulatorConfig;

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_while_live_keeps_texts_until_it_is_replaced() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let tern = Tern::start(&desktop, &[]).await;
    carrier.connect(&tern, LogIn::ApiKey, "Nothing").await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Do you deliver on Sundays?").await;
    tern.see("conversation-row", "Do you deliver on Sundays?")
        .await;
    tern.click("conversation-row").await;
    tern.see("message-bubble", "Do you deliver on Sundays?")
        .await;

    carrier
        .control("/sim/account", json!({ "revoke_key": true }))
        .await;
    tern.see("refused-bar", "Twilio refuses the credentials.")
        .await;
    tern.type_into("composer-input", "We do, until noon.").await;
    tern.click("composer-send").await;
    tern.see("message-bubble", "We do, until noon.").await;
    tern.see("status-bar", "1 waiting to leave").await;
    tern.keep_picture(&desktop, "refused-waiting").await;
    tern.paint("dark").await;
    tern.keep_picture(&desktop, "refused-waiting-dark").await;
    tern.paint("light").await;
    assert_eq!(carrier.count("We do, until noon.").await, 0);

    // A new key is made in the console, and put in.
    let renewed = carrier
        .control("/sim/account", json!({ "rotate_key": true }))
        .await;
    tern.click_named("Open account").await;
    tern.click_named("Replace credentials").await;
    // Which account it is, and where, is known; the old key is still no good.
    let account = carrier.account();
    tern.fill("key-sid", &account.api_key_sid).await;
    tern.fill("secret", &account.api_key_secret).await;
    tern.click_named("Check and replace").await;
    tern.see("settings", "Twilio refuses the API key").await;
    tern.keep_picture(&desktop, "refused-replace-wrong").await;
    tern.fill("key-sid", renewed["api_key_sid"].as_str().expect("a SID"))
        .await;
    tern.fill(
        "secret",
        renewed["api_key_secret"].as_str().expect("a secret"),
    )
    .await;
    tern.keep_picture(&desktop, "refused-replace").await;
    tern.click_named("Check and replace").await;
    tern.see("toast", "Credentials replaced").await;
    tern.keep_picture(&desktop, "refused-replaced").await;
    tern.close_dialog().await;

    tern.see("delivery-words", "Delivered").await;
    tern.see("status-bar", "Online").await;
    assert_eq!(tern.count("refused-bar").await, 0);
    assert_eq!(carrier.count("We do, until noon.").await, 1, "sent once");
    tern.keep_picture(&desktop, "refused-over").await;

    tern.quit().await;
    carrier.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_left_the_keychain_can_be_put_in_again() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let tern = Tern::start(&desktop, &[]).await;
    carrier.connect(&tern, LogIn::ApiKey, "Nothing").await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Are you open?").await;
    tern.see("conversation-row", "Are you open?").await;
    tern.quit().await;

    let entry = [
        "clear",
        "service",
        "org.tern.desk",
        "username",
        "twilio-credential",
    ];
    desktop.run("secret-tool", &entry);
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("refused-bar", "credentials are not there any more")
        .await;
    tern.see("conversation-row", "Are you open?").await;
    tern.click_named("Open account").await;
    tern.see(
        "settings",
        "texts wait until the credentials are put in again",
    )
    .await;
    tern.keep_picture(&desktop, "refused-lost").await;
    carrier.fill_in(&tern, LogIn::ApiKey).await;
    tern.click_named("Check and replace").await;
    tern.see("toast", "Credentials replaced").await;
    tern.see("status-bar", "Online").await;
    carrier.texts(&customer, "Hello again").await;
    tern.see("conversation-row", "Hello again").await;

    tern.quit().await;
    carrier.stop().await;
}

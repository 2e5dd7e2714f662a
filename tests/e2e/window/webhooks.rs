//! Webhooks into the desktop app, by the gateway that it opens itself: what they bring while the list shows
//! nothing, what a forged one brings, and what the window says when the port is taken.

use serde_json::json;
use tern_gateway::{DEFAULT_PORT, INBOUND_PATH};
use tern_simulator::SimulatorConfig;
use tokio::net::TcpListener;

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_receipts_come_in_by_webhook_and_a_taken_port_is_told() {
    let other_program = TcpListener::bind(("127.0.0.1", DEFAULT_PORT))
        .await
        .expect("the port is free");
    let base = format!("http://127.0.0.1:{DEFAULT_PORT}");
    let desktop = Desktop::start(Keyring::Unlocked);
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let tern = Tern::start(&desktop, &[]).await;
    carrier.connect(&tern, LogIn::AuthToken, "Nothing").await;

    // The port is taken: words and a remedy, and it opens by itself once it is free.
    tern.open_settings("Sending").await;
    tern.fill("webhook-url", &base).await;
    // Leaving the field saves it.
    tern.click_named("Sending").await;
    tern.see("webhook-state", "Another program uses port 8476")
        .await;
    tern.see("webhook-state", "Close that program").await;
    tern.bring_into_view("webhook-state").await;
    tern.keep_picture(&desktop, "webhooks-port-taken").await;
    drop(other_program);
    tern.see("webhook-state", "Tern listens").await;
    tern.see("webhook-state", &format!("{base}{INBOUND_PATH}"))
        .await;
    tern.keep_picture(&desktop, "webhooks-open").await;
    tern.paint("dark").await;
    tern.keep_picture(&desktop, "webhooks-open-dark").await;
    tern.paint("light").await;

    // The check-up offers to point the number at Tern.
    tern.until("the account's page", async || {
        tern.click_named("Account").await;
        let settings = tern.texts("settings").await.join(" ");
        settings.contains("Logs in with")
    })
    .await;
    tern.click_named("Check the set-up").await;
    tern.click_named("Let Twilio call Tern").await;
    tern.see("doctor-findings", "Twilio calls Tern for this number")
        .await;
    tern.keep_picture(&desktop, "webhooks-pointed").await;
    tern.close_dialog().await;
    let number = carrier.number();
    assert_eq!(
        carrier.webhook_of(&number).await,
        format!("{base}{INBOUND_PATH}")
    );

    // From here on neither the list nor a look at one message shows anything new.
    let hidden = json!({ "kind": "list_lag_ms", "ms": 3_600_000 });
    carrier.control("/sim/faults", hidden).await;
    let silent = json!({
        "kind": "delay_ms", "ms": 3_600_000, "phase": "before", "endpoint": "fetch_message", "times": 0
    });
    carrier.control("/sim/faults", silent).await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Is the ferry late?").await;
    tern.see("conversation-row", "Is the ferry late?").await;
    tern.click("conversation-row").await;
    tern.type_into("composer-input", "By ten minutes.").await;
    tern.click("composer-send").await;
    tern.see("delivery-words", "Delivered").await;
    tern.keep_picture(&desktop, "webhooks-delivered").await;
    let delivered = carrier.look("/sim/webhooks").await.to_string();
    assert!(
        delivered.contains("200") && delivered.contains("204"),
        "{delivered}"
    );

    // A forged one is refused, and leaves nothing.
    let forged = reqwest::Client::new()
        .post(format!("{base}{INBOUND_PATH}"))
        .header("X-Twilio-Signature", "Zm9yZ2VkIGJ5IHNvbWVib2R5IGVsc2U=")
        .form(&[
            ("MessageSid", "SM00000000000000000000000000000bad"),
            ("AccountSid", &carrier.account().account_sid),
            ("From", "+12125550199"),
            ("To", &number),
            ("Body", "Forged words"),
            ("NumMedia", "0"),
        ])
        .send()
        .await
        .expect("an answer");
    assert_eq!(forged.status(), 403);
    // Something genuine after it has come in, so the forged one would have, too.
    carrier.texts(&customer, "Thank you!").await;
    tern.see("message-bubble", "Thank you!").await;
    tern.click("list-tab-new").await;
    tern.see_gone("conversation-row", "Forged words").await;

    tern.quit().await;
    carrier.stop().await;
}

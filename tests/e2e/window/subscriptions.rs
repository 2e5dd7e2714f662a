//! STOP and START from the handset: the composer locks with the reason, and opens again.

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

async fn text(tern: &Tern, body: &str) {
    tern.type_into("handset-input", body).await;
    tern.click("handset-send").await;
    tern.see("message-bubble", body).await;
}

/// The handset and the details share one place in the window.
async fn details(tern: &Tern) {
    tern.click_css("button[aria-label='Details']").await;
    tern.find("subscription").await;
}

async fn handset(tern: &Tern) {
    tern.click("handset-toggle").await;
    tern.find("handset-input").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_7_stop_locks_the_composer_and_start_opens_it() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.type_into("handset-input", "Is my bicycle ready?")
        .await;
    tern.click("handset-send").await;
    tern.see("conversation-row", "Is my bicycle ready?").await;
    tern.click("conversation-row").await;
    details(&tern).await;
    tern.see("subscription-texts", "They get texts").await;
    handset(&tern).await;

    text(&tern, "stop please").await;
    tern.see("stop-card", "Do they want to stop?").await;
    for theme in ["light", "dark"] {
        tern.paint(theme).await;
        tern.keep_picture(&desktop, &format!("stop-card-{theme}"))
            .await;
    }
    tern.click("stop-no").await;
    tern.see_gone("stop-card", "").await;

    text(&tern, "STOP").await;
    tern.see("composer-blocked", "opted out").await;
    details(&tern).await;
    tern.see("subscription-texts", "opted out with STOP").await;
    for theme in ["light", "dark"] {
        tern.paint(theme).await;
        tern.keep_picture(&desktop, &format!("stopped-{theme}"))
            .await;
    }

    handset(&tern).await;
    text(&tern, "Is anybody there?").await;
    tern.see("composer-blocked", "opted out").await;
    text(&tern, "START").await;
    tern.find("composer-input").await;
    tern.see("handset-text", "Notifications need a linked account")
        .await;
    tern.quit().await;
}

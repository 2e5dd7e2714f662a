//! What a notification shows, as the person chose: who, who and what, or nothing.

use std::time::Duration;

use serde_json::Value;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_says_no_more_than_was_chosen() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;

    // As it comes: who wrote, not what.
    text(&tern, "The safe's code is 4711").await;
    let card = take_card(&desktop, &tern, "card-name-only").await;
    assert!(card.title.starts_with("+1 "), "who: {card:?}");
    assert_eq!(card.body, "New text message");

    choose(&tern, "full").await;
    text(&tern, "Is <b>Friday</b> & Saturday fine?").await;
    let card = take_card(&desktop, &tern, "card-full").await;
    assert!(card.title.starts_with("+1 "), "who: {card:?}");
    assert_eq!(
        card.body, "Is &lt;b&gt;Friday&lt;/b&gt; &amp; Saturday fine?",
        "a text is shown as it is, never as markup"
    );

    choose(&tern, "none").await;
    text(&tern, "And Sunday?").await;
    assert_eq!(desktop.notifications(), 0, "nothing is shown");

    // Back again, at once: the text that comes next has its card.
    choose(&tern, "nameOnly").await;
    text(&tern, "Monday, then").await;
    assert_eq!(
        take_card(&desktop, &tern, "card-again").await.body,
        "New text message"
    );
    tern.quit().await;
}

#[derive(Debug)]
struct Card {
    title: String,
    body: String,
}

/// Waits for the one card on screen, keeps a picture, closes it and tells what it said.
async fn take_card(desktop: &Desktop, tern: &Tern, picture: &str) -> Card {
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    tern.keep_picture(desktop, picture).await;
    desktop.run("dunstctl", &["close"]);
    wait_until(PATIENCE, "no notification", || desktop.notifications() == 0);
    let told = desktop.run("dunstctl", &["history"]);
    let told: Value = serde_json::from_str(&told).expect("dunst tells in JSON");
    let newest = &told["data"][0][0];
    let word = |field: &str| {
        newest[field]["data"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    Card {
        title: word("summary"),
        body: word("body"),
    }
}

/// Texts from the first handset and waits until it is in the inbox.
async fn text(tern: &Tern, body: &str) {
    tern.type_into("handset-input", body).await;
    tern.click("handset-send").await;
    tern.see("conversation-row", body).await;
}

/// Chooses what notifications show, as a person does.
async fn choose(tern: &Tern, style: &str) {
    tern.click("settings-open").await;
    tern.click_css("[role=tab][data-value=notifications]").await;
    tern.click_css(&format!(
        "[data-testid=settings] label:has(input[value={style}])"
    ))
    .await;
    tern.see("settings", "Saved").await;
    tern.press(thirtyfour::Key::Escape).await;
    tern.until("settings are closed", async || {
        tern.count("settings").await == 0
    })
    .await;
}

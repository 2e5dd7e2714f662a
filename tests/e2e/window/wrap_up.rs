//! A wrap-up that times out: the ring runs down in the window, and time ends it, also while nobody runs.

use serde_json::json;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

const CONFIGURATION: &str = "00000000-0000-7000-8000-0000000000e1";
const SOLD: &str = "00000000-0000-7000-8000-0000000000c1";
const OTHER: &str = "00000000-0000-7000-8000-0000000000c2";

/// Every conversation is wrapped up for so long, with two codes and a ring.
async fn wrap_up_for(tern: &Tern, seconds: u32) {
    let code =
        |id: &str, name: &str| json!({"id": id, "name": name, "active": true, "description": ""});
    tern.call(
        "save_wrap_up_settings",
        json!({
            "configurations": [{
                "id": CONFIGURATION,
                "name": "After every text",
                "condition": "true",
                "order": 100,
                "active": true,
                "enforced": true,
                "durationSeconds": seconds,
                "showsTimer": true,
                "codeIds": [],
                "defaultCodeId": OTHER,
            }],
            "codes": [code(SOLD, "Sold"), code(OTHER, "Other")],
            "sweep": {"active": true, "olderThanMinutes": 15, "everyMinutes": 5},
        }),
    )
    .await;
}

async fn text(tern: &Tern, body: &str) {
    tern.type_into("handset-input", body).await;
    tern.click("handset-send").await;
}

/// New work has a Finish of its own, in another place: only what is in hand can be put on hold.
async fn take_and_finish(tern: &Tern) {
    tern.click("act-take").await;
    tern.find("act-hold").await;
    tern.click("act-finish").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w_3_a_wrap_up_that_times_out() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    wrap_up_for(&tern, 600).await;
    text(&tern, "Is my bicycle ready?").await;
    tern.see("conversation-row", "Is my bicycle ready?").await;
    tern.click("conversation-row").await;
    take_and_finish(&tern).await;
    tern.see("wrap-up-timer", "left").await;
    tern.type_into("wrap-up-notes", "Wants a blue one").await;
    for theme in ["light", "dark"] {
        tern.paint(theme).await;
        tern.keep_picture(&desktop, &format!("wrap-up-{theme}"))
            .await;
    }
    tern.click("wrap-up-end").await;
    tern.see_gone("wrap-up-panel", "").await;

    // The same again, short enough to wait for: nobody ends it, and the ring goes with it.
    wrap_up_for(&tern, 6).await;
    text(&tern, "One more thing").await;
    take_and_finish(&tern).await;
    tern.find("wrap-up-panel").await;
    tern.see_gone("wrap-up-panel", "").await;
    tern.click("list-tab-done").await;
    tern.see("conversation-row", "One more thing").await;
    tern.keep_picture(&desktop, "wrap-up-timed-out").await;

    // Its time comes while Tern does not run: the next start ends it, once.
    text(&tern, "And another").await;
    take_and_finish(&tern).await;
    tern.find("wrap-up-panel").await;
    tern.quit().await;
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("list-tab-done").await;
    tern.see("conversation-row", "And another").await;
    tern.click("conversation-row").await;
    let view = json!({"conversationId": 1});
    let timeline = tern.call("timeline", view).await;
    let ended = timeline
        .as_array()
        .expect("a timeline")
        .iter()
        .filter(|line| line["text"] == "Ended the wrap-up: its time was over")
        .count();
    assert_eq!(ended, 2, "each once: {timeline}");
    tern.quit().await;
}

//! Notifications that can be answered, that are kept back, and that come again, on a real desktop.

use std::time::Duration;

use serde_json::{Value, json};

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn q_17_an_offer_is_accepted_or_turned_down_from_its_notification() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    staff(&tern).await;

    text(&tern, 0, "Can somebody help me?").await;
    tern.find("offer-card").await;
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    tern.keep_picture(&desktop, "alert-1-offer").await;
    // The button is there as soon as the offer's card has taken the place of the text's.
    tern.until("the offer is accepted", async || {
        desktop.press_on_notification("Accept");
        tern.count("offer-card").await == 0
    })
    .await;
    // It is the agent's now, and on screen.
    tern.find("act-finish").await;
    tern.see("message-bubble", "Can somebody help me?").await;
    let page = tern
        .call(
            "list_conversations",
            json!({ "list": "ongoing", "after": null, "limit": 5 }),
        )
        .await;
    let id = page["rows"][0]["id"].clone();
    let view = tern
        .call("conversation", json!({ "conversationId": id }))
        .await;
    assert_eq!(view["row"]["list"], "ongoing", "{view}");
    assert!(view["interaction"]["assignedTo"].is_string(), "{view}");
    wait_until(PATIENCE, "no notification", || desktop.notifications() == 0);
    tern.keep_picture(&desktop, "alert-2-accepted").await;

    // Another one is turned down from there: it waits on, and nothing is opened. Nobody else is there, so it
    // may be offered again.
    text(&tern, 1, "Not for me, this one").await;
    tern.see("offer-card", "Not for me, this one").await;
    tern.until("the offer is turned down", async || {
        desktop.press_on_notification("Not me");
        tern.count("offer-card").await == 0
    })
    .await;
    tern.click("list-tab-new").await;
    tern.see("conversation-row", "Not for me, this one").await;
    assert!(
        !tern
            .texts("message-bubble")
            .await
            .iter()
            .any(|it| it.contains("Not for me")),
        "whoever turns work down stays where they are"
    );
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn q_3_quiet_hours_keep_notifications_back_and_the_window_says_until_when() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    assert_eq!(tern.count("silence-mark").await, 0);

    set(&tern, |settings| {
        settings["quietHours"] = json!(vec![json!([{ "from": 0, "to": 1440 }]); 6]);
        // The seventh day ends a little earlier, so that there is an end to tell.
        settings["quietHours"]
            .as_array_mut()
            .expect("a week")
            .push(json!([{ "from": 0, "to": 1439 }]));
    })
    .await;
    tern.see("silence-mark", "Quiet until").await;
    text(&tern, 0, "Nobody hears this").await;
    tern.see("conversation-row", "Nobody hears this").await;
    tern.keep_picture(&desktop, "alert-3-quiet").await;
    set(&tern, |settings| {
        settings["quietHours"] = json!([[], [], [], [], [], [], []]);
    })
    .await;
    tern.until("the mark is gone", async || {
        tern.count("silence-mark").await == 0
    })
    .await;
    text(&tern, 1, "But this").await;
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    assert_eq!(desktop.notified(), 1, "nothing came in the quiet hours");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m_4_a_notification_comes_again_until_the_conversation_is_opened() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    set(&tern, |settings| {
        settings["notificationRepeat"] = json!({ "everySeconds": 10, "atMost": 1 });
    })
    .await;
    text(&tern, 0, "Is anybody there?").await;
    dismiss(&desktop);
    wait_until(PATIENCE, "it comes again", || desktop.notifications() == 1);
    tern.keep_picture(&desktop, "alert-4-again").await;
    dismiss(&desktop);

    // Twice by now. Another one is opened before it could come again.
    text(&tern, 1, "And here?").await;
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    tern.click("conversation-row").await;
    tern.see("message-bubble", "And here?").await;
    wait_until(PATIENCE, "it is withdrawn", || desktop.notifications() == 0);
    // A third one comes again: by then the second would have.
    text(&tern, 2, "Hello?").await;
    dismiss(&desktop);
    wait_until(PATIENCE, "the third comes again", || {
        desktop.notifications() == 1
    });
    let ever = desktop.notified();
    assert_eq!(ever, 2 + 1 + 2, "twice, once, and twice");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_can_be_tried_with_the_settings_in_force() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    tern.open_settings("Notifications").await;
    tern.click("notification-try").await;
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    tern.see("notification-tried", "Shown as a real one would be.")
        .await;
    // This desktop's daemon says that it has buttons and plays nothing, and there is no sound server either.
    tern.see("notification-tried", "nothing here to play sounds with")
        .await;
    tern.keep_picture(&desktop, "alert-5-try").await;
    tern.quit().await;
}

/// Closes the one notification on screen, as a person does who wants it out of the way.
fn dismiss(desktop: &Desktop) {
    wait_until(PATIENCE, "one notification", || {
        desktop.notifications() == 1
    });
    desktop.run("dunstctl", &["close"]);
    wait_until(PATIENCE, "no notification", || desktop.notifications() == 0);
}

/// A customer of the practice line writes.
pub(super) async fn text(tern: &Tern, phone: usize, body: &str) {
    let phones = tern.call("practice_handsets", Value::Null).await;
    let mut phones = phones.as_array().expect("phones").clone();
    while phones.len() <= phone {
        phones.push(
            tern.call("practice_add_handset", json!({ "name": "One more" }))
                .await,
        );
    }
    let status = tern.call("app_status", Value::Null).await;
    let to = status["providerNumbers"][0]["number"].clone();
    let from = phones[phone]["number"].clone();
    let request = json!({ "from": from, "to": to, "body": body, "pictures": [] });
    tern.call("practice_text", request).await;
}

/// Changes the settings as their page does.
pub(super) async fn set(tern: &Tern, change: impl FnOnce(&mut Value)) {
    let mut settings = tern.call("settings", Value::Null).await;
    change(&mut settings);
    tern.call("update_settings", settings).await;
}

/// One group with the agent in it, whom the one queue asks.
async fn staff(tern: &Tern) {
    let group = json!({ "id": null, "name": "Front desk" });
    let team = tern.call("save_group", group).await;
    let group = team["groups"][0]["id"].clone();
    let me = team["agents"][0].clone();
    let agent = json!({
        "id": me["id"], "name": "Ana", "roles": me["roles"], "groups": [group], "skills": [],
        "slots": null, "universalSlots": null,
    });
    tern.call("save_agent", agent).await;
    let routing = tern.call("routing_settings", Value::Null).await;
    let mut queue = routing["queues"][0].clone();
    queue["pools"] =
        json!([{ "ruleId": routing["rules"][0]["id"], "groupIds": [group], "afterSeconds": 0 }]);
    tern.call("save_queue", queue).await;
}

//! H-11 in the window: help is wanted, a whisper stays inside, and the first public text is asked about.

use serde_json::json;
use thirtyfour::Key;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

const WHISPER: &str = "Offer ten percent";
const ANSWER: &str = "This is the supervisor";

/// Signs an agent in as the dialog does, and waits until the window shows it.
async fn sit(tern: &Tern, id: &serde_json::Value, name: &str) {
    tern.call("sign_in", json!({ "agentId": id, "pin": null }))
        .await;
    tern.see("presence-menu", name).await;
}

async fn phone(tern: &Tern) -> String {
    tern.find("handset-pane").await.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn h_11_a_supervisor_whispers_and_takes_part_only_when_they_say_so() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.type_into("handset-input", "Is my bike ready?").await;
    tern.click("handset-send").await;
    tern.see("conversation-row", "Is my bike ready?").await;
    let team = tern.call("team", json!(null)).await;
    let me = team["agents"][0].clone();
    let agent = |id: serde_json::Value, name: &str, roles: serde_json::Value| {
        json!({
            "id": id, "name": name, "roles": roles, "groups": [], "skills": [], "slots": null,
            "universalSlots": null,
        })
    };
    let ana = me["id"].clone();
    tern.call("save_agent", agent(ana.clone(), "Ana", me["roles"].clone()))
        .await;
    let team = tern
        .call("save_agent", agent(json!(null), "Ben", json!(["agent"])))
        .await;
    let ben = team["agents"][1]["id"].clone();

    sit(&tern, &ben, "Ben").await;
    tern.click("conversation-row").await;
    tern.click("act-take").await;
    tern.find("live-group").await;
    tern.press("!").await;
    tern.find("act-end-help").await;

    sit(&tern, &ana, "Ana").await;
    tern.see("help-wanted", "1").await;
    tern.click("help-wanted").await;
    tern.see("note-save", "Whisper to Ben").await;
    tern.type_into("note-input", WHISPER).await;
    for theme in ["light", "dark"] {
        tern.paint(theme).await;
        tern.keep_picture(&desktop, &format!("whisper-{theme}"))
            .await;
    }
    tern.click("note-save").await;
    tern.see("note", WHISPER).await;
    tern.see("note", "internal only").await;

    tern.press(Key::Control + ".").await;
    tern.type_into("composer-input", ANSWER).await;
    tern.click("composer-send").await;
    tern.find("join-dialog").await;
    tern.keep_picture(&desktop, "join").await;
    assert!(
        !phone(&tern).await.contains(ANSWER),
        "not before it is meant"
    );
    tern.click("join-confirm").await;
    tern.until("the answer on the phone", async || {
        phone(&tern).await.contains(ANSWER)
    })
    .await;
    assert!(
        !phone(&tern).await.contains(WHISPER),
        "a whisper stays inside"
    );
    tern.see("live-group", "Ben has it, You take part").await;
    tern.quit().await;
}

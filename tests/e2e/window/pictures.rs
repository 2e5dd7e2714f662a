//! The pictures in `docs/screenshots`: the real window on the practice line, with a morning's conversations.
//! Not a proof of anything, so it runs only when asked for: `--ignored pictures_of_the_documentation`.

use std::path::PathBuf;

use serde_json::{Value, json};
use thirtyfour::Key;
use uuid::Uuid;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// A customer, and what was said: `>` from the customer, `<` the answer.
const MORNING: [(&str, &[&str]); 7] = [
    (
        "Tom Halvorsen",
        &[
            "> Do you still do wheel truing while one waits?",
            "< We do: Tuesday to Friday before noon, about 20 minutes.",
            "> Perfect, see you on Thursday.",
        ],
    ),
    (
        "Leah Brandt",
        &[
            "> Morning! Can I move my service from Friday to Monday?",
            "< Good morning. Monday at 9:30 is free, shall I put you down?",
            "> Yes please.",
        ],
    ),
    (
        "Maya Okafor",
        &[
            "> Hi, is my bicycle ready?",
            "< Nearly: the new chain is on, and we are setting the gears.",
            "> Great. The rear rack was loose as well, did you see it?",
            "< Yes. One of its screws was missing; that is on us.",
            "p This one, isn't it? It is the green one by the door.",
            "> When could I fetch it?",
        ],
    ),
    (
        "Priya Raman",
        &["> What would a dynamo light cost, fitted?"],
    ),
    ("Ben Carter", &["> Thank you, it rides like new!"]),
    ("Chioma Eze", &["> Are you open on the 24th?"]),
    (
        "Ana Lopes",
        &[
            "> Hello! Do you look after electric bikes, too?",
            "> Mine is a cargo bike with a motor in the middle.",
        ],
    ),
];

/// Who texts for the first time; the others are in the directory.
const STRANGER: &str = "Ana Lopes";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes the pictures of the documentation"]
async fn pictures_of_the_documentation() {
    for dark in [false, true] {
        let desktop = Desktop::start(Keyring::Unlocked);
        if dark {
            desktop.prefer_dark();
        }
        let tern = Tern::start(&desktop, &[]).await;
        tern.find("first-run-practice").await;
        take(&desktop, &tern, "first-run", dark).await;
        tern.click("first-run-practice").await;
        tern.find("handset-pane").await;
        seed(&tern).await;

        tern.click("list-tab-new").await;
        open(&tern, "Mine is a cargo bike").await;
        tern.see("message-bubble", "Mine is a cargo bike").await;
        take(&desktop, &tern, "inbox", dark).await;

        tern.click("list-tab-ongoing").await;
        open(&tern, "When could I fetch it?").await;
        tern.see("message-bubble", "When could I fetch it?").await;
        let chord = Key::Control + "i";
        tern.press(chord).await;
        tern.type_into(
            "composer-input",
            "It is ready at four today, and we are open until six.",
        )
        .await;
        tern.see("segment-counter", "GSM-7").await;
        take(&desktop, &tern, "thread", dark).await;

        tern.click("settings-open").await;
        tern.click_css("[role=tab][data-value=notifications]").await;
        tern.find("close-to-tray").await;
        take(&desktop, &tern, "settings", dark).await;
        tern.quit().await;
    }
}

async fn take(desktop: &Desktop, tern: &Tern, name: &str, dark: bool) {
    let colours = if dark { "dark" } else { "light" };
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
    tern.painted().await;
    desktop.screenshot(&docs.join(format!("{name}-{colours}.png")));
}

async fn open(tern: &Tern, preview: &str) {
    let script = "const [preview] = arguments;\
                  const rows = [...document.querySelectorAll('[data-testid=conversation-row]')];\
                  const row = rows.find((row) => row.innerText.includes(preview)); row?.click(); return !!row";
    tern.until("the conversation is in the list", async || {
        tern.ask_page(script, vec![json!(preview)]).await == true
    })
    .await;
}

/// Plays the morning through, each text after the one before has arrived.
async fn seed(tern: &Tern) {
    let mut settings = tern.call("settings", Value::Null).await;
    settings["notificationStyle"] = json!("none");
    settings["agentName"] = json!("Sam");
    tern.call("update_settings", settings.clone()).await;
    let status = tern.call("app_status", Value::Null).await;
    let team = status["providerNumbers"][0]["number"].clone();
    let phones = tern.call("practice_handsets", Value::Null).await;
    for (name, said) in MORNING {
        let known = phones.as_array().expect("phones").iter();
        let phone = match known.into_iter().find(|phone| phone["name"] == name) {
            Some(phone) => phone.clone(),
            None => {
                tern.call("practice_add_handset", json!({ "name": name }))
                    .await
            }
        };
        if name != STRANGER {
            know(tern, name, &phone).await;
        }
        for line in said {
            let (who, body) = line.split_at(2);
            if who == "< " {
                answer(tern, &phone, body).await;
            } else {
                let pictures = if who == "p " { vec![bicycle()] } else { vec![] };
                let text = json!({ "from": phone["number"], "to": team, "body": body, "pictures": pictures });
                tern.call("practice_text", text).await;
                tern.until("the text is in the inbox", async || {
                    row(tern, &phone)
                        .await
                        .is_some_and(|row| row["preview"] == body)
                })
                .await;
            }
        }
    }
    settings["notificationStyle"] = json!("nameOnly");
    tern.call("update_settings", settings).await;
}

/// Puts them into the directory.
async fn know(tern: &Tern, name: &str, phone: &Value) {
    let fields = json!({
        "kind": "user", "name": name, "mobilePhone": phone["number"], "phone": "", "roles": [],
        "email": "", "territory": "US", "notes": "", "account": "",
    });
    let person = json!({ "personId": null, "fields": fields });
    tern.call("save_person", person).await;
}

async fn answer(tern: &Tern, phone: &Value, body: &str) {
    let row = row(tern, phone).await.expect("a conversation");
    // Whoever answers has read what was written.
    let page = json!({ "conversationId": row["id"], "anchor": { "kind": "latest" }, "limit": 50 });
    let page = tern.call("list_messages", page).await;
    let newest = page["messages"]
        .as_array()
        .and_then(|texts| texts.last())
        .expect("a text");
    let read = json!({ "conversationId": row["id"], "upTo": newest["position"] });
    tern.call("mark_read", read).await;
    if list_of(tern, "new")
        .await
        .iter()
        .any(|new| new["id"] == row["id"])
    {
        let take = json!({ "conversationId": row["id"], "act": "take" });
        tern.call("act_on_conversation", take).await;
    }
    let text = json!({ "messageId": Uuid::now_v7(), "conversationId": row["id"], "body": body, "joins": false });
    tern.call("send_message", text).await;
    tern.until("the answer is on the phone", async || {
        let number = json!({ "number": phone["number"] });
        let texts = tern.call("practice_texts", number).await;
        texts
            .as_array()
            .expect("texts")
            .iter()
            .any(|text| text["body"] == body)
    })
    .await;
}

async fn row(tern: &Tern, phone: &Value) -> Option<Value> {
    let mut rows = list_of(tern, "new").await;
    rows.extend(list_of(tern, "ongoing").await);
    rows.into_iter()
        .find(|row| row["requesterNumber"] == phone["number"])
}

async fn list_of(tern: &Tern, list: &str) -> Vec<Value> {
    let page = json!({ "list": list, "after": null, "limit": 50 });
    let page = tern.call("list_conversations", page).await;
    page["rows"].as_array().cloned().unwrap_or_default()
}

fn bicycle() -> Value {
    use base64::Engine as _;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/bicycle.png");
    let bytes = std::fs::read(file).expect("the picture");
    let base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!({ "contentType": "image/png", "base64": base64 })
}

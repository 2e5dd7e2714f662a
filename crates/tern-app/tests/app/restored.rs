//! What a restored desk does about conversations that the virtual agent had, and about notifications under way: nothing
//! reaches anybody by itself, and nobody is forgotten.

use serde_json::{Value, json};
use tern_app::dto::*;
use tern_domain::{TimerPurpose, UtcMillis};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store};

use crate::backup::{PASSPHRASE, another_computer, back_up, restore, set_up};
use crate::file_key::file_key;
use crate::handover::publish;
use crate::queue_texts::told;
use crate::rig::{Rig, list_of, wait_for};
use crate::team::customer;

const ASKED: &str = "What is broken?";
const SOON: &str = "One moment, please.";
const SILENCE: i64 = 7_200_000;

/// A desk whose virtual agent answers first: one topic asks, another one promises to be back.
async fn with_virtual_agent() -> Rig {
    let rig = Rig::practising().await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "repair", "displayName": "Repair", "keywords": ["repair"], "start": "ask",
            "nodes": [{ "id": "ask", "name": "What is broken", "kind": "askText", "variable": "part",
                        "prompt": ASKED }],
        }),
    )
    .await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "status", "displayName": "Status", "keywords": ["status"], "start": "say",
            "nodes": [
                { "id": "say", "name": "Wait", "kind": "sayText", "text": SOON, "next": "wait" },
                { "id": "wait", "name": "Look", "kind": "pause", "seconds": 60, "next": "done" },
                { "id": "done", "name": "Done", "kind": "sayText", "text": "It is on its way." },
            ],
        }),
    )
    .await;
    let mut decided = rig.app.virtual_agent().await.unwrap();
    decided.on = true;
    let mut chat: Value = serde_json::from_str(&decided.chat).unwrap();
    let parts = chat["includes"].as_array_mut().unwrap();
    parts.retain(|part| part != "greeting");
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
    rig
}

/// When the timers of the virtual agent are due, at a desk that this stops.
async fn bot_timers(rig: &Rig) -> Vec<i64> {
    rig.app.shutdown().await;
    let key: [u8; 32] = file_key(rig).unwrap().try_into().unwrap();
    let store = Store::open(&OpenConfig::new(
        rig.folder.path().to_owned(),
        FileName::new("practice").unwrap(),
        DatabaseKey::from_bytes(key),
    ))
    .unwrap();
    let timers = store
        .read_blocking(|conn| conn.list_due_timers(UtcMillis(i64::MAX)))
        .unwrap();
    store.close();
    let of_bot = timers.iter().filter(|timer| {
        matches!(
            timer.purpose,
            TimerPurpose::BotSilence { .. } | TimerPurpose::BotPause { .. }
        )
    });
    of_bot.map(|timer| timer.due_at.0).collect()
}

/// Backs a desk up in this state and gives another one that was restored from it.
async fn restored(rig: &Rig) -> Rig {
    let backups = tempfile::tempdir().unwrap();
    rig.app
        .set_up_backups(set_up(backups.path()))
        .await
        .unwrap();
    back_up(&rig.app).await;
    rig.app.shutdown().await;
    let other = another_computer(rig).await;
    restore(&other.app, backups.path(), PASSPHRASE)
        .await
        .unwrap();
    other
}

#[tokio::test]
async fn i_14_after_a_restore_the_silence_of_whom_the_virtual_agent_asked_counts_anew() {
    let rig = with_virtual_agent().await;
    let phone = customer(&rig).await;
    rig.write(&phone, "repair", vec![]).await;
    told(&rig, &phone, &[ASKED]).await;
    let before = now();
    let other = restored(&rig).await;
    let with_bot = list_of(&other.app, InboxList::WithVirtualAgent).await;
    assert_eq!(with_bot.rows.len(), 1, "it stays with the virtual agent");
    assert_eq!(other.received(&phone).await.len(), 1, "nothing was said");
    let due = bot_timers(&other).await;
    let [due] = due.as_slice() else {
        panic!("its silence is watched: {due:?}");
    };
    assert!((before + SILENCE..=now() + SILENCE).contains(due));
}

#[tokio::test]
async fn h_2_after_a_restore_whom_the_virtual_agent_owed_an_answer_is_brought_to_people() {
    let rig = with_virtual_agent().await;
    let phone = customer(&rig).await;
    rig.write(&phone, "status", vec![]).await;
    told(&rig, &phone, &[SOON]).await;
    let other = restored(&rig).await;
    let new = list_of(&other.app, InboxList::New).await;
    let [row] = new.rows.as_slice() else {
        panic!("{:?}", new.rows);
    };
    assert!(row.unread > 0);
    let timeline = other
        .app
        .timeline(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert!(
        timeline
            .iter()
            .any(|entry| entry.text.contains("a backup was restored")),
        "{timeline:?}"
    );
    // What they write next is a person's to answer, and the topic says nothing any more.
    other.write(&phone, "Hello?", vec![]).await;
    wait_for(&other.app, "the text at the desk", async || {
        let rows = list_of(&other.app, InboxList::New).await.rows;
        rows.iter().any(|row| row.preview == "Hello?").then_some(())
    })
    .await;
    assert_eq!(other.received(&phone).await.len(), 1, "nothing was said");
    assert_eq!(bot_timers(&other).await, Vec::<i64>::new());
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

//! What a restored desk does about conversations that the virtual agent had, and about notifications under way: nothing
//! reaches anybody by itself, and nobody is forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tern_app::ErrorCode;
use tern_app::dto::*;
use tern_domain::notification::{Notification, RecipientState, RunCause, RunState};
use tern_domain::{AgentId, MessageId, PersonId, TimerPurpose, UtcMillis};
use tern_store::{DatabaseKey, FileName, NewRecipient, OpenConfig, Store};

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

/// The file of a desk that this stops.
async fn stopped(rig: &Rig) -> Store {
    rig.app.shutdown().await;
    let key: [u8; 32] = file_key(rig).unwrap().try_into().unwrap();
    Store::open(&OpenConfig::new(
        rig.folder.path().to_owned(),
        FileName::new("practice").unwrap(),
        DatabaseKey::from_bytes(key),
    ))
    .unwrap()
}

/// When the timers of the virtual agent are due, at a desk that this stops.
async fn bot_timers(rig: &Rig) -> Vec<i64> {
    let store = stopped(rig).await;
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

#[tokio::test]
async fn v_21_after_a_restore_another_system_is_not_asked_again_and_whom_it_was_asked_for_goes_to_people()
 {
    // Another system that takes its time.
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((connection, _)) = server.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            open.push(connection);
        }
    });
    let rig = with_virtual_agent().await;
    let mut decided = rig.app.virtual_agent().await.unwrap();
    let mut chat: Value = serde_json::from_str(&decided.chat).unwrap();
    chat["allowedHosts"] = json!(["127.0.0.1"]);
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
    publish(
        &rig,
        json!({
            "format": 1, "name": "stock", "displayName": "Stock", "keywords": ["stock"], "start": "say",
            "nodes": [
                { "id": "say", "name": "Wait", "kind": "sayText", "text": SOON, "next": "call" },
                { "id": "call", "name": "Ask", "kind": "request", "method": "POST",
                  "url": format!("http://127.0.0.1:{port}/order"), "next": "done", "failed": "done" },
                { "id": "done", "name": "Done", "kind": "sayText", "text": "It is ordered." },
            ],
        }),
    )
    .await;
    let phone = customer(&rig).await;
    rig.write(&phone, "stock", vec![]).await;
    told(&rig, &phone, &[SOON]).await;
    wait_for(&rig.app, "the other system to be asked", async || {
        (asked.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    let other = restored(&rig).await;
    let new = list_of(&other.app, InboxList::New).await;
    let [row] = new.rows.as_slice() else {
        panic!("{:?}", new.rows);
    };
    assert!(row.unread > 0, "a person has to look");
    assert_eq!(other.received(&phone).await.len(), 1, "nothing was said");
    assert_eq!(bot_timers(&other).await, Vec::<i64>::new());
    assert_eq!(asked.load(Ordering::SeqCst), 1, "it is ordered once");
    server.abort();
}

#[tokio::test]
async fn s_9_after_a_restore_a_half_sent_notification_ends_and_says_of_the_rest_why() {
    let rig = Rig::practising().await;
    let phone = customer(&rig).await;
    rig.text(&phone, "hello").await;
    let store = stopped(&rig).await;
    let run = store
        .write(|tx| {
            let definition: Notification = serde_json::from_value(json!({
                "id": "0199e000-0000-7000-8000-00000000000e", "name": "A shift", "is_active": true,
                "trigger": { "type": "event" }, "recipients": { "people": [] },
                "content": { "heading": "", "body": { "type": "simple", "text": "Free: ${event.parm1}" } },
            }))
            .unwrap();
            tx.put_notification(&definition)?;
            let cause = RunCause::Event {
                by: AgentId::new(uuid::Uuid::from_u128(3)),
                parms: ["Friday".to_owned(), String::new()],
            };
            let begun = UtcMillis(now());
            let run = tx.start_notification_run(definition.id, &cause, begun)?;
            let people = (1..=1_200_u128).map(|number| NewRecipient {
                person: Some(PersonId::new(uuid::Uuid::from_u128(number))),
                number: None,
                is_chosen: true,
            });
            tx.add_recipients(run, &people.collect::<Vec<_>>(), None, begun)?;
            let mut first = tx.list_due_recipients(run, begun, 1)?;
            first[0].state = RecipientState::Sent {
                message: MessageId::new(uuid::Uuid::from_u128(5)),
            };
            first[0].at = Some(begun);
            tx.put_recipient(&first[0])?;
            tx.set_run_state(run, RunState::Paused)?;
            Ok(run)
        })
        .await
        .unwrap();
    store.close();
    let other = restored(&rig.restart().await).await;
    let page = other
        .app
        .run_results(RunResults {
            run: run.0,
            state: None,
            after: None,
        })
        .await
        .unwrap();
    assert_eq!(page.run.state, RunStateView::Done);
    assert_eq!(
        (page.run.planned, page.run.sent, page.run.refused),
        (0, 1, 1_199)
    );
    assert_eq!(
        page.rows[1].words,
        "A backup was restored before their turn"
    );
    // It cannot be taken up again by mistake.
    let resumed = other.app.resume_run(RunRef { run: run.0 }).await;
    assert!(
        resumed.is_err_and(|error| error.code == ErrorCode::NotAllowed),
        "a run that is over stays over"
    );
    assert_eq!(other.received(&phone).await.len(), 0);
    other.app.shutdown().await;
}

#[tokio::test]
async fn i_7_after_a_restore_a_snoozed_conversation_comes_back_at_its_time() {
    let rig = Rig::practising().await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, "On Monday, please").await;
    rig.app
        .snooze_conversation(SnoozeConversation {
            conversation_id: row.id,
            until: Some(now() + 3_600_000),
        })
        .await
        .unwrap();
    let other = restored(&rig).await;
    let snoozed = list_of(&other.app, InboxList::Snoozed).await;
    assert_eq!(snoozed.rows.len(), 1, "it is still put away");
    let store = stopped(&other).await;
    let timers = store
        .read_blocking(|conn| conn.list_due_timers(UtcMillis(i64::MAX)))
        .unwrap();
    store.close();
    let ends = timers
        .iter()
        .filter(|timer| matches!(timer.purpose, TimerPurpose::SnoozeEnds { .. }));
    assert_eq!(ends.count(), 1, "and wakes by itself");
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

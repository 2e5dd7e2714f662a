//! Legal holds and retention as people at the desk meet them: what hands may not delete, who may what, and what the
//! tray of jobs shows of a run.

use serde_json::Value;
use tern_app::dto::*;
use tern_app::{ApiError, ErrorCode};
use tern_simulator::{HistoryPlan, SimulatorConfig};
use uuid::Uuid;

use crate::people::{JANE, save};
use crate::rig::{Rig, list_of, wait_for};
use crate::team::{add_agent, me, sign_in};

fn held<T>(answer: Result<T, ApiError>) {
    let refused = answer.map(drop).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    let words = "This is under a legal hold, so nothing of it is deleted or written over.";
    assert_eq!(refused.message, words);
}

async fn note(rig: &Rig, conversation_id: i64) -> NoteView {
    rig.app
        .write_note(WriteNote {
            note_id: Uuid::now_v7().to_string(),
            conversation_id,
            body: "Prefers mornings".to_owned(),
            whisper: false,
        })
        .await
        .unwrap()
}

async fn place(rig: &Rig, on: HoldOn) -> HoldsHere {
    let reason = "Claim 2026-118".to_owned();
    rig.app.place_hold(PlaceHold { on, reason }).await.unwrap()
}

async fn release(rig: &Rig, hold: &HoldView) -> RetentionView {
    rig.app
        .release_hold(ReleaseHold {
            id: hold.id.clone(),
            reason: "Settled".to_owned(),
        })
        .await
        .unwrap()
}

async fn is_held(rig: &Rig, conversation_id: i64) -> bool {
    let request = ConversationRef { conversation_id };
    rig.app.conversation(request).await.unwrap().is_held
}

#[tokio::test]
async fn nothing_of_a_held_conversation_is_deleted_by_hand_until_it_is_released() {
    let rig = Rig::practising().await;
    let id = rig.text(JANE, "My account is 5512").await.id;
    let note = note(&rig, id).await;
    let text = rig.thread(id).await.remove(0);
    let edit = || EditNote {
        note_id: note.id.clone(),
        body: "Prefers evenings".to_owned(),
    };
    let delete = || NoteRef {
        note_id: note.id.clone(),
    };
    let remove = || RedactMessage {
        message_id: text.id.clone(),
        typed: "remove".to_owned(),
    };
    assert!(!is_held(&rig, id).await);
    let on = HoldOn::Conversation {
        conversation_id: id,
    };
    let holds = place(&rig, on).await.holds;
    assert!(is_held(&rig, id).await);
    held(rig.app.edit_note(edit()).await);
    held(rig.app.delete_note(delete()).await);
    held(rig.app.redact_message(remove()).await);
    assert_eq!(rig.thread(id).await[0].body, "My account is 5512");

    release(&rig, &holds[0]).await;
    assert!(!is_held(&rig, id).await);
    rig.app.edit_note(edit()).await.unwrap();
    rig.app.delete_note(delete()).await.unwrap();
    rig.app.redact_message(remove()).await.unwrap();
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_hold_on_a_person_covers_all_their_conversations_and_keeps_them_in_the_directory() {
    let rig = Rig::practising().await;
    let jane = save(&rig, "Jane Doe", PersonKindView::User, JANE).await;
    let id = rig.text(JANE, "Hello").await.id;
    let person = || PersonRef {
        person_id: jane.person_id.clone(),
    };
    let on = HoldOn::Person {
        person_id: jane.person_id.clone(),
    };
    let here = place(&rig, on).await;
    assert_eq!(here.person.as_deref(), Some("Jane Doe"));
    assert!(here.holds[0].is_person);
    assert_eq!(here.holds[0].conversations, 1);
    assert!(rig.app.person(person()).await.unwrap().is_held);
    assert!(is_held(&rig, id).await);
    let note = note(&rig, id).await;
    held(rig.app.delete_note(NoteRef { note_id: note.id }).await);
    held(rig.app.delete_person(person()).await);
    // Taking back that she was added would delete her too.
    let undo = jane.undo.clone().unwrap();
    held(rig.app.undo_change(UndoChange { undo }).await);
    assert_eq!(
        rig.app.person(person()).await.unwrap().person.name,
        "Jane Doe"
    );

    // A hold on one conversation keeps its person as well.
    release(&rig, &here.holds[0]).await;
    let on = HoldOn::Conversation {
        conversation_id: id,
    };
    place(&rig, on).await;
    let about = rig.app.person_holds(person()).await.unwrap();
    assert!(!about.holds[0].is_person);
    held(rig.app.delete_person(person()).await);
    release(&rig, &about.holds[0]).await;
    rig.app.delete_person(person()).await.unwrap();
    rig.app.shutdown().await;
}

#[tokio::test]
async fn who_is_no_administrator_sees_holds_and_ages_and_changes_neither() {
    let rig = Rig::practising().await;
    let id = rig.text(JANE, "Hello").await.id;
    let on = || HoldOn::Conversation {
        conversation_id: id,
    };
    let placed = place(&rig, on()).await.holds.remove(0);
    let ben = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ben).await;
    let here = ConversationRef {
        conversation_id: id,
    };
    let seen = rig.app.conversation_holds(here).await.unwrap();
    assert_eq!(seen.holds[0].reason, "Claim 2026-118");
    assert!(!seen.may_change);
    assert!(!rig.app.retention().await.unwrap().may_change);
    let ages = RetentionAges {
        texts: Some(90),
        pictures: None,
        notes: None,
    };
    let reason = || "Why not".to_owned();
    let refused = [
        rig.app.update_retention(ages).await.map(drop),
        rig.app
            .agree_to_retention(AgreeToRetention {
                ages,
                typed: "delete".to_owned(),
            })
            .await
            .map(drop),
        rig.app.cancel_retention().await.map(drop),
        rig.app
            .place_hold(PlaceHold {
                on: on(),
                reason: reason(),
            })
            .await
            .map(drop),
        rig.app
            .release_hold(ReleaseHold {
                id: placed.id,
                reason: reason(),
            })
            .await
            .map(drop),
    ];
    for answer in refused {
        let refused = answer.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotAllowed);
        assert_eq!(refused.message, "Only an administrator can change this.");
    }
    rig.app.shutdown().await;
}

/// A line whose past, of so many texts over two years, is here.
async fn with_a_past(messages: u64) -> Rig {
    let rig = Rig::with(
        std::sync::Arc::new(tern_app::MemorySecrets::default()),
        SimulatorConfig {
            history: Some(HistoryPlan {
                messages,
                numbers: 10,
                years: 2.0,
                seed: 3,
                until: None,
            }),
            ..SimulatorConfig::default()
        },
    )
    .await;
    rig.app
        .start_practice(StartPractice { passphrase: None })
        .await
        .unwrap();
    rig.app
        .start_backfill(StartBackfill { days: Some(1_000) })
        .await
        .unwrap();
    wait_for(&rig.app, "the past", async || {
        let backfill = rig.app.app_status().await.unwrap().backfill?;
        matches!(backfill.state, BackfillState::Finished).then_some(())
    })
    .await;
    rig
}

async fn agree(rig: &Rig, texts: u32) {
    let ages = RetentionAges {
        texts: Some(texts),
        pictures: None,
        notes: None,
    };
    rig.app.update_retention(ages).await.unwrap();
    let typed = rig.app.preview_retention().await.unwrap().confirmation;
    let agreed = AgreeToRetention { ages, typed };
    rig.app.agree_to_retention(agreed).await.unwrap();
}

async fn result(rig: &Rig) -> String {
    wait_for(&rig.app, "the run to end in the tray", async || {
        let jobs = rig.app.jobs().await.unwrap();
        jobs.into_iter().find_map(|job| match job.state {
            JobState::Finished { message, .. } if job.kind == JobKind::Retention => Some(message),
            _ => None,
        })
    })
    .await
}

#[tokio::test]
async fn a_run_is_among_the_jobs_and_its_conversations_say_that_their_texts_were_deleted() {
    let rig = with_a_past(600).await;
    agree(&rig, 30).await;
    let told = result(&rig).await;
    let run = rig.app.retention().await.unwrap().past.remove(0);
    assert!(run.texts > 0);
    assert_eq!(
        told,
        format!("Deleted what was too old: {} texts.", run.texts)
    );
    let rows = list_of(&rig.app, InboxList::Done).await.rows;
    let emptied = rows.iter().filter(|row| row.texts_deleted);
    for row in emptied.clone() {
        assert!(row.preview.is_empty() && rig.thread(row.id).await.is_empty());
    }
    let left = rows.iter().filter(|row| !row.texts_deleted);
    for row in left {
        assert!(!rig.thread(row.id).await.is_empty());
    }
    assert!(
        emptied.count() > 0,
        "two years of bursts leave somebody silent for a month"
    );
    // The daily look that finds nothing is nobody's news.
    let jobs = rig.app.jobs().await.unwrap();
    assert_eq!(jobs.len(), 1);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_run_is_stopped_in_the_tray_by_an_administrator_and_what_is_left_stays() {
    let rig = with_a_past(6_000).await;
    let before = rig.app.retention().await.unwrap();
    assert!(before.past.is_empty());
    agree(&rig, 30).await;
    let running = wait_for(&rig.app, "a first batch", async || {
        let jobs = rig.app.jobs().await.unwrap();
        jobs.into_iter()
            .find(|job| job.kind == JobKind::Retention && job.done > 0)
    })
    .await;
    assert!(running.can_cancel);
    let stop = || JobRef {
        id: running.id.clone(),
    };
    let first = me(&rig.app.team().await.unwrap()).id.clone();
    let ben = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ben).await;
    let refused = rig.app.cancel_job(stop()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(
        rig.app
            .jobs()
            .await
            .unwrap()
            .iter()
            .all(|job| !job.can_cancel)
    );
    sign_in(&rig, &first).await;
    rig.app.cancel_job(stop()).await.unwrap();
    let told = result(&rig).await;
    assert!(
        told.starts_with("Stopped by hand. Deleted by then: "),
        "{told}"
    );
    let view = rig.app.retention().await.unwrap();
    assert!(view.running.is_none());
    assert_eq!(view.past[0].words, "Stopped by hand");
    let left = rig.app.preview_retention().await.unwrap().texts;
    assert!(left > 0, "it was stopped in the middle");
    assert!(view.next_at.unwrap() > view.past[0].ended_at.unwrap());
    rig.app.shutdown().await;
}

#[tokio::test]
async fn the_configuration_brings_ages_to_another_desk_and_nobodys_agreement() {
    let rig = Rig::practising().await;
    let id = rig.text(JANE, "Hello").await.id;
    agree(&rig, 90).await;
    let on = HoldOn::Conversation {
        conversation_id: id,
    };
    place(&rig, on).await;
    let file = rig.app.export_configuration().await.unwrap().text;
    let written: Value = serde_json::from_str(&file).unwrap();
    let section = &written["sections"]["retention"];
    assert_eq!(section["texts"], 90, "{section}");
    assert!(!file.contains("Claim 2026-118") && !file.contains("agreement"));

    let other = Rig::practising().await;
    let imported = ConfigurationText { text: file };
    let imported = other.app.import_configuration(imported).await.unwrap();
    let view = other.app.retention().await.unwrap();
    assert_eq!(view.wanted.texts, Some(90));
    assert!(view.awaits_agreement && view.in_force.texts.is_none());
    assert!(view.holds.is_empty());
    let undo = imported.undo.unwrap();
    other.app.undo_change(UndoChange { undo }).await.unwrap();
    assert_eq!(other.app.retention().await.unwrap().wanted.texts, None);
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

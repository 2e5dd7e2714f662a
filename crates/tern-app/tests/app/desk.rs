//! An agent's desk as a shell sees it: snooze, pin, notes, saved views, history and transcripts.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::export;
use crate::rig::{Rig, list_of, wait_for};

async fn first_phone(rig: &Rig) -> String {
    rig.app.practice_handsets().await.unwrap()[0].number.clone()
}

async fn in_list(rig: &Rig, list: InboxList) -> Vec<i64> {
    list_of(&rig.app, list)
        .await
        .rows
        .iter()
        .map(|row| row.id)
        .collect()
}

fn of(conversation_id: i64) -> ConversationRef {
    ConversationRef { conversation_id }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[tokio::test]
async fn q_1_a_snoozed_conversation_sleeps_and_comes_back_by_its_timer_after_a_restart() {
    let rig = Rig::practising().await;
    let phone = first_phone(&rig).await;
    let row = rig.text(&phone, "Is my bicycle ready?").await;
    let view = rig
        .app
        .snooze_conversation(SnoozeConversation {
            conversation_id: row.id,
            until: Some(now() + 4_000),
        })
        .await
        .unwrap();
    assert!(view.row.snoozed_until.is_some());
    assert_eq!(in_list(&rig, InboxList::New).await, Vec::<i64>::new());
    assert_eq!(in_list(&rig, InboxList::Snoozed).await, vec![row.id]);
    let counts = list_of(&rig.app, InboxList::New).await.counts;
    assert_eq!((counts.new, counts.snoozed), (0, 1));

    rig.app
        .mark_read(MarkRead {
            conversation_id: row.id,
            up_to: i64::MAX,
        })
        .await
        .unwrap();
    let rig = rig.restart().await;
    wait_for(&rig.app, "the snooze to end", async || {
        let page = list_of(&rig.app, InboxList::New).await;
        page.rows
            .first()
            .map(|row| row.unread)
            .filter(|unread| *unread == 1)
    })
    .await;
    let words: Vec<_> = rig.app.timeline(of(row.id)).await.unwrap();
    let ended = words
        .iter()
        .filter(|entry| entry.text.contains("snooze is over"));
    assert_eq!(ended.count(), 1);
}

#[tokio::test]
async fn q_2_a_new_text_wakes_and_an_undo_restores() {
    let rig = Rig::practising().await;
    let phone = first_phone(&rig).await;
    let row = rig.text(&phone, "Hello").await;
    let snooze = |until| SnoozeConversation {
        conversation_id: row.id,
        until,
    };
    let later = Some(now() + 3_600_000);
    rig.app.snooze_conversation(snooze(later)).await.unwrap();
    rig.app.snooze_conversation(snooze(None)).await.unwrap();
    assert_eq!(in_list(&rig, InboxList::New).await, vec![row.id]);
    rig.app.snooze_conversation(snooze(later)).await.unwrap();
    rig.write(&phone, "Still there?", vec![]).await;
    wait_for(&rig.app, "the text to wake it", async || {
        (in_list(&rig, InboxList::New).await == vec![row.id]).then_some(())
    })
    .await;
    let refused = rig
        .app
        .snooze_conversation(snooze(Some(1)))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    let read = |text: &str| ReadTime {
        text: text.to_owned(),
    };
    assert!(
        rig.app
            .read_time(read("in 20m"))
            .await
            .unwrap()
            .at
            .is_some()
    );
    assert!(
        rig.app
            .read_time(read("soonish"))
            .await
            .unwrap()
            .problem
            .is_some()
    );
}

#[tokio::test]
async fn q_3_pinned_stands_first_and_unread_can_be_had_again() {
    let rig = Rig::practising().await;
    let phones = rig.app.practice_handsets().await.unwrap();
    let older = rig.text(&phones[0].number, "First").await;
    let newer = rig.text(&phones[1].number, "Second").await;
    for row in [&older, &newer] {
        rig.app
            .act_on_conversation(ActOnConversation {
                conversation_id: row.id,
                act: ConversationAct::Take,
            })
            .await
            .unwrap();
    }
    let ids = in_list(&rig, InboxList::Ongoing).await;
    assert_eq!(ids, vec![newer.id, older.id]);
    let pin = |pinned| PinConversation {
        conversation_id: older.id,
        pinned,
    };
    rig.app.pin_conversation(pin(true)).await.unwrap();
    assert_eq!(
        in_list(&rig, InboxList::Ongoing).await,
        vec![older.id, newer.id]
    );
    rig.app.pin_conversation(pin(false)).await.unwrap();
    assert_eq!(
        in_list(&rig, InboxList::Ongoing).await,
        vec![newer.id, older.id]
    );

    let read = MarkRead {
        conversation_id: older.id,
        up_to: i64::MAX,
    };
    rig.app.mark_read(read).await.unwrap();
    let before = list_of(&rig.app, InboxList::Ongoing)
        .await
        .counts
        .ongoing_unread;
    rig.app.mark_unread(of(older.id)).await.unwrap();
    let after = list_of(&rig.app, InboxList::Ongoing)
        .await
        .counts
        .ongoing_unread;
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn a_note_stays_inside_and_h_12_transcripts_know_the_difference() {
    let rig = Rig::practising().await;
    let phone = first_phone(&rig).await;
    let row = rig.text(&phone, "Where is it?").await;
    let note_id = uuid::Uuid::from_u128(7).to_string();
    let note = rig
        .app
        .write_note(WriteNote {
            whisper: false,
            conversation_id: row.id,
            note_id: note_id.clone(),
            body: "Secretly a VIP".to_owned(),
        })
        .await
        .unwrap();
    assert!(note.own);
    let edited = rig
        .app
        .edit_note(EditNote {
            note_id: note_id.clone(),
            body: "Openly a VIP".to_owned(),
        })
        .await
        .unwrap();
    assert!(edited.edited_at.is_some());
    let texts = rig
        .app
        .practice_texts(HandsetRef {
            number: phone.clone(),
        })
        .await
        .unwrap();
    assert!(texts.iter().all(|text| !text.body.contains("VIP")));
    let inside = export::transcript(&rig, row.id, TranscriptKind::Internal).await;
    assert!(inside.contains("[PRIVATE]") && inside.contains("Openly a VIP"));
    let outside = export::transcript(&rig, row.id, TranscriptKind::External).await;
    assert!(outside.contains("Where is it?") && !outside.contains("VIP"));
    rig.app.delete_note(NoteRef { note_id }).await.unwrap();
    assert!(rig.app.notes(of(row.id)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_saved_view_lists_what_its_condition_says_and_can_be_moved_and_undone() {
    let rig = Rig::practising().await;
    let phones = rig.app.practice_handsets().await.unwrap();
    let waiting = rig.text(&phones[0].number, "Anybody?").await;
    let pinned = rig.text(&phones[1].number, "Me too").await;
    rig.app
        .pin_conversation(PinConversation {
            conversation_id: pinned.id,
            pinned: true,
        })
        .await
        .unwrap();
    let form = ConditionFormView {
        any: false,
        rows: vec![FormRowView {
            fact: "pinned".to_owned(),
            operator: FormOperatorView::IsNot,
            value: FormValueView::Nothing,
        }],
    };
    let checked = rig
        .app
        .check_condition(ConditionDraft::Form { form: form.clone() })
        .await
        .unwrap();
    assert_eq!(
        (checked.text.as_str(), checked.form),
        ("!pinned", Some(form))
    );
    let view = |number: u128, condition: &str| SavedViewDraft {
        id: uuid::Uuid::from_u128(number).to_string(),
        name: format!("View {number}"),
        condition: condition.to_owned(),
        sort: ViewSort::LongestWait,
        scope: ViewScope::Open,
    };
    let replace = async |views| {
        rig.app
            .replace_saved_views(ReplaceSavedViews { views })
            .await
    };
    let both = vec![view(1, &checked.text), view(2, "waiting && unread >= 1")];
    let rows = replace(both.clone()).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.count).collect::<Vec<_>>(),
        vec![1, 2]
    );
    let page = rig
        .app
        .list_view(ListView {
            view_id: both[0].id.clone(),
            after: None,
            limit: 50,
        })
        .await
        .unwrap();
    assert_eq!(
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        vec![waiting.id]
    );
    replace(vec![both[1].clone()]).await.unwrap();
    let again = replace(both).await.unwrap();
    assert_eq!(again, rows, "undo restores the same");
    let refused = replace(vec![view(3, "pined")]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(
        refused.remedy.contains("Did you mean “pinned”?"),
        "{}",
        refused.remedy
    );
}

#[tokio::test]
async fn h_13_past_conversations_come_with_their_reasons() {
    let rig = Rig::practising().await;
    let phone = first_phone(&rig).await;
    let row = rig.text(&phone, "One").await;
    for act in [ConversationAct::Take, ConversationAct::Finish] {
        rig.app
            .act_on_conversation(ActOnConversation {
                conversation_id: row.id,
                act,
            })
            .await
            .unwrap();
    }
    rig.text(&phone, "Two").await;
    let past = rig.app.history(of(row.id)).await.unwrap();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].reason, "Finished by an agent");
    assert!(past[0].first_position.is_some());
}

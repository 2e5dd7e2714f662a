//! Notifications as a shell hears of them: offers with their answers, sounds, silence, repetitions.

use std::time::Duration;

use tern_app::dto::*;
use tern_app::{Change, ChangeEvent, ErrorCode};
use tokio::sync::broadcast::Receiver;

use crate::rig::{Rig, wait_for};
use crate::team::{customer, offer, staffed};

/// The next notification or withdrawal that fits.
async fn heard(changes: &mut Receiver<ChangeEvent>, fits: impl Fn(&Change) -> bool) -> Change {
    let search = async {
        loop {
            let change = changes.recv().await.unwrap().change;
            if fits(&change) {
                return change;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), search)
        .await
        .expect("a notification")
}

fn is_offer(change: &Change) -> bool {
    matches!(change, Change::Arrived { offer: Some(_), .. })
}

async fn settings(rig: &Rig, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = rig.app.settings().await.unwrap();
    change(&mut settings);
    rig.app.update_settings(settings).await.unwrap()
}

/// Waits until everything before one more text was decided about, and that nothing of it was told.
async fn passes_in_silence(rig: &Rig, changes: &mut Receiver<ChangeEvent>, phone: &str) {
    let row = rig.text(phone, "one more").await;
    let next = Change::Conversation {
        conversation_id: row.id,
    };
    let fits = |change: &Change| *change == next || matches!(change, Change::Arrived { .. });
    assert_eq!(heard(changes, fits).await, next);
}

/// The whole week.
fn always() -> [Vec<SpanView>; 7] {
    std::array::from_fn(|_| vec![SpanView { from: 0, to: 1440 }])
}

#[tokio::test]
async fn q_16_an_offer_tells_how_to_answer_it_and_is_withdrawn_when_it_is_over() {
    let (rig, _) = staffed(600).await;
    let mut queue = rig.app.routing_settings().await.unwrap().queues.remove(0);
    queue.sound = Some(NotificationSound::Ring);
    rig.app.save_queue(queue).await.unwrap();
    let mut changes = rig.app.subscribe();
    rig.text(&customer(&rig).await, "hello").await;
    let told = heard(&mut changes, is_offer).await;
    let offered = offer(&rig).await;
    let Change::Arrived {
        conversation_id,
        sound,
        offer: Some(acts),
        ..
    } = told
    else {
        panic!("an offer");
    };
    assert_eq!(conversation_id, Some(offered.conversation_id));
    assert_eq!(sound, Some(NotificationSound::Ring), "Q-7");
    assert_eq!(acts.work_item_id, offered.work_item_id);
    assert!(acts.can_reject);

    // Another text joins the offer and does not take its buttons away.
    rig.text(&customer(&rig).await, "hello?").await;
    heard(&mut changes, is_offer).await;

    let answer = AnswerOffer {
        work_item_id: acts.work_item_id,
        accept: true,
        reason_id: None,
    };
    rig.app.answer_offer(answer.clone()).await.unwrap();
    let conversation_id = offered.conversation_id;
    let gone = Change::Seen { conversation_id };
    heard(&mut changes, |change| *change == gone).await;
    let again = rig.app.answer_offer(answer).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotAllowed, "only once");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn q_3_silence_keeps_notifications_away_and_says_until_when() {
    let rig = Rig::practising().await;
    let phones = rig.app.practice_handsets().await.unwrap();
    let open = rig.app.notification_state().await.unwrap();
    assert_eq!((open.silence, open.changes_at), (None, None));

    settings(&rig, |settings| settings.quiet_hours = always()).await;
    let state = rig.app.notification_state().await.unwrap();
    assert_eq!(state.silence, Some(SilenceView::QuietHours { until: None }));
    let mut changes = rig.app.subscribe();
    rig.text(&phones[0].number, "in the night").await;
    passes_in_silence(&rig, &mut changes, &phones[1].number).await;
    // Tried all the same: whoever asks for one wants to see it.
    rig.app.try_notification().await.unwrap();
    let fits = |change: &Change| matches!(change, Change::Arrived { .. } | Change::Trial { .. });
    let first = heard(&mut changes, fits).await;
    assert!(
        matches!(first, Change::Trial { sound: Some(_), .. }),
        "{first:?}"
    );

    let team = rig.app.team().await.unwrap();
    let away = team
        .presence_states
        .iter()
        .find(|it| it.name == "Away")
        .unwrap();
    let away_id = away.id.clone();
    settings(&rig, |settings| {
        settings.quiet_hours = Default::default();
        settings.silent_presence = vec![away_id.clone()];
        settings.notification_sound = false;
    })
    .await;
    let choose = |state_id: &str| ChoosePresence {
        state_id: state_id.to_owned(),
    };
    rig.app.choose_presence(choose(&away_id)).await.unwrap();
    let state = rig.app.notification_state().await.unwrap();
    let name = "Away".to_owned();
    assert_eq!(state.silence, Some(SilenceView::Presence { name }));
    rig.text(&phones[0].number, "while away").await;
    passes_in_silence(&rig, &mut changes, &phones[1].number).await;
    let there = team
        .presence_states
        .iter()
        .find(|it| it.name == "Available");
    rig.app
        .choose_presence(choose(&there.unwrap().id))
        .await
        .unwrap();
    let other = rig.text(&phones[1].number, "back again").await;
    let Change::Arrived {
        conversation_id,
        sound,
        ..
    } = heard(&mut changes, fits).await
    else {
        panic!("a notification");
    };
    assert_eq!(
        conversation_id,
        Some(other.id),
        "nothing of what came while away"
    );
    assert_eq!(sound, None, "muted");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn m_4_what_nobody_looks_at_is_told_again_also_after_a_restart() {
    let rig = Rig::practising().await;
    let bad = NotificationRepeat {
        every_seconds: 5,
        at_most: 1,
    };
    let mut wanted = rig.app.settings().await.unwrap();
    wanted.notification_repeat = Some(bad);
    let refused = rig.app.update_settings(wanted).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    settings(&rig, |settings| {
        settings.notification_style = NotificationStyle::Full;
        settings.notification_repeat = Some(NotificationRepeat {
            every_seconds: 10,
            at_most: 5,
        });
    })
    .await;
    let mut changes = rig.app.subscribe();
    let row = rig.text(&customer(&rig).await, "is anybody there?").await;
    let arrived = |change: &Change| matches!(change, Change::Arrived { .. });
    heard(&mut changes, arrived).await;

    let rig = rig.restart().await;
    let mut changes = rig.app.subscribe();
    let Change::Arrived { body, .. } = heard(&mut changes, arrived).await else {
        panic!("a notification");
    };
    assert_eq!(body, "Not read yet: is anybody there?");
    // Opened: it is withdrawn, and its timer is gone.
    rig.app.set_focus(true);
    rig.thread(row.id).await;
    let gone = Change::Seen {
        conversation_id: row.id,
    };
    heard(&mut changes, |change| *change == gone).await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn quiet_hours_and_silent_states_stay_with_the_person_when_the_team_s_choices_travel() {
    let rig = Rig::practising().await;
    settings(&rig, |settings| {
        settings.quiet_hours = always();
        settings.notification_repeat = Some(NotificationRepeat {
            every_seconds: 60,
            at_most: 3,
        });
        settings.notification_kinds.others.shown = false;
    })
    .await;
    let file = rig.app.export_configuration().await.unwrap();
    assert!(!file.text.contains("quietHours"));
    let other = Rig::practising().await;
    let text = ConfigurationText { text: file.text };
    other.app.import_configuration(text).await.unwrap();
    let taken = wait_for(&other.app, "the settings", async || {
        let settings = other.app.settings().await.unwrap();
        settings.notification_repeat.is_some().then_some(settings)
    })
    .await;
    assert!(!taken.notification_kinds.others.shown);
    assert!(taken.quiet_hours.iter().all(Vec::is_empty));
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

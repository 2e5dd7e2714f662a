//! Wrap-up (W-1 … W-9) as a window sees it: a real file, a real engine, texts over real HTTP.

use tern_app::ErrorCode;
use tern_app::dto::*;
use uuid::Uuid;

use crate::rig::{Rig, wait_for};

const CONFIGURATION: u128 = 0xe1;
const SOLD: u128 = 0xc1;
const OTHER: u128 = 0xc2;

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn code(number: u128, name: &str) -> WrapUpCodeEntry {
    WrapUpCodeEntry {
        id: id(number),
        name: name.to_owned(),
        active: true,
        description: String::new(),
    }
}

/// For every conversation, with two codes; enforced if it has a duration in seconds.
fn settings(enforced: Option<u32>) -> WrapUpSettings {
    WrapUpSettings {
        configurations: vec![WrapUpConfigurationEntry {
            id: id(CONFIGURATION),
            name: "After every text".to_owned(),
            condition: "true".to_owned(),
            order: 100,
            active: true,
            enforced: enforced.is_some(),
            duration_seconds: enforced.unwrap_or(60),
            shows_timer: true,
            code_ids: vec![],
            default_code_id: Some(id(OTHER)),
        }],
        codes: vec![code(SOLD, "Sold"), code(OTHER, "Other")],
        sweep: WrapUpSweepEntry {
            active: true,
            older_than_minutes: 15,
            every_minutes: 5,
        },
    }
}

/// The first phone of the practice line.
async fn customer(rig: &Rig) -> String {
    rig.app.practice_handsets().await.unwrap()[0].number.clone()
}

async fn act(rig: &Rig, conversation_id: i64, act: ConversationAct) -> ConversationView {
    let request = ActOnConversation {
        conversation_id,
        act,
    };
    rig.app.act_on_conversation(request).await.unwrap()
}

async fn view(rig: &Rig, conversation_id: i64) -> ConversationView {
    rig.app
        .conversation(ConversationRef { conversation_id })
        .await
        .unwrap()
}

fn state(view: &ConversationView) -> InteractionStateView {
    view.interaction.as_ref().unwrap().state
}

async fn in_use(rig: &Rig) -> u32 {
    rig.app.team().await.unwrap().agents[0].in_use
}

/// A conversation that was taken and ended, on a desk configured like this.
async fn ended(settings: WrapUpSettings) -> (Rig, ConversationView) {
    let rig = Rig::practising().await;
    rig.app.save_wrap_up_settings(settings).await.unwrap();
    let number = customer(&rig).await;
    let row = rig.text(&number, "Is my bicycle ready?").await;
    let taken = act(&rig, row.id, ConversationAct::Take).await;
    assert!(taken.wraps_up && taken.wrap_up.is_none());
    let ended = act(&rig, row.id, ConversationAct::Finish).await;
    (rig, ended)
}

async fn closes(rig: &Rig, conversation_id: i64) -> ConversationView {
    wait_for(&rig.app, "the wrap-up to end", async || {
        Some(view(rig, conversation_id).await)
            .filter(|view| state(view) == InteractionStateView::ClosedComplete)
    })
    .await
}

#[tokio::test]
async fn w_1_a_desk_without_configuration_closes_at_once() {
    let rig = Rig::practising().await;
    let number = customer(&rig).await;
    let row = rig.text(&number, "hello").await;
    assert!(!act(&rig, row.id, ConversationAct::Take).await.wraps_up);
    let closed = act(&rig, row.id, ConversationAct::Finish).await;
    assert_eq!(state(&closed), InteractionStateView::ClosedComplete);
    assert_eq!(closed.wrap_up, None);
}

#[tokio::test]
async fn w_3_what_is_chosen_and_typed_outlives_a_restart_and_the_agent_ends_it() {
    let (rig, ended) = ended(settings(None)).await;
    assert_eq!(state(&ended), InteractionStateView::WrapUp);
    assert_eq!(ended.row.list, InboxList::Ongoing);
    let running = ended.wrap_up.unwrap();
    assert!(running.can_end && running.is_mine && running.has_part && !running.has_gone_on);
    let offered: Vec<_> = running
        .codes
        .iter()
        .map(|code| code.name.as_str())
        .collect();
    assert_eq!(offered, ["Sold", "Other"]);
    assert_eq!(running.time_over_at - running.started_at, 60_000);
    rig.app
        .save_wrap_up(SaveWrapUp {
            interaction_id: running.interaction_id.clone(),
            code_id: Some(id(SOLD)),
            notes: "wants a blue one".to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(
        in_use(&rig).await,
        1,
        "W-6: the slot is taken until it is closed"
    );

    let rig = rig.restart().await;
    let running = view(&rig, ended.row.id).await.wrap_up.unwrap();
    assert_eq!(running.code_id, Some(id(SOLD)));
    assert_eq!(running.notes, "wants a blue one");
    let end = || EndWrapUp {
        interaction_id: running.interaction_id.clone(),
        left: false,
    };
    let closed = rig.app.end_wrap_up(end()).await.unwrap();
    assert_eq!(state(&closed), InteractionStateView::ClosedComplete);
    assert_eq!((closed.row.list, closed.wrap_up), (InboxList::Done, None));
    assert_eq!(in_use(&rig).await, 0);
    let refused = rig.app.end_wrap_up(end()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn w_3_an_enforced_wrap_up_times_out_by_itself() {
    let (rig, ended) = ended(settings(Some(1))).await;
    let closed = closes(&rig, ended.row.id).await;
    assert_eq!(closed.wrap_up, None);
    let request = ConversationRef {
        conversation_id: ended.row.id,
    };
    let timeline = rig.app.timeline(request).await.unwrap();
    let words = "Ended the wrap-up: its time was over";
    let told: Vec<_> = timeline.iter().filter(|line| line.text == words).collect();
    assert_eq!((told.len(), told[0].actor.as_str()), (1, "Tern"));
}

#[tokio::test]
async fn w_4_closing_while_working_skips_it() {
    let rig = Rig::practising().await;
    rig.app.save_wrap_up_settings(settings(None)).await.unwrap();
    let number = customer(&rig).await;
    let row = rig.text(&number, "hello").await;
    act(&rig, row.id, ConversationAct::Take).await;
    let closed = act(&rig, row.id, ConversationAct::FinishWithoutWrapUp).await;
    assert_eq!(state(&closed), InteractionStateView::ClosedComplete);
    assert_eq!(closed.wrap_up, None);
}

#[tokio::test]
async fn i_13_a_text_during_wrap_up_is_new_work_and_the_wrap_up_goes_on() {
    let (rig, ended) = ended(settings(None)).await;
    let number = customer(&rig).await;
    rig.text(&number, "One more thing").await;
    let gone_on = view(&rig, ended.row.id).await;
    assert_eq!(state(&gone_on), InteractionStateView::New);
    assert_eq!(gone_on.row.list, InboxList::New);
    let running = gone_on.wrap_up.unwrap();
    assert!(running.has_gone_on);
    rig.app
        .end_wrap_up(EndWrapUp {
            interaction_id: running.interaction_id,
            left: true,
        })
        .await
        .unwrap();
    let after = view(&rig, ended.row.id).await;
    assert_eq!(
        state(&after),
        InteractionStateView::New,
        "the new work stays"
    );
    assert_eq!(after.wrap_up, None);
}

#[tokio::test]
async fn w_7_settings_are_refused_where_they_are_wrong() {
    let rig = Rig::practising().await;
    let wrong = settings(Some(900));
    let found = rig.app.check_wrap_up_settings(wrong.clone()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, WrapUpFieldView::SweepOlderThan);
    assert!(found[0].words.contains("900 seconds"));
    let refused = rig.app.save_wrap_up_settings(wrong).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let kept = rig.app.wrap_up_settings().await.unwrap();
    assert_eq!(kept.configurations, []);
    assert!(kept.sweep.active);
    let saved = settings(Some(30));
    assert_eq!(
        rig.app.save_wrap_up_settings(saved.clone()).await.unwrap(),
        saved
    );
}

#[tokio::test]
async fn the_configuration_file_carries_wrap_up_from_desk_to_desk() {
    let rig = Rig::practising().await;
    rig.app
        .save_wrap_up_settings(settings(Some(30)))
        .await
        .unwrap();
    let file = rig.app.export_configuration().await.unwrap();
    let other = Rig::practising().await;
    let text = |text: String| ConfigurationText { text };
    let broken = file
        .text
        .replace("\"condition\": \"true\"", "\"condition\": \"unraed\"");
    assert_ne!(broken, file.text);
    assert!(other.app.import_configuration(text(broken)).await.is_err());
    assert_eq!(
        other.app.wrap_up_settings().await.unwrap().configurations,
        []
    );
    other
        .app
        .import_configuration(text(file.text))
        .await
        .unwrap();
    let arrived = other.app.wrap_up_settings().await.unwrap();
    assert_eq!(arrived, settings(Some(30)));
}

//! Bad days: no network, a lost answer, failed deliveries, STOP, texts that cannot leave.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, sending, wait_for};

const CALM: PracticeConditions = PracticeConditions {
    network_off: false,
    delivery_failure: None,
    lose_next_answer: false,
};

async fn conditions(rig: &Rig, conditions: PracticeConditions) {
    let now = rig.app.practice_set_conditions(conditions).await.unwrap();
    assert_eq!(now, conditions);
}

async fn first_conversation(rig: &Rig) -> (String, ConversationRow) {
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Hello").await;
    (phone, row)
}

#[tokio::test]
async fn offline_everything_can_be_read_and_an_answer_leaves_once_when_the_network_is_back() {
    let rig = Rig::practising().await;
    let (phone, row) = first_conversation(&rig).await;
    conditions(
        &rig,
        PracticeConditions {
            network_off: true,
            ..CALM
        },
    )
    .await;
    wait_for(&rig.app, "the offline bar", async || {
        let status = rig.app.app_status().await.unwrap();
        matches!(status.connection, Connection::Offline { .. }).then_some(())
    })
    .await;
    assert_eq!(rig.thread(row.id).await.len(), 1);
    let answer = rig.send(row.id, "Back soon").await;
    let waiting = rig
        .wait_for_mark(&answer, row.id, DeliveryMark::Waiting)
        .await;
    assert_eq!(waiting.delivery.words, "Waiting for the network");
    let in_list = rig.wait_for_row("Back soon").await;
    assert_eq!(in_list.preview_delivery, Some(waiting.delivery));
    assert_eq!(rig.app.app_status().await.unwrap().waiting_to_send, 1);
    conditions(&rig, CALM).await;
    rig.wait_for_mark(&answer, row.id, DeliveryMark::Delivered)
        .await;
    assert_eq!(rig.received(&phone).await.len(), 1);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_sent_again() {
    let rig = Rig::practising().await;
    let (phone, row) = first_conversation(&rig).await;
    conditions(
        &rig,
        PracticeConditions {
            lose_next_answer: true,
            ..CALM
        },
    )
    .await;
    let answer = rig.send(row.id, "Did this arrive?").await;
    rig.wait_for_mark(&answer, row.id, DeliveryMark::Delivered)
        .await;
    assert_eq!(rig.received(&phone).await.len(), 1);
    assert_eq!(rig.app.app_status().await.unwrap().uncertain_sends, 0);
    let settle = SettleUncertain {
        message_id: answer.id,
        verdict: UncertainVerdict::SendAgain,
    };
    assert_eq!(
        rig.app.settle_uncertain(settle).await.unwrap_err().code,
        ErrorCode::NotAllowed
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn t_14_a_failed_delivery_is_explained_and_can_be_sent_again() {
    let rig = Rig::practising().await;
    let (phone, row) = first_conversation(&rig).await;
    conditions(
        &rig,
        PracticeConditions {
            delivery_failure: Some(30003),
            ..CALM
        },
    )
    .await;
    let answer = rig.send(row.id, "Are you there?").await;
    let failed = rig
        .wait_for_mark(&answer, row.id, DeliveryMark::Failed)
        .await;
    let problem = failed.delivery.problem.unwrap();
    assert_eq!((problem.code, problem.can_retry), (Some(30003), true));
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert!(view.row.needs_attention);
    conditions(&rig, CALM).await;
    let again = rig
        .app
        .retry_send(MessageRef {
            message_id: failed.id.clone(),
        })
        .await
        .unwrap();
    assert_ne!(again.id, failed.id);
    rig.wait_for_mark(&again, row.id, DeliveryMark::Delivered)
        .await;
    assert_eq!(
        rig.received(&phone).await.last().unwrap().body,
        "Are you there?"
    );
    let pointless = rig
        .app
        .retry_send(MessageRef {
            message_id: again.id,
        })
        .await
        .unwrap_err();
    assert_eq!(pointless.code, ErrorCode::NotAllowed);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_16_after_stop_nothing_leaves_until_start() {
    let rig = Rig::practising().await;
    let (phone, row) = first_conversation(&rig).await;
    rig.write(&phone, "STOP", vec![]).await;
    let id = ConversationRef {
        conversation_id: row.id,
    };
    let why = wait_for(&rig.app, "the opt-out", async || {
        rig.app.conversation(id).await.unwrap().cannot_send
    })
    .await;
    assert!(why.contains("STOP"));
    let error = rig
        .app
        .send_message(sending(row.id, "Wait!"))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::OptedOut);
    rig.next_second().await;
    rig.write(&phone, "START", vec![]).await;
    wait_for(&rig.app, "the opt-in", async || {
        rig.app
            .conversation(id)
            .await
            .unwrap()
            .cannot_send
            .is_none()
            .then_some(())
    })
    .await;
    rig.send(row.id, "Welcome back").await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn t_7_a_text_that_is_too_long_or_empty_is_refused_in_words() {
    let rig = Rig::practising().await;
    let (_, row) = first_conversation(&rig).await;
    let error = rig
        .app
        .send_message(sending(row.id, &"a".repeat(1601)))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.carrier_code),
        (ErrorCode::TextTooLong, Some(21617))
    );
    assert!(error.message.contains("1 character"));
    let measured = rig
        .app
        .measure_text(MeasureText {
            body: "a".repeat(1601),
        })
        .await
        .unwrap();
    assert_eq!(measured.over_limit_by, 1);
    let error = rig
        .app
        .send_message(sending(row.id, "  "))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidInput);
    let error = rig
        .app
        .send_message(sending(999, "Hello"))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn i_11_an_act_that_the_state_has_no_room_for_is_refused() {
    let rig = Rig::practising().await;
    let (_, row) = first_conversation(&rig).await;
    let act = async |act| {
        rig.app
            .act_on_conversation(ActOnConversation {
                conversation_id: row.id,
                act,
            })
            .await
    };
    assert_eq!(
        act(ConversationAct::Resume).await.unwrap_err().code,
        ErrorCode::NotAllowed
    );
    act(ConversationAct::Take).await.unwrap();
    act(ConversationAct::Hold).await.unwrap();
    act(ConversationAct::Resume).await.unwrap();
    let view = act(ConversationAct::PutBack).await.unwrap();
    assert_eq!(view.row.list, InboxList::New);
    act(ConversationAct::Finish).await.unwrap();
    assert_eq!(
        act(ConversationAct::Take).await.unwrap_err().code,
        ErrorCode::NotAllowed
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_send_that_nobody_can_find_waits_for_the_agents_word() {
    let rig = Rig::practising().await;
    let (phone, row) = first_conversation(&rig).await;
    let vanish = serde_json::json!({ "kind": "drop_before_accept", "endpoint": "create_message" });
    for verdict in [
        UncertainVerdict::SendAgain,
        UncertainVerdict::Discard,
        UncertainVerdict::WasSent,
    ] {
        rig.arm(vanish.clone()).await;
        let answer = rig.send(row.id, &format!("Perhaps {verdict:?}")).await;
        rig.wait_for_mark(&answer, row.id, DeliveryMark::Uncertain)
            .await;
        assert_eq!(rig.app.app_status().await.unwrap().uncertain_sends, 1);
        let view = rig
            .app
            .conversation(ConversationRef {
                conversation_id: row.id,
            })
            .await
            .unwrap();
        assert!(view.row.needs_attention);
        let settle = |verdict| SettleUncertain {
            message_id: answer.id.clone(),
            verdict,
        };
        let looked = rig
            .app
            .settle_uncertain(settle(UncertainVerdict::LookAgain))
            .await
            .unwrap();
        assert_eq!(looked.delivery.mark, DeliveryMark::Uncertain);
        rig.app.settle_uncertain(settle(verdict)).await.unwrap();
        let mark = match verdict {
            UncertainVerdict::SendAgain => DeliveryMark::Delivered,
            UncertainVerdict::Discard => DeliveryMark::Canceled,
            _ => DeliveryMark::Sent,
        };
        rig.wait_for_mark(&answer, row.id, mark).await;
        assert_eq!(rig.app.app_status().await.unwrap().uncertain_sends, 0);
    }
    let received = rig.received(&phone).await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body, "Perhaps SendAgain");
    rig.app.shutdown().await;
}

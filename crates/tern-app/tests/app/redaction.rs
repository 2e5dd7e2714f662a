//! L-14: removing a text for good, as an agent at the desk does it.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, list_of, sending, wait_for};

fn removing(message: &MessageView, typed: &str) -> RedactMessage {
    RedactMessage {
        message_id: message.id.clone(),
        typed: typed.to_owned(),
    }
}

async fn phone(rig: &Rig) -> String {
    let phones = rig.app.practice_handsets().await.unwrap();
    phones[0].number.clone()
}

#[tokio::test]
async fn l_14_a_text_is_removed_by_a_typed_word_here_and_at_the_carrier() {
    let rig = Rig::practising().await;
    let row = rig.text(&phone(&rig).await, "The code is 290417").await;
    let text = rig.thread(row.id).await.remove(0);

    let refused = rig.app.redact_message(removing(&text, "yes")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidInput);
    assert_eq!(rig.thread(row.id).await[0].body, "The code is 290417");

    let removed = rig.app.redact_message(removing(&text, " Remove ")).await;
    let removed = removed.unwrap();
    assert!(removed.redacted && removed.body.is_empty());
    assert_eq!(removed.removal.unwrap().by.as_deref(), Some("You"));
    wait_for(&rig.app, "the carrier to forget it", async || {
        let text = rig.thread(row.id).await.remove(0);
        (text.removal?.carrier == CarrierCopy::Done).then_some(())
    })
    .await;

    let again = rig.app.redact_message(removing(&text, "remove")).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotAllowed);
    let list = list_of(&rig.app, InboxList::New).await;
    assert!(list.rows.iter().all(|row| !row.preview.contains("290417")));
    let timeline = rig
        .app
        .timeline(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    let told: Vec<_> = timeline.iter().map(|entry| entry.text.as_str()).collect();
    assert!(told.contains(&"Removed the words of a text for good"));
    assert!(told.iter().all(|text| !text.contains("290417")));
    assert_eq!(rig.app.wipe_state().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn a_text_that_may_still_leave_is_not_removed() {
    let rig = Rig::practising().await;
    let row = rig.text(&phone(&rig).await, "Hello?").await;
    rig.app
        .practice_set_conditions(PracticeConditions {
            network_off: true,
            ..rig.app.practice_conditions().await.unwrap()
        })
        .await
        .unwrap();
    let waiting = rig.app.send_message(sending(row.id, "On its way")).await;
    let waiting = waiting.unwrap();
    let refused = rig.app.redact_message(removing(&waiting, "remove")).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(refused.message.contains("has not left yet"), "{refused}");
}

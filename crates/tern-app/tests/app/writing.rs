//! What helps an agent write: canned replies, sensitive data, asking for help.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, list_of, sending};

async fn first_phone(rig: &Rig) -> String {
    rig.app.practice_handsets().await.unwrap()[0].number.clone()
}

async fn conversation(rig: &Rig) -> i64 {
    let phone = first_phone(rig).await;
    rig.text(&phone, "Hello").await.id
}

fn of(conversation_id: i64) -> ConversationRef {
    ConversationRef { conversation_id }
}

#[tokio::test]
async fn h_8_the_shipped_replies_are_there_filled_in_and_can_be_replaced_for_good() {
    let rig = Rig::practising().await;
    let id = conversation(&rig).await;
    let filled = rig.app.filled_replies(of(id)).await.unwrap();
    assert_eq!(filled.len(), 6);
    let bye = filled
        .iter()
        .find(|reply| reply.short_name == "bye")
        .unwrap();
    assert!(bye.text.contains("just text +1"), "{}", bye.text);
    assert!(filled.iter().all(|reply| !reply.text.contains("{{")));

    let mut list = rig.app.list_replies().await.unwrap().replies;
    list.truncate(1);
    list[0].short_name = "/HI".into();
    list[0].body = "Hi {{ customer_name }} of {{ date }}".into();
    let saved = rig
        .app
        .save_replies(SaveReplies { replies: list })
        .await
        .unwrap();
    assert_eq!(saved.replies[0].short_name, "hi");
    let rig = rig.restart().await;
    let filled = rig.app.filled_replies(of(id)).await.unwrap();
    assert_eq!(filled.len(), 1);
    assert!(filled[0].text.starts_with("Hi {{customer name}} of "));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_8_a_reply_that_cannot_be_filled_in_is_refused_in_words_and_changes_nothing() {
    let rig = Rig::practising().await;
    let mut replies = rig.app.list_replies().await.unwrap().replies;
    replies[2].body = "Hi {{ custmer_name }}".into();
    let refused = rig
        .app
        .save_replies(SaveReplies { replies })
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(refused.message.contains("Did you mean customer_name?"));
    assert_eq!(rig.app.list_replies().await.unwrap().replies.len(), 6);
    let preview = PreviewReply {
        body: "Hi\n{{ nobody }}".into(),
    };
    let preview = rig.app.preview_reply(preview).await.unwrap();
    assert!(preview.problem.unwrap().starts_with("Line 2:"));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_8_a_blank_stops_the_text_until_it_is_filled_in() {
    let rig = Rig::practising().await;
    let id = conversation(&rig).await;
    let refused = rig
        .app
        .send_message(sending(id, "Hi {{customer name}}!"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::TextStopped);
    assert_eq!(refused.message, "Fill in “customer name” first.");
    assert_eq!(rig.thread(id).await.len(), 1);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_15_a_customers_card_number_is_masked_everywhere_and_the_agent_is_told() {
    let rig = Rig::practising().await;
    let phone = first_phone(&rig).await;
    let row = rig
        .text_shown_as(
            &phone,
            "My card is 4012 8888 8888 1881",
            "My card is •••• •••• •••• 1881",
        )
        .await;
    let text = rig.thread(row.id).await.remove(0);
    assert_eq!(text.body, "My card is •••• •••• •••• 1881");
    assert_eq!(text.masked, ["Visa card number"]);
    let search = |query: &str| Search {
        query: query.into(),
        conversation_id: None,
        before: None,
        limit: 10,
        asker: SearchAsker::Page,
    };
    let found = rig.app.search(search("card")).await.unwrap();
    assert_eq!(found.hits.len(), 1);
    let found = rig.app.search(search("8888")).await.unwrap();
    assert!(found.hits.is_empty());
    let timeline = rig.app.timeline(of(row.id)).await.unwrap();
    assert!(
        timeline
            .iter()
            .any(|entry| entry.text.contains("Visa card number"))
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_15_an_agents_card_number_is_not_sent_and_the_place_is_named() {
    let rig = Rig::practising().await;
    let id = conversation(&rig).await;
    let body = "Ü your 4242424242424242";
    let check = rig
        .app
        .check_text(CheckText { body: body.into() })
        .await
        .unwrap();
    assert_eq!((check.findings[0].start, check.findings[0].end), (7, 23));
    let refused = rig.app.send_message(sending(id, body)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TextStopped);
    assert!(refused.message.contains("Visa card number"));
    assert_eq!(rig.thread(id).await.len(), 1);
    let timeline = rig.app.timeline(of(id)).await.unwrap();
    assert!(
        timeline
            .iter()
            .any(|entry| entry.text.contains("was not sent"))
    );

    let mut rules = rig.app.screening().await.unwrap().rules;
    rules.stop_outgoing = false;
    rig.app.update_screening(rules).await.unwrap();
    rig.send(id, body).await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_16_stopped_words_are_counted_for_the_manager() {
    let rig = Rig::practising().await;
    let id = conversation(&rig).await;
    let mut rules = rig.app.screening().await.unwrap().rules;
    rules.forbidden_words = vec![" darn* ".into(), String::new()];
    rules.alert_after = 2;
    let view = rig.app.update_screening(rules).await.unwrap();
    assert_eq!(view.rules.forbidden_words, ["darn*"]);
    for expected in [1, 2] {
        let refused = rig
            .app
            .send_message(sending(id, "Darned!"))
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::TextStopped);
        let view = rig.app.screening().await.unwrap();
        assert_eq!(
            (view.stopped_recently, view.alert),
            (expected, expected == 2)
        );
    }
    rig.app.shutdown().await;
}

#[tokio::test]
async fn i_10_asking_for_help_shows_in_the_list_until_it_is_ended() {
    let rig = Rig::practising().await;
    let id = conversation(&rig).await;
    let act = |act| ActOnConversation {
        conversation_id: id,
        act,
    };
    let view = rig
        .app
        .act_on_conversation(act(ConversationAct::AskForHelp))
        .await
        .unwrap();
    assert!(view.row.help_requested && view.interaction.unwrap().help_requested_at.is_some());
    assert!(list_of(&rig.app, InboxList::New).await.rows[0].help_requested);
    let again = rig
        .app
        .act_on_conversation(act(ConversationAct::AskForHelp))
        .await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotAllowed);
    let view = rig
        .app
        .act_on_conversation(act(ConversationAct::EndHelp))
        .await
        .unwrap();
    assert!(!view.row.help_requested);
    rig.app
        .act_on_conversation(act(ConversationAct::AskForHelp))
        .await
        .unwrap();
    let view = rig
        .app
        .act_on_conversation(act(ConversationAct::Finish))
        .await
        .unwrap();
    assert!(!view.row.help_requested);
    rig.app.shutdown().await;
}

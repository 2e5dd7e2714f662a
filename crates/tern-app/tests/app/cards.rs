//! cards of the inbox over a real line and a real file: as shipped, by layout, refused, carried in a file.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{list_of, wait_for};
use crate::team::{customer, offer, staffed};

fn layout(name: &str, condition: &str, fields: &[CardFieldName]) -> CardLayoutView {
    CardLayoutView {
        id: name.to_owned(),
        name: name.to_owned(),
        condition: condition.to_owned(),
        fields: fields.to_vec(),
    }
}

fn save(layouts: Vec<CardLayoutView>) -> SaveCardLayouts {
    SaveCardLayouts { layouts }
}

#[tokio::test]
async fn q_27_lists_and_offers_show_the_first_layout_that_holds() {
    let (rig, _) = staffed(600).await;
    let number = customer(&rig).await;
    let row = rig.text(&number, "hello").await;
    assert_eq!(row.card, None, "as shipped");
    let fields = [
        CardFieldName::Number,
        CardFieldName::LastText,
        CardFieldName::Queue,
        CardFieldName::State,
        CardFieldName::WaitingSince,
    ];
    let layouts = vec![
        layout(
            "Finished work",
            "state == \"closed_complete\"",
            &fields[..1],
        ),
        layout("New work", "state == \"new\"", &fields),
    ];
    let saved = rig.app.save_card_layouts(save(layouts)).await.unwrap();
    assert_eq!(saved.layouts.len(), 2);
    let offered = offer(&rig).await;
    let page = list_of(&rig.app, InboxList::New).await;
    let card = page.rows[0].card.clone().unwrap();
    assert_eq!(offered.card.as_ref(), Some(&card), "the same on the offer");
    let said: Vec<_> = card.iter().map(|cell| cell.words.as_str()).collect();
    assert_eq!(said[1..4], ["hello", "All texts", "New"]);
    assert!(said[0].starts_with("+1"), "the number, spaced for reading");
    assert_eq!(card[4].at, row.waiting_since);
    rig.app
        .act_on_conversation(ActOnConversation {
            conversation_id: row.id,
            act: ConversationAct::Take,
        })
        .await
        .unwrap();
    wait_for(
        &rig.app,
        "the shipped look of what no layout is for",
        async || {
            let page = list_of(&rig.app, InboxList::Ongoing).await;
            page.rows
                .first()
                .filter(|row| row.card.is_none())
                .map(|_| ())
        },
    )
    .await;
    rig.app.save_card_layouts(save(vec![])).await.unwrap();
    assert_eq!(rig.app.card_layouts().await.unwrap().layouts, []);
}

#[tokio::test]
async fn q_27_what_cannot_be_a_card_is_refused_and_layouts_are_carried_in_the_file() {
    let (rig, _) = staffed(600).await;
    let all = rig.app.card_layouts().await.unwrap().fields;
    let six: Vec<_> = all.iter().map(|known| known.field).take(6).collect();
    let refused = rig
        .app
        .save_card_layouts(save(vec![layout("Too much", "true", &six)]))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(
        refused.message.contains("1 to 5 fields"),
        "{}",
        refused.message
    );
    let odd = layout("Odd", "moon == 'full'", &six[..1]);
    let refused = rig
        .app
        .save_card_layouts(save(vec![odd]))
        .await
        .unwrap_err();
    assert!(
        refused.message.contains("“Odd” is not good"),
        "{}",
        refused.message
    );
    let kept = layout("Kept", "unread > 0", &six[..2]);
    rig.app.save_card_layouts(save(vec![kept])).await.unwrap();
    let file = rig.app.export_configuration().await.unwrap();
    assert!(file.text.contains("\"inboxCards\""), "{}", file.text);
    assert!(file.text.contains("unread > 0"));
}

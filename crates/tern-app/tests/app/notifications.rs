//! Notifications through the app: what a configuration file brings and what it does not, and what they cost.

use std::sync::Arc;

use serde_json::{Value, json};
use tern_app::dto::*;
use tern_app::{ApiError, App, AppConfig, ErrorCode};
use tern_domain::topic::BotSettings;
use tern_engine::PictureLook;

use crate::people::{JANE, save};
use crate::rig::Rig;

const ID: &str = "0199e000-0000-7000-8000-00000000000e";

fn draft(people: &[&str], roles: &[&str]) -> NotificationDraft {
    let person = |id: &&str| NotifiedPerson {
        id: (*id).to_owned(),
        name: String::new(),
    };
    NotificationDraft {
        id: ID.to_owned(),
        name: "A shift".to_owned(),
        active: true,
        table: None,
        on_insert: false,
        on_update: false,
        condition: String::new(),
        people: people.iter().map(person).collect(),
        fields: Vec::new(),
        roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        subscribers: false,
        include_originator: false,
        heading: String::new(),
        kind: ContentKind::Simple,
        text: "A shift is free on ${event.parm1}.".to_owned(),
        card_fields: Vec::new(),
        link: String::new(),
        alt_text: String::new(),
        actions: Vec::new(),
        can_skip: true,
        keep_hours: 8,
        provider: None,
    }
}

async fn exported(rig: &Rig) -> String {
    rig.app.export_configuration().await.unwrap().text
}

/// Imports the desk's own file, in which the definitions were changed by hand.
async fn import_changed(rig: &Rig, change: impl FnOnce(&mut Value)) -> Result<(), ApiError> {
    let mut file: Value = serde_json::from_str(&exported(rig).await).unwrap();
    change(&mut file["sections"]["notifications"]);
    let text = serde_json::to_string(&file).unwrap();
    let imported = rig.app.import_configuration(ConfigurationText { text });
    imported.await.map(drop)
}

async fn only(rig: &Rig) -> NotificationDraft {
    let view = rig.app.list_notifications().await.unwrap();
    assert_eq!(view.notifications.len(), 1);
    view.notifications[0].notification.clone()
}

#[tokio::test]
async fn s_12_a_file_brings_definitions_and_leaves_the_people_that_a_desk_has_chosen() {
    let rig = Rig::practising().await;
    let jane = save(&rig, "Jane Doe", PersonKindView::User, JANE)
        .await
        .person_id;
    let app = &rig.app;
    app.save_notification(draft(&[&jane], &["driver"]))
        .await
        .unwrap();
    let file = exported(&rig).await;
    assert!(file.contains("A shift") && file.contains("driver"));
    assert!(
        !file.contains(&jane) && !file.contains("Jane"),
        "customers have no place in it"
    );
    import_changed(&rig, |it| it[0]["name"] = json!("A free shift"))
        .await
        .unwrap();
    let changed = only(&rig).await;
    assert_eq!(changed.name, "A free shift");
    assert_eq!(changed.people.len(), 1, "whom this desk has chosen");
    import_changed(&rig, |it| *it = json!([])).await.unwrap();
    assert_eq!(
        only(&rig).await.people.len(),
        1,
        "no file could bring it back"
    );
    app.save_notification(draft(&[], &["driver"]))
        .await
        .unwrap();
    import_changed(&rig, |it| *it = json!([])).await.unwrap();
    assert!(
        app.list_notifications()
            .await
            .unwrap()
            .notifications
            .is_empty()
    );
}

#[tokio::test]
async fn s_12_a_file_that_names_what_is_not_there_is_refused_in_words() {
    let rig = Rig::practising().await;
    rig.app
        .save_notification(draft(&[], &["driver"]))
        .await
        .unwrap();
    for (change, words) in [
        (
            json!({ "actions": [{ "label": "Take it", "topic": "gone" }] }),
            "there is no topic “gone”",
        ),
        (
            json!({ "trigger": { "type": "record", "table": "gone", "on_insert": true, "on_update": false } }),
            "there is no table “gone”",
        ),
        (
            json!({ "colour": "red" }),
            "does not know the field “colour”",
        ),
        (
            json!({ "recipients": { "people": ["0199e000-0000-7000-8000-0000000000aa"] } }),
            "people are chosen at each desk",
        ),
    ] {
        let before = exported(&rig).await;
        let refused = import_changed(&rig, |it| {
            let fields = change.as_object().unwrap().clone();
            it[0].as_object_mut().unwrap().extend(fields);
        });
        let refused = refused.await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
        let said = format!("{} {}", refused.message, refused.remedy);
        assert!(said.contains(words), "{said}");
        assert_eq!(exported(&rig).await, before, "nothing was changed");
    }
}

#[tokio::test]
async fn s_14_a_price_is_said_only_where_it_was_entered() {
    let rig = Rig::practising().await;
    let jane = save(&rig, "Jane Doe", PersonKindView::User, JANE)
        .await
        .person_id;
    let preview = async || {
        let asked = PreviewNotification {
            notification: draft(&[&jane], &[]),
            parm1: "Friday".to_owned(),
            parm2: String::new(),
        };
        let shown = rig.app.preview_notification(asked).await.unwrap();
        (shown.segments, shown.price, shown.all_prices)
    };
    assert_eq!(preview().await, (1, None, None));
    let rules = |price: &str| NotificationSettingsView {
        quiet_from: None,
        quiet_to: None,
        most_an_hour: 10,
        segment_price: price.to_owned(),
    };
    let refused = rig.app.save_notification_settings(rules("cheap")).await;
    let Err(refused) = refused else {
        panic!("that is no price");
    };
    assert!(refused.message.contains("price"), "{}", refused.message);
    let saved = rig.app.save_notification_settings(rules("0,0083 usd"));
    assert_eq!(saved.await.unwrap().settings.segment_price, "0.0083 USD");
    let (_, each, all) = preview().await;
    assert_eq!(each.as_deref(), Some("0.0083 USD"));
    assert_eq!(
        all.as_deref(),
        Some("0.00 USD"),
        "she has not linked her phone, so nobody gets it"
    );
}

/// Every picture is as wide as its address says.
struct Named;

#[async_trait::async_trait]
impl PictureLook for Named {
    async fn size(&self, address: &str, _: &BotSettings) -> Option<(u32, u32)> {
        let name = address.rsplit('/').next()?.strip_suffix(".png")?;
        Some((name.parse().ok()?, 300))
    }
}

#[tokio::test]
async fn s_13_a_picture_that_is_too_narrow_is_refused_with_its_width() {
    let rig = Rig::practising().await;
    rig.app.shutdown().await;
    let folder = rig.folder.path().to_owned();
    let mut config = AppConfig::new(folder, rig.secrets.clone(), rig.line.clone());
    config.pictures = Arc::new(Named);
    let app = App::start(config).await;
    let card = |address: &str| NotificationDraft {
        kind: ContentKind::ImageCard,
        link: address.to_owned(),
        alt_text: "The way".to_owned(),
        ..draft(&[], &["driver"])
    };
    let preview = async |address: &str| {
        let request = PreviewNotification {
            notification: card(address),
            parm1: "399".to_owned(),
            parm2: String::new(),
        };
        app.preview_notification(request).await.unwrap().problem
    };
    let narrow = "https://desk.example/399.png";
    let refused = app
        .save_notification(card(narrow))
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(refused.message.contains("399 pixels wide"), "{refused:?}");
    assert!(preview(narrow).await.contains("399 pixels wide"));
    // One that is another for everybody is looked at in the preview.
    let own = "https://desk.example/${event.parm1}.png";
    assert!(preview(own).await.contains("399 pixels wide"));
    app.save_notification(card(own)).await.unwrap();
    // One that cannot be looked at may be fine.
    for fine in [
        "https://desk.example/400.png",
        "https://desk.example/unknown",
    ] {
        assert_eq!(preview(fine).await, "");
        app.save_notification(card(fine)).await.unwrap();
    }
    app.shutdown().await;
}

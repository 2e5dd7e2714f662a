//! The whole configuration as one file: out, into another desk, back again, and refused in words.

use serde_json::{Value, json};
use tern_app::dto::*;
use tern_app::{ApiError, ErrorCode};

use crate::rig::{Rig, wait_for};
use crate::team::{add_agent, customer, me, named, sign_in, view};

fn text(text: impl Into<String>) -> ConfigurationText {
    ConfigurationText { text: text.into() }
}

async fn exported(rig: &Rig) -> String {
    rig.app.export_configuration().await.unwrap().text
}

async fn import(rig: &Rig, file: impl Into<String>) -> ConfigurationImported {
    rig.app.import_configuration(text(file)).await.unwrap()
}

async fn refused(rig: &Rig, file: impl Into<String>) -> ApiError {
    let before = exported(rig).await;
    let file = file.into();
    let looked = rig.app.check_configuration(text(&file)).await;
    let refused = rig.app.import_configuration(text(file)).await.unwrap_err();
    assert_eq!(looked.unwrap_err(), refused, "the look says it already");
    assert_eq!(exported(rig).await, before, "nothing was changed");
    refused
}

async fn take_back(rig: &Rig, imported: &ConfigurationImported) -> Result<(), ApiError> {
    let undo = imported.undo.clone().expect("a way back");
    rig.app.undo_change(UndoChange { undo }).await
}

/// A file in which something was changed by hand.
fn edited(file: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(file).unwrap();
    change(&mut file["sections"]);
    serde_json::to_string_pretty(&file).unwrap()
}

fn changes(diff: &ConfigurationDiff) -> Vec<(&str, &str, EntryChange)> {
    diff.sections
        .iter()
        .flat_map(|section| {
            let changes = section.changes.iter();
            changes.map(|it| (section.title.as_str(), it.name.as_str(), it.change))
        })
        .collect()
}

/// A desk on which something of everything is configured.
async fn equipped() -> Rig {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let group = SaveGroup {
        id: None,
        name: "Front desk".to_owned(),
    };
    let group = app.save_group(group).await.unwrap().groups[0].id.clone();
    add_agent(&rig, "Ben", std::slice::from_ref(&group)).await;
    let lunch = PresenceEntry {
        id: String::new(),
        name: "Lunch".to_owned(),
        colour: PresenceColour::Yellow,
        receives_work: false,
        group_ids: vec![group.clone()],
        shipped: false,
    };
    app.save_presence_state(lunch).await.unwrap();
    let reason = RejectReasonEntry {
        id: String::new(),
        name: "On the phone".to_owned(),
        reassignable: true,
    };
    let settings = app.save_reject_reason(reason).await.unwrap();
    let rule = RuleView {
        id: String::new(),
        name: "Quick".to_owned(),
        timeout_seconds: Some(20),
        ..settings.rules[0].clone()
    };
    let settings = app.save_rule(rule).await.unwrap();
    let quick = settings.rules.iter().find(|rule| rule.name == "Quick");
    let queue = QueueView {
        id: String::new(),
        name: "Abroad".to_owned(),
        order: 10,
        intake: IntakeView::When {
            condition: "requester_territory != 'US'".to_owned(),
        },
        hours: Some(HoursView {
            time_zone: "Europe/Vienna".to_owned(),
            week: vec![
                vec![SpanView {
                    from: 540,
                    to: 1020
                }];
                7
            ],
            exceptions: vec![ExceptionView {
                date: "2026-12-25".to_owned(),
                name: "Christmas".to_owned(),
                spans: vec![],
            }],
        }),
        pools: vec![PoolView {
            rule_id: quick.map(|rule| rule.id.clone()),
            group_ids: vec![group],
            after_seconds: 0,
        }],
        max_wait_seconds: Some(600),
        max_wait_text: "Sorry, nobody is free.".to_owned(),
        closed_text: "We are back at nine.".to_owned(),
        affinity_days: Some(7),
        sound: Some(NotificationSound::Chime),
        ..settings.queues[0].clone()
    };
    app.save_queue(queue).await.unwrap();
    app.save_slots(SaveSlots { slots: 3 }).await.unwrap();
    let view = SavedViewDraft {
        id: uuid::Uuid::now_v7().to_string(),
        name: "Unread".to_owned(),
        condition: "unread > 0".to_owned(),
        sort: ViewSort::Oldest,
        scope: ViewScope::Open,
    };
    let views = ReplaceSavedViews { views: vec![view] };
    app.replace_saved_views(views).await.unwrap();
    let action = MessagingActionDraft {
        id: uuid::Uuid::now_v7().to_string(),
        name: "Remind".to_owned(),
        event: WaitEvent::CustomerWaits,
        after_minutes: 10,
        active: true,
        filter: "true".to_owned(),
        act: ActView::PromptAgent {
            text: "Somebody waits".to_owned(),
        },
    };
    let actions = vec![action];
    app.replace_messaging_actions(ReplaceMessagingActions { actions })
        .await
        .unwrap();
    rig
}

#[tokio::test]
async fn everything_a_team_configures_goes_to_another_desk_and_back() {
    let (rig, other) = (equipped().await, Rig::practising().await);
    let (file, before) = (exported(&rig).await, exported(&other).await);
    let diff = other.app.check_configuration(text(&file)).await.unwrap();
    let found = changes(&diff);
    for expected in [
        ("Groups", "Front desk", EntryChange::Added),
        ("Agents", "Ben", EntryChange::Added),
        ("Presence states", "Lunch", EntryChange::Added),
        ("Channels", "Text messages", EntryChange::Changed),
        ("Assignment rules", "Quick", EntryChange::Added),
        ("Reasons for saying no", "On the phone", EntryChange::Added),
        ("Queues", "Abroad", EntryChange::Added),
        ("Messaging actions", "Remind", EntryChange::Added),
        ("Saved views", "Unread", EntryChange::Added),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(exported(&other).await, before, "a look changes nothing");

    let imported = import(&other, &file).await;
    assert_eq!(imported.diff, diff);
    // The first agents of both desks have one name, so they are taken for one; each keeps their id.
    let mine = rig.app.team().await.unwrap().me;
    let theirs = other.app.team().await.unwrap().me;
    assert_eq!(exported(&other).await, file.replace(&mine, &theirs));
    let queues = other.app.routing_settings().await.unwrap().queues;
    assert_eq!(queues[0].name, "Abroad");
    let hours = queues[0].hours.as_ref().unwrap();
    assert_eq!(hours.exceptions[0].name, "Christmas");
    assert_eq!(queues[0].sound, Some(NotificationSound::Chime));
    assert_eq!(other.app.saved_views().await.unwrap()[0].name, "Unread");

    let again = import(&other, &file).await;
    assert_eq!((changes(&again.diff).len(), again.undo), (0, None));
    take_back(&other, &imported).await.unwrap();
    assert_eq!(exported(&other).await, before);
    let gone = take_back(&other, &imported).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound, "once is enough");
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn agents_come_without_a_pin_and_those_of_the_desk_stay_with_theirs() {
    let (rig, other) = (equipped().await, Rig::practising().await);
    let pin = async |rig: &Rig, agent_id: &str| {
        let pin = SetPin {
            agent_id: agent_id.to_owned(),
            current: None,
            new: Some("482915".to_owned()),
        };
        rig.app.set_agent_pin(pin).await.unwrap()
    };
    let team = rig.app.team().await.unwrap();
    pin(&rig, &named(&team, "Ben").id).await;
    let cleo = add_agent(&other, "Cleo", &[]).await;
    pin(&other, &cleo).await;
    let file = exported(&rig).await;
    for secret in ["482915", "argon2", "verifier", "pin\""] {
        assert!(!file.contains(secret), "{secret}");
    }
    import(&other, file).await;
    let team = other.app.team().await.unwrap();
    assert!(!named(&team, "Ben").has_pin);
    assert!(named(&team, "Cleo").has_pin);
    assert_eq!(team.agents.len(), 3);
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn a_queue_that_work_waits_in_is_refused_by_name_unless_the_file_has_its_name() {
    let (rig, other) = (equipped().await, Rig::practising().await);
    let file = exported(&rig).await;
    let row = other.text(&customer(&other).await, "hello").await;
    let queue = async |rig: &Rig| {
        wait_for(&rig.app, "a queue", async || {
            view(rig, row.id).await.work.and_then(|work| work.queue)
        })
        .await
    };
    assert_eq!(queue(&other).await, "All texts");
    let renamed = edited(&file, |sections| {
        let queues = sections["queues"].as_array_mut().unwrap();
        let last = queues.iter_mut().find(|it| it["name"] == "All texts");
        last.unwrap()["name"] = json!("The rest");
    });
    let refused = refused(&other, renamed).await;
    let words = "“All texts”: it cannot be removed: 1 conversations wait in this queue";
    assert!(refused.message.contains(words), "{}", refused.message);
    import(&other, &file).await;
    assert_eq!(queue(&other).await, "All texts");
    let queues = other.app.routing_settings().await.unwrap().queues;
    assert_eq!(queues.len(), 2);
    assert_eq!(queues[1].waiting, 1);
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn an_import_is_taken_back_over_what_changed_since_only_where_it_can_be() {
    let (rig, other) = (equipped().await, Rig::practising().await);
    let file = exported(&rig).await;
    let before = exported(&other).await;
    let imported = import(&other, file).await;
    // What the import had nothing to do with stays.
    let reason = RejectReasonEntry {
        id: String::new(),
        name: "Lunch soon".to_owned(),
        reassignable: true,
    };
    other.app.save_reject_reason(reason).await.unwrap();
    let queues = other.app.routing_settings().await.unwrap().queues;
    let changed = QueueView {
        name: "Foreign".to_owned(),
        ..queues[0].clone()
    };
    other.app.save_queue(changed).await.unwrap();
    let refused = take_back(&other, &imported).await.unwrap_err();
    assert_eq!(
        refused.message,
        "“Foreign” under Queues has been changed since the import."
    );
    other.app.save_queue(queues[0].clone()).await.unwrap();
    // Somebody who came with the import has work by now.
    let row = other.text(&customer(&other).await, "hello").await;
    let ben = named(&other.app.team().await.unwrap(), "Ben").id.clone();
    let first = me(&other.app.team().await.unwrap()).id.clone();
    sign_in(&other, &ben).await;
    let take = |act| ActOnConversation {
        conversation_id: row.id,
        act,
    };
    other
        .app
        .act_on_conversation(take(ConversationAct::Take))
        .await
        .unwrap();
    sign_in(&other, &first).await;
    let refused = take_back(&other, &imported).await.unwrap_err();
    let words = "“Ben”: it cannot be removed: this agent holds 1 open conversations";
    assert!(refused.message.contains(words), "{}", refused.message);
    sign_in(&other, &ben).await;
    other
        .app
        .act_on_conversation(take(ConversationAct::Finish))
        .await
        .unwrap();
    sign_in(&other, &first).await;
    take_back(&other, &imported).await.unwrap();
    let back: Value = serde_json::from_str(&exported(&other).await).unwrap();
    let was: Value = serde_json::from_str(&before).unwrap();
    let back = &back["sections"];
    assert_eq!(back["rejectReasons"][0]["name"], "Lunch soon");
    for section in ["queues", "agents", "groups", "savedViews"] {
        assert_eq!(back[section], was["sections"][section], "{section}");
    }
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn what_a_file_names_and_does_not_have_is_refused_by_name_and_line() {
    let (rig, other) = (equipped().await, Rig::practising().await);
    let file = exported(&rig).await;
    let nowhere = "0190b3a0-0000-7000-8000-000000000000";
    let queue = |change: &dyn Fn(&mut Value)| edited(&file, |it| change(&mut it["queues"][0]));
    let dangling = queue(&|queue| queue["pools"][0]["groups"][0] = json!(nowhere));
    let line = 1 + dangling
        .lines()
        .position(|line| line.contains("\"name\": \"Abroad\""))
        .unwrap();
    let refusal = refused(&other, dangling).await;
    let expected = format!(
        "Line {}, section “queues”: “Abroad”: it names the group {nowhere}, which is not there.",
        line - 1
    );
    assert_eq!(refusal.message, expected);
    let refusal = refused(
        &other,
        queue(&|queue| queue["pools"][0]["rule"] = json!(nowhere)),
    )
    .await;
    assert!(refusal.message.contains("the assignment rule"), "{refusal}");
    let away = edited(&file, |it| {
        it["assignmentRules"][0]["presence_afterwards"] = json!(nowhere);
    });
    let refusal = refused(&other, away).await;
    assert!(refusal.message.contains("the presence state"), "{refusal}");
    let member = edited(&file, |it| it["groups"] = json!([]));
    let refusal = refused(&other, member).await;
    assert!(refusal.message.contains("it names the group"), "{refusal}");
    // What goes at the desk is not missing in the file: it cannot go.
    let gone = edited(&file, |it| {
        *it = json!({ "groups": [] });
    });
    let refusal = refused(&rig, gone).await;
    let words = "“Front desk”: it cannot be removed, because “Lunch” names it";
    assert!(refusal.message.contains(words), "{refusal}");
    rig.app.shutdown().await;
    other.app.shutdown().await;
}

#[tokio::test]
async fn a_file_that_was_edited_badly_is_refused_where_it_is_bad() {
    let rig = equipped().await;
    let file = exported(&rig).await;
    let half: String = file
        .lines()
        .take(40)
        .map(|line| format!("{line}\n"))
        .collect();
    let queue = |change: &dyn Fn(&mut Value)| edited(&file, |it| change(&mut it["queues"][0]));
    let twice = edited(&file, |it| {
        let queues = it["queues"].as_array_mut().unwrap();
        queues.push(queues[0].clone());
    });
    let shipped = edited(&file, |it| {
        let states = it["presenceStates"].as_array_mut().unwrap();
        states[0]["id"] = json!("00000000-0000-0000-0000-000000000002");
    });
    for (bad, words) in [
        (half, "Line 41 cannot be read: the file ends too early"),
        ("x".repeat(50 * 1024 * 1024), "too large"),
        ("{}".to_owned(), "not a configuration file"),
        (
            file.replace("\"version\": 1", "\"version\": 2"),
            "A newer Tern",
        ),
        (
            queue(&|it| it["order"] = json!("first")),
            "“Abroad”: “order”: invalid type",
        ),
        (
            queue(&|it| it["moon"] = json!(1)),
            "does not know the field “moon”",
        ),
        (queue(&|it| it["id"] = json!("7")), "“Abroad”"),
        (queue(&|it| it["name"] = json!(" ")), "the name is missing"),
        (
            queue(&|it| it["intake"]["condition"] = json!("unraed")),
            "cannot be understood",
        ),
        (
            queue(&|it| it["hours"]["time_zone"] = json!("Mars")),
            "no time zone",
        ),
        (twice, "two entries have the id"),
        (shipped, "stay as they are"),
        (edited(&file, |it| it["queues"] = json!([])), "has to stay"),
        (
            edited(&file, |it| it["queues"] = json!({})),
            "has to be a list",
        ),
        (
            edited(&file, |it| it["channels"][0]["capacity"] = json!(0)),
            "need room",
        ),
        (
            edited(&file, |it| it["agents"][0]["roles"] = json!([])),
            "at least one role",
        ),
        (
            edited(&file, |it| it["settings"]["undoSeconds"] = json!(31)),
            "section “settings”",
        ),
        (
            file.replace("customer_name or", "custmer_name or"),
            "Did you mean customer_name?",
        ),
        (
            edited(&file, |it| it["messagingActions"][0]["after"] = json!(0)),
            "“Remind”",
        ),
        (
            edited(&file, |it| {
                it["savedViews"][0]["condition"] = json!("unraed")
            }),
            "“Unread”",
        ),
    ] {
        let refusal = refused(&rig, bad).await;
        assert_eq!(refusal.code, ErrorCode::InvalidInput);
        assert!(
            refusal.message.contains(words),
            "{words}: {}",
            refusal.message
        );
    }
    rig.app.shutdown().await;
}

#[tokio::test]
async fn sections_of_another_version_are_kept_aside_and_only_administrators_import() {
    let rig = Rig::practising().await;
    let original = exported(&rig).await;
    let changed = edited(&original, |it| {
        it["voices"] = json!([1]);
        it["settings"]["undoSeconds"] = json!(5);
        it["replies"][0]["title"] = json!("Hey");
    });
    let diff = rig.app.check_configuration(text(&changed)).await.unwrap();
    assert_eq!(diff.unknown, ["voices"]);
    let fields = |name: &str| {
        let mut entries = diff.sections.iter().flat_map(|section| &section.changes);
        entries.find(|it| it.name == name).unwrap().fields.clone()
    };
    assert_eq!(changes(&diff).len(), 2);
    assert_eq!(fields("Undo seconds"), [""; 0]);
    assert_eq!(fields("Hey"), ["Title"]);

    let ben = add_agent(&rig, "Ben", &[]).await;
    let first = me(&rig.app.team().await.unwrap()).id.clone();
    sign_in(&rig, &ben).await;
    let refused = rig.app.import_configuration(text(&changed)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    sign_in(&rig, &first).await;

    let imported = import(&rig, &changed).await;
    assert_eq!(rig.app.settings().await.unwrap().undo_seconds, 5);
    assert!(exported(&rig).await.contains("\"voices\""));
    take_back(&rig, &imported).await.unwrap();
    assert_eq!(rig.app.settings().await.unwrap().undo_seconds, 0);
    assert!(!exported(&rig).await.contains("\"voices\""));
    rig.app.shutdown().await;
}

//! Topics over a real file: kept, checked, published, compared, rolled back, and refused in words.

use serde_json::{Value, json};
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::Rig;
use crate::team::{add_agent, me, named, sign_in};

fn by_name(name: &str) -> TopicRef {
    TopicRef {
        name: name.to_owned(),
    }
}

fn hello(text: &str) -> String {
    json!({
        "format": 1, "name": "hello", "displayName": "Hello", "keywords": ["hello there"],
        "start": "say", "later": { "colour": "blue" },
        "nodes": [{ "id": "say", "name": "Say it", "kind": "sayText", "text": text, "shade": 3 }],
    })
    .to_string()
}

fn saving(file: impl Into<String>, base_revision: Option<u32>) -> SaveTopic {
    SaveTopic {
        file: file.into(),
        base_revision,
        renamed_from: None,
    }
}

fn publishing(name: &str, revision: u32) -> PublishTopic {
    PublishTopic {
        name: name.to_owned(),
        revision,
        note: " For the season ".to_owned(),
        despite_tests: false,
    }
}

async fn row(rig: &Rig, name: &str) -> Option<TopicRow> {
    let list = rig.app.list_topics().await.unwrap();
    list.topics.into_iter().find(|row| row.name == name)
}

#[tokio::test]
async fn v_24_a_topic_is_kept_published_changed_compared_and_rolled_back() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let kept = app.save_topic(saving(hello("Hi"), None)).await.unwrap();
    assert_eq!((kept.revision, kept.published_version), (1, None));
    assert_eq!(kept.findings, []);
    let file: Value = serde_json::from_str(&kept.file).unwrap();
    assert_eq!(file["later"]["colour"], "blue", "unknown fields are kept");
    assert_eq!(file["nodes"][0]["shade"], 3);
    assert!(
        row(&rig, "hello").await.unwrap().changed,
        "nothing is published"
    );
    let first = app.publish_topic(publishing("hello", 1)).await.unwrap();
    assert_eq!(first.topic.published_version, Some(1));
    assert!(!first.topic.changed && first.failed_tests.is_empty());
    let stale = app
        .save_topic(saving(hello("Stale"), Some(7)))
        .await
        .unwrap_err();
    assert_eq!(stale.code, ErrorCode::NotAllowed);
    let taken = app
        .save_topic(saving(hello("Two"), None))
        .await
        .unwrap_err();
    assert!(
        taken.message.contains("another topic called “hello”"),
        "{taken}"
    );
    let kept = app
        .save_topic(saving(hello("Hello!"), Some(1)))
        .await
        .unwrap();
    assert!(kept.changed);
    assert_eq!(
        kept.published_version,
        Some(1),
        "new conversations run with the first"
    );
    let difference = app
        .compare_topic(CompareTopic {
            name: "hello".to_owned(),
            from: Some(1),
            to: None,
        })
        .await
        .unwrap();
    assert_eq!(difference.len(), 1);
    assert_eq!(difference[0].title, "Say it");
    let line = &difference[0].lines[0];
    assert_eq!(line.what, "Text");
    assert_eq!(
        (line.before.as_deref(), line.after.as_deref()),
        (Some("Hi"), Some("Hello!"))
    );
    app.publish_topic(publishing("hello", 2)).await.unwrap();
    let back = TopicVersionRef {
        name: "hello".to_owned(),
        version: 1,
    };
    let back = app.roll_back_topic(back).await.unwrap();
    assert_eq!(back.published_version, Some(3));
    assert!(back.file.contains("\"Hi\"") && !back.changed);
    let versions = app.topic_versions(by_name("hello")).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|it| (it.version, it.note.as_str(), it.served))
        .collect();
    let wanted = [
        (3, "Back to version 1", true),
        (2, "For the season", false),
        (1, "For the season", false),
    ];
    assert_eq!(told, wanted);
    assert!(versions[0].published_by.is_some());
    let off = app.unpublish_topic(by_name("hello")).await.unwrap();
    assert_eq!(off.published_version, None);
    // A restart keeps all of it.
    let rig = rig.restart().await;
    assert_eq!(rig.app.topic(by_name("hello")).await.unwrap(), off);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_13_and_v_21_what_lint_refuses_is_not_published_and_the_first_error_is_told() {
    let rig = Rig::practising().await;
    let broken = hello("You are {{ nobody }}");
    let check = TopicText {
        file: broken.clone(),
    };
    let check = rig.app.check_topic(check).await.unwrap();
    assert_eq!(check.problem, None);
    assert_eq!(check.findings[0].code, "missing_variable");
    assert_eq!(check.findings[0].node.as_deref(), Some("say"));
    rig.app.save_topic(saving(broken, None)).await.unwrap();
    assert_eq!(row(&rig, "hello").await.unwrap().errors, 1);
    let refused = rig
        .app
        .publish_topic(publishing("hello", 1))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(
        refused
            .message
            .contains("At “Say it”: The text names “nobody”"),
        "{refused}"
    );
    assert_eq!(row(&rig, "hello").await.unwrap().published_version, None);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_24_a_file_that_cannot_be_a_topic_is_refused_with_its_line_and_harms_nothing() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let nonsense = "{[\"\u{fffd}\\u".repeat(250_000);
    assert!(nonsense.len() > 1_000_000);
    let newer = hello("Hi").replace("\"format\":1", "\"format\":9");
    let broken = "{\n  \"format\": 1,\n  \"name\" \"x\"\n}".to_owned();
    let odd = serde_json::to_string_pretty(&json!({
        "format": 1, "name": "odd", "displayName": "Odd", "start": "a",
        "nodes": [{ "id": "a", "kind": "sayText", "text": "Hi" }, { "id": "b", "kind": "dance" }],
    }))
    .unwrap();
    for (file, line, words) in [
        (nonsense, 1, "not readable as JSON"),
        (newer, 1, "newer Tern"),
        (broken, 3, "not readable as JSON"),
        (odd, 12, "Node “b”"),
    ] {
        let check = app
            .check_topic(TopicText { file: file.clone() })
            .await
            .unwrap();
        let problem = check.problem.unwrap();
        assert!(problem.what.contains(words), "{}", problem.what);
        assert_eq!(problem.line, Some(line), "{}", problem.what);
        let refused = app.save_topic(saving(file, None)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
        assert!(
            refused.message.starts_with(&format!("Line {line}: ")),
            "{refused}"
        );
    }
    let own = app.list_topics().await.unwrap().topics;
    assert!(
        own.iter().all(|topic| topic.revision == 0),
        "nothing was kept"
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_28_parts_of_every_conversation_can_be_replaced_and_become_as_shipped_again() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let shipped = row(&rig, "greeting").await.unwrap();
    assert_eq!((shipped.revision, shipped.published_version), (0, Some(0)));
    assert!(!shipped.changed);
    assert_eq!(shipped.setup.as_deref(), Some("Said first"));
    let file = app.topic(by_name("greeting")).await.unwrap().file;
    let mut file: Value = serde_json::from_str(&file).unwrap();
    file["description"] = json!("Ours");
    let kept = app
        .save_topic(saving(file.to_string(), Some(0)))
        .await
        .unwrap();
    assert_eq!(
        kept.published_version,
        Some(0),
        "the shipped one is said until this is published"
    );
    assert!(kept.changed);
    let done = app.publish_topic(publishing("greeting", 1)).await.unwrap();
    assert_eq!(done.topic.published_version, Some(1));
    app.delete_topic(by_name("greeting")).await.unwrap();
    assert_eq!(row(&rig, "greeting").await.unwrap().revision, 0);
    app.restore_topic(by_name("greeting")).await.unwrap();
    let restored = row(&rig, "greeting").await.unwrap();
    assert_eq!(
        (restored.published_version, restored.description.as_str()),
        (Some(1), "Ours")
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_24_a_ready_topic_comes_with_its_tables_and_a_deleted_one_can_come_back() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let ready = app.list_topics().await.unwrap().ready;
    assert_eq!(ready.len(), 6);
    for topic in &ready {
        let added = app.add_ready_topic(by_name(&topic.name)).await.unwrap();
        let errors = added
            .findings
            .iter()
            .filter(|it| it.severity == TopicSeverity::Error);
        assert_eq!(errors.count(), 0, "{}", topic.name);
        let published = app
            .publish_topic(publishing(&topic.name, added.revision))
            .await;
        assert_eq!(published.unwrap().topic.published_version, Some(1));
    }
    let vocabulary = app.topic_vocabulary().await.unwrap();
    let tables: Vec<_> = vocabulary
        .tables
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    for wanted in ["orders", "problems", "call_backs", "feedback"] {
        assert!(tables.contains(&wanted), "{tables:?}");
    }
    assert!(vocabulary.facts.iter().any(|fact| fact.name == "open_now"));
    let again = app
        .add_ready_topic(by_name("order_status"))
        .await
        .unwrap_err();
    assert_eq!(again.code, ErrorCode::NotAllowed);
    let list = app.delete_topic(by_name("order_status")).await.unwrap();
    assert!(list.topics.iter().all(|topic| topic.name != "order_status"));
    let list = app.restore_topic(by_name("order_status")).await.unwrap();
    let back = list
        .topics
        .iter()
        .find(|it| it.name == "order_status")
        .unwrap();
    assert_eq!((back.published_version, back.changed), (Some(1), false));
    let gone = app
        .restore_topic(by_name("order_status"))
        .await
        .unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound, "once is enough");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_35_decisions_about_the_virtual_agent_are_kept_or_refused_in_words() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let shipped = app.virtual_agent().await.unwrap();
    assert!(!shipped.on, "off unless somebody turns it on");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut chat: Value = serde_json::from_str(&shipped.chat).unwrap();
        change(&mut chat);
        VirtualAgentView {
            on: true,
            live_agent_only: vec!["+15005550006".to_owned()],
            chat: chat.to_string(),
        }
    };
    let wanted = with(&|chat| {
        chat["silenceSeconds"] = json!(600);
        chat["allowedHosts"] = json!(["https://api.example.com/orders"]);
    });
    let kept = app.save_virtual_agent(wanted).await.unwrap();
    let chat: Value = serde_json::from_str(&kept.chat).unwrap();
    assert!(kept.on);
    assert_eq!(chat["silenceSeconds"], 600);
    assert_eq!(chat["allowedHosts"], json!(["api.example.com"]));
    assert!(app.list_topics().await.unwrap().on);
    let stops = with(&|chat| chat["commands"][3]["words"] = json!(["bye", "Cancel"]));
    let refused = app.save_virtual_agent(stops).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(
        refused.message.contains("blocked by the carrier"),
        "{refused}"
    );
    // A published topic asks this host: taking it away would break the topic.
    let asks = json!({
        "format": 1, "name": "asks", "displayName": "Asks", "start": "ask",
        "nodes": [{ "id": "ask", "name": "Ask", "kind": "request", "url": "https://api.example.com/x" }],
    });
    app.save_topic(saving(asks.to_string(), None))
        .await
        .unwrap();
    app.publish_topic(publishing("asks", 1)).await.unwrap();
    let refused = app.save_virtual_agent(with(&|_| ())).await.unwrap_err();
    assert!(refused.message.contains("“Asks”"), "{refused}");
    assert_eq!(
        app.virtual_agent().await.unwrap(),
        kept,
        "nothing was changed"
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_21_a_secret_is_kept_by_name_and_never_shown_again() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    let set = async |name: &str, value: Option<&str>| {
        app.set_bot_secret(SetBotSecret {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        })
        .await
    };
    let odd = set("Order API", Some("s3cret")).await.unwrap_err();
    assert_eq!(odd.code, ErrorCode::InvalidInput);
    assert!(set("api", Some("two\nlines")).await.is_err());
    assert_eq!(
        set("order_api", Some(" s3cret-word ")).await.unwrap().names,
        ["order_api"]
    );
    assert_eq!(
        set("api", Some("other")).await.unwrap().names,
        ["api", "order_api"]
    );
    let kept = rig
        .secrets
        .find(tern_app::SecretName::BotSecrets)
        .unwrap()
        .unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["practice/order_api"], "s3cret-word");
    let vocabulary = app.topic_vocabulary().await.unwrap();
    assert_eq!(vocabulary.secrets, ["api", "order_api"]);
    let exported = app.export_configuration().await.unwrap().text;
    assert!(!exported.contains("s3cret") && !exported.contains("order_api"));
    assert_eq!(set("order_api", None).await.unwrap().names, ["api"]);
    let kept = rig
        .secrets
        .find(tern_app::SecretName::BotSecrets)
        .unwrap()
        .unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("s3cret"));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn v_24_only_administrators_change_topics_and_everybody_may_read_them() {
    let rig = Rig::practising().await;
    let app = &rig.app;
    app.save_topic(saving(hello("Hi"), None)).await.unwrap();
    let agent = app.virtual_agent().await.unwrap();
    let team = app.team().await.unwrap();
    let admin = me(&team).id.clone();
    let helper = add_agent(&rig, "Helper", &[]).await;
    sign_in(&rig, &helper).await;
    assert!(!app.list_topics().await.unwrap().topics.is_empty());
    app.topic(by_name("hello")).await.unwrap();
    let refusals = [
        app.save_topic(saving(hello("No"), Some(1))).await.map(drop),
        app.publish_topic(publishing("hello", 1)).await.map(drop),
        app.unpublish_topic(by_name("hello")).await.map(drop),
        app.delete_topic(by_name("hello")).await.map(drop),
        app.add_ready_topic(by_name("order_status")).await.map(drop),
        app.save_virtual_agent(agent).await.map(drop),
        app.set_bot_secret(SetBotSecret {
            name: "x".to_owned(),
            value: None,
        })
        .await
        .map(drop),
    ];
    for refused in refusals {
        let refused = refused.unwrap_err();
        assert_eq!(refused.message, "Only an administrator can change this.");
    }
    let team = sign_in(&rig, &admin).await;
    assert_eq!(named(&team, "Helper").id, helper);
    app.save_topic(saving(hello("Yes"), Some(1))).await.unwrap();
    rig.app.shutdown().await;
}

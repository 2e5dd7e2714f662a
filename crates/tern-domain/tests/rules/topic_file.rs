//! Topic files: what they keep, what they refuse and where they say it is.

use serde_json::json;
use tern_domain::UtcMillis;
use tern_domain::topic::{
    BotSession, NodeKind, TopicFile, TopicKind, record_table_schema, topic_schema,
};

const SMALL: &str = r#"{
  "format": 1,
  "name": "hello",
  "displayName": "Hello",
  "start": "say",
  "nodes": [
    { "id": "say", "kind": "sayText", "text": ["Hello.", "Hi."], "next": "ask" },
    { "id": "ask", "kind": "askYesNo", "name": "Ask", "variable": "ok", "prompt": "All right?" }
  ]
}"#;

#[test]
fn v_24_what_is_left_out_has_its_default() {
    let file = TopicFile::read(SMALL).unwrap();
    assert_eq!(file.kind, TopicKind::Topic);
    assert!(file.active && file.discoverable);
    assert_eq!(file.roles, ["public"]);
    assert_eq!(file.channels, ["sms"]);
    assert!(matches!(file.nodes[0].kind, NodeKind::SayText(_)));
    assert_eq!(file.nodes[0].next.as_deref(), Some("ask"));
}

#[test]
fn a_written_file_reads_back_as_the_same_bytes() {
    let once = TopicFile::read(SMALL).unwrap().write();
    let twice = TopicFile::read(&once).unwrap().write();
    assert_eq!(once, twice);
    assert!(once.ends_with("}\n"));
}

#[test]
fn unknown_fields_are_kept_on_every_level() {
    let mut value: serde_json::Value = serde_json::from_str(SMALL).unwrap();
    value["owner"] = json!({ "team": 7 });
    value["nodes"][0]["mood"] = json!("glad");
    value["nodes"][1]["voice"] = json!([1, 2]);
    value["nodes"][1]["kind"] = json!("askChoice");
    value["nodes"][1]["choices"] = json!([{ "label": "A", "value": "a", "icon": "star" }]);
    let file = TopicFile::read(&value.to_string()).unwrap();
    let written: serde_json::Value = serde_json::from_str(&file.write()).unwrap();
    assert_eq!(written["owner"], value["owner"]);
    assert_eq!(written["nodes"][0]["mood"], "glad");
    assert_eq!(written["nodes"][1]["voice"], json!([1, 2]));
    assert_eq!(written["nodes"][1]["choices"][0]["icon"], "star");
    assert_eq!(written["nodes"][1]["variable"], "ok");
}

#[test]
fn a_newer_format_is_refused_in_words() {
    let text = SMALL.replace("\"format\": 1", "\"format\": 2");
    let problem = TopicFile::read(&text).unwrap_err();
    assert_eq!((problem.line, problem.column), (2, 13));
    assert!(problem.words.contains("newer Tern"), "{}", problem.words);
    assert!(problem.words.contains("update Tern"), "{}", problem.words);
}

#[test]
fn a_broken_file_is_named_by_line_and_column() {
    let broken = SMALL.replace("\"start\": \"say\",", "\"start\": \"say\"");
    let problem = TopicFile::read(&broken).unwrap_err();
    assert_eq!(problem.line, 6, "{problem}");

    let missing = SMALL.replace("\"variable\": \"ok\", ", "");
    let problem = TopicFile::read(&missing).unwrap_err();
    assert_eq!((problem.line, problem.column), (8, 5), "{problem}");
    assert_eq!(problem.node.as_deref(), Some("ask"));
    assert!(problem.words.contains("`variable`"), "{problem}");

    let kind = SMALL.replace("sayText", "shout");
    let problem = TopicFile::read(&kind).unwrap_err();
    assert_eq!(problem.line, 7, "{problem}");
    assert!(problem.words.contains("shout"), "{problem}");
}

#[test]
fn v_13_a_node_that_no_phone_can_show_is_read_and_named() {
    for kind in [
        "carousel",
        "groupedChoice",
        "multiFile",
        "dateTime",
        "headerCard",
        "geolocation",
        "html",
        "multiResponse",
        "scriptResponse",
        "table",
        "video",
    ] {
        let text = SMALL.replace("sayText", kind);
        let file = TopicFile::read(&text).unwrap();
        assert_eq!(file.nodes[0].kind.word(), kind);
        assert!(file.nodes[0].kind.unsupported().is_some());
        assert!(file.write().contains("Hi."), "its fields are kept");
    }
}

#[test]
fn a_megabyte_of_nonsense_does_no_harm() {
    let megabyte = 1 << 20;
    for text in [
        "[".repeat(megabyte),
        "{\"a\":".repeat(megabyte / 5),
        "\u{1f600}".repeat(megabyte / 4),
        "\0".repeat(megabyte),
        format!("\"{}", "a".repeat(megabyte)),
        format!(
            "{{\"format\":1,\"nodes\":[{}]}}",
            vec!["1"; megabyte / 2].join(",")
        ),
        "x".repeat(3 * megabyte),
    ] {
        let problem = TopicFile::read(&text).unwrap_err();
        assert!(problem.line >= 1 && problem.column >= 1);
        assert!(problem.words.len() < 1_000);
    }
}

#[test]
fn the_committed_schema_is_what_the_types_say() {
    for (name, schema) in [
        ("topic.schema.json", topic_schema()),
        ("record_table.schema.json", record_table_schema()),
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("TERN_UPDATE_SCHEMA").is_some() {
            std::fs::write(&path, &schema).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), schema, "{name}");
    }
}

#[test]
fn a_session_survives_being_stored() {
    let session = BotSession::new(7, UtcMillis(1_000)).knowing("customer_name", "Maya");
    let text = serde_json::to_string(&session).unwrap();
    assert_eq!(serde_json::from_str::<BotSession>(&text).unwrap(), session);
    assert!(
        !format!("{session:?}").contains("Maya"),
        "no words in a log"
    );
}

//! What may be kept and published, and what is said about the difference between two versions.

use serde_json::{Value, json};
use tern_domain::topic::{
    BotSettings, ChangeKind, RecordTable, TopicFile, TopicRefusal, TopicShelf, compare,
};

use crate::samples::{orders, topic};

fn say(id: &str, text: &str, next: Option<&str>) -> Value {
    json!({ "id": id, "name": id.to_uppercase(), "kind": "sayText", "text": text, "next": next })
}

fn shelf(drafts: &[TopicFile], published: &[TopicFile]) -> TopicShelf {
    let none: [RecordTable; 0] = [];
    TopicShelf::new(
        drafts.iter().cloned(),
        published.iter().cloned(),
        none,
        BotSettings::default(),
    )
}

fn block() -> TopicFile {
    topic(
        "part",
        json!({ "kind": "block", "outputs": ["it"], "nodes": [
            { "id": "ask", "kind": "askText", "variable": "it", "prompt": "What is it?" }
        ] }),
    )
}

fn caller(output: &str) -> TopicFile {
    topic(
        "caller",
        json!({ "nodes": [
            { "id": "call", "name": "Call", "kind": "block", "topic": "part",
              "outputs": [{ "output": output, "variable": "got" }], "next": "say" },
            say("say", "You said {{ got }}.", None),
        ] }),
    )
}

#[test]
fn v_24_names_are_unique_and_those_of_setup_parts_are_kept_for_them() {
    let one = topic("one", json!({ "nodes": [say("a", "Hi", None)] }));
    let shelf = shelf(std::slice::from_ref(&one), &[]);
    let renamed = |name: &str, shown: &str| TopicFile {
        name: name.to_owned(),
        display_name: shown.to_owned(),
        ..one.clone()
    };
    assert_eq!(shelf.check_draft(&one, Some("one")), Ok(()));
    assert_eq!(
        shelf.check_draft(&renamed("two", "New"), Some("one")),
        Ok(())
    );
    for (file, known) in [
        (renamed("one", "Other"), None),
        (renamed("two", " TRY one "), None),
        (renamed("Two", "Two"), None),
        (renamed("two", " "), None),
        (renamed("greeting", "Hello"), None),
    ] {
        let refusal = shelf.check_draft(&file, known).unwrap_err();
        assert!(refusal.to_string().len() > 10, "{refusal}");
    }
    let mut setup = renamed("welcome", "Welcome");
    setup.kind = tern_domain::topic::TopicKind::Setup;
    assert!(matches!(
        shelf.check_draft(&setup, None),
        Err(TopicRefusal::NoSetupPart { .. })
    ));
    setup.name = "greeting".to_owned();
    assert_eq!(shelf.check_draft(&setup, Some("greeting")), Ok(()));
}

#[test]
fn v_21_a_topic_is_published_after_its_blocks_and_they_stay_what_it_needs() {
    let (part, calls) = (block(), caller("it"));
    let drafts = shelf(&[part.clone(), calls.clone()], &[]);
    let codes: Vec<_> = drafts
        .findings(&calls)
        .into_iter()
        .map(|it| it.code)
        .collect();
    assert_eq!(codes, ["not_published"]);
    assert!(matches!(
        drafts.check_publish(&calls),
        Err(TopicRefusal::Errors { .. })
    ));
    let first = shelf(&[part.clone(), calls.clone()], std::slice::from_ref(&part));
    assert_eq!(first.findings(&calls), []);
    assert_eq!(first.check_publish(&calls), Ok(()));
    let both = shelf(&[], &[part.clone(), calls.clone()]);
    let without = shelf(&[], std::slice::from_ref(&calls));
    let refusal = both.check_change(&without).unwrap_err();
    assert!(
        refusal
            .to_string()
            .starts_with("“Try caller”, which is published, would stop working"),
        "{refusal}"
    );
    let mut other = part;
    other.outputs = vec!["that".to_owned()];
    assert!(matches!(
        both.check_publish(&other),
        Err(TopicRefusal::Breaks { .. })
    ));
    assert!(matches!(
        both.check_draft(
            &TopicFile {
                name: "new".to_owned(),
                ..calls
            },
            Some("caller")
        ),
        Err(TopicRefusal::PublishedName)
    ));
}

#[test]
fn v_21_a_table_that_a_published_topic_uses_keeps_its_columns() {
    let look = topic(
        "look",
        json!({ "nodes": [
            { "id": "find", "name": "Find it", "kind": "lookUp", "table": "orders", "variable": "order",
              "matching": [{ "column": "number", "equals": "\"1\"" }], "notFound": "none", "next": "said" },
            say("said", "It is {{ order.status }}.", None),
            say("none", "No.", None),
        ] }),
    );
    let with =
        |table: RecordTable| TopicShelf::new([], [look.clone()], [table], BotSettings::default());
    let before = with(orders());
    let mut narrow = orders();
    narrow.columns.retain(|column| column.name != "status");
    let refusal = before.check_change(&with(narrow)).unwrap_err().to_string();
    assert!(refusal.contains("“Try look”"), "{refusal}");
    let mut wide = orders();
    wide.columns.retain(|column| column.name != "note");
    assert_eq!(before.check_change(&with(wide)), Ok(()));
}

#[test]
fn v_24_a_difference_is_told_node_by_node_and_a_renamed_node_is_the_same() {
    let before = topic(
        "mine",
        json!({ "keywords": ["open", "hours"], "nodes": [
            say("a", "Hello", Some("b")),
            { "id": "b", "name": "Pick", "kind": "askChoice", "variable": "it", "prompt": "Which?",
              "choices": [{ "label": "One", "value": "1", "next": "c" }, { "label": "Two", "value": "2" }],
              "next": "d" },
            say("c", "First", None),
            say("d", "Second", None),
        ] }),
    );
    let after = topic(
        "mine",
        json!({ "keywords": ["hours", "times"], "autopilot": true, "nodes": [
            say("a", "Hello there", Some("b")),
            { "id": "b", "name": "Choose", "kind": "askChoice", "variable": "it", "prompt": "Which?",
              "choices": [{ "label": "Two", "value": "2" }, { "label": "The first", "value": "1", "next": "e" }],
              "topicSwitching": true, "later": { "x": 1 }, "next": "d" },
            say("d", "Second", None),
            say("e", "New", None),
        ] }),
    );
    let told: Vec<String> = compare(&before, &after)
        .into_iter()
        .flat_map(|change| {
            let kind = match change.kind {
                ChangeKind::Added => "+",
                ChangeKind::Removed => "-",
                ChangeKind::Changed => "~",
            };
            let title = format!("{kind} {}", change.title);
            change.lines.into_iter().map(move |line| {
                let side = |text: Option<String>| text.unwrap_or_else(|| "·".to_owned());
                format!(
                    "{title} | {}: {} => {}",
                    line.what,
                    side(line.before),
                    side(line.after)
                )
            })
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    ~ Try mine | Keyword: · => times
    ~ Try mine | Agents can run it: no => yes
    ~ Try mine | Keyword: open => ·
    ~ A | Text: Hello => Hello there
    ~ Choose | Name: Pick => Choose
    ~ Choose | Another topic can be named: no => yes
    ~ Choose | Choice: One = 1 → C => The first = 1 → E
    ~ Choose | Later: · => {"x":1}
    ~ Choose | Order: choice: 1, 2 => 2, 1
    + E | Name: · => E
    + E | Text: · => New
    + E | Kind: · => Text
    - C | Name: C => ·
    - C | Text: First => ·
    - C | Kind: Text => ·
    "#);
    assert_eq!(compare(&after, &after), []);
}

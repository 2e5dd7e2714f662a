//! Lint: each mistake has its finding, with a reason and a fix, and a sound topic has none.

use serde_json::{Value, json};
use tern_domain::topic::{BotSettings, Finding, Severity, compile};

use crate::samples::{self, topic};

fn findings(rest: Value) -> Vec<Finding> {
    let settings = BotSettings {
        allowed_hosts: vec!["api.example.com".to_owned()],
        ..BotSettings::default()
    };
    let (compiled, findings) = compile(topic("mine", rest), 1, &samples::surroundings(&settings));
    let has_error = findings.iter().any(|it| it.severity == Severity::Error);
    assert_eq!(
        compiled.is_none(),
        has_error,
        "an error, and only that, keeps a topic back"
    );
    for finding in &findings {
        for words in [&finding.what, &finding.why, &finding.fix] {
            assert!(
                words.ends_with(['.', '\u{201d}', '?']) && words.len() > 8,
                "{words}"
            );
        }
    }
    findings
}

/// The findings of nodes as `node severity code`.
fn of_nodes(nodes: Value) -> Vec<String> {
    in_short(&findings(json!({ "nodes": nodes })))
}

fn in_short(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|it| {
            let node = it.node.as_deref().unwrap_or("-");
            format!("{node} {:?} {}", it.severity, it.code)
        })
        .collect()
}

fn say(id: &str, text: &str) -> Value {
    json!({ "id": id, "kind": "sayText", "text": text })
}

#[test]
fn a_sound_topic_has_no_findings() {
    assert!(of_nodes(json!([say("a", "Hello {{ customer_name or 'there' }}.")])).is_empty());
}

#[test]
fn a_start_that_is_not_there() {
    let found = findings(json!({ "start": "b", "nodes": [say("a", "Hello.")] }));
    assert_eq!(
        in_short(&found),
        ["- Error no_start", "a Warning unreachable"]
    );
}

#[test]
fn a_way_to_nowhere_and_a_node_that_nothing_leads_to() {
    let mut first = say("a", "Hello.");
    first["next"] = json!("gone");
    assert_eq!(
        of_nodes(json!([first, say("b", "Alone.")])),
        ["a Error dead_end", "b Warning unreachable"]
    );
}

#[test]
fn two_nodes_of_one_id() {
    assert_eq!(
        of_nodes(json!([say("a", "Hello."), say("a", "Again.")])),
        ["a Error duplicate_id"]
    );
}

#[test]
fn v_13_a_node_that_a_phone_cannot_show_is_named() {
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
        let found = findings(json!({ "nodes": [{ "id": "a", "kind": kind, "name": "My node" }] }));
        assert_eq!(in_short(&found), ["a Error not_on_sms"]);
        assert!(found[0].what.contains("My node"), "{}", found[0].what);
    }
    let elsewhere = json!({ "channels": [], "nodes": [{ "id": "a", "kind": "table" }] });
    assert!(findings(elsewhere).is_empty());
}

#[test]
fn carrier_words_as_choices() {
    for word in [
        "STOP",
        "cancel",
        "End",
        "QUIT.",
        "unsubscribe",
        "REVOKE",
        "optout",
        "StopAll",
        "START",
        "unstop",
        "HELP",
        "Info",
    ] {
        let found = of_nodes(json!([{
            "id": "a", "kind": "askChoice", "variable": "x", "prompt": "Which?",
            "choices": [{ "label": word, "value": "w" }, { "label": "Go on", "value": "g" }]
        }]));
        assert_eq!(found, ["a Error carrier_word"], "{word}");
    }
    let yes = of_nodes(json!([{
        "id": "a", "kind": "askChoice", "variable": "x", "prompt": "Which?",
        "choices": [{ "label": "Yes", "value": "y" }, { "label": "Bye", "value": "b" }]
    }]));
    assert_eq!(yes, ["a Warning command_word", "a Hint carrier_word"]);
}

#[test]
fn carrier_words_that_a_text_asks_for() {
    for (text, wanted) in [
        ("Reply STOP to leave this list.", "a Error carrier_word"),
        ("Send 1 or CANCEL.", "a Error carrier_word"),
        ("Reply YES to go on.", "a Warning carrier_word"),
        ("Text INFO for more.", "a Warning carrier_word"),
    ] {
        assert_eq!(of_nodes(json!([say("a", text)])), [wanted], "{text}");
    }
    for text in [
        "The bus will stop here.",
        "Write help for more.",
        "The END of it.",
        "An answer, yes.",
    ] {
        assert!(of_nodes(json!([say("a", text)])).is_empty(), "{text}");
    }
}

#[test]
fn carrier_words_and_commands_as_keywords() {
    let found = findings(
        json!({ "keywords": ["stop", "agent", "billing"], "nodes": [say("a", "Hello.")] }),
    );
    assert_eq!(
        in_short(&found),
        ["- Error carrier_word", "- Warning command_word"]
    );
}

#[test]
fn what_a_text_costs() {
    let found = findings(json!({ "nodes": [say("a", "Let\u{2019}s go")] }));
    assert_eq!(in_short(&found), ["a Hint costly_character"]);
    assert!(
        found[0].what.contains('\u{2019}') && found[0].fix.contains('\''),
        "{:?}",
        found[0]
    );
    assert_eq!(
        of_nodes(json!([say("a", &"word ".repeat(62))])),
        ["a Warning long_text"]
    );
    assert!(of_nodes(json!([say("a", &"word ".repeat(60))])).is_empty());
    // What a value costs is not known, its name costs nothing.
    let named = format!(
        "{{{{ customer_name or 'a very long way of saying somebody' }}}}{}",
        "a".repeat(300)
    );
    assert!(of_nodes(json!([say("a", &named)])).is_empty());
}

#[test]
fn a_name_that_nothing_sets() {
    assert_eq!(
        of_nodes(json!([say("a", "Hello {{ name }}.")])),
        ["a Error missing_variable"]
    );
    assert_eq!(
        of_nodes(json!([say("a", "Hello {{ name.")])),
        ["a Error template"]
    );
    let decide = |when: &str| {
        of_nodes(json!([{ "id": "a", "kind": "decide", "branches": [{ "when": when }] }]))
    };
    assert_eq!(decide("whose == \"x\""), ["a Error expression"]);
    assert_eq!(decide("customer_name + 1 == \"2\""), ["a Error expression"]);
    assert_eq!(decide("[1,2].map(x, x)"), ["a Error expression"]);
    assert_eq!(decide("customer_name"), ["a Error expression"]);
    assert!(decide("customer_name != null && open_now").is_empty());
    let seen = findings(json!({ "agentContext": ["order"], "nodes": [say("a", "Hello.")] }));
    assert_eq!(in_short(&seen), ["- Warning missing_variable"]);
    let condition = findings(json!({ "condition": "x > 1", "nodes": [say("a", "Hello.")] }));
    assert_eq!(in_short(&condition), ["- Error expression"]);
}

#[test]
fn an_expression_says_what_was_meant() {
    let found = findings(json!({ "nodes": [
        { "id": "look", "kind": "lookUp", "table": "orders", "variable": "order", "next": "a",
          "matching": [{ "column": "number", "equals": "customer_names" }] },
        { "id": "a", "kind": "decide", "branches": [{ "when": "order.statuses == \"sent\"" }] }
    ] }));
    assert!(
        found[0].what.contains("“customer_name”"),
        "{}",
        found[0].what
    );
    assert!(found[1].what.contains("“.status”"), "{}", found[1].what);
}

#[test]
fn tables_columns_and_cards() {
    let look = |table: &str, column: &str| {
        of_nodes(json!([
            { "id": "a", "kind": "lookUp", "table": table, "variable": "row",
              "matching": [{ "column": column, "equals": "\"x\"" }] }
        ]))
    };
    assert!(look("orders", "number").is_empty());
    assert_eq!(look("parcels", "number"), ["a Error unknown_table"]);
    assert_eq!(look("orders", "colour"), ["a Error unknown_column"]);
    assert_eq!(
        of_nodes(
            json!([{ "id": "a", "kind": "showCard", "row": "customer_name", "title": "Card" }])
        ),
        ["a Error missing_variable"]
    );
}

#[test]
fn hosts_that_are_not_allowed() {
    for (url, is_fine) in [
        ("https://api.example.com/x/{{ customer_number }}", true),
        ("https://evil.example.com/x", false),
        ("http://api.example.com/x", false),
        ("https://{{ our_name }}/x", false),
        ("https://api.example.com@evil.net/x", false),
    ] {
        let found = of_nodes(json!([{ "id": "a", "kind": "request", "url": url }]));
        assert_eq!(found.is_empty(), is_fine, "{url}: {found:?}");
    }
}

#[test]
fn loops_without_a_question() {
    let set = |id: &str, next: &str| json!({ "id": id, "kind": "set", "variables": [{ "name": "x", "value": "1" }], "next": next });
    assert_eq!(
        of_nodes(json!([set("a", "b"), set("b", "a")])),
        ["a Error loop"]
    );
    let decide = json!({ "id": "b", "kind": "decide", "branches": [{ "when": "x == 1" }, { "when": "true", "next": "a" }] });
    assert_eq!(of_nodes(json!([set("a", "b"), decide])), ["a Warning loop"]);
    let ask =
        json!({ "id": "b", "kind": "askText", "variable": "y", "prompt": "Again?", "next": "a" });
    assert!(of_nodes(json!([set("a", "b"), ask])).is_empty());
    let hidden = json!({ "id": "b", "kind": "askText", "variable": "y", "prompt": "Again?", "showIf": "x == 2", "next": "a" });
    assert_eq!(of_nodes(json!([set("a", "b"), hidden])), ["a Error loop"]);
}

#[test]
fn v_21_blocks_that_are_not_there_or_call_themselves() {
    let call = |block: &str, input: &str| {
        of_nodes(json!([{ "id": "a", "kind": "block", "topic": block,
            "inputs": [{ "name": input, "value": "\"x\"" }] }]))
    };
    assert!(call("greet_block", "who").is_empty());
    assert_eq!(call("greet_block", "whom"), ["a Error unknown_input"]);
    assert_eq!(call("nothing", "who"), ["a Error unknown_block"]);
    assert_eq!(call("text", "who"), ["a Error unknown_block"]);
    assert_eq!(call("mine", "who"), ["a Error self_call"]);
    let jump = |topic: &str| of_nodes(json!([{ "id": "a", "kind": "jump", "topic": topic }]));
    assert!(jump("text").is_empty());
    assert_eq!(jump("greet_block"), ["a Error unknown_topic"]);
}

#[test]
fn v_21_a_block_that_calls_itself_through_another_is_found() {
    let settings = BotSettings::default();
    let mut around = samples::surroundings(&settings);
    let mut other = around.topics["greet_block"].clone();
    other.calls = vec!["mine".to_owned()];
    around.topics.insert("other".to_owned(), other);
    let mine = topic(
        "mine",
        json!({ "kind": "block", "nodes": [{ "id": "a", "kind": "block", "topic": "other" }] }),
    );
    assert_eq!(
        in_short(&compile(mine, 1, &around).1),
        ["a Error self_call"]
    );
}

#[test]
fn what_has_to_be_filled_in() {
    for node in [
        json!({ "id": "a", "kind": "askChoice", "variable": "x", "prompt": "Which?", "choices": [] }),
        json!({ "id": "a", "kind": "askText", "variable": "x", "prompt": " " }),
        json!({ "id": "a", "kind": "decide", "branches": [] }),
        json!({ "id": "a", "kind": "sayText", "text": "" }),
        json!({ "id": "a", "kind": "sayLink", "header": "Links", "links": [] }),
        json!({ "id": "a", "kind": "pause", "seconds": 61 }),
    ] {
        assert_eq!(of_nodes(json!([node])), ["a Error incomplete"], "{node}");
    }
    let name = json!([{ "id": "a", "kind": "askText", "variable": "My Name", "prompt": "Who?" }]);
    assert_eq!(of_nodes(name), ["a Error variable_name"]);
    let pattern = json!([{ "id": "a", "kind": "askText", "format": "custom", "pattern": "[", "variable": "x", "prompt": "Who?" }]);
    assert_eq!(of_nodes(pattern), ["a Error pattern"]);
}

#[test]
fn v_20_a_question_for_a_secret_has_to_be_secure() {
    let ask = |prompt: &str, secure: bool| {
        in_short(&findings(json!({ "nodes": [
            { "id": "ask", "kind": "askText", "variable": "answer", "prompt": prompt, "secure": secure }
        ]})))
    };
    for prompt in [
        "What is your PIN?",
        "Please send your one-time code.",
        "Your password, please",
        "Which card number is it?",
    ] {
        assert_eq!(
            ask(prompt, false),
            ["ask Warning secret_not_secure"],
            "{prompt}"
        );
        assert!(ask(prompt, true).is_empty(), "{prompt}");
    }
    assert!(ask("Which colour is the spinning top?", false).is_empty());
}

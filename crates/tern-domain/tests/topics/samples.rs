//! The topics that the conversations of these tests run with.

use serde_json::{Value, json};
use tern_domain::topic::{
    BotSettings, RecordTable, Severity, Surroundings, TopicFile, TopicSet, compile, ready_tables,
    ready_topics,
};

/// Orders: number, status, total, whether they were paid.
pub(crate) fn orders() -> RecordTable {
    serde_json::from_value(json!({
        "name": "orders",
        "displayName": "Orders",
        "key": "number",
        "columns": [
            { "name": "number", "label": "Number", "type": "text" },
            { "name": "status", "label": "Status", "type": "text" },
            { "name": "total", "label": "Total", "type": "number" },
            { "name": "paid", "label": "Paid", "type": "flag" },
            { "name": "note", "label": "Note", "type": "text" },
            { "name": "link", "label": "Link", "type": "link" }
        ]
    }))
    .unwrap()
}

pub(crate) fn topic(name: &str, rest: Value) -> TopicFile {
    let mut value = json!({
        "format": 1,
        "name": name,
        "displayName": format!("Try {}", name.replace('_', " ")),
        "start": rest["nodes"][0]["id"],
    });
    for (key, field) in rest.as_object().unwrap() {
        value[key] = field.clone();
    }
    TopicFile::read(&value.to_string()).unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

pub(crate) fn surroundings(settings: &BotSettings) -> Surroundings {
    Surroundings {
        topics: all()
            .iter()
            .map(|file| (file.name.clone(), file.signature()))
            .collect(),
        tables: [("orders".to_owned(), orders())].into(),
        settings: settings.clone(),
    }
}

/// The set with every sample published as version 1.
pub(crate) fn set(settings: BotSettings) -> TopicSet {
    let around = surroundings(&settings);
    let mut set = TopicSet::new(settings, [orders()]);
    for file in all() {
        let name = file.name.clone();
        let (topic, findings) = compile(file, 1, &around);
        let errors: Vec<_> = findings
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .collect();
        set.publish(topic.unwrap_or_else(|| panic!("{name}: {errors:#?}")));
    }
    set
}

/// The topics and tables that Tern ships.
pub(crate) fn ready(settings: &BotSettings) -> TopicSet {
    let around = Surroundings {
        topics: ready_topics()
            .iter()
            .map(|file| (file.name.clone(), file.signature()))
            .collect(),
        tables: ready_tables()
            .into_iter()
            .map(|table| (table.name.clone(), table))
            .collect(),
        settings: settings.clone(),
    };
    let mut set = TopicSet::new(settings.clone(), ready_tables());
    for file in ready_topics() {
        let (topic, findings) = compile(file, 1, &around);
        let is_sound = findings.iter().all(|it| it.code == "made_up");
        assert!(is_sound, "{findings:#?}");
        set.publish(topic.unwrap());
    }
    set
}

fn ask(kind: &str, rest: Value) -> Value {
    let mut node = json!({
        "id": "ask", "kind": kind, "variable": "answer", "prompt": "What is it?", "next": "done"
    });
    for (key, field) in rest.as_object().unwrap() {
        node[key] = field.clone();
    }
    json!({ "nodes": [node, { "id": "done", "kind": "sayText", "text": "Got {{ answer }}." }] })
}

fn numbered(count: usize) -> Value {
    (1..=count)
        .map(|n| json!({ "label": format!("Colour {n}"), "value": format!("c{n}") }))
        .collect()
}

/// All of them, each reached by its name.
pub(crate) fn all() -> Vec<TopicFile> {
    vec![
        topic("text", ask("askText", json!({}))),
        topic("email", ask("askText", json!({ "format": "email" }))),
        topic("ip", ask("askText", json!({ "format": "ip" }))),
        topic("phone", ask("askText", json!({ "format": "phone" }))),
        topic("url", ask("askText", json!({ "format": "url" }))),
        topic(
            "custom",
            ask(
                "askText",
                json!({ "format": "custom", "pattern": "[A-Z]{2}[0-9]{3}", "retry": "Two letters and three digits, please." }),
            ),
        ),
        topic(
            "choice",
            ask(
                "askChoice",
                json!({
                    "prompt": "Which size?", "topicSwitching": true,
                    "choices": [
                        { "label": "Small", "value": "s" },
                        { "label": "Medium", "value": "m" },
                        { "label": "Large", "value": "l", "next": "large" }
                    ]
                }),
            ),
        )
        .with_node(json!({ "id": "large", "kind": "sayText", "text": "Large it is." })),
        topic(
            "shades",
            ask(
                "askChoice",
                json!({
                    "prompt": "Which colour?",
                    "choices": [
                        { "label": "Blue", "value": "b" }, { "label": "Blueberry", "value": "bb" },
                        { "label": "Red", "value": "r" }, { "label": "Dark blue", "value": "db" }
                    ]
                }),
            ),
        ),
        topic(
            "pages",
            ask(
                "askChoice",
                json!({ "prompt": "Which colour?", "choices": numbered(23) }),
            ),
        ),
        topic(
            "records",
            json!({ "nodes": [
                { "id": "ask", "kind": "askRecords", "variable": "order", "prompt": "Which order?",
                  "table": "orders", "label": "number", "noRecords": "You have no orders.",
                  "matching": [{ "column": "status", "equals": "\"open\"" }], "next": "done" },
                { "id": "done", "kind": "sayText", "text": "{{ order.number }} is {{ order.status or 'new' }}." }
            ] }),
        ),
        topic(
            "brought",
            json!({ "nodes": [
                { "id": "get", "kind": "request", "url": "https://api.example.com/slots",
                  "response": [{ "variable": "slots", "path": "/slots" }], "next": "ask" },
                { "id": "ask", "kind": "askChoice", "variable": "slot", "prompt": "When?", "from": "slots",
                  "label": "at", "empty": "There is no free time.", "next": "done",
                  "choices": [] },
                { "id": "done", "kind": "decide", "branches": [
                    { "when": "slot == null", "next": "none" }, { "when": "true", "next": "say" }
                ] },
                { "id": "say", "kind": "sayText", "text": "See you at {{ slot.at }}, room {{ slot.room }}." },
                { "id": "none", "kind": "sayText", "text": "Please ask again tomorrow." }
            ] }),
        ),
        topic(
            "several",
            json!({ "nodes": [
                { "id": "ask", "kind": "askRecords", "variable": "picked", "prompt": "Which orders?",
                  "table": "orders", "label": "number", "multiple": true, "noRecords": "None.", "next": "done" },
                { "id": "done", "kind": "set", "variables": [{ "name": "count", "value": "size(picked)" }], "next": "say" },
                { "id": "say", "kind": "sayText", "text": "{{ count }} picked." }
            ] }),
        ),
        topic(
            "yes_no",
            json!({ "nodes": [
                { "id": "ask", "kind": "askYesNo", "variable": "answer", "prompt": "Shall we?", "next": "decide" },
                { "id": "decide", "kind": "decide", "branches": [
                    { "when": "answer == \"true\"", "next": "yes" },
                    { "when": "answer == \"false\"", "next": "no" }
                ] },
                { "id": "yes", "kind": "sayText", "text": "Then we do." },
                { "id": "no", "kind": "sayText", "text": "Then we do not." }
            ] }),
        ),
        topic(
            "picture",
            json!({ "nodes": [
                { "id": "ask", "kind": "askPicture", "variable": "photo", "prompt": "Send a photo.", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "{{ photo.content_type }} {{ photo.address }}" }
            ] }),
        ),
        topic(
            "optional",
            ask(
                "askText",
                json!({ "skipIf": "true", "completion": "Noted." }),
            ),
        ),
        topic(
            "defaulted",
            json!({ "nodes": [
                { "id": "ask", "kind": "askText", "variable": "answer", "prompt": "What name?",
                  "default": "customer_name", "defaultConfirmation": "Is {{ customer_name }} right?", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Name: {{ answer }}." }
            ] }),
        ),
        topic(
            "secure",
            json!({ "nodes": [
                { "id": "ask", "kind": "askText", "variable": "pin", "prompt": "Your PIN?", "secure": true, "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Thank you." }
            ] }),
        ),
        topic(
            "hidden",
            json!({ "nodes": [
                { "id": "set", "kind": "set", "variables": [
                    { "name": "answer", "value": "\"kept\"" }, { "name": "sum", "value": "7 / 2 + 1" }
                ], "next": "hide" },
                { "id": "hide", "kind": "askText", "variable": "other", "prompt": "Never asked", "showIf": "false", "next": "keep" },
                { "id": "keep", "kind": "askText", "variable": "answer", "prompt": "Never asked", "keepIf": "true", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "{{ answer }} {{ sum }}" }
            ] }),
        ),
        topic(
            "says",
            json!({ "nodes": [
                { "id": "text", "kind": "sayText", "text": ["<b>One</b> &amp; only.", "Another.", "A third."], "next": "image" },
                { "id": "image", "kind": "sayImage", "picture": "https://example.com/map.png", "text": "Our map:", "altText": "A map", "next": "bare" },
                { "id": "bare", "kind": "sayImage", "picture": "https://example.com/logo.png", "altText": "Our logo", "next": "link" },
                { "id": "link", "kind": "sayLink", "header": "Our page", "links": [{ "url": "https://example.com" }], "next": "links" },
                { "id": "links", "kind": "sayLink", "header": "Read on", "links": [
                    { "description": "Prices", "url": "https://example.com/prices" },
                    { "description": "Hours", "url": "https://example.com/hours" }
                ] }
            ] }),
        ),
        topic(
            "card",
            json!({ "nodes": [
                { "id": "find", "kind": "lookUp", "table": "orders", "variable": "order",
                  "matching": [{ "column": "number", "equals": "\"A1\"" }], "notFound": "none", "next": "show" },
                { "id": "show", "kind": "showCard", "row": "order", "title": "Order {{ order.number }}",
                  "fields": [
                    { "label": "Status", "column": "status" }, { "label": "Note", "column": "note" },
                    { "label": "Total", "column": "total" }
                  ], "url": "{{ order.link }}", "picture": "https://example.com/parcel.jpg" },
                { "id": "none", "kind": "sayText", "text": "There is no such order." }
            ] }),
        ),
        topic(
            "save",
            json!({ "agentContext": ["what"], "nodes": [
                { "id": "ask", "kind": "askText", "variable": "what", "prompt": "What happened?", "next": "save" },
                { "id": "save", "kind": "saveRecord", "table": "orders", "variable": "case",
                  "values": [{ "name": "note", "value": "what" }, { "name": "paid", "value": "false" }], "failed": "sorry", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Noted as {{ case.number }}." },
                { "id": "sorry", "kind": "sayText", "text": "That could not be stored." }
            ] }),
        ),
        topic(
            "request",
            json!({ "nodes": [
                { "id": "ask", "kind": "askText", "variable": "city", "prompt": "Which city?", "next": "call" },
                { "id": "call", "kind": "request", "method": "POST", "url": "https://api.example.com/weather/{{ city }}?u=m",
                  "secret": "weather", "body": [{ "name": "city", "value": "city" }],
                  "response": [{ "variable": "sky", "path": "/now/sky" }], "failed": "sorry", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Sky: {{ sky }}." },
                { "id": "sorry", "kind": "sayText", "text": "No weather today." }
            ] }),
        ),
        topic(
            "greet_block",
            json!({ "kind": "block", "inputs": ["who"], "outputs": ["words"], "nodes": [
                { "id": "ask", "kind": "askText", "variable": "how", "prompt": "How shall I greet {{ who }}?", "next": "set" },
                { "id": "set", "kind": "set", "variables": [{ "name": "words", "value": "how + \" \" + who" }] }
            ] }),
        ),
        topic(
            "caller",
            json!({ "nodes": [
                { "id": "call", "kind": "block", "topic": "greet_block",
                  "inputs": [{ "name": "who", "value": "\"Maya\"" }],
                  "outputs": [{ "output": "words", "variable": "line" }], "next": "say" },
                { "id": "say", "kind": "sayText", "text": "{{ line }}! ({{ how }})" }
            ] })
            .allowing("how"),
        ),
        topic(
            "pause",
            json!({ "nodes": [
                { "id": "one", "kind": "sayText", "text": "One moment.", "next": "wait" },
                { "id": "wait", "kind": "pause", "next": "ask" },
                { "id": "ask", "kind": "askText", "variable": "answer", "prompt": "And now?", "next": "two" },
                { "id": "two", "kind": "sayText", "text": "You said {{ answer }}." }
            ] }),
        ),
        topic(
            "transfer",
            json!({ "agentContext": ["what"], "nodes": [
                { "id": "ask", "kind": "askText", "variable": "what", "prompt": "What is it about?", "next": "go" },
                { "id": "go", "kind": "transfer", "shortDescription": "About {{ what }}", "mandatorySkills": ["billing"], "next": "later" },
                { "id": "later", "kind": "sayText", "text": "I have noted it." }
            ] }),
        ),
        topic(
            "resuming",
            json!({ "resumeAfterSwitch": true, "nodes": [
                { "id": "ask", "kind": "askYesNo", "variable": "answer", "prompt": "Go on?", "topicSwitching": true, "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Went on: {{ answer }}." }
            ] }),
        ),
        topic(
            "jumping",
            json!({ "nodes": [
                { "id": "go", "kind": "jump", "topic": "says_hello", "resume": true, "next": "back" },
                { "id": "back", "kind": "sayText", "text": "Back again.", "next": "away" },
                { "id": "away", "kind": "jump", "topic": "says_hello" }
            ] }),
        ),
        topic(
            "says_hello",
            json!({ "autopilot": true, "nodes": [{ "id": "say", "kind": "sayText", "text": "Hello from there." }] }),
        ),
        topic(
            "piloted",
            json!({ "autopilot": true, "nodes": [
                { "id": "ask", "kind": "askYesNo", "variable": "answer", "prompt": "Are you well?", "next": "say" },
                { "id": "say", "kind": "sayText", "text": "Thank you." }
            ] }),
        ),
        topic(
            "undecided",
            json!({ "agentContext": ["answer"], "nodes": [
                { "id": "ask", "kind": "askText", "variable": "answer", "prompt": "Left or right?", "next": "decide" },
                { "id": "decide", "kind": "decide", "branches": [{ "when": "answer == \"left\"", "next": "say" }] },
                { "id": "say", "kind": "sayText", "text": "Left." }
            ] }),
        ),
        topic(
            "ordered",
            json!({ "nodes": [
                { "id": "ask", "kind": "askText", "variable": "answer", "prompt": "How many?", "next": "decide" },
                { "id": "decide", "kind": "decide", "branches": [
                    { "when": "answer != \"1\"", "next": "many" }, { "when": "answer != \"0\"", "next": "one" },
                    { "when": "true", "next": "many" }
                ] },
                { "id": "many", "kind": "sayText", "text": "Many." },
                { "id": "one", "kind": "sayText", "text": "One." }
            ] }),
        ),
        topic(
            "outer_block",
            json!({ "kind": "block", "inputs": ["name"], "outputs": ["words", "how"], "nodes": [
                { "id": "call", "kind": "block", "topic": "greet_block",
                  "inputs": [{ "name": "who", "value": "name" }],
                  "outputs": [{ "output": "words", "variable": "words" }] }
            ] })
            ,
        ),
        topic(
            "outer",
            json!({ "nodes": [
                { "id": "call", "kind": "block", "topic": "outer_block",
                  "inputs": [{ "name": "name", "value": "\"Ann\"" }],
                  "outputs": [{ "output": "words", "variable": "line" }, { "output": "how", "variable": "inner" }],
                  "next": "say" },
                { "id": "say", "kind": "sayText", "text": "{{ line }}! ({{ inner }})" }
            ] }),
        ),
        topic(
            "long_pause",
            json!({ "nodes": [
                { "id": "wait", "kind": "pause", "seconds": 60, "next": "say" },
                { "id": "say", "kind": "sayText", "text": "There." }
            ] }),
        ),
        topic(
            "teller",
            json!({ "nodes": [
                { "id": "ask", "kind": "askText", "variable": "who", "prompt": "Who?", "next": "go" },
                { "id": "go", "kind": "jump", "topic": "listener", "resume": true, "next": "back" },
                { "id": "back", "kind": "sayText", "text": "Still {{ who }}, and {{ heard }}.", "next": "away" },
                { "id": "away", "kind": "jump", "topic": "listener" }
            ] })
            .allowing("heard"),
        ),
        topic(
            "listener",
            json!({ "nodes": [
                { "id": "set", "kind": "set", "variables": [{ "name": "heard", "value": "\"something\"" }], "next": "say" },
                { "id": "say", "kind": "sayText", "text": "I know of {{ who or 'nobody' }}." }
            ] })
            .allowing("who"),
        ),
        topic(
            "asleep",
            json!({ "active": false, "keywords": ["asleep"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Never." }] }),
        ),
        topic(
            "hidden_away",
            json!({ "discoverable": false, "keywords": ["hidden away"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Never." }] }),
        ),
        topic(
            "elsewhere",
            json!({ "channels": ["web"], "keywords": ["elsewhere"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Never." }] }),
        ),
        topic(
            "endless",
            json!({ "nodes": [
                { "id": "a", "kind": "set", "variables": [{ "name": "x", "value": "1" }], "next": "b" },
                { "id": "b", "kind": "decide", "branches": [{ "when": "x == 2", "next": "c" }, { "when": "true", "next": "a" }] },
                { "id": "c", "kind": "end" }
            ] }),
        ),
        topic(
            "colour_red",
            json!({ "keywords": ["paint", "red paint"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Red." }] }),
        ),
        topic(
            "colour_blue",
            json!({ "keywords": ["paint", "blue paint"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Blue." }] }),
        ),
        topic(
            "members",
            json!({ "roles": ["member"], "keywords": ["club"], "nodes": [{ "id": "say", "kind": "sayText", "text": "Welcome to the club." }] }),
        ),
        topic(
            "nightly",
            json!({ "condition": "!open_now", "keywords": ["night"], "nodes": [{ "id": "say", "kind": "sayText", "text": "It is night." }] }),
        ),
        topic(
            "thanks",
            json!({ "kind": "smallTalk", "keywords": ["thanks", "thank you"], "nodes": [{ "id": "say", "kind": "sayText", "text": "You are welcome." }] }),
        ),
        topic(
            "long",
            json!({ "nodes": [{ "id": "say", "kind": "sayText", "text": format!("{}\n\nhttps://example.com/{}", "All about it. ".repeat(120), "a".repeat(80)) }] }),
        ),
    ]
}

/// Small changes to a sample.
trait Change {
    fn with_node(self, node: Value) -> Self;
}

impl Change for TopicFile {
    fn with_node(mut self, node: Value) -> Self {
        self.nodes.push(serde_json::from_value(node).unwrap());
        self
    }
}

trait Allow {
    fn allowing(self, input: &str) -> Self;
}

impl Allow for Value {
    /// A name that the topic never sets, to show that topics share no variables.
    fn allowing(mut self, input: &str) -> Self {
        self["inputs"] = json!([input]);
        self
    }
}

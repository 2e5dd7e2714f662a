//! Whatever a team configures: its file, put in force at an empty desk, gives the same file there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tern_domain::agents::Agent;
use tern_domain::routing::{OtherAgents, RoutingConfig};
use tern_domain::topic::TopicFile;
use tern_domain::{Actor, AgentId, AggregateRef, IdSource, QueueId, RuleId, UtcMillis};
use tern_engine::Clock;
use tern_store::{DatabaseKey, FileName, OpenConfig, Store, StoreError};
use uuid::Uuid;

use super::{Importing, Prepared, checked, in_force, read, write};

const ME: AgentId = AgentId::new(Uuid::from_u128(0xa));

struct Still;

impl Clock for Still {
    fn now(&self) -> UtcMillis {
        UtcMillis(1_790_000_000_000)
    }
}

/// Ids of one desk, which no other desk has.
struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

/// A desk that nobody has configured, with ids of its own for what every desk starts with.
fn empty_desk(folder: &Path, first_id: u128) -> Store {
    let name = FileName::new("account").unwrap();
    let key = DatabaseKey::from_bytes([7; 32]);
    let store = Store::open(&OpenConfig::new(folder.to_owned(), name, key)).unwrap();
    let _applied = store
        .write_blocking(move |tx| {
            let ids = &mut Counter(first_id);
            let (queue, rule) = (QueueId::new(ids.uuid()), RuleId::new(ids.uuid()));
            let changes = RoutingConfig::shipped(Agent::first(ME, "Agent 1"), queue, rule);
            let plan = RoutingConfig::default().plan(changes, Actor::System, Still.now(), ids);
            tx.apply(&plan)
        })
        .unwrap();
    store
}

/// Imports a file; answers how many changes of the routing were recorded.
fn import(store: &Store, text: &str) -> u32 {
    let sections = checked(&read(text).unwrap()).unwrap();
    store
        .write_blocking(move |tx| {
            let by = (OtherAgents::Stay, ME);
            let prepared = Prepared::make(tx, &sections, Map::new(), by)?;
            let prepared = prepared.map_err(|(section, flaw)| {
                eprintln!("{section}: {}", flaw.words);
                StoreError::NotFound { what: "way in" }
            })?;
            let version = tx.aggregate_version(&AggregateRef::Routing)?;
            let importing = Importing {
                agent: ME,
                clock: &Still,
            };
            let _applied = prepared.write(tx, &importing)?;
            Ok(tx.aggregate_version(&AggregateRef::Routing)? - version)
        })
        .unwrap()
}

fn export(store: &Store) -> String {
    write(store.read_blocking(in_force).unwrap())
}

fn id(kind: u128, index: usize) -> Value {
    let index = u128::try_from(index).unwrap();
    json!(Uuid::from_u128(0xf000 + kind * 0x100 + index))
}

/// What a case is made of: how many of each, and numbers that decide about their fields.
type Numbers = Vec<u32>;

fn list(kind: u128, name: &str, numbers: &Numbers, of: impl Fn(usize, u32) -> Value) -> Value {
    numbers
        .iter()
        .enumerate()
        .map(|(index, number)| {
            let mut entry = json!({ "id": id(kind, index), "name": format!("{name} {index}") });
            let fields = of(index, *number);
            let entry_fields = entry.as_object_mut().unwrap();
            entry_fields.extend(fields.as_object().unwrap().clone());
            entry
        })
        .collect()
}

/// Ids of the things of a kind that the bits of a number choose.
fn chosen(kind: u128, of: &Numbers, bits: u32) -> Vec<Value> {
    let indices = 0..of.len();
    let chosen = indices.filter(|index| bits >> index & 1 == 1);
    chosen.map(|index| id(kind, index)).collect()
}

fn file(groups: &Numbers, people: &Numbers, rules: &Numbers, queues: &Numbers) -> String {
    let some = |number: u32| (!number.is_multiple_of(3)).then_some(number % 9 + 1);
    let mut agents = list(2, "Agent", people, |_, number| {
        json!({
            "roles": if number % 2 == 0 { json!(["agent"]) } else { json!(["agent", "admin"]) },
            "groups": chosen(1, groups, number),
            "skills": { "Billing": number % 10 + 1 },
            "capacity": some(number).map_or(json!({}), |slots| json!({
                "sms": { "slots": slots, "set_at": number }
            })),
            "universal_capacity": some(number / 3),
        })
    });
    // The first is whoever sits at both desks.
    agents[0]["id"] = json!(ME);
    agents[0]["name"] = json!("Agent 1 of the desk");
    agents[0]["roles"] = json!(["agent", "supervisor", "admin"]);
    let states = list(3, "State", rules, |_, number| {
        json!({
            "colour": "yellow", "order": number % 50 + 4, "receives_work": number % 2 == 0,
            "channels": if number % 2 == 0 { json!(["sms"]) } else { json!([]) },
            "groups": chosen(1, groups, number),
        })
    });
    let assignment = list(4, "Rule", rules, |index, number| {
        json!({
            "assign_by": if number % 2 == 0 { "last_assigned" } else { "most_capacity" },
            "auto_assign": number % 5 == 0, "display": "card", "reject_allowed": number % 3 == 0,
            "timeout": some(number).map(|seconds| seconds * 1000),
            "presence_afterwards": (number % 4 > 0).then(|| id(3, index)),
            "skills": "prefer", "reassign_when_unavailable": number % 7 == 0,
        })
    });
    let asked = |number: u32| {
        let groups = chosen(1, groups, number);
        let rule = (!rules.is_empty() && number.is_multiple_of(2)).then(|| id(4, 0));
        let pool = json!({ "rule": rule, "groups": groups, "eligible_at": number % 1000 });
        if groups.is_empty() {
            json!([])
        } else {
            json!([pool])
        }
    };
    let mut queues = list(5, "Queue", queues, |index, number| {
        let span = json!({ "from": number % 700, "to": number % 700 + 60 });
        json!({
            "channel": "sms", "active": number % 4 > 0, "order": number % 20,
            "hours": (number % 2 == 0).then(|| json!({
                "time_zone": "Europe/Vienna",
                "week": [[span], [], [span], [], [], [], []],
                "exceptions": [{ "date": "2026-12-25", "name": "Christmas", "spans": [] }],
            })),
            "waits_out_of_hours": number % 3 == 0,
            "intake": match number % 3 {
                0 => json!({ "type": "by_hand_only" }),
                _ => json!({ "type": "when", "condition": format!("unread > {index}") }),
            },
            "target_wait": some(number).map(|seconds| seconds * 1000),
            "max_wait_message": if number % 2 == 0 { "Sorry" } else { "" },
            "pools": asked(number),
            "group_orders": chosen(1, groups, number).into_iter()
                .map(|group| json!({ "group": group, "order": number % 90 })).collect::<Value>(),
            "affinity": [{ "kind": "customer", "days_back": number % 30 + 1, "order": 1 }],
            "sort": [{ "field": "size", "direction": "descending" }],
            "sound": (number % 2 == 1).then_some("chime"),
        })
    });
    queues.as_array_mut().unwrap().push(json!({
        "id": id(5, 99), "name": "All texts", "channel": "sms", "active": true, "order": 1000,
        "waits_out_of_hours": true, "intake": { "type": "everything" },
    }));
    let reasons = list(
        6,
        "Reason",
        rules,
        |_, number| json!({ "selectable": number % 2 == 0, "order": number % 40, "channel": null, "reassignable": true }),
    );
    let actions = list(7, "Action", rules, |_, number| {
        json!({
            "event": "requester_message_without_agent_response", "after": 60_000 + number % 100_000,
            "is_active": number % 2 == 0, "filter": "true", "act": { "type": "prompt_agent", "text": "Look" },
        })
    });
    let views = list(
        8,
        "View",
        rules,
        |_, number| json!({ "condition": format!("unread > {}", number % 9), "sort": "longestWait", "scope": "everything" }),
    );
    let tables = list(0x10, "Table", rules, |index, number| {
        json!({
            "id": format!("table_{index}"), "later": number,
            "columns": [
                { "name": "number", "label": "Number", "type": "text" },
                { "name": "status", "label": "Status", "type": if number % 2 == 0 { "flag" } else { "link" } },
            ],
            "key": (number % 3 > 0).then_some("number"),
        })
    });
    let topics = list(0x11, "Topic", rules, |index, number| {
        let name = format!("topic_{index}");
        let saying = |text: &str| {
            let file = json!({
                "format": 1, "name": name, "displayName": format!("Topic {index}"), "start": "look",
                "keywords": [format!("word {number}")], "shade": number,
                "nodes": [
                    { "id": "look", "kind": "lookUp", "table": format!("table_{index}"), "variable": "it",
                      "matching": [{ "column": "number", "equals": "\"1\"" }], "notFound": "say", "next": "say" },
                    { "id": "say", "kind": "sayText", "text": text, "colour": "blue" },
                ],
            });
            json!(TopicFile::read(&file.to_string()).unwrap())
        };
        let published = number % 2 == 0;
        let other = (published && number % 3 == 0).then(|| saying("Before"));
        json!({ "id": name, "published": published, "draft": saying("Now"), "inForce": other })
    });
    let notifications = list(0x12, "Notification", rules, |index, number| {
        json!({
            "is_active": number % 2 == 0,
            "trigger": { "type": "record", "table": format!("table_{index}"), "on_insert": true, "on_update": false,
                "condition": "number == \"1\"" },
            "recipients": { "people": [], "fields": [], "roles": ["vip"], "subscribers": number % 3 == 0,
                "include_originator": false },
            "content": { "heading": "News", "body": { "type": "simple", "text": "It is ${number}." } },
            "actions": if number % 2 == 0 {
                json!([{ "label": "Look", "topic": format!("topic_{index}") }])
            } else {
                json!([])
            },
            "can_skip": true, "keep_hours": number % 72 + 1, "provider": null,
        })
    });
    let agent = json!({
        "on": rules.len().is_multiple_of(2), "liveAgentOnly": ["+15005550006"], "silenceSeconds": 600 + groups.len(),
        "allowedHosts": ["api.example.com"], "later": { "voice": 1 },
    });
    let sections = json!({
        "recordTables": tables, "topics": topics, "virtualAgent": agent,
        "notifications": notifications,
        "notificationRules": { "quiet": { "from": 1260, "to": 480 }, "most_an_hour": 5, "segment_price": "0.0083 USD" },
        "settings": { "undoSeconds": groups.len() },
        "groups": list(1, "Group", groups, |_, number| some(number).map_or(json!({}), |slots| json!({
            "capacity": { "sms": { "slots": slots, "set_at": number } }
        }))),
        "agents": agents, "presenceStates": states, "assignmentRules": assignment, "queues": queues,
        "rejectReasons": reasons, "messagingActions": actions, "savedViews": views,
    });
    write(sections.as_object().unwrap().clone())
}

/// Fields of the given entries that say something and did not arrive.
fn missing(given: &Map<String, Value>, arrived: &Map<String, Value>) -> Vec<String> {
    let mut missing = Vec::new();
    for (name, entries) in given {
        for entry in entries.as_array().into_iter().flatten() {
            let there = arrived[name].as_array().unwrap();
            let there = there.iter().find(|it| it["id"] == entry["id"]);
            for (field, value) in entry.as_object().unwrap() {
                let is_empty = [json!(null), json!(""), json!([]), json!({})].contains(value);
                if !is_empty && there.is_none_or(|it| it[field] != *value) {
                    missing.push(format!("{field} of {name}"));
                }
            }
        }
    }
    missing
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_file_at_an_empty_desk_gives_the_same_file(
        groups in vec(any::<u32>(), 0..4),
        people in vec(any::<u32>(), 1..5),
        rules in vec(any::<u32>(), 0..4),
        queues in vec(any::<u32>(), 0..4),
    ) {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let one = empty_desk(folders[0].path(), 0x1000);
        let other = empty_desk(folders[1].path(), 0x2000);
        let before = export(&other);
        let given = file(&groups, &people, &rules, &queues);
        prop_assert!(import(&one, &given) > 0);
        let exported = export(&one);
        let sections = read(&exported).unwrap();
        prop_assert_eq!(missing(&read(&given).unwrap(), &sections), [""; 0]);
        prop_assert_eq!(sections["queues"].as_array().unwrap().len(), queues.len() + 1);
        prop_assert_eq!(sections["agents"].as_array().unwrap().len(), people.len());
        prop_assert!(import(&other, &exported) > 0);
        prop_assert_eq!(export(&other), exported.clone());
        prop_assert_eq!(import(&other, &exported), 0, "what is the same is not recorded again");
        // Back to what was, but for agents, who stay.
        let mut back = read(&before).unwrap();
        back.shift_remove("agents");
        import(&other, &write(back.clone()));
        let mut now = read(&export(&other)).unwrap();
        now.shift_remove("agents");
        prop_assert_eq!(now, back);
    }
}

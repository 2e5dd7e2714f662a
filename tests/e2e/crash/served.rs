//! One run in which the virtual agent answers alone: it asks, looks at a picture, pauses, asks another system and
//! goes on, while the process dies and is started again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::play::{Outcome, Run, carrier, picture, text};
use super::scenario::Scenario;

/// What the customer says; a picture without words where there are none.
const SAID: [&str; 4] = ["bicycle", "2", "", "Anna"];
/// What the virtual agent has said after each, behind its greeting.
const TOLD: [&str; 5] = [
    "Which size?\n1: Small\n2: Large",
    "Send a picture.",
    "One moment.",
    "Nobody knows. What is your name?",
    "Thank you, Anna: l.",
];
const TOLD_AFTER: [usize; 4] = [1, 2, 4, 5];
const TOPIC: &str = "bicycle";
/// A host that is no host: the request is made, and there is no answer.
const NOWHERE: &str = "nowhere.invalid";

/// Plays one run; the error says which promise was broken.
pub(super) async fn serve(scenario: Scenario) -> Result<Outcome, String> {
    let simulator = carrier().await?;
    let mut run = Run::start(scenario, &simulator, None).await?;
    let outcome = run.serve().await;
    drop(run);
    simulator.shutdown().await;
    outcome
}

fn topic() -> String {
    json!({
        "format": 1, "name": TOPIC, "displayName": "Bicycle", "start": "size", "keywords": [TOPIC],
        "nodes": [
            { "id": "size", "kind": "askChoice", "variable": "size", "prompt": "Which size?", "next": "photo",
              "choices": [{ "label": "Small", "value": "s" }, { "label": "Large", "value": "l" }] },
            { "id": "photo", "kind": "askPicture", "variable": "photo", "prompt": TOLD[1], "next": "moment" },
            { "id": "moment", "kind": "sayText", "text": TOLD[2], "next": "wait" },
            { "id": "wait", "kind": "pause", "seconds": 1, "next": "ask" },
            { "id": "ask", "kind": "request", "url": format!("https://{NOWHERE}/bicycles"),
              "response": [{ "variable": "found", "path": "/found" }], "failed": "name", "next": "done" },
            { "id": "name", "kind": "askText", "variable": "name", "prompt": TOLD[3], "next": "done" },
            { "id": "done", "kind": "sayText", "text": "Thank you, {{ name }}: {{ size }}." }
        ]
    })
    .to_string()
}

impl Run {
    async fn serve(&mut self) -> Result<Outcome, String> {
        self.publish().await?;
        self.wait_until_live().await?;
        self.arm().await?;
        if let Some(fault) = self.scenario.fault.arm() {
            self.post("/sim/faults", &fault).await?;
        }
        let customer = self.handset.clone();
        for (said, told) in SAID.into_iter().zip(TOLD_AFTER) {
            self.say(&customer, said).await?;
            while self.told().await?.len() <= told {
                self.breathe(&format!("answer {told}")).await?;
            }
        }
        loop {
            match self.weigh().await? {
                None => break,
                Some(awaited) => self.breathe(&awaited).await?,
            }
        }
        let figures = json!({ "name": TOPIC, "version": null, "days": null });
        let figures = self.call("topic_figures", &figures).await?;
        if (&figures["started"], &figures["completed"]) != (&json!(1), &json!(1)) {
            return Err(format!("one run is counted as {figures}"));
        }
        Ok(Outcome {
            killed: self.killed,
            uncertain: self.uncertain,
            resolved: 0,
        })
    }

    async fn publish(&mut self) -> Result<(), String> {
        let mut agent = self.call("virtual_agent", &json!({})).await?;
        let chat = agent["chat"].as_str().ok_or("no settings")?;
        let mut chat: Value = serde_json::from_str(chat).map_err(|error| error.to_string())?;
        chat["allowedHosts"] = json!([NOWHERE]);
        agent["chat"] = json!(chat.to_string());
        agent["on"] = json!(true);
        self.call("save_virtual_agent", &agent).await?;
        let draft = json!({ "file": topic(), "baseRevision": null, "renamedFrom": null });
        let saved = self.call("save_topic", &draft).await?;
        let publish = json!({
            "name": TOPIC, "revision": saved["revision"], "note": "", "despiteTests": false
        });
        let published = self.call("publish_topic", &publish).await?;
        match published["topic"]["publishedVersion"].as_u64() {
            Some(_) => Ok(()),
            None => Err(format!("not published: {published}")),
        }
    }

    /// What comes in before the line is live is history, and nobody answers it: somebody else tries first.
    async fn wait_until_live(&mut self) -> Result<(), String> {
        let other = self
            .post("/sim/handsets", &json!({ "name": "First" }))
            .await?;
        let other = other["e164"].as_str().ok_or("no handset")?.to_owned();
        loop {
            self.say(&other, "hello").await?;
            for _ in 0..20 {
                if self.served(&other).await?.is_some() {
                    return Ok(());
                }
                self.breathe("the line to be live").await?;
            }
        }
    }

    async fn say(&self, from: &str, words: &str) -> Result<(), String> {
        let media = if words.is_empty() {
            json!([{ "content_type": "image/png", "base64": picture() }])
        } else {
            json!([])
        };
        let path = format!("/sim/handsets/{from}/texts");
        let said = json!({ "to": self.number, "body": words, "media": media });
        self.post(&path, &said).await.map(drop)
    }

    /// The conversation that the virtual agent has with a number.
    async fn served(&mut self, number: &str) -> Result<Option<i64>, String> {
        let request = json!({ "list": "withVirtualAgent", "after": null, "limit": 10 });
        let page = self.call("list_conversations", &request).await?;
        let rows = page["rows"].as_array().ok_or("no list")?;
        let row = rows.iter().find(|row| row["requesterNumber"] == number);
        Ok(row.and_then(|row| row["id"].as_i64()))
    }

    async fn thread(&mut self) -> Result<Vec<Value>, String> {
        let customer = self.handset.clone();
        let Some(conversation) = self.served(&customer).await? else {
            return Ok(Vec::new());
        };
        let request = json!({
            "conversationId": conversation, "anchor": { "kind": "latest" }, "limit": 100
        });
        let page = self.call("list_messages", &request).await?;
        Ok(page["messages"].as_array().ok_or("no thread")?.clone())
    }

    /// The virtual agent's texts. What nobody can tell the end of, and the carrier does not have, is dropped.
    async fn told(&mut self) -> Result<Vec<Value>, String> {
        let mut thread = self.thread().await?;
        thread.retain(|message| message["authorKind"] == "virtual_agent");
        let is_uncertain = |message: &&Value| message["delivery"]["mark"] == "uncertain";
        for message in thread.iter().filter(is_uncertain) {
            let id = message["id"].as_str().ok_or("a text without an id")?;
            let body = message["body"].as_str().unwrap_or_default();
            // What it has is found by itself.
            if !self.created_for_customer().await?.contains_key(body) {
                self.discard(id, body).await?;
            }
        }
        Ok(thread)
    }

    /// Holds what is there against what was said; what has not come to its end is waited for.
    async fn weigh(&mut self) -> Result<Option<String>, String> {
        let told = self.told().await?;
        let bodies: Vec<_> = told.iter().filter_map(|it| it["body"].as_str()).collect();
        if bodies.first().is_none_or(|it| !it.starts_with("Hello")) || bodies[1..] != TOLD {
            return Err(format!("the customer was told {bodies:#?}"));
        }
        let thread = self.thread().await?;
        let said: Vec<_> = thread
            .iter()
            .filter(|it| it["direction"] == "inbound")
            .filter_map(|it| it["body"].as_str())
            .collect();
        if said != SAID {
            return Err(format!("the customer said {said:?}"));
        }
        let created = self.created_for_customer().await?;
        for message in &told {
            let body = message["body"].as_str().unwrap_or_default();
            let mark = message["delivery"]["mark"].as_str().unwrap_or_default();
            match (mark, created.get(body).copied().unwrap_or(0)) {
                (_, more) if more > 1 => return Err(format!("{body} was sent {more} times")),
                ("sent" | "delivered", 1) | ("canceled" | "failed", 0) => {}
                ("sent" | "delivered" | "canceled" | "failed", times) => {
                    return Err(format!("{body} is {mark} and was sent {times} times"));
                }
                _ => return Ok(Some(format!("{body} to settle, it is {mark}"))),
            }
        }
        Ok(None)
    }

    async fn created_for_customer(&self) -> Result<BTreeMap<String, u64>, String> {
        let url = format!(
            "{}/sim/messages?direction=outbound&to={}",
            self.control,
            self.handset.replace('+', "%2B")
        );
        let answer = self.http.get(url).send().await.map_err(text)?;
        let answer: Value = answer.json().await.map_err(text)?;
        serde_json::from_value(answer["by_body"].clone()).map_err(|error| error.to_string())
    }
}

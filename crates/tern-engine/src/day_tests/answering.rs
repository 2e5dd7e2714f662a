//! The virtual agent's part in a day: what it can do, and what it must never do.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tern_domain::Handler;
use tern_domain::topic::{TopicFile, VirtualAgent};
use tern_store::{SettingName, StoreError, WriteTx};

use super::day::Day;
use super::file::File;
use super::setting::ours;

/// A session belongs to an interaction that is going on, and a conversation has one at most; what the virtual
/// agent has is nobody's work.
pub(super) fn sessions_belong_to_what_the_bot_has(file: &File) {
    let mut keys = BTreeSet::new();
    for id in &file.sessions {
        let interaction = file.interaction(*id);
        assert!(
            interaction.is_active(),
            "a session of what is over: {interaction:?}"
        );
        assert!(interaction.with_bot, "{interaction:?}");
        assert!(
            keys.insert(&interaction.key),
            "two sessions: {interaction:?}"
        );
    }
    for (_, _, interaction) in &file.interactions {
        if interaction.is_active() && interaction.handler == Handler::VirtualAgent {
            let mut open = file.work.iter().filter(|(is_open, _)| *is_open);
            let item = open.find(|(_, item)| item.interaction == interaction.id);
            assert!(item.is_none(), "work of the virtual agent's: {item:?}");
            assert_eq!(interaction.assigned_to, None, "{interaction:?}");
            assert!(
                file.sessions.contains(&interaction.id),
                "no session: {interaction:?}"
            );
        }
    }
}

/// H-7, R-5: while a person has it, or it waits for one, the virtual agent says nothing.
pub(super) fn never_over_the_head_of_a_person(before: &File, after: &File) {
    for (conversation, texts) in &after.bots_texts {
        let is_persons = |file: &File| {
            let active = file.active_in(*conversation);
            active
                .filter(|it| it.handler == Handler::LiveAgent)
                .map(|it| it.id)
        };
        if let (Some(was), Some(is)) = (is_persons(before), is_persons(after))
            && was == is
        {
            let texts_before = before.bots_texts.get(conversation);
            assert_eq!(texts_before, Some(texts), "H-7: spoke over a person");
        }
    }
}

/// What it can do on such a day.
fn topics() -> Vec<TopicFile> {
    let topic = |name: &str, nodes: Value| {
        let file = json!({
            "format": 1, "name": name, "displayName": name, "start": nodes[0]["id"], "nodes": nodes,
        });
        TopicFile::read(&file.to_string()).unwrap()
    };
    vec![
        topic(
            "complaint",
            json!([
                { "id": "ask", "kind": "askText", "variable": "what", "prompt": "What?", "next": "person" },
                { "id": "person", "kind": "transfer", "mandatorySkills": ["patience"], "next": "later" },
                { "id": "later", "kind": "sayText", "text": "Later, then." }
            ]),
        ),
        topic(
            "slow",
            json!([
                { "id": "wait", "kind": "pause", "seconds": 60, "next": "say" },
                { "id": "say", "kind": "sayText", "text": "There." }
            ]),
        ),
    ]
}

pub(super) fn publish(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    for file in topics() {
        let document = file.write();
        let now = super::setting::LIVE;
        tx.put_topic_draft(&file.name, &document, None, now)?;
        let version = tx.add_topic_version(&file.name, &document, "", None, now)?;
        tx.set_published(&file.name, Some(version))?;
    }
    Ok(())
}

impl Day {
    /// the second number is people's alone.
    pub(super) fn switch_bot(&self, on: bool) {
        let agent = VirtualAgent {
            on,
            live_agent_only: [ours(1)].into(),
            ..VirtualAgent::default()
        };
        self.core
            .store
            .write_blocking(move |tx| tx.put_setting(SettingName("virtual_agent"), &agent))
            .unwrap();
        self.runtime.block_on(self.core.load_topics()).unwrap();
    }
}

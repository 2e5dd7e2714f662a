//! The virtual agent's part in a day: what it can do, and what it must never do.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tern_domain::topic::{BotInput, TopicFile, VirtualAgent};
use tern_domain::{
    ActContext, AutopilotTopic, BotRefusal, ConversationState, EventBody, Handler, IdSource,
    OutboxState, Plan, plan_autopilot, plan_autopilot_stop, plan_hand_back,
};
use tern_store::{Applied, SettingName, StoreError, WriteTx};

use super::acts::context;
use super::day::Day;
use super::file::File;
use super::setting::{key, ours};
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

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

/// H-7, R-5: while a person has it, or it waits for one, the virtual agent says nothing of its own. Where an agent
/// runs a topic it speaks for them (H-9).
pub(super) fn never_over_the_head_of_a_person(before: &File, after: &File) {
    for (conversation, texts) in &after.bots_texts {
        let is_silent = |file: &File| {
            let active = file.active_in(*conversation);
            active
                .filter(|it| it.handler != Handler::VirtualAgent && it.autopilot.is_none())
                .map(|it| it.id)
        };
        let (Some(was), Some(is)) = (is_silent(before), is_silent(after)) else {
            continue;
        };
        let spoke = after.events.iter().skip(before.events.len()).any(|event| {
            event.aggregate.1 == is.to_string()
                && matches!(
                    event.body,
                    EventBody::AutopilotStarted { .. } | EventBody::HandedBack
                )
        });
        if was == is && !spoke {
            let texts_before = before.bots_texts.get(conversation);
            assert_eq!(texts_before, Some(texts), "H-7: spoke over a person");
        }
    }
}

/// H-9: a topic runs for somebody, and the session knows of it.
pub(super) fn autopilot_is_somebodys(file: &File) {
    for (_, _, interaction) in &file.interactions {
        if interaction.autopilot.is_some() {
            assert!(
                interaction.is_active() && interaction.assigned_to.is_some(),
                "runs for nobody: {interaction:?}"
            );
            assert!(
                file.sessions.contains(&interaction.id),
                "runs without a session: {interaction:?}"
            );
        }
    }
}

/// T-13: one text of a conversation is on its way at most, whoever wrote it.
pub(super) fn one_text_in_flight(file: &File) {
    let mut keys = BTreeSet::new();
    for entry in &file.outbox {
        if matches!(entry.state, OutboxState::InFlight { .. }) {
            assert!(keys.insert(&entry.key), "two at once: {entry:?}");
        }
    }
}

/// What it can do on such a day.
fn topics() -> Vec<TopicFile> {
    let topic = |name: &str, nodes: Value| {
        let file = json!({
            "format": 1, "name": name, "displayName": name, "start": nodes[0]["id"], "nodes": nodes,
            "autopilot": true,
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
        topic(
            "number",
            json!([
                { "id": "ask", "kind": "askText", "variable": "what", "format": "phone", "prompt": "Which?", "next": "say" },
                { "id": "say", "kind": "sayText", "text": "Noted." }
            ]),
        ),
        topic(
            "hours",
            json!([{ "id": "say", "kind": "sayText", "text": "Always." }]),
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

    /// As the use-case does it: where it does not answer, nothing is given back to it.
    pub(super) fn hand_back(&self, who: usize, on: usize) {
        if self.core.bot.topics().answers(&key(on).provider) {
            self.with_bot(who, on, BotInput::HandedBack, |state, ctx, ids| {
                plan_hand_back(state, &[ours(0), ours(1)], ctx, ids)
            });
        }
    }

    /// An agent runs a topic, or takes over again.
    pub(super) fn autopilot(&self, who: usize, on: usize, topic: Option<usize>) {
        let topics = topics();
        match topic.map(|number| topics[number % topics.len()].name.clone()) {
            Some(name) => {
                let input = BotInput::AutopilotBegin {
                    topic: name.clone(),
                };
                let topic = AutopilotTopic {
                    title: name.clone(),
                    name,
                };
                self.with_bot(who, on, input, move |state, ctx, ids| {
                    plan_autopilot(state, &topic, &[ours(0), ours(1)], ctx, ids)
                });
            }
            None => self.with_bot(who, on, BotInput::AutopilotStop, |state, ctx, ids| {
                plan_autopilot_stop(state, ctx, ids)
            }),
        }
    }

    fn with_bot<P>(&self, who: usize, on: usize, input: BotInput, plan: P)
    where
        P: FnOnce(&ConversationState, &ActContext, &mut dyn IdSource) -> Result<Plan, BotRefusal>
            + Send
            + 'static,
    {
        let (clock, bot) = (self.clock.clone(), self.core.bot.clone());
        let _applied = self
            .core
            .store
            .write_blocking(move |tx| {
                let now = clock.now();
                let state = tx.load_conversation_state_to_end(&key(on), now)?;
                let ids = &mut EdgeIds::new(&*clock);
                let Ok(plan) = plan(&state, &context(who, now), ids) else {
                    return Ok(Applied::default());
                };
                let mut applied = tx.apply(&plan)?;
                applied.merge(bot.drive(tx, &key(on), input)?);
                Ok(applied)
            })
            .unwrap();
    }
}

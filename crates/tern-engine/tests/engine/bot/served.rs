//! A line whose virtual agent serves the topics of these tests.

use serde_json::{Value, json};
use tern_domain::agents::{Agent, PresenceCause, PresenceState, plan_presence};
use tern_domain::routing::{ConfigChange, Queue, ServiceChannel};
use tern_domain::topic::{BotSession, BotSettings, TopicFile, VirtualAgent};
use tern_domain::{
    Actor, AgentId, EventBody, Interaction, InteractionId, PhoneNumber, PresenceStateId, QueueId,
    UtcMillis,
};
use tern_engine::EdgeIds;
use tern_store::SettingName;
use uuid::Uuid;

use crate::line::{ANNA, Line, until};

pub(crate) const ME: AgentId = AgentId::new(Uuid::from_u128(7));
const VIRTUAL_AGENT: SettingName = SettingName("virtual_agent");

/// The greeting that ships, on a line whose number has no name.
pub(crate) const HELLO: &str = "Hello, this is the assistant of our team. Write help for what I can do, or agent to \
                                talk to a person.";

pub(crate) fn topic(name: &str, rest: Value) -> TopicFile {
    let mut value = json!({
        "format": 1, "name": name, "displayName": name.replace('_', " "),
        "start": rest["nodes"][0]["id"],
    });
    for (key, field) in rest.as_object().unwrap() {
        value[key] = field.clone();
    }
    TopicFile::read(&value.to_string()).unwrap()
}

/// What the virtual agent of these tests can do.
pub(crate) fn topics() -> Vec<TopicFile> {
    let long: Vec<String> = (1..=60)
        .map(|line| format!("{line}. This line of the terms is there to be read by nobody at all."))
        .collect();
    vec![
        topic(
            "pizza",
            json!({ "agentContext": ["size"], "nodes": [
                { "id": "size", "kind": "askChoice", "variable": "size", "prompt": "Which size?", "next": "name",
                  "choices": [{ "label": "Small", "value": "s" }, { "label": "Large", "value": "l" }] },
                { "id": "name", "kind": "askText", "variable": "name", "prompt": "What is your name?", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Thank you, {{ name }}: {{ size }}." }
            ]}),
        ),
        topic(
            "terms",
            json!({ "nodes": [
                { "id": "say", "kind": "sayText", "text": long.join("\n"), "next": "more" },
                { "id": "more", "kind": "sayText", "text": "That is all." }
            ]}),
        ),
        topic(
            "photo",
            json!({ "nodes": [
                { "id": "ask", "kind": "askPicture", "variable": "photo", "prompt": "Send a picture.", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "I have got it." }
            ]}),
        ),
        topic(
            "show",
            json!({ "nodes": [
                { "id": "see", "kind": "sayImage", "text": "Here it is.", "picture": "https://pictures.example.com/map.png",
                  "altText": "A map" }
            ]}),
        ),
        topic(
            "slow",
            json!({ "nodes": [
                { "id": "wait", "kind": "pause", "seconds": 30, "next": "ask" },
                { "id": "ask", "kind": "askText", "variable": "it", "prompt": "And now?", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "So {{ it }}." }
            ]}),
        ),
        topic(
            "secret",
            json!({ "agentContext": ["pin"], "nodes": [
                { "id": "pin", "kind": "askText", "variable": "pin", "secure": true, "prompt": "Your PIN?",
                  "format": "custom", "pattern": "[0-9]{4}", "next": "done" },
                { "id": "done", "kind": "sayText", "text": "Thank you.", "next": "wait" },
                { "id": "wait", "kind": "pause", "seconds": 30, "next": "again" },
                { "id": "again", "kind": "askText", "variable": "second", "secure": true, "prompt": "And the other one?",
                  "next": "end" },
                { "id": "end", "kind": "sayText", "text": "That is all." }
            ]}),
        ),
        topic(
            "complaint",
            json!({ "agentContext": ["what"], "nodes": [
                { "id": "ask", "kind": "askText", "variable": "what", "prompt": "What happened?", "next": "person" },
                { "id": "person", "kind": "transfer", "shortDescription": "Complaint: {{ what }}",
                  "mandatorySkills": ["complaints"], "next": "later" },
                { "id": "later", "kind": "sayText", "text": "Please write again tomorrow." }
            ]}),
        ),
    ]
}

pub(crate) fn settings() -> VirtualAgent {
    VirtualAgent {
        on: true,
        chat: BotSettings::default(),
        ..VirtualAgent::default()
    }
}

impl Line {
    /// A line whose virtual agent answers.
    pub(crate) async fn with_bot() -> Self {
        let line = Self::start().await;
        line.serve(settings(), topics()).await;
        line
    }

    /// The team decides about its virtual agent and publishes topics.
    pub(crate) async fn serve(&self, agent: VirtualAgent, files: Vec<TopicFile>) {
        // What comes in before the line is live is history.
        until("the line to go live", async || {
            self.store.read(|conn| conn.live_since()).await.unwrap()
        })
        .await;
        self.store
            .write(move |tx| {
                tx.put_setting(VIRTUAL_AGENT, &agent)?;
                for file in files {
                    publish(tx, &file)?;
                }
                Ok(())
            })
            .await
            .unwrap();
        self.engine().topics_changed().await.unwrap();
    }

    /// An agent of the desk comes or goes.
    pub(crate) async fn agent_is(&self, state: PresenceStateId) {
        let clock = self.clock.clone();
        let _applied = self
            .store
            .write(move |tx| {
                let now = tern_engine::Clock::now(&*clock);
                let ids = &mut EdgeIds::new(&*clock);
                let config = tx.load_routing_config()?;
                let agent = Agent::first(ME, "An agent");
                if config.agent(ME).is_none() {
                    let changes = desk(agent.clone());
                    let _applied = tx.apply(&config.plan(changes, Actor::System, now, ids))?;
                }
                let states = PresenceState::shipped();
                let state = states.iter().find(|known| known.id == state).unwrap();
                let presence = tx.load_presence()?;
                let because = (Actor::Agent(ME), PresenceCause::Chosen);
                let plan =
                    plan_presence(&agent, presence.get(&ME), state, because, now, ids).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap();
    }

    /// The desk's only queue becomes another one.
    pub(crate) async fn queue_is(&self, change: impl FnOnce(&mut Queue) + Send + 'static) {
        let clock = self.clock.clone();
        let _applied = self
            .store
            .write(move |tx| {
                let config = tx.load_routing_config()?;
                let mut queue = config.queues[0].clone();
                change(&mut queue);
                let change = ConfigChange::Queue {
                    queue: Box::new(queue),
                };
                let ids = &mut EdgeIds::new(&*clock);
                let now = tern_engine::Clock::now(&*clock);
                tx.apply(&config.plan(vec![change], Actor::System, now, ids))
            })
            .await
            .unwrap();
    }

    /// What the customer's phone shows, once it is that.
    pub(crate) async fn phone_shows(&self, handset: &str, wanted: &[&str]) {
        let mut last = Vec::new();
        let reached = crate::line::until_or_not(async || {
            last = self.received_by(handset).await;
            (last == wanted).then_some(())
        });
        if reached.await.is_none() {
            panic!("waited in vain for {wanted:#?} on the phone, it shows {last:#?}");
        }
    }

    /// Texts that come in at one instant of the carrier's clock have no order: each gets its own second.
    pub(crate) async fn next_second(&self) {
        self.control("POST", "/sim/clock/advance", json!({"ms": 1_000}))
            .await;
    }

    /// Time passes here and at the carrier.
    pub(crate) async fn time_passes(&self, millis: i64) {
        self.control("POST", "/sim/clock/advance", json!({ "ms": millis }))
            .await;
        self.clock.advance(millis);
    }

    /// The bot has written so many texts.
    pub(crate) async fn bot_wrote(&self, from: &str, texts: usize) -> Vec<String> {
        until(&format!("{texts} texts of the bot"), async || {
            let thread = self.thread(from).await;
            let bots: Vec<_> = thread
                .into_iter()
                .filter(|text| text.author == Some(tern_domain::Author::VirtualAgent))
                .map(|text| text.body.into_string())
                .collect();
            (bots.len() >= texts).then_some(bots)
        })
        .await
    }

    /// A customer texts, and the answer has come once the phone shows so many texts.
    pub(crate) async fn says(&self, from: &str, body: &str, shown: usize) -> Vec<String> {
        self.next_second().await;
        self.text(from, body).await;
        until(&format!("{shown} texts after “{body}”"), async || {
            let texts = self.received_by(from).await;
            (texts.len() >= shown).then_some(texts)
        })
        .await
    }

    pub(crate) async fn interaction(&self) -> Interaction {
        self.latest_of(ANNA).await.unwrap()
    }

    pub(crate) async fn latest_of(&self, requester: &str) -> Option<Interaction> {
        let id = self.conversation(requester).await?;
        self.store
            .read(move |conn| conn.find_latest_interaction(id))
            .await
            .unwrap()
    }

    pub(crate) async fn interaction_becomes(
        &self,
        what: &str,
        is_it: impl Fn(&Interaction) -> bool,
    ) -> Interaction {
        until(what, async || {
            let found = self.latest_of(ANNA).await?;
            is_it(&found).then_some(found)
        })
        .await
    }

    pub(crate) async fn session(&self, interaction: InteractionId) -> Option<BotSession> {
        self.store
            .read(move |conn| conn.find_bot_session(interaction))
            .await
            .unwrap()
    }

    pub(crate) async fn events(&self, requester: &str) -> Vec<EventBody> {
        let id = self.conversation(requester).await.unwrap();
        let events = self
            .store
            .read(move |conn| conn.list_timeline(id, None, 500))
            .await
            .unwrap();
        events.into_iter().map(|event| event.body).collect()
    }

    pub(crate) async fn unread(&self, requester: &str) -> u32 {
        let id = self.conversation(requester).await.unwrap();
        let row = self
            .store
            .read(move |conn| conn.load_conversation(id))
            .await;
        row.unwrap().unread_count
    }
}

/// A desk as it is set up first: one agent, one queue that takes everything and asks nobody.
fn desk(agent: Agent) -> Vec<ConfigChange> {
    let queue = Queue::shipped(QueueId::new(Uuid::from_u128(9)));
    let mut changes = vec![
        ConfigChange::Agent { agent },
        ConfigChange::Channel {
            channel: ServiceChannel::sms(),
        },
        ConfigChange::Queue {
            queue: Box::new(queue),
        },
    ];
    changes.extend(PresenceState::shipped().map(|state| ConfigChange::PresenceState { state }));
    changes
}

fn publish(
    tx: &mut tern_store::WriteTx<'_>,
    file: &TopicFile,
) -> Result<(), tern_store::StoreError> {
    let now = UtcMillis(0);
    let document = file.write();
    tx.put_topic_draft(&file.name, &document, None, now)?;
    let version = tx.add_topic_version(&file.name, &document, "", None, now)?;
    tx.set_published(&file.name, Some(version))
}

pub(crate) fn ours() -> PhoneNumber {
    PhoneNumber::parse(crate::line::OURS).unwrap()
}

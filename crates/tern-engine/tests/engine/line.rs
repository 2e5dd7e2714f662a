//! One practice line, one encrypted file, one engine between them; and what a test does at both ends.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use tern_domain::schedule::UndoHold;
use tern_domain::{
    AgentId, ConversationKey, MessageId, MessageText, OutgoingText, PhoneNumber, SendContext,
    UtcMillis, plan_send,
};
use tern_engine::{
    AlertDesk, BotConfig, BotSecrets, Clock, EdgeIds, Engine, EngineConfig, NoSecrets,
    NobodyAtDesk, Policy, PracticeMediaHost, RestartPolicy, Tuning,
};
use tern_simulator::{LifeCycle, Simulator, SimulatorConfig};
use tern_store::{DatabaseKey, FileName, OpenConfig, PassphraseCost, Store};
use tern_twilio::{AccountSid, BaseUrl, ClientConfig, Credential, RetryPolicy, TwilioClient};
use uuid::Uuid;

use crate::clock::TestClock;

/// The team's number on the practice line.
pub(crate) const OURS: &str = "+14155550100";
/// Another number of the team, which only some tests connect.
pub(crate) const ALSO_OURS: &str = "+14155550101";
/// A customer.
pub(crate) const ANNA: &str = "+14155550123";
/// Another one.
pub(crate) const BEN: &str = "+14155550124";

/// What a PIN is hashed with: cheap, for tests alone.
pub(crate) const CHEAP: PassphraseCost = PassphraseCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

/// What the file is encrypted with.
pub(crate) const FILE_KEY: [u8; 32] = [7; 32];

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Line {
    pub(crate) sim: Simulator,
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) probes: AtomicI64,
    pub(crate) alert_desk: Arc<dyn AlertDesk>,
    pub(crate) bot_secrets: Arc<dyn BotSecrets>,
    /// Numbers of the team that the engine looks after.
    pub(crate) numbers: Vec<&'static str>,
    engine: Option<Engine>,
    tuning: Tuning,
    http: reqwest::Client,
    folder: tempfile::TempDir,
}

/// Everything as quick as loopback allows; pauses that matter are the domain's and follow the test's clock.
pub(crate) fn quick() -> Tuning {
    let ms = Duration::from_millis;
    Tuning {
        poll_focused: ms(15),
        poll_background: ms(15),
        poll_idle: ms(15),
        sweep_every: ms(150),
        trouble_first: ms(10),
        trouble_longest: ms(40),
        refused_probe: ms(40),
        media_retry_first: ms(10),
        backfill_rest: ms(1),
        retention_rest: ms(1),
        clock_look_every: ms(40),
        timer_look_every: ms(15),
        restart: RestartPolicy {
            first_pause: ms(5),
            longest_pause: ms(40),
            healthy_after: ms(1000),
        },
        ..Tuning::default()
    }
}

/// Looks at nothing by itself for an hour.
pub(crate) fn sleepy() -> Tuning {
    let hour = Duration::from_secs(3600);
    Tuning {
        poll_focused: hour,
        poll_background: hour,
        poll_idle: hour,
        sweep_every: hour,
        ..quick()
    }
}

impl Line {
    pub(crate) async fn start() -> Self {
        Self::start_with(SimulatorConfig::default(), quick()).await
    }

    pub(crate) async fn start_with(config: SimulatorConfig, tuning: Tuning) -> Self {
        let mut line = Self::without_engine(config, tuning).await;
        line.start_engine();
        // What is texted before that is history, and the carrier tells whole seconds.
        until("the line to be live", async || {
            line.store.read(|conn| conn.live_since()).await.unwrap()
        })
        .await;
        line
    }

    pub(crate) async fn without_engine(config: SimulatorConfig, tuning: Tuning) -> Self {
        crate::trace::listen();
        let life_cycle = LifeCycle::default().scaled(0.05);
        let sim = Simulator::start(SimulatorConfig {
            life_cycle,
            ..config
        })
        .await
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let line = Self {
            store: open(&folder),
            clock: Arc::default(),
            probes: AtomicI64::new(0),
            alert_desk: Arc::new(NobodyAtDesk),
            bot_secrets: Arc::new(NoSecrets),
            numbers: vec![OURS],
            engine: None,
            tuning,
            http: reqwest::Client::new(),
            folder,
            sim,
        };
        for handset in [ANNA, BEN] {
            line.control("POST", "/sim/handsets", json!({"e164": handset}))
                .await;
        }
        line
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    pub(crate) fn start_engine(&mut self) {
        let account = self.sim.account();
        let token = SecretString::from(account.auth_token.clone());
        self.start_engine_with(Credential::AuthToken(token));
    }

    pub(crate) fn start_engine_with(&mut self, credential: Credential) {
        let base = BaseUrl::parse(self.sim.base_url()).unwrap();
        let account = AccountSid::parse(self.sim.account().account_sid.clone()).unwrap();
        let ms = Duration::from_millis;
        let config = ClientConfig {
            post_timeout: Duration::from_secs(2),
            retry: RetryPolicy {
                max_retries: 1,
                first_delay: ms(5),
                max_delay: ms(10),
                max_retry_after: ms(20),
                media_not_found_delays: [ms(5), ms(10)],
            },
            ..ClientConfig::new(base, account, credential)
        };
        self.engine = Some(Engine::start(EngineConfig {
            store: self.store.clone(),
            client: TwilioClient::new(config).unwrap(),
            media_host: Arc::new(
                PracticeMediaHost::new(&self.sim.base_url().parse().unwrap()).unwrap(),
            ),
            status_callback: None,
            clock: self.clock.clone(),
            numbers: self
                .numbers
                .iter()
                .map(|it| PhoneNumber::parse(it).unwrap())
                .collect(),
            tuning: self.tuning.clone(),
            policy: Policy::default(),
            screen: tern_engine::SharedScreen::default(),
            bot: BotConfig {
                secrets: self.bot_secrets.clone(),
                pin_cost: CHEAP,
                ..BotConfig::default()
            },
            alert_desk: self.alert_desk.clone(),
        }));
    }

    pub(crate) fn take_engine(&mut self) -> Engine {
        self.engine.take().unwrap()
    }

    /// Ends the engine politely.
    pub(crate) async fn stop_engine(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop().await;
        }
    }

    /// Ends the engine as a crash does: nothing is waited for; then opens the file anew.
    pub(crate) async fn crash(&mut self) {
        drop(self.engine.take());
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.close())
            .await
            .unwrap();
        self.store = open(&self.folder);
    }

    pub(crate) fn key(requester: &str) -> ConversationKey {
        ConversationKey::sms(requester.into(), PhoneNumber::parse(OURS).unwrap())
    }

    /// A customer texts.
    pub(crate) async fn text(&self, from: &str, body: &str) -> String {
        self.text_with(from, body, json!([])).await
    }

    pub(crate) async fn text_with(&self, from: &str, body: &str, media: Value) -> String {
        let text = json!({"to": OURS, "body": body, "media": media});
        self.texts(from, text).await
    }

    /// A customer texts one of our numbers.
    pub(crate) async fn text_to(&self, ours: &str, from: &str, body: &str) -> String {
        self.texts(from, json!({"to": ours, "body": body, "media": []}))
            .await
    }

    async fn texts(&self, from: &str, text: Value) -> String {
        let path = format!("/sim/handsets/{from}/texts");
        let sent = self.control("POST", &path, text).await;
        sent["sid"].as_str().unwrap().to_owned()
    }

    /// What the customer's phone shows of ours, oldest first.
    pub(crate) async fn received_by(&self, handset: &str) -> Vec<String> {
        let path = format!("/sim/handsets/{handset}/texts");
        let texts = self.control("GET", &path, Value::Null).await;
        texts["texts"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|text| text["direction"] == "received")
            .map(|text| text["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// How many messages with this text the carrier ever created.
    pub(crate) async fn created(&self, body: &str) -> u64 {
        let all = self.control("GET", "/sim/messages", Value::Null).await;
        all["by_body"][body].as_u64().unwrap_or(0)
    }

    pub(crate) async fn arm(&self, fault: Value) {
        self.control("POST", "/sim/faults", fault).await;
    }

    pub(crate) async fn clear_faults(&self) {
        self.control("DELETE", "/sim/faults", Value::Null).await;
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.sim.control_url());
        let mut request = self.http.request(method.parse().unwrap(), url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        assert!(
            answer.status().is_success(),
            "{method} {path}: {}",
            answer.status()
        );
        answer.json().await.unwrap()
    }

    /// The agent answers.
    pub(crate) async fn send(&self, to: &str, body: &str) -> MessageId {
        self.send_with(to, body, Vec::new(), UndoHold::OFF).await
    }

    pub(crate) async fn send_with(
        &self,
        to: &str,
        body: &str,
        media: Vec<tern_domain::MediaId>,
        undo_hold: UndoHold,
    ) -> MessageId {
        let text = OutgoingText {
            message_id: MessageId::new(Uuid::now_v7()),
            body: MessageText::new(body),
            media,
        };
        let message_id = text.message_id;
        let key = Self::key(to);
        let clock = self.clock.clone();
        let _applied = self
            .store
            .write(move |tx| {
                let state = tx.load_conversation_state(&key, None)?;
                let ctx = SendContext {
                    now: clock.now(),
                    agent: AgentId::new(Uuid::from_u128(7)),
                    undo_hold,
                    provider_numbers: &[PhoneNumber::parse(OURS).unwrap()],
                    joins: true,
                };
                let plan = plan_send(&state, &text, &ctx, &mut EdgeIds::new(&*clock)).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap();
        self.ring_outbox();
        message_id
    }

    /// Tells the engine, if one runs, that the outbox has changed.
    pub(crate) fn ring_outbox(&self) {
        if let Some(engine) = &self.engine {
            engine.outbox_changed();
        }
    }

    pub(crate) fn now(&self) -> UtcMillis {
        self.clock.now()
    }
}

fn open(folder: &tempfile::TempDir) -> Store {
    let name = FileName::new("practice").unwrap();
    let key = DatabaseKey::from_bytes(FILE_KEY);
    Store::open(&OpenConfig::new(folder.path().to_owned(), name, key)).unwrap()
}

/// Looks again and again until there is an answer; fails with what was waited for.
pub(crate) async fn until<T>(what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    until_or_not(probe)
        .await
        .unwrap_or_else(|| panic!("waited in vain: {what}"))
}

/// The same for who has more to say about a failure.
pub(crate) async fn until_or_not<T>(mut probe: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let search = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, search).await.ok()
}

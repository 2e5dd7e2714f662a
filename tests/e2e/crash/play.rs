//! One run: texts come in and answers go out while the process dies, is started again, and settles.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tern_simulator::{LifeCycle, Simulator, SimulatorConfig};
use tokio::time::Instant;

use super::scenario::Scenario;
use crate::support::devserver::{Devserver, Gone};
use crate::support::pause;

/// Longest that one run may need to settle, restarts included.
const PATIENCE: Duration = Duration::from_secs(90);
const TEXTS: usize = 3;
/// The file's key in these runs; the real one never leaves a keychain.
pub(super) const KEY: &str = "5465726e2063726173682073756974652c206e6f742061207365637265742121";
const PICTURE: &[u8] = include_bytes!("../../fixtures/bicycle.png");

/// What a run that held its promises has to tell.
pub(super) struct Outcome {
    /// The process died at its step.
    pub(super) killed: bool,
    /// Sends that the agent is asked about.
    pub(super) uncertain: u32,
    /// Sends whose answer was lost and that were found at the carrier.
    pub(super) resolved: u32,
}

/// Plays one run; the error says which promise was broken.
pub(super) async fn play(scenario: Scenario) -> Result<Outcome, String> {
    let simulator = carrier().await?;
    let kill_at = scenario.kill_at();
    let mut run = Run::start(scenario, &simulator, Some(&kill_at)).await?;
    let outcome = run.play().await;
    drop(run);
    simulator.shutdown().await;
    outcome
}

/// The carrier of a run, in a hurry.
pub(super) async fn carrier() -> Result<Simulator, String> {
    let fast = LifeCycle {
        queued: Duration::from_millis(20),
        sending: Duration::from_millis(20),
        sent: Duration::from_millis(50),
    };
    Simulator::start(SimulatorConfig {
        life_cycle: fast,
        ..SimulatorConfig::default()
    })
    .await
    .map_err(|error| error.to_string())
}

pub(super) struct Run {
    pub(super) scenario: Scenario,
    pub(super) control: String,
    pub(super) handset: String,
    pub(super) number: String,
    pub(super) http: reqwest::Client,
    pub(super) killed: bool,
    pub(super) uncertain: u32,
    pub(super) server: Devserver,
    line: Value,
    folder: tempfile::TempDir,
    deadline: Instant,
}

impl Run {
    pub(super) async fn start(
        scenario: Scenario,
        simulator: &Simulator,
        kill_at: Option<&str>,
    ) -> Result<Self, String> {
        let account = simulator.account();
        let line = json!({
            "base_url": simulator.base_url().to_string(),
            "control_url": simulator.control_url().to_string(),
            "account_sid": account.account_sid,
            "auth_token": account.auth_token,
            "numbers": account.numbers,
        });
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let server = Devserver::start(folder.path(), KEY, &line, kill_at).await?;
        let mut run = Self {
            scenario,
            control: simulator.control_url().to_string(),
            handset: String::new(),
            number: account.numbers[0].clone(),
            http: reqwest::Client::new(),
            killed: false,
            uncertain: 0,
            server,
            line,
            folder,
            deadline: Instant::now() + PATIENCE,
        };
        let handset = run
            .post("/sim/handsets", &json!({ "name": "Crash" }))
            .await?;
        run.handset = handset["e164"].as_str().ok_or("no handset")?.to_owned();
        Ok(run)
    }

    async fn play(&mut self) -> Result<Outcome, String> {
        if let Some(fault) = self.scenario.fault.arm() {
            self.post("/sim/faults", &fault).await?;
        }
        for n in 0..TEXTS {
            let media = if n == 1 {
                json!([{ "content_type": "image/png", "base64": picture() }])
            } else {
                json!([])
            };
            let path = format!("/sim/handsets/{}/texts", self.handset);
            self.post(
                &path,
                &json!({ "to": self.number, "body": self.inbound(n), "media": media }),
            )
            .await?;
        }
        let conversation = self.wait_for_conversation().await?;
        for n in 0..TEXTS {
            let request = json!({
                "messageId": message_id(self.scenario.number, n),
                "conversationId": conversation,
                "body": self.outbound(n),
                "joins": false,
            });
            // A window that got no answer asks again with the same id, as ours does.
            self.call("send_message", &request).await?;
        }
        self.settle(conversation).await
    }

    fn inbound(&self, n: usize) -> String {
        format!("inbound {n} of run {}", self.scenario.number)
    }

    fn outbound(&self, n: usize) -> String {
        format!("outbound {n} of run {}", self.scenario.number)
    }

    async fn wait_for_conversation(&mut self) -> Result<i64, String> {
        loop {
            for list in ["new", "ongoing", "done"] {
                let request = json!({ "list": list, "after": null, "limit": 10 });
                let page = self.call("list_conversations", &request).await?;
                if let Some(id) = page["rows"][0]["id"].as_i64() {
                    return Ok(id);
                }
            }
            self.breathe("the first text to arrive").await?;
        }
    }

    /// Waits until nothing moves any more and judges what is there.
    async fn settle(&mut self, conversation: i64) -> Result<Outcome, String> {
        loop {
            let request = json!({ "conversationId": conversation, "anchor": { "kind": "latest" }, "limit": 100 });
            let page = self.call("list_messages", &request).await?;
            let created = self.created_at_carrier().await?;
            let awaited = match self.judge(&page, &created)? {
                Verdict::Settled { resolved } => {
                    return Ok(Outcome {
                        killed: self.killed,
                        uncertain: self.uncertain,
                        resolved,
                    });
                }
                Verdict::Undecided(n) => {
                    self.decide(n).await?;
                    "the agent's word to be obeyed".to_owned()
                }
                Verdict::Moving(what) => what,
            };
            self.breathe(&awaited).await?;
        }
    }

    /// Nobody can tell whether the text left, and the carrier does not have it: the app must list it, and
    /// the agent drops it.
    async fn decide(&mut self, n: usize) -> Result<(), String> {
        let (id, body) = (message_id(self.scenario.number, n), self.outbound(n));
        self.discard(&id, &body).await
    }

    /// The agent is asked about a text, and drops it.
    pub(super) async fn discard(&mut self, id: &str, body: &str) -> Result<(), String> {
        let status = self.call("app_status", &json!({})).await?;
        if status["uncertainSends"].as_u64().unwrap_or(0) == 0 {
            return Err(format!("{body} is uncertain but not listed"));
        }
        let request = json!({ "messageId": id, "verdict": "discard" });
        let had_died = self.killed;
        if let Err(error) = self.call("settle_uncertain", &request).await {
            // Asked again after the kill: the first word was committed, and its answer died with the process.
            let was_obeyed = self.killed && !had_died && error.contains("notAllowed");
            if !was_obeyed {
                return Err(error);
            }
        }
        self.uncertain += 1;
        Ok(())
    }

    fn judge(&self, page: &Value, created: &BTreeMap<String, u64>) -> Result<Verdict, String> {
        let messages = page["messages"].as_array().ok_or("no thread")?;
        let count = |body: &str| {
            messages
                .iter()
                .filter(|message| message["body"] == body)
                .count()
        };
        let mut moving = None;
        for n in 0..TEXTS {
            match count(&self.inbound(n)) {
                1 => {}
                0 => moving = Some(format!("{} to arrive", self.inbound(n))),
                more => return Err(format!("{} is shown {more} times", self.inbound(n))),
            }
        }
        let waiting_media = messages
            .iter()
            .flat_map(|message| message["media"].as_array().into_iter().flatten());
        for medium in waiting_media {
            match medium["state"].as_str() {
                Some("image") => {}
                Some("pending") => moving = Some("the picture to be fetched".to_owned()),
                other => return Err(format!("the picture is {other:?}")),
            }
        }
        let (mut undecided, mut resolved) = (None, 0);
        for n in 0..TEXTS {
            let body = self.outbound(n);
            let at_carrier = created.get(&body).copied().unwrap_or(0);
            if at_carrier > 1 {
                return Err(format!("{body} was sent {at_carrier} times"));
            }
            if count(&body) != 1 {
                return Err(format!("{body} is shown {} times", count(&body)));
            }
            let mark = messages
                .iter()
                .find(|message| message["body"] == body.as_str())
                .and_then(|message| message["delivery"]["mark"].as_str())
                .unwrap_or_default();
            match (mark, at_carrier) {
                ("sent" | "delivered", 1) => resolved += u32::from(self.answer_was_lost(n)),
                ("sent" | "delivered", _) => {
                    return Err(format!("{body} is {mark} but never reached the carrier"));
                }
                ("uncertain", 0) => undecided = Some(n),
                ("canceled" | "failed", 0) => {}
                ("canceled" | "failed", _) => {
                    return Err(format!("{body} is {mark} but reached the carrier"));
                }
                _ => moving = Some(format!("{body} to settle, it is {mark}")),
            }
        }
        Ok(match (undecided, moving) {
            (Some(n), _) => Verdict::Undecided(n),
            (None, Some(what)) => Verdict::Moving(what),
            (None, None) => Verdict::Settled { resolved },
        })
    }

    fn answer_was_lost(&self, n: usize) -> bool {
        use super::scenario::Fault;
        n == 0
            && matches!(
                self.scenario.fault,
                Fault::AnswerLost | Fault::FailedAfterAccepting
            )
    }

    async fn created_at_carrier(&self) -> Result<BTreeMap<String, u64>, String> {
        let url = format!("{}/sim/messages?direction=outbound", self.control);
        let answer: Value = self
            .http
            .get(url)
            .send()
            .await
            .map_err(text)?
            .json()
            .await
            .map_err(text)?;
        serde_json::from_value(answer["by_body"].clone()).map_err(|error| error.to_string())
    }

    /// Ends the process, and starts it again as one that dies at its step: at once, where it looks at the carrier's
    /// list before it says where it listens.
    pub(super) async fn arm(&mut self) -> Result<(), String> {
        self.arm_after(|_| Ok(())).await
    }

    /// The same, after the file was prepared while no process had it open.
    pub(super) async fn arm_after(
        &mut self,
        prepare: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<(), String> {
        self.server.end().await?;
        prepare(self.folder.path())?;
        let kill_at = self.scenario.kill_at();
        let (folder, line) = (self.folder.path(), &self.line);
        self.server = match Devserver::start(folder, KEY, line, Some(&kill_at)).await {
            Ok(server) => server,
            Err(_died) => {
                self.killed = true;
                Devserver::start(folder, KEY, line, None).await?
            }
        };
        self.deadline = Instant::now() + PATIENCE;
        Ok(())
    }

    /// Calls the app; when the process is gone, starts it again and calls once more.
    pub(super) async fn call(&mut self, name: &str, request: &Value) -> Result<Value, String> {
        loop {
            match self.server.call(name, request).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) if error["code"] == "notReady" => {}
                Ok(Err(error)) => return Err(format!("{name}: {error}")),
                Err(Gone) => self.restart().await?,
            }
            self.breathe(&format!("{name} to be answered")).await?;
        }
    }

    async fn restart(&mut self) -> Result<(), String> {
        if self.killed {
            return Err("the process died a second time, by itself".to_owned());
        }
        if !self.server.was_killed().await {
            return Err("the process ended, but not by SIGKILL".to_owned());
        }
        self.killed = true;
        self.server = Devserver::start(self.folder.path(), KEY, &self.line, None).await?;
        Ok(())
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}{path}", self.control);
        let answer = self.http.post(url).json(body).send().await.map_err(text)?;
        let answer = answer.error_for_status().map_err(text)?;
        answer.json().await.map_err(text)
    }

    pub(super) async fn breathe(&self, awaited: &str) -> Result<(), String> {
        if Instant::now() >= self.deadline {
            return Err(format!("waited in vain for {awaited}"));
        }
        pause().await;
        Ok(())
    }
}

enum Verdict {
    /// Everything has its end.
    Settled { resolved: u32 },
    /// This outbound text waits for the agent's word.
    Undecided(usize),
    /// Something is still under way.
    Moving(String),
}

/// A UUIDv7 that is the same in every execution of the same run.
fn message_id(run: u32, n: usize) -> String {
    format!("0199e000-0000-7000-8000-{run:08x}{n:04x}")
}

pub(super) fn picture() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(PICTURE)
}

pub(super) fn text(error: reqwest::Error) -> String {
    error.to_string()
}

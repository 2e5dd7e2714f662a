//! A desk whose virtual agent asks for PINs, as a process of its own, and a handset that texts with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tern_simulator::{LifeCycle, Simulator, SimulatorConfig};
use tokio::time::Instant;

use crate::support::devserver::Devserver;
use crate::support::pause;

const PATIENCE: Duration = Duration::from_secs(60);
/// The file's key; the real one never leaves a keychain.
pub(super) const KEY: [u8; 32] = *b"Tern secrets suite, not a secret";

pub(super) struct Desk {
    pub(super) simulator: Simulator,
    pub(super) server: Devserver,
    /// What the phone of a user is.
    pub(super) phone: String,
    http: reqwest::Client,
    line: Value,
    folder: tempfile::TempDir,
}

impl Desk {
    /// A practice line that is live, with linking switched on.
    pub(super) async fn start() -> Self {
        let fast = LifeCycle {
            queued: Duration::from_millis(20),
            sending: Duration::from_millis(20),
            sent: Duration::from_millis(50),
        };
        let config = SimulatorConfig {
            life_cycle: fast,
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(config).await.unwrap();
        let account = simulator.account();
        let line = json!({
            "base_url": simulator.base_url().to_string(),
            "control_url": simulator.control_url().to_string(),
            "account_sid": account.account_sid,
            "auth_token": account.auth_token,
            "numbers": account.numbers,
        });
        let folder = tempfile::tempdir().unwrap();
        for part in ["data", "traces"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let server = Self::process(&folder, &line, None).await.unwrap();
        let mut desk = Self {
            simulator,
            server,
            phone: String::new(),
            http: reqwest::Client::new(),
            line,
            folder,
        };
        desk.phone = desk.handset("User").await;
        desk.serve().await;
        desk
    }

    async fn process(
        folder: &tempfile::TempDir,
        line: &Value,
        kill_at: Option<&str>,
    ) -> Result<Devserver, String> {
        let (data, traces) = (folder.path().join("data"), folder.path().join("traces"));
        let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        Devserver::start_traced(&data, &key, line, kill_at, &traces).await
    }

    /// The data, and beside it the log and temporary files.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The process is killed. The user writes meanwhile, and the next process is killed at a step with these words.
    pub(super) async fn dies_with(&mut self, words: &str, step: &str) {
        self.server.end().await.unwrap();
        self.text(&self.phone, words).await;
        match Self::process(&self.folder, &self.line, Some(step)).await {
            Ok(mut server) => assert!(server.was_killed().await, "at {step}"),
            Err(silence) => assert!(silence.ends_with("said \"\""), "{silence}"),
        }
    }

    /// Starts the next process.
    pub(super) async fn restart(&mut self) {
        self.server = Self::process(&self.folder, &self.line, None).await.unwrap();
    }

    pub(super) async fn call(&self, name: &str, request: Value) -> Value {
        let answer = self.server.call(name, &request).await.expect("an answer");
        answer.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(super) async fn control(&self, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}{path}", self.simulator.control_url());
        let request = match body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn handset(&self, name: &str) -> String {
        let made = self
            .control("/sim/handsets", Some(&json!({ "name": name })))
            .await;
        made["e164"].as_str().unwrap().to_owned()
    }

    async fn serve(&self) {
        let mut agent = self.call("virtual_agent", json!({})).await;
        let mut chat: Value = serde_json::from_str(agent["chat"].as_str().unwrap()).unwrap();
        let parts = chat["includes"].as_array_mut().unwrap();
        parts.push(json!("link_account"));
        agent["chat"] = json!(chat.to_string());
        agent["on"] = json!(true);
        self.call("save_virtual_agent", agent).await;
        // What comes in before the line is live is history: somebody else tries first.
        let other = self.handset("First").await;
        self.until("the line to be live", async || {
            self.text(&other, "hello").await;
            pause().await;
            !self.received(&other).await.is_empty()
        })
        .await;
    }

    /// A user with this phone and the PIN that they chose; answers the secret of their authenticator app as it is
    /// shown.
    pub(super) async fn enrol(&self, pin: &str) -> String {
        let fields = json!({
            "kind": "user", "name": "Anna", "mobilePhone": self.phone, "phone": "", "roles": [], "email": "",
            "territory": "US", "notes": "", "account": ""
        });
        let saved = self
            .call("save_person", json!({ "personId": null, "fields": fields }))
            .await;
        let person = &saved["personId"];
        let chosen = json!({ "personId": person, "pin": pin, "repeat": pin });
        self.call("set_soft_pin", chosen).await;
        let begun = self
            .call("begin_enrolment", json!({ "personId": person }))
            .await;
        let secret = begun["secret"].as_str().unwrap().to_owned();
        // The step before this one, so that the code of this one is still to be used.
        let code = code_of(&secret, "30 seconds ago");
        let first = json!({ "personId": person, "code": code });
        self.call("confirm_enrolment", first).await;
        secret
    }

    pub(super) async fn text(&self, from: &str, body: &str) {
        let number = &self.line["numbers"][0];
        let path = format!("/sim/handsets/{from}/texts");
        let said = json!({ "to": number, "body": body, "media": [] });
        self.control(&path, Some(&said)).await;
    }

    pub(super) async fn received(&self, phone: &str) -> Vec<String> {
        let texts = self
            .control(&format!("/sim/handsets/{phone}/texts"), None)
            .await;
        let texts = texts["texts"].as_array().unwrap().iter();
        texts
            .filter(|text| text["direction"] == "received")
            .map(|text| text["body"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The user texts, and gets an answer with these words.
    pub(super) async fn says(&self, body: &str, wanted: &str) {
        let before = self.received(&self.phone).await.len();
        self.text(&self.phone, body).await;
        self.until(wanted, async || {
            let shown = self.received(&self.phone).await;
            shown.iter().skip(before).any(|it| it.contains(wanted))
        })
        .await;
    }

    /// No text that has to be forgotten stands at the carrier.
    pub(super) async fn is_wiped_at_carrier(&self, words: &[&str]) -> bool {
        let all = self.control("/sim/messages", None).await;
        let bodies = all["by_body"].as_object().unwrap();
        bodies
            .keys()
            .all(|body| !words.iter().any(|words| body.contains(words)))
    }

    pub(super) async fn until(&self, what: &str, state: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !state().await {
            if Instant::now() >= deadline {
                let shown = self.received(&self.phone).await;
                panic!("waited in vain for: {what}; the user was told {shown:?}");
            }
            pause().await;
        }
    }
}

/// What somebody else's implementation makes of a secret.
pub(super) fn code_of(secret: &str, at: &str) -> String {
    let output = Command::new("oathtool")
        .args(["--totp", "--base32", "--now", at, secret])
        .output()
        .expect("oathtool, from the package of that name");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

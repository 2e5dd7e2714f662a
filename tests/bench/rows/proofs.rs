//! Proving by text who somebody is: whether the time of an answer tells what was wrong (L-3).
//!
//! A whole engine at a simulated carrier, with what PINs are really hashed with. Each round tries every case once,
//! and another case comes first each time.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use secrecy::SecretString;
use serde_json::{Value, json};
use tern_domain::topic::{SetupTopic, VirtualAgent};
use tern_domain::verification::{Authenticator, AuthenticatorSecret, SECRET_LENGTH, Verification};
use tern_domain::{
    Effect, Person, PersonDetails, PersonId, PersonKind, PhoneNumber, Plan, UtcMillis,
};
use tern_engine::{
    BotConfig, Engine, EngineConfig, NobodyAtDesk, Policy, PracticeMediaHost, SharedScreen,
    SystemClock, Tuning,
};
use tern_simulator::{LifeCycle, Simulator, SimulatorConfig};
use tern_store::{PassphraseCost, SettingName, Store, hash_pin};
use tern_twilio::{AccountSid, BaseUrl, ClientConfig, Credential, TwilioClient};
use uuid::Uuid;

use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

const ROUNDS: usize = 30;
const OURS: &str = "+14155550100";
const PIN: &str = "739164";
const WRONG_PIN: &str = "739165";
/// Right by chance once in 300,000 tries.
const CODE: &str = "000000";
const PATIENCE: Duration = Duration::from_secs(20);

/// What is tried, and from where.
struct Case {
    name: &'static str,
    number: &'static str,
    pin: &'static str,
    user: Option<PersonId>,
}

struct Line {
    simulator: Simulator,
    store: Store,
    engine: Engine,
    http: reqwest::Client,
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let folder = bench.folder.join("proofs");
    std::fs::create_dir_all(&folder)?;
    let store = Store::open(&config(&folder)?)?;
    tokio::runtime::Runtime::new()?.block_on(measure(store))
}

async fn measure(store: Store) -> anyhow::Result<Vec<Figure>> {
    let user = |number: u128| PersonId::new(Uuid::from_u128(number));
    let cases = [
        ("a wrong PIN", "+14155550123", WRONG_PIN, Some(user(1))),
        ("a wrong code", "+14155550124", PIN, Some(user(2))),
        ("no account", "+14155550125", PIN, None),
    ]
    .map(|(name, number, pin, user)| Case {
        name,
        number,
        pin,
        user,
    });
    let line = Line::start(store, &cases).await?;
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..cases.len() {
            let index = (round + turn) % cases.len();
            let (Some(case), Some(times)) = (cases.get(index), times.get_mut(index)) else {
                continue;
            };
            line.forget(&cases).await?;
            line.ask(case, "link my number", "six-digit PIN").await?;
            let to_the_pin = line.ask(case, case.pin, "authenticator app").await?;
            times.push(to_the_pin + line.ask(case, CODE, "did not fit").await?);
        }
    }
    line.engine.stop().await;
    let samples = times.map(Sample::of);
    let medians = samples.each_ref().map(|sample| sample.percentile(50));
    let most = medians.iter().copied().fold(f64::MIN, f64::max);
    let least = medians.iter().copied().fold(f64::MAX, f64::min);
    let told: Vec<String> = cases
        .iter()
        .zip(&samples)
        .map(|(case, sample)| {
            let at = |percentile| sample.percentile(percentile);
            format!("{} {:.0}/{:.0}/{:.0}", case.name, at(10), at(50), at(90))
        })
        .collect();
    Ok(vec![Figure {
        name: "proof by text: most that its answers differ by".to_owned(),
        value: most - least,
        unit: "ms",
        target: Target::None,
        note: format!(
            "of the medians; p10/p50/p90 of both answers together: {}",
            told.join(", ")
        ),
    }])
}

impl Line {
    async fn start(store: Store, cases: &[Case]) -> anyhow::Result<Self> {
        let simulator = Simulator::start(SimulatorConfig {
            life_cycle: LifeCycle::default().scaled(0.01),
            ..SimulatorConfig::default()
        })
        .await?;
        let account = simulator.account();
        let base = BaseUrl::parse(simulator.base_url())?;
        let token = Credential::AuthToken(SecretString::from(account.auth_token.clone()));
        let client =
            ClientConfig::new(base, AccountSid::parse(account.account_sid.clone())?, token);
        let mut agent = VirtualAgent {
            on: true,
            ..VirtualAgent::default()
        };
        agent.chat.includes.insert(SetupTopic::LinkAccount);
        store
            .write(move |tx| tx.put_setting(SettingName("virtual_agent"), &agent))
            .await?;
        let often = Duration::from_millis(15);
        let engine = Engine::start(EngineConfig {
            store: store.clone(),
            client: TwilioClient::new(client)?,
            media_host: std::sync::Arc::new(PracticeMediaHost::new(
                &simulator.base_url().parse()?,
            )?),
            status_callback: None,
            clock: std::sync::Arc::new(SystemClock),
            numbers: vec![PhoneNumber::parse(OURS)?],
            tuning: Tuning {
                poll_focused: often,
                poll_background: often,
                poll_idle: often,
                ..Tuning::default()
            },
            policy: Policy::default(),
            screen: SharedScreen::default(),
            bot: BotConfig::default(),
            alert_desk: std::sync::Arc::new(NobodyAtDesk),
        });
        let line = Self {
            simulator,
            store,
            engine,
            http: reqwest::Client::new(),
        };
        for case in cases {
            line.control("POST", "/sim/handsets", json!({ "e164": case.number }))
                .await?;
        }
        line.enrol(cases).await?;
        let deadline = Instant::now() + PATIENCE;
        while line.store.read(|conn| conn.live_since()).await?.is_none() {
            anyhow::ensure!(Instant::now() < deadline, "the line did not go live");
            tokio::time::sleep(often).await;
        }
        Ok(line)
    }

    async fn enrol(&self, cases: &[Case]) -> anyhow::Result<()> {
        let secret = AuthenticatorSecret::new(&[9; SECRET_LENGTH]);
        let mut effects = Vec::new();
        for case in cases {
            let Some(id) = case.user else { continue };
            let sealed = self
                .store
                .authenticators()
                .seal(id, &secret)
                .ok()
                .context("the secret could not be sealed")?;
            effects.push(Effect::SetPerson(Box::new(Person {
                id,
                details: PersonDetails {
                    kind: PersonKind::User,
                    name: case.name.to_owned(),
                    mobile_phone: Some(PhoneNumber::parse(case.number)?),
                    ..PersonDetails::default()
                },
            })));
            effects.push(Effect::SetVerification {
                person: id,
                verification: Box::new(Verification {
                    pin: Some(hash_pin(&PIN.to_owned().into(), PassphraseCost::default())?),
                    authenticator: Some(Authenticator {
                        sealed,
                        since: UtcMillis(0),
                        last_step: 0,
                    }),
                    ..Verification::default()
                }),
            });
        }
        let plan = Plan {
            events: Vec::new(),
            effects,
        };
        self.store
            .write(move |tx| tx.apply(&plan).map(|_| ()))
            .await?;
        Ok(())
    }

    /// Forgets wrong entries: three of them would lock.
    async fn forget(&self, cases: &[Case]) -> anyhow::Result<()> {
        let users: Vec<PersonId> = cases.iter().filter_map(|case| case.user).collect();
        self.store
            .write(move |tx| {
                let mut effects = Vec::new();
                for person in users {
                    let known = tx.find_verification(person)?.unwrap_or_default();
                    effects.push(Effect::SetVerification {
                        person,
                        verification: Box::new(Verification {
                            lockout: tern_domain::verification::Lockout::default(),
                            ..known
                        }),
                    });
                }
                tx.put_setting(SettingName("stray_proofs"), &json!({}))?;
                let plan = Plan {
                    events: Vec::new(),
                    effects,
                };
                tx.apply(&plan).map(|_| ())
            })
            .await?;
        Ok(())
    }

    /// From the moment the carrier has a text until its answer is on the phone.
    async fn ask(&self, case: &Case, body: &str, wanted: &str) -> anyhow::Result<Duration> {
        // The carrier tells whole seconds, and texts of one second have no order.
        self.control("POST", "/sim/clock/advance", json!({ "ms": 1_000 }))
            .await?;
        let path = format!("/sim/handsets/{}/texts", case.number);
        let before = self.received(&path).await?.len();
        let text = json!({ "to": OURS, "body": body, "media": [] });
        self.control("POST", &path, text).await?;
        let start = Instant::now();
        loop {
            let shown = self.received(&path).await?;
            let last = shown.last().filter(|_| shown.len() > before);
            if last.is_some_and(|text| text.contains(wanted)) {
                return Ok(start.elapsed());
            }
            anyhow::ensure!(start.elapsed() < PATIENCE, "{} was not answered", case.name);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn received(&self, path: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.control("GET", path, Value::Null).await?;
        let texts = answer.get("texts").and_then(Value::as_array);
        let texts = texts.context("the handset shows nothing")?;
        let is_received = |text: &&Value| text.get("direction") == Some(&Value::from("received"));
        let bodies = texts.iter().filter(is_received);
        let bodies = bodies.filter_map(|text| text.get("body")?.as_str());
        Ok(bodies.map(str::to_owned).collect())
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.simulator.control_url());
        let mut request = self.http.request(method.parse()?, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}

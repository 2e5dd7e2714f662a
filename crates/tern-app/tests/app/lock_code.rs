//! The authenticator app at the lock: set up, asked for, required, and lost.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tern_app::dto::*;
use tern_app::{App, AppConfig, ErrorCode, NoSecretStore, PracticeHost, rpc};
use tern_domain::{AgentId, AggregateRef};
use tern_simulator::SimulatorConfig;
use tern_store::{DatabaseKey, FileName, OpenConfig, RecoveryEnvelope, Store};

use crate::file_key::{OTHER_CODE, file_key, make_code};
use crate::lock::{Ahead, PIN, ask, is_locked, set_pin};
use crate::rig::Rig;
use crate::team::{add_agent, me};
use crate::verification::code_at;

/// Ben's.
const OTHER_PIN: &str = "9024";

/// A desk whose clock goes on from code to code.
struct Bench {
    rig: Rig,
    clock: Arc<Ahead>,
    me: String,
}

impl Bench {
    /// A practice line whose agent has a PIN.
    async fn new() -> Self {
        let rig = Rig::practising().await;
        let me = me(&rig.app.team().await.unwrap()).id.clone();
        set_pin(&rig, &me, Some(PIN)).await.unwrap();
        Self::on(rig, me).await
    }

    async fn on(rig: Rig, me: String) -> Self {
        let clock = Arc::default();
        let bench = Self { rig, clock, me };
        bench.restart().await
    }

    async fn restart(self) -> Self {
        self.rig.app.shutdown().await;
        let line: Arc<dyn PracticeHost> = self.rig.line.clone();
        let folder = self.rig.folder.path().to_owned();
        let mut config = AppConfig::new(folder, self.rig.secrets.clone(), line);
        config.clock = self.clock.clone();
        let app = App::start(config).await;
        Self {
            rig: Rig { app, ..self.rig },
            ..self
        }
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// The next code that was never shown before.
    fn code(&self, secret: &str) -> String {
        self.pass(30);
        self.same_code(secret)
    }

    /// What the app shows now.
    fn same_code(&self, secret: &str) -> String {
        let ahead = self.clock.0.load(Ordering::SeqCst) / 1_000;
        code_at(secret, &format!("+{ahead} seconds"))
    }

    async fn ask(&self, name: &str, request: Value) -> Result<Value, ErrorCode> {
        ask(&self.rig, name, request).await
    }

    async fn begin(&self, secret: &str, code: Option<&str>) -> Result<String, ErrorCode> {
        let proof = json!({ "secret": secret, "code": code });
        let begun = self.ask("begin_lock_code", proof).await?;
        Ok(begun["secret"].as_str().unwrap().to_owned())
    }

    async fn confirm(&self, code: &str) -> Result<Value, ErrorCode> {
        self.ask("confirm_lock_code", json!({ "code": code })).await
    }

    /// Sets an app up and answers its secret.
    async fn set_up(&self) -> String {
        let secret = self.begin(PIN, None).await.unwrap();
        self.confirm(&self.code(&secret)).await.unwrap();
        secret
    }

    async fn lock(&self) {
        self.ask("lock_app", Value::Null).await.unwrap();
        assert!(is_locked(&self.rig).await);
    }

    async fn unlock_as(
        &self,
        agent: Option<&str>,
        secret: &str,
        code: Option<&str>,
    ) -> Result<Value, ErrorCode> {
        let request = json!({ "agentId": agent, "secret": secret, "code": code });
        self.ask("unlock_app", request).await
    }

    async fn unlock(&self, secret: &str, code: Option<&str>) -> Result<Value, ErrorCode> {
        self.unlock_as(None, secret, code).await
    }

    async fn require_code(&self, asks_code: bool) -> Result<Value, ErrorCode> {
        let rules = json!({
            "on": true, "idleMinutes": 240, "onSuspend": false, "required": true, "asksCode": asks_code,
        });
        self.ask("save_app_lock_settings", rules).await
    }

    async fn has_code(&self) -> bool {
        let settings = self.ask("app_lock_settings", Value::Null).await.unwrap();
        settings["codeSince"].is_number()
    }

    async fn phase(&self) -> Value {
        let status = self.rig.app.app_status().await.unwrap();
        serde_json::to_value(status.phase).unwrap()
    }
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn unlocking_asks_for_both_and_tells_not_which_was_wrong() {
    let bench = Bench::new().await;
    assert_eq!(bench.begin("9999", None).await, Err(ErrorCode::WrongKey));
    let secret = bench.begin(PIN, None).await.unwrap();
    let first = bench.code(&secret);
    assert_eq!(
        bench.confirm(wrong(&first)).await,
        Err(ErrorCode::InvalidInput)
    );
    bench.confirm(&first).await.unwrap();
    assert!(bench.has_code().await);
    bench.lock().await;
    assert_eq!(bench.phase().await["asksCode"], json!(true));

    // L-14: the code that proved it is used up.
    assert_eq!(
        bench.unlock(PIN, Some(&first)).await,
        Err(ErrorCode::WrongKey)
    );
    assert_eq!(bench.unlock(PIN, None).await, Err(ErrorCode::WrongKey));
    let code = bench.code(&secret);
    let told = async |pin: &str, code: &str| {
        let request = json!({ "agentId": null, "secret": pin, "code": code });
        let error = rpc::dispatch(&bench.rig.app, "unlock_app", request).await;
        let error = error.unwrap_err();
        (error.message, error.remedy)
    };
    let wrong_pin = told("9999", &code).await;
    assert_eq!(wrong_pin, told(PIN, wrong(&code)).await);
    assert!(is_locked(&bench.rig).await);
    // A wrong PIN used no code up.
    bench.unlock(PIN, Some(&code)).await.unwrap();
    bench.lock().await;
    assert_eq!(
        bench.unlock(PIN, Some(&code)).await,
        Err(ErrorCode::WrongKey),
        "used once"
    );
    let code = bench.code(&secret);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    bench.unlock(PIN, Some(&spaced)).await.unwrap();
    bench.rig.app.shutdown().await;
}

#[tokio::test]
async fn wrong_codes_are_waited_out_like_wrong_pins_and_a_restart_forgives_none() {
    let bench = Bench::new().await;
    let secret = bench.set_up().await;
    bench.require_code(true).await.unwrap();
    bench.lock().await;
    for tried in 0..6 {
        let code = bench.code(&secret);
        let (pin, code) = if tried % 2 == 0 {
            (PIN, wrong(&code))
        } else {
            ("9999", code.as_str())
        };
        assert_eq!(
            bench.unlock(pin, Some(code)).await,
            Err(ErrorCode::WrongKey)
        );
    }
    let bench = bench.restart().await;
    assert!(is_locked(&bench.rig).await);
    let code = bench.same_code(&secret);
    assert_eq!(
        bench.unlock(PIN, Some(&code)).await,
        Err(ErrorCode::NotAllowed)
    );
    bench.pass(120);
    let code = bench.code(&secret);
    bench.unlock(PIN, Some(&code)).await.unwrap();
    // A code that was used before a restart is used after it.
    let bench = bench.restart().await;
    assert_eq!(
        bench.unlock(PIN, Some(&code)).await,
        Err(ErrorCode::WrongKey)
    );
    bench.rig.app.shutdown().await;
}

#[tokio::test]
async fn it_is_taken_away_with_pin_and_code_alone() {
    let bench = Bench::new().await;
    let secret = bench.set_up().await;
    let remove = async |pin: &str, code: Option<&str>| {
        let proof = json!({ "secret": pin, "code": code });
        bench.ask("remove_lock_code", proof).await
    };
    assert_eq!(remove(PIN, None).await, Err(ErrorCode::WrongKey));
    let code = bench.code(&secret);
    assert_eq!(remove("9999", Some(&code)).await, Err(ErrorCode::WrongKey));
    assert_eq!(
        bench.begin(PIN, None).await,
        Err(ErrorCode::WrongKey),
        "another one in its place needs its code, too"
    );
    remove(PIN, Some(&code)).await.unwrap();
    assert!(!bench.has_code().await);
    bench.lock().await;
    bench.unlock(PIN, None).await.unwrap();
    bench.rig.app.shutdown().await;
}

#[tokio::test]
async fn what_is_required_is_set_up_before_the_desk_opens_and_nothing_else_is_answered() {
    let bench = Bench::new().await;
    let ben = add_agent(&bench.rig, "Ben", &[]).await;
    set_pin(&bench.rig, &ben, Some(OTHER_PIN)).await.unwrap();
    assert_eq!(
        bench.require_code(true).await,
        Err(ErrorCode::NotAllowed),
        "an administrator cannot lock themselves out"
    );
    let secret = bench.set_up().await;
    bench.require_code(true).await.unwrap();
    let code = bench.code(&secret);
    let proof = json!({ "secret": PIN, "code": code });
    let refused = bench.ask("remove_lock_code", proof).await;
    assert_eq!(refused, Err(ErrorCode::NotAllowed));

    bench.lock().await;
    for name in ["begin_lock_code", "confirm_lock_code"] {
        let refused = bench.ask(name, json!({ "secret": "", "code": "" })).await;
        assert_eq!(refused, Err(ErrorCode::Locked), "{name}");
    }
    let unlock_ben = async || bench.unlock_as(Some(&ben), OTHER_PIN, None).await;
    unlock_ben().await.unwrap();
    let phase = bench.phase().await;
    assert_eq!(
        (&phase["kind"], &phase["setsUp"]),
        (&json!("appLocked"), &json!("Ben"))
    );
    let open_now = [
        "app_status",
        "lock_app",
        "unlock_app",
        "note_activity",
        "save_draft",
        "begin_lock_code",
        "confirm_lock_code",
    ];
    for name in rpc::COMMANDS.iter().filter(|name| !open_now.contains(name)) {
        let refused = bench.ask(name, Value::Null).await;
        assert_eq!(refused, Err(ErrorCode::Locked), "{name}");
    }
    // Going back forgets what was proved.
    bench.lock().await;
    assert_eq!(bench.begin("", None).await, Err(ErrorCode::Locked));
    unlock_ben().await.unwrap();
    let bench = bench.restart().await;
    assert_eq!(bench.begin("", None).await, Err(ErrorCode::Locked));
    bench.unlock_as(Some(&ben), OTHER_PIN, None).await.unwrap();
    let bens = bench.begin("", None).await.unwrap();
    assert_eq!(
        bench.confirm(wrong(&bench.code(&bens))).await,
        Err(ErrorCode::InvalidInput)
    );
    assert!(is_locked(&bench.rig).await);
    bench.confirm(&bench.code(&bens)).await.unwrap();
    assert!(!is_locked(&bench.rig).await);
    assert_eq!(me(&bench.rig.app.team().await.unwrap()).id, ben);
    assert_eq!(bench.require_code(false).await, Err(ErrorCode::NotAllowed));
    bench.rig.app.shutdown().await;
}

#[tokio::test]
async fn a_lost_one_is_reset_by_another_administrator() {
    let bench = Bench::new().await;
    let ben = add_agent(&bench.rig, "Ben", &[]).await;
    set_pin(&bench.rig, &ben, Some(OTHER_PIN)).await.unwrap();
    bench.set_up().await;
    let reset = async |agent: &str| {
        let request = json!({ "agentId": agent });
        bench.ask("reset_lock_code", request).await
    };
    assert_eq!(reset(&bench.me).await, Err(ErrorCode::NotAllowed), "own");
    bench.lock().await;
    assert_eq!(reset(&bench.me).await, Err(ErrorCode::Locked));
    bench.unlock_as(Some(&ben), OTHER_PIN, None).await.unwrap();
    assert_eq!(
        reset(&bench.me).await,
        Err(ErrorCode::NotAllowed),
        "Ben is no administrator"
    );

    // Back at the desk as administrator, for Ben's.
    let sign_in = json!({ "agentId": bench.me, "pin": PIN });
    bench.ask("sign_in", sign_in).await.unwrap();
    bench.lock().await;
    bench.unlock_as(Some(&ben), OTHER_PIN, None).await.unwrap();
    let secret = bench.begin(OTHER_PIN, None).await.unwrap();
    bench.confirm(&bench.code(&secret)).await.unwrap();
    let sign_in = json!({ "agentId": bench.me, "pin": PIN });
    bench.ask("sign_in", sign_in).await.unwrap();
    let team = reset(&ben).await.unwrap();
    let agents = team["agents"].as_array().unwrap();
    let bens = agents
        .iter()
        .find(|agent| agent["id"] == json!(ben))
        .unwrap();
    assert_eq!(bens["hasLockCode"], json!(false));
    bench.lock().await;
    bench.unlock_as(Some(&ben), OTHER_PIN, None).await.unwrap();
    bench.rig.app.shutdown().await;
    assert_eq!(events_of(&bench.rig, &ben), 2, "set up and reset");
    assert_eq!(events_of(&bench.rig, &bench.me), 1, "set up");
}

#[tokio::test]
async fn alone_at_the_desk_the_recovery_code_stands_in_once_and_takes_it_away() {
    let bench = Bench::new().await;
    let recovery = make_code(&bench.rig, PIN).await;
    bench.set_up().await;
    bench.require_code(true).await.unwrap();
    bench.lock().await;
    assert_eq!(
        bench.unlock("9999", Some(&recovery)).await,
        Err(ErrorCode::WrongKey),
        "it replaces the code, not the PIN"
    );
    bench.unlock(PIN, Some(&recovery)).await.unwrap();
    let phase = bench.phase().await;
    assert!(phase["setsUp"].is_string(), "still required: {phase}");
    let secret = bench.begin("", None).await.unwrap();
    bench.confirm(&bench.code(&secret)).await.unwrap();
    assert!(!is_locked(&bench.rig).await && bench.has_code().await);
    assert!(bench.rig.app.security().await.unwrap().rotation_advised);
    bench.rig.app.shutdown().await;
    assert_eq!(events_of(&bench.rig, &bench.me), 3);
}

#[tokio::test]
async fn a_wrong_recovery_code_at_the_lock_counts_in_the_waits_of_the_file() {
    let bench = Bench::new().await;
    let recovery = make_code(&bench.rig, PIN).await;
    bench.set_up().await;
    bench.lock().await;
    let name = FileName::new("tern").unwrap();
    let folder = bench.rig.folder.path().to_owned();
    let tries = || RecoveryEnvelope::tries(&folder, &name).unwrap();
    let before = tries();
    // One with a mistyped symbol cannot be a code, and is no guess.
    let mistyped = format!(
        "{}{}",
        &recovery[..recovery.len() - 1],
        if recovery.ends_with('7') { "8" } else { "7" }
    );
    assert_eq!(
        bench.unlock(PIN, Some(&mistyped)).await,
        Err(ErrorCode::WrongKey)
    );
    assert_eq!(tries(), before);
    assert_eq!(
        bench.unlock(PIN, Some(OTHER_CODE)).await,
        Err(ErrorCode::WrongKey)
    );
    assert_ne!(tries(), before);
    // Waited out as at the locked file, however right the next one is.
    let mut waits = false;
    for _ in 0..20 {
        bench.pass(1);
        if bench.unlock("9999", Some(OTHER_CODE)).await == Err(ErrorCode::NotAllowed) {
            waits = true;
            break;
        }
    }
    assert!(waits);
    bench.pass(86_400);
    bench.unlock(PIN, Some(&recovery)).await.unwrap();
    assert_eq!(tries(), before, "the right one forgives them");
    bench.rig.app.shutdown().await;
}

#[tokio::test]
async fn a_file_does_not_require_the_code_where_whoever_imports_it_has_no_app() {
    let bench = Bench::new().await;
    bench.set_up().await;
    bench.require_code(true).await.unwrap();
    let file = bench.rig.app.export_configuration().await.unwrap();
    let other = Bench::new().await;
    let import = || ConfigurationText {
        text: file.text.clone(),
    };
    let refused = other.rig.app.import_configuration(import()).await;
    let refused = refused.map(drop).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let words = format!("{refused:?}");
    assert!(
        words.contains("set up an authenticator app for yourself first"),
        "{words}"
    );
    let settings = other.ask("app_lock_settings", Value::Null).await.unwrap();
    assert_eq!(settings["asksCode"], json!(false));
    other.set_up().await;
    other.rig.app.import_configuration(import()).await.unwrap();
    let settings = other.ask("app_lock_settings", Value::Null).await.unwrap();
    assert_eq!(settings["asksCode"], json!(true));
}

#[tokio::test]
async fn the_passphrase_that_opened_the_file_does_not_stand_in_for_the_code() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    let passphrase = "correct horse".to_owned();
    let request = StartPractice {
        passphrase: Some(passphrase.clone()),
    };
    rig.app.start_practice(request).await.unwrap();
    let agent = me(&rig.app.team().await.unwrap()).id.clone();
    let open = async |bench: &Bench| {
        let request = UnlockWith {
            passphrase: Some(passphrase.clone()),
        };
        bench.rig.app.unlock(request).await.unwrap()
    };
    let bench = Bench::on(rig, agent).await;
    open(&bench).await;
    let secret = bench.begin(&passphrase, None).await.unwrap();
    bench.confirm(&bench.code(&secret)).await.unwrap();
    bench.require_code(false).await.unwrap();
    let bench = bench.restart().await;
    open(&bench).await;
    assert!(is_locked(&bench.rig).await);
    assert_eq!(
        bench.unlock(&passphrase, None).await,
        Err(ErrorCode::WrongKey)
    );
    let code = bench.code(&secret);
    bench.unlock(&passphrase, Some(&code)).await.unwrap();
    bench.rig.app.shutdown().await;
}

/// How many events of an agent's are recorded, for the audit trail.
fn events_of(rig: &Rig, agent: &str) -> u32 {
    let key: [u8; 32] = file_key(rig).unwrap().try_into().unwrap();
    let store = Store::open(&OpenConfig::new(
        rig.folder.path().to_owned(),
        FileName::new("practice").unwrap(),
        DatabaseKey::from_bytes(key),
    ))
    .unwrap();
    let agent = agent.parse::<AgentId>().unwrap();
    store
        .read_blocking(move |conn| {
            conn.verify_event_chain()?;
            conn.aggregate_version(&AggregateRef::Agent(agent))
        })
        .unwrap()
}

//! The lock of the desk: nothing is told while it is on, whatever is asked, and what opens it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tern_app::dto::*;
use tern_app::{App, AppConfig, Change, ErrorCode, NoSecretStore, PracticeHost, rpc};
use tern_domain::UtcMillis;
use tern_engine::{Clock, SystemClock};
use tern_simulator::SimulatorConfig;

use crate::rig::{Rig, wait_for};
use crate::team::{add_agent, customer, me};

pub(crate) const PIN: &str = "4071";
/// What must not be read anywhere while the desk is locked.
const SECRET: &str = "My invoice 88213 is wrong";

/// What may be asked for while it is locked.
const OPEN: [&str; 5] = [
    "app_status",
    "lock_app",
    "unlock_app",
    "note_activity",
    "save_draft",
];

pub(crate) async fn ask(rig: &Rig, name: &str, request: Value) -> Result<Value, ErrorCode> {
    rpc::dispatch(&rig.app, name, request)
        .await
        .map_err(|error| error.code)
}

pub(crate) async fn set_pin(rig: &Rig, agent: &str, pin: Option<&str>) -> Result<Value, ErrorCode> {
    ask(
        rig,
        "set_agent_pin",
        json!({ "agentId": agent, "current": PIN, "new": pin }),
    )
    .await
}

/// A practice line whose agent has a PIN.
async fn with_pin() -> (Rig, String) {
    let rig = Rig::practising().await;
    let agent = me(&rig.app.team().await.unwrap()).id.clone();
    set_pin(&rig, &agent, Some(PIN)).await.unwrap();
    (rig, agent)
}

async fn locks_itself(rig: &Rig, required: bool) -> Result<Value, ErrorCode> {
    let rules = json!({ "on": true, "idleMinutes": 5, "onSuspend": true, "required": required, "asksCode": false });
    ask(rig, "save_app_lock_settings", rules).await
}

pub(crate) async fn is_locked(rig: &Rig) -> bool {
    let status = rig.app.app_status().await.unwrap();
    assert!(matches!(
        status.phase,
        Phase::AppLocked { .. } | Phase::Ready
    ));
    status.phase != Phase::Ready
}

async fn unlock(rig: &Rig, secret: &str) -> Result<Value, ErrorCode> {
    let request = json!({ "agentId": null, "secret": secret });
    ask(rig, "unlock_app", request).await
}

#[tokio::test]
async fn every_command_but_those_of_the_lock_is_refused_while_it_is_locked() {
    let (rig, _) = with_pin().await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, SECRET).await;
    ask(&rig, "lock_app", Value::Null).await.unwrap();
    assert!(rpc::COMMANDS.len() > 100);
    for name in OPEN {
        assert!(rpc::COMMANDS.contains(&name), "{name}");
    }
    for name in rpc::COMMANDS.iter().filter(|name| !OPEN.contains(name)) {
        for request in [Value::Null, json!({ "conversationId": row.id })] {
            let refused = ask(&rig, name, request).await;
            assert_eq!(refused, Err(ErrorCode::Locked), "{name}");
        }
    }
    let status = ask(&rig, "app_status", Value::Null)
        .await
        .unwrap()
        .to_string();
    assert!(!status.contains("88213") && !status.contains(&phone));
    assert!(status.contains("appLocked"));
    let picture = rig.app.media("practice/1").await.err().unwrap();
    assert_eq!(picture.code, ErrorCode::Locked);
    assert_eq!(rig.app.unread_conversations().await, 0);

    // What was being written is kept; keeping it tells nothing.
    let draft = json!({ "conversationId": row.id, "body": "We look into" });
    assert_eq!(ask(&rig, "save_draft", draft).await, Ok(Value::Null));
    unlock(&rig, PIN).await.unwrap();
    let request = ConversationRef {
        conversation_id: row.id,
    };
    let view = rig.app.conversation(request).await.unwrap();
    assert_eq!(view.draft.unwrap().body, "We look into");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn texts_go_on_coming_in_while_it_is_locked_and_no_hint_tells_whose() {
    let (rig, _) = with_pin().await;
    let phone = customer(&rig).await;
    rig.text(&phone, "hello").await;
    let mut changes = rig.app.subscribe();
    let number = rig.number().await;
    rig.app.lock_app().await.unwrap();
    let text = json!({ "to": number, "body": SECRET });
    rig.control(&format!("handsets/{phone}/texts"), text).await;
    let mut heard = Vec::new();
    let mut locked = false;
    loop {
        let change = changes.recv().await.unwrap().change;
        if change == (Change::Lock { locked: true }) {
            // What was told before it may still be on its way.
            locked = true;
            heard.clear();
        }
        let arrived = locked && matches!(change, Change::Arrived { .. });
        heard.push(serde_json::to_string(&change).unwrap());
        if arrived {
            break;
        }
    }
    let heard = heard.join("\n");
    assert!(heard.contains("Unlock Tern to see it"), "{heard}");
    for private in ["88213", &phone, "\"conversation\"", "Pat"] {
        assert!(!heard.contains(private), "{private} in {heard}");
    }
    unlock(&rig, PIN).await.unwrap();
    rig.wait_for_row(SECRET).await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn wrong_pins_are_slowed_down_and_a_restart_neither_opens_nor_forgives() {
    let (rig, _) = with_pin().await;
    locks_itself(&rig, false).await.unwrap();
    rig.app.lock_app().await.unwrap();
    for _ in 0..6 {
        assert_eq!(unlock(&rig, "9999").await, Err(ErrorCode::WrongKey));
    }
    assert_eq!(unlock(&rig, PIN).await, Err(ErrorCode::NotAllowed));
    let rig = rig.restart().await;
    assert!(is_locked(&rig).await, "ending Tern is no way in");
    assert_eq!(
        unlock(&rig, PIN).await,
        Err(ErrorCode::NotAllowed),
        "the wait goes on"
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn what_nobody_could_open_is_not_locked() {
    let rig = Rig::practising().await;
    assert_eq!(
        ask(&rig, "lock_app", Value::Null).await,
        Err(ErrorCode::NotAllowed)
    );
    assert_eq!(locks_itself(&rig, false).await, Err(ErrorCode::NotAllowed));
    assert!(!is_locked(&rig).await);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn what_an_administrator_requires_holds_for_whoever_signs_in() {
    let (rig, first) = with_pin().await;
    let ben = add_agent(&rig, "Ben", &[]).await;
    locks_itself(&rig, true).await.unwrap();
    let sign_in = json!({ "agentId": ben, "pin": null });
    assert_eq!(
        ask(&rig, "sign_in", sign_in.clone()).await,
        Err(ErrorCode::NotAllowed),
        "somebody without a PIN could never lock the desk"
    );
    assert_eq!(
        set_pin(&rig, &first, None).await,
        Err(ErrorCode::NotAllowed)
    );
    set_pin(&rig, &ben, Some("9024")).await.unwrap();
    let sign_in = json!({ "agentId": ben, "pin": "9024" });
    ask(&rig, "sign_in", sign_in).await.unwrap();
    let looser = json!({ "on": true, "idleMinutes": 60, "onSuspend": true, "required": true, "asksCode": false });
    assert_eq!(
        ask(&rig, "save_app_lock_settings", looser).await,
        Err(ErrorCode::NotAllowed)
    );
    let stricter = json!({ "on": true, "idleMinutes": 1, "onSuspend": true, "required": true, "asksCode": false });
    ask(&rig, "save_app_lock_settings", stricter).await.unwrap();

    // The policy is part of the configuration, and another one of it counts at once.
    let file = rig.app.export_configuration().await.unwrap();
    assert!(file.text.contains("appLock"), "{}", file.text);

    // The administrator opens Ben's desk with a PIN of their own and sits there then.
    rig.app.lock_app().await.unwrap();
    assert_eq!(unlock(&rig, PIN).await, Err(ErrorCode::WrongKey));
    let other = json!({ "agentId": first, "secret": PIN });
    ask(&rig, "unlock_app", other).await.unwrap();
    assert_eq!(me(&rig.app.team().await.unwrap()).id, first);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn the_machine_going_to_sleep_locks() {
    let (rig, _) = with_pin().await;
    rig.app.lock_before_sleep();
    assert!(!is_locked(&rig).await, "nobody asked for it");
    locks_itself(&rig, false).await.unwrap();
    rig.app.lock_before_sleep();
    assert!(is_locked(&rig).await);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn without_a_keychain_the_passphrase_opens_it_and_is_asked_for_once_at_a_start() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    let passphrase = "correct horse".to_owned();
    let request = StartPractice {
        passphrase: Some(passphrase.clone()),
    };
    rig.app.start_practice(request).await.unwrap();
    locks_itself(&rig, false).await.unwrap();
    rig.app.lock_app().await.unwrap();
    assert_eq!(unlock(&rig, "wrong horse").await, Err(ErrorCode::WrongKey));
    unlock(&rig, &passphrase).await.unwrap();
    let rig = rig.restart().await;
    let request = UnlockWith {
        passphrase: Some(passphrase),
    };
    let opened = rig.app.unlock(request).await.unwrap();
    assert_eq!(opened.phase, Phase::Ready);
    wait_for(&rig.app, "the line", async || {
        let status = rig.app.app_status().await.unwrap();
        (status.connection == Connection::Online).then_some(())
    })
    .await;
    rig.app.shutdown().await;
}

/// A clock that can be pushed forward.
#[derive(Default)]
pub(crate) struct Ahead(pub(crate) AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> UtcMillis {
        UtcMillis(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn it_locks_by_itself_when_nobody_does_anything() {
    let (rig, _) = with_pin().await;
    let rules = json!({ "on": true, "idleMinutes": 5, "onSuspend": false, "required": false, "asksCode": false });
    ask(&rig, "save_app_lock_settings", rules).await.unwrap();
    rig.app.shutdown().await;
    let clock = Arc::<Ahead>::default();
    let line: Arc<dyn PracticeHost> = rig.line.clone();
    let mut config = AppConfig::new(rig.folder.path().to_owned(), rig.secrets.clone(), line);
    config.clock = clock.clone();
    let rig = Rig {
        app: App::start(config).await,
        ..rig
    };
    unlock(&rig, PIN).await.unwrap();
    let pass = |minutes: i64| clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    pass(4);
    ask(&rig, "note_activity", Value::Null).await.unwrap();
    pass(4);
    // Somebody was there four minutes ago: what the watch does is seen only from what it does after the fifth.
    assert!(!is_locked(&rig).await);
    pass(2);
    wait_for(&rig.app, "the lock", async || {
        is_locked(&rig).await.then_some(())
    })
    .await;
    rig.app.shutdown().await;
}

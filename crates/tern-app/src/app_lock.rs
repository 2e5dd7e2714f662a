//! Whether the desk is locked, and the watch that locks it.
//!
//! Owns the flag that the door of every command asks. The watch goes by the clock and by when a person last did
//! something in the window; a gap in its own looks is a machine that slept. Syncing and the virtual agent know
//! nothing of it. It refuses to lock what nobody could open again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tern_domain::app_lock::{AppLockRules, SLEPT};
use tern_domain::{AgentId, Millis, UtcMillis};
use tern_engine::{Clock, RestartPolicy, Supervisor};

use crate::changes::Changes;
use crate::events::Change;

/// How often the watch looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long what was proved at the lock counts while an authenticator app is set up: time to install one.
const SET_UP_LASTS: Millis = Millis::minutes(10);

/// Commands that are carried out while it is locked. None of them tells anything about a customer; what was being
/// written when it locked is kept, and keeping it is answered by nothing.
const OPEN_WHILE_LOCKED: [&str; 5] = [
    "app_status",
    "lock_app",
    "unlock_app",
    "note_activity",
    "save_draft",
];

/// Commands that are carried out besides while somebody who proved the rest sets up the code that is required.
const OPEN_WHILE_SETTING_UP: [&str; 2] = ["begin_lock_code", "confirm_lock_code"];

/// The lock of this desk.
#[derive(Default)]
pub(crate) struct AppLock {
    locked: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: AppLockRules,
    /// Somebody at this desk has something to open it with.
    has_key: bool,
    /// When a person last did something.
    active_at: Option<UtcMillis>,
    looked_at: Option<UtcMillis>,
    /// Who proved everything but the code that is required, and sets up an authenticator app now.
    setting_up: Option<AgentId>,
}

impl AppLock {
    pub(crate) fn is_locked(&self) -> bool {
        self.locked.load(Ordering::SeqCst)
    }

    /// Whether a command is answered now.
    pub(crate) fn admits(&self, command: &str) -> bool {
        !self.is_locked()
            || OPEN_WHILE_LOCKED.contains(&command)
            || (OPEN_WHILE_SETTING_UP.contains(&command) && self.setting_up().is_some())
    }

    /// A line was opened: with the lock on, it begins locked, or ending the program would open it.
    pub(crate) fn begin(&self, rules: AppLockRules, has_key: bool, now: UtcMillis) {
        let mut state = self.state();
        *state = State {
            rules,
            has_key,
            active_at: Some(now),
            looked_at: None,
            setting_up: None,
        };
        drop(state);
        self.locked.store(rules.on && has_key, Ordering::SeqCst);
    }

    /// The line was left: there is nothing to lock.
    pub(crate) fn end(&self) {
        *self.state() = State::default();
        self.locked.store(false, Ordering::SeqCst);
    }

    pub(crate) fn rules(&self) -> AppLockRules {
        self.state().rules
    }

    pub(crate) fn set_rules(&self, rules: AppLockRules) {
        self.state().rules = rules;
    }

    /// Whether there is something to open it with: somebody has a PIN now, or nobody any more. Tells whether that is
    /// news.
    pub(crate) fn set_key(&self, has_key: bool) -> bool {
        std::mem::replace(&mut self.state().has_key, has_key) != has_key
    }

    pub(crate) fn has_key(&self) -> bool {
        self.state().has_key
    }

    /// A person did something in the window. While it is locked that opens nothing.
    pub(crate) fn active(&self, now: UtcMillis) {
        self.state().active_at = Some(now);
    }

    /// Somebody proved everything but the code that they have to set up. It lapses after a while.
    pub(crate) fn set_up(&self, agent: AgentId, now: UtcMillis) {
        let mut state = self.state();
        state.setting_up = Some(agent);
        state.active_at = Some(now);
    }

    pub(crate) fn setting_up(&self) -> Option<AgentId> {
        self.state().setting_up
    }

    /// Locks; tells whether it was open, or about to be.
    pub(crate) fn lock(&self) -> bool {
        let was_about_to = self.state().setting_up.take().is_some();
        !self.locked.swap(true, Ordering::SeqCst) || was_about_to
    }

    pub(crate) fn open(&self, now: UtcMillis) {
        self.active(now);
        self.state().setting_up = None;
        self.locked.store(false, Ordering::SeqCst);
    }

    /// Locks if it is time to; tells whether it did.
    fn look(&self, now: UtcMillis) -> bool {
        let mut state = self.state();
        let since_last_look = state.looked_at.map_or(Millis::ZERO, |at| now.since(at));
        let idle = state.active_at.map_or(Millis::ZERO, |at| now.since(at));
        state.looked_at = Some(now);
        let is_due = if state.setting_up.is_some() {
            idle >= SET_UP_LASTS || since_last_look >= SLEPT
        } else {
            state.has_key && state.rules.is_due(idle, since_last_look)
        };
        drop(state);
        is_due && self.lock()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells windows and shells that the desk is locked, or open again.
pub(crate) fn tell(changes: &Changes, locked: bool) {
    changes.emit(Change::Lock { locked });
    changes.emit(Change::Status);
    if !locked {
        changes.emit(Change::Everything);
    }
}

/// Watches until the returned owner is stopped.
pub(crate) fn watch(
    lock: Arc<AppLock>,
    changes: Arc<Changes>,
    clock: Arc<dyn Clock>,
) -> Supervisor {
    let supervisor = Supervisor::new(RestartPolicy::default());
    supervisor.start("lock", move |token| {
        let (lock, changes, clock) = (Arc::clone(&lock), Arc::clone(&changes), Arc::clone(&clock));
        async move {
            loop {
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
                if lock.look(clock.now()) {
                    tell(&changes, true);
                }
            }
        }
    });
    supervisor
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: AppLockRules = AppLockRules {
        on: true,
        idle_minutes: 10,
        on_suspend: true,
        required: false,
        asks_code: false,
    };

    fn minutes(count: i64) -> UtcMillis {
        UtcMillis(count * 60_000)
    }

    #[test]
    fn a_restart_opens_nothing_and_a_lock_without_a_key_locks_nobody_out() {
        let lock = AppLock::default();
        lock.begin(RULES, true, minutes(0));
        assert!(lock.is_locked());
        lock.begin(RULES, false, minutes(0));
        assert!(!lock.is_locked() && !lock.look(minutes(500)));
    }

    #[test]
    fn it_locks_when_nobody_does_anything_and_activity_puts_it_off() {
        let lock = AppLock::default();
        lock.begin(RULES, true, minutes(0));
        lock.open(minutes(0));
        let mut now = minutes(0);
        let mut pass = |until: UtcMillis| {
            let mut locked = false;
            while now < until {
                now = UtcMillis(now.0 + 2_000);
                locked |= lock.look(now);
            }
            locked
        };
        assert!(!pass(minutes(9)));
        lock.active(minutes(9));
        assert!(!pass(minutes(18)));
        assert!(pass(minutes(20)));
        assert!(!lock.admits("list_messages") && lock.admits("app_status"));
        lock.active(minutes(20));
        assert!(lock.is_locked(), "moving the pointer opens nothing");
    }

    #[test]
    fn what_was_proved_to_set_a_code_up_opens_two_commands_and_lapses() {
        let lock = AppLock::default();
        lock.begin(RULES, true, minutes(0));
        assert!(!lock.admits("begin_lock_code"));
        let agent = AgentId::new(uuid::Uuid::from_u128(1));
        lock.set_up(agent, minutes(0));
        assert!(lock.is_locked() && !lock.admits("list_messages"));
        assert!(lock.admits("begin_lock_code") && lock.admits("confirm_lock_code"));
        let mut now = minutes(0);
        let mut lapsed_at = None;
        while now < minutes(11) && lapsed_at.is_none() {
            now = UtcMillis(now.0 + 2_000);
            lapsed_at = lock.look(now).then_some(now);
        }
        assert_eq!(lapsed_at, Some(minutes(10)));
        assert!(lock.setting_up().is_none() && !lock.admits("begin_lock_code"));
        lock.set_up(agent, now);
        assert!(lock.lock(), "going back is told");
        assert!(!lock.lock() && !lock.admits("confirm_lock_code"));
    }

    #[test]
    fn a_machine_that_slept_wakes_up_locked() {
        let lock = AppLock::default();
        lock.begin(RULES, true, minutes(0));
        lock.open(minutes(0));
        assert!(!lock.look(minutes(0)));
        assert!(lock.look(minutes(3)));
    }
}

//! What may be fetched of the past now: the pause, the limit, and which pictures come by themselves.
//!
//! Owns the one place where the walks over the past wait. Whatever is live never comes here.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tern_domain::Millis;
use tern_domain::backfill::{Allowance, PastPolicy};
use tern_store::{ReadConn, SettingName, Store, StoreError};
use tokio::sync::watch;

use crate::clock::Clock;

/// What a team wants of the past: a [`PastPolicy`].
pub const PAST_POLICY: SettingName = SettingName("past.policy");
/// Whether fetching the past is paused at this desk.
pub(super) const PAUSED: SettingName = SettingName("past.paused");

/// The longest that is waited without looking at the clock again.
const LONGEST_LOOK: Millis = Millis::seconds(1);

/// What is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PastRules {
    pub(crate) paused: bool,
    pub(crate) policy: PastPolicy,
}

/// Lets the walks over the past through, one request at a time.
pub(crate) struct PastGate {
    rules: watch::Sender<PastRules>,
    allowance: Mutex<Option<Allowance>>,
}

impl PastGate {
    /// Nothing is paused or limited until the file was read.
    pub(crate) fn new() -> Self {
        Self {
            rules: watch::Sender::new(PastRules::default()),
            allowance: Mutex::default(),
        }
    }

    /// Reads what is in force.
    pub(crate) async fn load(&self, store: &Store) -> Result<(), StoreError> {
        let rules = store.read(read_rules).await?;
        self.rules.send_if_modified(|current| {
            let changed = *current != rules;
            if current.policy.limit_kb != rules.policy.limit_kb {
                // What was fetched under another limit is not held against this one.
                *self.lock() = None;
            }
            *current = rules;
            changed
        });
        Ok(())
    }

    pub(crate) fn rules(&self) -> PastRules {
        *self.rules.borrow()
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<PastRules> {
        self.rules.subscribe()
    }

    /// Returns once something may be fetched.
    pub(crate) async fn open(&self, clock: &dyn Clock) {
        let mut rules = self.rules.subscribe();
        loop {
            let now = *rules.borrow_and_update();
            let wait = self.wait(&now, clock);
            if !now.paused && wait <= Millis::ZERO {
                return;
            }
            let look = if now.paused {
                Duration::MAX
            } else {
                wait.min(LONGEST_LOOK).to_duration()
            };
            tokio::select! {
                () = tokio::time::sleep(look) => {}
                _ = rules.changed() => {}
            }
        }
    }

    /// So many bytes came in.
    pub(crate) fn spend(&self, bytes: u64, clock: &dyn Clock) {
        let Some(rate) = self.rules().policy.limit() else {
            return;
        };
        let now = clock.now();
        let mut allowance = self.lock();
        allowance
            .get_or_insert_with(|| Allowance::new(now))
            .spend(now, bytes, rate);
    }

    fn wait(&self, rules: &PastRules, clock: &dyn Clock) -> Millis {
        if rules.policy.limit_kb.is_none() {
            return Millis::ZERO;
        }
        let now = clock.now();
        let mut allowance = self.lock();
        allowance
            .as_mut()
            .map_or(Millis::ZERO, |allowance| allowance.wait(now))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Allowance>> {
        self.allowance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_rules(conn: &ReadConn<'_>) -> Result<PastRules, StoreError> {
    Ok(PastRules {
        paused: conn.find_setting(PAUSED)?.unwrap_or_default(),
        policy: conn.find_setting(PAST_POLICY)?.unwrap_or_default(),
    })
}

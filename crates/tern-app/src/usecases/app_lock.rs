//! Locking the desk and opening it again.
//!
//! What is locked is enforced where commands come in; here is what opens it, and what is decided about it. A PIN is
//! checked as at signing in, with the same lock after wrong ones; a passphrase and a code wait likewise.

use tern_domain::AgentId;
use tern_domain::agents::Role;
use tern_domain::app_lock::{AppLockRefusal, AppLockRules};
use tern_domain::lock_code::LockCodes;

use super::lock_code::Typed;
use crate::app::App;
use crate::app_lock;
use crate::dto::{
    AppLockSettings, AppStatus, KeyHolder, LockAgent, LockKey, Phase, SaveAppLockSettings,
    UnlockApp,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::records::{self, Record};
use crate::words;

impl App {
    /// Locks the desk.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when nobody could open it again.
    pub async fn lock_app(&self) -> Result<AppStatus, ApiError> {
        let desk = self.desk()?;
        if self.lock_key(&desk).await?.is_none() {
            return Err(words::nothing_opens_the_lock());
        }
        self.lock_now();
        self.app_status().await
    }

    /// The machine is about to sleep: locks if that is wanted. Called by shells that are told of it.
    pub fn lock_before_sleep(&self) {
        let lock = &self.inner.lock;
        if lock.rules().locks_on_suspend() && lock.has_key() {
            self.lock_now();
        }
    }

    /// Whether the desk is locked: shells show nothing of a customer then.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.inner.lock.is_locked()
    }

    /// Whether there is something that would open the desk again.
    #[must_use]
    pub fn can_lock(&self) -> bool {
        self.inner.lock.has_key()
    }

    /// A person did something in the window.
    ///
    /// # Errors
    /// Never.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn note_activity(&self) -> Result<(), ApiError> {
        self.inner.lock.active(self.inner.config.clock.now());
        Ok(())
    }

    /// Opens a locked desk with a PIN or the passphrase, and with the code of whoever has an authenticator app. Where
    /// a code is required, whoever has none yet sets one up before the desk opens.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`] for a wrong one, [`ErrorCode::NotAllowed`] while too many wrong ones are waited out.
    pub async fn unlock_app(&self, request: UnlockApp) -> Result<AppStatus, ApiError> {
        let desk = self.desk()?;
        let _one_at_a_time = self.inner.unlocking.lock().await;
        if !self.is_locked() {
            return self.app_status().await;
        }
        let me = desk.agent();
        let other: Option<AgentId> = request.agent_id.as_deref().map(words::id).transpose()?;
        let agent = other.unwrap_or(me);
        // Somebody else without a PIN proves nothing by being chosen.
        if agent != me && !self.has_pin(&desk, agent).await? {
            return Err(words::wrong_pin());
        }
        let typed = Typed {
            secret: request.secret,
            code: request.code,
        };
        self.prove_at_lock(&desk, agent, typed).await?;
        let has_code = self.find_lock_code(&desk, agent).await?.is_some();
        if self.inner.lock.rules().demands_set_up(has_code) {
            self.inner.lock.set_up(agent, desk.now());
            self.emit(Change::Status);
            return self.app_status().await;
        }
        self.let_in(&desk, agent).await
    }

    /// Opens the desk for somebody who proved everything that is asked.
    pub(super) async fn let_in(&self, desk: &Desk, agent: AgentId) -> Result<AppStatus, ApiError> {
        if agent != desk.agent() {
            self.enter_as(desk, agent).await?;
        }
        self.inner.lock.open(desk.now());
        self.refresh_lock(desk).await?;
        app_lock::tell(&self.inner.changes, false);
        self.app_status().await
    }

    /// What is decided about the lock.
    ///
    /// # Errors
    /// What the file answers.
    pub async fn app_lock_settings(&self) -> Result<AppLockSettings, ApiError> {
        let desk = self.desk()?;
        let rules = self.inner.lock.rules();
        Ok(AppLockSettings {
            on: rules.on,
            idle_minutes: rules.idle_minutes,
            on_suspend: rules.on_suspend,
            required: rules.required,
            asks_code: rules.asks_code,
            code_since: self
                .find_lock_code(&desk, desk.agent())
                .await?
                .map(|app| app.since.0),
            opens_with: self.lock_key(&desk).await?,
            may_require: self.is_admin(&desk).await?,
        })
    }

    /// Changes what is decided about the lock.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for an idle time that is none, [`ErrorCode::NotAllowed`] for less than an
    /// administrator requires, and for a lock that nobody could open.
    pub async fn save_app_lock_settings(
        &self,
        request: SaveAppLockSettings,
    ) -> Result<AppLockSettings, ApiError> {
        let desk = self.desk()?;
        let new = AppLockRules {
            on: request.on,
            idle_minutes: request.idle_minutes,
            on_suspend: request.on_suspend,
            required: request.required,
            asks_code: request.asks_code,
        };
        let before = self.inner.lock.rules();
        before
            .check_change(&new, self.is_admin(&desk).await?)
            .map_err(refusal)?;
        let has_code = self.find_lock_code(&desk, desk.agent()).await?.is_some();
        before.check_own_code(&new, has_code).map_err(refusal)?;
        if new.on && self.lock_key(&desk).await?.is_none() {
            return Err(words::nothing_opens_the_lock());
        }
        records::put(&desk.store, Record::AppLock, new).await?;
        self.inner.lock.set_rules(new);
        self.refresh_lock(&desk).await?;
        self.app_lock_settings().await
    }

    /// The lock of a line that was just opened: locked, if it is on.
    pub(crate) async fn begin_lock(&self, desk: &Desk) -> Result<(), ApiError> {
        let rules = records::find(&desk.store, Record::AppLock)
            .await?
            .unwrap_or_default();
        let has_key = self.lock_key(desk).await?.is_some();
        self.inner.lock.begin(rules, has_key, desk.now());
        Ok(())
    }

    /// PINs or rules changed: notes again whether the desk can be locked. Rules of an imported configuration too.
    pub(crate) async fn refresh_lock(&self, desk: &Desk) -> Result<(), ApiError> {
        let has_key = self.lock_key(desk).await?.is_some();
        if self.inner.lock.set_key(has_key) {
            self.emit(Change::Status);
        }
        if let Some(rules) = records::find(&desk.store, Record::AppLock).await? {
            self.inner.lock.set_rules(rules);
        }
        Ok(())
    }

    /// The locked stage as a window sees it: who can open it, and nothing else.
    pub(crate) async fn locked_phase(&self, desk: &Desk) -> Result<Phase, ApiError> {
        let me = desk.agent();
        let key = self.lock_key(desk).await?.unwrap_or(LockKey::Passphrase);
        let (config, codes, with_pin) = desk
            .store
            .read(|conn| {
                let config = conn.load_routing_config()?;
                let codes: LockCodes = conn
                    .find_setting(Record::LockCodes.name())?
                    .unwrap_or_default();
                let mut with_pin = Vec::new();
                for agent in config.active_agents() {
                    if conn.find_agent_pin(agent.id)?.is_some() {
                        with_pin.push(LockAgent {
                            id: agent.id.to_string(),
                            name: agent.name.clone(),
                            asks_code: codes.find(agent.id).is_some(),
                        });
                    }
                }
                Ok((config, codes, with_pin))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let others = with_pin
            .into_iter()
            .filter(|agent| agent.id != me.to_string())
            .collect();
        let name_of = |agent| {
            config
                .agent(agent)
                .map(|agent| agent.name.clone())
                .unwrap_or_default()
        };
        Ok(Phase::AppLocked {
            opens_with: key,
            name: name_of(me),
            asks_code: codes.find(me).is_some(),
            sets_up: self.inner.lock.setting_up().map(name_of),
            others,
            theme: self.settings_in_force().await?.unwrap_or_default().theme,
        })
    }

    fn lock_now(&self) {
        if self.inner.lock.lock() {
            self.opened(None);
            app_lock::tell(&self.inner.changes, true);
        }
    }

    /// What opens the lock for whoever is signed in.
    async fn lock_key(&self, desk: &Desk) -> Result<Option<LockKey>, ApiError> {
        self.lock_key_of(desk, desk.agent()).await
    }

    /// What opens the lock for an agent.
    pub(super) async fn lock_key_of(
        &self,
        desk: &Desk,
        agent: AgentId,
    ) -> Result<Option<LockKey>, ApiError> {
        if self.has_pin(desk, agent).await? {
            return Ok(Some(LockKey::Pin));
        }
        Ok(self
            .opens_by_passphrase()
            .await
            .then_some(LockKey::Passphrase))
    }

    pub(super) async fn opens_by_passphrase(&self) -> bool {
        self.inner.keys.holder().await == KeyHolder::Passphrase
    }

    /// The passphrase opened the file a moment ago: where it is all that opens the lock, it is not asked for twice.
    pub(crate) async fn passphrase_was_typed(&self) -> Result<(), ApiError> {
        let Ok(desk) = self.desk() else { return Ok(()) };
        let is_all = !self.inner.lock.rules().asks_code
            && self.find_lock_code(&desk, desk.agent()).await?.is_none();
        if is_all && self.lock_key(&desk).await? == Some(LockKey::Passphrase) {
            self.inner.lock.open(desk.now());
        }
        Ok(())
    }

    async fn has_pin(&self, desk: &Desk, agent: AgentId) -> Result<bool, ApiError> {
        desk.store
            .read(move |conn| Ok(conn.find_agent_pin(agent)?.is_some()))
            .await
            .map_err(|error| words::store(&error))
    }

    pub(super) async fn is_admin(&self, desk: &Desk) -> Result<bool, ApiError> {
        let me = desk.agent();
        desk.store
            .read(move |conn| {
                let config = conn.load_routing_config()?;
                Ok(config.agent(me).is_some_and(|agent| agent.is(Role::Admin)))
            })
            .await
            .map_err(|error| words::store(&error))
    }
}

fn refusal(refusal: AppLockRefusal) -> ApiError {
    match refusal {
        AppLockRefusal::IdleMinutes => ApiError::new(
            ErrorCode::InvalidInput,
            "The idle time is 1 to 240 minutes.",
            "",
        ),
        AppLockRefusal::NotAdministrator => ApiError::new(
            ErrorCode::NotAllowed,
            "Only an administrator can require the lock.",
            "Ask one, or sign in as one.",
        ),
        AppLockRefusal::CodeAlone => ApiError::new(
            ErrorCode::InvalidInput,
            "A code can only be required together with the lock.",
            "Require the lock as well.",
        ),
        AppLockRefusal::NoOwnCode => ApiError::new(
            ErrorCode::NotAllowed,
            "Set up an authenticator app for yourself first.",
            "Whoever requires a code needs one, too.",
        ),
        AppLockRefusal::Required => ApiError::new(
            ErrorCode::NotAllowed,
            "An administrator requires the lock.",
            "It can be made stricter, not looser.",
        ),
    }
}

//! The authenticator app at the lock: setting one up, asking for its code, and the ways back when it is lost.
//!
//! Whatever is typed at the lock is judged here as one try, so that nobody learns which part of it was wrong.

use tern_domain::agents::PinLock;
use tern_domain::file_key::FileKeyChange;
use tern_domain::lock_code::{LockCodeChange, LockCodes, plan_lock_code};
use tern_domain::verification::{Authenticator, OneTimeCode};
use tern_domain::{Actor, AgentId, AggregateRef};
use tern_engine::{Clock, EdgeIds};
use tern_store::{StoreError, WriteTx, draw_authenticator};
use zeroize::Zeroizing;

use super::sign_in::is_pin_of;
use super::verification::{enrolment_begun, not_that_code};
use crate::app::App;
use crate::dto::{
    AppLockSettings, AppStatus, ConfirmLockCode, EnrolmentBegun, LockKey, LockProof, ResetLockCode,
    TeamView,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::records::{self, Record};
use crate::words;

/// What somebody typed to prove who they are.
pub(super) struct Typed {
    /// PIN or passphrase.
    pub(super) secret: String,
    /// The code of the authenticator app, or the recovery code of the file in its place.
    pub(super) code: Option<String>,
}

/// What became of the second proof.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Second {
    NotAsked,
    /// The code of this step.
    Step(u64),
    /// The recovery code of the file.
    Recovery,
    Wrong,
}

impl App {
    /// Draws a secret for an authenticator app of whoever is at the desk, to be proved by a first code. At an open
    /// desk they prove first who they are, or a passer-by could shut them out; at the lock they have done so.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`], [`ErrorCode::NotAllowed`] while wrong tries are waited out or nothing opens the lock.
    pub async fn begin_lock_code(&self, request: LockProof) -> Result<EnrolmentBegun, ApiError> {
        let desk = self.desk()?;
        let _one_at_a_time = self.inner.unlocking.lock().await;
        let agent = match self.inner.lock.setting_up() {
            Some(agent) => agent,
            None if self.is_locked() => return Err(words::locked()),
            None => {
                let me = desk.agent();
                if self.lock_key_of(&desk, me).await?.is_none() {
                    return Err(words::nothing_opens_the_lock());
                }
                self.prove_at_lock(&desk, me, request.into()).await?;
                me
            }
        };
        let secret = draw_authenticator().map_err(|_| ApiError::internal())?;
        let account = format!("{}, lock", self.agent_name(&desk, agent).await?);
        let begun = enrolment_begun(&secret, &account)?;
        desk.enrolments.begin(agent, secret);
        Ok(begun)
    }

    /// Makes the authenticator app count whose first code is right, and opens the desk if that is what it waited for.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a code that is none, or another one's.
    pub async fn confirm_lock_code(&self, request: ConfirmLockCode) -> Result<AppStatus, ApiError> {
        let typed = Zeroizing::new(request.code);
        let desk = self.desk()?;
        let _one_at_a_time = self.inner.unlocking.lock().await;
        let waits = self.inner.lock.setting_up();
        if waits.is_none() && self.is_locked() {
            return Err(words::locked());
        }
        let agent = waits.unwrap_or_else(|| desk.agent());
        let code = OneTimeCode::parse(&typed).map_err(|refusal| words::invalid(&refusal))?;
        let now = desk.now();
        let Some((secret, last_step)) = desk.enrolments.prove(agent, &code, now) else {
            return Err(not_that_code());
        };
        let sealed = desk.store.authenticators().seal(agent, &secret);
        let app = Authenticator {
            sealed: sealed.map_err(|_| ApiError::internal())?,
            since: now,
            last_step,
        };
        let clock = desk.clock();
        desk.store
            .write(move |tx| {
                let mut codes = lock_codes(tx.find_setting(Record::LockCodes.name())?);
                codes.set_up(agent, app);
                tx.put_setting(Record::LockCodes.name(), &codes)?;
                note(tx, &*clock, agent, LockCodeChange::SetUp, agent)
            })
            .await
            .map_err(|error| words::store(&error))?;
        if waits.is_some() {
            return self.let_in(&desk, agent).await;
        }
        self.app_status().await
    }

    /// Takes the authenticator app of whoever is at the desk away.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`], [`ErrorCode::NotAllowed`] while an administrator requires it.
    pub async fn remove_lock_code(&self, request: LockProof) -> Result<AppLockSettings, ApiError> {
        let desk = self.desk()?;
        let unlocking = self.inner.unlocking.lock().await;
        let me = desk.agent();
        if self.inner.lock.rules().asks_code {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "An administrator requires the code.",
                "Set up another authenticator app in place of this one.",
            ));
        }
        self.prove_at_lock(&desk, me, request.into()).await?;
        self.drop_lock_code(&desk, me, LockCodeChange::TakenAway)
            .await?;
        drop(unlocking);
        self.app_lock_settings().await
    }

    /// Takes another agent's authenticator app away; for administrators.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody else, and for one's own.
    pub async fn reset_lock_code(&self, request: ResetLockCode) -> Result<TeamView, ApiError> {
        let agent: AgentId = words::id(&request.agent_id)?;
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        if agent == desk.agent() {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "Your own authenticator app needs its code.",
                "Take it away in the settings under Security, or have another administrator do it.",
            ));
        }
        self.drop_lock_code(&desk, agent, LockCodeChange::Reset)
            .await?;
        self.emit(crate::events::Change::Team);
        self.team().await
    }

    /// Since when an agent has an authenticator app.
    pub(super) async fn find_lock_code(
        &self,
        desk: &Desk,
        agent: AgentId,
    ) -> Result<Option<Authenticator>, ApiError> {
        let codes: Option<LockCodes> = records::find(&desk.store, Record::LockCodes).await?;
        Ok(lock_codes(codes).find(agent).cloned())
    }

    /// Judges PIN or passphrase and, of whoever has an authenticator app, its code: one try, counted once, in the file
    /// so that a restart forgets none.
    pub(super) async fn prove_at_lock(
        &self,
        desk: &Desk,
        agent: AgentId,
        typed: Typed,
    ) -> Result<(), ApiError> {
        let key = self.lock_key_of(desk, agent).await?;
        let app = self.find_lock_code(desk, agent).await?;
        let (pin, tries) = desk
            .store
            .read(move |conn| {
                let tries = conn.find_setting::<PinLock>(Record::AppLockTries.name())?;
                Ok((conn.find_agent_pin(agent)?, tries.unwrap_or_default()))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let before = pin.as_ref().map_or(tries, |pin| pin.lock);
        let now = desk.now();
        if let Some(until) = before.locked_at(now) {
            return Err(words::too_many_tries(until.since(now)));
        }
        let first = match &pin {
            Some(pin) => is_pin_of(pin, typed.secret).await?,
            None if key == Some(LockKey::Passphrase) => {
                match self.inner.keys.unlock(typed.secret).await {
                    Ok(_) => true,
                    Err(error) if error.code == ErrorCode::WrongKey => false,
                    Err(error) => return Err(error),
                }
            }
            None => true,
        };
        // It is looked at whatever became of the first: how long the answer takes tells nothing either.
        let second = self
            .judge_code(desk, agent, app.as_ref(), typed.code)
            .await?;
        let is_right = first && second != Second::Wrong;
        let after = if is_right {
            PinLock::default()
        } else {
            before.failed(now)
        };
        let clock = desk.clock();
        let is_right = desk
            .store
            .write(move |tx| {
                match pin {
                    Some(mut pin) if pin.lock != after => {
                        pin.lock = after;
                        tx.put_agent_pin(agent, Some(&pin))?;
                    }
                    None if tries != after => {
                        tx.put_setting(Record::AppLockTries.name(), &after)?;
                    }
                    _ => {}
                }
                if !is_right {
                    return Ok(false);
                }
                match second {
                    Second::Step(step) => {
                        let mut codes = lock_codes(tx.find_setting(Record::LockCodes.name())?);
                        let is_new = codes.use_up(agent, step);
                        tx.put_setting(Record::LockCodes.name(), &codes)?;
                        Ok(is_new)
                    }
                    Second::Recovery => {
                        take_away(tx, &*clock, agent, LockCodeChange::Recovered, agent)?;
                        Ok(true)
                    }
                    Second::NotAsked | Second::Wrong => Ok(true),
                }
            })
            .await
            .map_err(|error| words::store(&error))?;
        if is_right {
            if second == Second::Recovery {
                self.record_key_change(desk, FileKeyChange::CodeUsed)
                    .await?;
            }
            return Ok(());
        }
        let by_passphrase = key == Some(LockKey::Passphrase);
        Err(match (app.is_some(), by_passphrase) {
            (true, _) => words::wrong_at_lock(by_passphrase),
            (false, true) => words::wrong_passphrase(),
            (false, false) => words::wrong_pin(),
        })
    }

    async fn judge_code(
        &self,
        desk: &Desk,
        agent: AgentId,
        app: Option<&Authenticator>,
        typed: Option<String>,
    ) -> Result<Second, ApiError> {
        let Some(app) = app else {
            return Ok(Second::NotAsked);
        };
        let typed = Zeroizing::new(typed.unwrap_or_default());
        let Ok(code) = OneTimeCode::parse(&typed) else {
            let is_recovery = self.inner.keys.is_recovery_code(&typed, desk.now()).await?;
            return Ok(if is_recovery {
                Second::Recovery
            } else {
                Second::Wrong
            });
        };
        let secret = desk.store.authenticators().open(agent, &app.sealed);
        let step = secret.and_then(|it| it.step_of(&code, desk.now(), Some(app.last_step)));
        Ok(step.map_or(Second::Wrong, Second::Step))
    }

    async fn drop_lock_code(
        &self,
        desk: &Desk,
        agent: AgentId,
        change: LockCodeChange,
    ) -> Result<(), ApiError> {
        let (clock, me) = (desk.clock(), desk.agent());
        desk.store
            .write(move |tx| take_away(tx, &*clock, agent, change, me))
            .await
            .map_err(|error| words::store(&error))
    }

    async fn agent_name(&self, desk: &Desk, agent: AgentId) -> Result<String, ApiError> {
        let config = desk
            .store
            .read(|conn| conn.load_routing_config())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(config
            .agent(agent)
            .map(|agent| agent.name.clone())
            .unwrap_or_default())
    }
}

impl From<LockProof> for Typed {
    fn from(proof: LockProof) -> Self {
        Self {
            secret: proof.secret,
            code: proof.code,
        }
    }
}

fn lock_codes(found: Option<LockCodes>) -> LockCodes {
    found.unwrap_or_default()
}

/// Takes an agent's app away within a transaction; nothing is recorded where there was none.
pub(super) fn take_away(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    agent: AgentId,
    change: LockCodeChange,
    by: AgentId,
) -> Result<(), StoreError> {
    let mut codes = lock_codes(tx.find_setting(Record::LockCodes.name())?);
    if !codes.take_away(agent) {
        return Ok(());
    }
    tx.put_setting(Record::LockCodes.name(), &codes)?;
    note(tx, clock, agent, change, by)
}

fn note(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    agent: AgentId,
    change: LockCodeChange,
    by: AgentId,
) -> Result<(), StoreError> {
    let version = tx.aggregate_version(&AggregateRef::Agent(agent))?;
    let ids = &mut EdgeIds::new(clock);
    let plan = plan_lock_code(agent, version, change, Actor::Agent(by), clock.now(), ids);
    tx.apply(&plan).map(drop)
}

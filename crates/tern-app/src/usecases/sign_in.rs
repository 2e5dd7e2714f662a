//! Signing in at a desk that several agents share, and the PINs that guard it.

use secrecy::SecretString;
use tern_domain::AgentId;
use tern_domain::agents::{Pin, PinLock, PresenceCause, PresenceState};
use tern_store::{AgentPin, Applied, hash_pin, is_pin};

use super::team::enter;
use crate::app::App;
use crate::dto::{SetPin, SignIn, TeamView};
use crate::error::ApiError;
use crate::events::Change;
use crate::line::Desk;
use crate::records::Record;
use crate::words;

impl App {
    /// Signs another agent in at this desk; whoever was here before is offline then.
    ///
    /// # Errors
    /// [`ErrorCode::WrongKey`](crate::error::ErrorCode::WrongKey) for a wrong PIN,
    /// [`ErrorCode::NotAllowed`](crate::error::ErrorCode::NotAllowed) while it is locked.
    pub async fn sign_in(&self, request: SignIn) -> Result<TeamView, ApiError> {
        let agent: AgentId = words::id(&request.agent_id)?;
        let desk = self.desk()?;
        self.check_pin(&desk, agent, request.pin).await?;
        if self.inner.lock.rules().required && self.lock_key_of(&desk, agent).await?.is_none() {
            return Err(words::pin_missing());
        }
        self.enter_as(&desk, agent).await
    }

    /// Signs in somebody who proved who they are.
    pub(super) async fn enter_as(&self, desk: &Desk, agent: AgentId) -> Result<TeamView, ApiError> {
        let before = desk.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            if config.agent(agent).is_none_or(|found| !found.active) {
                return Ok(Err(words::gone("agent")));
            }
            tx.put_setting(Record::Agent.name(), &agent)?;
            let mut applied = Applied::default();
            if before != agent {
                let left = enter(
                    tx,
                    clock,
                    before,
                    PresenceState::OFFLINE,
                    PresenceCause::SignedOut,
                )?;
                applied.merge(left.unwrap_or_default());
            }
            let came = enter(
                tx,
                clock,
                agent,
                PresenceState::AVAILABLE,
                PresenceCause::SignedIn,
            )?;
            applied.merge(came.unwrap_or_default());
            Ok(Ok(applied))
        })
        .await?;
        desk.sign_in(agent);
        self.refresh_lock(desk).await?;
        self.emit(Change::Everything);
        self.emit(Change::Team);
        if before != agent {
            self.emit(Change::Notices);
            self.notify_of_unseen().await?;
        }
        self.team().await
    }

    /// Sets, changes or takes away a PIN. One's own needs the one in force; an administrator sets anybody's.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::error::ErrorCode::InvalidInput) for a PIN that is none,
    /// [`ErrorCode::WrongKey`](crate::error::ErrorCode::WrongKey) for a wrong one.
    pub async fn set_agent_pin(&self, request: SetPin) -> Result<TeamView, ApiError> {
        let agent: AgentId = words::id(&request.agent_id)?;
        let desk = self.desk()?;
        if agent == desk.agent() {
            self.check_pin(&desk, agent, request.current).await?;
        } else {
            self.must_administer(&desk).await?;
        }
        if request.new.is_none()
            && agent == desk.agent()
            && self.inner.lock.rules().required
            && !self.opens_by_passphrase().await
        {
            return Err(words::pin_required());
        }
        let cost = self.inner.config.passphrase_cost;
        let verifier = match request.new.as_deref().map(Pin::parse).transpose() {
            Err(refusal) => return Err(words::invalid(&refusal)),
            Ok(None) => None,
            Ok(Some(pin)) => {
                let secret = SecretString::from(pin.expose());
                Some(off_the_runtime(move || hash_pin(&secret, cost)).await?)
            }
        };
        let changed = self
            .change_team(move |tx, _| {
                let pin = verifier.map(|verifier| AgentPin {
                    verifier,
                    lock: PinLock::default(),
                });
                tx.put_agent_pin(agent, pin.as_ref())?;
                Ok(Ok(Applied::default()))
            })
            .await?;
        self.refresh_lock(&desk).await?;
        Ok(changed)
    }

    /// Checks a PIN and counts wrong ones; an agent without a PIN needs none.
    pub(super) async fn check_pin(
        &self,
        desk: &Desk,
        agent: AgentId,
        pin: Option<String>,
    ) -> Result<(), ApiError> {
        let stored = desk
            .store
            .read(move |conn| conn.find_agent_pin(agent))
            .await
            .map_err(|error| words::store(&error))?;
        let Some(mut stored) = stored else {
            return Ok(());
        };
        let now = desk.now();
        if let Some(until) = stored.lock.locked_at(now) {
            return Err(words::too_many_tries(until.since(now)));
        }
        let is_right = is_pin_of(&stored, pin.unwrap_or_default()).await?;
        let lock = if is_right {
            PinLock::default()
        } else {
            stored.lock.failed(now)
        };
        if lock != stored.lock {
            stored.lock = lock;
            desk.store
                .write(move |tx| tx.put_agent_pin(agent, Some(&stored)))
                .await
                .map_err(|error| words::store(&error))?;
        }
        if is_right {
            return Ok(());
        }
        Err(words::wrong_pin())
    }
}

/// Whether what was typed is the PIN.
pub(super) async fn is_pin_of(stored: &AgentPin, typed: String) -> Result<bool, ApiError> {
    let secret = SecretString::from(typed);
    let verifier = stored.verifier.clone();
    off_the_runtime(move || is_pin(&verifier, &secret)).await
}

/// Slow hashing must not hold up an asynchronous thread.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, tern_store::EnvelopeError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ApiError::internal())?
        .map_err(|error| words::envelope(&error))
}

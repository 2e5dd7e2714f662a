//! Connecting an account and going live: the two facts that everything else is judged against.

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{AgentId, EventId, IdSource};
use crate::phone::PhoneNumber;
use crate::plan::{Announcement, Effect, Plan};
use crate::sid::AccountSid;
use crate::time::UtcMillis;

/// The connected account as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// Which account.
    pub account: AccountSid,
    /// Events of the account aggregate so far.
    pub version: u32,
    /// Since when texts are new; `None` before going live.
    pub live_since: Option<UtcMillis>,
}

/// Why an account cannot be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectRefusal {
    /// Texts need a number to arrive at.
    #[error("no number was chosen")]
    NoNumbers,
}

/// Plans connecting an account with the numbers to listen on, and going live if it is not yet:
/// the moment is kept when an account is connected again, so that nothing in between becomes history.
///
/// # Errors
/// [`ConnectRefusal::NoNumbers`].
pub fn plan_connect(
    state: &AccountState,
    numbers: &[PhoneNumber],
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, ConnectRefusal> {
    if numbers.is_empty() {
        return Err(ConnectRefusal::NoNumbers);
    }
    let mut bodies = vec![EventBody::AccountConnected {
        numbers: numbers.to_vec(),
    }];
    let mut effects = Vec::new();
    if state.live_since.is_none() {
        bodies.push(EventBody::WentLive { since: now });
        effects.push(Effect::SetLiveSince(now));
    }
    effects.push(Effect::Announce(Announcement::AccountConnected {
        account: state.account.clone(),
        numbers: numbers.to_vec(),
    }));
    let events = (state.version..)
        .zip(bodies)
        .map(|(expected_version, body)| NewEvent {
            id: EventId::next(ids),
            aggregate: AggregateRef::Account(state.account.clone()),
            expected_version,
            actor: Actor::Agent(agent),
            at: now,
            body,
        })
        .collect();
    Ok(Plan { events, effects })
}

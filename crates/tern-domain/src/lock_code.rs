//! The code of an authenticator app as a second proof at the lock of the desk.
//!
//! Owns which agents have one, which of its codes was taken last, and what is recorded of it. Codes are those of L-14;
//! whether one is right is [`AuthenticatorSecret`](crate::verification::AuthenticatorSecret)'s to say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{AgentId, EventId, IdSource};
use crate::plan::Plan;
use crate::time::UtcMillis;
use crate::verification::Authenticator;

/// Agents' authenticator apps at this desk, each secret sealed for its agent.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LockCodes(BTreeMap<AgentId, Authenticator>);

/// What happened to an agent's authenticator app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockCodeChange {
    /// One was proved by a first code, the only one from then on.
    SetUp,
    /// Its agent took it away, with its code.
    TakenAway,
    /// An administrator took it away.
    Reset,
    /// It was lost: the recovery code of the file stood in for it, and took it away.
    Recovered,
}

impl LockCodes {
    /// An agent's app.
    #[must_use]
    pub fn find(&self, agent: AgentId) -> Option<&Authenticator> {
        self.0.get(&agent)
    }

    /// Every agent's, for sealing them anew.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (AgentId, &mut Authenticator)> {
        self.0.iter_mut().map(|(agent, app)| (*agent, app))
    }

    /// An agent's app from now on; one before it counts no more.
    pub fn set_up(&mut self, agent: AgentId, app: Authenticator) {
        self.0.insert(agent, app);
    }

    /// Takes an agent's app away; tells whether there was one.
    pub fn take_away(&mut self, agent: AgentId) -> bool {
        self.0.remove(&agent).is_some()
    }

    /// Uses up the code of a step and all before it (L-14); `false` if they are used up already.
    pub fn use_up(&mut self, agent: AgentId, step: u64) -> bool {
        match self.0.get_mut(&agent) {
            Some(app) if step > app.last_step => {
                app.last_step = step;
                true
            }
            _ => false,
        }
    }
}

impl std::fmt::Debug for LockCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Records what happened to an agent's app, for the audit trail. `version` counts the agent's events so far.
pub fn plan_lock_code(
    agent: AgentId,
    version: u32,
    change: LockCodeChange,
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    Plan {
        events: vec![NewEvent {
            id: EventId::next(ids),
            aggregate: AggregateRef::Agent(agent),
            expected_version: version,
            actor,
            at: now,
            body: EventBody::LockCodeChanged { change },
        }],
        effects: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn agent(id: u128) -> AgentId {
        AgentId::new(Uuid::from_u128(id))
    }

    fn app(last_step: u64) -> Authenticator {
        Authenticator {
            sealed: "5ea1ed".to_owned(),
            since: UtcMillis(1),
            last_step,
        }
    }

    #[test]
    fn l_14_each_step_is_used_once_and_none_before_it() {
        let mut codes = LockCodes::default();
        codes.set_up(agent(1), app(10));
        assert!(!codes.use_up(agent(1), 10), "its first code was the proof");
        assert!(codes.use_up(agent(1), 11));
        assert!(!codes.use_up(agent(1), 11));
        assert!(!codes.use_up(agent(1), 10));
        assert!(!codes.use_up(agent(2), 12), "somebody else has none");
    }

    #[test]
    fn they_are_kept_by_agent_and_printed_without_what_is_sealed() {
        let mut codes = LockCodes::default();
        codes.set_up(agent(1), app(10));
        let stored = serde_json::to_string(&codes).unwrap();
        let mut again: LockCodes = serde_json::from_str(&stored).unwrap();
        assert_eq!(again, codes);
        assert!(!format!("{codes:?}").contains("5ea1ed"));
        assert!(again.take_away(agent(1)) && !again.take_away(agent(1)));
        assert!(again.find(agent(1)).is_none());
    }
}

//! The agents of a file: whoever opened it first is its first agent, and one queue takes everything.

use std::sync::Arc;

use tern_domain::agents::{Agent, PresenceCause, PresenceState};
use tern_domain::routing::RoutingConfig;
use tern_domain::{Actor, AgentId, IdSource as _, QueueId, RuleId};
use tern_engine::{Clock, EdgeIds};
use tern_store::Store;

use crate::error::ApiError;
use crate::usecases::team::enter;
use crate::words;

/// What an agent is called who never gave a name.
const NAMELESS: &str = "Agent 1";

/// Makes the first agent and what routing needs, in a file that has none. The id is the one under which this
/// desk has worked so far, so that everything done here stays theirs.
pub(super) async fn ensure(
    store: &Store,
    clock: Arc<dyn Clock>,
    agent: AgentId,
    name: &str,
) -> Result<(), ApiError> {
    let name = match name.trim() {
        "" => NAMELESS.to_owned(),
        name => name.to_owned(),
    };
    store
        .write(move |tx| {
            let config = tx.load_routing_config()?;
            if config.agents.is_empty() {
                let ids = &mut EdgeIds::new(&*clock);
                let (queue, rule) = (QueueId::new(ids.uuid()), RuleId::new(ids.uuid()));
                let first = Agent::first(agent, &name);
                let changes = RoutingConfig::shipped(first, queue, rule);
                let plan = config.plan(changes, Actor::System, clock.now(), ids);
                let _applied = tx.apply(&plan)?;
            }
            if !tx.load_presence()?.contains_key(&agent) {
                let there = PresenceState::AVAILABLE;
                let _entered = enter(tx, &*clock, agent, there, PresenceCause::SignedIn)?;
            }
            Ok(())
        })
        .await
        .map_err(|error| words::store(&error))
}

//! Queues, hours, rules and reasons for saying no: shown, checked where they are wrong, and saved.

use tern_domain::agents::{AgentsRefusal, check_presence_state, check_presence_state_removal};
use tern_domain::routing::{
    ConfigChange, Hours, RoutingConfig, RoutingRefusal, ServiceChannel, check_queue, check_rule,
};
use tern_domain::{IdSource as _, PresenceStateId, QueueId, RejectReasonId, RuleId};
use tern_engine::{Clock, EdgeIds};
use uuid::Uuid;

use super::team::{Outcome, configure};
use crate::app::App;
use crate::dto::{
    PresenceEntry, QueueView, RejectReasonEntry, RoutingRef, RoutingSettings, RuleView, SaveSlots,
};
use crate::error::ApiError;
use crate::view::routing as view;
use crate::words;

impl App {
    /// Everything on the routing page.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn routing_settings(&self) -> Result<RoutingSettings, ApiError> {
        let desk = self.desk()?;
        let (mut config, open) = desk
            .store
            .read(|conn| Ok((conn.load_routing_config()?, conn.list_open_work()?)))
            .await
            .map_err(|error| words::store(&error))?;
        config.queues.sort_by_key(|queue| (queue.order, queue.id));
        config.rules.sort_by_key(|rule| rule.name.to_lowercase());
        config.reject_reasons.sort_by_key(|reason| reason.order);
        config.presence.sort_by_key(|state| state.order);
        let waiting = |id: QueueId| {
            let waiting = open
                .iter()
                .filter(|work| !work.item.is_held() && work.item.queue == Some(id));
            u32::try_from(waiting.count()).unwrap_or(u32::MAX)
        };
        Ok(RoutingSettings {
            queues: config
                .queues
                .iter()
                .map(|queue| view::queue_view(queue, waiting(queue.id)))
                .collect(),
            rules: config.rules.iter().map(view::rule_view).collect(),
            reject_reasons: config
                .reject_reasons
                .iter()
                .map(view::reason_view)
                .collect(),
            presence: config.presence.iter().map(view::presence_entry).collect(),
            slots: config
                .channels
                .first()
                .map_or(0, |channel| channel.capacity),
            time_zones: Hours::time_zones(),
        })
    }

    /// Adds a queue, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) naming what has to change.
    pub async fn save_queue(&self, request: QueueView) -> Result<RoutingSettings, ApiError> {
        self.change_routing(move |config, clock| {
            let id = id_or_new(&request.id, clock)?;
            let id = QueueId::new(id);
            let before = config.queues.iter().find(|queue| queue.id == id);
            let queue = view::queue(request, before, id)?;
            check_queue(&queue, config).map_err(|refusal| words::invalid(&refusal))?;
            Ok(ConfigChange::Queue {
                queue: Box::new(queue),
            })
        })
        .await
    }

    /// Removes a queue that nothing waits in.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while something does, or it is the last that
    /// takes everything.
    pub async fn remove_queue(&self, request: RoutingRef) -> Result<RoutingSettings, ApiError> {
        let id: QueueId = words::id(&request.id)?;
        let waiting = self
            .routing_settings()
            .await?
            .queues
            .iter()
            .find(|queue| queue.id == request.id)
            .map_or(0, |queue| queue.waiting);
        if waiting > 0 {
            let refusal = RoutingRefusal::HoldsWork { count: waiting };
            return Err(words::not_allowed(&refusal));
        }
        self.change_routing(move |config, _| {
            let Some(queue) = config.queues.iter().find(|queue| queue.id == id) else {
                return Err(words::gone("queue"));
            };
            let mut switched_off = queue.clone();
            switched_off.active = false;
            check_queue(&switched_off, config).map_err(|refusal| words::not_allowed(&refusal))?;
            Ok(ConfigChange::QueueRemoved { id })
        })
        .await
    }

    /// Adds an assignment rule, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) naming what has to change.
    pub async fn save_rule(&self, request: RuleView) -> Result<RoutingSettings, ApiError> {
        self.change_routing(move |config, clock| {
            let id = RuleId::new(id_or_new(&request.id, clock)?);
            let before = config.rules.iter().find(|rule| rule.id == id);
            let rule = view::rule(request, before, id);
            check_rule(&rule, &config.rules).map_err(|refusal| words::invalid(&refusal))?;
            Ok(ConfigChange::Rule { rule })
        })
        .await
    }

    /// Removes an assignment rule that no queue uses.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while one does.
    pub async fn remove_rule(&self, request: RoutingRef) -> Result<RoutingSettings, ApiError> {
        let id: RuleId = words::id(&request.id)?;
        self.change_routing(move |config, _| {
            let user = config
                .queues
                .iter()
                .find(|queue| queue.pools.iter().any(|pool| pool.rule == Some(id)));
            if let Some(queue) = user {
                return Err(words::not_allowed(&RoutingRefusal::InUse {
                    queue: queue.name.clone(),
                }));
            }
            Ok(ConfigChange::RuleRemoved { id })
        })
        .await
    }

    /// Adds a reason for saying no, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) without a name.
    pub async fn save_reject_reason(
        &self,
        request: RejectReasonEntry,
    ) -> Result<RoutingSettings, ApiError> {
        self.change_routing(move |config, clock| {
            let id = RejectReasonId::new(id_or_new(&request.id, clock)?);
            let before = config.reject_reasons.iter().find(|reason| reason.id == id);
            let last = config
                .reject_reasons
                .iter()
                .map(|reason| reason.order)
                .max();
            let reason = view::reason(request, before, (id, last.unwrap_or(0) + 1));
            if reason.name.is_empty() {
                return Err(words::invalid(&RoutingRefusal::NoName));
            }
            Ok(ConfigChange::RejectReason { reason })
        })
        .await
    }

    /// Removes a reason for saying no.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for whoever may not configure.
    pub async fn remove_reject_reason(
        &self,
        request: RoutingRef,
    ) -> Result<RoutingSettings, ApiError> {
        let id: RejectReasonId = words::id(&request.id)?;
        self.change_routing(move |_, _| Ok(ConfigChange::RejectReasonRemoved { id }))
            .await
    }

    /// Adds a presence state, or changes one. The three that every desk has stay as they are.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) naming what has to change.
    pub async fn save_presence_state(
        &self,
        request: PresenceEntry,
    ) -> Result<RoutingSettings, ApiError> {
        self.change_routing(move |config, clock| {
            let id = PresenceStateId::new(id_or_new(&request.id, clock)?);
            let before = config.presence.iter().find(|state| state.id == id);
            if before.is_some_and(tern_domain::agents::PresenceState::is_shipped) {
                return Err(words::not_allowed(&AgentsRefusal::ShippedState));
            }
            let last = config.presence.iter().map(|state| state.order).max();
            let state = view::presence_state(request, before, (id, last.unwrap_or(0) + 1))?;
            check_presence_state(&state, &config.presence)
                .map_err(|refusal| words::invalid(&refusal))?;
            Ok(ConfigChange::PresenceState { state })
        })
        .await
    }

    /// Removes a presence state that nobody is in.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) while an agent is in it, or a rule puts agents
    /// there.
    pub async fn remove_presence_state(
        &self,
        request: RoutingRef,
    ) -> Result<RoutingSettings, ApiError> {
        let id: PresenceStateId = words::id(&request.id)?;
        let desk = self.desk()?;
        let presence = desk
            .store
            .read(|conn| conn.load_presence())
            .await
            .map_err(|error| words::store(&error))?;
        self.change_routing(move |config, _| {
            let Some(state) = config.presence.iter().find(|state| state.id == id) else {
                return Err(words::gone("presence state"));
            };
            check_presence_state_removal(state, &presence, &config.rules)
                .map_err(|refusal| words::not_allowed(&refusal))?;
            Ok(ConfigChange::PresenceStateRemoved { id })
        })
        .await
    }

    /// How many conversations each agent has at once, unless something else is said of the agent.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for none at all.
    pub async fn save_slots(&self, request: SaveSlots) -> Result<RoutingSettings, ApiError> {
        self.change_routing(move |config, _| {
            if request.slots == 0 {
                return Err(words::invalid(&RoutingRefusal::NoRoom));
            }
            let mut channel = config
                .channels
                .first()
                .cloned()
                .unwrap_or_else(ServiceChannel::sms);
            channel.capacity = request.slots;
            Ok(ConfigChange::Channel { channel })
        })
        .await
    }

    async fn change_routing(
        &self,
        change: impl FnOnce(&RoutingConfig, &dyn Clock) -> Outcome<ConfigChange> + Send + 'static,
    ) -> Result<RoutingSettings, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let me = desk.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            match change(&config, clock) {
                Ok(change) => configure(tx, clock, me, vec![change]).map(Ok),
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await?;
        self.routing_settings().await
    }
}

/// The id that was named, or a new one for a new thing.
fn id_or_new(text: &str, clock: &dyn Clock) -> Result<Uuid, ApiError> {
    if text.is_empty() {
        return Ok(EdgeIds::new(clock).uuid());
    }
    words::id(text)
}

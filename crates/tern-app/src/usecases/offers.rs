//! Offers and their answers, and handing conversations on (Q-16 … Q-20, H-10).

use tern_domain::routing::{
    AssignmentRule, OfferAnswer, OfferContext, RoutingConfig, Telling, TransferTo, WorkItem,
    WorkItemState, plan_answer, plan_cancel_transfer, plan_transfer,
};
use tern_domain::topic::TopicSet;
use tern_domain::{
    ActContext, AgentId, Authority, Channel, ConversationId, Plan, QueueId, RejectReasonId,
    WorkItemId,
};
use tern_engine::{Clock, EdgeIds};
use tern_store::{ReadConn, StoreError, WriteTx};

use super::handover::{Served, handover};
use super::inbox::{known_numbers, load_view};
use crate::app::App;
use crate::dto::{
    AnswerOffer, ConversationRef, ConversationView, OfferView, RejectReasonView,
    TransferConversation, TransferTarget, WaitEstimateView, WorkView,
};
use crate::error::ApiError;
use crate::view::card::Cards;
use crate::view::conversation;
use crate::view::message::Beholder;
use crate::words;

impl App {
    /// Work that is offered to the signed-in agent, the oldest offer first.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn offers(&self) -> Result<Vec<OfferView>, ApiError> {
        let desk = self.desk()?;
        let me = desk.agent();
        let beholder = self.beholder(&desk).await?;
        let (link, now) = (desk.link(), desk.now());
        let topics = Served::of(&desk).topics;
        desk.store
            .read(move |conn| {
                let cards = Cards::read(conn, link, now)?;
                read_offers(conn, me, (&cards, &topics), &beholder)
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// Says yes or no to an offer.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when it is gone, or cannot be rejected.
    pub async fn answer_offer(&self, request: AnswerOffer) -> Result<ConversationView, ApiError> {
        let id: WorkItemId = words::id(&request.work_item_id)?;
        let reason: Option<RejectReasonId> =
            request.reason_id.as_deref().map(words::id).transpose()?;
        let desk = self.desk()?;
        let me = desk.agent();
        let (conversation, provider) = desk
            .store
            .read(move |conn| {
                let Some(conversation) = conn.find_conversation_of_work_item(id)? else {
                    return Ok(None);
                };
                Ok(Some((
                    conversation,
                    conn.load_conversation(conversation)?.key.provider,
                )))
            })
            .await
            .map_err(|error| words::store(&error))?
            .ok_or_else(|| words::gone("offer"))?;
        let numbers = known_numbers(&desk.link(), &provider);
        self.plan_for(conversation, move |tx, clock| {
            let config = tx.load_routing_config()?;
            let key = tx.load_conversation(conversation)?.key;
            let state = tx.load_conversation_state(&key, None)?;
            let (item, now) = (state.work_item(id), clock.now());
            let queue = item.and_then(|item| item.queue);
            let presence = tx.load_presence()?;
            let ctx = OfferContext {
                now,
                agent: me,
                rule: rule_of(&config, item),
                telling: Telling::of(queue, &config, &presence, &numbers, now),
            };
            let answer = if request.accept {
                OfferAnswer::Accept
            } else {
                OfferAnswer::Reject {
                    reason: config
                        .reject_reasons
                        .iter()
                        .find(|known| Some(known.id) == reason),
                }
            };
            let planned = plan_answer(&state, id, answer, &ctx, &mut EdgeIds::new(clock));
            Ok(planned.map_err(|refusal| words::not_allowed(&refusal)))
        })
        .await
    }

    /// Hands a conversation on; the first agent keeps it until the other side accepts.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) where nobody would answer.
    pub async fn transfer_conversation(
        &self,
        request: TransferConversation,
    ) -> Result<ConversationView, ApiError> {
        let conversation = ConversationId(request.conversation_id);
        let me = self.desk()?.agent();
        self.plan_for(conversation, move |tx, clock| {
            let config = tx.load_routing_config()?;
            let presence = tx.load_presence()?;
            let key = tx.load_conversation(conversation)?.key;
            let state = tx.load_conversation_state(&key, None)?;
            let to = match request.to {
                TransferTarget::Agent { agent_id } => {
                    let agent: AgentId = match words::id(&agent_id) {
                        Ok(agent) => agent,
                        Err(error) => return Ok(Err(error)),
                    };
                    TransferTo::Agent {
                        agent,
                        takes_work: config.can_be_asked(&presence, agent, Channel::Sms),
                        timeout: AssignmentRule::SHIPPED_TIMEOUT,
                    }
                }
                TransferTarget::Queue { queue_id } => match words::id::<QueueId>(&queue_id) {
                    Ok(queue) => TransferTo::Queue(queue),
                    Err(error) => return Ok(Err(error)),
                },
            };
            let ctx = act_context(&config, me, clock);
            let planned = plan_transfer(&state, to, &ctx, &mut EdgeIds::new(clock));
            Ok(planned.map_err(|refusal| words::not_allowed(&refusal)))
        })
        .await
    }

    /// Calls a transfer back that nobody has accepted yet.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when there is none.
    pub async fn cancel_transfer(
        &self,
        request: ConversationRef,
    ) -> Result<ConversationView, ApiError> {
        let conversation = ConversationId(request.conversation_id);
        let me = self.desk()?.agent();
        self.plan_for(conversation, move |tx, clock| {
            let config = tx.load_routing_config()?;
            let key = tx.load_conversation(conversation)?.key;
            let state = tx.load_conversation_state(&key, None)?;
            let ctx = act_context(&config, me, clock);
            let planned = plan_cancel_transfer(&state, &ctx, &mut EdgeIds::new(clock));
            Ok(planned.map_err(|refusal| words::not_allowed(&refusal)))
        })
        .await
    }

    /// Plans and commits in one transaction, tells everybody, and answers with the conversation.
    pub(super) async fn plan_for(
        &self,
        conversation: ConversationId,
        plan: impl FnOnce(&mut WriteTx<'_>, &dyn Clock) -> Result<Result<Plan, ApiError>, StoreError>
        + Send
        + 'static,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let clock = desk.clock();
        let applied = desk
            .store
            .write(move |tx| match plan(tx, &*clock)? {
                Ok(plan) => tx.apply(&plan).map(Ok),
                Err(refusal) => Ok(Err(refusal)),
            })
            .await
            .map_err(|error| words::store(&error))??;
        self.announce(&desk, applied);
        self.emit(crate::events::Change::Team);
        let beholder = self.beholder(&desk).await?;
        load_view(&desk, &beholder, conversation).await
    }
}

/// Who acts, with what they may do.
pub(super) fn act_context(config: &RoutingConfig, me: AgentId, clock: &dyn Clock) -> ActContext {
    ActContext {
        now: clock.now(),
        agent: me,
        authority: config
            .agent(me)
            .map_or(Authority::Agent, tern_domain::agents::Agent::authority),
    }
}

/// Whether the agent may say no to an offer. What was meant for them alone they always may.
pub(crate) fn can_reject(config: &RoutingConfig, item: &WorkItem) -> bool {
    item.reserved_for.is_some()
        || rule_of(config, Some(item)).is_none_or(|rule| rule.reject_allowed)
}

fn rule_of<'c>(config: &'c RoutingConfig, item: Option<&WorkItem>) -> Option<&'c AssignmentRule> {
    let wanted = item?.rule?;
    config.rules.iter().find(|rule| rule.id == wanted)
}

fn read_offers(
    conn: &ReadConn<'_>,
    me: AgentId,
    (cards, topics): (&Cards, &TopicSet),
    beholder: &Beholder,
) -> Result<Vec<OfferView>, StoreError> {
    let config = conn.load_routing_config()?;
    let mut reasons: Vec<_> = config
        .reject_reasons
        .iter()
        .filter(|reason| reason.selectable)
        .collect();
    reasons.sort_by_key(|reason| reason.order);
    let mut offers = Vec::new();
    for work in conn.list_open_work()? {
        let item = &work.item;
        if item.state != WorkItemState::PendingAccept || item.assignee != Some(me) {
            continue;
        }
        let found = conn.load_conversation(work.conversation)?;
        let state = conn.load_conversation_state(&found.key, None)?;
        let offered = state
            .latest_interaction
            .filter(|it| it.id == item.interaction);
        let handed_over = handover(conn, work.conversation, offered.as_ref(), topics)?;
        offers.push(OfferView {
            work_item_id: item.id.to_string(),
            conversation_id: work.conversation.0,
            card: cards.cells(conn, &found)?,
            requester: conversation::requester(&found),
            preview: found.preview.text.as_str().to_owned(),
            waiting_since: item.queued_at.0,
            until: item.offered_until.map(|until| until.0),
            offered_at: item.offered_at.unwrap_or(item.queued_at).0,
            queue: config
                .queues
                .iter()
                .find(|queue| Some(queue.id) == item.queue)
                .map(|queue| queue.name.clone()),
            handed_on_by: item.handed_on_by.map(|agent| beholder.name_of(agent)),
            handover: handed_over,
            can_reject: can_reject(&config, item),
            reject_reasons: reasons
                .iter()
                .map(|reason| RejectReasonView {
                    id: reason.id.to_string(),
                    name: reason.name.clone(),
                    reassignable: reason.reassignable,
                })
                .collect(),
        });
    }
    Ok(offers)
}

/// Where the work of a conversation stands; `None` without open work.
pub(super) fn work_view(
    items: &[WorkItem],
    config: &RoutingConfig,
    estimate: Option<WaitEstimateView>,
    beholder: &Beholder,
) -> Option<WorkView> {
    let newest = items.last()?;
    let waiting = items.iter().find(|item| !item.is_held());
    Some(WorkView {
        waiting_since: waiting.map(|item| item.queued_at.0),
        queue: waiting
            .and_then(|item| item.queue)
            .and_then(|id| config.queues.iter().find(|queue| queue.id == id))
            .map(|queue| queue.name.clone()),
        offered_to: waiting
            .and_then(|item| item.assignee)
            .map(|agent| beholder.name_of(agent)),
        is_handed_on: waiting.is_some_and(|item| item.handed_on_by.is_some()),
        exceeded_target: newest.exceeded_target,
        estimate,
    })
}

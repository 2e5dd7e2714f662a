//! Agents, what is configured about routing, presence and work items, in a real encrypted file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use support::{key, open_store};
use tern_domain::agents::{Agent, PinLock, PresenceCause, PresenceState, plan_presence};
use tern_domain::routing::{
    ConfigChange, Decision, Outcome, Queue, RoutingConfig, ServiceChannel, Stay, WorkItemState,
    plan_decision, plan_missing_item,
};
use tern_domain::{
    ActContext, Actor, AgentId, Authority, CarrierMessage, DeliveryStatus, Direction, IdSource,
    InteractionAct, InteractionState, Millis, QueueId, RuleId, UtcMillis, plan_act, plan_arrival,
};
use tern_store::{AgentPin, Store, StoreError, WriteTx};
use uuid::Uuid;

const NOW: UtcMillis = UtcMillis(1_700_000_000_000);

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

fn agent() -> AgentId {
    AgentId::new(Uuid::from_u128(0xa))
}

fn arrive(tx: &mut WriteTx<'_>, requester: u32, ids: &mut Counter) -> Result<(), StoreError> {
    let message = CarrierMessage {
        sid: support::sid(u64::from(requester)),
        direction: Direction::Inbound,
        from: key(requester).requester,
        to: key(requester).provider.into(),
        body: "hello".into(),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: NOW,
        sent_at: None,
        messaging_service_sid: None,
    };
    let state = tx.load_conversation_state(&key(requester), Some(&message.sid))?;
    let ctx = tern_domain::ArrivalContext {
        now: NOW,
        live_since: Some(NOW),
        late_after: tern_domain::ArrivalContext::LATE_AFTER,
        bot_takes: false,
        command: None,
    };
    tx.apply(&plan_arrival(&state, &message, &ctx, ids))
        .map(drop)
}

fn act(store: &Store, requester: u32, act: InteractionAct) {
    store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state(&key(requester), None)?;
            let ctx = ActContext {
                now: NOW,
                agent: agent(),
                authority: Authority::Agent,
            };
            let ids = &mut Counter(u128::from(NOW.0.unsigned_abs()) + 1000 * act as u128);
            tx.apply(&plan_act(&state, act, &ctx, ids).unwrap())
                .map(drop)
        })
        .unwrap();
}

#[test]
fn q_6_a_work_item_is_kept_with_its_interaction_and_counts_by_its_state() {
    let test = open_store();
    test.store
        .write_blocking(|tx| arrive(tx, 1, &mut Counter(0)))
        .unwrap();
    let open = || {
        test.store
            .read_blocking(|conn| conn.list_open_work())
            .unwrap()
    };
    let [waiting] = &open()[..] else { panic!() };
    assert_eq!(waiting.item.state, WorkItemState::Queued);
    assert_eq!(waiting.interaction_state, InteractionState::New);
    act(&test.store, 1, InteractionAct::Take);
    let [held] = &open()[..] else {
        panic!("{:?}", open())
    };
    assert_eq!(held.item.assignee, Some(agent()));
    act(&test.store, 1, InteractionAct::Hold);
    assert_eq!(open()[0].interaction_state, InteractionState::OnHold);
    let (last, ties) = test
        .store
        .read_blocking(|conn| {
            let conversation = conn.find_conversation(&key(1))?.unwrap();
            Ok((
                conn.last_assigned([agent()])?,
                conn.list_ties(conversation, NOW)?,
            ))
        })
        .unwrap();
    assert_eq!(last.values().collect::<Vec<_>>(), [&NOW]);
    assert_eq!(ties[0].agent, agent());
    act(&test.store, 1, InteractionAct::Finish);
    assert_eq!(open(), []);
}

#[test]
fn q_7_the_first_text_of_a_new_requester_takes_the_slots_that_the_channel_says() {
    let test = open_store();
    test.store
        .write_blocking(|tx| {
            let ids = &mut Counter(0);
            let channel = ServiceChannel {
                item_size: 2,
                ..ServiceChannel::sms()
            };
            let changes = vec![ConfigChange::Channel { channel }];
            let plan = RoutingConfig::default().plan(changes, Actor::System, NOW, ids);
            let _applied = tx.apply(&plan)?;
            arrive(tx, 1, ids)
        })
        .unwrap();
    let open = test
        .store
        .read_blocking(|conn| conn.list_open_work())
        .unwrap();
    assert_eq!(open[0].item.size, 2);
}

#[test]
fn q_26_active_work_without_an_item_is_found() {
    let test = open_store();
    test.store
        .write_blocking(|tx| {
            let mut ids = Counter(0);
            arrive(tx, 1, &mut ids)?;
            // As a file from before work items has it: an interaction alone.
            let interaction = tx
                .load_conversation_state(&key(1), None)?
                .latest_interaction
                .unwrap();
            let mut other = interaction.clone();
            other.id = tern_domain::InteractionId::new(Uuid::from_u128(0xffff));
            other.key = key(2);
            tx.apply(&tern_domain::Plan {
                events: Vec::new(),
                effects: vec![tern_domain::Effect::SetInteraction(other)],
            })
            .map(drop)
        })
        .unwrap();
    let missing = || {
        test.store
            .read_blocking(|conn| conn.list_without_work_item())
            .unwrap()
    };
    assert_eq!(missing().len(), 1);
    test.store
        .write_blocking(|tx| {
            let state = tx.load_conversation_state(&key(2), None)?;
            tx.apply(&plan_missing_item(&state, NOW, &mut Counter(0xeeee)))
                .map(drop)
        })
        .unwrap();
    assert_eq!(missing(), []);
}

#[test]
fn what_is_configured_reads_back_and_its_history_is_kept() {
    let test = open_store();
    let shipped = || {
        RoutingConfig::shipped(
            Agent::first(agent(), "Ana"),
            QueueId::new(Uuid::from_u128(1)),
            RuleId::new(Uuid::from_u128(2)),
        )
    };
    let load = || {
        test.store
            .read_blocking(|conn| conn.load_routing_config())
            .unwrap()
    };
    assert_eq!(load(), RoutingConfig::default());
    let configure = |changes: Vec<ConfigChange>, first: u128| {
        let plan = load().plan(changes, Actor::System, NOW, &mut Counter(first));
        test.store
            .write_blocking(move |tx| tx.apply(&plan).map(drop))
            .unwrap();
    };
    configure(shipped(), 0);
    let config = load();
    assert_eq!(config.version, 7);
    assert_eq!(config.agents[0].name, "Ana");
    assert_eq!(config.presence.len(), 3);
    let renamed = Queue {
        name: "Texts".to_owned(),
        ..config.queues[0].clone()
    };
    configure(
        vec![ConfigChange::Queue {
            queue: Box::new(renamed),
        }],
        100,
    );
    assert_eq!(load().queues.len(), 1);
    assert_eq!(load().queues[0].name, "Texts");
    let id = load().queues[0].id;
    configure(vec![ConfigChange::QueueRemoved { id }], 200);
    assert_eq!(load().queues, []);
    assert_eq!(load().version, 9);
}

#[test]
fn presence_and_pins_are_kept_per_agent() {
    let test = open_store();
    let [available, ..] = PresenceState::shipped();
    let pin = AgentPin {
        verifier: "…".to_owned(),
        lock: PinLock::default().failed(NOW),
    };
    let stored = pin.clone();
    test.store
        .write_blocking(move |tx| {
            let because = (Actor::System, PresenceCause::SignedIn);
            let who = Agent::first(agent(), "Ana");
            let plan = plan_presence(&who, None, &available, because, NOW, &mut Counter(0));
            let _applied = tx.apply(&plan.unwrap())?;
            tx.put_agent_pin(agent(), Some(&stored))
        })
        .unwrap();
    let (presence, found) = test
        .store
        .read_blocking(|conn| Ok((conn.load_presence()?, conn.find_agent_pin(agent())?)))
        .unwrap();
    assert_eq!(presence[&agent()].state, PresenceState::AVAILABLE);
    assert_eq!(found, Some(pin));
}

#[test]
fn h_5_past_waits_of_a_queue_are_those_that_somebody_ended_offered_or_taken() {
    let test = open_store();
    let queue = QueueId::new(Uuid::from_u128(0xb));
    let elsewhere = QueueId::new(Uuid::from_u128(0xc));
    test.store
        .write_blocking(move |tx| {
            for (requester, of) in [(1, queue), (2, queue), (3, elsewhere), (4, queue)] {
                let ids = &mut Counter(u128::from(requester) << 32);
                arrive(tx, requester, ids)?;
                let state = tx.load_conversation_state(&key(requester), None)?;
                let decision = Decision {
                    item: state.work[0].id,
                    version: state.work[0].version,
                    queue: Some(of),
                    outcome: Outcome::Stays(Stay::NobodyAsked),
                    candidates: [].into(),
                };
                let plan = plan_decision(&state, &decision, None, None, NOW, ids).unwrap();
                drop(tx.apply(&plan)?);
                if requester == 4 {
                    continue;
                }
                let state = tx.load_conversation_state(&key(requester), None)?;
                let ctx = ActContext {
                    now: NOW + Millis::minutes(i64::from(requester)),
                    agent: agent(),
                    authority: Authority::Agent,
                };
                let taken = plan_act(&state, InteractionAct::Take, &ctx, ids).unwrap();
                drop(tx.apply(&taken)?);
            }
            Ok(())
        })
        .unwrap();
    let waits = |since: UtcMillis| {
        let found = test
            .store
            .read_blocking(move |conn| conn.list_past_waits(queue, since))
            .unwrap();
        let mut minutes: Vec<_> = found
            .iter()
            .map(|wait| wait.until.since(wait.queued_at).0 / 60_000)
            .collect();
        minutes.sort_unstable();
        minutes
    };
    assert_eq!(
        waits(NOW),
        [1, 2],
        "neither of another queue nor waiting yet"
    );
    assert_eq!(waits(NOW + Millis::minutes(1)), Vec::<i64>::new());
}

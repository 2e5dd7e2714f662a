//! Who is there and what is configured when the day begins.

use std::sync::OnceLock;

use secrecy::SecretString;
use tern_domain::agents::{Agent, CapacityOverride, Group, PresenceState, Role};
use tern_domain::messaging_action::{ActionAct, ActionEvent, MessagingAction};
use tern_domain::routing::{
    AssignmentRule, ConfigChange, Intake, Pool, Queue, RejectReason, ServiceChannel,
};
use tern_domain::{
    Address, AgentId, Channel, ConversationKey, GroupId, MessagingActionId, Millis, PersonDetails,
    PersonId, PersonKind, PhoneNumber, PresenceStateId, QueueId, RejectReasonId, RuleId, UtcMillis,
};
use tern_twilio::{AccountSid, BaseUrl, ClientConfig, Credential, TwilioClient};
use uuid::Uuid;

use super::steps::{CONVERSATIONS, REQUESTERS};

/// When the line went live; the day begins three hours later.
pub(super) const LIVE: UtcMillis = UtcMillis(1_700_000_000_000);
pub(super) const MORNING: UtcMillis = UtcMillis(LIVE.0 + 3 * 3_600_000);

/// The queue that takes everything and asks before it gives.
pub(super) const ASKS: QueueId = QueueId::new(Uuid::from_u128(0xA1));
/// The queue for work that is handed on, which accepts on the agent's behalf.
pub(super) const GIVES: QueueId = QueueId::new(Uuid::from_u128(0xA2));
pub(super) const FOR_GOOD: RejectReasonId = RejectReasonId::new(Uuid::from_u128(0xA3));

const GROUP: GroupId = GroupId::new(Uuid::from_u128(0xA4));
const ASKING: RuleId = RuleId::new(Uuid::from_u128(0xA5));
const GIVING: RuleId = RuleId::new(Uuid::from_u128(0xA6));
/// Slots of the channel and of one item: two conversations at once.
const SLOTS: u32 = 4;
const SIZE: u32 = 2;

pub(super) fn agent(number: usize) -> AgentId {
    AgentId::new(Uuid::from_u128(0xB0 + number as u128))
}

pub(super) fn person(number: usize) -> PersonId {
    PersonId::new(Uuid::from_u128(0xC0 + number as u128))
}

pub(super) fn ours(number: usize) -> PhoneNumber {
    PhoneNumber::parse(["+14155550100", "+14155550101"][number % 2]).unwrap()
}

pub(super) fn requester(number: usize) -> PhoneNumber {
    let number = number % REQUESTERS;
    PhoneNumber::parse(&format!("+1415555012{number}")).unwrap()
}

/// The conversation of a number: each customer with each of the team's numbers.
pub(super) fn key(on: usize) -> ConversationKey {
    let on = on % CONVERSATIONS;
    ConversationKey::sms(Address::Phone(requester(on)), ours(on / REQUESTERS))
}

pub(super) fn presence_state(number: usize) -> PresenceStateId {
    [
        PresenceState::AVAILABLE,
        PresenceState::AWAY,
        PresenceState::OFFLINE,
    ][number % 3]
}

/// A user of the directory with this number, or without one.
pub(super) fn details(number: usize, phone: Option<PhoneNumber>) -> PersonDetails {
    PersonDetails {
        kind: PersonKind::User,
        name: format!("Person {number}"),
        mobile_phone: phone,
        ..PersonDetails::default()
    }
}

/// Three agents with different room: as the channel says, one conversation, one over all channels.
pub(super) fn routing() -> Vec<ConfigChange> {
    let agents = (0..super::steps::AGENTS).map(|number| {
        let first = Agent::first(agent(number), "An agent");
        ConfigChange::Agent {
            agent: Agent {
                roles: if number == 0 {
                    first.roles.clone()
                } else {
                    [Role::Agent].into()
                },
                groups: [GROUP].into(),
                capacity: (number == 1)
                    .then_some((
                        Channel::Sms,
                        CapacityOverride {
                            slots: SIZE,
                            set_at: LIVE,
                        },
                    ))
                    .into_iter()
                    .collect(),
                universal_capacity: (number == 2).then_some(SIZE + 1),
                ..first
            },
        }
    });
    let queue = |id, name: &str, intake, rule| ConfigChange::Queue {
        queue: Box::new(Queue {
            name: name.to_owned(),
            intake,
            target_wait: Some(Millis::minutes(5)),
            pools: vec![Pool {
                rule: Some(rule),
                groups: vec![GROUP],
                eligible_at: Millis::ZERO,
            }],
            ..Queue::shipped(id)
        }),
    };
    let others = [
        ConfigChange::Group {
            group: Group {
                id: GROUP,
                name: "Everybody".to_owned(),
                capacity: std::collections::BTreeMap::new(),
            },
        },
        ConfigChange::Channel {
            channel: ServiceChannel {
                capacity: SLOTS,
                item_size: SIZE,
                ..ServiceChannel::sms()
            },
        },
        ConfigChange::Rule {
            rule: AssignmentRule::shipped(ASKING),
        },
        ConfigChange::Rule {
            rule: AssignmentRule {
                auto_assign: true,
                ..AssignmentRule::shipped(GIVING)
            },
        },
        ConfigChange::RejectReason {
            reason: RejectReason {
                id: FOR_GOOD,
                name: "Not mine".to_owned(),
                selectable: true,
                order: 1,
                channel: None,
                reassignable: false,
            },
        },
        queue(ASKS, "Asks", Intake::Everything, ASKING),
        queue(GIVES, "Gives", Intake::ByHandOnly, GIVING),
    ];
    let states = PresenceState::shipped().map(|state| ConfigChange::PresenceState { state });
    agents.chain(others).chain(states).collect()
}

/// Slots of an agent, as [`routing`] gives them: on the channel, and over all channels.
pub(super) fn slots(agents: &[Agent], id: AgentId) -> (u32, u32) {
    let agent = agents.iter().find(|agent| agent.id == id).unwrap();
    let on_channel = agent
        .capacity
        .get(&Channel::Sms)
        .map_or(SLOTS, |own| own.slots);
    (on_channel, agent.universal_capacity.unwrap_or(u32::MAX))
}

/// What is sized as the channel says.
pub(super) const fn item_size() -> u32 {
    SIZE
}

/// The two that ship, and one of each other kind.
pub(super) fn actions(shipped: Vec<MessagingAction>) -> Vec<MessagingAction> {
    let action = |number: u128, event, minutes, act| MessagingAction {
        id: MessagingActionId::new(Uuid::from_u128(0xD0 + number)),
        name: format!("Action {number}"),
        event,
        after: Millis::minutes(minutes),
        is_active: true,
        filter: "true".to_owned(),
        act,
    };
    let waits = ActionEvent::RequesterMessageWithoutAgentResponse;
    let silent = ActionEvent::AgentMessageWithoutRequesterResponse;
    let text = "Are you still there?".to_owned();
    let mut all = vec![
        action(1, waits, 10, ActionAct::Reassign),
        action(2, silent, 5, ActionAct::PromptRequester { text }),
        action(
            3,
            silent,
            15,
            ActionAct::SetState {
                state: tern_domain::InteractionState::OnHold,
            },
        ),
    ];
    all.extend(shipped);
    all
}

/// A client that nobody answers; the day has its own carrier.
pub(super) fn client() -> TwilioClient {
    static CLIENT: OnceLock<TwilioClient> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            let account = AccountSid::parse("AC00000000000000000000000000000001").unwrap();
            let credential = Credential::AuthToken(SecretString::from("nobody asks"));
            let base = BaseUrl::parse("http://127.0.0.1:9").unwrap();
            TwilioClient::new(ClientConfig::new(base, account, credential)).unwrap()
        })
        .clone()
}

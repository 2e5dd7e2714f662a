//! The Interaction aggregate (I-1 … I-13): one active piece of work on a conversation.
//!
//! An interaction is what its events say: [`Interaction::opened`] and [`Interaction::apply`] are the
//! only ways to change one, so the row in the inbox and the timeline cannot disagree.

mod act;
mod live_group;
mod reason;
mod state;
mod with_bot;

pub(crate) use act::take_off;
pub use act::{ActContext, ActRefusal, Authority, InteractionAct, plan_act, plan_act_telling};
pub use live_group::{LiveGroupAct, LiveGroupRefusal, plan_live_group};
pub use reason::CloseReason;
pub use state::{Handler, InteractionState};
pub(crate) use with_bot::end_autopilot;
pub use with_bot::{
    AutopilotTopic, BotRefusal, plan_autopilot, plan_autopilot_end, plan_autopilot_stop,
    plan_hand_back, plan_return_to_bot,
};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::address::ConversationKey;
use crate::event::EventBody;
use crate::ids::{AgentId, InteractionId, MessagingActionId, PersonId, ProfileId};
use crate::profile::Identity;
use crate::time::{Millis, UtcMillis};
use crate::topic::TopicName;
use crate::wrap_up::{WrapUp, WrapUpEnd};

/// Who started an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedBy {
    /// A text came in.
    Requester,
    /// A live agent wrote first.
    Agent,
}

/// One interaction as its events left it (I-10, as far as built).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// Global id.
    pub id: InteractionId,
    /// The conversation it belongs to (I-8).
    pub key: ConversationKey,
    /// I-1 … I-7.
    pub state: InteractionState,
    /// Who answers now.
    pub handler: Handler,
    /// The one agent who has it.
    pub assigned_to: Option<AgentId>,
    /// All agents who take part.
    pub live_group: BTreeSet<AgentId>,
    /// All agents who have whispered in it, also without taking part (H-11).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub whisperers: BTreeSet<AgentId>,
    /// Every agent who was ever assigned to it (W-9).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub had_by: BTreeSet<AgentId>,
    /// Who started it.
    pub opened_by: OpenedBy,
    /// When it opened.
    pub opened_at: UtcMillis,
    /// When its last event happened.
    pub updated_at: UtcMillis,
    /// When it closed.
    pub closed_at: Option<UtcMillis>,
    /// Why it closed (I-18 … I-21).
    pub state_reason: Option<CloseReason>,
    /// When a live agent first had it: the `agent_chat` flag of I-10, with its time.
    pub engaged_at: Option<UtcMillis>,
    /// The one before it in the same conversation (I-13).
    pub previous_interaction: Option<InteractionId>,
    /// Its first text came so late that only a person may answer it.
    pub arrived_late: bool,
    /// The virtual agent has it, or had it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_bot: bool,
    /// Since when an agent has been asking a supervisor for help (I-10 `help_requested`).
    #[serde(default)]
    pub help_requested_at: Option<UtcMillis>,
    /// The topic that its agent lets the virtual agent run in it (H-9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autopilot: Option<TopicName>,
    /// Since when its waits stand still because of that (M-14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<UtcMillis>,
    /// Messaging actions that have had their firing, each with the starts of the waits they were for (M-13).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acted_on: BTreeMap<MessagingActionId, BTreeSet<UtcMillis>>,
    /// The address' profile (P-9).
    #[serde(default)]
    pub profile: Option<ProfileId>,
    /// The person it was opened for; `None` for a guest.
    #[serde(default)]
    pub opened_for: Option<PersonId>,
    /// Its wrap-up, while it runs and afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<Box<WrapUp>>,
    /// How long it was wrapped up (I-10); zero where that was skipped (W-4), `None` where none was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up_duration: Option<Millis>,
    /// The enforced time ended the wrap-up (W-3).
    #[serde(default)]
    pub system_wrap_up: bool,
    /// How many events it has had.
    pub version: u32,
}

impl Interaction {
    /// The interaction that an opening event makes; `None` for any other event.
    #[must_use]
    pub fn opened(id: InteractionId, body: &EventBody, at: UtcMillis) -> Option<Self> {
        let EventBody::InteractionOpened {
            key,
            handler,
            opened_by,
            previous_interaction,
            arrived_late,
            profile,
            opened_for,
        } = body
        else {
            return None;
        };
        Some(Self {
            id,
            key: key.clone(),
            state: InteractionState::New,
            handler: *handler,
            assigned_to: None,
            live_group: BTreeSet::new(),
            whisperers: BTreeSet::new(),
            had_by: BTreeSet::new(),
            opened_by: *opened_by,
            opened_at: at,
            updated_at: at,
            closed_at: None,
            state_reason: None,
            engaged_at: None,
            previous_interaction: *previous_interaction,
            arrived_late: *arrived_late,
            with_bot: *handler == Handler::VirtualAgent,
            help_requested_at: None,
            autopilot: None,
            suspended_at: None,
            acted_on: BTreeMap::new(),
            profile: *profile,
            opened_for: *opened_for,
            wrap_up: None,
            wrap_up_duration: None,
            system_wrap_up: false,
            version: 1,
        })
    }

    /// Takes in one more event of this interaction. Events of a later version of Tern only count.
    pub fn apply(&mut self, body: &EventBody, at: UtcMillis) {
        match body {
            EventBody::InteractionStateChanged { to, .. } => self.state = *to,
            EventBody::AgentAssigned { agent } => {
                self.assigned_to = Some(*agent);
                self.handler = Handler::LiveAgent;
                self.live_group.insert(*agent);
                self.had_by.insert(*agent);
                self.engaged_at = self.engaged_at.or(Some(at));
            }
            EventBody::AgentUnassigned { agent } => {
                self.assigned_to = None;
                self.handler = Handler::Queue;
                self.live_group.remove(agent);
            }
            EventBody::AgentJoined { agent } => {
                self.live_group.insert(*agent);
            }
            EventBody::AgentLeft { agent } => {
                self.live_group.remove(agent);
                self.whisperers.remove(agent);
            }
            EventBody::Whispered { agent, .. } => {
                self.whisperers.insert(*agent);
            }
            EventBody::MessagingActionFired {
                action, started_at, ..
            } => {
                self.acted_on
                    .entry(*action)
                    .or_default()
                    .insert(*started_at);
            }
            EventBody::HandedOver { .. } => self.handler = Handler::Queue,
            EventBody::InteractionClosed { state, reason } => {
                self.state = *state;
                self.state_reason = Some(*reason);
                self.closed_at = Some(at);
                self.help_requested_at = None;
            }
            EventBody::WrapUpStarted {
                terms,
                reason,
                segments,
            } => {
                let wrap_up = WrapUp::started((**terms).clone(), *reason, segments, at);
                self.wrap_up = Some(Box::new(wrap_up));
                self.help_requested_at = None;
            }
            EventBody::WrapUpCodeChosen { segment, code } => {
                if let Some(wrap_up) = &mut self.wrap_up {
                    wrap_up.choose(*segment, *code);
                }
            }
            EventBody::WrapUpEnded { end } => {
                if let Some(wrap_up) = &mut self.wrap_up {
                    wrap_up.finish(*end, at);
                    let took = at.since(wrap_up.started_at).max(Millis::ZERO);
                    self.wrap_up_duration = Some(took);
                    self.system_wrap_up = *end == WrapUpEnd::Timer;
                }
            }
            EventBody::WrapUpSkipped => self.wrap_up_duration = Some(Millis::ZERO),
            EventBody::HandedBack => {
                self.assigned_to = None;
                self.handler = Handler::VirtualAgent;
                self.live_group.clear();
                self.help_requested_at = None;
            }
            EventBody::AutopilotStarted { topic, .. } => {
                self.autopilot = Some(topic.clone());
                self.suspended_at = Some(at);
            }
            EventBody::AutopilotEnded { .. } => {
                self.autopilot = None;
                if let Some(since) = self.suspended_at.take() {
                    self.shift_acted_on(at.since(since));
                }
            }
            EventBody::HelpRequested { .. } => self.help_requested_at = Some(at),
            EventBody::HelpEnded { .. } => self.help_requested_at = None,
            EventBody::InteractionIdentityChanged { profile, to, .. } => {
                self.profile = *profile;
                self.opened_for = *to;
            }
            _ => {}
        }
        self.with_bot |= self.handler == Handler::VirtualAgent || self.autopilot.is_some();
        self.updated_at = at;
        self.version = self.version.saturating_add(1);
    }

    /// M-14: waits that stood still count from later on; what had acted on them must not act again (M-13).
    fn shift_acted_on(&mut self, paused: Millis) {
        for starts in self.acted_on.values_mut() {
            let shifted: Vec<_> = starts.iter().map(|start| *start + paused).collect();
            starts.extend(shifted);
        }
    }

    /// A messaging action has had its firing for the wait that began then (M-13).
    #[must_use]
    pub fn was_acted_on(&self, action: MessagingActionId, started_at: UtcMillis) -> bool {
        self.acted_on
            .get(&action)
            .is_some_and(|starts| starts.contains(&started_at))
    }

    /// Who it is with, as its match left it (P-9).
    #[must_use]
    pub const fn identity(&self) -> Identity {
        Identity {
            profile: self.profile,
            opened_for: self.opened_for,
        }
    }

    /// I-1 … I-3: it takes new texts; at most one per conversation (I-9).
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.state.is_active()
    }

    /// The virtual agent answers what the requester writes: it has the conversation, or runs a topic in it (H-9).
    #[must_use]
    pub fn is_heard_by_bot(&self) -> bool {
        self.handler == Handler::VirtualAgent || self.autopilot.is_some()
    }
}

//! An actionable notification (S-10): a conversation of the virtual agent's that begins with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::content::{Occasion, RenderedNotification};
use super::definition::Notification;
use crate::arrival::begin_with_bot;
use crate::draft::PlanDraft;
use crate::event::Actor;
use crate::ids::IdSource;
use crate::interaction::OpenedBy;
use crate::plan::Plan;
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::{BotValue, TopicName, VariableName};

/// A notification with what can be done about it. The actions hold for the next text alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotificationOffer {
    /// What is said first.
    pub text: String,
    /// A picture's address and what it shows.
    #[serde(default)]
    pub picture: Option<(String, String)>,
    /// Numbered from 1.
    pub actions: Vec<OfferedAction>,
    /// The list ends with Skip.
    pub can_skip: bool,
    /// Set in the topic that is picked: what the row held.
    pub variables: BTreeMap<VariableName, BotValue>,
}

/// One thing to pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedAction {
    /// What they read.
    pub label: String,
    /// The topic that it starts.
    pub topic: TopicName,
}

impl NotificationOffer {
    /// What is offered of a notification.
    #[must_use]
    pub fn new(
        notification: &Notification,
        rendered: RenderedNotification,
        occasion: &Occasion,
    ) -> Self {
        let actions = notification.actions.iter().map(|action| OfferedAction {
            label: action.label.trim().to_owned(),
            topic: action.topic.clone(),
        });
        Self {
            text: rendered.text,
            picture: rendered.picture,
            actions: actions.collect(),
            can_skip: notification.can_skip,
            variables: occasion.row.clone(),
        }
    }

    /// The list as the phone gets it (S-10): one line each, numbered from 1, Skip last.
    #[must_use]
    pub fn list(&self) -> String {
        let labels = self.actions.iter().map(|action| action.label.as_str());
        numbered(labels, self.can_skip)
    }
}

/// The way past everything in a list.
pub(crate) const SKIP: &str = "Skip";

/// Lines numbered from 1, with the way past them last.
pub(super) fn numbered<'l>(labels: impl Iterator<Item = &'l str>, can_skip: bool) -> String {
    let lines = (1_u32..).zip(labels.chain(can_skip.then_some(SKIP)));
    let lines: Vec<_> = lines
        .map(|(number, label)| format!("{number}. {label}"))
        .collect();
    lines.join("\n")
}

/// Plans the conversation that what waits is offered in; `None` while one is active (S-10). The virtual agent is then
/// told to offer it, in the same transaction.
#[must_use]
pub fn plan_offer(
    state: &ConversationState,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    if state.active().is_some() {
        return None;
    }
    let mut draft = PlanDraft::new(state, now, ids);
    begin_with_bot(&mut draft, Actor::System, OpenedBy::Agent);
    Some(draft.finish())
}

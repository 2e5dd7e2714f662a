//! What is configured about routing, both ways between rules and window.

use std::collections::BTreeSet;

use tern_domain::agents::{Colour, PresenceState};
use tern_domain::routing::{
    AffinityRule, AssignBy, AssignmentRule, DEFAULT_GROUP_ORDER, Exception, GroupOrder, Hours,
    Intake, Pool, Queue, RejectReason, SkillMode, SkillNeed, SortDirection, SortField, SortKey,
    Span, TieKind,
};
use tern_domain::{Channel, Millis, PresenceStateId, QueueId, RejectReasonId, RuleId};

use super::alerts;
use crate::dto::{
    ExceptionView, GroupOrderView, HoursView, IntakeView, PoolView, PresenceColour, PresenceEntry,
    QueueOrder, QueueView, RejectReasonEntry, RuleView, SkillNeedView, SkillUse, SpanView,
};
use crate::error::ApiError;
use crate::words;

fn seconds(duration: Millis) -> u32 {
    u32::try_from(duration.0 / 1000).unwrap_or(0)
}

fn millis(seconds: u32) -> Millis {
    Millis::seconds(i64::from(seconds))
}

pub(crate) fn queue_view(queue: &Queue, waiting: u32) -> QueueView {
    QueueView {
        id: queue.id.to_string(),
        name: queue.name.clone(),
        active: queue.active,
        order: queue.order,
        intake: match &queue.intake {
            Intake::Everything => IntakeView::Everything,
            Intake::ByHandOnly => IntakeView::ByHandOnly,
            Intake::When { condition } => IntakeView::When {
                condition: condition.clone(),
            },
        },
        hours: queue.hours.as_ref().map(hours_view),
        target_wait_seconds: queue.target_wait.map(seconds),
        max_wait_seconds: queue.max_wait.map(seconds),
        max_wait_text: queue.max_wait_message.clone(),
        first_response: queue.first_response.clone(),
        nobody_text: queue.nobody_message.clone(),
        closed_text: queue.closed_message.clone(),
        pools: queue
            .pools
            .iter()
            .map(|pool| PoolView {
                rule_id: pool.rule.map(|rule| rule.to_string()),
                group_ids: pool.groups.iter().map(ToString::to_string).collect(),
                after_seconds: seconds(pool.eligible_at),
            })
            .collect(),
        group_orders: queue
            .group_orders
            .iter()
            .map(|own| GroupOrderView {
                group_id: own.group.to_string(),
                order: own.order,
            })
            .collect(),
        skills: queue
            .needs
            .iter()
            .map(|need| SkillNeedView {
                name: need.skill.clone(),
                level: need.level,
                mandatory: need.mandatory,
            })
            .collect(),
        affinity_days: queue
            .affinity
            .iter()
            .find(|rule| rule.kind == TieKind::Customer)
            .map(|rule| rule.days_back),
        next: order_view(&queue.sort),
        sound: queue.sound.map(alerts::sound_view),
        waiting,
    }
}

/// A queue as the window wants it; what the window does not show stays as it was.
pub(crate) fn queue(
    view: QueueView,
    before: Option<&Queue>,
    id: QueueId,
) -> Result<Queue, ApiError> {
    let mut queue = before.cloned().unwrap_or_else(|| Queue::shipped(id));
    queue.id = id;
    queue.name = view.name.trim().to_owned();
    queue.active = view.active;
    queue.order = view.order;
    queue.intake = match view.intake {
        IntakeView::Everything => Intake::Everything,
        IntakeView::ByHandOnly => Intake::ByHandOnly,
        IntakeView::When { condition } => Intake::When { condition },
    };
    queue.hours = view.hours.map(hours).transpose()?;
    queue.target_wait = view.target_wait_seconds.map(millis);
    queue.max_wait = view.max_wait_seconds.map(millis);
    queue.max_wait_message = view.max_wait_text.trim().to_owned();
    queue.first_response = view.first_response.trim().to_owned();
    queue.nobody_message = view.nobody_text.trim().to_owned();
    queue.closed_message = view.closed_text.trim().to_owned();
    queue.pools = view
        .pools
        .into_iter()
        .map(|pool| {
            Ok(Pool {
                rule: pool.rule_id.as_deref().map(words::id).transpose()?,
                groups: pool
                    .group_ids
                    .iter()
                    .map(|group| words::id(group))
                    .collect::<Result<_, _>>()?,
                eligible_at: millis(pool.after_seconds),
            })
        })
        .collect::<Result<_, ApiError>>()?;
    queue.group_orders = group_orders(view.group_orders, &queue.pools)?;
    queue.needs = view
        .skills
        .into_iter()
        .map(|skill| SkillNeed {
            skill: skill.name.trim().to_owned(),
            level: skill.level,
            mandatory: skill.mandatory,
        })
        .collect();
    queue.sound = view.sound.map(alerts::sound);
    queue.affinity.retain(|rule| rule.kind != TieKind::Customer);
    queue
        .affinity
        .extend(view.affinity_days.map(|days_back| AffinityRule {
            kind: TieKind::Customer,
            days_back,
            order: 1,
        }));
    if let Some(sort) = sort_keys(view.next) {
        queue.sort = sort;
    }
    Ok(queue)
}

/// Places that say something: of groups that are asked, and not where every group is anyway.
fn group_orders(views: Vec<GroupOrderView>, pools: &[Pool]) -> Result<Vec<GroupOrder>, ApiError> {
    let all: Vec<GroupOrder> = views
        .into_iter()
        .map(|view| {
            Ok(GroupOrder {
                group: words::id(&view.group_id)?,
                order: view.order,
            })
        })
        .collect::<Result<_, ApiError>>()?;
    let is_asked = |own: &GroupOrder| pools.iter().any(|pool| pool.groups.contains(&own.group));
    Ok(all
        .into_iter()
        .filter(|own| own.order != DEFAULT_GROUP_ORDER && is_asked(own))
        .collect())
}

const NEWEST: SortKey = SortKey {
    field: SortField::WaitingSince,
    direction: SortDirection::Descending,
};
const LEAST_OFFERED: SortKey = SortKey {
    field: SortField::OfferCount,
    direction: SortDirection::Ascending,
};

fn order_view(sort: &[SortKey]) -> QueueOrder {
    match sort {
        [] => QueueOrder::LongestWait,
        [one] if *one == NEWEST => QueueOrder::Newest,
        [one] if *one == LEAST_OFFERED => QueueOrder::LeastOffered,
        _ => QueueOrder::Other,
    }
}

/// `None`: as it was.
fn sort_keys(order: QueueOrder) -> Option<Vec<SortKey>> {
    match order {
        QueueOrder::LongestWait => Some(Vec::new()),
        QueueOrder::Newest => Some(vec![NEWEST]),
        QueueOrder::LeastOffered => Some(vec![LEAST_OFFERED]),
        QueueOrder::Other => None,
    }
}

pub(crate) fn presence_entry(state: &PresenceState) -> PresenceEntry {
    PresenceEntry {
        id: state.id.to_string(),
        name: state.name.clone(),
        colour: match state.colour {
            Colour::Green => PresenceColour::Green,
            Colour::Yellow => PresenceColour::Yellow,
            Colour::Grey => PresenceColour::Grey,
        },
        receives_work: state.receives_work,
        group_ids: state.groups.iter().map(ToString::to_string).collect(),
        shipped: state.is_shipped(),
    }
}

/// A presence state as the window wants it; what the window does not show stays as it was.
pub(crate) fn presence_state(
    entry: PresenceEntry,
    before: Option<&PresenceState>,
    (id, order): (PresenceStateId, u32),
) -> Result<PresenceState, ApiError> {
    Ok(PresenceState {
        id,
        name: entry.name.trim().to_owned(),
        colour: match entry.colour {
            PresenceColour::Green => Colour::Green,
            PresenceColour::Yellow => Colour::Yellow,
            PresenceColour::Grey => Colour::Grey,
        },
        order: before.map_or(order, |before| before.order),
        receives_work: entry.receives_work,
        channels: if entry.receives_work {
            [Channel::Sms].into()
        } else {
            BTreeSet::new()
        },
        groups: entry
            .group_ids
            .iter()
            .map(|group| words::id(group))
            .collect::<Result<_, _>>()?,
        skip_inactivity_check: before.is_some_and(|before| before.skip_inactivity_check),
        not_for_channels: before
            .map_or_else(BTreeSet::new, |before| before.not_for_channels.clone()),
    })
}

fn hours_view(hours: &Hours) -> HoursView {
    HoursView {
        time_zone: hours.time_zone.clone(),
        week: hours.week.iter().map(|spans| span_views(spans)).collect(),
        exceptions: hours
            .exceptions
            .iter()
            .map(|exception| ExceptionView {
                date: exception.date.clone(),
                name: exception.name.clone(),
                spans: span_views(&exception.spans),
            })
            .collect(),
    }
}

fn span_views(spans: &[Span]) -> Vec<SpanView> {
    spans
        .iter()
        .map(|span| SpanView {
            from: span.from,
            to: span.to,
        })
        .collect()
}

fn hours(view: HoursView) -> Result<Hours, ApiError> {
    let spans = |views: Vec<SpanView>| {
        views
            .into_iter()
            .map(|span| Span {
                from: span.from,
                to: span.to,
            })
            .collect::<Vec<_>>()
    };
    let week: Vec<_> = view.week.into_iter().map(spans).collect();
    Ok(Hours {
        time_zone: view.time_zone,
        week: week
            .try_into()
            .map_err(|_| ApiError::bad_request("a week has seven days"))?,
        exceptions: view
            .exceptions
            .into_iter()
            .map(|exception| Exception {
                date: exception.date,
                name: exception.name,
                spans: spans(exception.spans),
            })
            .collect(),
    })
}

pub(crate) fn rule_view(rule: &AssignmentRule) -> RuleView {
    RuleView {
        id: rule.id.to_string(),
        name: rule.name.clone(),
        by_free_slots: rule.assign_by == AssignBy::MostCapacity,
        auto_assign: rule.auto_assign,
        reject_allowed: rule.reject_allowed,
        timeout_seconds: rule.timeout.map(seconds),
        away_afterwards: rule.presence_afterwards.is_some(),
        moves_on: rule.reassign_when_unavailable,
        skills: match rule.skills {
            SkillMode::Ignore => SkillUse::Ignored,
            SkillMode::Prefer => SkillUse::Preferred,
            SkillMode::Mandatory => SkillUse::Required,
        },
    }
}

/// A rule as the window wants it; what the window does not show stays as it was.
pub(crate) fn rule(view: RuleView, before: Option<&AssignmentRule>, id: RuleId) -> AssignmentRule {
    let before = before
        .cloned()
        .unwrap_or_else(|| AssignmentRule::shipped(id));
    AssignmentRule {
        id,
        name: view.name.trim().to_owned(),
        assign_by: if view.by_free_slots {
            AssignBy::MostCapacity
        } else {
            AssignBy::LastAssigned
        },
        auto_assign: view.auto_assign,
        reject_allowed: view.reject_allowed,
        timeout: view.timeout_seconds.map(millis),
        presence_afterwards: view
            .away_afterwards
            .then_some(before.presence_afterwards.unwrap_or(PresenceState::AWAY)),
        reassign_when_unavailable: view.moves_on,
        skills: match view.skills {
            SkillUse::Ignored => SkillMode::Ignore,
            SkillUse::Preferred => SkillMode::Prefer,
            SkillUse::Required => SkillMode::Mandatory,
        },
        ..before
    }
}

pub(crate) fn reason_view(reason: &RejectReason) -> RejectReasonEntry {
    RejectReasonEntry {
        id: reason.id.to_string(),
        name: reason.name.clone(),
        reassignable: reason.reassignable,
    }
}

pub(crate) fn reason(
    view: RejectReasonEntry,
    before: Option<&RejectReason>,
    (id, order): (RejectReasonId, u32),
) -> RejectReason {
    RejectReason {
        id,
        name: view.name.trim().to_owned(),
        selectable: true,
        order: before.map_or(order, |before| before.order),
        channel: before.and_then(|before| before.channel),
        reassignable: view.reassignable,
    }
}

//! The decision: for every waiting item its queue, its agent, and why (Q-4, Q-14, Q-15, Q-20, Q-23 … Q-26).
//!
//! Fair by construction: agents are looked at by id, queues by order and id, items by their queue's order
//! and then by id, so the order of the input changes nothing.

mod desk;
mod line;
mod rank;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::desk::PreparedDesk;
use self::line::Line;
use super::explain::Candidate;
use super::queue::QueueConditions;
use super::view::RoutingView;
use super::work_item::{WorkItem, WorkItemState};
use crate::ids::{AgentId, QueueId, RuleId, WorkItemId};
use crate::time::UtcMillis;

/// What was decided for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which item.
    pub item: WorkItemId,
    /// Its events when this was decided.
    pub version: u32,
    /// Its queue.
    pub queue: Option<QueueId>,
    /// What happens now.
    pub outcome: Outcome,
    /// Every active agent, by id, and why or why not. Shared between items that nobody can tell apart.
    pub candidates: Arc<[Candidate]>,
}

/// What happens to an item now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is offered.
    Offer {
        /// To whom.
        agent: AgentId,
        /// By which rule; `None` = as shipped.
        rule: Option<RuleId>,
    },
    /// It goes on waiting.
    Stays(Stay),
}

/// Why an item goes on waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// No queue takes it in.
    NoQueue,
    /// Its queue, or its channel, is switched off.
    SwitchedOff,
    /// Its queue asks no group.
    NobodyAsked,
    /// Out of hours.
    Closed {
        /// When the queue opens.
        opens_at: Option<UtcMillis>,
    },
    /// Nobody can take it now: the candidates say why.
    NobodyFree,
    /// Its queue is too long to look at all of it.
    QueueTooLong,
}

/// Decides for all waiting items. Others are passed over: an item that is offered waits for its answer.
#[must_use]
pub fn decide(
    items: &[WorkItem],
    view: &RoutingView<'_>,
    conditions: &dyn QueueConditions,
) -> Vec<Decision> {
    let desk = PreparedDesk::new(view);
    let mut by_queue: BTreeMap<usize, Vec<&WorkItem>> = BTreeMap::new();
    let mut decisions = Vec::with_capacity(items.len());
    for item in items {
        if item.state != WorkItemState::Queued || !item.is_open() {
            continue;
        }
        match desk.find_queue(item, conditions) {
            Some(index) => by_queue.entry(index).or_default().push(item),
            None => decisions.push(stays(item, None, Stay::NoQueue)),
        }
    }
    let mut lines: Vec<Line<'_>> = by_queue
        .into_iter()
        .filter_map(|(index, waiting)| {
            let queue = desk.queues.get(index)?;
            Line::new(&desk, queue, waiting, &mut decisions)
        })
        .collect();
    let mut free = desk.slots();
    let tiers: BTreeSet<u32> = lines.iter().flat_map(|line| line.tiers.clone()).collect();
    for tier in tiers {
        for line in &mut lines {
            line.assign(&desk, tier, &mut free, &mut decisions);
        }
    }
    for line in &mut lines {
        line.explain_the_rest(&desk, &free, &mut decisions);
    }
    decisions.sort_by_key(|decision| decision.item);
    decisions
}

/// When the answer may change without anything happening: a pool joins, a queue opens or closes, an offer
/// runs out, a target is passed. `None` = not by itself.
#[must_use]
pub fn next_look(items: &[WorkItem], view: &RoutingView<'_>) -> Option<UtcMillis> {
    let queue_of = |item: &WorkItem| {
        view.config
            .queues
            .iter()
            .find(|queue| Some(queue.id) == item.queue)
    };
    let of_items = items.iter().filter(|item| item.is_open()).flat_map(|item| {
        let queue = queue_of(item).filter(|_| item.state == WorkItemState::Queued);
        let joins = queue
            .into_iter()
            .flat_map(|queue| {
                let target = queue.target_wait.filter(|_| !item.exceeded_target);
                let joins = queue.pools.iter().map(|pool| pool.eligible_at);
                joins.chain(target)
            })
            .map(|wait| item.queued_at + wait);
        let gives_up = queue.and_then(|queue| queue.gives_up_at(item, view.now));
        joins.chain(gives_up).chain(item.offered_until)
    });
    let of_queues = view
        .config
        .queues
        .iter()
        .filter(|queue| queue.active && !items.is_empty())
        .filter_map(|queue| queue.hours.as_ref()?.next_change_after(view.now));
    of_items.chain(of_queues).filter(|at| *at > view.now).min()
}

fn stays(item: &WorkItem, queue: Option<QueueId>, why: Stay) -> Decision {
    Decision {
        item: item.id,
        version: item.version,
        queue: queue.or(item.queue),
        outcome: Outcome::Stays(why),
        candidates: Arc::default(),
    }
}

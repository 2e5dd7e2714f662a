//! Which item of a queue is assigned next, and whose queue goes first.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::work_item::WorkItem;
use crate::ids::GroupId;

/// What items are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortField {
    /// Its priority: 1 before 2.
    Priority,
    /// When it began to wait.
    WaitingSince,
    /// Slots it takes.
    Size,
    /// How often it was offered.
    OfferCount,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortDirection {
    /// Lowest, oldest.
    Ascending,
    /// Highest, newest.
    Descending,
}

/// One sort condition of a queue; they apply in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SortKey {
    /// What by.
    pub field: SortField,
    /// Which end first.
    pub direction: SortDirection,
}

/// Compares two items by a queue's conditions, then by priority and age; ids come last, so that
/// there is always one order.
pub(crate) fn compare(keys: &[SortKey], one: &WorkItem, other: &WorkItem) -> Ordering {
    let by_keys = keys.iter().fold(Ordering::Equal, |so_far, key| {
        so_far.then_with(|| {
            let found = match key.field {
                SortField::Priority => one.priority.cmp(&other.priority),
                SortField::WaitingSince => one.queued_at.cmp(&other.queued_at),
                SortField::Size => one.size.cmp(&other.size),
                SortField::OfferCount => one.offer_count.cmp(&other.offer_count),
            };
            match key.direction {
                SortDirection::Ascending => found,
                SortDirection::Descending => found.reverse(),
            }
        })
    });
    by_keys
        .then_with(|| one.priority.cmp(&other.priority))
        .then_with(|| one.queued_at.cmp(&other.queued_at))
        .then_with(|| one.id.cmp(&other.id))
}

/// The order of a group at a queue, where none is set.
pub const DEFAULT_GROUP_ORDER: u32 = 100;

/// A group's order at a queue; equal orders are one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupOrder {
    /// Which group.
    pub group: GroupId,
    /// Its order; a whole round over all queues runs per order, the lowest first.
    pub order: u32,
}

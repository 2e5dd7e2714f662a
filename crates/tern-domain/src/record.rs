//! Appends events to a plan in the making.

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{EventId, IdSource};
use crate::plan::Plan;
use crate::time::UtcMillis;

/// Gives events their ids and their time.
pub(crate) struct Recorder<'a> {
    pub(crate) plan: &'a mut Plan,
    pub(crate) ids: &'a mut dyn IdSource,
    pub(crate) now: UtcMillis,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(plan: &'a mut Plan, ids: &'a mut dyn IdSource, now: UtcMillis) -> Self {
        Self { plan, ids, now }
    }

    pub(crate) fn append(
        &mut self,
        aggregate: AggregateRef,
        expected_version: u32,
        actor: Actor,
        body: EventBody,
    ) {
        let id = EventId::next(self.ids);
        self.plan.events.push(NewEvent {
            id,
            aggregate,
            expected_version,
            actor,
            at: self.now,
            body,
        });
    }
}

//! How long the team keeps texts, pictures and notes, and what is spared.
//!
//! A policy does nothing until somebody has seen what it would delete and agreed to exactly that. What goes is
//! decided for one text at a time by [`judge()`], so that the look before and the deletion cannot differ. A clock that
//! was set wrong deletes nothing: see [`cut_offs`].

mod cut;
mod hold;
mod judge;
mod policy;
mod run;

pub use cut::{CutOffs, Floors, GRACE, cut_offs, start_of_day};
pub use hold::{
    HoldRefusal, HoldSubject, LONGEST_REASON, LegalHold, OnHold, check_not_held, plan_hold,
    plan_release,
};
pub use judge::{ConversationFacts, Cut, Spared, TextFacts, Verdict, judge};
pub use policy::{
    Agreement, KeepDays, KeepDaysError, RetentionKind, RetentionPolicy, RetentionSettings,
    plan_agreed, plan_changed,
};
pub use run::{RetentionRun, RunCounts, RunEnd, RunLog, Stage, plan_run_ended};

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{EventId, IdSource};
use crate::plan::Plan;
use crate::time::UtcMillis;

/// One event and nothing else.
fn recorded(
    aggregate: AggregateRef,
    version: u32,
    actor: Actor,
    at: UtcMillis,
    body: EventBody,
    ids: &mut dyn IdSource,
) -> Plan {
    Plan {
        events: vec![NewEvent {
            id: EventId::next(ids),
            aggregate,
            expected_version: version,
            actor,
            at,
            body,
        }],
        effects: Vec::new(),
    }
}

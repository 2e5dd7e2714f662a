//! Wrap-up (W-1 … W-9): the time after a conversation in which its agent notes what came of it.
//!
//! `rules` is what a team configures; nothing configured means no wrap-up. `running` is the wrap-up of one
//! interaction, as its events left it. `plan` begins and ends it. A wrap-up keeps the terms it began with,
//! whatever is configured meanwhile.

mod plan;
mod rules;
mod running;

pub(crate) use plan::end_conversation;
pub use plan::{
    WrapUpAct, WrapUpRefusal, WrapUpWork, plan_wrap_up, plan_wrap_up_due, plan_wrap_up_rules,
    plan_wrap_up_swept,
};
pub use rules::{
    DEFAULT_ORDER, LONGEST_WRAP_UP, LONGEST_WRAP_UP_NOTES, SHORTEST_SWEEP, WrapUpCode,
    WrapUpConfiguration, WrapUpField, WrapUpProblem, WrapUpRules, WrapUpSweep,
};
pub use running::{
    SegmentOpened, WrapUp, WrapUpChoice, WrapUpEnd, WrapUpSegment, WrapUpSegmentState, WrapUpTerms,
};

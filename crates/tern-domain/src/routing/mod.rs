//! Which agent is offered which work, and why (Q-4 … Q-26).
//!
//! Everything here is a pure function of what it is given: the same input gives the same assignment,
//! whatever the order it comes in. [`decide()`] chooses, [`WorkItem`] remembers, the `plan_` functions turn
//! choices and answers into facts.

mod affinity;
mod channel;
mod config;
mod decide;
mod estimate;
mod explain;
mod follow;
mod hours;
mod offer;
mod order;
mod queue;
mod replace;
mod rule;
mod skills;
mod texts;
mod transfer;
mod view;
mod work_item;

pub use affinity::{AffinityRule, Tie, TieKind};
pub use channel::{LogLevel, ServiceChannel};
pub use config::{ConfigChange, RoutingConfig, RoutingRefusal, check_queue, check_rule};
pub use decide::{Decision, Outcome, Stay, decide, next_look};
pub use estimate::{PastWait, WaitEstimate};
pub use explain::{Behind, Candidate, Filter, Verdict};
pub(crate) use follow::follow;
pub(crate) use hours::Calendar;
pub use hours::{Exception, Hours, HoursRefusal, Span};
pub(crate) use offer::withdraw_offer;
pub use offer::{
    OfferAnswer, OfferContext, OfferRefusal, plan_answer, plan_decision, plan_missing_item,
    plan_move_on, plan_offer_timeout,
};
pub use order::{DEFAULT_GROUP_ORDER, GroupOrder, SortDirection, SortField, SortKey};
pub use queue::{Availability, Intake, Pool, Queue, QueueConditions, availability};
pub use replace::{
    ConfigPart, DeskInUse, OtherAgents, ReplaceProblem, ReplaceRefusal, Replacement, WantedConfig,
};
pub use rule::{AssignBy, AssignmentRule, OfferDisplay, RejectReason};
pub use skills::{SkillMode, SkillNeed};
pub use texts::Telling;
pub(crate) use texts::greet;
pub use transfer::{TransferRefusal, TransferTo, plan_cancel_transfer, plan_transfer};
pub use view::{Load, RoutingView, loads};
pub use work_item::{CancelReason, WorkItem, WorkItemFact, WorkItemState};

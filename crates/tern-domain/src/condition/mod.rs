//! Conditions: one small language for saved views, messaging actions (M-1) and routing.
//!
//! A condition is a CEL expression over the [`Fact`]s of one conversation. It is compiled once, when it
//! is written: unknown facts, wrong types and anything that could run long are refused there, in words
//! and with a place. Evaluating one costs a bounded number of steps and cannot fail loudly: a fact that
//! is not there makes the condition *not met*, and the verdict says which one it was.
//!
//! People build conditions as a form ([`ConditionForm`]); the stored truth is always the expression.

mod check;
mod compile;
mod expression;
mod fact;
mod form;
mod nearest;

pub(crate) use check::{Names, Type};
pub use compile::{Condition, ConditionFault, ConditionProblem, Verdict};
pub(crate) use expression::{NoResult, Scoped};
pub use fact::{Fact, FactKind, FactSheet, FactValue, Facts};
pub use form::{ConditionForm, FormOperator, FormRow, FormValue, Join};

/// Longest condition, in bytes.
pub const MAX_CONDITION_BYTES: usize = 2_000;
/// Most parts (values, names, operators) of a condition. Each is evaluated at most once.
pub const MAX_CONDITION_NODES: usize = 200;
/// Deepest nesting of a condition.
pub const MAX_CONDITION_DEPTH: usize = 24;

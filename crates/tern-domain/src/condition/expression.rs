//! Expressions over other names than the facts of a conversation: what topics are written with.
//!
//! The same language, checks and limits as a [`Condition`](super::Condition). Numbers are decimal throughout:
//! people who write topics do not tell `3` from `3.0`, and the language would refuse to add the two.

use std::collections::BTreeSet;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};
use cel::parser::Expression;
use cel::{Context, Value};

use super::check::{self, Names};
use super::compile::{ConditionProblem, ENV, parse, place_all};

/// A checked expression.
#[derive(Debug, Clone)]
pub(crate) struct Scoped {
    expression: Expression,
    /// The names that it reads, so that only these have to be there.
    names: BTreeSet<String>,
}

/// There is no result: a value is missing or does not fit, or a division by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoResult;

impl Scoped {
    /// Reads and checks an expression; with `wants_flag` it has to be yes or no.
    ///
    /// # Errors
    /// As [`Condition::compile`](super::Condition::compile).
    pub(crate) fn compile(
        source: &str,
        names: &dyn Names,
        wants_flag: bool,
    ) -> Result<Self, Vec<ConditionProblem>> {
        let source = source.trim();
        let mut expression = parse(source)?;
        let problems = place_all(source, check::check(&expression, names, wants_flag));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut used = BTreeSet::new();
        make_decimal(&mut expression, &mut used);
        Ok(Self {
            expression,
            names: used,
        })
    }

    /// Its value. Whole numbers have to be given as decimal ones.
    ///
    /// # Errors
    /// [`NoResult`].
    pub(crate) fn evaluate(&self, value_of: impl Fn(&str) -> Value) -> Result<Value, NoResult> {
        let mut context = Context::with_env(Arc::clone(&ENV));
        for name in &self.names {
            context.add_variable_from_value(name.as_str(), value_of(name));
        }
        match context.resolve(&self.expression) {
            Ok(Value::Float(number)) if !number.is_finite() => Err(NoResult),
            Ok(value) => Ok(value),
            Err(_) => Err(NoResult),
        }
    }
}

fn make_decimal(expression: &mut Expression, used: &mut BTreeSet<String>) {
    match &mut expression.expr {
        Expr::Ident(name) => {
            used.insert(name.clone());
        }
        Expr::Literal(literal) => {
            if let Some(number) = whole(literal) {
                *literal = LiteralValue::Double(number.into());
            }
        }
        Expr::List(list) => {
            for element in &mut list.elements {
                make_decimal(element, used);
            }
        }
        Expr::Select(select) => make_decimal(&mut select.operand, used),
        Expr::Call(call) => {
            if let Some(target) = &mut call.target {
                make_decimal(target, used);
            }
            for argument in &mut call.args {
                make_decimal(argument, used);
            }
            if call.func_name == "size" {
                let size = std::mem::take(&mut expression.expr);
                expression.expr = call_of("double", vec![size]);
            } else if call.func_name == operators::MODULO {
                for argument in &mut call.args {
                    let inner = std::mem::take(&mut argument.expr);
                    argument.expr = call_of("int", vec![inner]);
                }
                let remainder = std::mem::take(&mut expression.expr);
                expression.expr = call_of("double", vec![remainder]);
            }
        }
        // The check refuses these.
        Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 nobody counts with a text message"
)]
fn whole(literal: &LiteralValue) -> Option<f64> {
    match literal {
        LiteralValue::Int(number) => Some(*number.inner() as f64),
        LiteralValue::UInt(number) => Some(*number.inner() as f64),
        _ => None,
    }
}

fn call_of(function: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Call(CallExpr {
        func_name: function.to_owned(),
        target: None,
        args: arguments
            .into_iter()
            .map(|expr| Expression { id: 0, expr })
            .collect(),
    })
}

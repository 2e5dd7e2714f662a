//! Conditions as a form: all or any of *fact, operator, value*. Renders to an expression and reads
//! back from one; an expression that no form can show is left to be edited as text.

use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};
use cel::parser::Expression;

use super::compile::{Condition, ConditionProblem};
use super::fact::{Fact, FactKind};

/// How the rows of a form are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Every row has to hold.
    All,
    /// One row is enough.
    Any,
}

/// How a row compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormOperator {
    /// Equal; for a flag: yes.
    Is,
    /// Not equal; for a flag: no.
    IsNot,
    /// One of several.
    IsAnyOf,
    /// A number of at least …
    AtLeast,
    /// A number of at most …
    AtMost,
    /// A text that contains …
    Contains,
    /// A text that does not contain …
    ContainsNot,
    /// A text that starts with …
    StartsWith,
}

impl FormOperator {
    /// What a fact of a type can be asked.
    #[must_use]
    pub const fn of(kind: FactKind) -> &'static [Self] {
        match kind {
            FactKind::Flag => &[Self::Is, Self::IsNot],
            FactKind::Number => &[Self::AtLeast, Self::AtMost, Self::Is, Self::IsNot],
            FactKind::Text => &[
                Self::Is,
                Self::IsNot,
                Self::StartsWith,
                Self::Contains,
                Self::ContainsNot,
            ],
            FactKind::Choice(_) => &[Self::Is, Self::IsNot, Self::IsAnyOf],
        }
    }
}

/// What a row compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormValue {
    /// Nothing: the operator says it all (flags).
    Nothing,
    /// A number.
    Number(i64),
    /// A text, or the word of a choice.
    Text(String),
    /// Words of a choice.
    Texts(Vec<String>),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// What is asked about.
    pub fact: Fact,
    /// How.
    pub operator: FormOperator,
    /// Compared with.
    pub value: FormValue,
}

/// A form. Without rows it is always met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionForm {
    /// How the rows are joined.
    pub join: Join,
    /// The rows.
    pub rows: Vec<FormRow>,
}

impl ConditionForm {
    /// The form of an always met condition.
    pub const ALWAYS: Self = Self {
        join: Join::All,
        rows: Vec::new(),
    };

    /// The expression that the form stands for.
    #[must_use]
    pub fn render(&self) -> String {
        let joint = match self.join {
            Join::All => " && ",
            Join::Any => " || ",
        };
        if self.rows.is_empty() {
            return "true".to_owned();
        }
        let rows: Vec<_> = self.rows.iter().map(render_row).collect();
        rows.join(joint)
    }

    /// The checked condition of the form.
    ///
    /// # Errors
    /// As [`Condition::compile`], if a row's value does not fit its fact.
    pub fn compile(&self) -> Result<Condition, Vec<ConditionProblem>> {
        Condition::compile(&self.render())
    }

    /// The form that shows a condition; `None` if none can.
    #[must_use]
    pub fn of(condition: &Condition) -> Option<Self> {
        let expression = condition.expression();
        if matches!(&expression.expr, Expr::Literal(LiteralValue::Boolean(yes)) if *yes.inner()) {
            return Some(Self::ALWAYS);
        }
        let (join, parts) = match &expression.expr {
            Expr::Call(call) if call.func_name == operators::LOGICAL_OR => {
                (Join::Any, flatten(expression, operators::LOGICAL_OR))
            }
            _ => (Join::All, flatten(expression, operators::LOGICAL_AND)),
        };
        let rows = parts.into_iter().map(read_row).collect::<Option<_>>()?;
        Some(Self { join, rows })
    }
}

fn render_row(row: &FormRow) -> String {
    let name = row.fact.name();
    let value = match &row.value {
        FormValue::Nothing => String::new(),
        FormValue::Number(number) => number.to_string(),
        FormValue::Text(text) => quote(text),
        FormValue::Texts(texts) => {
            let quoted: Vec<_> = texts.iter().map(|text| quote(text)).collect();
            format!("[{}]", quoted.join(", "))
        }
    };
    match (row.operator, &row.value) {
        (FormOperator::Is, FormValue::Nothing) => name.to_owned(),
        (FormOperator::IsNot, FormValue::Nothing) => format!("!{name}"),
        (FormOperator::Is, _) => format!("{name} == {value}"),
        (FormOperator::IsNot, _) => format!("{name} != {value}"),
        (FormOperator::IsAnyOf, _) => format!("{name} in {value}"),
        (FormOperator::AtLeast, _) => format!("{name} >= {value}"),
        (FormOperator::AtMost, _) => format!("{name} <= {value}"),
        (FormOperator::Contains, _) => format!("{name}.contains({value})"),
        (FormOperator::ContainsNot, _) => format!("!{name}.contains({value})"),
        (FormOperator::StartsWith, _) => format!("{name}.startsWith({value})"),
    }
}

/// A text as the language writes it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The sides of a chain of one operator. The parser balances long chains, so both sides may be chains.
fn flatten<'e>(expression: &'e Expression, operator: &str) -> Vec<&'e Expression> {
    match &expression.expr {
        Expr::Call(call) if call.func_name == operator => call
            .args
            .iter()
            .flat_map(|side| flatten(side, operator))
            .collect(),
        _ => vec![expression],
    }
}

fn read_row(expression: &Expression) -> Option<FormRow> {
    match &expression.expr {
        Expr::Ident(name) => Some(FormRow {
            fact: Fact::from_name(name)?,
            operator: FormOperator::Is,
            value: FormValue::Nothing,
        }),
        Expr::Call(call) if call.func_name == operators::LOGICAL_NOT => {
            let row = read_row(call.args.first()?)?;
            let operator = match (row.operator, &row.value) {
                (FormOperator::Is, FormValue::Nothing) => FormOperator::IsNot,
                (FormOperator::Contains, _) => FormOperator::ContainsNot,
                _ => return None,
            };
            Some(FormRow { operator, ..row })
        }
        Expr::Call(call) => read_comparison(call),
        _ => None,
    }
}

fn read_comparison(call: &CallExpr) -> Option<FormRow> {
    let (left, right) = match (&call.target, call.args.as_slice()) {
        (Some(target), [argument]) => (target.as_ref(), argument),
        (None, [left, right]) => (left, right),
        _ => return None,
    };
    let Expr::Ident(name) = &left.expr else {
        return None;
    };
    let operator = match call.func_name.as_str() {
        operators::EQUALS => FormOperator::Is,
        operators::NOT_EQUALS => FormOperator::IsNot,
        operators::IN => FormOperator::IsAnyOf,
        operators::GREATER_EQUALS => FormOperator::AtLeast,
        operators::LESS_EQUALS => FormOperator::AtMost,
        "contains" => FormOperator::Contains,
        "startsWith" => FormOperator::StartsWith,
        _ => return None,
    };
    let fact = Fact::from_name(name)?;
    let value = read_value(right)?;
    (FormOperator::of(fact.kind()).contains(&operator)).then_some(FormRow {
        fact,
        operator,
        value,
    })
}

fn read_value(expression: &Expression) -> Option<FormValue> {
    match &expression.expr {
        Expr::Literal(LiteralValue::Int(number)) => Some(FormValue::Number(*number.inner())),
        Expr::Literal(LiteralValue::String(text)) => Some(FormValue::Text(text.inner().to_owned())),
        Expr::List(list) => list
            .elements
            .iter()
            .map(|element| match read_value(element)? {
                FormValue::Text(text) => Some(text),
                _ => None,
            })
            .collect::<Option<_>>()
            .map(FormValue::Texts),
        _ => None,
    }
}

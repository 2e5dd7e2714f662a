//! Conditions between their domain types and a window's.

use tern_domain::condition::{
    Condition, ConditionForm, ConditionProblem, Fact, FactKind, FormOperator, FormRow, FormValue,
    Join,
};

use crate::dto::*;

/// Everything a condition can ask about.
pub(crate) fn facts() -> Vec<FactView> {
    Fact::ALL
        .into_iter()
        .map(|fact| FactView {
            name: fact.name().to_owned(),
            label: fact.label().to_owned(),
            kind: match fact.kind() {
                FactKind::Flag => FactKindView::Flag,
                FactKind::Number => FactKindView::Number,
                FactKind::Text => FactKindView::Text,
                FactKind::Choice(choices) => FactKindView::Choice {
                    choices: choices
                        .iter()
                        .map(|(word, label)| ChoiceView {
                            word: (*word).to_owned(),
                            label: (*label).to_owned(),
                        })
                        .collect(),
                },
            },
            operators: FormOperator::of(fact.kind())
                .iter()
                .map(|operator| operator_view(*operator))
                .collect(),
            on_arrival: fact.is_known_on_arrival(),
        })
        .collect()
}

/// Checks a condition and shows it.
pub(crate) fn check(text: &str) -> ConditionView {
    match Condition::compile(text) {
        Ok(condition) => ConditionView {
            text: condition.source().to_owned(),
            form: ConditionForm::of(&condition).map(form_view),
            problems: Vec::new(),
        },
        Err(problems) => ConditionView {
            text: text.to_owned(),
            form: None,
            problems: problems.into_iter().map(problem_view).collect(),
        },
    }
}

/// What a saved search looks for, where a condition would stand.
pub(crate) fn search(text: &str) -> ConditionView {
    ConditionView {
        text: text.to_owned(),
        form: None,
        problems: Vec::new(),
    }
}

/// The text of a condition as somebody made it; `None` for a form with an unknown fact.
pub(crate) fn text_of(draft: ConditionDraft) -> Option<String> {
    match draft {
        ConditionDraft::Text { text } => Some(text),
        ConditionDraft::Form { form } => {
            let rows = form
                .rows
                .into_iter()
                .map(|row| {
                    Some(FormRow {
                        fact: Fact::from_name(&row.fact)?,
                        operator: operator(row.operator),
                        value: value(row.value),
                    })
                })
                .collect::<Option<_>>()?;
            let join = if form.any { Join::Any } else { Join::All };
            Some(ConditionForm { join, rows }.render())
        }
    }
}

fn form_view(form: ConditionForm) -> ConditionFormView {
    ConditionFormView {
        any: form.join == Join::Any,
        rows: form
            .rows
            .into_iter()
            .map(|row| FormRowView {
                fact: row.fact.name().to_owned(),
                operator: operator_view(row.operator),
                value: value_view(row.value),
            })
            .collect(),
    }
}

fn problem_view(problem: ConditionProblem) -> ConditionProblemView {
    ConditionProblemView {
        line: problem.line,
        column: problem.column,
        words: problem.words,
    }
}

const fn operator_view(operator: FormOperator) -> FormOperatorView {
    match operator {
        FormOperator::Is => FormOperatorView::Is,
        FormOperator::IsNot => FormOperatorView::IsNot,
        FormOperator::IsAnyOf => FormOperatorView::IsAnyOf,
        FormOperator::AtLeast => FormOperatorView::AtLeast,
        FormOperator::AtMost => FormOperatorView::AtMost,
        FormOperator::Contains => FormOperatorView::Contains,
        FormOperator::ContainsNot => FormOperatorView::ContainsNot,
        FormOperator::StartsWith => FormOperatorView::StartsWith,
    }
}

const fn operator(operator: FormOperatorView) -> FormOperator {
    match operator {
        FormOperatorView::Is => FormOperator::Is,
        FormOperatorView::IsNot => FormOperator::IsNot,
        FormOperatorView::IsAnyOf => FormOperator::IsAnyOf,
        FormOperatorView::AtLeast => FormOperator::AtLeast,
        FormOperatorView::AtMost => FormOperator::AtMost,
        FormOperatorView::Contains => FormOperator::Contains,
        FormOperatorView::ContainsNot => FormOperator::ContainsNot,
        FormOperatorView::StartsWith => FormOperator::StartsWith,
    }
}

fn value(value: FormValueView) -> FormValue {
    match value {
        FormValueView::Nothing => FormValue::Nothing,
        FormValueView::Number { number } => FormValue::Number(number),
        FormValueView::Text { text } => FormValue::Text(text),
        FormValueView::Texts { texts } => FormValue::Texts(texts),
    }
}

fn value_view(value: FormValue) -> FormValueView {
    match value {
        FormValue::Nothing => FormValueView::Nothing,
        FormValue::Number(number) => FormValueView::Number { number },
        FormValue::Text(text) => FormValueView::Text { text },
        FormValue::Texts(texts) => FormValueView::Texts { texts },
    }
}

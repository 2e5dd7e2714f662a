//! Conditions: what is refused when one is written, what a verdict says, and the form that shows one.

use proptest::prelude::*;
use tern_domain::condition::{
    Condition, ConditionFault, ConditionForm, Fact, FactKind, FactSheet, FactValue, Facts,
    FormOperator, FormRow, FormValue, Join,
};

fn problem(source: &str) -> String {
    let problems = Condition::compile(source).unwrap_err();
    problems[0].to_string()
}

fn sheet() -> Facts {
    Facts::new()
        .with(Fact::State, "on_hold")
        .with(Fact::Unread, 3_u32)
        .with(Fact::Pinned, true)
        .with(Fact::RequesterNumber, "+14155550101")
}

fn is_met(source: &str) -> bool {
    Condition::compile(source)
        .unwrap()
        .evaluate(&sheet())
        .is_met
}

#[test]
fn m_1_a_condition_speaks_about_the_interaction() {
    assert!(is_met("state == \"on_hold\""));
    assert!(is_met("state in ['new', 'on_hold'] && unread >= 3"));
    assert!(is_met("!(unread > 3) && pinned"));
    assert!(is_met("requester_number.startsWith('+1415')"));
    assert!(is_met("unread * 2 == 6 ? pinned : false"));
    assert!(!is_met("unread < 3 || !pinned"));
}

#[test]
fn an_unknown_fact_is_named_with_the_nearest_known_one_and_its_place() {
    assert_eq!(
        problem("pinned &&\n  unraed > 2"),
        "line 2, column 3: There is no fact “unraed”. Did you mean “unread”?"
    );
    assert_eq!(
        problem("colour == 'red'"),
        "line 1, column 1: There is no fact “colour”."
    );
}

#[test]
fn types_have_to_fit_and_the_result_has_to_be_yes_or_no() {
    assert_eq!(
        problem("unread == 'three'"),
        "line 1, column 1: These cannot be compared: a number and text."
    );
    assert_eq!(
        problem("unread"),
        "line 1, column 1: A condition has to be yes or no; this is a number."
    );
    assert_eq!(
        problem("pinned && unread"),
        "line 1, column 1: Here yes or no is needed; this is a number."
    );
    assert_eq!(
        problem("state == 'onhold'"),
        "line 1, column 11: “onhold” is no state. Did you mean “on_hold”?"
    );
    assert_eq!(
        problem("requester_number.startWith('+1')"),
        "line 1, column 18: There is no “startWith” here. Did you mean “startsWith”?"
    );
}

#[test]
fn an_unreadable_condition_is_refused_in_plain_words_with_its_place() {
    assert_eq!(
        problem("pinned &&"),
        "line 1, column 10: The condition ends too early; something is missing here."
    );
    assert_eq!(
        problem("unread == )"),
        "line 1, column 11: This cannot be read here."
    );
    assert_eq!(
        problem("unread == 3 3"),
        "line 1, column 13: “3” does not fit here."
    );
    assert!(problem("").contains("empty"));
}

#[test]
fn nothing_that_could_run_long_is_accepted() {
    // The parser folds pairs of negations; what is left is one name.
    assert!(is_met(&format!("{}pinned", "!".repeat(1_500))));
    assert!(problem("[1, 2].exists(i, i > 1)").contains("Loops"));
    assert!(problem(&format!("{}pinned{}", "(".repeat(400), ")".repeat(400))).contains("deeply"));
    assert!(problem(&format!("1{} == 1", "+1".repeat(300))).contains("too"));
    assert!(problem(&"pinned && ".repeat(300)).contains("too long"));
    assert!(problem("requester_number.matches('a+')").contains("no “matches”"));
}

#[test]
fn a_fact_that_is_not_there_makes_it_not_met_and_is_reported() {
    let verdict = Condition::compile("last_author == 'agent'")
        .unwrap()
        .evaluate(&sheet());
    assert!(!verdict.is_met);
    assert_eq!(
        verdict.fault,
        Some(ConditionFault::FactMissing {
            fact: Fact::LastAuthor
        })
    );
    // One side that decides needs no other.
    assert!(is_met("last_author == 'agent' || pinned"));
    let verdict = Condition::compile("1 / (unread - 3) > 0")
        .unwrap()
        .evaluate(&sheet());
    assert_eq!(verdict.fault, Some(ConditionFault::NoResult));
}

#[test]
fn a_condition_that_no_form_can_show_is_left_as_text() {
    for source in [
        "unread + 1 > 2",
        "pinned && (late || snoozed)",
        "3 <= unread",
    ] {
        assert_eq!(
            ConditionForm::of(&Condition::compile(source).unwrap()),
            None
        );
    }
}

fn rows() -> impl Strategy<Value = FormRow> {
    (
        0..Fact::ALL.len(),
        any::<prop::sample::Index>(),
        any::<i64>(),
        "\\PC{0,12}",
    )
        .prop_map(|(fact, operator, number, text)| {
            let fact = Fact::ALL[fact];
            let operators = FormOperator::of(fact.kind());
            let operator = operators[operator.index(operators.len())];
            let value = match fact.kind() {
                FactKind::Flag => FormValue::Nothing,
                FactKind::Number => FormValue::Number(number.saturating_abs()),
                FactKind::Text => FormValue::Text(text),
                FactKind::Choice(words) if operator == FormOperator::IsAnyOf => {
                    FormValue::Texts(words.iter().map(|(word, _)| (*word).to_owned()).collect())
                }
                FactKind::Choice(words) => FormValue::Text(words[0].0.to_owned()),
            };
            FormRow {
                fact,
                operator,
                value,
            }
        })
}

proptest! {
    #[test]
    fn a_form_reads_back_from_what_it_renders_to(
        rows in prop::collection::vec(rows(), 1..9),
        any_row in any::<bool>(),
    ) {
        let join = if any_row && rows.len() > 1 { Join::Any } else { Join::All };
        let form = ConditionForm { join, rows };
        let condition = form.compile().unwrap();
        prop_assert_eq!(ConditionForm::of(&condition), Some(form));
    }

    #[test]
    fn no_text_makes_the_compiler_fail_loudly(source in "[a-z_ &|!()\\[\\]'\".,0-9=<>+?:-]{0,200}") {
        let _answer = Condition::compile(&source);
    }
}

/// A sheet that keeps what it was asked for.
#[derive(Default)]
struct Asked(std::cell::RefCell<std::collections::BTreeSet<Fact>>);

impl FactSheet for Asked {
    fn fact(&self, fact: Fact) -> Option<FactValue> {
        let _again = self.0.borrow_mut().insert(fact);
        sheet().value(fact).cloned()
    }
}

#[test]
fn a_condition_asks_for_the_facts_that_it_names_and_for_no_other() {
    for (source, named) in [
        ("true", vec![]),
        ("unread > 0 && !pinned", vec![Fact::Unread, Fact::Pinned]),
        (
            "state in [\"new\"] || requester_number.startsWith(\"+1\") ? waiting : texts > size(provider_number)",
            vec![
                Fact::State,
                Fact::RequesterNumber,
                Fact::Waiting,
                Fact::Texts,
                Fact::ProviderNumber,
            ],
        ),
    ] {
        let condition = Condition::compile(source).unwrap();
        let named: std::collections::BTreeSet<_> = named.into_iter().collect();
        assert_eq!(condition.facts(), &named, "{source}");
        let asked = Asked::default();
        let _verdict = condition.evaluate(&asked);
        assert_eq!(*asked.0.borrow(), named, "{source}");
        assert_eq!(condition.evaluate(&asked), condition.evaluate(&sheet()));
    }
}

//! W-1, W-2, W-7, W-8: what is configured about wrap-up, and what can be wrong with it.

use tern_domain::condition::{Fact, Facts};
use tern_domain::wrap_up::{
    WrapUpCode, WrapUpConfiguration, WrapUpField, WrapUpProblem, WrapUpRules, WrapUpSweep,
    plan_wrap_up_rules,
};
use tern_domain::{Actor, Effect, Millis, WrapUpCodeId, WrapUpConfigurationId};
use uuid::Uuid;

use crate::support::{agent, at, counter};
use crate::wrap_up::code;

fn id(number: u128) -> WrapUpConfigurationId {
    WrapUpConfigurationId::new(Uuid::from_u128(0xe000 + number))
}

fn configuration(number: u128, condition: &str, order: u32) -> WrapUpConfiguration {
    WrapUpConfiguration {
        condition: condition.to_owned(),
        order,
        ..WrapUpConfiguration::new(id(number), format!("Number {number}"))
    }
}

fn named(id: WrapUpCodeId, name: &str, active: bool) -> WrapUpCode {
    WrapUpCode {
        id,
        name: name.to_owned(),
        active,
        description: String::new(),
    }
}

fn rules(configurations: Vec<WrapUpConfiguration>) -> WrapUpRules {
    WrapUpRules {
        configurations,
        codes: vec![
            named(code(1), "Sold", true),
            named(code(2), "Question", true),
            named(code(3), "Retired", false),
        ],
        ..WrapUpRules::default()
    }
}

fn matched(rules: &WrapUpRules, unread: i64) -> Option<WrapUpConfigurationId> {
    let facts = Facts::new().with(Fact::Unread, unread);
    rules.terms_for(&facts).map(|terms| terms.configuration)
}

#[test]
fn w_1_nothing_configured_means_no_wrap_up() {
    assert_eq!(matched(&WrapUpRules::default(), 0), None);
    assert_eq!(WrapUpRules::default().problems(), []);
}

#[test]
fn w_1_the_lowest_order_that_matches_is_in_force() {
    let mut all = rules(vec![
        configuration(1, "true", 200),
        configuration(2, "unread > 0", 100),
        configuration(3, "true", 200),
    ]);
    assert_eq!(matched(&all, 1), Some(id(2)));
    assert_eq!(
        matched(&all, 0),
        Some(id(1)),
        "equal orders go by id, not by place"
    );
    all.configurations.reverse();
    assert_eq!(matched(&all, 0), Some(id(1)));
    all.configurations
        .iter_mut()
        .for_each(|it| it.active = false);
    assert_eq!(matched(&all, 1), None, "inactive ones match nothing");
}

#[test]
fn w_1_a_condition_that_cannot_be_decided_does_not_match() {
    let all = rules(vec![configuration(1, "waiting_minutes > 3", 100)]);
    assert_eq!(matched(&all, 0), None);
}

#[test]
fn w_2_the_defaults_are_a_minute_not_enforced_and_no_timer() {
    let it = WrapUpConfiguration::new(id(1), "All");
    assert_eq!((it.order, it.active), (100, true));
    assert_eq!(
        (it.enforced, it.duration, it.shows_timer),
        (false, Millis::seconds(60), false)
    );
    assert_eq!((it.codes.len(), it.default_code), (0, None));
    let sweep = WrapUpSweep::default();
    assert_eq!(
        (sweep.older_than, sweep.every, sweep.active),
        (Millis::minutes(15), Millis::minutes(5), true)
    );
}

#[test]
fn w_2_codes_are_the_allowed_active_ones_or_all_active_ones() {
    let mut it = configuration(1, "true", 100);
    let offered = |it: &WrapUpConfiguration| -> Vec<_> {
        let terms = rules(vec![it.clone()]).terms_for(&Facts::new()).unwrap();
        terms.codes.into_iter().map(|choice| choice.id).collect()
    };
    assert_eq!(offered(&it), [code(1), code(2)]);
    it.codes = [code(2), code(3)].into();
    assert_eq!(offered(&it), [code(2)]);
}

#[test]
fn w_2_what_is_wrong_is_named_with_its_field() {
    let broken = |change: fn(&mut WrapUpConfiguration)| {
        let mut it = configuration(1, "true", 100);
        change(&mut it);
        let all = rules(vec![it, configuration(2, "true", 100)]);
        let found = all.problems();
        assert!(
            found
                .iter()
                .all(|problem| problem.configuration() == Some(id(1)))
        );
        found.iter().map(WrapUpProblem::field).collect::<Vec<_>>()
    };
    assert_eq!(broken(|_| {}), []);
    assert_eq!(broken(|it| it.name = " ".to_owned()), [WrapUpField::Name]);
    assert_eq!(
        broken(|it| it.condition = "unraed > 0".to_owned()),
        [WrapUpField::Condition]
    );
    assert_eq!(
        broken(|it| it.duration = Millis::ZERO),
        [WrapUpField::Duration]
    );
    assert_eq!(
        broken(|it| it.duration = Millis::hours(25)),
        [WrapUpField::Duration]
    );
    assert_eq!(
        broken(|it| it.codes = [code(9)].into()),
        [WrapUpField::Codes]
    );
    assert_eq!(
        broken(|it| it.default_code = Some(code(3))),
        [WrapUpField::DefaultCode]
    );
    let both = rules(vec![
        WrapUpConfiguration::new(id(1), "All"),
        WrapUpConfiguration::new(id(2), " all "),
    ]);
    assert_eq!(
        both.problems(),
        [
            WrapUpProblem::NameTaken(id(1)),
            WrapUpProblem::NameTaken(id(2))
        ]
    );
}

#[test]
fn w_7_the_sweep_must_wait_longer_than_any_enforced_wrap_up() {
    let with = |minutes, enforced, active| {
        let mut it = configuration(1, "true", 100);
        (it.duration, it.enforced, it.active) = (Millis::minutes(minutes), enforced, active);
        rules(vec![it]).problems()
    };
    assert_eq!(with(14, true, true), []);
    let [problem] = &with(15, true, true)[..] else {
        panic!("as long as the limit is too long")
    };
    assert_eq!(problem.field(), WrapUpField::SweepOlderThan);
    assert!(
        problem.to_string().contains("900 seconds"),
        "says which limit"
    );
    assert_eq!(with(20, false, true), [], "nothing ends it by itself");
    assert_eq!(with(20, true, false), []);
    let mut off = rules(vec![configuration(1, "true", 100)]);
    off.configurations[0].enforced = true;
    off.configurations[0].duration = Millis::hours(1);
    off.sweep.active = false;
    assert_eq!(off.problems(), [], "it does not look");
    off.sweep = WrapUpSweep {
        older_than: Millis::ZERO,
        every: Millis::seconds(1),
        active: true,
    };
    assert!(off.problems().contains(&WrapUpProblem::SweepEvery));
    assert!(off.problems().contains(&WrapUpProblem::SweepOlderThan));
}

#[test]
fn w_8_codes_have_names_of_their_own() {
    let mut all = rules(vec![]);
    all.codes.push(named(code(4), "sold", true));
    all.codes.push(named(code(5), "", true));
    let found: Vec<_> = all
        .problems()
        .iter()
        .map(|problem| (problem.code(), problem.field()))
        .collect();
    let name = WrapUpField::Name;
    assert_eq!(
        found,
        [
            (Some(code(1)), name),
            (Some(code(4)), name),
            (Some(code(5)), name)
        ]
    );
}

#[test]
fn w_1_rules_are_recorded_when_they_change_and_refused_when_they_are_wrong() {
    let before = WrapUpRules {
        version: 4,
        ..WrapUpRules::default()
    };
    let plan = |rules| {
        let actor = Actor::Agent(agent(1));
        plan_wrap_up_rules(&before, rules, actor, at(0), &mut counter())
    };
    assert!(plan(WrapUpRules::default()).unwrap().is_empty());
    let changed = plan(rules(vec![configuration(1, "true", 100)])).unwrap();
    assert_eq!(changed.events[0].expected_version, 4);
    assert!(matches!(changed.effects[..], [Effect::SetWrapUpRules(_)]));
    assert!(plan(rules(vec![configuration(1, "nonsense", 100)])).is_err());
}

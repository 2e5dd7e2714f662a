//! H-15 sensitive data in both directions, H-16 words that agents must not send.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tern_domain::screening::{
    Finding, FindingKind, LONGEST_SCREENED, MASK, OwnPattern, Screen, ScreenRules,
    ScreeningProblem, ShippedPattern, plan_stopped_text,
};
use tern_domain::{
    ArrivalContext, Direction, Effect, EventBody, Millis, OptOut, ScreenedFor, plan_arrival,
};

use crate::support::{Desk, LIVE, agent, at, counter, inbound};

fn everything() -> Screen {
    Screen::new(&ScreenRules {
        shipped_patterns: BTreeMap::from([(ShippedPattern::Email, true)]),
        ..ScreenRules::default()
    })
    .unwrap()
}

fn own(expression: &str) -> ScreenRules {
    ScreenRules {
        own_patterns: vec![OwnPattern {
            name: "Badge".to_owned(),
            expression: expression.to_owned(),
            enabled: true,
        }],
        ..ScreenRules::default()
    }
}

fn masked(text: &str) -> Option<String> {
    everything().mask_incoming(text).map(|masked| masked.text)
}

#[test]
fn h_15_each_shipped_pattern_is_masked_and_named() {
    for (text, shown, name) in [
        (
            "4242 4242 4242 4242",
            "•••• •••• •••• 4242",
            "Visa card number",
        ),
        ("4222222222222", "•••••••••2222", "Visa card number"),
        (
            "5555-5555-5555-4444",
            "•••••••••••••••4444",
            "Mastercard number",
        ),
        ("2223003122003222", "••••••••••••3222", "Mastercard number"),
        (
            "3782 822463 10005",
            "•••• •••••• •0005",
            "American Express number",
        ),
        ("30569309025904", "••••••••••5904", "Diners Club number"),
        (
            "6011111111111117",
            "••••••••••••1117",
            "Discover card number",
        ),
        ("123-45-6789", "•••••••••••", "Social security number"),
        (
            "maya.o+x@shop.example.com",
            "•••••••••••••••••••••••••",
            "E-mail address",
        ),
    ] {
        let around = format!("It is {text}, thanks");
        let masked = everything().mask_incoming(&around).unwrap();
        assert_eq!(masked.text, format!("It is {shown}, thanks"));
        assert_eq!(masked.patterns, [name]);
    }
}

#[test]
fn h_15_what_only_looks_like_it_is_left_alone() {
    for text in [
        "4242 4242 4242 4243",        // wrong check digit
        "order 42424242424242424242", // longer than any card
        "+1 415 555 0142",            // a phone number
        "000-12-3456 666-12-3456 912-12-3456 123-00-4567 123-45-0000",
        "123456789", // no separators: any number
        "2026-11-21 06:03:21",
        "tracking 1Z999AA10123456784",
        "half@time, @home",
    ] {
        assert_eq!(masked(text), None, "{text}");
    }
}

#[test]
fn h_15_a_card_is_found_behind_other_numbers_and_in_any_spacing() {
    for text in [
        "order 12345 4242 4242 4242 4242",
        "4242.4242.4242.4242",
        "4242\u{a0}4242\u{2011}4242 4242",
        "4242 - 4242 - 4242 - 4242",
        "４２４２４２４２４２４２４２４２",
        "a4242424242424242b",
        "4242 4242 4242 4242 12/29 123",
    ] {
        assert!(masked(text).is_some(), "{text}");
    }
}

#[test]
fn h_15_each_pattern_can_be_switched_off_and_addresses_are_from_the_start() {
    let text = "4242424242424242 maya@example.com";
    let shipped = Screen::default().mask_incoming(text).unwrap();
    assert_eq!(shipped.patterns, ["Visa card number"]);
    assert!(shipped.text.ends_with("maya@example.com"));
    let rules = ScreenRules {
        shipped_patterns: BTreeMap::from([(ShippedPattern::Visa, false)]),
        ..ScreenRules::default()
    };
    assert_eq!(Screen::new(&rules).unwrap().mask_incoming(text), None);
    let off = ScreenRules {
        mask_incoming: false,
        stop_outgoing: false,
        ..ScreenRules::default()
    };
    let screen = Screen::new(&off).unwrap();
    assert_eq!(screen.mask_incoming(text), None);
    assert_eq!(screen.find_outgoing(text), []);
}

#[test]
fn h_15_a_requesters_text_is_masked_before_it_is_stored_and_the_timeline_says_so() {
    let desk = Desk::new();
    let state = desk.load(None);
    let message = inbound(1, "My card is 4242 4242 4242 4242", at(5));
    let ctx = ArrivalContext {
        now: at(6),
        live_since: Some(LIVE),
        late_after: Millis::hours(1),
        bot_takes: false,
        command: None,
    };
    let mut ids = counter();
    let mut plan = plan_arrival(&state, &message, &ctx, &mut ids);
    let before = plan.clone();
    Screen::default().mask_plan(&mut plan, &state, &mut ids);
    let stored = plan.effects.iter().find_map(|effect| match effect {
        Effect::StoreMessage(message) => Some(message.clone()),
        _ => None,
    });
    let stored = stored.unwrap();
    assert_eq!(stored.body.as_str(), "My card is •••• •••• •••• 4242");
    assert!(plan.effects.contains(&Effect::MarkMasked {
        message_id: stored.message_id,
        patterns: vec!["Visa card number".to_owned()],
    }));
    let event = plan.events.last().unwrap();
    assert_eq!(
        event.body,
        EventBody::TextMasked {
            message_id: stored.message_id,
            patterns: vec!["Visa card number".to_owned()],
        }
    );
    assert_eq!(plan.events.len(), before.events.len() + 1);
    assert!(!format!("{:?}", plan.events).contains("4242 4242"));
}

#[test]
fn h_15_a_stop_is_obeyed_although_an_own_pattern_masks_it_and_versions_follow_on() {
    let desk = Desk::new();
    let state = desk.load(None);
    let screen = Screen::new(&own("STOP")).unwrap();
    let ctx = ArrivalContext {
        now: at(6),
        live_since: Some(LIVE),
        late_after: Millis::hours(1),
        bot_takes: false,
        command: None,
    };
    let mut ids = counter();
    let mut plan = plan_arrival(&state, &inbound(1, "STOP", at(5)), &ctx, &mut ids);
    screen.mask_plan(&mut plan, &state, &mut ids);
    let opted_out = plan.effects.iter().any(
        |effect| matches!(effect, Effect::SetOptOut { opt_out, .. } if *opt_out != OptOut::NEVER),
    );
    assert!(opted_out);
    let versions: Vec<_> = plan
        .events
        .iter()
        .map(|event| event.expected_version)
        .collect();
    assert_eq!(versions, [0, 1]);
}

#[test]
fn h_15_what_the_team_sent_from_elsewhere_is_not_changed() {
    let desk = Desk::new();
    let state = desk.load(None);
    let ctx = ArrivalContext {
        now: at(6),
        live_since: Some(LIVE),
        late_after: Millis::hours(1),
        bot_takes: false,
        command: None,
    };
    let mut row = inbound(1, "4242 4242 4242 4242", at(5));
    std::mem::swap(&mut row.from, &mut row.to);
    row.direction = Direction::Outbound;
    let mut ids = counter();
    let mut plan = plan_arrival(&state, &row, &ctx, &mut ids);
    let before = plan.clone();
    Screen::default().mask_plan(&mut plan, &state, &mut ids);
    assert_eq!(plan, before);
}

#[test]
fn h_15_an_agents_text_is_found_out_with_its_place_and_recorded_without_its_words() {
    let text = "Your card 4242424242424242?";
    let found = Screen::default().find_outgoing(text);
    assert_eq!(
        found,
        [Finding {
            range: 10..26,
            kind: FindingKind::Sensitive,
            name: "Visa card number".to_owned(),
        }]
    );
    let desk = Desk::new();
    let plan = plan_stopped_text(&desk.load(None), &found, agent(1), at(1), &mut counter());
    assert!(plan.effects.is_empty());
    assert_eq!(
        plan.events[0].body,
        EventBody::TextStopped {
            reason: ScreenedFor::Sensitive,
            patterns: vec!["Visa card number".to_owned()],
        }
    );
}

#[test]
fn h_8_a_blank_that_nobody_filled_in_stops_the_text_and_is_no_event() {
    let found = Screen::default().find_outgoing("Hi {{customer name}}!");
    assert_eq!(
        (found[0].kind, found[0].name.as_str()),
        (FindingKind::Blank, "customer name")
    );
    let desk = Desk::new();
    let plan = plan_stopped_text(&desk.load(None), &found, agent(1), at(1), &mut counter());
    assert!(plan.is_empty());
}

#[test]
fn h_16_forbidden_words_are_whole_words_and_what_is_allowed_wins() {
    let screen = Screen::new(&ScreenRules {
        forbidden_words: vec!["ass".into(), "darn*".into(), "très nul".into(), "*".into()],
        allowed_words: vec!["ass milk".into()],
        ..ScreenRules::default()
    })
    .unwrap();
    let found = |text: &str| -> Vec<&str> {
        let ranges: Vec<_> = screen
            .find_outgoing(text)
            .into_iter()
            .map(|it| it.range)
            .collect();
        ranges
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .map(|it| it.to_owned().leak() as &str)
            .collect()
    };
    assert_eq!(found("First class glass"), [] as [&str; 0]);
    assert_eq!(found("You ASS, darnedest"), ["ASS", "darnedest"]);
    assert_eq!(found("C'est TRÈS NUL."), ["TRÈS NUL"]);
    assert_eq!(found("Ass milk soap"), [] as [&str; 0]);
}

#[test]
fn h_16_a_stopped_text_names_no_word() {
    let screen = Screen::new(&ScreenRules {
        forbidden_words: vec!["darn".into()],
        ..ScreenRules::default()
    })
    .unwrap();
    let found = screen.find_outgoing("darn");
    let desk = Desk::new();
    let plan = plan_stopped_text(&desk.load(None), &found, agent(1), at(1), &mut counter());
    assert!(!format!("{:?}", plan.events).contains("darn"));
    assert_eq!(plan.events.len(), 1);
}

#[test]
fn h_15_own_patterns_have_limits_and_problems_have_words() {
    for (expression, words) in [
        ("(", "cannot be used"),
        ("a*", "every text"),
        (r"(\w{100}){1000}", "too large"),
        (&"x".repeat(501), "500 characters"),
    ] {
        let problem = own(expression).check().unwrap_err();
        assert!(problem.to_string().contains(words), "{problem}");
    }
    let mut twice = own("x");
    twice.own_patterns.push(twice.own_patterns[0].clone());
    assert_eq!(twice.check(), Err(ScreeningProblem::PatternName));
}

#[test]
fn h_15_what_is_too_long_to_be_looked_at_is_masked() {
    let text = "a".repeat(LONGEST_SCREENED + 20);
    let masked = Screen::default().mask_incoming(&text).unwrap();
    assert!(masked.text.ends_with(&MASK.to_string().repeat(20)));
    assert_eq!(masked.text.chars().count(), text.chars().count());
    assert_eq!(Screen::default().mask_incoming(&masked.text), None);
}

#[test]
fn h_15_an_expensive_pattern_on_a_long_text_ends_at_once() {
    let screen = Screen::new(&own("(a+)+b")).unwrap();
    assert_eq!(screen.mask_incoming(&"a".repeat(LONGEST_SCREENED)), None);
}

proptest! {
    #[test]
    fn h_15_masking_twice_is_masking_once_and_keeps_the_length(
        text in "([0-9 .@a-f-]|4242424242424242|378282246310005|\\PC){0,80}",
        expression in prop::sample::select(vec!["[a-c]+", r"\bf\w", "^.", r"\d{3}", "e|•+.", r"(?s).{7}"]),
    ) {
        let mut rules = own(expression);
        rules.shipped_patterns.insert(ShippedPattern::Email, true);
        let screen = Screen::new(&rules).unwrap();
        if let Some(once) = screen.mask_incoming(&text) {
            prop_assert_eq!(once.text.chars().count(), text.chars().count());
            prop_assert_eq!(screen.mask_incoming(&once.text), None);
        }
        for finding in screen.find_outgoing(&text) {
            prop_assert!(text.get(finding.range).is_some_and(|found| !found.is_empty()));
        }
    }

    #[test]
    fn h_15_every_card_number_made_by_its_rules_is_masked_but_for_its_last_four(
        body in "4[0-9]{14}", gap in 1_usize..5,
    ) {
        let sum: u32 = body.chars().rev().enumerate().map(|(place, letter)| {
            let value = letter.to_digit(10).unwrap();
            if place % 2 == 1 { value } else if value * 2 > 9 { value * 2 - 9 } else { value * 2 }
        }).sum();
        let number = format!("{body}{}", (10 - sum % 10) % 10);
        let spaced: Vec<String> = number.as_bytes().chunks(gap + 3)
            .map(|part| String::from_utf8(part.to_vec()).unwrap()).collect();
        let masked = Screen::default().mask_incoming(&spaced.join(" ")).unwrap();
        let shown: String = masked.text.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(Some(shown.as_str()), number.get(12..));
    }
}

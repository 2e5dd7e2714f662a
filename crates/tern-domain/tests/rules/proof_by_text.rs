//! L-2: a code by text as the second factor, and what it does not change.

use tern_domain::bot::{BotContext, plan_code_text};
use tern_domain::verification::{
    Checked, CodeTexts, Lockout, ProofFactor, ProofOutcome, SecondFactor, TextedCode, Verification,
    plan_checked,
};
use tern_domain::{
    Actor, Effect, EventBody, Millis, OutboxEntry, OutboxState, SendOutcome, plan_outcome,
};

use crate::proof::Attempt;
use crate::support::{Desk, TEAM, at, counter, inbound, number, person};
use ProofOutcome::{Asks, Expired, Failed, Heard, Locked, TooOften, Verified};

/// Of somebody with a PIN and no app, or of nobody.
fn by_text(candidate: Option<u128>) -> Attempt {
    let mut attempt = Attempt::of(candidate.map(person));
    attempt.state.second = SecondFactor::Sms;
    if let Some(user) = &mut attempt.state.candidate {
        user.verification.authenticator = None;
    }
    attempt
}

fn tries(attempt: &mut Attempt, pin: bool, code: bool) -> Vec<ProofOutcome> {
    let mut answers = vec![attempt.begin()];
    if answers == [Asks] {
        answers.push(attempt.enter(ProofFactor::Pin, pin, None));
        answers.push(attempt.enter(ProofFactor::Code, code, None));
    }
    answers
}

fn enter_late(attempt: &mut Attempt) -> ProofOutcome {
    let checked = Checked {
        factor: ProofFactor::Code,
        right: false,
        code_step: None,
        is_expired: true,
        at: attempt.now,
    };
    let proof = plan_checked(&attempt.state, checked, attempt.now, &mut counter());
    attempt.take(proof)
}

#[test]
fn l_2_who_is_set_up_depends_on_the_second_factor() {
    let pin = Verification {
        pin: Some("hash".to_owned()),
        ..Verification::default()
    };
    assert!(pin.is_enrolled(SecondFactor::Sms));
    assert!(!pin.is_enrolled(SecondFactor::GoogleAuthenticator));
    assert!(!Verification::default().is_enrolled(SecondFactor::Sms));
    assert_eq!(SecondFactor::default(), SecondFactor::GoogleAuthenticator);
}

#[test]
fn l_2_pin_and_texted_code_link_the_number_and_neither_does_alone() {
    let mut attempt = by_text(Some(1));
    assert_eq!(tries(&mut attempt, false, true), [Asks, Heard, Failed]);
    assert_eq!(tries(&mut attempt, true, false), [Asks, Heard, Failed]);
    assert_eq!(tries(&mut attempt, true, true), [Asks, Heard, Verified]);
    assert_eq!(attempt.state.elevation.proven.unwrap().person, person(1));
    let linked = EventBody::AccountLinked { person: person(1) };
    assert!(attempt.events.contains(&linked));
}

#[test]
fn l_10_wrong_tries_lock_alike_with_and_without_an_account() {
    for candidate in [Some(1), None] {
        let mut attempt = by_text(candidate);
        for answer in [Failed, Failed, Locked] {
            assert_eq!(tries(&mut attempt, false, true), [Asks, Heard, answer]);
        }
        assert_eq!(tries(&mut attempt, true, true), [Locked]);
    }
}

#[test]
fn l_2_a_code_that_is_too_old_is_no_try_and_never_a_proof() {
    for candidate in [Some(1), None] {
        let mut attempt = by_text(candidate);
        for _ in 0..5 {
            attempt.begin();
            assert_eq!(attempt.enter(ProofFactor::Pin, true, None), Heard);
            assert_eq!(enter_late(&mut attempt), Expired);
            assert_eq!(attempt.state.elevation.proven, None);
        }
        assert_eq!(attempt.state.strays, Lockout::default());
        // The PIN before it does not count for a later code.
        assert_eq!(attempt.enter(ProofFactor::Code, true, None), Failed);
    }
}

#[test]
fn l_2_after_three_codes_everybody_is_told_to_come_back_later() {
    let answers = [Some(1), None].map(|candidate| {
        let mut attempt = by_text(candidate);
        attempt.begin();
        let now = attempt.now;
        attempt.state.codes = CodeTexts::default().sent(now).sent(now).sent(now);
        // Taken up by another conversation while the PIN was being typed.
        assert_eq!(attempt.enter(ProofFactor::Pin, true, None), TooOften);
        assert_eq!(attempt.begin(), TooOften);
        assert_eq!(attempt.enter(ProofFactor::Code, true, None), Failed);
        attempt.state.second = SecondFactor::GoogleAuthenticator;
        assert_eq!(
            attempt.begin(),
            Asks,
            "an app is asked as often as anybody likes"
        );
        attempt.state.second = SecondFactor::Sms;
        attempt.now = now + Millis::hours(1);
        attempt.begin()
    });
    assert_eq!(answers, [Asks, Asks]);
}

#[test]
fn l_2_with_the_app_as_second_factor_a_right_text_proves_nothing() {
    let mut attempt = Attempt::of(Some(person(1)));
    attempt.begin();
    attempt.enter(ProofFactor::Pin, true, None);
    assert_eq!(attempt.enter(ProofFactor::Code, true, None), Failed);
}

/// A code's text in the outbox.
fn code_text() -> (Desk, OutboxEntry) {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let loaded = desk.load(None);
    let team = [number(TEAM)];
    let ctx = BotContext {
        now: at(5),
        provider_numbers: &team,
    };
    let (message, plan) = plan_code_text(&loaded, &ctx, &mut desk.ids).unwrap();
    let masks = plan
        .effects
        .iter()
        .filter(|it| matches!(it, Effect::MarkMasked { message_id, .. } if *message_id == message));
    assert_eq!(masks.count(), 1);
    desk.apply(plan);
    let entry = desk.outbox.last().unwrap().clone();
    assert_eq!(entry.message_id, message);
    (desk, entry)
}

#[test]
fn l_14_the_outbox_holds_the_words_of_a_code_and_not_its_digits() {
    let (_, entry) = code_text();
    assert!(entry.holds_code);
    assert_eq!(entry.body.as_str(), TextedCode::kept_text());
}

#[test]
fn l_14_a_code_that_is_gone_is_not_sent_and_one_that_left_is_wiped_at_the_carrier() {
    let (mut desk, entry) = code_text();
    let state = desk.load(None);
    let gone = plan_outcome(&state, &entry, &SendOutcome::CodeGone, at(6), &mut desk.ids).unwrap();
    let refused = gone.effects.iter().any(|effect| {
        matches!(effect, Effect::UpdateOutbox(entry) if matches!(entry.state, OutboxState::Refused { .. }))
    });
    let told = gone
        .effects
        .iter()
        .any(|it| matches!(it, Effect::Announce(_)));
    assert!(refused && !told);
    let in_flight = OutboxEntry {
        state: OutboxState::InFlight { t0: at(6) },
        ..entry
    };
    let mut row = inbound(2, &TextedCode::kept_text(), at(6));
    row.direction = tern_domain::Direction::Outbound;
    let sent = SendOutcome::Accepted(row);
    let plan = plan_outcome(&state, &in_flight, &sent, at(7), &mut desk.ids).unwrap();
    let mut effects = plan.effects.iter();
    assert!(effects.any(|it| matches!(it, Effect::WipeAtCarrier(wipe) if wipe.next_at.is_some())));
    assert!(
        plan.events
            .iter()
            .all(|event| event.actor != Actor::Requester)
    );
}

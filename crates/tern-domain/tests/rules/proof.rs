//! L-3 … L-16: what an entry means for the lock, the number and the conversation.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tern_domain::verification::{
    AccountLink, Authenticator, Checked, CodeTexts, Elevation, Lockout, Proof, ProofFactor,
    ProofOutcome, ProofState, SecondFactor, Verification, VerificationState, find_candidate,
    plan_checked, plan_elevation_end, plan_proof_begun,
};
use tern_domain::{
    Effect, EventBody, Millis, PersonDetails, PersonId, PersonKind, PhoneNumber, ProfileStanding,
    UtcMillis,
};

use crate::profiles::identity;
use crate::support::{Desk, at, counter, inbound, person};

const T0: UtcMillis = UtcMillis(1_790_000_000_000);
const NUMBER: &str = "+14155550101";

/// The number's proof, carried on from step to step.
pub(crate) struct Attempt {
    pub(crate) state: ProofState,
    pub(crate) now: UtcMillis,
    step: u64,
    pub(crate) events: Vec<EventBody>,
}

impl Attempt {
    /// Of somebody who wrote once; with an enrolled user, or with nobody.
    pub(crate) fn of(candidate: Option<PersonId>) -> Self {
        let mut desk = Desk::new();
        desk.arrive(&inbound(1, "hello", at(0)));
        let candidate = candidate.map(|person| VerificationState {
            person,
            details: None,
            version: 0,
            verification: Verification {
                pin: Some("hash".to_owned()),
                authenticator: Some(Authenticator {
                    sealed: "sealed".to_owned(),
                    since: T0,
                    last_step: 7,
                }),
                ..Verification::default()
            },
        });
        Self {
            state: ProofState {
                identity: identity(&desk),
                interaction: desk.active().unwrap().clone(),
                candidate,
                elevation: Elevation::default(),
                strays: Lockout::default(),
                second: SecondFactor::default(),
                codes: CodeTexts::default(),
            },
            now: T0,
            step: 7,
            events: Vec::new(),
        }
    }

    pub(crate) fn take(&mut self, proof: Proof) -> ProofOutcome {
        for event in proof.plan.events {
            self.events.push(event.body);
        }
        for effect in proof.plan.effects {
            match effect {
                Effect::SetElevation { elevation, .. } => self.state.elevation = *elevation,
                Effect::SetVerification { verification, .. } => {
                    self.state.candidate.as_mut().unwrap().verification = *verification;
                }
                Effect::SetInteraction(interaction) => self.state.interaction = interaction,
                Effect::SetProfile(profile) => self.state.identity.profile = Some(*profile),
                _ => {}
            }
        }
        self.state.strays = proof.strays;
        proof.outcome
    }

    pub(crate) fn begin(&mut self) -> ProofOutcome {
        let proof = plan_proof_begun(&self.state, self.now, self.now, &mut counter());
        self.take(proof)
    }

    pub(crate) fn enter(
        &mut self,
        factor: ProofFactor,
        right: bool,
        code_step: Option<u64>,
    ) -> ProofOutcome {
        let checked = Checked {
            factor,
            right,
            code_step,
            is_expired: false,
            at: self.now,
        };
        let proof = plan_checked(&self.state, checked, self.now, &mut counter());
        self.take(proof)
    }

    /// A whole try; what every step was answered with.
    fn try_with(&mut self, pin: bool, code: bool) -> Vec<ProofOutcome> {
        let mut answers = vec![self.begin()];
        if answers == [ProofOutcome::Asks] {
            answers.push(self.enter(ProofFactor::Pin, pin, None));
            // Each code is another one.
            self.step += 1;
            let step = code.then_some(self.step);
            answers.push(self.enter(ProofFactor::Code, code, step));
        }
        answers
    }

    fn last_step(&self) -> u64 {
        let user = self.state.candidate.as_ref().unwrap();
        user.verification.authenticator.as_ref().unwrap().last_step
    }
}

use ProofOutcome::{Asks, Failed, Heard, Locked, Verified};

#[test]
fn l_3_pin_and_code_link_the_number_and_elevate_the_conversation() {
    let mut attempt = Attempt::of(Some(person(1)));
    assert_eq!(attempt.try_with(true, true), [Asks, Heard, Verified]);
    assert_eq!(attempt.state.elevation.proven.unwrap().person, person(1));
    assert_eq!(attempt.state.elevation.asking, None);
    let standing = &attempt.state.identity.profile.as_ref().unwrap().standing;
    assert_eq!(standing.bound_to, Some(person(1)), "P-13");
    assert!(standing.verification.is_some());
    assert!(
        attempt
            .events
            .contains(&EventBody::AccountLinked { person: person(1) })
    );
    assert_eq!(attempt.state.interaction.opened_for, Some(person(1)));
}

#[test]
fn l_3_whatever_is_wrong_is_answered_alike_and_so_is_somebody_without_an_account() {
    for (candidate, pin, code) in [
        (Some(person(1)), false, true),
        (Some(person(1)), true, false),
        (Some(person(1)), false, false),
        (None, false, false),
    ] {
        let mut attempt = Attempt::of(candidate);
        for _ in 0..2 {
            assert_eq!(attempt.try_with(pin, code), [Asks, Heard, Failed]);
        }
        assert_eq!(attempt.try_with(pin, code), [Asks, Heard, Locked]);
        assert_eq!(attempt.try_with(true, true), [Locked]);
        assert_eq!(attempt.state.elevation.proven, None);
        let failures = attempt
            .events
            .iter()
            .filter(|it| matches!(it, EventBody::ProofFailed { .. }));
        assert_eq!(failures.count(), 4);
    }
}

proptest! {
    /// L-10: nothing that can be seen from outside tells which of the two was wrong, or whether there is an
    /// account, as long as nobody proves anything.
    #[test]
    fn l_10_wrong_tries_look_alike_for_everybody(
        tries in prop::collection::vec((0..3_u8, 0..20_i64), 0..12),
    ) {
        let mut known = Attempt::of(Some(person(1)));
        let mut unknown = Attempt::of(None);
        for (which, hours) in tries {
            let later = known.now + Millis(hours * 3_600_000);
            known.now = later;
            unknown.now = later;
            let (pin, code) = [(false, false), (false, true), (true, false)][usize::from(which)];
            prop_assert_eq!(known.try_with(pin, code), unknown.try_with(false, false));
        }
    }
}

#[test]
fn l_12_success_forgets_wrong_tries_and_a_lock_makes_a_guest() {
    let mut attempt = Attempt::of(Some(person(1)));
    attempt.try_with(false, true);
    attempt.try_with(true, false);
    assert_eq!(attempt.try_with(true, true), [Asks, Heard, Verified]);
    for _ in 0..2 {
        assert_eq!(attempt.try_with(true, false), [Asks, Heard, Failed]);
    }
    assert!(attempt.state.elevation.proven.is_some());
    assert_eq!(attempt.try_with(true, false), [Asks, Heard, Locked]);
    assert_eq!(attempt.state.elevation.proven, None);
    attempt.now = attempt.now + Lockout::LASTS;
    assert_eq!(attempt.try_with(true, true), [Asks, Heard, Verified]);
}

#[test]
fn l_12_a_try_that_is_given_up_halfway_counts_nothing_and_tells_nothing() {
    for pin in [true, false] {
        let mut attempt = Attempt::of(Some(person(1)));
        for _ in 0..10 {
            assert_eq!(attempt.begin(), Asks);
            assert_eq!(attempt.enter(ProofFactor::Pin, pin, None), Heard);
        }
        // A right PIN of an earlier try does not count for a later one.
        assert_eq!(attempt.begin(), Asks);
        assert_eq!(attempt.enter(ProofFactor::Pin, false, None), Heard);
        assert_eq!(attempt.enter(ProofFactor::Code, true, Some(9)), Failed);
    }
}

#[test]
fn l_14_a_right_code_is_used_up_also_behind_a_wrong_pin() {
    let mut attempt = Attempt::of(Some(person(1)));
    attempt.try_with(false, true);
    assert_eq!(attempt.last_step(), 8);
    // Replayed, also in another conversation where it was found right before it was used here.
    attempt.begin();
    attempt.enter(ProofFactor::Pin, true, None);
    assert_eq!(attempt.enter(ProofFactor::Code, true, Some(8)), Failed);
}

#[test]
fn l_12_a_lock_from_another_conversation_holds_for_a_code_under_way() {
    let mut attempt = Attempt::of(Some(person(1)));
    attempt.begin();
    attempt.enter(ProofFactor::Pin, true, None);
    let lockout = Lockout::default().failed(T0).failed(T0).failed(T0);
    attempt
        .state
        .candidate
        .as_mut()
        .unwrap()
        .verification
        .lockout = lockout;
    assert_eq!(attempt.enter(ProofFactor::Code, true, Some(9)), Locked);
}

#[test]
fn l_15_a_proof_stands_while_its_link_does_and_nobody_is_locked() {
    let mut attempt = Attempt::of(Some(person(1)));
    attempt.try_with(true, true);
    let elevation = attempt.state.elevation.clone();
    let link = |who| {
        Some(AccountLink {
            person: person(who),
            linked_at: T0,
        })
    };
    let free = Lockout::default();
    assert_eq!(elevation.stands_for(link(1), &free, T0), Some(person(1)));
    assert_eq!(elevation.stands_for(link(2), &free, T0), None);
    assert_eq!(elevation.stands_for(None, &free, T0), None);
    let locked = Lockout::default().failed(T0).failed(T0).failed(T0);
    assert_eq!(elevation.stands_for(link(1), &locked, T0), None);
    let plan = plan_elevation_end(&attempt.state.interaction, elevation, T0, &mut counter());
    assert_eq!(plan.events[0].body, EventBody::ElevationEnded);
}

fn user(mobile: &str) -> PersonDetails {
    PersonDetails {
        kind: PersonKind::User,
        mobile_phone: Some(PhoneNumber::parse(mobile).unwrap()),
        ..PersonDetails::default()
    }
}

#[test]
fn l_5_only_the_user_whose_mobile_phone_it_is_can_prove_anything() {
    let number = PhoneNumber::parse(NUMBER).unwrap();
    let (one, other) = (user(NUMBER), user("+14155550102"));
    let business = PersonDetails {
        phone: Some(number.clone()),
        mobile_phone: None,
        ..user(NUMBER)
    };
    let consumer = PersonDetails {
        kind: PersonKind::Consumer,
        ..user(NUMBER)
    };
    let find = |bound: Option<u128>, settled: &[u128], holders: &[(u128, &PersonDetails)]| {
        let standing = ProfileStanding {
            bound_to: bound.map(person),
            settled: settled.iter().copied().map(person).collect::<BTreeSet<_>>(),
            ..ProfileStanding::default()
        };
        let holders = holders.iter().map(|(id, details)| (person(*id), *details));
        find_candidate(&number, Some(&standing), holders)
    };
    assert_eq!(find(None, &[], &[(1, &one), (2, &other)]), Some(person(1)));
    assert_eq!(find(None, &[], &[(1, &business)]), None);
    assert_eq!(find(None, &[], &[(1, &consumer)]), None);
    assert_eq!(find(None, &[], &[(1, &one), (3, &one)]), None, "two");
    assert_eq!(find(Some(3), &[], &[(1, &one), (3, &one)]), Some(person(3)));
    // P-5: a claim that nobody decided about can be proved; one that a colleague turned down cannot (P-13).
    assert_eq!(find(Some(9), &[], &[(1, &one)]), Some(person(1)));
    assert_eq!(find(Some(9), &[1], &[(1, &one)]), None);
    assert_eq!(find(Some(1), &[1], &[(1, &one)]), Some(person(1)));
}

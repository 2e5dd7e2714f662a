//! L: soft PIN, authenticator and lock.

use std::process::Command;

use proptest::prelude::*;
use tern_domain::verification::{
    AuthenticatorSecret, Lockout, OneTimeCode, SecondFactor, SoftPin, SoftPinRefusal, Verification,
    VerificationRefusal, VerificationState, plan_authenticator, plan_pin, plan_reset, plan_unlock,
};
use tern_domain::{
    DirectoryContext, Effect, EventBody, Millis, PersonDetails, PersonKind, Plan, UtcMillis,
};

use crate::support::{agent, counter, person};

const T0: UtcMillis = UtcMillis(1_790_000_000_000);

fn after(minutes: i64) -> UtcMillis {
    T0 + Millis::minutes(minutes)
}

fn refusal(pin: &str) -> Option<SoftPinRefusal> {
    SoftPin::parse(pin).err()
}

#[test]
fn l_6_a_pin_has_exactly_six_digits() {
    for wrong in [
        "",
        "48291",
        "4829130",
        "48291a",
        " 482913",
        "４８２９１３",
        "48 291",
    ] {
        assert_eq!(
            refusal(wrong),
            Some(SoftPinRefusal::NotSixDigits),
            "{wrong}"
        );
    }
    assert_eq!(refusal("482913"), None);
}

#[test]
fn l_7_no_digit_more_than_twice_in_a_row() {
    for wrong in ["111482", "481112", "482111", "000000"] {
        assert_eq!(refusal(wrong), Some(SoftPinRefusal::SameDigit), "{wrong}");
    }
    assert_eq!(refusal("118822"), None);
    assert_eq!(refusal("181811"), None);
}

#[test]
fn l_8_no_three_digits_count_up_or_down() {
    for wrong in ["123582", "481235", "482345", "987502", "504322", "852210"] {
        assert_eq!(refusal(wrong), Some(SoftPinRefusal::Run), "{wrong}");
    }
    // 9 to 0 does not go on, and steps of two are no run.
    for right in ["890141", "109014", "135791", "121212"] {
        assert_eq!(refusal(right), None, "{right}");
    }
}

proptest! {
    #[test]
    fn l_7_l_8_a_pin_is_taken_if_and_only_if_no_three_digits_forbid_it(digits in "[0-9]{6}") {
        let forbidden = digits.as_bytes().windows(3).any(|it| {
            let [a, b, c] = [i32::from(it[0]), i32::from(it[1]), i32::from(it[2])];
            (a == b && b == c) || (b - a == 1 && c - b == 1) || (a - b == 1 && b - c == 1)
        });
        prop_assert_eq!(SoftPin::parse(&digits).is_err(), forbidden);
    }

    #[test]
    fn l_6_a_drawn_pin_is_always_one(random in proptest::collection::vec(any::<u8>(), 0..80)) {
        if let Some(pin) = SoftPin::draw(&random) {
            prop_assert!(SoftPin::parse(pin.expose()).is_ok());
        }
    }
}

#[test]
fn l_9_the_last_five_pins_are_remembered_also_over_a_reset() {
    let mut state = user();
    for number in 1..=7 {
        state = applied(
            &state,
            &plan_pin(
                &state,
                format!("hash {number}"),
                false,
                ctx(),
                &mut counter(),
            )
            .unwrap(),
        );
    }
    let recent: Vec<&str> = state.verification.recent_pins().collect();
    assert_eq!(recent, ["hash 7", "hash 6", "hash 5", "hash 4", "hash 3"]);
    state = applied(&state, &plan_reset(&state, ctx(), &mut counter()).unwrap());
    assert_eq!(state.verification.pin, None);
    let recent: Vec<&str> = state.verification.recent_pins().collect();
    assert_eq!(recent, ["hash 7", "hash 6", "hash 5", "hash 4", "hash 3"]);
}

#[test]
fn l_10_three_wrong_entries_within_a_day_lock() {
    let two = Lockout::default().failed(T0).failed(after(10));
    assert_eq!(two.locked_at(after(10)), None);
    let three = two.clone().failed(after(24 * 60 - 1));
    assert_eq!(
        three.locked_at(after(24 * 60)),
        Some(after(24 * 60 - 1) + Lockout::LASTS)
    );
    // The first one is too long ago.
    let late = two.failed(after(24 * 60));
    assert_eq!(late.locked_at(after(24 * 60)), None);
    assert!(
        late.failed(after(24 * 60 + 1))
            .locked_at(after(24 * 60 + 1))
            .is_some()
    );
}

fn locked(at: UtcMillis) -> Lockout {
    Lockout::default().failed(at).failed(at).failed(at)
}

#[test]
fn l_12_a_lock_lasts_a_day_and_no_guess_makes_it_shorter_or_longer() {
    let lock = locked(T0);
    let end = T0 + Lockout::LASTS;
    assert_eq!(lock.locked_at(UtcMillis(end.0 - 1)), Some(end));
    assert_eq!(lock.locked_at(end), None);
    assert_eq!(lock.clone().failed(after(5)), lock);
    // Afterwards three more are allowed.
    let again = lock.failed(end).failed(end);
    assert_eq!(again.locked_at(end), None);
    assert!(again.failed(end).locked_at(end).is_some());
}

#[test]
fn l_12_a_clock_set_back_neither_unlocks_nor_forgets() {
    let lock = locked(T0);
    assert!(lock.locked_at(after(-60 * 24 * 365)).is_some());
    let two = Lockout::default().failed(T0).failed(T0);
    assert!(two.failed(after(-60 * 24 * 365)).locked_at(T0).is_none());
    let two = Lockout::default().failed(T0).failed(T0);
    let back = after(-60 * 24 * 365);
    assert!(two.failed(back).locked_at(back).is_some());
}

#[test]
fn l_12_a_lock_survives_being_stored() {
    let lock = locked(T0);
    let stored = serde_json::to_string(&lock).unwrap();
    assert_eq!(serde_json::from_str::<Lockout>(&stored).unwrap(), lock);
}

#[test]
fn l_13_an_agent_resets_and_unlocks_and_it_is_on_record_who_did() {
    let mut state = user();
    state = applied(
        &state,
        &plan_pin(&state, "hash".to_owned(), true, ctx(), &mut counter()).unwrap(),
    );
    state = applied(
        &state,
        &plan_authenticator(&state, "sealed".to_owned(), 7, ctx(), &mut counter()).unwrap(),
    );
    assert!(
        state
            .verification
            .is_enrolled(SecondFactor::GoogleAuthenticator)
    );
    state.verification.lockout = locked(T0);
    let plan = plan_unlock(&state, ctx(), &mut counter()).unwrap();
    assert!(matches!(
        plan.events[0].body,
        EventBody::VerificationChanged { .. }
    ));
    assert_eq!(plan.events[0].actor, tern_domain::Actor::Agent(agent(1)));
    let unlocked = applied(&state, &plan);
    assert!(
        unlocked
            .verification
            .is_enrolled(SecondFactor::GoogleAuthenticator)
    );
    assert_eq!(unlocked.verification.lockout.locked_at(T0), None);
    let reset = applied(&state, &plan_reset(&state, ctx(), &mut counter()).unwrap());
    assert!(
        !reset
            .verification
            .is_enrolled(SecondFactor::GoogleAuthenticator)
    );
    assert_eq!(reset.verification.lockout.locked_at(T0), None);
    assert_eq!(
        plan_unlock(&unlocked, ctx(), &mut counter()),
        Err(VerificationRefusal::NothingToChange)
    );
}

#[test]
fn l_5_only_a_user_of_the_directory_is_enrolled() {
    let mut guest = user();
    guest.details = Some(PersonDetails::default());
    let refused = plan_pin(&guest, "hash".to_owned(), false, ctx(), &mut counter());
    assert_eq!(refused, Err(VerificationRefusal::NotAUser));
    guest.details = None;
    let refused = plan_pin(&guest, "hash".to_owned(), false, ctx(), &mut counter());
    assert_eq!(refused, Err(VerificationRefusal::Gone));
}

/// What oathtool says of some steps in a row.
fn codes_of_oathtool(secret: &AuthenticatorSecret, first: UtcMillis, more: u32) -> Vec<String> {
    let output = Command::new("oathtool")
        .args(["--totp=sha1", "--digits=6", "--time-step-size=30s"])
        .arg(format!("--now=@{}", first.0 / 1_000))
        .arg(format!("--window={more}"))
        .arg(hex_of(secret))
        .output()
        .expect("oathtool, from the package of that name");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

fn hex_of(secret: &AuthenticatorSecret) -> String {
    secret
        .expose()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn l_14_codes_are_oathtools_over_ten_thousand_instants_and_drifts() {
    const RUNS: u8 = 20;
    const STEPS: i64 = 500;
    let mut compared = 0;
    for run in 0..RUNS {
        let secret = AuthenticatorSecret::new(&std::array::from_fn(|at| {
            run.wrapping_mul(37)
                .wrapping_add(u8::try_from(at * 11).unwrap())
        }));
        // From 1970 to long after 2038, at the beginning of a step.
        let first = UtcMillis(i64::from(run) * 187_654_320_000 / 30_000 * 30_000);
        let codes = codes_of_oathtool(&secret, first, u32::try_from(STEPS).unwrap() - 1);
        assert_eq!(codes.len(), usize::try_from(STEPS).unwrap());
        for (place, digits) in codes.iter().enumerate() {
            let place = i64::try_from(place).unwrap();
            let begin = first + Millis(place * 30_000);
            let step = u64::try_from(begin.0 / 30_000).unwrap();
            let instant = begin + Millis((place * 7_919) % 30_000);
            assert_eq!(
                secret.code_at(instant).unwrap().expose(),
                digits,
                "{instant:?}"
            );
            let code = OneTimeCode::parse(digits).unwrap();
            for drift in [-30_000, 0, 30_000] {
                let at = begin + Millis(drift + (place * 104_729) % 30_000);
                if at.0 >= 0 {
                    assert_eq!(
                        secret.step_of(&code, at, None),
                        Some(step),
                        "{digits} at {at:?}"
                    );
                    assert_eq!(secret.step_of(&code, at, Some(step)), None, "taken once");
                    compared += 1;
                }
            }
            for drift in [-30_001, 60_000] {
                let at = begin + Millis(drift);
                // Another step may have the same digits by chance.
                let found = secret.step_of(&code, at, None);
                assert_ne!(found, Some(step), "{digits} at {at:?}");
            }
        }
    }
    assert!(compared >= 29_000, "{compared}");
}

#[test]
fn l_14_a_code_is_taken_with_the_space_that_apps_show_and_nothing_else() {
    assert_eq!(OneTimeCode::parse("123 456").unwrap().expose(), "123456");
    for wrong in ["12345", "1234567", "abcdef", "", "１２３４５６"] {
        assert!(OneTimeCode::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn l_14_the_text_secret_is_the_one_of_the_rfc_and_the_qr_code_names_whose_it_is() {
    use secrecy::ExposeSecret as _;
    let secret = AuthenticatorSecret::new(b"12345678901234567890");
    assert_eq!(
        secret.to_text().expose_secret(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    );
    assert_eq!(
        secret.to_uri("Tern & Co", "Ana Ruiz").expose_secret(),
        "otpauth://totp/Tern%20%26%20Co:Ana%20Ruiz?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Tern%20%26%20Co&algorithm=SHA1&digits=6&period=30"
    );
    // RFC 6238, appendix B, the last six of its eight digits.
    for (seconds, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(
            secret.code_at(UtcMillis(seconds * 1_000)).unwrap().expose(),
            code
        );
    }
}

#[test]
fn l_14_nothing_secret_is_printed() {
    let verification = Verification {
        pin: Some("the hash".to_owned()),
        past_pins: vec!["an old hash".to_owned()],
        authenticator: Some(tern_domain::verification::Authenticator {
            sealed: "sealed".to_owned(),
            since: T0,
            last_step: 3,
        }),
        ..Verification::default()
    };
    let printed = format!(
        "{:?} {:?} {:?} {verification:?} {:?}",
        SoftPin::parse("482913").unwrap(),
        OneTimeCode::parse("482913").unwrap(),
        AuthenticatorSecret::new(b"12345678901234567890"),
        verification.authenticator
    );
    for secret in ["482913", "1234567890", "hash", "sealed", "49, 50"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    for refusal in [
        SoftPinRefusal::NotSixDigits,
        SoftPinRefusal::SameDigit,
        SoftPinRefusal::Run,
        SoftPinRefusal::UsedBefore,
    ] {
        assert!(!refusal.to_string().contains("482913"));
    }
}

fn user() -> VerificationState {
    VerificationState {
        person: person(1),
        details: Some(PersonDetails {
            kind: PersonKind::User,
            name: "Ana Ruiz".to_owned(),
            ..PersonDetails::default()
        }),
        version: 0,
        verification: Verification::default(),
    }
}

fn ctx() -> DirectoryContext {
    DirectoryContext {
        now: T0,
        agent: agent(1),
    }
}

fn applied(state: &VerificationState, plan: &Plan) -> VerificationState {
    let mut after = state.clone();
    after.version += u32::try_from(plan.events.len()).unwrap();
    for effect in &plan.effects {
        if let Effect::SetVerification { verification, .. } = effect {
            after.verification = (**verification).clone();
        }
    }
    after
}

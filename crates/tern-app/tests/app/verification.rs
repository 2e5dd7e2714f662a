//! Enrolling a user through the app: PIN, authenticator, reset, and what of it is seen afterwards.

use std::process::Command;

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::people::{JANE, save};
use crate::rig::Rig;
use crate::team::{add_agent, sign_in};

pub(crate) async fn user(rig: &Rig) -> PersonRef {
    let saved = save(rig, "Jane Doe", PersonKindView::User, JANE).await;
    PersonRef {
        person_id: saved.person_id,
    }
}

/// What somebody else's implementation makes of the secret that the window shows.
fn code_of(secret: &str) -> String {
    code_at(secret, "now")
}

/// The code at a time that `date` understands.
pub(crate) fn code_at(secret: &str, at: &str) -> String {
    let output = Command::new("oathtool")
        .args(["--totp", "--base32", secret, "--now", at])
        .output()
        .expect("oathtool, from the package of that name");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(crate) async fn set_pin(
    rig: &Rig,
    who: &PersonRef,
    pin: &str,
) -> Result<VerificationView, String> {
    let request = SetSoftPin {
        person_id: who.person_id.clone(),
        pin: pin.to_owned(),
        repeat: pin.to_owned(),
    };
    let set = rig.app.set_soft_pin(request).await;
    set.map_err(|error| {
        assert_eq!(error.code, ErrorCode::InvalidInput);
        error.message
    })
}

pub(crate) async fn confirm(
    rig: &Rig,
    who: &PersonRef,
    code: &str,
) -> Result<VerificationView, tern_app::ApiError> {
    let request = ConfirmEnrolment {
        person_id: who.person_id.clone(),
        code: code.to_owned(),
    };
    rig.app.confirm_enrolment(request).await
}

#[tokio::test]
async fn l_5_an_authenticator_is_enrolled_by_its_first_code_and_only_by_it() {
    let rig = Rig::practising().await;
    let who = user(&rig).await;
    assert!(
        confirm(&rig, &who, "123456").await.is_err(),
        "nothing begun"
    );
    let begun = rig.app.begin_enrolment(who.clone()).await.unwrap();
    assert_eq!(begun.secret.replace(' ', "").len(), 32);
    assert!(begun.qr_rows.len() >= 21);
    assert!(
        begun
            .qr_rows
            .iter()
            .all(|row| row.len() == begun.qr_rows.len())
    );
    let code = code_of(&begun.secret);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(confirm(&rig, &who, wrong).await.is_err());
    // The right one, after a wrong one and with the space that apps show.
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let view = confirm(&rig, &who, &spaced).await.unwrap();
    assert!(view.authenticator_since.is_some() && view.missing.is_empty());
    assert!(confirm(&rig, &who, &code).await.is_err(), "handed out once");
    let answer = serde_json::to_string(&view).unwrap();
    assert!(!answer.contains(&begun.secret) && !answer.contains(&code));
}

#[tokio::test]
async fn l_6_to_l_9_a_pin_that_is_not_taken_says_why_and_one_that_is_replaces_the_old() {
    let rig = Rig::practising().await;
    let who = user(&rig).await;
    for (pin, why) in [
        ("48291", "six digits"),
        ("111482", "twice in a row"),
        ("123582", "count up or down"),
    ] {
        let refused = set_pin(&rig, &who, pin).await.err().unwrap();
        assert!(refused.contains(why) && !refused.contains(pin), "{refused}");
    }
    let unlike = SetSoftPin {
        person_id: who.person_id.clone(),
        pin: "482913".to_owned(),
        repeat: "482914".to_owned(),
    };
    let refused = rig.app.set_soft_pin(unlike).await.err().unwrap();
    assert!(refused.message.contains("not the same"));
    for pin in ["482910", "482911", "482912", "482913", "482914"] {
        assert!(set_pin(&rig, &who, pin).await.is_ok());
    }
    let used = set_pin(&rig, &who, "482910").await.err().unwrap();
    assert!(used.contains("last five"), "{used}");
    assert!(set_pin(&rig, &who, "482915").await.is_ok());
    let view = set_pin(&rig, &who, "482910").await.unwrap();
    assert_eq!(view.history.len(), 7);
    assert_eq!(view.history[0].what, "Set a PIN that the user chose");
    assert!(!view.history[0].by.is_empty());
    let answer = serde_json::to_string(&view).unwrap();
    assert!(!answer.contains("482910") && !answer.contains("argon"));
}

#[tokio::test]
async fn l_11_l_13_a_reset_takes_both_away_and_a_drawn_pin_is_shown_once() {
    let rig = Rig::practising().await;
    let who = user(&rig).await;
    let drawn = rig.app.generate_soft_pin(who.clone()).await.unwrap();
    assert_eq!(drawn.pin.len(), 6);
    let seen = rig.app.verification_view(who.clone()).await.unwrap();
    assert!(seen.pin_since.is_some());
    assert!(!serde_json::to_string(&seen).unwrap().contains(&drawn.pin));
    let reset = rig.app.reset_verification(who.clone()).await.unwrap();
    assert_eq!((reset.pin_since, reset.authenticator_since), (None, None));
    // The last PINs outlive a reset.
    assert!(set_pin(&rig, &who, &drawn.pin).await.is_err());
    let again = rig.app.reset_verification(who).await.err().unwrap();
    assert_eq!(again.code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn l_5_only_users_are_enrolled_and_only_administrators_see_who_is_locked() {
    let rig = Rig::practising().await;
    let saved = save(&rig, "Omar", PersonKindView::Consumer, "").await;
    let guest = PersonRef {
        person_id: saved.person_id,
    };
    let refused = rig.app.begin_enrolment(guest.clone()).await.err().unwrap();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(rig.app.generate_soft_pin(guest.clone()).await.is_err());
    assert!(rig.app.list_locked().await.unwrap().is_empty());
    let jane = user(&rig).await;
    assert!(rig.app.list_enrolled().await.unwrap().is_empty());
    let ready = async || {
        let listed = rig.app.list_enrolled().await.unwrap();
        let told = listed
            .iter()
            .map(|it| (it.name.as_str(), it.missing.as_str()));
        assert_eq!(told.clone().count(), 1);
        told.map(|(name, missing)| format!("{name}: {missing}"))
            .collect::<String>()
    };
    set_pin(&rig, &jane, "482913").await.unwrap();
    assert_eq!(ready().await, "Jane Doe: no authenticator app");
    let begun = rig.app.begin_enrolment(jane.clone()).await.unwrap();
    confirm(&rig, &jane, &code_of(&begun.secret)).await.unwrap();
    assert_eq!(ready().await, "Jane Doe: ");
    assert!(rig.app.list_locked_numbers().await.unwrap().is_empty());
    let number = || LockedNumberRef {
        number: JANE.to_owned(),
    };
    let nothing_to_end = rig.app.unlock_number(number()).await.err().unwrap();
    assert_eq!(nothing_to_end.code, ErrorCode::NotAllowed);
    let ben = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ben).await;
    for refused in [
        rig.app.list_locked().await.err().unwrap(),
        rig.app.list_enrolled().await.err().unwrap(),
        rig.app.list_locked_numbers().await.err().unwrap(),
        rig.app.unlock_number(number()).await.err().unwrap(),
        rig.app.unlock_verification(guest).await.err().unwrap(),
    ] {
        assert_eq!(refused.code, ErrorCode::NotAllowed);
    }
}

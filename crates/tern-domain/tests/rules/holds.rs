//! Legal holds: what nobody deletes or writes over by hand meanwhile, and what goes on as ever.

use tern_domain::desk::{Audience, Note, NoteAct, NoteRefusal, plan_note};
use tern_domain::retention::OnHold;
use tern_domain::{
    ActContext, Authority, CarrierWipe, DirectoryContext, DirectoryRefusal, MessageId, NoteId,
    PersonDetails, PersonId, PersonState, RedactRefusal, WipeCause, plan_person_deletion,
    plan_person_restoration, plan_redaction,
};
use uuid::Uuid;

use crate::support::{Desk, agent, at, counter, inbound};

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.now = at(10);
    desk.arrive(&inbound(1, "Hello", at(9)));
    desk
}

fn note(desk: &Desk) -> Note {
    Note {
        id: NoteId::new(Uuid::from_u128(5)),
        key: desk.state.key.clone(),
        author: agent(1),
        at: at(10),
        edited_at: None,
        body: "Prefers mornings".into(),
        whispered_to: Default::default(),
    }
}

#[test]
fn a_held_note_is_neither_deleted_nor_written_over_and_others_are_written() {
    let mut desk = desk();
    let stored = note(&desk);
    let ctx = ActContext {
        now: at(11),
        agent: agent(1),
        authority: Authority::Agent,
    };
    let mut act = |stored: Option<&Note>, is_held, act| {
        plan_note(&desk.load(None), stored, is_held, act, &ctx, &mut desk.ids)
    };
    let edit = |body: &str| NoteAct::Edit { body: body.into() };
    let held = Err(NoteRefusal::OnHold(OnHold));
    assert_eq!(act(Some(&stored), true, NoteAct::Delete), held);
    assert_eq!(act(Some(&stored), true, edit("Prefers evenings")), held);
    assert!(act(Some(&stored), true, edit("Prefers mornings")).is_ok());
    assert!(act(Some(&stored), false, NoteAct::Delete).is_ok());
    let write = NoteAct::Write {
        id: NoteId::new(Uuid::from_u128(6)),
        body: "Called back".into(),
        audience: Audience::Team,
    };
    assert!(!act(None, true, write).unwrap().is_empty());
}

#[test]
fn a_held_person_stays_in_the_directory_also_when_their_coming_is_taken_back() {
    let details = PersonDetails {
        name: "Jane Doe".into(),
        ..PersonDetails::default()
    };
    let state = |is_held| PersonState {
        id: PersonId::new(Uuid::from_u128(1)),
        details: Some(details.clone()),
        is_held,
        version: 1,
    };
    let ctx = DirectoryContext {
        now: at(1),
        agent: agent(1),
    };
    let held = Err(DirectoryRefusal::OnHold(OnHold));
    let ids = &mut counter();
    assert_eq!(plan_person_deletion(&state(true), ctx, ids), held);
    assert_eq!(plan_person_restoration(&state(true), None, ctx, ids), held);
    assert!(plan_person_deletion(&state(false), ctx, ids).is_ok());
    let renamed = PersonDetails {
        name: "Jane Roe".into(),
        ..details.clone()
    };
    // The events keep what stood there before.
    assert!(plan_person_restoration(&state(true), Some(renamed), ctx, ids).is_ok());
}

#[test]
fn a_held_text_is_not_removed_and_its_last_copy_at_the_carrier_is_not_asked_for_again() {
    let mut desk = desk();
    let state = desk.load(desk.stored(|_| true));
    let mut remove = |is_held| {
        let by = agent(1);
        plan_redaction(&state, None, None, is_held, by, at(11), &mut desk.ids)
    };
    assert_eq!(remove(true), Err(RedactRefusal::OnHold(OnHold)));
    assert!(remove(false).is_ok());
    let wipe = |cause| CarrierWipe::due(MessageId::new(Uuid::from_u128(1)), cause, true, at(1));
    let removed = wipe(WipeCause::Redacted { by: agent(1) });
    assert_eq!(removed.again(true, at(2)), Err(OnHold));
    assert!(removed.again(false, at(2)).is_ok());
    // L-14: nobody was ever to read it.
    assert!(wipe(WipeCause::SecureAnswer).again(true, at(2)).is_ok());
}

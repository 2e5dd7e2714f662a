//! The directory: create, edit, delete, and the way back.

use std::collections::BTreeSet;

use tern_domain::{
    DirectoryContext, DirectoryRefusal, Effect, EventBody, PersonDetails, PersonEdit, PersonKind,
    PersonState, Plan, plan_person_deletion, plan_person_restoration, plan_person_save,
};

use crate::support::{agent, at, counter, number, person};

const CTX: fn() -> DirectoryContext = || DirectoryContext {
    now: at(0),
    agent: agent(1),
};

fn jane() -> PersonDetails {
    PersonDetails {
        kind: PersonKind::User,
        name: "Jane Doe".into(),
        mobile_phone: Some(number("+14155550111")),
        ..PersonDetails::default()
    }
}

fn state(details: Option<PersonDetails>, version: u32) -> PersonState {
    PersonState {
        id: person(1),
        details,
        is_held: false,
        version,
    }
}

fn kept(plan: &Plan) -> Option<PersonDetails> {
    plan.effects.iter().find_map(|effect| match effect {
        Effect::SetPerson(person) => Some(person.details.clone()),
        _ => None,
    })
}

#[test]
fn an_edit_records_the_fields_that_changed_and_nothing_else() {
    let mut later = jane();
    later.name = "  Jane   Smith ".into();
    later.roles = BTreeSet::from([" vip ".to_owned(), String::new()]);
    let plan = plan_person_save(&state(Some(jane()), 3), later, CTX(), &mut counter()).unwrap();
    let EventBody::PersonEdited { edits } = &plan.events[0].body else {
        panic!("an edit");
    };
    assert_eq!(
        edits,
        &[
            PersonEdit::Name("Jane Smith".into()),
            PersonEdit::Roles(BTreeSet::from(["vip".to_owned()]))
        ]
    );
    assert_eq!(plan.events[0].expected_version, 3);
    let mut applied = jane();
    for edit in edits {
        applied.apply(edit);
    }
    assert_eq!(kept(&plan), Some(applied), "the row is what the events say");
    let same = plan_person_save(&state(Some(jane()), 3), jane(), CTX(), &mut counter()).unwrap();
    assert!(same.is_empty());
}

#[test]
fn a_person_needs_a_name_and_no_novel() {
    let save = |details| plan_person_save(&state(None, 0), details, CTX(), &mut counter());
    let nameless = PersonDetails {
        name: " \t".into(),
        ..jane()
    };
    assert_eq!(save(nameless), Err(DirectoryRefusal::NoName));
    let novel = PersonDetails {
        notes: "x".repeat(4001),
        ..jane()
    };
    assert_eq!(
        save(novel),
        Err(DirectoryRefusal::TooLong { field: "notes" })
    );
}

#[test]
fn deleting_can_be_taken_back_field_by_field() {
    let gone = plan_person_deletion(&state(Some(jane()), 1), CTX(), &mut counter()).unwrap();
    assert!(matches!(gone.effects[0], Effect::RemovePerson(id) if id == person(1)));
    let back =
        plan_person_restoration(&state(None, 2), Some(jane()), CTX(), &mut counter()).unwrap();
    assert_eq!(kept(&back), Some(jane()));
    assert_eq!(back.events[0].expected_version, 2);
    assert_eq!(
        plan_person_deletion(&state(None, 2), CTX(), &mut counter()),
        Err(DirectoryRefusal::Gone)
    );
}

#[test]
fn people_tell_a_log_nothing() {
    assert_eq!(format!("{:?}", jane()), "PersonDetails(user)");
    let edit = PersonEdit::MobilePhone(Some(number("+14155550111")));
    assert_eq!(format!("{edit:?}"), "PersonEdit(mobile phone)");
}

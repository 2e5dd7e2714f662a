//! The directory and the profiles on a real file: names in lists and search, pages, and the one active profile.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use support::{TestStore, arrival, key, open_store};
use tern_domain::{
    AgentId, Channel, DirectoryContext, IdSource, IdentityAct, PersonDetails, PersonId, PersonKind,
    PhoneNumber, UtcMillis, plan_identity, plan_person_deletion, plan_person_gone,
    plan_person_save,
};
use uuid::Uuid;

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

const CTX: fn() -> DirectoryContext = || DirectoryContext {
    now: UtcMillis(1_700_000_000_000),
    agent: AgentId::new(Uuid::from_u128(77)),
};

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(0xc000 + number))
}

fn details(kind: PersonKind, name: &str, requester: Option<u32>) -> PersonDetails {
    PersonDetails {
        kind,
        name: name.into(),
        mobile_phone: requester
            .map(|requester| PhoneNumber::parse(&format!("+1212555{requester:04}")).unwrap()),
        ..PersonDetails::default()
    }
}

fn save(test: &TestStore, who: u128, details: PersonDetails) -> usize {
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_person_state(person(who))?;
            let ids = &mut Counter(who << 64 | u128::from(state.version) << 32);
            tx.apply(&plan_person_save(&state, details, CTX(), ids).unwrap())
        })
        .unwrap()
        .touched
        .len()
}

fn names(test: &TestStore, fragment: &'static str) -> Vec<String> {
    test.store
        .read_blocking(move |conn| conn.search_conversations(fragment, 50))
        .unwrap()
        .into_iter()
        .map(|row| row.requester_name)
        .collect()
}

fn name_of(test: &TestStore, requester: u32) -> String {
    test.store
        .read_blocking(move |conn| {
            let id = conn.find_conversation(&key(requester))?.unwrap();
            Ok(conn.load_conversation(id)?.requester_name)
        })
        .unwrap()
}

#[test]
fn a_users_name_shows_wherever_their_number_wrote_and_is_found() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello"), arrival(2, 2, "hi")]);
    assert_eq!(name_of(&test, 1), "");
    let touched = save(&test, 1, details(PersonKind::User, "Zoë O’Neill", Some(1)));
    assert_eq!(touched, 1);
    assert_eq!(name_of(&test, 1), "Zoë O’Neill");
    assert_eq!(names(&test, "zoe"), ["Zoë O’Neill"]);
    assert_eq!(names(&test, "oneill"), ["Zoë O’Neill"]);
    assert_eq!(
        names(&test, "5550001"),
        ["Zoë O’Neill"],
        "the number still fits"
    );
    assert_eq!(
        names(&test, "0001zoe"),
        [""; 0],
        "nothing fits across the two"
    );

    save(&test, 2, details(PersonKind::User, "Later", Some(3)));
    test.store_all([arrival(3, 3, "first text")]);
    assert_eq!(name_of(&test, 3), "Later", "known before the first text");
}

#[test]
fn p_7_and_p_11_no_name_is_guessed_and_consumers_do_not_match() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello"), arrival(2, 2, "hello")]);
    save(&test, 1, details(PersonKind::Consumer, "Consumer", Some(1)));
    assert_eq!(name_of(&test, 1), "");
    save(&test, 2, details(PersonKind::User, "One", Some(2)));
    save(&test, 3, details(PersonKind::User, "Two", Some(2)));
    assert_eq!(name_of(&test, 2), "");
}

#[test]
fn p_7_a_conversation_is_marked_while_the_directory_has_its_number_twice() {
    let test = open_store();
    let in_doubt = |requester| {
        test.store
            .read_blocking(move |conn| {
                let id = conn.find_conversation(&key(requester))?.unwrap();
                Ok(conn.load_conversation(id)?.identity_in_doubt)
            })
            .unwrap()
    };
    test.store_all([arrival(1, 1, "hello")]);
    save(&test, 1, details(PersonKind::User, "One", Some(1)));
    assert!(!in_doubt(1));
    save(&test, 2, details(PersonKind::User, "Two", Some(1)));
    assert!(in_doubt(1));
    save(&test, 3, details(PersonKind::User, "Three", Some(2)));
    save(&test, 4, details(PersonKind::User, "Four", Some(2)));
    test.store_all([arrival(2, 2, "first text")]);
    assert!(in_doubt(2), "known before the first text");
    save(&test, 2, details(PersonKind::User, "Two", None));
    assert!(!in_doubt(1), "the directory agrees again");
}

#[test]
fn a_bound_profile_names_its_conversations_until_the_person_is_deleted() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello")]);
    save(&test, 1, details(PersonKind::Consumer, "Omar", None));
    test.store
        .write_blocking(|tx| {
            let state = tx.load_identity_state(Channel::Sms, &key(1).requester)?;
            let act = IdentityAct::Bind { person: person(1) };
            let plan = plan_identity(&state, act, CTX(), &mut Counter(1 << 80)).unwrap();
            tx.apply(&plan)
        })
        .unwrap()
        .touched
        .first()
        .unwrap();
    assert_eq!(name_of(&test, 1), "Omar");
    save(&test, 1, details(PersonKind::Consumer, "Omar Sy", None));
    assert_eq!(name_of(&test, 1), "Omar Sy");
    let _applied = test
        .store
        .write_blocking(|tx| {
            let state = tx.load_identity_state(Channel::Sms, &key(1).requester)?;
            let gone = plan_person_gone(&state, person(1), CTX(), &mut Counter(2 << 80));
            let _applied = tx.apply(&gone)?;
            let state = tx.load_person_state(person(1))?;
            let plan = plan_person_deletion(&state, CTX(), &mut Counter(3 << 80)).unwrap();
            tx.apply(&plan)
        })
        .unwrap();
    assert_eq!(name_of(&test, 1), "");
    assert_eq!(
        test.store
            .read_blocking(|conn| conn.count_people())
            .unwrap(),
        0
    );
}

#[test]
fn people_come_in_pages_by_name_without_accents_and_are_searched() {
    let test = open_store();
    for (number, name) in (1..).zip(["Ömer", "anna", "Zoë", "Bob", "Émile", "李"]) {
        save(&test, number, details(PersonKind::User, name, None));
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let cursor = after.take();
        let page = test
            .store
            .read_blocking(move |conn| conn.list_people("", cursor.as_ref(), 2))
            .unwrap();
        found.extend(page.people.into_iter().map(|person| person.details.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, ["anna", "Bob", "Émile", "Ömer", "Zoë", "李"]);
    let page = test
        .store
        .read_blocking(|conn| conn.list_people("emi", None, 10))
        .unwrap();
    assert_eq!(page.people.len(), 1);
}

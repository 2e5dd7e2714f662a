//! Verifications and links on a real file: a link is found only while it is true, and goes with its user.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use support::{TestStore, key, open_store};
use tern_domain::verification::{AccountLink, Lockout, VerificationState, plan_pin};
use tern_domain::{
    AgentId, DirectoryContext, Effect, IdSource, IdentityAct, Millis, PersonDetails, PersonId,
    PersonKind, PhoneNumber, Plan, ProfileId, UtcMillis, plan_identity, plan_person_deletion,
    plan_person_save,
};
use uuid::Uuid;

struct Fresh;

impl IdSource for Fresh {
    fn uuid(&mut self) -> Uuid {
        Uuid::now_v7()
    }
}

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn ctx() -> DirectoryContext {
    DirectoryContext {
        now: NOW,
        agent: AgentId::new(Uuid::from_u128(77)),
    }
}

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(0xc000 + number))
}

fn user(requester: Option<u32>) -> PersonDetails {
    PersonDetails {
        kind: PersonKind::User,
        name: "Ana Ruiz".into(),
        mobile_phone: requester
            .map(|requester| PhoneNumber::parse(&format!("+1212555{requester:04}")).unwrap()),
        ..PersonDetails::default()
    }
}

fn save(test: &TestStore, who: u128, details: PersonDetails) {
    let saved = test.store.write_blocking(move |tx| {
        let state = tx.load_person_state(person(who))?;
        tx.apply(&plan_person_save(&state, details, ctx(), &mut Fresh).unwrap())
    });
    let _applied = saved.unwrap();
}

fn bind(test: &TestStore, who: u128) -> ProfileId {
    test.store
        .write_blocking(move |tx| {
            let key = key(1);
            let state = tx.load_identity_state(key.channel, &key.requester)?;
            let act = IdentityAct::Bind {
                person: person(who),
            };
            let _applied = tx.apply(&plan_identity(&state, act, ctx(), &mut Fresh).unwrap())?;
            Ok(tx.find_profile(key.channel, &key.requester)?.unwrap().id)
        })
        .unwrap()
}

fn link(test: &TestStore, profile: ProfileId, who: u128) {
    let plan = Plan {
        events: Vec::new(),
        effects: vec![Effect::SetAccountLink {
            profile,
            link: Some(AccountLink {
                person: person(who),
                linked_at: NOW,
            }),
        }],
    };
    let linked = test.store.write_blocking(move |tx| tx.apply(&plan));
    let _applied = linked.unwrap();
}

fn linked_to(test: &TestStore, profile: ProfileId) -> Option<PersonId> {
    test.store
        .read_blocking(move |conn| conn.find_account_link(profile))
        .unwrap()
        .map(|link| link.person)
}

#[test]
fn l_5_a_link_is_found_only_while_user_number_and_profile_agree() {
    let test = open_store();
    save(&test, 1, user(Some(1)));
    save(&test, 2, user(None));
    let profile = bind(&test, 1);
    assert_eq!(linked_to(&test, profile), None);
    link(&test, profile, 1);
    assert_eq!(linked_to(&test, profile), Some(person(1)));
    // An agent says that the number is somebody else's.
    bind(&test, 2);
    assert_eq!(linked_to(&test, profile), None);
    bind(&test, 1);
    assert_eq!(linked_to(&test, profile), Some(person(1)));
    // The user has another mobile phone, or is no user any more.
    save(&test, 1, user(Some(9)));
    assert_eq!(linked_to(&test, profile), None);
    let consumer = PersonDetails {
        kind: PersonKind::Consumer,
        ..user(Some(1))
    };
    save(&test, 1, consumer);
    assert_eq!(linked_to(&test, profile), None);
}

#[test]
fn l_16_a_deleted_user_leaves_no_link_and_no_pin() {
    let test = open_store();
    save(&test, 1, user(Some(1)));
    let profile = bind(&test, 1);
    link(&test, profile, 1);
    set_pin(&test, 1);
    let deleted = test.store.write_blocking(|tx| {
        let state = tx.load_person_state(person(1))?;
        tx.apply(&plan_person_deletion(&state, ctx(), &mut Fresh).unwrap())
    });
    let _applied = deleted.unwrap();
    assert_eq!(linked_to(&test, profile), None);
    let (links, verification) = test
        .store
        .read_blocking(|conn| {
            Ok((
                conn.list_links_of(person(1))?,
                conn.find_verification(person(1))?,
            ))
        })
        .unwrap();
    assert!(links.is_empty() && verification.is_none());
}

fn set_pin(test: &TestStore, who: u128) {
    let set = test.store.write_blocking(move |tx| {
        let state = tx.load_verification_state(person(who))?;
        tx.apply(&plan_pin(&state, "a hash".to_owned(), false, ctx(), &mut Fresh).unwrap())
    });
    let _applied = set.unwrap();
}

fn lock(test: &TestStore, who: u128, at: UtcMillis) {
    let locked = test.store.write_blocking(move |tx| {
        let VerificationState {
            mut verification, ..
        } = tx.load_verification_state(person(who))?;
        verification.lockout = Lockout::default().failed(at).failed(at).failed(at);
        let effects = vec![Effect::SetVerification {
            person: person(who),
            verification: Box::new(verification),
        }];
        tx.apply(&Plan {
            events: Vec::new(),
            effects,
        })
    });
    let _applied = locked.unwrap();
}

#[test]
fn l_10_the_locked_are_listed_until_their_lock_ends_also_after_opening_anew() {
    let test = open_store();
    for who in 1..=3 {
        save(&test, who, user(None));
        set_pin(&test, who);
    }
    let hour = Millis::minutes(60);
    lock(&test, 1, NOW + hour);
    lock(&test, 2, NOW);
    let listed = |store: &tern_store::Store, at: UtcMillis| {
        let list = store.read_blocking(move |conn| conn.list_locked(at, 10));
        let people: Vec<PersonId> = list.unwrap().into_iter().map(|(it, _)| it).collect();
        people
    };
    test.store.close();
    let store = tern_store::Store::open(&support::config(test.folder.path())).unwrap();
    assert_eq!(listed(&store, NOW), [person(2), person(1)]);
    assert_eq!(listed(&store, NOW + Lockout::LASTS), [person(1)]);
    assert_eq!(listed(&store, NOW + Lockout::LASTS + hour), []);
}

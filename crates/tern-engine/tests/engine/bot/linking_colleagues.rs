//! What colleagues do about proofs by text: a number that they gave to somebody, a lock that they end.

use tern_domain::verification::VerificationChange;
use tern_domain::{
    Actor, Address, DirectoryContext, EventBody, IdentityAct, PersonId, UtcMillis, plan_identity,
};
use tern_engine::{Clock as _, EdgeIds, list_locked_numbers, unlock_number};
use uuid::Uuid;

use super::linking::{ASKS, FAILED, LINKED, LOCKED, PIN, WRONG_CODE};
use super::served::ME;
use crate::line::{ANNA, BEN, Line};

impl Line {
    async fn decides(&self, number: &str, act: IdentityAct) {
        let (clock, key) = (self.clock.clone(), Self::key(number));
        let _applied = self
            .store
            .write(move |tx| {
                let state = tx.load_identity_state(key.channel, &key.requester)?;
                let ctx = DirectoryContext {
                    agent: ME,
                    now: clock.now(),
                };
                let plan = plan_identity(&state, act, ctx, &mut EdgeIds::new(&*clock)).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap();
    }

    async fn locked_numbers(&self) -> Vec<(Address, UtcMillis)> {
        let now = self.now();
        let read = self.store.read(move |conn| list_locked_numbers(conn, now));
        read.await.unwrap()
    }

    /// Whether there was a lock to end.
    async fn unlocks(&self, number: &str) -> bool {
        let (clock, number) = (self.clock.clone(), Address::parse(number));
        let unlocked = self.store.write(move |tx| {
            let ctx = DirectoryContext {
                agent: ME,
                now: clock.now(),
            };
            unlock_number(tx, &number, ctx, &mut EdgeIds::new(&*clock))
        });
        unlocked.await.unwrap().is_some()
    }
}

#[tokio::test]
async fn p_13_who_was_told_by_a_colleague_that_the_number_is_not_theirs_cannot_prove_it_by_text() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "link my number", ASKS).await;
    line.says_and_gets(
        ANNA,
        "skip",
        "All right, I go on without knowing who you are.",
    )
    .await;
    let somebody_else = PersonId::new(Uuid::from_u128(0xbe11));
    let act = IdentityAct::Bind {
        person: somebody_else,
    };
    line.decides(ANNA, act).await;
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), FAILED).await;
    assert!(!line.is_linked(ANNA).await);
    assert_eq!(
        line.wrong_entries(&anna).await,
        0,
        "nothing of hers was tried"
    );
    // Once a colleague says that it is hers, the same entries do.
    line.decides(ANNA, IdentityAct::Bind { person: anna.id })
        .await;
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    assert!(line.is_linked(ANNA).await);
}

#[tokio::test]
async fn l_12_a_colleague_ends_the_lock_of_a_number_without_an_account() {
    let line = Line::with_linking().await;
    assert_eq!(line.locked_numbers().await, []);
    assert!(!line.unlocks(BEN).await);
    for answer in [FAILED, FAILED] {
        line.tries(BEN, PIN, WRONG_CODE, answer).await;
    }
    assert_eq!(line.locked_numbers().await, [], "two are not yet a lock");
    assert!(!line.unlocks(BEN).await, "and nothing to end");
    line.tries(BEN, PIN, WRONG_CODE, LOCKED).await;
    let locked = line.locked_numbers().await;
    assert_eq!(locked.len(), 1);
    assert_eq!(locked[0].0.as_str(), BEN);
    assert!(locked[0].1 > line.now());
    line.says_and_gets(BEN, "link my number", LOCKED).await;

    assert!(line.unlocks(BEN).await);
    assert_eq!(line.locked_numbers().await, []);
    let change = VerificationChange::Unlocked;
    let key = Line::key(BEN);
    let told = line.store.read(move |conn| {
        let conversation = conn.find_conversation(&key)?.unwrap();
        conn.list_timeline(conversation, None, 500)
    });
    let ended = EventBody::VerificationChanged { change };
    let told = told.await.unwrap();
    let by: Vec<Actor> = told
        .into_iter()
        .filter(|event| event.body == ended)
        .map(|event| event.actor)
        .collect();
    assert_eq!(by, [Actor::Agent(ME)], "the timeline says who ended it");
    // They begin anew: three more lock again.
    for answer in [FAILED, FAILED, LOCKED] {
        line.tries(BEN, PIN, WRONG_CODE, answer).await;
    }
}

//! L-3 … L-16: proving by text who somebody is, and the attacks on it.

use serde_json::json;
use tern_domain::bot::HIDDEN_ANSWER;
use tern_domain::topic::{SetupTopic, VirtualAgent};
use tern_domain::verification::{
    Authenticator, AuthenticatorSecret, Elevation, OneTimeCode, Verification,
};
use tern_domain::{
    DirectoryContext, Effect, EventBody, Person, PersonDetails, PersonId, PersonKind, PhoneNumber,
    Plan, UtcMillis, plan_person_gone,
};
use tern_engine::{Clock as _, EdgeIds};
use tern_store::{StoreError, WriteTx, hash_pin};
use uuid::Uuid;

use super::served::{ME, settings, topic, topics};
use crate::line::{ANNA, BEN, CHEAP, Line, until};

pub(crate) const PIN: &str = "739164";
pub(crate) const WRONG_PIN: &str = "739165";
/// Never right: the secrets of these tests do not come to it in these years.
pub(crate) const WRONG_CODE: &str = "000000";
pub(crate) const ASKS: &str = "What is your six-digit PIN? I take it out of this conversation at once. Write SKIP to go on without it.";
pub(crate) const HEARD: &str =
    "Thank you. Which six-digit code does your authenticator app show now?";
pub(crate) const LINKED: &str = "Thank you. I know who you are until this conversation ends. Write logout when you want me to forget it.";
pub(crate) const FAILED: &str = "That did not fit, so I go on without knowing who you are. Ask me anything that is for everybody, or write agent to talk to a person.";
pub(crate) const LOCKED: &str = "There were too many wrong tries, so nobody can sign in from this number for a day. Everything that is for everybody is still here. Write \"reset my pin\" and a colleague helps you.";
pub(crate) const LOST: &str = "I do not know any more for sure who you are, so I have stopped here. Ask me anything that is for everybody, or write agent to talk to a person.";
const LOGGED_OUT: &str = "You are logged out: this number is linked to no account, and notifications are off. Ask me anything that is for everybody.";
const CLUB: &str = "Welcome to the club.";

pub(crate) fn with_linking() -> VirtualAgent {
    let mut agent = settings();
    let parts = [SetupTopic::LinkAccount, SetupTopic::ResetVerification];
    agent.chat.includes.extend(parts);
    agent
}

fn club() -> tern_domain::topic::TopicFile {
    topic(
        "club",
        json!({ "roles": ["verified"], "nodes": [
            { "id": "say", "kind": "sayText", "text": CLUB, "next": "ask" },
            { "id": "ask", "kind": "askText", "variable": "wish", "prompt": "What do you wish?", "next": "end" },
            { "id": "end", "kind": "sayText", "text": "You wish {{ wish }}." }
        ]}),
    )
}

/// Somebody who was enrolled in the app.
pub(crate) struct Enrolled {
    pub(crate) id: PersonId,
    secret: AuthenticatorSecret,
}

impl Line {
    pub(crate) async fn with_linking() -> Self {
        let line = Self::start().await;
        let files = topics().into_iter().chain([club()]).collect();
        line.serve(with_linking(), files).await;
        line
    }

    /// A user with this mobile phone, PIN and authenticator.
    pub(crate) async fn enrol(&self, number: &str, id: u128) -> Enrolled {
        self.enrol_with(number, id, true).await
    }

    /// The same without an authenticator.
    pub(crate) async fn enrol_pin_only(&self, number: &str, id: u128) -> Enrolled {
        self.enrol_with(number, id, false).await
    }

    async fn enrol_with(&self, number: &str, id: u128, has_app: bool) -> Enrolled {
        let secret = AuthenticatorSecret::new(&[u8::try_from(id).unwrap(); 20]);
        let person = Person {
            id: PersonId::new(Uuid::from_u128(0xa11a_0000 + id)),
            details: PersonDetails {
                kind: PersonKind::User,
                name: "Anna".to_owned(),
                mobile_phone: Some(PhoneNumber::parse(number).unwrap()),
                ..PersonDetails::default()
            },
        };
        let id = person.id;
        let sealed = self.store.authenticators().seal(id, &secret).unwrap();
        let verification = Verification {
            pin: Some(hash_pin(&PIN.to_owned().into(), CHEAP).unwrap()),
            authenticator: has_app.then_some(Authenticator {
                sealed,
                since: UtcMillis(0),
                last_step: 0,
            }),
            ..Verification::default()
        };
        let effects = vec![
            Effect::SetPerson(Box::new(person)),
            Effect::SetVerification {
                person: id,
                verification: Box::new(verification),
            },
        ];
        let plan = Plan {
            events: Vec::new(),
            effects,
        };
        let _applied = self.store.write(move |tx| tx.apply(&plan)).await.unwrap();
        Enrolled { id, secret }
    }

    pub(crate) fn code(&self, of: &Enrolled) -> OneTimeCode {
        of.secret.code_at(self.now()).unwrap()
    }

    pub(crate) async fn says_and_gets(&self, from: &str, body: &str, wanted: &str) {
        self.next_second().await;
        let before = self.received_by(from).await.len();
        self.text(from, body).await;
        until(&format!("“{wanted}” after a text"), async || {
            let shown = self.received_by(from).await;
            (shown.len() > before && shown.last()? == wanted).then_some(())
        })
        .await;
    }

    /// A whole try, from the words that ask for it to the answer to the code.
    pub(crate) async fn tries(&self, from: &str, pin: &str, code: &str, wanted: &str) {
        self.says_and_gets(from, "link my number", ASKS).await;
        self.says_and_gets(from, pin, HEARD).await;
        self.says_and_gets(from, code, wanted).await;
    }

    pub(crate) async fn elevation(&self, from: &str) -> Elevation {
        let id = self.latest_of(from).await.unwrap().id;
        let read = self.store.read(move |conn| conn.find_elevation(id)).await;
        read.unwrap()
    }

    pub(crate) async fn wrong_entries(&self, of: &Enrolled) -> usize {
        let id = of.id;
        let read = self.store.read(move |conn| conn.find_verification(id));
        read.await.unwrap().unwrap().lockout.wrong.len()
    }

    pub(crate) async fn is_linked(&self, from: &str) -> bool {
        let key = Self::key(from);
        let read = self.store.read(move |conn| {
            let profile = conn.find_profile(key.channel, &key.requester)?;
            profile.map_or(Ok(None), |profile| conn.find_account_link(profile.id))
        });
        read.await.unwrap().is_some()
    }
}

#[tokio::test]
async fn l_3_pin_and_code_link_the_number_and_are_kept_nowhere() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    let bodies = line.bodies(ANNA).await;
    let hidden = bodies.iter().filter(|body| *body == HIDDEN_ANSWER).count();
    assert_eq!(hidden, 2, "{bodies:?}");
    let thread = line.thread(ANNA).await;
    let mut notes = thread.iter().filter(|it| it.body.as_str() == HIDDEN_ANSWER);
    assert!(notes.all(|it| it.masked == ["PIN entry"]));
    assert!(line.is_linked(ANNA).await);
    assert_eq!(line.elevation(ANNA).await.proven.unwrap().person, anna.id);
    assert_eq!(line.interaction().await.opened_for, Some(anna.id));
    let events = line.events(ANNA).await;
    let linked = EventBody::AccountLinked { person: anna.id };
    assert!(events.contains(&linked), "the timeline tells it");
    let session = line.session(line.interaction().await.id).await.unwrap();
    assert!(session.verified && session.roles.contains(&"verified".to_owned()));
    let stored = serde_json::to_string(&session).unwrap();
    assert!(!stored.contains(PIN) && !stored.contains(code.expose()));
}

#[tokio::test]
async fn l_4_a_topic_that_is_not_for_guests_asks_first_and_l_16_logout_takes_it_away() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "club", ASKS).await;
    line.says_and_gets(ANNA, PIN, HEARD).await;
    let code = line.code(&anna);
    line.says_and_gets(ANNA, code.expose(), "What do you wish?")
        .await;
    line.says_and_gets(ANNA, "tea", "You wish tea.").await;
    line.says_and_gets(ANNA, "club", "What do you wish?").await;
    line.says_and_gets(ANNA, "logout", "Write \"link my number\" to link it again.")
        .await;
    let shown = line.received_by(ANNA).await;
    assert_eq!(shown[shown.len() - 2], LOGGED_OUT);
    assert!(!line.is_linked(ANNA).await);
    assert_eq!(line.elevation(ANNA).await.proven, None);
    line.says_and_gets(ANNA, "club", ASKS).await;
}

#[tokio::test]
async fn l_3_nobody_learns_from_the_texts_what_was_wrong_or_whether_there_is_an_account() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let code = line.code(&anna);
    line.tries(ANNA, WRONG_PIN, code.expose(), FAILED).await;
    line.tries(ANNA, PIN, WRONG_CODE, FAILED).await;
    line.tries(BEN, WRONG_PIN, WRONG_CODE, FAILED).await;
    line.tries(BEN, PIN, WRONG_CODE, FAILED).await;
    assert_eq!(line.wrong_entries(&anna).await, 2, "one a try");
    for number in [ANNA, BEN] {
        line.tries(number, PIN, WRONG_CODE, LOCKED).await;
        line.says_and_gets(number, "link my number", LOCKED).await;
    }
    let shown = |texts: Vec<String>| texts.into_iter().skip(1).collect::<Vec<_>>();
    assert_eq!(
        shown(line.received_by(ANNA).await),
        shown(line.received_by(BEN).await)
    );
    let locked = EventBody::ProofFailed { is_locked: true };
    assert!(line.events(ANNA).await.contains(&locked));
}

#[tokio::test]
async fn l_5_guessing_from_other_numbers_neither_proves_nor_locks() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let strangers = ["+14155550131", "+14155550132"];
    for stranger in strangers {
        line.control("POST", "/sim/handsets", json!({ "e164": stranger }))
            .await;
        line.text(stranger, "hi").await;
        line.bot_wrote(stranger, 1).await;
        for answer in [FAILED, FAILED, LOCKED] {
            let code = line.code(&anna);
            line.tries(stranger, PIN, code.expose(), answer).await;
        }
    }
    assert_eq!(line.wrong_entries(&anna).await, 0);
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
}

#[tokio::test]
async fn l_14_a_code_is_taken_once_and_is_nobody_elses() {
    let line = Line::with_linking().await;
    let (anna, ben) = (line.enrol(ANNA, 1).await, line.enrol(BEN, 2).await);
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    line.says_and_gets(ANNA, "logout", "Write \"link my number\" to link it again.")
        .await;
    line.tries(ANNA, PIN, code.expose(), FAILED).await;
    let of_another = line.code(&anna);
    line.tries(BEN, PIN, of_another.expose(), FAILED).await;
    let own = line.code(&ben);
    line.tries(BEN, PIN, own.expose(), LINKED).await;
}

#[tokio::test]
async fn l_12_a_lock_holds_over_a_restart_and_a_clock_set_forward_and_ends_by_itself() {
    let mut line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    for answer in [FAILED, FAILED, LOCKED] {
        line.tries(ANNA, PIN, WRONG_CODE, answer).await;
    }
    line.stop_engine().await;
    line.crash().await;
    line.start_engine();
    line.says_and_gets(ANNA, "link my number", LOCKED).await;
    // Somebody sets this computer's clock back; forward, and the carrier's time is what counts.
    line.clock.advance(-48 * 3_600_000);
    line.says_and_gets(ANNA, "link my number", LOCKED).await;
    line.clock.advance(48 * 3_600_000 + 30 * 60_000);
    line.says_and_gets(ANNA, "link my number", LOCKED).await;
    line.clock.advance(-30 * 60_000);
    line.time_passes(25 * 3_600_000).await;
    line.says_and_gets(ANNA, "link my number", ASKS).await;
    assert_eq!(line.wrong_entries(&anna).await, 0);
}

#[tokio::test]
async fn l_12_who_is_locked_elsewhere_is_a_guest_at_once() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "club", ASKS).await;
    line.says_and_gets(ANNA, PIN, HEARD).await;
    let code = line.code(&anna);
    line.says_and_gets(ANNA, code.expose(), "What do you wish?")
        .await;
    let (id, now) = (anna.id, line.now());
    let lock = move |tx: &mut WriteTx<'_>| -> Result<(), StoreError> {
        let mut verification = tx.find_verification(id)?.unwrap_or_default();
        for _ in 0..3 {
            verification.lockout = verification.lockout.failed(now);
        }
        let effect = Effect::SetVerification {
            person: id,
            verification: Box::new(verification),
        };
        let plan = Plan {
            events: Vec::new(),
            effects: vec![effect],
        };
        tx.apply(&plan).map(|_| ())
    };
    line.store.write(lock).await.unwrap();
    line.next_second().await;
    line.text(ANNA, "a pony").await;
    until("the end of what is not for guests", async || {
        let shown = line.received_by(ANNA).await;
        shown.iter().any(|text| text == LOST).then_some(())
    })
    .await;
    let shown = line.received_by(ANNA).await;
    assert!(!shown.contains(&"You wish a pony.".to_owned()), "{shown:?}");
}

#[tokio::test]
async fn l_15_a_deleted_user_with_a_live_link_is_a_guest() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let code = line.code(&anna);
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    let (clock, key, id) = (line.clock.clone(), Line::key(ANNA), anna.id);
    let _applied = line
        .store
        .write(move |tx| {
            let state = tx.load_identity_state(key.channel, &key.requester)?;
            let ctx = DirectoryContext {
                agent: ME,
                now: clock.now(),
            };
            let mut plan = plan_person_gone(&state, id, ctx, &mut EdgeIds::new(&*clock));
            plan.effects.push(Effect::RemovePerson(id));
            tx.apply(&plan)
        })
        .await
        .unwrap();
    line.says_and_gets(ANNA, "club", ASKS).await;
    line.says_and_gets(ANNA, PIN, HEARD).await;
    line.says_and_gets(ANNA, line.code(&anna).expose(), FAILED)
        .await;
    assert!(!line.is_linked(ANNA).await);
}

#[tokio::test]
async fn l_14_an_entry_that_a_crash_took_is_asked_for_again() {
    let mut line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "link my number", ASKS).await;
    line.next_second().await;
    line.text(ANNA, PIN).await;
    line.crash().await;
    line.start_engine();
    // Heard before the crash, or asked for again: in both cases nothing is lost and nothing was counted.
    let next = until("the next question", async || {
        let shown = line.received_by(ANNA).await;
        let asked = shown.iter().filter(|text| *text == ASKS).count();
        (asked > 1 || shown.last()? == HEARD).then_some(asked)
    })
    .await;
    if next > 1 {
        line.says_and_gets(ANNA, PIN, HEARD).await;
    }
    line.says_and_gets(ANNA, line.code(&anna).expose(), LINKED)
        .await;
    assert_eq!(line.wrong_entries(&anna).await, 0);
}

#[tokio::test]
async fn v_20_a_secret_that_is_sent_twice_is_not_the_answer_to_the_next_question() {
    let line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "club", ASKS).await;
    line.says_and_gets(ANNA, PIN, HEARD).await;
    // The PIN once more is no code, and the code once more is no wish.
    line.next_second().await;
    line.text(ANNA, PIN).await;
    let code = line.code(&anna);
    line.says_and_gets(ANNA, code.expose(), "What do you wish?")
        .await;
    line.next_second().await;
    line.text(ANNA, code.expose()).await;
    line.says_and_gets(ANNA, "tea", "You wish tea.").await;
    let bodies = line.bodies(ANNA).await;
    let hidden = bodies.iter().filter(|body| *body == HIDDEN_ANSWER).count();
    assert_eq!(hidden, 4, "{bodies:?}");
}

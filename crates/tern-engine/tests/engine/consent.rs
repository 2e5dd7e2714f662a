//! STOP, START and what is almost one of them, on the running engine: the carrier's block, the record, the races.

use serde_json::json;
use tern_domain::schedule::UndoHold;
use tern_domain::subscription::{
    Consent, ConsentChange, Line as Said, StopQuestion, plan_stop_answer, stop_question,
};
use tern_domain::verification::AccountLink;
use tern_domain::{
    AgentId, DeliveryStatus, DirectoryContext, Effect, Handler, IdentityAct, OutboxState, Person,
    PersonDetails, PersonId, PersonKind, PhoneNumber, Plan, ProfileId, SendRefusal, cannot_send,
    plan_identity,
};
use tern_engine::{Clock as _, EdgeIds};
use uuid::Uuid;

use crate::bot::HELLO;
use crate::line::{ANNA, Line, until};

const ME: AgentId = AgentId::new(Uuid::from_u128(7));

impl Line {
    /// The record of consent, oldest first.
    async fn consents(&self, requester: &str) -> Vec<Consent> {
        let Some(id) = self.conversation(requester).await else {
            return Vec::new();
        };
        let found = self.store.read(move |conn| conn.list_consents(id, 100));
        let mut newest_first = found.await.unwrap();
        newest_first.reverse();
        newest_first
    }

    async fn changes(&self, requester: &str) -> Vec<ConsentChange> {
        let record = self.consents(requester).await;
        record.into_iter().map(|consent| consent.change).collect()
    }

    async fn question_about(&self, text: &str) -> StopQuestion {
        until(&format!("a question about “{text}”"), async || {
            let mut newest_first = self.consents(ANNA).await;
            newest_first.reverse();
            stop_question(&newest_first)
        })
        .await
    }

    /// A user's number, bound and linked as linking by text leaves it.
    pub(crate) async fn link(&self, requester: &str) -> (ProfileId, PersonId) {
        let person = Person {
            id: PersonId::new(Uuid::from_u128(0xa11a)),
            details: PersonDetails {
                kind: PersonKind::User,
                name: "Anna".to_owned(),
                mobile_phone: Some(PhoneNumber::parse(requester).unwrap()),
                ..PersonDetails::default()
            },
        };
        let id = person.id;
        let set = Plan {
            events: Vec::new(),
            effects: vec![Effect::SetPerson(Box::new(person))],
        };
        let _applied = self.store.write(move |tx| tx.apply(&set)).await.unwrap();
        // A text of theirs makes the profile.
        self.text(requester, "hello").await;
        let key = Self::key(requester);
        let profile = until("a profile", async || {
            let key = key.clone();
            let find = move |conn: &tern_store::ReadConn<'_>| {
                conn.find_profile(key.channel, &key.requester)
            };
            self.store.read(find).await.unwrap()
        })
        .await;
        let link = Plan {
            events: Vec::new(),
            effects: vec![Effect::SetAccountLink {
                profile: profile.id,
                link: Some(AccountLink {
                    person: id,
                    linked_at: self.now(),
                }),
            }],
        };
        let _applied = self.store.write(move |tx| tx.apply(&link)).await.unwrap();
        self.next_second().await;
        (profile.id, id)
    }

    /// An agent says that the number is nobody's.
    async fn give_to_nobody(&self, requester: &str) {
        let (key, clock) = (Self::key(requester), self.clock.clone());
        let _applied = self
            .store
            .write(move |tx| {
                let state = tx.load_identity_state(key.channel, &key.requester)?;
                let ctx = DirectoryContext {
                    agent: ME,
                    now: clock.now(),
                };
                let ids = &mut EdgeIds::new(&*clock);
                let plan = plan_identity(&state, IdentityAct::MakeGuest, ctx, ids).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap();
    }

    pub(crate) async fn wants(&self, profile: ProfileId) -> bool {
        let found = self.store.read(move |conn| conn.find_subscription(profile));
        found.await.unwrap().is_some_and(|it| it.is_on)
    }

    async fn hears(&self, said: Said) {
        until(said.words(), async || {
            let shown = self.received_by(ANNA).await;
            shown.iter().any(|it| it == said.words()).then_some(())
        })
        .await;
    }

    async fn blocked_becomes(&self, blocked: bool) {
        until(&format!("a block: {blocked}"), async || {
            (self.opted_out(ANNA).await == blocked).then_some(())
        })
        .await;
    }
}

/// Both refuse: the held one when STOP comes, the one on its way because the carrier says no.
#[tokio::test]
async fn s_7_what_waits_when_stop_comes_never_leaves_even_after_start() {
    let line = Line::start().await;
    line.is_online().await;
    let hold = UndoHold::seconds(30);
    let held = line.send_with(ANNA, "think twice", vec![], hold).await;
    line.text(ANNA, "STOP").await;
    line.blocked_becomes(true).await;
    let state = line.outbox_state(held).await;
    let OutboxState::Refused { refusal } = state else {
        panic!("{state:?}");
    };
    assert_eq!(refusal.code(), Some(21610), "refused in words");
    line.next_second().await;
    line.text(ANNA, "START").await;
    // The carrier answers START too.
    until("one line of ours", async || {
        let shown = line.received_by(ANNA).await;
        shown
            .iter()
            .any(|it| it == Said::NeedsAccount.words())
            .then_some(())
    })
    .await;
    line.clock.advance(31_000);
    let later = line.send(ANNA, "welcome back").await;
    line.delivery_becomes(later, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("think twice").await, 0);
    assert_eq!(
        line.changes(ANNA).await,
        [
            ConsentChange::Blocked { code: None },
            ConsentChange::Unblocked
        ]
    );
    let record = line.consents(ANNA).await;
    let stop = line.message(record[0].message_id.unwrap()).await;
    assert_eq!(stop.body.as_str(), "STOP", "by which text");
}

#[tokio::test]
async fn s_7_a_text_that_the_network_blocks_sets_the_block() {
    let line = Line::start().await;
    line.arm(json!({"kind": "delivery_failure", "error_code": 30004, "status": "undelivered"}))
        .await;
    let message_id = line.send(ANNA, "are you there?").await;
    line.delivery_becomes(message_id, DeliveryStatus::Undelivered)
        .await;
    line.blocked_becomes(true).await;
    let record = line.consents(ANNA).await;
    assert_eq!(
        record.last().map(|it| (it.change, it.message_id)),
        Some((
            ConsentChange::Blocked { code: Some(30004) },
            Some(message_id)
        ))
    );
}

#[tokio::test]
async fn s_2_notification_is_answered_with_and_without_the_virtual_agent_and_opens_nothing() {
    let line = Line::start().await;
    line.is_online().await;
    line.says(ANNA, "Notification", 1).await;
    line.phone_shows(ANNA, &[Said::IsOffForGuests.words()])
        .await;
    assert!(line.latest_of(ANNA).await.is_none(), "nobody has work");
    assert_eq!(line.unread(ANNA).await, 0);

    let line = Line::with_bot().await;
    line.says(ANNA, "notifications", 1).await;
    line.phone_shows(ANNA, &[Said::IsOffForGuests.words()])
        .await;
    assert!(line.latest_of(ANNA).await.is_none());
}

/// The whole way of somebody with an account: off until asked for, on by START, off by STOP, off for the next owner.
#[tokio::test]
async fn s_1_s_3_s_4_s_6_notifications_of_a_linked_number() {
    let line = Line::start().await;
    line.is_online().await;
    let (profile, person) = line.link(ANNA).await;
    line.text(ANNA, "notification").await;
    line.hears(Said::IsOff).await;
    line.next_second().await;
    line.text(ANNA, "START").await;
    line.hears(Said::TurnedOn).await;
    assert!(line.wants(profile).await);
    line.next_second().await;
    line.text(ANNA, "Notification!").await;
    line.hears(Said::IsOn).await;
    line.next_second().await;
    line.text(ANNA, "STOP").await;
    line.blocked_becomes(true).await;
    assert!(!line.wants(profile).await, "in the transaction of the text");
    line.next_second().await;
    line.text(ANNA, "UNSTOP").await;
    line.blocked_becomes(false).await;
    assert!(!line.wants(profile).await, "S-8: only START turns them on");
    line.next_second().await;
    line.text(ANNA, "START").await;
    until("notifications", async || {
        line.wants(profile).await.then_some(())
    })
    .await;

    line.give_to_nobody(ANNA).await;
    assert!(!line.wants(profile).await, "S-6, of {person}");
    let last = line.changes(ANNA).await.pop();
    assert_eq!(last, Some(ConsentChange::NotificationsReset));
}

#[tokio::test]
async fn s_7_info_gets_the_virtual_agents_list_besides_the_carriers_text() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    let wrote = {
        line.next_second().await;
        line.text(ANNA, "INFO").await;
        line.bot_wrote(ANNA, 3).await
    };
    assert_eq!(wrote[0], HELLO);
    assert!(wrote[2].contains("agent: talk to a person"), "{wrote:?}");
}

#[tokio::test]
async fn v_36_almost_stop_is_asked_about_and_a_yes_locks_the_composer_until_start() {
    let line = Line::start().await;
    line.is_online().await;
    line.text(ANNA, "stop please").await;
    let question = line.question_about("stop please").await;
    assert!(matches!(question, StopQuestion::Open { .. }));
    assert!(!line.opted_out(ANNA).await, "never guessed");
    assert!(line.unread(ANNA).await > 0);

    let (key, clock) = (Line::key(ANNA), line.clock.clone());
    let applied = line
        .store
        .write(move |tx| {
            let state = tx.load_conversation_state(&key, None)?;
            let ids = &mut EdgeIds::new(&*clock);
            let who = (ME, clock.now());
            let plan = plan_stop_answer(&state, Some(question), true, who, ids).unwrap();
            let _applied = tx.apply(&plan)?;
            tx.load_conversation_state(&key, None)
        })
        .await
        .unwrap();
    assert!(matches!(
        cannot_send(&applied, std::slice::from_ref(&applied.key.provider)),
        Some(SendRefusal::OptedOut { .. })
    ));
    line.control("POST", "/sim/clock/advance", json!({"ms": 60_000}))
        .await;
    line.text(ANNA, "START").await;
    line.blocked_becomes(false).await;
}

#[tokio::test]
async fn v_36_almost_stop_to_the_virtual_agent_is_told_how_and_feeds_no_topic() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    line.says(ANNA, "unsubscribe me", 3).await;
    let shown = line.received_by(ANNA).await;
    assert_eq!(shown.last().unwrap(), Said::HowToStop.words());
    assert!(matches!(
        line.question_about("unsubscribe me").await,
        StopQuestion::Open { .. }
    ));
    // The question about the size is still open, and the virtual agent goes on.
    line.says(ANNA, "1", 4).await;
    let wrote = line.bot_wrote(ANNA, 3).await;
    assert_eq!(wrote[2], "What is your name?");
    assert_eq!(line.interaction().await.handler, Handler::VirtualAgent);
}

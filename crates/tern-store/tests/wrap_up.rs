//! Wrap-ups in a real encrypted file: rows, lists, timers and notes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use support::{TestStore, key, open_store};
use tern_domain::wrap_up::{
    WrapUpAct, WrapUpCode, WrapUpConfiguration, WrapUpRules, WrapUpWork, plan_wrap_up,
    plan_wrap_up_due, plan_wrap_up_rules,
};
use tern_domain::{
    ActContext, Actor, AgentId, Authority, CarrierMessage, ConversationId, DeliveryStatus,
    Direction, IdSource, Interaction, InteractionAct, InteractionState, Millis, TimerPurpose,
    UtcMillis, WrapUpCodeId, WrapUpConfigurationId, plan_act, plan_arrival,
};
use tern_store::ConversationList;
use uuid::Uuid;

const NOW: UtcMillis = UtcMillis(1_700_000_000_000);

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0 << 32)
    }
}

fn agent() -> AgentId {
    AgentId::new(Uuid::from_u128(0xa))
}

fn code() -> WrapUpCodeId {
    WrapUpCodeId::new(Uuid::from_u128(0xc))
}

fn at(seconds: i64) -> UtcMillis {
    NOW + Millis::seconds(seconds)
}

fn context(now: UtcMillis) -> ActContext {
    ActContext {
        now,
        agent: agent(),
        authority: Authority::Agent,
    }
}

/// A minute, enforced, with one code, for everything.
fn rules() -> WrapUpRules {
    let id = WrapUpConfigurationId::new(Uuid::from_u128(0xe));
    WrapUpRules {
        configurations: vec![WrapUpConfiguration {
            enforced: true,
            default_code: Some(code()),
            ..WrapUpConfiguration::new(id, "All")
        }],
        codes: vec![WrapUpCode {
            id: code(),
            name: "Sold".to_owned(),
            active: true,
            description: String::new(),
        }],
        ..WrapUpRules::default()
    }
}

fn configure(test: &TestStore, rules: WrapUpRules) {
    test.store
        .write_blocking(move |tx| {
            let before = tx.load_wrap_up_rules()?;
            let seed = 900 + u128::from(before.version);
            let actor = Actor::Agent(agent());
            let plan = plan_wrap_up_rules(&before, rules, actor, NOW, &mut Counter(seed)).unwrap();
            tx.apply(&plan).map(drop)
        })
        .unwrap();
}

fn arrive(test: &TestStore, number: u64, now: UtcMillis) {
    test.store
        .write_blocking(move |tx| {
            let message = CarrierMessage {
                sid: support::sid(number),
                direction: Direction::Inbound,
                from: key(1).requester,
                to: key(1).provider.into(),
                body: "hello".into(),
                status: DeliveryStatus::Received,
                error_code: None,
                segments: 1,
                media_count: 0,
                created_at: now,
                sent_at: None,
                messaging_service_sid: None,
            };
            let state = tx.load_conversation_state(&key(1), Some(&message.sid))?;
            let ctx = tern_domain::ArrivalContext {
                now,
                live_since: Some(NOW),
                late_after: tern_domain::ArrivalContext::LATE_AFTER,
                bot_takes: false,
                command: None,
            };
            let ids = &mut Counter(u128::from(number) * 100);
            tx.apply(&plan_arrival(&state, &message, &ctx, ids))
                .map(drop)
        })
        .unwrap();
}

fn act(test: &TestStore, seed: u128, now: UtcMillis, act: InteractionAct) {
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state_to_end(&key(1), now)?;
            let plan = plan_act(&state, act, &context(now), &mut Counter(seed)).unwrap();
            tx.apply(&plan).map(drop)
        })
        .unwrap();
}

/// A text that was answered and ended at second 10: its wrap-up runs.
fn wrapping() -> TestStore {
    let test = open_store();
    configure(&test, rules());
    arrive(&test, 1, NOW);
    act(&test, 2000, at(5), InteractionAct::Take);
    act(&test, 3000, at(10), InteractionAct::Finish);
    test
}

fn conversation(test: &TestStore) -> ConversationId {
    test.store
        .read_blocking(|conn| Ok(conn.find_conversation(&key(1))?.unwrap()))
        .unwrap()
}

fn list(test: &TestStore) -> ConversationList {
    let id = conversation(test);
    test.store
        .read_blocking(move |conn| Ok(conn.load_conversation(id)?.list))
        .unwrap()
}

fn running(test: &TestStore) -> Vec<Interaction> {
    let id = conversation(test);
    test.store
        .read_blocking(move |conn| conn.list_wrapping_up(id))
        .unwrap()
}

fn work(test: &TestStore) -> WrapUpWork {
    let id = running(test)[0].id;
    test.store
        .read_blocking(move |conn| Ok(conn.find_wrap_up_work(id)?.unwrap()))
        .unwrap()
}

fn apply(test: &TestStore, plan: tern_domain::Plan) {
    test.store
        .write_blocking(move |tx| tx.apply(&plan).map(drop))
        .unwrap();
}

#[test]
fn w_1_what_is_configured_reads_back_and_an_empty_file_has_no_wrap_up() {
    let test = open_store();
    let read = || {
        test.store
            .read_blocking(|conn| conn.load_wrap_up_rules())
            .unwrap()
    };
    assert_eq!(read(), WrapUpRules::default());
    configure(&test, rules());
    assert_eq!(
        read(),
        WrapUpRules {
            version: 1,
            ..rules()
        }
    );
    arrive(&test, 1, NOW);
    let id = conversation(&test);
    let terms = test
        .store
        .read_blocking(move |conn| conn.find_wrap_up_terms(id, NOW))
        .unwrap();
    assert_eq!(terms.unwrap().codes[0].id, code());
}

#[test]
fn w_3_the_timer_is_stored_and_the_conversation_stays_in_ongoing_until_it_ends() {
    let test = wrapping();
    assert_eq!(list(&test), ConversationList::Ongoing);
    let due = |now| {
        let due = test
            .store
            .read_blocking(move |conn| conn.list_due_timers(now))
            .unwrap();
        due.into_iter()
            .filter(|timer| matches!(timer.purpose, TimerPurpose::WrapUpEnds { .. }))
            .count()
    };
    assert_eq!((due(at(69)), due(at(70))), (0, 1));
    let plan = plan_wrap_up_due(&work(&test), at(70), &mut Counter(4000));
    apply(&test, plan);
    assert_eq!(list(&test), ConversationList::Done);
    assert_eq!(due(at(9999)), 0);
    assert_eq!(running(&test), []);
    let open = test
        .store
        .read_blocking(|conn| conn.list_open_work())
        .unwrap();
    assert_eq!(open, []);
}

#[test]
fn w_6_and_q_9_the_item_of_a_wrap_up_counts_with_its_state() {
    let test = wrapping();
    let open = test
        .store
        .read_blocking(|conn| conn.list_open_work())
        .unwrap();
    assert_eq!(open[0].item.assignee, Some(agent()));
    assert_eq!(open[0].interaction_state, InteractionState::WrapUp);
}

#[test]
fn w_7_only_what_is_older_is_found_for_the_sweep() {
    let test = wrapping();
    let older = |than| {
        test.store
            .read_blocking(move |conn| conn.list_wrap_ups_older_than(than))
            .unwrap()
            .len()
    };
    assert_eq!((older(at(10)), older(at(11))), (0, 1));
}

#[test]
fn w_8_notes_are_kept_as_they_are_typed_until_the_segment_is_final() {
    let test = wrapping();
    let segment = running(&test)[0].wrap_up.as_ref().unwrap().segments[0].id;
    let keep = |notes: &'static str| {
        test.store
            .write_blocking(move |tx| tx.put_wrap_up_notes(segment, notes))
            .unwrap()
    };
    let notes = || {
        test.store
            .read_blocking(move |conn| conn.wrap_up_notes(segment))
            .unwrap()
    };
    assert_eq!(notes(), "");
    assert!(keep("wants a blue one"));
    // What happens to the interaction does not touch them.
    let choose = WrapUpAct::Choose(Some(code()));
    let plan = plan_wrap_up(&work(&test), choose, &context(at(20)), &mut Counter(5000));
    apply(&test, plan.unwrap());
    assert_eq!(notes(), "wants a blue one");
    let end = plan_wrap_up(
        &work(&test),
        WrapUpAct::End,
        &context(at(30)),
        &mut Counter(6000),
    );
    apply(&test, end.unwrap());
    assert!(!keep("too late"));
    assert_eq!(notes(), "wants a blue one");
}

#[test]
fn i_13_a_text_during_wrap_up_is_new_work_with_an_item_of_its_own() {
    let test = wrapping();
    arrive(&test, 2, at(20));
    assert_eq!(list(&test), ConversationList::New);
    let state = test
        .store
        .read_blocking(|conn| conn.load_conversation_state(&key(1), None))
        .unwrap();
    assert_eq!(state.work.len(), 1, "not that of the wrap-up");
    assert_eq!(
        state.latest_interaction.unwrap().previous_interaction,
        Some(running(&test)[0].id)
    );
    // The second is closed at once: somebody still has to wrap the first one up.
    configure(&test, WrapUpRules::default());
    act(&test, 7000, at(25), InteractionAct::Finish);
    assert_eq!(list(&test), ConversationList::Ongoing);
    let end = plan_wrap_up(
        &work(&test),
        WrapUpAct::End,
        &context(at(30)),
        &mut Counter(8000),
    );
    apply(&test, end.unwrap());
    assert_eq!(list(&test), ConversationList::Done);
}

//! The smaller tables: journal, drafts, pictures, timers, documents, history.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{TestStore, answer, arrival, history, key, message_id, open_store, sid, storing};
use tern_domain::{
    ConversationId, Effect, MediaId, MessagePosition, MessageText, NewMessage, Plan, Timer,
    TimerId, TimerPurpose, UtcMillis,
};
use tern_store::{
    JournalSource, MediaOwner, MediaRow, MediaState, RawArrival, SettingName, StoreError, SyncName,
};
use uuid::Uuid;

const THEN: UtcMillis = UtcMillis(1_600_000_000_000);

fn conversation(test: &TestStore) -> ConversationId {
    test.store
        .write_blocking(|tx| tx.ensure_conversation(&key(1)))
        .unwrap()
}

fn raw(number: u64) -> RawArrival {
    RawArrival {
        source: JournalSource::List,
        sid: Some(sid(number).to_string()),
        received_at: THEN,
        json: format!("{{\"n\":{number}}}"),
    }
}

#[test]
fn the_journal_keeps_what_came_in_until_it_is_done_or_set_aside() {
    let test = open_store();
    let ids = test
        .store
        .write_blocking(|tx| tx.journal_arrivals(&[raw(1), raw(2), raw(3)]))
        .unwrap();
    let (done, odd) = (ids[0], ids[1]);
    test.store
        .write_blocking(move |tx| {
            tx.finish_journal(&[done])?;
            tx.set_journal_aside(odd, "no date")
        })
        .unwrap();
    let waiting = || {
        test.store
            .read_blocking(|conn| conn.list_unfinished_journal(None, 10))
            .unwrap()
    };
    let left: Vec<_> = waiting().into_iter().map(|entry| entry.arrival).collect();
    assert_eq!(left, [raw(3)]);
    test.store
        .write_blocking(|tx| tx.retry_set_aside_journal())
        .unwrap();
    assert_eq!(waiting().len(), 2);
    let next = test
        .store
        .write_blocking(|tx| tx.journal_arrivals(&[raw(4)]))
        .unwrap();
    assert!(next[0] > ids[2], "numbers are not used again");
}

fn picture(number: u128, owner: MediaOwner, ordinal: u32) -> MediaRow {
    MediaRow {
        id: MediaId::new(Uuid::from_u128(number)),
        owner,
        ordinal,
        sid: None,
        state: MediaState::Image,
        content_type: Some("image/png".to_owned()),
        size: Some(3),
        width: Some(1),
        height: Some(1),
        file_name: Some("cat.png".to_owned()),
        note: None,
    }
}

#[test]
fn a_drafts_pictures_go_with_the_text_and_come_back_with_it() {
    let test = open_store();
    let id = conversation(&test);
    let one = picture(1, MediaOwner::Draft(id), 0);
    let stored = one.clone();
    test.store
        .media(move |files| files.write(stored.id, b"png"))
        .wait()
        .unwrap();
    let stored = one.clone();
    test.store
        .write_blocking(move |tx| {
            tx.save_draft(id, &MessageText::new("see this"), THEN)?;
            tx.put_media(&stored)
        })
        .unwrap();
    let draft = move |test: &TestStore| {
        let found = test.store.read_blocking(move |conn| {
            let row = conn.load_conversation(id)?;
            Ok((conn.find_draft(id)?, row.has_draft))
        });
        found.unwrap()
    };
    let (found, is_marked) = draft(&test);
    let found = found.unwrap();
    assert_eq!(found.body.as_str(), "see this");
    assert_eq!(found.media, std::slice::from_ref(&one));
    assert!(is_marked);

    let mut text = answer(9, 1, "see this");
    text.media = vec![one.id];
    text.media_count = 1;
    let plan = storing([text]);
    test.store
        .write_blocking(move |tx| {
            let _applied = tx.apply(&plan)?;
            tx.clear_draft(id)
        })
        .unwrap();
    assert_eq!(draft(&test), (None, false));
    let row = test
        .store
        .read_blocking(|conn| conn.find_message(message_id(9)))
        .unwrap()
        .unwrap();
    assert_eq!(row.media[0].owner, MediaOwner::Message(message_id(9)));

    test.store
        .write_blocking(move |tx| tx.give_media_to_draft(message_id(9), id))
        .unwrap();
    assert!(draft(&test).1);
    let media = one.id;
    let file = test
        .store
        .read_blocking(move |conn| conn.load_media_file(media))
        .unwrap()
        .unwrap();
    assert_eq!(
        (file.content_type.as_str(), &*file.bytes),
        ("image/png", &b"png"[..])
    );
    test.store
        .write_blocking(move |tx| tx.delete_media(media))
        .unwrap();
    assert_eq!(draft(&test), (None, false));
    let file = test
        .store
        .read_blocking(move |conn| conn.load_media_file(media))
        .unwrap();
    assert!(file.is_none());
}

#[test]
fn the_pictures_of_a_page_are_those_of_its_texts_in_their_order() {
    let test = open_store();
    let texts: Vec<_> = [(1, 2), (2, 0), (3, 1), (4, 1)]
        .into_iter()
        .map(|(number, media_count)| NewMessage {
            media_count,
            ..arrival(number, 1, "see this")
        })
        .collect();
    let mut plan = storing(texts);
    plan.effects.push(Effect::FetchMedia {
        message_id: message_id(3),
        sid: sid(3),
    });
    let of = |text| MediaOwner::Message(message_id(text));
    // As they happen to be fetched, and one that no page asks for.
    let media = [
        picture(5, of(1), 1),
        picture(6, of(1), 0),
        picture(7, of(4), 0),
    ];
    let stored = media.clone();
    let found = test
        .store
        .write_blocking(move |tx| {
            let _applied = tx.apply(&plan)?;
            stored.iter().try_for_each(|medium| tx.put_media(medium))?;
            tx.list_media_of_page(&[1, 2, 3, 99].map(MessagePosition))
        })
        .unwrap();
    let mut places: Vec<_> = found.keys().map(|position| position.0).collect();
    places.sort_unstable();
    assert_eq!(places, [1, 3]);
    let [first, third] = [1, 3].map(|place| &found[&MessagePosition(place)]);
    assert_eq!((first.message_id, first.media_count), (message_id(1), 2));
    assert_eq!(first.media, [media[1].clone(), media[0].clone()]);
    assert!(!first.awaits_media);
    assert_eq!(
        (third.media.len(), third.media_count, third.awaits_media),
        (0, 1, true)
    );
    let none = test
        .store
        .read_blocking(|conn| conn.list_media_of_page(&[]))
        .unwrap();
    assert!(none.is_empty());
}

#[test]
fn media_to_fetch_are_due_at_once_and_then_when_they_were_put_off_to() {
    let test = open_store();
    let plan = Plan {
        events: Vec::new(),
        effects: vec![
            Effect::StoreMessage(arrival(1, 1, "")),
            Effect::FetchMedia {
                message_id: message_id(1),
                sid: sid(1),
            },
        ],
    };
    let _applied = test
        .store
        .write_blocking(move |tx| tx.apply(&plan))
        .unwrap();
    let due = |now: i64| {
        test.store
            .read_blocking(move |conn| conn.list_pending_media(UtcMillis(now), 10))
            .unwrap()
    };
    assert_eq!(due(0)[0].sid, sid(1));
    test.store
        .write_blocking(|tx| tx.postpone_media(message_id(1), UtcMillis(500)))
        .unwrap();
    assert!(due(499).is_empty());
    assert_eq!(due(500)[0].attempts, 1);
    test.store
        .write_blocking(|tx| tx.finish_media(message_id(1)))
        .unwrap();
    assert!(due(i64::MAX).is_empty());
}

#[test]
fn timers_come_due_oldest_first_and_arming_again_replaces() {
    let test = open_store();
    let timer = |number: u128, due_at: i64| Timer {
        id: TimerId::new(Uuid::from_u128(number)),
        due_at: UtcMillis(due_at),
        purpose: TimerPurpose::HeldSend {
            message_id: message_id(1),
        },
    };
    let plan = Plan {
        events: Vec::new(),
        effects: vec![
            Effect::ArmTimer(timer(1, 300)),
            Effect::ArmTimer(timer(2, 200)),
            Effect::ArmTimer(timer(1, 100)),
            Effect::ArmTimer(timer(3, 900)),
            Effect::CancelTimer(timer(3, 0).id),
        ],
    };
    let _applied = test
        .store
        .write_blocking(move |tx| tx.apply(&plan))
        .unwrap();
    let (next, due) = test
        .store
        .read_blocking(|conn| {
            Ok((
                conn.next_timer_at()?,
                conn.list_due_timers(UtcMillis(1000))?,
            ))
        })
        .unwrap();
    assert_eq!(next, Some(UtcMillis(100)));
    assert_eq!(due, [timer(1, 100), timer(2, 200)]);
}

#[test]
fn documents_are_replaced_whole_and_another_shape_is_an_error_not_a_panic() {
    let test = open_store();
    let found = test
        .store
        .write_blocking(|tx| {
            tx.put_setting(SettingName("app"), &json!({ "theme": "dark" }))?;
            tx.put_setting(SettingName("app"), &json!({ "theme": "light" }))?;
            tx.put_sync_state(SyncName("app"), &7)?;
            let missing: Option<Value> = tx.find_sync_state(SyncName("other"))?;
            assert_eq!(missing, None);
            tx.find_setting::<Value>(SettingName("app"))
        })
        .unwrap();
    assert_eq!(found, Some(json!({ "theme": "light" })));
    assert!(matches!(
        test.store
            .read_blocking(|conn| conn.find_setting::<u32>(SettingName("app"))),
        Err(StoreError::Decode { .. })
    ));
}

#[test]
fn importing_the_past_again_changes_nothing_and_disturbs_nobody() {
    let test = open_store();
    let page: Vec<_> = (1..=40_u64)
        .map(|number| {
            let at = UtcMillis(THEN.0 - i64::try_from(number).unwrap() * 60_000);
            history(number, u32::try_from(number % 3).unwrap(), "long ago", at)
        })
        .collect();
    let import = |page: Vec<_>| {
        test.store
            .write_blocking(move |tx| tx.import_history(&page))
            .unwrap()
    };
    assert_eq!(import(page.clone()), 40);
    assert_eq!(import(page.clone()), 0);
    assert_eq!(
        import(page[10..].iter().chain(&page[..5]).cloned().collect()),
        0
    );
    let counts = test.store.read_blocking(|conn| conn.counts()).unwrap();
    assert_eq!(counts, tern_store::ListCounts::default());
}

#[test]
fn s_7_a_stop_of_the_past_still_blocks() {
    let test = open_store();
    let at = |minutes: i64| UtcMillis(THEN.0 + minutes * 60_000);
    let opt_out = || {
        test.store
            .write_blocking(|tx| {
                let id = tx.ensure_conversation(&key(1))?;
                Ok(tx.load_conversation(id)?.opt_out)
            })
            .unwrap()
    };
    let import = |row| {
        test.store
            .write_blocking(move |tx| tx.import_history(&[row]))
            .unwrap()
    };
    import(history(2, 1, "STOP", at(5)));
    assert_eq!(opt_out().in_force_since(), Some(at(5)));
    import(history(4, 1, "START", at(1)));
    assert!(opt_out().is_in_force(), "an older START undoes nothing");
}

//! One writer, a few readers: what is kept, what is rolled back, who sees what when.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use support::{arrival, config, message_id, open_store, storing};
use tern_store::{Store, StoreError};

const DEADLINE: Duration = Duration::from_secs(20);

fn is_stored(store: &Store, number: u64) -> bool {
    store
        .read_blocking(move |conn| conn.find_message(message_id(number)))
        .unwrap()
        .is_some()
}

#[test]
fn an_error_in_a_closure_rolls_everything_back() {
    let test = open_store();
    let plan = storing([arrival(1, 1, "hello")]);
    let result: Result<(), _> = test.store.write_blocking(move |tx| {
        let _applied = tx.apply(&plan)?;
        Err(StoreError::NotFound { what: "nothing" })
    });
    assert!(matches!(result, Err(StoreError::NotFound { .. })));
    assert!(!is_stored(&test.store, 1));
}

#[test]
fn a_panic_in_a_closure_is_rolled_back_and_the_threads_live_on() {
    let test = open_store();
    let plan = storing([arrival(1, 1, "hello")]);
    let result: Result<(), _> = test.store.write_blocking(move |tx| {
        let _applied = tx.apply(&plan)?;
        panic!("on purpose")
    });
    assert!(matches!(result, Err(StoreError::Panicked)));
    for _ in 0..4 {
        let result: Result<(), _> = test.store.read_blocking(|_| panic!("on purpose"));
        assert!(matches!(result, Err(StoreError::Panicked)));
    }
    assert!(!is_stored(&test.store, 1));
    test.store_all([arrival(2, 1, "hello")]);
    assert!(is_stored(&test.store, 2));
}

#[test]
fn readers_go_on_during_a_write_and_see_all_of_it_or_nothing() {
    let test = open_store();
    let (entered, is_inside) = channel();
    let (leave, may_leave) = channel::<()>();
    let plan = storing([arrival(1, 1, "hello")]);
    let write = test.store.write(move |tx| {
        let _applied = tx.apply(&plan)?;
        entered.send(()).unwrap();
        may_leave.recv_timeout(DEADLINE).unwrap();
        Ok(())
    });
    is_inside.recv_timeout(DEADLINE).unwrap();
    assert!(!is_stored(&test.store, 1));
    leave.send(()).unwrap();
    write.wait().unwrap();
    assert!(is_stored(&test.store, 1));
}

#[test]
fn a_reader_keeps_its_snapshot() {
    let test = open_store();
    let (entered, is_inside) = channel();
    let (leave, may_leave) = channel::<()>();
    let read = test.store.read(move |conn| {
        let before = conn.find_message(message_id(1))?.is_some();
        entered.send(()).unwrap();
        may_leave.recv_timeout(DEADLINE).unwrap();
        Ok((before, conn.find_message(message_id(1))?.is_some()))
    });
    is_inside.recv_timeout(DEADLINE).unwrap();
    test.store_all([arrival(1, 1, "hello")]);
    leave.send(()).unwrap();
    assert_eq!(read.wait().unwrap(), (false, false));
}

#[test]
fn the_revision_grows_with_every_change_and_only_then() {
    let test = open_store();
    let revision = || test.store.read_blocking(|conn| conn.revision()).unwrap();
    let before = revision();
    test.store.write_blocking(|tx| tx.counts()).unwrap();
    assert_eq!(revision(), before);
    test.store_all([arrival(1, 1, "hello")]);
    assert_eq!(revision(), before + 1);
}

#[test]
fn what_was_asked_for_before_closing_is_carried_out_and_later_calls_are_refused() {
    let test = open_store();
    let answers: Vec<_> = (1..=50)
        .map(|number| {
            let plan = storing([arrival(number, 1, "hello")]);
            test.store.write(move |tx| tx.apply(&plan))
        })
        .collect();
    test.store.close();
    for answer in answers {
        let _applied = answer.wait().unwrap();
    }
    assert!(matches!(
        test.store.read_blocking(|conn| conn.counts()),
        Err(StoreError::Closed)
    ));
    assert!(matches!(
        test.store.write_blocking(|tx| tx.counts()),
        Err(StoreError::Closed)
    ));
    let again = Store::open(&config(test.folder.path())).unwrap();
    assert!(is_stored(&again, 50));
}

#[test]
fn the_last_handle_may_be_dropped_by_a_closure() {
    let test = open_store();
    let folder = test.folder;
    let store = test.store;
    let inner = store.clone();
    let (sender, receiver) = channel();
    let answer = store.write(move |_| {
        receiver.recv_timeout(DEADLINE).unwrap();
        drop(inner);
        Ok(())
    });
    drop(store);
    sender.send(()).unwrap();
    answer.wait().unwrap();
    drop(folder);
}

#[test]
fn many_threads_may_ask_at_once() {
    let test = open_store();
    thread::scope(|scope| {
        for worker in 0..8_u64 {
            let store = &test.store;
            scope.spawn(move || {
                for number in 1..=20 {
                    let id = worker * 1000 + number;
                    let plan = storing([arrival(id, u32::try_from(worker).unwrap(), "hi")]);
                    let _applied = store.write_blocking(move |tx| tx.apply(&plan)).unwrap();
                    assert!(is_stored(store, id));
                }
            });
        }
    });
    let revision = test.store.read_blocking(|conn| conn.revision()).unwrap();
    assert_eq!(revision, 160);
}

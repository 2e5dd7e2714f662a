//! A text that arrives while thousands of timers are armed, beside the same text without them (M-13).
//!
//! Both files hold the same conversations with the same waiting texts; one was filled while the messaging
//! actions were on. Texts go to both in turns, so that whatever else the machine does meets both.

use std::path::Path;

use tern_domain::{
    ArrivalContext, CarrierMessage, ConversationKey, DeliveryStatus, Direction, MessageSid,
    MessageText, Millis, UtcMillis, plan_arrival,
};
use tern_store::{Store, StoreError, WriteTx};

use super::inbound::Counted;
use crate::corpus::{Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

pub(super) const ARMED: u64 = 5_000;
const TEXTS: u64 = 400;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let with = filled(bench, &bench.folder.join("timers"), ARMED, true)?;
    let without = filled(bench, &bench.folder.join("no-timers"), ARMED, false)?;
    let (mut armed, mut bare) = (Vec::new(), Vec::new());
    for number in ARMED..ARMED + TEXTS {
        // Who goes first alternates: the second may find the disk warmer.
        let mut turns = [(&with, &mut armed), (&without, &mut bare)];
        if number.is_multiple_of(2) {
            turns.reverse();
        }
        for (store, times) in turns {
            let text = text(bench, number)?;
            let start = std::time::Instant::now();
            receive(store, number, text)?;
            times.push(start.elapsed());
        }
    }
    with.close();
    without.close();
    let (armed, bare) = (Sample::of(armed), Sample::of(bare));
    Ok(vec![Figure {
        name: format!("text while {ARMED} timers are armed, ratio"),
        value: armed.percentile(50) / bare.percentile(50),
        unit: "×",
        target: Target::AtMost(1.2),
        note: format!(
            "p50 {:.2} ms, without {:.2} ms; p99 {:.2} ms, without {:.2} ms",
            armed.percentile(50),
            bare.percentile(50),
            armed.percentile(99),
            bare.percentile(99)
        ),
    }])
}

/// Conversations with a text that waits, each in its own; the actions are on afterwards in either case.
pub(super) fn filled(
    bench: &Bench,
    folder: &Path,
    count: u64,
    are_armed: bool,
) -> anyhow::Result<Store> {
    std::fs::create_dir_all(folder)?;
    let store = Store::open(&config(folder)?)?;
    let actions = store.read_blocking(|conn| conn.list_messaging_actions())?;
    if !are_armed {
        store.write_blocking(|tx| tx.replace_messaging_actions(&[]))?;
    }
    let texts = (0..count)
        .map(|number| text(bench, number))
        .collect::<anyhow::Result<Vec<_>>>()?;
    store.write_blocking(move |tx| {
        for (number, message) in (0..).zip(texts) {
            arrive(tx, number, &message)?;
        }
        tx.replace_messaging_actions(&actions)
    })?;
    let armed = store.read_blocking(|conn| conn.list_due_timers(UtcMillis(i64::MAX)))?;
    anyhow::ensure!(
        count == 0 || armed.is_empty() != are_armed,
        "the timers are not as wanted"
    );
    Ok(store)
}

pub(super) fn arrive(
    tx: &mut WriteTx<'_>,
    number: u64,
    message: &CarrierMessage,
) -> Result<(), StoreError> {
    let key: ConversationKey = message
        .conversation_key()
        .map_err(|_| StoreError::NotFound { what: "requester" })?;
    let state = tx.load_conversation_state(&key, Some(&message.sid))?;
    let context = ArrivalContext {
        now: message.created_at,
        live_since: Some(NEWEST),
        late_after: Millis::hours(1),
        bot_takes: false,
        command: None,
    };
    let mut ids = Counted(u128::from(number) << 64 | 1 << 127);
    tx.apply(&plan_arrival(&state, message, &context, &mut ids))
        .map(drop)
}

/// Planned, committed, and what the timers' task asks after every commit.
fn receive(store: &Store, number: u64, message: CarrierMessage) -> anyhow::Result<()> {
    let now = message.created_at;
    store.write_blocking(move |tx| arrive(tx, number, &message))?;
    let (due, next_at) =
        store.read_blocking(move |conn| Ok((conn.list_due_timers(now)?, conn.next_timer_at()?)))?;
    anyhow::ensure!(
        due.is_empty() && next_at.is_some(),
        "a timer too many or too few"
    );
    Ok(())
}

pub(super) fn text(bench: &Bench, number: u64) -> anyhow::Result<CarrierMessage> {
    let at = UtcMillis(NEWEST.0 + i64::try_from(number)?);
    Ok(CarrierMessage {
        sid: MessageSid::parse(format!("SM{:032x}", u128::from(number) | 1 << 124))?,
        direction: Direction::Inbound,
        from: Corpus::requester(1 + number),
        to: bench.corpus.provider().clone().into(),
        body: MessageText::new(bench.corpus.body(number)),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: at,
        sent_at: Some(at),
        messaging_service_sid: None,
    })
}

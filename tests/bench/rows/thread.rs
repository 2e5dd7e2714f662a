//! Opening the long thread at its unread mark.

use tern_store::{Store, ThreadAnchor};

use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let store = Store::open(&config(&bench.folder)?)?;
    let thread = bench.long_thread;
    let count = store
        .read_blocking(move |conn| conn.load_conversation(thread))?
        .message_count;
    let sample = Sample::take(0..200, |_| {
        store.read_blocking(move |conn| {
            conn.load_conversation(thread)?;
            conn.list_messages(thread, ThreadAnchor::Unread, 60)
        })?;
        Ok(())
    })?;
    store.close();
    Ok(vec![Figure {
        name: format!("open a thread of {count} at its unread mark"),
        value: sample.percentile(99),
        unit: "ms",
        target: Target::AtMost(15.0),
        note: format!("p99; p50 {:.2} ms", sample.percentile(50)),
    }])
}

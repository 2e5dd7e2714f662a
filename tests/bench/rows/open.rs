//! From opening the file to the first page of the inbox.

use tern_store::{ConversationList, Store};

use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let config = config(&bench.folder)?;
    bench.store.close();
    let sample = Sample::take(0..20, |_| {
        let store = Store::open(&config)?;
        store.read_blocking(|conn| {
            conn.counts()?;
            conn.list_conversations(ConversationList::Done, None, 50)
        })?;
        // The time for closing is counted too; it is small after reading only.
        store.close();
        Ok(())
    })?;
    Ok(vec![Figure {
        name: "open file to first inbox page".to_owned(),
        value: sample.percentile(99),
        unit: "ms",
        target: Target::AtMost(50.0),
        note: format!(
            "slowest of 20, with closing; p50 {:.2} ms",
            sample.percentile(50)
        ),
    }])
}

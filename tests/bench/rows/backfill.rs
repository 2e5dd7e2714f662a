//! Backfill into store, index and inbox, beside bare inserts of the same rows into the same schema.
//!
//! Both were timed while the file was seeded, in turns.

use std::time::Duration;

use crate::figure::{Figure, Target};
use crate::seed::Bench;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let ours = rate(bench.messages, bench.import_time);
    let bare = rate(bench.messages, bench.bare_time);
    Ok(vec![Figure {
        name: "backfill, ratio to bare inserts".to_owned(),
        value: ours / bare,
        unit: "×",
        target: Target::AtLeast(0.5),
        note: format!("{ours:.0} texts/s; bare {bare:.0}/s"),
    }])
}

fn rate(messages: u64, time: Duration) -> f64 {
    messages as f64 / time.as_secs_f64()
}

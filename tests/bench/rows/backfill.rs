//! Backfill into store, index and inbox, beside bare inserts of the same rows into the same schema.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::corpus::CONVERSATIONS;
use crate::figure::{Figure, Target};
use crate::raw;
use crate::seed::{Bench, KEY, PAGE};

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let ours = rate(bench.messages, bench.import_time);
    let bare = rate(bench.messages, bare_time(bench)?);
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

fn bare_time(bench: &Bench) -> anyhow::Result<Duration> {
    let path = bench.folder.join("bare.db");
    let mut connection = raw::create(&path, &KEY, CONVERSATIONS)?;
    let mut conversations = HashMap::new();
    let mut time = Duration::ZERO;
    for start in (0..bench.messages).step_by(usize::try_from(PAGE)?) {
        let end = bench.messages.min(start + PAGE);
        let mut page = Vec::new();
        for number in (start..end).rev() {
            let message = bench.corpus.message(number)?;
            let next = i64::try_from(conversations.len())? + 1;
            let id = *conversations
                .entry(message.requester().as_str().to_owned())
                .or_insert(next);
            page.push((id, message));
        }
        let begin = Instant::now();
        raw::insert_page(&mut connection, 1 - i64::try_from(end)?, &page)?;
        time += begin.elapsed();
    }
    drop(connection);
    std::fs::remove_file(path)?;
    Ok(time)
}

//! Insights (K-1 … K-3, H-17): counting everything from nothing, and the page of figures for three lengths of time.
//!
//! Texts are the corpus's and counted by the product. One conversation in ten texts, with its agents, queues and
//! topics, is put into the counted tables directly: what is measured is how they are read.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tern_store::Store;

use super::desk::{Desk, data_folder, prepare};
use crate::corpus::{NEWEST, Speech};
use crate::figure::{Figure, Target};
use crate::raw;
use crate::sample::Sample;
use crate::seed::{Bench, KEY, config, seed};

/// Texts counted in one transaction, as the task does.
const STEP: u32 = 400;
const ASKED: usize = 30;

const FILL: &str = "
    CREATE TEMP TABLE made AS
        WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
        SELECT n, ?2 - n * (94608000000 / ?1) AS at, randomblob(16) AS id, randomblob(16) AS work,
            unhex(printf('%032x', 1 + n % 4)) AS queue, unhex(printf('%032x', 1 + n * 7 % 12)) AS agent FROM numbers;
    INSERT INTO conversation_figures
        SELECT at, id, 1 + n % 20000, at + 600000, '+15005550006', 'sms', queue, agent, n % 20 = 0, 1 + (n % 9 = 0),
            n * 7919 % 900000, n * 104729 % 3600000, n % 7, n * 31 % 600000, n % 6, n * 17 % 900000, n % 90000, n % 3 = 0,
            n % 6 = 0, n % 3 = 0 AND n % 6 > 0 FROM made ORDER BY at, id;
    INSERT INTO agent_figures
        SELECT at, id, agent, '+15005550006', 'sms', queue, n % 7, n % 900000, n % 7, n % 600000 FROM made ORDER BY at, id;
    INSERT INTO bot_figures
        SELECT at, id, 'topic_' || n % 25, '+15005550006', 'sms', queue, agent, n % 6 = 0, n % 6 > 0 FROM made
        WHERE n % 3 = 0 ORDER BY at, id;
    INSERT INTO work_figures
        SELECT at, work, id, '+15005550006', 'sms', queue, agent, 1, n * 7919 % 900000, n % 2, n % 11 = 0, n % 13 = 0, n % 17 = 0
        FROM made ORDER BY at, work;
    INSERT INTO offer_figures
        SELECT at, work, agent, '+15005550006', 'sms', queue, 1, n % 13 = 0, n % 17 = 0 FROM made ORDER BY at, work;
    DROP TABLE made;";

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let mut figures = count(bench)?;
    let home = prepare(bench, "insights")?;
    fill(&data_folder(&home), bench.messages / 10)?;
    let desk = Desk::start(home)?;
    let ask = |days| -> anyhow::Result<Value> {
        let (first, last) = (day(days - 1)?, day(0)?);
        Ok(json!({
            "period": { "first": first, "last": last, "zone": "America/New_York" },
            "filter": { "queueId": null, "agentId": null, "number": null, "channel": null },
            "compare": true,
        }))
    };
    desk.until("insights", &ask(7)?, |it| it.get("left") == Some(&json!(0)))?;
    for (what, days) in [("a week", 7_i64), ("a year", 365), ("three years", 3 * 365)] {
        let request = ask(days)?;
        let sample = Sample::take(0..ASKED, |_| {
            let answer = desk.call("insights", request.clone())?;
            anyhow::ensure!(
                answer.get("current").is_some_and(Value::is_object),
                "no figures"
            );
            Ok(())
        })?;
        figures.push(Figure {
            name: format!("insights of {what} beside the one before"),
            value: sample.percentile(99),
            unit: "ms",
            target: Target::AtMost(300.0),
            note: format!(
                "p99; p50 {:.1} ms; {} conversations in all",
                sample.percentile(50),
                bench.messages / 10
            ),
        });
    }
    let home = desk.stop();
    std::fs::remove_dir_all(home)?;
    Ok(figures)
}

/// A desk with so many texts and everything counted, for a look at it in the window; its home folder.
pub(crate) fn archive(folder: &Path, messages: u64) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let bench = seed(folder, messages, Speech::Sentences)?;
    count(&bench)?;
    let home = prepare(&bench, "home")?;
    fill(&data_folder(&home), messages / 10)?;
    Ok(home)
}

/// All texts from nothing, in the task's steps.
fn count(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    bench.store.close();
    let store = Store::open(&config(&bench.folder)?)?;
    store.write_blocking(|tx| tx.forget_figures())?;
    let (mut steps, begin) = (Vec::<Duration>::new(), Instant::now());
    loop {
        let start = Instant::now();
        let followed = store.write_blocking(|tx| tx.follow_figures(STEP))?;
        if followed.is_done() {
            break;
        }
        steps.push(start.elapsed());
    }
    let rate = bench.messages as f64 / begin.elapsed().as_secs_f64();
    store.close();
    let steps = Sample::of(steps);
    Ok(vec![Figure {
        name: format!("writer held by counting {STEP} texts"),
        value: steps.percentile(99),
        unit: "ms",
        target: Target::None,
        note: format!(
            "p99; p50 {:.2} ms; {rate:.0} texts/s without the pauses between",
            steps.percentile(50)
        ),
    }])
}

fn fill(data: &Path, conversations: u64) -> anyhow::Result<()> {
    let connection = raw::open(&data.join("practice.tern"), &KEY)?;
    let made = FILL
        .replace("?1", &conversations.to_string())
        .replace("?2", &NEWEST.0.to_string());
    connection.execute_batch(&made)?;
    Ok(())
}

/// A day, so many before the newest text's.
fn day(before: i64) -> anyhow::Result<String> {
    let newest = jiff::Timestamp::from_millisecond(NEWEST.0)?;
    let day = newest.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(day.checked_sub(jiff::Span::new().days(before))?.to_string())
}

//! What a look at the routing reads and decides after a text came in, beside the same with nothing waiting.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tern_domain::routing::{Queue, QueueConditions, RoutingView, WorkItem, decide, loads};
use tern_store::{Store, StoreError};

use super::timers::{arrive, filled, text};
use crate::corpus::NEWEST;
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::Bench;

const WAITING: u64 = 10_000;
const TEXTS: u64 = 60;

/// No queue here has a condition.
struct NoConditions;

impl QueueConditions for NoConditions {
    fn holds(&self, _queue: &Queue, _condition: &str, _item: &WorkItem) -> bool {
        false
    }
}

/// How long the parts of a look took.
#[derive(Default)]
struct Parts {
    missing: Vec<Duration>,
    open: Vec<Duration>,
    decided: Vec<Duration>,
    all: Vec<Duration>,
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let long = filled(bench, &bench.folder.join("long-queue"), WAITING, false)?;
    let none = filled(bench, &bench.folder.join("no-queue"), 0, false)?;
    let (mut of_long, mut of_none) = (Parts::default(), Parts::default());
    for number in WAITING..WAITING + TEXTS {
        for (store, parts) in [(&long, &mut of_long), (&none, &mut of_none)] {
            let message = text(bench, number)?;
            store.write_blocking(move |tx| arrive(tx, number, &message))?;
            look(store, parts)?;
        }
    }
    long.close();
    none.close();
    let p50 = |times| Sample::of(times).percentile(50);
    let (with, without) = (p50(of_long.all), p50(of_none.all));
    Ok(vec![Figure {
        name: format!("look at the routing with {WAITING} waiting items"),
        value: with,
        unit: "ms",
        target: Target::None,
        note: format!(
            "p50; without {without:.2} ms; {:.2} for items that are missing, {:.2} to read, {:.2} to decide",
            p50(of_long.missing),
            p50(of_long.open),
            p50(of_long.decided)
        ),
    }])
}

/// As the routing's task does it after every commit.
fn look(store: &Store, parts: &mut Parts) -> anyhow::Result<()> {
    let (missing, open, decided) = store.read_blocking(|conn| -> Result<_, StoreError> {
        let begin = Instant::now();
        let without_item = conn.list_without_work_item()?;
        let missing = begin.elapsed();
        let open = conn.list_open_work()?;
        let read = begin.elapsed();
        let config = conn.load_routing_config()?;
        let presence = conn.load_presence()?;
        let last_assigned = conn.last_assigned(config.active_agents().map(|agent| agent.id))?;
        let in_use = loads(
            &config,
            open.iter().map(|work| (&work.item, work.interaction_state)),
        );
        let items: Vec<_> = open.iter().map(|work| work.item.clone()).collect();
        let view = RoutingView {
            now: NEWEST,
            config: &config,
            presence: &presence,
            loads: &in_use,
            last_assigned: &last_assigned,
            ties: &BTreeMap::new(),
        };
        let decisions = decide(&items, &view, &NoConditions);
        assert!(without_item.len() + decisions.len() >= items.len());
        Ok((missing, read - missing, begin.elapsed() - read))
    })?;
    parts.missing.push(missing);
    parts.open.push(open);
    parts.decided.push(decided);
    parts.all.push(missing + open + decided);
    Ok(())
}

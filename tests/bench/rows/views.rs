//! A saved view: the conversations it looks at, and its condition asked over each (W-list, CEL).
//!
//! Three conditions, because they read different things: the conversation's own columns, the interaction beside
//! it, and the numbering plans.

use tern_domain::condition::Condition;
use tern_store::{FactScope, Store};

use super::timers::{ARMED, filled};
use crate::corpus::NEWEST;
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

/// As the form writes one with three lines.
const OF_TEXTS: &str = "texts > 3 && last_author == \"requester\" && quiet_minutes > 60";
const OF_WORK: &str = "state == \"new\" && !assigned && opened_minutes >= 0";
const OF_COUNTRY: &str = "requester_territory == \"US\" && unread > 0";

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let store = Store::open(&config(&bench.folder)?)?;
    let mut figures = vec![
        look(&store, "", OF_TEXTS, FactScope::Everything)?,
        look(&store, " by country", OF_COUNTRY, FactScope::Everything)?,
    ];
    store.close();
    let open = filled(bench, &bench.folder.join("views"), ARMED, false)?;
    anyhow::ensure!(ARMED == 5_000, "as many as a view looks at");
    figures.push(look(&open, " with open work", OF_WORK, FactScope::Open)?);
    open.close();
    Ok(figures)
}

fn look(store: &Store, what: &str, condition: &str, scope: FactScope) -> anyhow::Result<Figure> {
    let condition = Condition::compile(condition)
        .map_err(|problems| anyhow::anyhow!("the condition is not good: {problems:?}"))?;
    let with_interactions = condition.facts().iter().any(|it| it.is_of_interaction());
    let (mut looked, mut met) = (0, 0);
    let sample = Sample::take(0..20, |_| {
        let rows = store
            .read_blocking(move |conn| conn.list_fact_rows(scope, with_interactions, NEWEST))?;
        looked = rows.len();
        met = rows
            .iter()
            .filter(|found| condition.evaluate(*found).is_met)
            .count();
        Ok(())
    })?;
    Ok(Figure {
        name: format!("a saved view over {looked} conversations{what}"),
        value: sample.percentile(50),
        unit: "ms",
        target: Target::AtMost(50.0),
        note: format!("p50; p90 {:.2} ms; {met} are in it", sample.percentile(90)),
    })
}

//! A saved view: the conversations it looks at, and its condition asked over each (W-list, CEL).

use tern_domain::condition::Condition;
use tern_store::{FactScope, Store, facts_of};

use crate::corpus::NEWEST;
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

/// As the form writes one with three lines.
const CONDITION: &str = "texts > 3 && last_author == \"requester\" && quiet_minutes > 60";

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let condition = Condition::compile(CONDITION)
        .map_err(|problems| anyhow::anyhow!("the condition is not good: {problems:?}"))?;
    let store = Store::open(&config(&bench.folder)?)?;
    let (mut looked, mut met) = (0, 0);
    let sample = Sample::take(0..20, |_| {
        let rows = store.read_blocking(|conn| conn.list_fact_rows(FactScope::Everything))?;
        looked = rows.len();
        met = rows
            .iter()
            .filter(|found| {
                let facts = facts_of(&found.row, found.interaction.as_ref(), NEWEST);
                condition.evaluate(&facts).is_met
            })
            .count();
        Ok(())
    })?;
    store.close();
    Ok(vec![Figure {
        name: format!("a saved view over {looked} conversations"),
        value: sample.percentile(90),
        unit: "ms",
        target: Target::None,
        note: format!("p90; p50 {:.2} ms; {met} are in it", sample.percentile(50)),
    }])
}

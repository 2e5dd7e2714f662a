//! What rules of retention would delete, looked at before anybody agrees: a third of all texts.

use std::time::Instant;

use serde_json::{Value, json};

use super::desk::{Desk, prepare};
use crate::figure::{Figure, Target};
use crate::seed::Bench;

/// Days; a third of the corpus is older than its newest text by so much.
const AGE: u32 = 2 * 365;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let desk = Desk::start(prepare(bench, "retention")?)?;
    desk.call(
        "update_retention",
        json!({ "texts": AGE, "pictures": null, "notes": null }),
    )?;
    let begin = Instant::now();
    let preview = desk.call("preview_retention", Value::Null)?;
    let seconds = begin.elapsed().as_secs_f64();
    let texts = preview.get("texts").and_then(Value::as_u64).unwrap_or(0);
    anyhow::ensure!(texts > 0, "nothing is old: {preview}");
    std::fs::remove_dir_all(desk.stop())?;
    Ok(vec![Figure {
        name: "preview of what retention would delete".to_owned(),
        value: seconds,
        unit: "s",
        target: Target::None,
        note: format!("{texts} texts, and what holds back"),
    }])
}

//! A signed export of the long thread: pages, lines and table.

use std::time::Instant;

use serde_json::json;

use super::desk::{Desk, prepare};
use crate::figure::{Figure, Target};
use crate::seed::{Bench, LIVE};

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let desk = Desk::start(prepare(bench, "exports")?)?;
    let texts = bench.messages / 10 + LIVE;
    let folder = bench.folder.join("exported");
    std::fs::create_dir_all(&folder)?;
    let request = json!({
        "scope": { "kind": "conversation", "conversationId": bench.long_thread.0 },
        "transcript": "internal",
        "pages": true,
        "lines": true,
        "table": true,
        "pictures": false,
        "place": { "kind": "typed", "path": folder },
    });
    let begin = Instant::now();
    let job = desk.call("start_export", request)?;
    let place = desk.finish(&job)?;
    let seconds = begin.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(&place)?.len();
    std::fs::remove_dir_all(desk.stop())?;
    Ok(vec![Figure {
        name: "export of the long thread, all forms".to_owned(),
        value: texts as f64 / seconds,
        unit: "texts/s",
        target: Target::None,
        note: format!(
            "{texts} texts in {seconds:.1} s; {:.1} MB",
            bytes as f64 / 1e6
        ),
    }])
}

//! Texts of a file brought in, a batch in each transaction as the import does, beside bare inserts of as many rows.

use std::time::Instant;

use tern_domain::history_import::HistoryText;
use tern_domain::{AgentId, Millis, UtcMillis};
use tern_store::{BroughtText, DatabaseKey, FileName, OpenConfig, Store};
use uuid::Uuid;

use super::desk::{data_folder, prepare};
use crate::figure::{Figure, Target};
use crate::raw::Bare;
use crate::sample::Sample;
use crate::seed::{Bench, KEY};

const TEXTS: u64 = 20_000;
/// Texts of one transaction, as tern-app's import has it.
const BATCH: usize = 40;
/// How much older than the carrier's texts they are.
const OLDER: Millis = Millis::days(2_000);
const BY: AgentId = AgentId::new(Uuid::from_u128(0xa1));

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let home = prepare(bench, "imports")?;
    let config = OpenConfig::new(
        data_folder(&home),
        FileName::new("practice")?,
        DatabaseKey::from_bytes(KEY),
    );
    let store = Store::open(&config)?;
    let messages = (0..TEXTS)
        .map(|number| bench.corpus.message(number))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut texts = Vec::with_capacity(messages.len());
    for message in &messages {
        texts.push(BroughtText {
            text: HistoryText {
                sid: None,
                source_id: message.sid.to_string(),
                key: message.conversation_key()?,
                direction: message.direction,
                at: UtcMillis(message.created_at.0 - OLDER.0),
                has_seconds: true,
                body: message.body.clone(),
                status: message.status.clone(),
                error_code: None,
                segments: 1,
                pictures: 0,
                agent: String::new(),
                name: String::new(),
            },
            masked: Vec::new(),
        });
    }
    let import = store.write_blocking(|tx| {
        tx.begin_history_import(BY, "old.csv", UtcMillis(1_760_000_000_000))
    })?;
    let begin = Instant::now();
    let held = Sample::take(texts.chunks(BATCH), |batch| {
        let batch = batch.to_vec();
        store.write_blocking(move |tx| tx.bring_history(import, &batch, false))?;
        Ok(())
    })?;
    let ours = begin.elapsed();
    store.close();
    std::fs::remove_dir_all(home)?;

    let folder = bench.folder.join("bare-import");
    std::fs::create_dir_all(&folder)?;
    let mut bare = Bare::create(&folder)?;
    let mut bare_time = std::time::Duration::ZERO;
    for page in messages.chunks(BATCH) {
        bare_time += bare.insert(page)?;
    }
    bare.remove()?;
    let rate = |time: std::time::Duration| TEXTS as f64 / time.as_secs_f64();
    Ok(vec![
        Figure {
            name: "import of a history".to_owned(),
            value: rate(ours),
            unit: "texts/s",
            target: Target::None,
            note: format!(
                "{TEXTS} texts, {BATCH} a transaction; bare inserts of as many in an empty file {:.0}/s",
                rate(bare_time)
            ),
        },
        Figure {
            name: "import of a history, one step of the writer".to_owned(),
            value: held.percentile(99),
            unit: "ms",
            target: Target::None,
            note: format!(
                "p99 of what a live text may wait for; p50 {:.1} ms",
                held.percentile(50)
            ),
        },
    ])
}

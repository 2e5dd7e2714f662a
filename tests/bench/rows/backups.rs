//! A backup of everything, one after a thousand more texts, the drill, and what they take in the folder.

use std::time::Instant;

use tern_domain::{ConversationKey, Effect, Plan};
use tern_store::{BackupDesk, BackupKey, BackupVault, FileName, Going, PassphraseCost, Store};

use crate::corpus::{Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::seed::{Bench, config, live_text};

/// What comes in between two backups.
const TEXTS: u64 = 1_000;
/// Numbers of live texts that nobody else uses.
const FIRST: u64 = 1 << 40;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    bench.store.close();
    let store = Store::open(&config(&bench.folder)?)?;
    let folder = bench.folder.join("backups");
    std::fs::create_dir_all(&folder)?;
    let key = BackupKey::generate()?;
    let passphrase = "four words of a bench".to_owned().into();
    let vault = BackupVault::create(
        &folder,
        BackupDesk::generate()?,
        &key,
        (&passphrase, PassphraseCost::default()),
        NEWEST,
    )?;
    let mut go_on = |_| Going::On;

    let begin = Instant::now();
    let first = store.back_up(&vault, NEWEST, &mut go_on)?;
    let whole = begin.elapsed().as_secs_f64();

    let key = ConversationKey::sms(Corpus::requester(0), bench.corpus.provider().clone());
    let effects = (FIRST..FIRST + TEXTS)
        .map(|number| Effect::StoreMessage(live_text(&bench.corpus, &key, number)))
        .collect();
    let plan = Plan {
        events: Vec::new(),
        effects,
    };
    store.write_blocking(move |tx| tx.apply(&plan).map(drop))?;
    let begin = Instant::now();
    let second = store.back_up(&vault, NEWEST, &mut go_on)?;
    let more = begin.elapsed().as_secs_f64();
    store.close();

    let begin = Instant::now();
    let name = FileName::new("drill")?;
    let checked = vault.check(second.name, (&bench.folder, &name), &mut go_on)?;
    let drill = begin.elapsed().as_secs_f64();
    anyhow::ensure!(
        checked.counts == second.counts,
        "a text is missing in the backup"
    );
    std::fs::remove_dir_all(&folder)?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    Ok(vec![
        row(
            "first backup",
            whole,
            &format!(
                "{:.0} MB in the folder for {:.0} MB",
                megabytes(first.added),
                megabytes(first.total)
            ),
        ),
        row(
            "backup after a thousand texts",
            more,
            &format!(
                "{:.1} MB more, {:.1} % of the file",
                megabytes(second.added),
                100.0 * second.added as f64 / second.total as f64
            ),
        ),
        row("drill: the backup opened and counted", drill, ""),
    ])
}

fn row(name: &str, seconds: f64, note: &str) -> Figure {
    Figure {
        name: name.to_owned(),
        value: seconds,
        unit: "s",
        target: Target::None,
        note: note.to_owned(),
    }
}

//! One module per figure of the table.

mod backfill;
mod backups;
mod desk;
mod exports;
mod finding;
mod imports;
mod inbound;
pub(crate) mod insights;
mod looks;
pub(crate) mod memory;
mod open;
mod peers;
mod people;
mod proofs;
mod retention;
mod routing;
mod search;
mod thread;
mod timers;
mod topics;
mod views;
#[cfg(target_os = "linux")]
mod window;

use crate::figure::Figure;
use crate::seed::Bench;

/// Takes one or a few figures.
pub(crate) type Take = fn(&Bench) -> anyhow::Result<Vec<Figure>>;

/// All figures by what they are about, in the order of the table.
pub(crate) const ALL: &[(&str, Take)] = &[
    ("search", search::take),
    ("open", open::take),
    ("thread", thread::take),
    ("backfill", backfill::take),
    ("inbound", inbound::take),
    ("routing", routing::take),
    ("looks", looks::take),
    ("timers", timers::take),
    ("topics", topics::take),
    ("proofs", proofs::take),
    ("views", views::take),
    ("people", people::take),
    ("insights", insights::take),
    ("retention", retention::take),
    ("exports", exports::take),
    ("backups", backups::take),
    ("imports", imports::take),
    ("memory", memory::take),
    ("peers", peers::take),
    #[cfg(target_os = "linux")]
    ("window", window::take),
    ("finding", finding::take),
];

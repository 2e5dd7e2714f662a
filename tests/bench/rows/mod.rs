//! One module per figure of the table.

mod backfill;
mod inbound;
pub(crate) mod memory;
mod open;
mod people;
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

/// All figures, in the order of the table.
pub(crate) const ALL: &[Take] = &[
    search::take,
    open::take,
    thread::take,
    backfill::take,
    inbound::take,
    routing::take,
    timers::take,
    topics::take,
    views::take,
    people::take,
    memory::take,
    #[cfg(target_os = "linux")]
    window::take,
];

//! Generated history: its size, spread and repeatability.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{PracticeAccount, SimulatorConfig};
use crate::sid::SidMint;
use crate::state::paging::{Cursor, MessageFilter};

fn seeded(seed: u64) -> Carrier {
    let config = SimulatorConfig::default();
    let mut sids = SidMint::new(Some(1));
    let account = PracticeAccount::settle(&config, &mut sids).unwrap();
    let mut carrier = Carrier::new(
        &config,
        account,
        sids,
        String::new(),
        Moment::from_millis(0),
    );
    let until = Some("2026-01-01T00:00:00Z".parse().unwrap());
    let plan = HistoryPlan {
        messages: 1_001,
        numbers: 20,
        years: 2.0,
        seed,
        until,
    };
    assert_eq!(
        super::seed(&mut carrier, &plan, Moment::from_millis(0)),
        1_001
    );
    carrier
}

#[test]
fn the_same_plan_gives_the_same_messages() {
    let rows = |carrier: &Carrier| {
        carrier
            .messages
            .all()
            .map(|row| (row.sid, row.body.clone(), row.sent))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&seeded(5)), rows(&seeded(5)));
    assert_ne!(rows(&seeded(5)), rows(&seeded(6)));
}

#[test]
fn a_history_fills_its_years_and_is_listed_whole() {
    let carrier = seeded(5);
    assert_eq!(carrier.messages.len(), 1_001);
    let page = carrier
        .messages
        .page(
            &MessageFilter::default(),
            Cursor::Newest { skip: 0 },
            2_000,
            Moment::from_millis(i64::MAX),
        )
        .unwrap();
    let sent: Vec<_> = page
        .numbers
        .iter()
        .map(|number| carrier.messages.row(*number).unwrap().sent.unwrap())
        .collect();
    assert!(sent.is_sorted_by(|newer, older| newer >= older));
    let years =
        (sent.first().unwrap().as_millis() - sent.last().unwrap().as_millis()) as f64 / YEAR_MILLIS;
    assert!((1.9..=2.0).contains(&years), "{years}");
}

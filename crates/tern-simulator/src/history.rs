//! Generated past: n messages with m customers over y years, the same for the same plan. Owns the
//! shape of a plausible support history (bursts of short conversations, a few heavy customers); its
//! rows go straight into the store, without webhooks or life cycle, and onto no handset.

use std::time::Duration;

use jiff::Timestamp;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::address::E164;
use crate::clock::Moment;
use crate::phrases::{ANSWERS, DAYS, FOLLOW_UPS, OPENINGS, THINGS};
use crate::sid::{Sid, SidKind};
use crate::state::Carrier;
use crate::state::messages::{Direction, MessageRow, MessageStatus};
use crate::state::sending::segment_count;

/// What past to generate. The same plan gives the same messages, SIDs included.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryPlan {
    /// How many messages.
    pub messages: u64,
    /// How many customers' numbers they are spread over; at least one.
    pub numbers: u32,
    /// Over how many years.
    #[serde(default = "one_year")]
    pub years: f64,
    /// What makes this history differ from others.
    #[serde(default)]
    pub seed: u64,
    /// When the newest message was sent; by default the start of today (GMT), which makes the history
    /// recent but the same only within one day.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

fn one_year() -> f64 {
    1.0
}

const YEAR_MILLIS: f64 = 365.25 * 86_400_000.0;
const DAY_MILLIS: i64 = 86_400_000;

/// Adds the planned history; returns how many messages it made.
pub(crate) fn seed(carrier: &mut Carrier, plan: &HistoryPlan, now: Moment) -> u64 {
    let own: Vec<E164> = carrier
        .numbers
        .iter()
        .filter(|n| n.carries_sms())
        .map(|n| n.e164.clone())
        .collect();
    let customers: Vec<E164> = (0..plan.numbers.max(1)).filter_map(customer).collect();
    if own.is_empty() || customers.is_empty() {
        return 0;
    }
    let today = Moment::from_millis(now.as_millis().div_euclid(DAY_MILLIS) * DAY_MILLIS);
    let until = plan.until.map_or(today, Moment::from).as_millis();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a span of at most a century in milliseconds fits"
    )]
    let span = (plan.years.clamp(0.001, 100.0) * YEAR_MILLIS) as i64;
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    // Conversations begin in time order, so rows are made nearly in list order; messages of one overlap others.
    let conversations = plan.messages.div_ceil(MEAN_LENGTH).max(1);
    let mut made = 0;
    let mut conversation = 0;
    while made < plan.messages {
        let progress = (conversation % conversations) as f64 / conversations as f64;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "progress is below one, so the product is below the span"
        )]
        let start = until - span + (progress * (span as f64)) as i64;
        made += talk(
            carrier,
            &mut rng,
            (&own, &customers),
            (start, until),
            plan.messages - made,
        );
        conversation += 1;
    }
    made
}

/// Messages in a conversation, on average.
const MEAN_LENGTH: u64 = 6;

/// One conversation of at most `room` messages.
fn talk(
    carrier: &mut Carrier,
    rng: &mut ChaCha8Rng,
    (own, customers): (&[E164], &[E164]),
    (start, until): (i64, i64),
    room: u64,
) -> u64 {
    // Squaring favours the low indices: some customers write a lot, most write rarely.
    let share: f64 = rng.random();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "share is in 0..1"
    )]
    let index = (share * share * customers.len() as f64) as usize;
    let customer_pick = if rng.random_bool(0.5) {
        index
    } else {
        rng.random_range(0..customers.len())
    };
    let (Some(customer), Some(ours)) = (
        customers.get(customer_pick),
        own.get(customer_pick % own.len()),
    ) else {
        return 0;
    };
    let length = rng.random_range(2..=2 * MEAN_LENGTH - 2).min(room);
    let mut at = start;
    for turn in 0..length {
        let inbound = turn % 2 == 0 || rng.random_bool(0.15);
        let phrases: &[&str] = match (turn, inbound) {
            (0, _) => &OPENINGS,
            (_, true) => &FOLLOW_UPS,
            (_, false) => &ANSWERS,
        };
        let body = phrase(rng, phrases);
        let moment = Moment::from_millis(at.min(until));
        carrier
            .messages
            .insert(row(rng, (customer, ours), inbound, body, moment));
        at += rng.random_range(20_000..1_800_000);
    }
    length
}

fn row(
    rng: &mut ChaCha8Rng,
    (customer, ours): (&E164, &E164),
    inbound: bool,
    body: String,
    at: Moment,
) -> MessageRow {
    let failed = !inbound && rng.random_bool(0.01);
    let (from, to, direction) = if inbound {
        (customer.clone(), ours.clone(), Direction::Inbound)
    } else {
        (ours.clone(), customer.clone(), Direction::OutboundApi)
    };
    let status = match (inbound, failed) {
        (true, _) => MessageStatus::Received,
        (false, false) => MessageStatus::Delivered,
        (false, true) => MessageStatus::Undelivered,
    };
    MessageRow {
        sid: Sid::new(SidKind::Sms, rng.random()),
        from: Some(from),
        to,
        direction,
        status,
        segments: segment_count(&body),
        body: body.into(),
        redacted: false,
        deleted: false,
        media_count: 0,
        media: Vec::new(),
        created: at,
        updated: at.plus(Duration::from_secs(if inbound { 0 } else { 3 })),
        sent: Some(at),
        listed_from: at,
        error_code: failed.then_some(30003),
        sending: None,
    }
}

fn phrase(rng: &mut ChaCha8Rng, phrases: &[&str]) -> String {
    let pick = |rng: &mut ChaCha8Rng, from: &[&'static str]| {
        from.get(rng.random_range(0..from.len()))
            .copied()
            .unwrap_or_default()
    };
    let template = phrases
        .get(rng.random_range(0..phrases.len()))
        .copied()
        .unwrap_or_default();
    let mut text = template.to_owned();
    if text.contains("{n}") {
        text = text.replace("{n}", &format!("#{}", rng.random_range(10_000..1_000_000)));
    }
    if text.contains("{thing}") {
        text = text.replace("{thing}", pick(rng, &THINGS));
    }
    if text.contains("{day}") {
        text = text.replace("{day}", pick(rng, &DAYS));
    }
    text
}

/// The number of the customer with that index: fictional exchanges first, then made-up ones.
fn customer(index: u32) -> Option<E164> {
    let (area, line) = (200 + index / 10_000 % 800, index % 10_000);
    E164::parse(&format!("+1{area}556{line:04}"))
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

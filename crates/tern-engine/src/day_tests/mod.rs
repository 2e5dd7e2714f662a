//! Any day at the desk, through the real file: texts, agents who come, go and leave for good, wrap-ups, whispers,
//! notifications, the directory, timers, restarts and clocks that jump.
//!
//! After every step the whole file is read with plain SQL and held against what Tern promises: at most one
//! active interaction on a key (I-9), closed is final (I-11), no slot too many by routing (Q-8 … Q-10), nothing
//! with somebody who has left, one session of the virtual agent at most and no word of it over a person's head,
//! every timer once and none after the close (M-13), undo that restores, and tables
//! that are what the events say.
//!
//! `PROPTEST_CASES` makes the run longer.

mod acts;
mod alerting;
mod answering;
mod counting;
mod day;
mod file;
mod people;
mod promises;
mod race;
mod replay;
mod sends;
mod setting;
mod steps;
mod stories;
mod team;
mod timers;
mod wrapping;

use proptest::prelude::*;
use proptest::test_runner::Config;

use self::day::Day;
use self::steps::a_day;

/// Enough to meet every kind of step many times, within half a minute.
const CASES: u32 = 40;

fn config() -> Config {
    let config = Config {
        max_shrink_time: 120_000,
        // Ids are random, and the story that a failure prints says everything.
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return config;
    }
    Config {
        cases: CASES,
        ..config
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn i_9_i_11_q_8_m_13_w_3_any_day_at_the_desk_keeps_every_promise(story in a_day()) {
        let mut day = Day::begin();
        for step in story.0 {
            day.take(step);
        }
        day.end();
    }
}

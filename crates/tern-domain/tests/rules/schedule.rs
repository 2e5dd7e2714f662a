//! Back-off, undo hold, polling, re-fetching and look-ups.

use proptest::prelude::*;
use tern_domain::{
    MessageId, Millis, UtcMillis,
    schedule::{
        Attention, LOOK_UP_FOR, OVERLAP, UndoHold, next_look_up, poll_from, refetch_at,
        send_back_off, sync_interval,
    },
};
use uuid::Uuid;

#[test]
fn undo_holds_are_0_to_30_seconds() {
    assert_eq!(UndoHold::OFF.duration(), Millis::ZERO);
    assert_eq!(UndoHold::seconds(30).duration(), Millis::seconds(30));
    assert_eq!(UndoHold::seconds(255).duration(), Millis::seconds(30));
    assert_eq!(
        serde_json::from_str::<UndoHold>("200").unwrap(),
        UndoHold::seconds(30)
    );
}

#[test]
fn polling_slows_down_with_attention() {
    let pauses = [Attention::Focused, Attention::Background, Attention::Idle].map(sync_interval);
    assert_eq!(
        pauses,
        [Millis::seconds(2), Millis::seconds(10), Millis::seconds(30)]
    );
}

#[test]
fn polls_overlap_by_a_day() {
    let live = UtcMillis(1_000_000_000);
    assert_eq!(poll_from(None, live), live - OVERLAP);
    let last = live + Millis::days(3);
    assert_eq!(poll_from(Some(last), live), last - Millis::hours(24));
    assert_eq!(poll_from(Some(UtcMillis(0)), live), live - OVERLAP);
}

#[test]
fn refetching_backs_off_with_age_and_is_daily_after_12_hours() {
    let made = UtcMillis(0);
    let pause = |age: Millis| {
        let last = made + age;
        refetch_at(made, Some(last)).since(last)
    };
    assert_eq!(refetch_at(made, None), made + Millis::seconds(3));
    assert_eq!(pause(Millis::seconds(10)), Millis::seconds(3));
    assert_eq!(pause(Millis::minutes(2)), Millis::seconds(20));
    assert_eq!(pause(Millis::minutes(30)), Millis::minutes(5));
    assert_eq!(pause(Millis::hours(2)), Millis::hours(1));
    assert_eq!(pause(Millis::hours(12)), Millis::days(1));
    assert_eq!(pause(Millis::days(20)), Millis::days(1));
}

#[test]
fn look_ups_double_their_pause_and_give_up() {
    let since = UtcMillis(0);
    let mut at = next_look_up(since, None);
    let mut seconds = Vec::new();
    while let Some(now) = at {
        seconds.push(now.0 / 1000);
        at = next_look_up(since, Some(now));
    }
    assert_eq!(seconds, [0, 3, 6, 12, 24, 48, 96, 192, 384]);
    assert!(seconds.last().unwrap() * 1000 < LOOK_UP_FOR.0);
}

proptest! {
    #[test]
    fn back_off_stays_within_its_bounds(attempts in 0_u32..100, id in any::<u128>()) {
        let pause = send_back_off(attempts, MessageId::new(Uuid::from_u128(id)));
        prop_assert!(pause >= Millis::seconds(1) && pause <= Millis::minutes(5));
        if attempts >= 9 {
            prop_assert!(pause >= Millis::seconds(150));
        }
    }
}

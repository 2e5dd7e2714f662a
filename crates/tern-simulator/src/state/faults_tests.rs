//! Arming, counting and clearing faults.
#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

fn order(value: serde_json::Value) -> FaultOrder {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_fault_strikes_as_often_as_told_after_as_many_as_told() {
    let mut faults = Faults::default();
    faults.arm(order(
        json!({"kind": "error_500_before", "times": 2, "after": 1, "endpoint": "create_message"}),
    ));
    let mut strikes = |endpoint| faults.strike_request(endpoint).before.is_some();
    let struck: Vec<_> = (0..5)
        .map(|_| {
            (
                strikes(Endpoint::ListMessages),
                strikes(Endpoint::CreateMessage),
            )
        })
        .collect();
    assert_eq!(
        struck,
        [
            (false, false),
            (false, true),
            (false, true),
            (false, false),
            (false, false)
        ]
    );
}

#[test]
fn one_request_spends_one_ending_fault_but_any_delays() {
    let mut faults = Faults::default();
    faults.arm(order(json!({"kind": "drop_connection_before_answer"})));
    faults.arm(order(
        json!({"kind": "too_many_requests", "retry_after": 3}),
    ));
    faults.arm(order(
        json!({"kind": "delay_ms", "ms": 5, "phase": "after"}),
    ));
    let first = faults.strike_request(Endpoint::CreateMessage);
    assert_eq!((first.after, first.before), (Some(After::Reset), None));
    assert_eq!(first.delay_after, Duration::from_millis(5));
    let second = faults.strike_request(Endpoint::CreateMessage);
    assert_eq!(
        (second.after, second.before),
        (
            None,
            Some(Before::TooMany {
                retry_after: Some(3)
            })
        )
    );
}

#[test]
fn conditions_last_until_cleared() {
    let mut faults = Faults::default();
    let id = faults
        .arm(order(json!({"kind": "network_off", "mode": "refuse"})))
        .id;
    for _ in 0..3 {
        assert_eq!(
            faults.strike_request(Endpoint::FetchAccount).before,
            Some(Before::Reset)
        );
    }
    assert_eq!(faults.network_off(), Some(OffMode::Refuse));
    assert_eq!(faults.clear(Some(id)), 1);
    assert_eq!(faults.network_off(), None);
}

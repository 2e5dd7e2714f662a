//! H-5: the estimated wait.

use tern_domain::routing::{Hours, PastWait, Queue, Span, WaitEstimate};
use tern_domain::{Millis, UtcMillis};

use crate::floor::{item, queue_id};
use crate::support::at;

fn waits(seconds: &[i64]) -> Vec<PastWait> {
    let wait = |long: &i64| PastWait {
        queued_at: at(-10_000),
        until: at(-10_000 + long),
    };
    seconds.iter().map(wait).collect()
}

fn known(usual: i64, left: i64) -> WaitEstimate {
    WaitEstimate::Known {
        usual: Millis::seconds(usual),
        left: Millis::seconds(left),
    }
}

#[test]
fn h_5_the_estimate_is_the_average_wait_less_the_wait_so_far() {
    let queue = Queue::shipped(queue_id(1));
    let past = waits(&[100, 200, 300, 400, 500]);
    let estimate = |now: UtcMillis| WaitEstimate::of(&queue, &item(1, 0), &past, now);
    assert_eq!(estimate(at(0)), known(300, 300));
    assert_eq!(estimate(at(60)), known(300, 240), "a minute later");
    assert_eq!(estimate(at(301)), known(300, 0), "never less than nothing");
    assert_eq!(estimate(at(-5)), known(300, 300), "whatever the clocks say");
}

#[test]
fn h_5_a_few_waits_are_not_enough_to_tell() {
    let queue = Queue::shipped(queue_id(1));
    let past = waits(&[100; 4]);
    let estimate = WaitEstimate::of(&queue, &item(1, 0), &past, at(0));
    assert_eq!(estimate, WaitEstimate::NotEnough { waits: 4 });
}

#[test]
fn h_5_only_opening_hours_count() {
    // The desk's time begins on a Tuesday at 22:13:20 UTC; it closes 100 s later and opens at nine.
    let queue = Queue {
        hours: Some(Hours {
            time_zone: "UTC".to_owned(),
            week: std::array::from_fn(|_| {
                vec![Span {
                    from: 9 * 60,
                    to: 22 * 60 + 15,
                }]
            }),
            exceptions: Vec::new(),
        }),
        ..Queue::shipped(queue_id(1))
    };
    let opens = at(100 + (10 * 60 + 45) * 60);
    let overnight = PastWait {
        queued_at: at(0),
        until: opens + Millis::seconds(200),
    };
    let estimate = WaitEstimate::of(&queue, &item(1, 0), &[overnight; 5], opens);
    assert_eq!(estimate, known(300, 200));
}

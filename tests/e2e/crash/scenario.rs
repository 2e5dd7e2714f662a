//! Which step to die at, and what the carrier does meanwhile: every pair, in a fixed order.

use serde_json::{Value, json};

/// Steps of receiving and of sending at which the process is killed.
const STEPS: [&str; 10] = [
    "inbound.fetched",
    "inbound.journaled",
    "inbound.applied",
    "send.recorded",
    "send.claimed",
    "send.posting",
    "send.answered",
    "send.settled",
    "media.fetched",
    "media.stored",
];

/// Steps of a turn of the virtual agent, and how often a conversation with it comes to them at least.
const TURN: [(&str, u32); 11] = [
    ("inbound.fetched", 4),
    ("inbound.journaled", 4),
    ("inbound.applied", 4),
    ("send.claimed", 5),
    ("send.posting", 5),
    ("send.answered", 5),
    ("send.settled", 5),
    ("media.fetched", 1),
    ("media.stored", 1),
    ("timer.fired", 1),
    ("bot.answered", 1),
];

/// Steps of a notification to many, and at which times.
const TOLD: [(&str, &[u32]); 5] = [
    ("notification.moved", &[1, 2, 3]),
    ("send.claimed", &[1, 9, 30]),
    ("send.posting", &[2, 21]),
    ("send.answered", &[3, 25]),
    ("send.settled", &[1, 20]),
];

/// Steps of fetching the past, and at which times.
const PAST: [(&str, &[u32]); 3] = [
    ("backfill.fetched", &[1, 2, 3]),
    ("backfill.batched", &[1, 2, 3, 4]),
    ("backfill.stored", &[1, 2]),
];

/// What is wrong with the carrier during a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Nothing,
    AnswerLost,
    RefusedBeforeAccepting,
    FailedAfterAccepting,
    TooManyRequests,
    SlowAnswer,
    ListLags,
    NetworkOffAtFirst,
}

const FAULTS: [Fault; 8] = [
    Fault::Nothing,
    Fault::AnswerLost,
    Fault::RefusedBeforeAccepting,
    Fault::FailedAfterAccepting,
    Fault::TooManyRequests,
    Fault::SlowAnswer,
    Fault::ListLags,
    Fault::NetworkOffAtFirst,
];

impl Fault {
    /// What to post to `/sim/faults`.
    pub(super) fn arm(self) -> Option<Value> {
        let create = "create_message";
        match self {
            Self::Nothing => None,
            Self::AnswerLost => Some(
                json!({ "kind": "drop_connection_before_answer", "times": 1, "endpoint": create }),
            ),
            Self::RefusedBeforeAccepting => {
                Some(json!({ "kind": "error_500_before", "times": 1, "endpoint": create }))
            }
            Self::FailedAfterAccepting => {
                Some(json!({ "kind": "error_500_after", "times": 1, "endpoint": create }))
            }
            Self::TooManyRequests => {
                Some(json!({ "kind": "too_many_requests", "times": 2, "endpoint": create }))
            }
            Self::SlowAnswer => Some(
                json!({ "kind": "delay_ms", "times": 1, "ms": 300, "phase": "after", "endpoint": create }),
            ),
            Self::ListLags => Some(json!({ "kind": "list_lag_ms", "ms": 1500 })),
            Self::NetworkOffAtFirst => Some(
                json!({ "kind": "drop_before_accept", "times": 6, "endpoint": "list_messages" }),
            ),
        }
    }
}

/// One run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) number: u32,
    pub(super) step: &'static str,
    /// Die at the nth time the step is reached.
    pub(super) occurrence: u32,
    pub(super) fault: Fault,
}

impl Scenario {
    /// What the process is told.
    pub(super) fn kill_at(self) -> String {
        format!("{}:{}", self.step, self.occurrence)
    }

    /// Run n of those in which the virtual agent answers, always the same: every step of a turn as often as it is
    /// reached, first with a carrier that has nothing.
    pub(super) fn of_bot(number: u32) -> Self {
        let n = number as usize;
        let times: Vec<(&'static str, u32)> = TURN
            .into_iter()
            .flat_map(|(step, most)| (1..=most).map(move |occurrence| (step, occurrence)))
            .collect();
        let (step, occurrence) = times[n % times.len()];
        Self {
            number,
            step,
            occurrence,
            fault: FAULTS[(n / times.len()) % FAULTS.len()],
        }
    }

    /// Run n of those in which many people are told the same, always the same.
    pub(super) fn of_notification(number: u32) -> Self {
        const TROUBLE: [Fault; 4] = [
            Fault::Nothing,
            Fault::AnswerLost,
            Fault::FailedAfterAccepting,
            Fault::TooManyRequests,
        ];
        let n = number as usize;
        let times: Vec<(&'static str, u32)> = TOLD
            .into_iter()
            .flat_map(|(step, times)| times.iter().map(move |occurrence| (step, *occurrence)))
            .collect();
        let (step, occurrence) = times[n % times.len()];
        Self {
            number,
            step,
            occurrence,
            fault: TROUBLE[(n / times.len()) % TROUBLE.len()],
        }
    }

    /// Run n of those in which the past is fetched, always the same.
    pub(super) fn of_past(number: u32) -> Self {
        let times: Vec<(&'static str, u32)> = PAST
            .into_iter()
            .flat_map(|(step, times)| times.iter().map(move |occurrence| (step, *occurrence)))
            .collect();
        let (step, occurrence) = times[number as usize % times.len()];
        Self {
            number,
            step,
            occurrence,
            fault: Fault::Nothing,
        }
    }

    /// Run n, always the same.
    pub(super) fn number(number: u32) -> Self {
        let n = number as usize;
        let pairs = STEPS.len() * FAULTS.len();
        Self {
            number,
            step: STEPS[n % STEPS.len()],
            fault: FAULTS[(n / STEPS.len()) % FAULTS.len()],
            occurrence: 1 + u32::try_from(n / pairs).expect("few runs") % 3,
        }
    }
}

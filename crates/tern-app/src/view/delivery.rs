//! Where a text stands, as a mark and always with words.
//!
//! While a text is in our outbox, the outbox knows more than the carrier's status; afterwards the status
//! alone counts.

use tern_domain::carrier_errors::explain;
use tern_domain::schedule::ASK_AFTER;
use tern_domain::{DeliveryStatus, Direction, Obstacle, OutboxState, Refusal};

use crate::dto::{DeliveryMark, DeliveryProblem, DeliveryView};

/// What is known of one text's delivery.
pub(crate) struct Delivery<'a> {
    pub(crate) direction: Direction,
    pub(crate) status: &'a DeliveryStatus,
    pub(crate) error_code: Option<u32>,
    /// Its outbox entry's state, if it has one.
    pub(crate) outbox: Option<&'a OutboxState>,
    /// No network at the moment.
    pub(crate) offline: bool,
}

/// The mark and its words.
pub(crate) fn view(delivery: &Delivery<'_>) -> DeliveryView {
    if delivery.direction == Direction::Inbound {
        return DeliveryView {
            mark: DeliveryMark::Received,
            words: "Received".to_owned(),
            held_until: None,
            ask_from: None,
            problem: delivery.error_code.map(|code| problem(Some(code))),
        };
    }
    match delivery.outbox {
        Some(OutboxState::Held { until }) => DeliveryView {
            held_until: Some(until.0),
            ..plain(DeliveryMark::Held, "Held back; it can still be called back")
        },
        Some(OutboxState::Waiting | OutboxState::RetryAt { .. }) if delivery.offline => {
            plain(DeliveryMark::Waiting, "Waiting for the network")
        }
        Some(OutboxState::Waiting) => plain(DeliveryMark::Waiting, "Waiting to be sent"),
        Some(OutboxState::InFlight { .. }) => plain(DeliveryMark::Sending, "Sending"),
        // Tern tries again by itself, so this is no problem to solve: the words say what it waits for.
        Some(OutboxState::RetryAt { obstacle, .. }) => plain(
            DeliveryMark::Waiting,
            match obstacle {
                Obstacle::Unreachable => "Waiting for the network",
                Obstacle::Credentials => "Waiting until Twilio accepts the credentials",
                Obstacle::Pace => "Twilio is busy; will be sent again shortly",
            },
        ),
        Some(OutboxState::Uncertain { since, .. }) => DeliveryView {
            ask_from: Some((*since + ASK_AFTER).0),
            ..plain(DeliveryMark::Uncertain, "Not known whether it was sent")
        },
        Some(OutboxState::Refused { refusal }) => refused(*refusal),
        Some(OutboxState::Discarded) => plain(DeliveryMark::Canceled, "Dropped"),
        Some(OutboxState::Canceled) => plain(DeliveryMark::Canceled, "Called back"),
        Some(OutboxState::Sent { .. }) | None => by_status(delivery.status, delivery.error_code),
    }
}

fn by_status(status: &DeliveryStatus, error_code: Option<u32>) -> DeliveryView {
    match status {
        DeliveryStatus::Accepted | DeliveryStatus::Sending => {
            plain(DeliveryMark::Sending, "Sending")
        }
        DeliveryStatus::Queued => plain(DeliveryMark::Sending, "Queued at Twilio"),
        DeliveryStatus::Scheduled => plain(DeliveryMark::Sending, "Scheduled at Twilio"),
        DeliveryStatus::Sent => plain(DeliveryMark::Sent, "Sent"),
        DeliveryStatus::Delivered => plain(DeliveryMark::Delivered, "Delivered"),
        DeliveryStatus::Read => plain(DeliveryMark::Read, "Read"),
        DeliveryStatus::Canceled => plain(DeliveryMark::Canceled, "Canceled"),
        DeliveryStatus::Undelivered => DeliveryView {
            problem: Some(problem(error_code)),
            ..plain(DeliveryMark::Failed, "Not delivered")
        },
        DeliveryStatus::Failed => DeliveryView {
            problem: Some(problem(error_code)),
            ..plain(DeliveryMark::Failed, "Not sent")
        },
        DeliveryStatus::Receiving | DeliveryStatus::Received => {
            plain(DeliveryMark::Received, "Received")
        }
        DeliveryStatus::Unknown(word) => DeliveryView {
            words: format!("Twilio says: {word}"),
            ..plain(DeliveryMark::Sending, "")
        },
    }
}

fn refused(refusal: Refusal) -> DeliveryView {
    let problem = match refusal {
        Refusal::PicturesNotPublished => DeliveryProblem {
            code: None,
            explanation: "The pictures could not be put where Twilio fetches them.".to_owned(),
            remedy: "Check the place for pictures in the settings, then send it again.".to_owned(),
            can_retry: true,
        },
        Refusal::CodeGone => DeliveryProblem {
            code: None,
            explanation: "The code was too old before the text could leave.".to_owned(),
            remedy: "Nothing has to be done: whoever asked for it is sent another one with the next try."
                .to_owned(),
            can_retry: false,
        },
        Refusal::Carrier { code } => problem(code),
    };
    DeliveryView {
        problem: Some(problem),
        ..plain(DeliveryMark::Failed, "Not sent")
    }
}

/// A carrier's code in words (T-14).
pub(crate) fn problem(code: Option<u32>) -> DeliveryProblem {
    match code.map(explain) {
        Some(known) => DeliveryProblem {
            code,
            explanation: known.explanation.to_owned(),
            remedy: known.remedy.to_owned(),
            can_retry: known.can_retry(),
        },
        None => DeliveryProblem {
            code: None,
            explanation: "The carrier gave no reason.".to_owned(),
            remedy: "You can send it again.".to_owned(),
            can_retry: true,
        },
    }
}

fn plain(mark: DeliveryMark, words: &str) -> DeliveryView {
    DeliveryView {
        mark,
        words: words.to_owned(),
        held_until: None,
        ask_from: None,
        problem: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tern_domain::UtcMillis;

    fn mark(status: &DeliveryStatus, outbox: Option<&OutboxState>) -> (DeliveryMark, String) {
        let view = view(&Delivery {
            direction: Direction::Outbound,
            status,
            error_code: Some(30003),
            outbox,
            offline: true,
        });
        (view.mark, view.words)
    }

    #[test]
    fn the_outbox_knows_more_than_the_status_until_the_text_has_left() {
        let accepted = DeliveryStatus::Accepted;
        let waiting = mark(&accepted, Some(&OutboxState::Waiting));
        assert_eq!(
            waiting,
            (DeliveryMark::Waiting, "Waiting for the network".to_owned())
        );
        let uncertain = OutboxState::Uncertain {
            since: UtcMillis(1),
            t0: UtcMillis(0),
        };
        assert_eq!(mark(&accepted, Some(&uncertain)).0, DeliveryMark::Uncertain);
        let sent = OutboxState::Sent { sid: None };
        assert_eq!(
            mark(&DeliveryStatus::Delivered, Some(&sent)).0,
            DeliveryMark::Delivered
        );
    }

    #[test]
    fn a_text_that_waits_to_be_tried_again_says_what_for_and_asks_nothing_of_the_agent() {
        let words = |obstacle| {
            let state = OutboxState::RetryAt {
                at: UtcMillis(1),
                code: Some(20429),
                obstacle,
            };
            let view = view(&Delivery {
                direction: Direction::Outbound,
                status: &DeliveryStatus::Accepted,
                error_code: None,
                outbox: Some(&state),
                offline: false,
            });
            assert_eq!((view.mark, view.problem), (DeliveryMark::Waiting, None));
            view.words
        };
        assert_eq!(words(Obstacle::Unreachable), "Waiting for the network");
        assert!(words(Obstacle::Pace).starts_with("Twilio is busy"));
        assert!(words(Obstacle::Credentials).contains("credentials"));
    }

    #[test]
    fn t_14_a_failure_is_explained_and_an_unknown_status_is_quoted() {
        let view = view(&Delivery {
            direction: Direction::Outbound,
            status: &DeliveryStatus::Undelivered,
            error_code: Some(30003),
            outbox: None,
            offline: false,
        });
        let problem = view.problem.unwrap();
        assert_eq!(
            (view.mark, problem.code),
            (DeliveryMark::Failed, Some(30003))
        );
        assert!(!problem.explanation.is_empty() && !problem.remedy.is_empty());
        let odd = mark(&DeliveryStatus::Unknown("teleported".to_owned()), None);
        assert!(odd.1.contains("teleported"));
    }
}

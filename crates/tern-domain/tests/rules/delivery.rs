//! T-12: the carrier's words and their order.

use proptest::prelude::*;
use tern_domain::DeliveryStatus as S;

const WORDS: [&str; 12] = [
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "receiving",
    "received",
    "read",
    "canceled",
];

#[test]
fn t_12_the_ranks() {
    let ladder: [&[S]; 6] = [
        &[S::Accepted, S::Scheduled],
        &[S::Queued],
        &[S::Sending, S::Receiving],
        &[S::Sent],
        &[
            S::Delivered,
            S::Undelivered,
            S::Failed,
            S::Canceled,
            S::Received,
        ],
        &[S::Read],
    ];
    for pair in ladder.windows(2) {
        for lower in pair[0] {
            for higher in pair[1] {
                assert!(lower.rank() < higher.rank(), "{lower} < {higher}");
            }
        }
    }
    for word in WORDS {
        let status = S::parse(word);
        assert_eq!(status.as_str(), word);
        let is_final = matches!(
            status,
            S::Delivered | S::Undelivered | S::Failed | S::Canceled | S::Received | S::Read
        );
        assert_eq!(status.is_final(), is_final, "{word}");
    }
}

fn any_status() -> impl Strategy<Value = S> {
    prop_oneof![
        prop::sample::select(WORDS.to_vec()).prop_map(S::parse),
        "[a-z_]{1,12}".prop_map(|word| S::parse(&word)),
    ]
}

proptest! {
    #[test]
    fn t_12_never_backwards(seen in prop::collection::vec(any_status(), 1..20)) {
        let mut current = S::Accepted;
        for incoming in seen {
            let next = S::advance(current.clone(), incoming.clone());
            prop_assert!(next.rank() >= current.rank());
            prop_assert_eq!(S::advance(next.clone(), incoming), next.clone());
            current = next;
        }
    }

    #[test]
    fn every_word_survives(word in "\\PC{0,20}") {
        let status = S::parse(&word);
        prop_assert_eq!(status.as_str(), &word);
        let json = serde_json::to_string(&status).unwrap();
        prop_assert_eq!(serde_json::from_str::<S>(&json).unwrap(), status);
    }
}

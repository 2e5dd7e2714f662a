//! T-14: every code has words, a remedy and advice.

use std::collections::BTreeSet;

use tern_domain::carrier_errors::{Consequence, RetryAdvice, explain, known_problems};

#[test]
fn t_14_every_code_of_the_rule_book_is_explained() {
    let of_the_rule = [
        21211, 21408, 21606, 21608, 21610, 21614, 21617, 21620, 21623, 20003, 20429, 14107, 30003,
        30004, 30005, 30006, 30007, 30008, 30034,
    ];
    let of_the_reference = [
        11200, 11751, 12300, 20005, 20404, 20500, 20503, 21212, 21602, 21603, 21604, 21609, 21611,
        21612, 21703, 21704, 21712, 30001, 30002, 30009, 30019, 30022, 30023, 30027, 30032, 30036,
        30039, 30410, 30450, 63016, 63036, 63038,
    ];
    let unknown = explain(1).explanation;
    for code in of_the_rule.into_iter().chain(of_the_reference) {
        assert_ne!(explain(code).explanation, unknown, "{code}");
    }
}

#[test]
fn t_14_words_are_for_people() {
    let mut codes = BTreeSet::new();
    for problem in known_problems() {
        assert!(codes.insert(problem.code), "{} twice", problem.code);
        for words in [problem.explanation, problem.remedy] {
            assert!(
                words.ends_with('.') && words.len() >= 14,
                "{}: {words}",
                problem.code
            );
            for jargon in ["null", "API call", "endpoint", "HTTP", "21610", "exception"] {
                assert!(!words.contains(jargon), "{}: {words}", problem.code);
            }
        }
    }
}

#[test]
fn t_14_advice() {
    for (code, retry, consequence) in [
        (
            20003,
            RetryAdvice::Automatic,
            Some(Consequence::CredentialsDead),
        ),
        (
            20005,
            RetryAdvice::Automatic,
            Some(Consequence::CredentialsDead),
        ),
        (20429, RetryAdvice::Automatic, None),
        (21611, RetryAdvice::Automatic, None),
        (21610, RetryAdvice::Never, Some(Consequence::MarkOptedOut)),
        (21211, RetryAdvice::Never, None),
        (30007, RetryAdvice::Never, None),
        (30008, RetryAdvice::ByHand, None),
        (30003, RetryAdvice::ByHand, None),
        (99999, RetryAdvice::ByHand, None),
    ] {
        let problem = explain(code);
        assert_eq!(
            (problem.code, problem.retry, problem.consequence),
            (code, retry, consequence)
        );
        assert_eq!(problem.can_retry(), retry != RetryAdvice::Never);
    }
}

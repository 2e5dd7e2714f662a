//! Segment vectors of the published calculator, and the properties that hold for any text.

use proptest::prelude::*;

use super::{Encoding, count, encoding, split};

fn check(body: &str, wanted: Encoding, segments: usize) {
    assert_eq!(
        (encoding(body), count(body)),
        (wanted, segments),
        "{body:?}"
    );
}

#[test]
fn gsm_7_texts_break_at_160_and_then_every_153_septets() {
    for (length, segments) in [
        (1, 1),
        (160, 1),
        (161, 2),
        (306, 2),
        (307, 3),
        (459, 3),
        (460, 4),
        (1600, 11),
    ] {
        check(&"a".repeat(length), Encoding::Gsm7, segments);
    }
    check(&"é".repeat(160), Encoding::Gsm7, 1);
    check("Ç", Encoding::Gsm7, 1);
    check("\r\n", Encoding::Gsm7, 1);
    check("", Encoding::Gsm7, 1);
    check("^{}\\[~]|€", Encoding::Gsm7, 1);
}

#[test]
fn an_escape_pair_is_never_cut() {
    for (length, segments) in [(80, 1), (81, 2), (152, 2), (153, 3)] {
        check(&"€".repeat(length), Encoding::Gsm7, segments);
    }
    for extension in "\u{c}^{}\\[~]|€".chars() {
        check(
            &format!("{extension}{}", "1".repeat(158)),
            Encoding::Gsm7,
            1,
        );
        check(
            &format!("{extension}{}", "1".repeat(159)),
            Encoding::Gsm7,
            2,
        );
    }
    let around = |tail| format!("{}€{}", "a".repeat(152), "a".repeat(tail));
    check(&around(151), Encoding::Gsm7, 2);
    check(&around(152), Encoding::Gsm7, 3);
}

#[test]
fn ucs_2_texts_break_at_70_and_then_every_67_units() {
    for (length, segments) in [(70, 1), (71, 2), (134, 2), (135, 3), (1600, 24)] {
        check(&"á".repeat(length), Encoding::Ucs2, segments);
    }
    for (length, segments) in [(35, 1), (36, 2), (66, 2), (67, 3)] {
        check(&"😀".repeat(length), Encoding::Ucs2, segments);
    }
    for (digits, segments) in [(68, 1), (69, 2), (133, 3)] {
        check(
            &format!("😜{}", "1".repeat(digits)),
            Encoding::Ucs2,
            segments,
        );
    }
    for costly in ["It’s", "`", "ç"] {
        check(costly, Encoding::Ucs2, 1);
    }
}

#[test]
fn a_grapheme_is_never_cut() {
    const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    check(&format!("🇮🇹{}", "1".repeat(66)), Encoding::Ucs2, 1);
    check(&format!("🇮🇹{}", "1".repeat(67)), Encoding::Ucs2, 2);
    let around = |tail| format!("{}😀{}", "a".repeat(66), "a".repeat(tail));
    check(&around(65), Encoding::Ucs2, 2);
    check(&around(66), Encoding::Ucs2, 3);
    check(
        &format!("{}{FAMILY}{}", "a".repeat(59), "a".repeat(64)),
        Encoding::Ucs2,
        3,
    );
    check(&FAMILY.repeat(6), Encoding::Ucs2, 1);
    check(&FAMILY.repeat(7), Encoding::Ucs2, 2);
    check(&"e\u{301}".repeat(35), Encoding::Ucs2, 1);
    check(&"e\u{301}".repeat(36), Encoding::Ucs2, 2);
}

#[test]
fn a_grapheme_wider_than_a_segment_overflows_one_of_its_own() {
    // One grapheme of 71 units does not fit the first segment, which stays empty, as published.
    check(&format!("👨{}", "\u{200d}".repeat(69)), Encoding::Ucs2, 2);
    check(&format!("👨{}", "\u{200d}".repeat(68)), Encoding::Ucs2, 1);
}

proptest! {
    #[test]
    fn segments_join_to_the_text_and_fit(body in "[a-z€{^é😀á\r\n🇮🇹 ]{0,400}") {
        let parts = split(&body);
        prop_assert_eq!(parts.concat(), body.clone());
        let room = match (encoding(&body), parts.len()) {
            (Encoding::Gsm7, 1) => 160,
            (Encoding::Gsm7, _) => 153,
            (Encoding::Ucs2, 1) => 70,
            (Encoding::Ucs2, _) => 67,
        };
        for part in parts {
            let cost: usize = match encoding(&body) {
                Encoding::Gsm7 => part.chars().filter_map(crate::gsm7::septets).sum(),
                Encoding::Ucs2 => part.encode_utf16().count(),
            };
            prop_assert!(cost <= room, "{} in {}", cost, room);
        }
    }
}

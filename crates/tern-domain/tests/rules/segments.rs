//! T-6, T-7: what a text costs, by the vectors of Twilio's published calculator.

use proptest::prelude::*;
use tern_domain::segments::{BODY_LIMIT, Encoding, look_alike, measure, split_for_carrier};

const FAMILY: &str = "👨‍👩‍👧‍👦";
const EXTENSION: &str = "^{}\\[~]|€";

fn times(text: &str, count: usize) -> String {
    text.repeat(count)
}

#[test]
fn t_6_gsm_7_vectors() {
    let vectors = [
        (times("a", 160), 1),
        (times("a", 161), 2),
        (times("a", 306), 2),
        (times("a", 307), 3),
        (times("a", 459), 3),
        (times("a", 460), 4),
        (times("€", 80), 1),
        (times("€", 81), 2),
        (times("€", 152), 2),
        (times("€", 153), 3),
        (times("a", 152) + "€" + &times("a", 151), 2),
        (times("a", 152) + "€" + &times("a", 152), 3),
        (times("é", 160), 1),
        (EXTENSION.to_owned(), 1),
        ("Ç".to_owned(), 1),
        ("\r\n".to_owned(), 1),
        (times("a", 1600), 11),
        (String::new(), 1),
    ];
    for (text, segments) in vectors {
        let measured = measure(&text);
        assert_eq!(
            (measured.encoding, measured.segments),
            (Encoding::Gsm7, segments),
            "{text}"
        );
        assert_eq!(measured.characters, measured.units);
        assert_eq!(measured.costly, None);
    }
    for extension in EXTENSION.chars().chain(['\u{c}']) {
        assert_eq!(
            measure(&format!("{extension}{}", times("1", 158))).segments,
            1,
            "{extension:?}"
        );
        assert_eq!(
            measure(&format!("{extension}{}", times("1", 159))).segments,
            2,
            "{extension:?}"
        );
    }
    assert_eq!(measure(EXTENSION).units, 18);
}

#[test]
fn t_6_ucs_2_vectors() {
    let vectors = [
        (times("á", 70), 70, 1),
        (times("á", 71), 71, 2),
        (times("á", 134), 134, 2),
        (times("á", 135), 135, 3),
        (times("😀", 35), 35, 1),
        (times("😀", 36), 36, 2),
        (times("😀", 66), 66, 2),
        (times("😀", 67), 67, 3),
        ("😜".to_owned() + &times("1", 68), 69, 1),
        ("😜".to_owned() + &times("1", 69), 70, 2),
        ("😜".to_owned() + &times("1", 133), 134, 3),
        ("🇮🇹".to_owned() + &times("1", 66), 67, 1),
        ("🇮🇹".to_owned() + &times("1", 67), 68, 2),
        (times("a", 66) + "😀" + &times("a", 65), 132, 2),
        (times("a", 66) + "😀" + &times("a", 66), 133, 3),
        (times("a", 59) + FAMILY + &times("a", 64), 124, 3),
        (times(FAMILY, 6), 6, 1),
        (times(FAMILY, 7), 7, 2),
        (times("e\u{301}", 35), 35, 1),
        (times("e\u{301}", 36), 36, 2),
        ("It’s".to_owned(), 4, 1),
        ("`".to_owned(), 1, 1),
        ("ç".to_owned(), 1, 1),
        (times("á", 1600), 1600, 24),
    ];
    for (text, characters, segments) in vectors {
        let measured = measure(&text);
        assert_eq!(
            (measured.encoding, measured.characters, measured.segments),
            (Encoding::Ucs2, characters, segments),
            "{text}"
        );
    }
}

#[test]
fn t_6_clusters_are_the_calculators() {
    for (text, characters) in [
        ("क्ष", 2),
        ("न्त्र", 3),
        ("ก็", 1),
        ("각", 1),
        ("1️⃣", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("🧑‍🚀", 1),
        ("👍🏽", 1),
        ("☝️🏽", 1),
        ("🫠🏽", 2),
        ("❤️‍🔥", 2),
        ("👩‍❤️‍💋‍👨", 1),
        ("🫱🏽‍🫲🏻", 4),
        ("🇮🇹🇩🇪🇮", 3),
        ("🇮🇹\u{fe0f}", 1),
        ("🇮🇹\u{fe0f}\u{301}", 2),
        ("\u{600}a", 1),
        ("a\u{200d}❤", 1),
        ("á\r\n", 3),
    ] {
        assert_eq!(measure(text).characters, characters, "{text}");
    }
}

#[test]
fn t_7_the_costly_character_is_named() {
    let costly = measure("Hi 😀, it’s ready").costly.unwrap();
    assert_eq!(
        (
            costly.grapheme.as_str(),
            costly.utf16_offset,
            costly.replacement
        ),
        ("😀", 3, None)
    );
    let costly = measure("€: it’s “ready”").costly.unwrap();
    assert_eq!(
        (
            costly.grapheme.as_str(),
            costly.utf16_offset,
            costly.replacement
        ),
        ("’", 5, Some("'"))
    );
}

#[test]
fn t_7_what_is_left_in_the_last_segment() {
    for (text, left) in [
        (times("a", 0), 160),
        (times("a", 150), 10),
        (times("a", 160), 0),
        (times("a", 161), 145),
        (times("a", 306), 0),
        (times("á", 60), 10),
        (times("á", 71), 63),
    ] {
        assert_eq!(
            measure(&text).left_in_segment,
            left,
            "{}",
            text.chars().count()
        );
    }
}

#[test]
fn t_6_the_body_limit() {
    assert_eq!(measure(&times("a", 1600)).over_limit_by, 0);
    assert_eq!(measure(&times("a", 1601)).over_limit_by, 1);
    assert_eq!(measure(&times("😀", 801)).over_limit_by, 2);
}

#[test]
fn look_alikes_make_a_text_cheap() {
    let dear = "“It’s”\u{a0}–…½ｆｕｌｌ\u{200b}";
    let plain = look_alike::plain(dear);
    assert_eq!(plain, "\"It's\"  -...1/2full");
    assert_eq!(measure(dear).encoding, Encoding::Ucs2);
    assert_eq!(measure(&plain).encoding, Encoding::Gsm7);
    assert_eq!(look_alike::plain("nothing to do"), "nothing to do");
}

#[test]
fn t_7_bot_texts_are_split_at_paragraphs_then_lines_then_words() {
    let paragraph = |letter: &str, length| times(letter, length);
    let text = [
        paragraph("a", 900),
        paragraph("b", 600),
        paragraph("c", 900),
    ]
    .join("\n\n");
    let parts = split_for_carrier(&text);
    let lengths: Vec<usize> = parts.iter().map(String::len).collect();
    assert_eq!(lengths, [1502, 900]);

    let lines = [paragraph("a", 1000), paragraph("b", 1000)].join("\n");
    assert_eq!(
        split_for_carrier(&lines),
        [paragraph("a", 1000), paragraph("b", 1000)]
    );

    let words = [paragraph("a", 1000), paragraph("b", 1000)].join(" ");
    assert_eq!(
        split_for_carrier(&words),
        [paragraph("a", 1000), paragraph("b", 1000)]
    );
}

#[test]
fn t_7_urls_and_option_lines_stay_whole() {
    let url = format!("https://example.com/{}", times("x", 700));
    let option = format!("2. {}", times("word ", 200).trim());
    let text = format!("{} {url}\n1. One\n{option}\n3. Three", times("a", 1000));
    let parts = split_for_carrier(&text);
    assert!(parts.iter().any(|part| part.contains(&url)));
    assert!(
        parts
            .iter()
            .any(|part| part.lines().any(|line| line == option))
    );
}

/// A word of any length, and what comes after it.
fn any_block() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "ok",
        "straße",
        "😀",
        "https://example.com/a",
        "longest",
    ]);
    let after = prop::sample::select(vec![" ", "\n", "\n\n", "  "]);
    (word, 1_usize..300, after).prop_map(|(word, times, after)| word.repeat(times) + after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn t_7_splitting_loses_nothing_but_space(blocks in prop::collection::vec(any_block(), 0..20)) {
        let text = blocks.concat();
        let parts = split_for_carrier(&text);
        for part in &parts {
            prop_assert!(part.encode_utf16().count() <= 1600 && !part.is_empty());
        }
        let letters = |text: &str| {
            text.chars().filter(|character| !character.is_whitespace()).collect::<String>()
        };
        prop_assert_eq!(letters(&parts.concat()), letters(&text));
    }
}

proptest! {
    #[test]
    fn t_6_measures_hang_together(text in "\\PC{0,300}") {
        let measured = measure(&text);
        let (single, joined) = match measured.encoding {
            Encoding::Gsm7 => (160, 153),
            Encoding::Ucs2 => (70, 67),
        };
        prop_assert_eq!(measured.encoding == Encoding::Ucs2, measured.costly.is_some());
        prop_assert!(measured.segments >= measured.units.div_ceil(joined).min(measured.units.div_ceil(single)));
        prop_assert_eq!(measured.segments == 1, measured.units <= single);
        prop_assert!(measured.left_in_segment <= single);
        if let Some(costly) = measured.costly {
            let before: Vec<u16> = text.encode_utf16().take(costly.utf16_offset as usize).collect();
            let prefix = String::from_utf16(&before).unwrap();
            prop_assert!(text.strip_prefix(&prefix).unwrap().starts_with(&costly.grapheme));
        }
    }

    #[test]
    fn t_6_a_longer_text_never_costs_less(text in "[a-z€é]{0,400}") {
        let longer = format!("{text}a");
        prop_assert!(measure(&longer).segments >= measure(&text).segments);
        prop_assert!(measure(&text).units <= BODY_LIMIT);
    }
}

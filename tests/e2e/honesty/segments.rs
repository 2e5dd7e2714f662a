//! T-6: the domain counts as Twilio's published calculator does.

use serde::Deserialize;
use tern_domain::segments::{Encoding, measure};

use super::node;

const COUNT: usize = 10_000;

#[derive(Debug, Deserialize)]
struct Counted {
    text: String,
    encoding: String,
    characters: u32,
    segments: u32,
}

#[test]
fn honesty_of_segments_t_6_ten_thousand_texts_count_as_in_twilios_calculator() {
    let count = COUNT.to_string();
    let counted: Vec<Counted> = node::lines_of("segments.js", &[&count, "20261121"]);
    assert_eq!(counted.len(), COUNT);
    let different: Vec<_> = counted
        .iter()
        .filter_map(|expected| {
            let found = measure(&expected.text);
            let encoding = match found.encoding {
                Encoding::Gsm7 => "GSM-7",
                Encoding::Ucs2 => "UCS-2",
            };
            let same = encoding == expected.encoding
                && found.characters == expected.characters
                && found.segments == expected.segments;
            (!same).then_some((encoding, found.characters, found.segments, expected))
        })
        .collect();
    let shown: Vec<_> = different.iter().take(5).collect();
    assert!(
        different.is_empty(),
        "{} differ, such as {shown:#?}",
        different.len()
    );
}

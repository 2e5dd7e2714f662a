//! How somebody seems to feel.

use proptest::prelude::*;
use tern_domain::mood::{Mood, mood_of};

#[test]
fn h_5_the_mood_is_estimated_from_english_words() {
    let cases: [(&[&str], Mood); 6] = [
        (
            &[
                "This is terrible, my order is late again",
                "I am really angry and disappointed",
            ],
            Mood::Upset,
        ),
        (
            &["Your service is awful and nobody cares, I hate this"],
            Mood::Upset,
        ),
        (
            &["Thank you so much, the new chair is wonderful!"],
            Mood::Pleased,
        ),
        (
            &["I love it, great work, the driver was very kind"],
            Mood::Pleased,
        ),
        (
            &[
                "I would like to know when the shop opens on Saturday morning and until when you are there",
            ],
            Mood::Neutral,
        ),
        (
            &["Please help me with the address of the order that I placed on Monday"],
            Mood::Neutral,
        ),
    ];
    for (texts, mood) in cases {
        assert_eq!(mood_of(texts.iter().copied()), Some(mood), "{texts:?}");
    }
}

#[test]
fn h_5_no_mood_is_told_of_other_languages_scripts_and_a_word_or_two() {
    let cases: [&[&str]; 9] = [
        &[],
        &["1", "2", "yes"],
        &["agent"],
        &["😡😡😡"],
        // "die" and "bad" are strong words in English only.
        &["Die Lieferung fürs Bad kommt schon wieder nicht, das macht mich ärgerlich"],
        &["Estoy muy enfadado porque mi pedido no ha llegado todavía"],
        &["Je suis très déçu, ma commande n'est toujours pas arrivée"],
        &["Я очень недоволен, заказ так и не пришёл"],
        &["注文した商品がまだ届きません。とても困っています。"],
    ];
    for texts in cases {
        assert_eq!(mood_of(texts.iter().copied()), None, "{texts:?}");
    }
}

proptest! {
    #[test]
    fn h_5_whatever_was_written_a_mood_is_no_trouble(texts in prop::collection::vec("\\PC{0,80}", 0..6)) {
        let _mood = mood_of(texts.iter().map(String::as_str));
    }

    #[test]
    fn h_5_words_of_the_list_in_any_order_are_no_trouble(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "never", "so", "this", "without", "doubt", "least", "at", "very", "the", "bomb", "kind", "of",
                "good", "BAD", "but", "not", "shit", "!", "?", ":)", "yeah", "right", "kiss", "death",
            ]),
            0..14,
        ),
    ) {
        let text = words.join(" ");
        let _mood = mood_of([text.as_str()]);
    }
}

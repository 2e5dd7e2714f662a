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

/// Texts as they come to a support line, and what a colleague would say of each.
const SUPPORT_TEXTS: [(&str, Mood); 45] = [
    (
        "My wonderful old chair is broken and I am very sad and angry about it",
        Mood::Upset,
    ),
    ("The saddle is loose", Mood::Neutral),
    (
        "The saddle of my bike is loose, can you fix it this week?",
        Mood::Neutral,
    ),
    ("My bike is broken, the chain fell off", Mood::Neutral),
    ("There is a problem with my order", Mood::Neutral),
    (
        "I have an issue with the app, it shows error 500",
        Mood::Neutral,
    ),
    ("I got the wrong size, I need a medium", Mood::Neutral),
    (
        "My parcel is missing, the tracking stopped on Monday",
        Mood::Neutral,
    ),
    ("I lost my key card yesterday", Mood::Neutral),
    (
        "The screen is cracked and the battery is dead",
        Mood::Neutral,
    ),
    ("Payment failed twice, what should I do?", Mood::Neutral),
    ("I want to cancel my appointment on Friday", Mood::Neutral),
    (
        "The washing machine leaks and there is water on the floor",
        Mood::Neutral,
    ),
    ("I was charged twice for the same order", Mood::Neutral),
    (
        "The delivery is delayed, when will it arrive?",
        Mood::Neutral,
    ),
    (
        "The heating does not work since this morning",
        Mood::Neutral,
    ),
    ("I forgot my password and I am locked out", Mood::Neutral),
    ("The package was damaged when it came", Mood::Neutral),
    ("One of the screws is missing from the box", Mood::Neutral),
    (
        "The alarm does not stop, how do I switch it off?",
        Mood::Neutral,
    ),
    ("Can I change the address of order 1042?", Mood::Neutral),
    ("What time do you open on Sundays?", Mood::Neutral),
    (
        "I need a refund for the second pair of shoes",
        Mood::Neutral,
    ),
    ("The brake makes a noise when it is wet", Mood::Neutral),
    (
        "Somebody cut the cable in front of the house",
        Mood::Neutral,
    ),
    (
        "The door is stuck and the lock is difficult to turn",
        Mood::Neutral,
    ),
    ("This is ridiculous, I am really angry", Mood::Upset),
    ("I am very disappointed with your service", Mood::Upset),
    ("Your support is terrible and I hate waiting", Mood::Upset),
    ("The worst shop ever, I will never come back", Mood::Upset),
    ("I am so frustrated, this is awful", Mood::Upset),
    (
        "This is unacceptable, what a horrible experience",
        Mood::Upset,
    ),
    (
        "You are useless, my order is a complete disaster",
        Mood::Upset,
    ),
    ("I am sick of this, it is a disgrace", Mood::Upset),
    ("The saddle is loose again and I am furious", Mood::Upset),
    ("I feel cheated, this is a scam", Mood::Upset),
    ("Thank you so much, that was very kind", Mood::Pleased),
    (
        "Great service, I am very happy with the new bike",
        Mood::Pleased,
    ),
    (
        "Perfect, everything works now, thanks a lot!",
        Mood::Pleased,
    ),
    ("You are wonderful, I love the colour", Mood::Pleased),
    (
        "The problem is gone, great work and thank you",
        Mood::Pleased,
    ),
    (
        "Excellent, the technician was friendly and fast",
        Mood::Pleased,
    ),
    (
        "I am so glad that you found my parcel, thanks",
        Mood::Pleased,
    ),
    ("Best shop in town, amazing people", Mood::Pleased),
    (
        "That is awesome, thank you for the quick answer",
        Mood::Pleased,
    ),
];

#[test]
fn h_5_a_report_of_a_problem_is_no_complaint_and_a_complaint_is_one() {
    let wrong: Vec<_> = SUPPORT_TEXTS
        .iter()
        .map(|(text, mood)| (text, mood, mood_of([*text])))
        // No word is better than a wrong one: a short text may be too little to tell its language by.
        .filter(|(_, mood, told)| told.is_some_and(|told| told != **mood))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(mood_of(["The saddle is loose"]), Some(Mood::Neutral));
    let told = SUPPORT_TEXTS
        .iter()
        .filter(|(text, mood)| mood_of([*text]) == Some(*mood));
    let told = told.count();
    assert!(told > 36, "most are told, not passed over: {told}");
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

//! Texts that read like a bicycle shop's, for an archive that people look at. What is measured has words of its own.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tern_domain::Direction;

const ASKED: &[&str] = &[
    "Hi, is my {thing} ready?",
    "Good morning! Can I bring my {thing} in on {day}?",
    "The {part} makes a noise again since {day}.",
    "Order {number} has not arrived yet, could you look?",
    "How much is a new {part}, fitted?",
    "Thank you, it rides like new!",
    "Sorry, I am late. Is {time} still fine?",
    "Do you have the {part} in {colour}?",
    "I was charged twice for order {number}. Please look into it.",
    "Can somebody call me about my {thing}?",
    "Where do I find the invoice for {number}?",
    "The delivery came without the {part}.",
    "Yes, {day} works. See you then.",
    "No, the {colour} one please.",
    "Is the workshop open on {day}?",
    "My {thing} was stolen, do you still have its frame number?",
    "The refund for {number} is not on my account yet.",
    "Could you keep it until {day}? I am away.",
    "Does the {part} fit an older {thing}?",
    "Great service, as always. See you in spring!",
    "Please cancel my appointment on {day}.",
    "I would rather have the {colour} {part}.",
    "What does an inspection before the season cost?",
    "The battery of my {thing} does not charge any more.",
];

const ANSWERED: &[&str] = &[
    "It is ready. We are open until six today.",
    "{day} at {time} is free, shall I put you down?",
    "Order {number} left yesterday and should be there on {day}.",
    "The {part} is in stock. With fitting it comes to {price} euros.",
    "I am sorry about that. I have asked the carrier about {number}.",
    "We have it in {colour}, and can have more by {day}.",
    "You are welcome! Have a good ride.",
    "Your {thing} needs a new {part}. Shall we go ahead for {price} euros?",
    "The refund for {number} was sent today; banks take two to three days.",
    "Of course, we keep it until {day}.",
    "Please bring your {thing} by, we will have a look at once.",
    "The {part} is on its way to us and we will tell you when it is here.",
    "I have moved your appointment to {day}, {time}.",
    "It is included in the warranty, nothing to pay.",
    "The invoice for {number} is in your mail now.",
    "One of our mechanics will call you before {time}.",
];

const SLOTS: &[(&str, &[&str])] = &[
    (
        "{thing}",
        &[
            "bicycle",
            "cargo bike",
            "trailer",
            "racing bike",
            "child's bike",
            "e-bike",
            "tandem",
        ],
    ),
    (
        "{part}",
        &[
            "chain",
            "front light",
            "saddle",
            "rear rack",
            "brake",
            "gear hub",
            "pedal",
            "mudguard",
            "bell",
            "tyre",
        ],
    ),
    (
        "{day}",
        &[
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
        ],
    ),
    (
        "{time}",
        &["9:30", "10:15", "11:00", "14:30", "16:00", "17:15"],
    ),
    ("{colour}", &["black", "green", "red", "silver", "blue"]),
    ("{price}", &["18", "35", "49", "72", "110", "165"]),
];

/// One text, made from its number alone.
pub(crate) fn sentence(number: u64, direction: Direction) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(number ^ 0x5EED);
    let mut pick = |from: &[&'static str]| -> &'static str {
        from.get(random.random_range(0..from.len()))
            .copied()
            .unwrap_or_default()
    };
    let mut text = pick(match direction {
        Direction::Inbound => ASKED,
        Direction::Outbound => ANSWERED,
    })
    .to_owned();
    for (slot, words) in SLOTS {
        text = text.replace(slot, pick(words));
    }
    text.replace("{number}", &format!("{}", 10_000 + number * 7_919 % 80_000))
}

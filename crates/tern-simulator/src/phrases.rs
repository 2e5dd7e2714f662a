//! The words of generated history: support talk for an invented shop, so that search, segments and
//! screenshots have something plausible to chew on. Owns no rule.

/// How a customer begins.
pub(crate) const OPENINGS: [&str; 14] = [
    "Hi, my order {n} has not arrived yet",
    "Hello! Can I change the delivery address for {n}?",
    "The {thing} I bought arrived damaged",
    "Is the {thing} back in stock?",
    "I was charged twice for {n}",
    "How do I return the {thing}?",
    "Good morning, when do you open on Saturday?",
    "Could somebody call me about {n}?",
    "My {thing} stopped working after a week 😕",
    "Do you ship the {thing} to Canada?",
    "Bonjour, où est ma commande {n} ?",
    "¿Puedo cambiar la talla del {thing}?",
    "I would like to cancel {n} please",
    "Where can I download the invoice for {n}?",
];

/// How an agent answers.
pub(crate) const ANSWERS: [&str; 12] = [
    "Thanks for writing. I am looking into {n} now.",
    "Sorry about that! A new {thing} leaves our warehouse tomorrow.",
    "Yes, the {thing} is available again from {day}.",
    "You should see the refund for {n} within five days.",
    "Could you send us a picture of the {thing}?",
    "I have updated the address. You get a new tracking link shortly.",
    "We are open from 9 to 5 on {day}.",
    "The carrier says {n} arrives on {day}.",
    "I am passing this to a colleague who knows the {thing} best.",
    "Done. Is there anything else I can do for you?",
    "Please keep the {thing} in its box until {day}, the courier collects it between 8 and 12.",
    "We could not find {n}. Is there another number on the parcel label, perhaps beginning with a letter?",
];

/// How a customer goes on.
pub(crate) const FOLLOW_UPS: [&str; 12] = [
    "Thank you!",
    "Great, thanks 👍",
    "That works for me",
    "It is still not here",
    "Ok, I will wait until {day}",
    "Here is the number again: {n}",
    "No, that is the wrong {thing}",
    "Perfect, you have been very kind",
    "When exactly? I am only home after six",
    "Can you leave it with my neighbour?",
    "Merci beaucoup, à bientôt",
    "Hmm, I am not sure I understand. The label says {n} but the mail said something else entirely, and on the phone I was told a third number.",
];

/// What the shop sells.
pub(crate) const THINGS: [&str; 16] = [
    "kettle",
    "lamp",
    "backpack",
    "raincoat",
    "bicycle bell",
    "teapot",
    "desk chair",
    "notebook",
    "headphones",
    "sleeping bag",
    "toaster",
    "garden hose",
    "picture frame",
    "wool blanket",
    "suitcase",
    "coffee grinder",
];

/// Days of the week.
pub(crate) const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

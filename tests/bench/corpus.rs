//! Made-up texts that are distributed like real ones, the same in every run.
//!
//! Words follow Zipf's law over a vocabulary of syllables, so there are words in a third of all texts and
//! words in a handful. Each text is made from its number alone.

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tern_domain::{
    Address, CarrierMessage, DeliveryStatus, Direction, MessageSid, MessageText, PhoneNumber,
    UtcMillis,
};

use crate::sentences::sentence;

const VOCABULARY: usize = 20_000;
/// The newest text of the past.
pub(crate) const NEWEST: UtcMillis = UtcMillis(1_760_000_000_000);
const THREE_YEARS: i64 = 3 * 365 * 86_400_000;
pub(crate) const CONVERSATIONS: u64 = 20_000;
/// One text in so many belongs to the one long thread: 100,000 of a million.
const LONG_THREAD_EVERY: u64 = 10;

/// Texts of the past, newest first.
pub(crate) struct Corpus {
    words: Vec<String>,
    /// Sum of the weights up to each word.
    cumulative: Vec<f64>,
    messages: u64,
    provider: PhoneNumber,
    speech: Speech,
}

/// What texts are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Words of a known frequency, for measuring.
    Words,
    /// Sentences, for looking at.
    Sentences,
}

impl Corpus {
    pub(crate) fn new(messages: u64, speech: Speech) -> anyhow::Result<Self> {
        let mut total = 0.0;
        let mut cumulative = Vec::with_capacity(VOCABULARY);
        let mut words = Vec::with_capacity(VOCABULARY);
        for rank in 0..VOCABULARY {
            words.push(spell(rank));
            total += 1.0 / (rank as f64 + 2.7);
            cumulative.push(total);
        }
        Ok(Self {
            words,
            cumulative,
            messages,
            provider: PhoneNumber::parse("+15005550006")?,
            speech,
        })
    }

    /// The word of a rank: 0 is the most frequent.
    pub(crate) fn word(&self, rank: usize) -> &str {
        self.words.get(rank).map_or("", String::as_str)
    }

    pub(crate) const fn vocabulary(&self) -> usize {
        self.words.len()
    }

    /// The address of a conversation; number 0 is the long thread.
    pub(crate) fn requester(number: u64) -> Address {
        // Spread over area codes, so that fragments of numbers differ.
        let area = 200 + number % 700;
        let rest = number.wrapping_mul(7_919) % 10_000_000;
        Address::parse(&format!("+1{area}{rest:07}"))
    }

    pub(crate) fn provider(&self) -> &PhoneNumber {
        &self.provider
    }

    fn pick(&self, random: &mut ChaCha8Rng) -> &str {
        let total = self.cumulative.last().copied().unwrap_or(1.0);
        let at = random.random::<f64>() * total;
        self.word(self.cumulative.partition_point(|sum| *sum < at))
    }

    /// A text's words, made from its number.
    pub(crate) fn body(&self, number: u64) -> String {
        let mut random = ChaCha8Rng::seed_from_u64(number);
        let count = random.random_range(3..=21);
        let mut body = String::with_capacity(count * 7);
        for index in 0..count {
            if index > 0 {
                body.push(' ');
            }
            body.push_str(self.pick(&mut random));
        }
        body
    }

    /// Words of the n-th text that comes in now.
    pub(crate) fn live_body(&self, number: u64) -> String {
        match self.speech {
            Speech::Words => self.body(u64::MAX - number),
            Speech::Sentences => sentence(number, Direction::Inbound),
        }
    }

    /// The n-th text, counted from the newest.
    pub(crate) fn message(&self, number: u64) -> anyhow::Result<CarrierMessage> {
        let mut random = ChaCha8Rng::seed_from_u64(number ^ 0xA5A5_A5A5);
        let conversation = if number.is_multiple_of(LONG_THREAD_EVERY) {
            0
        } else {
            1 + random.next_u64() % (CONVERSATIONS - 1)
        };
        let requester = Self::requester(conversation);
        let provider = Address::from(self.provider.clone());
        let inbound = random.random_bool(0.5);
        let age = i64::try_from(number)? * (THREE_YEARS / i64::try_from(self.messages)?.max(1));
        let at = UtcMillis(NEWEST.0 - age);
        let (direction, from, to, status) = if inbound {
            (
                Direction::Inbound,
                requester,
                provider,
                DeliveryStatus::Received,
            )
        } else {
            (
                Direction::Outbound,
                provider,
                requester,
                DeliveryStatus::Delivered,
            )
        };
        Ok(CarrierMessage {
            sid: MessageSid::parse(format!("SM{:016x}{:016x}", random.next_u64(), number))?,
            direction,
            from,
            to,
            body: MessageText::new(match self.speech {
                Speech::Words => self.body(number),
                Speech::Sentences => sentence(number, direction),
            }),
            status,
            error_code: None,
            segments: 1,
            media_count: u32::from(random.random_bool(0.05)),
            created_at: at,
            sent_at: Some(at),
            messaging_service_sid: None,
        })
    }
}

/// Spells a word. Four neighbours share a stem, as "deliver", "delivers" and "delivery" do, so that a
/// frequent word that is still being typed stands for several.
fn spell(rank: usize) -> String {
    const ENDINGS: [&str; 4] = ["", "ling", "lings", "lingly"];
    let ending = ENDINGS.get(rank % 4).copied().unwrap_or_default();
    format!("{}{ending}", stem(rank / 4))
}

/// Frequent stems are short, and no two are the same.
fn stem(number: usize) -> String {
    const CONSONANTS: &[u8] = b"tnshrdcmwfgypbvk";
    const VOWELS: &[u8] = b"eaoiu";
    let mut word = String::new();
    let mut rest = number;
    loop {
        let consonant = CONSONANTS.get(rest % CONSONANTS.len());
        rest /= CONSONANTS.len();
        let vowel = VOWELS.get(rest % VOWELS.len());
        rest /= VOWELS.len();
        word.extend(consonant.map(|byte| char::from(*byte)));
        word.extend(vowel.map(|byte| char::from(*byte)));
        if rest == 0 {
            return word;
        }
        rest -= 1;
    }
}

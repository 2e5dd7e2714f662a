//! Search in scripts that write no spaces, over notes, by topics, in a thread, and texts by days: warm.
//!
//! Adds to the file what the made-up texts do not have: a twentieth of them again in ideographs, as many notes as
//! there are conversations, and a topic that ran in some interactions. Comes after the rows that measure the file as
//! it was.

use std::collections::BTreeSet;

use anyhow::Context as _;
use rusqlite::params;
use tern_domain::desk::Note;
use tern_domain::search::{SearchFilters, SearchState, plain_terms};
use tern_domain::{
    AgentId, CarrierMessage, ConversationKey, Effect, MessageSid, MessageText, NoteId, Plan,
    UtcMillis,
};
use tern_store::{ReadConn, SearchQuery, Store, StoreError};
use uuid::Uuid;

use crate::corpus::{CONVERSATIONS, Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::raw;
use crate::sample::Sample;
use crate::seed::{Bench, KEY, PAGE, config};

const QUERIES: usize = 200;
const WARM_UP: usize = 50;
const DAY: i64 = 86_400_000;
const YEAR: i64 = 371 * DAY;
/// Ideographs that are used, the most frequent first.
const IDEOGRAPHS: u64 = 3_000;

type Look = fn(&ReadConn<'_>, &SearchQuery) -> Result<(), StoreError>;
type Class = (&'static str, Look, fn(&Bench, usize) -> SearchQuery);

const TEXTS: Look = |conn, query| conn.search(query).map(drop);
const NOTES: Look = |conn, query| conn.search_notes(query).map(drop);

const CLASSES: &[Class] = &[
    ("one frequent ideograph", TEXTS, |_, n| {
        text(ideographs(n, 1, 40))
    }),
    ("one rare ideograph", TEXTS, |_, n| {
        text(ideograph(1_500 + n as u64 * 7).into())
    }),
    ("two frequent ideographs", TEXTS, |_, n| {
        text(ideographs(n, 2, 12))
    }),
    ("two ideographs", TEXTS, |_, n| text(ideographs(n, 2, 400))),
    ("three frequent ideographs", TEXTS, |_, n| {
        text(ideographs(n, 3, 12))
    }),
    ("three ideographs of a text", TEXTS, |_, n| {
        text(piece(n as u64 * 61, 3))
    }),
    ("eight ideographs of a text", TEXTS, |_, n| {
        text(piece(n as u64 * 61, 8))
    }),
    ("ideographs and a word", TEXTS, |bench, n| {
        text(format!(
            "{} {} ",
            piece(n as u64 * 61, 2),
            bench.corpus.word(n % 40)
        ))
    }),
    ("rare word in finished conversations", TEXTS, |bench, n| {
        stated(rare(bench, n), SearchState::Done)
    }),
    ("rare word in new conversations", TEXTS, |bench, n| {
        stated(rare(bench, n), SearchState::New)
    }),
    ("middling word in new conversations", TEXTS, |bench, n| {
        stated(bench.corpus.word(200 + n), SearchState::New)
    }),
    (
        "rare word and three digits of a number",
        TEXTS,
        |bench, n| {
            let number = Corpus::requester(n as u64 * 97);
            let digits = number.as_str().chars().skip(3 + n % 6).take(3).collect();
            SearchQuery {
                filters: SearchFilters {
                    number: Some(digits),
                    ..SearchFilters::default()
                },
                ..text(format!("{} ", rare(bench, n)))
            }
        },
    ),
    ("word of a frequent topic", TEXTS, |bench, n| {
        topic(bench.corpus.word(n % 40), "frequent")
    }),
    ("word of a rare topic", TEXTS, |bench, n| {
        topic(bench.corpus.word(n % 40), "rare")
    }),
    ("a topic alone", TEXTS, |_, _| topic("", "frequent")),
    ("frequent word in a note", NOTES, |bench, n| {
        text(format!("{} ", bench.corpus.word(n % 40)))
    }),
    ("first letter in a note", NOTES, |bench, n| {
        text(bench.corpus.word(n * 31 % 4000).chars().take(1).collect())
    }),
    ("all notes", NOTES, |_, _| SearchQuery {
        filters: SearchFilters {
            is_note: true,
            ..SearchFilters::default()
        },
        ..text(String::new())
    }),
    (
        "find in the long thread, first letters",
        TEXTS,
        |bench, n| SearchQuery {
            conversation: Some(bench.long_thread),
            limit: 100,
            ..text(
                bench
                    .corpus
                    .word(n * 31 % 4000)
                    .chars()
                    .take(1 + n % 4)
                    .collect(),
            )
        },
    ),
];

fn text(text: String) -> SearchQuery {
    SearchQuery {
        terms: plain_terms(&text),
        limit: 50,
        ..SearchQuery::default()
    }
}

fn stated(word: &str, state: SearchState) -> SearchQuery {
    SearchQuery {
        filters: SearchFilters {
            state: Some(state),
            ..SearchFilters::default()
        },
        ..text(format!("{word} "))
    }
}

fn topic(word: &str, topic: &str) -> SearchQuery {
    SearchQuery {
        filters: SearchFilters {
            topic: Some(topic.to_owned()),
            ..SearchFilters::default()
        },
        ..text(format!("{word} "))
    }
}

fn rare(bench: &Bench, n: usize) -> &str {
    bench
        .corpus
        .word(bench.corpus.vocabulary() / 2 + n * 13 % 5000)
}

/// The ideograph of a rank.
fn ideograph(rank: u64) -> char {
    u32::try_from(rank % IDEOGRAPHS)
        .ok()
        .and_then(|rank| char::from_u32(0x4E00 + rank))
        .unwrap_or('一')
}

fn ideographs(n: usize, how_many: usize, of: usize) -> String {
    (0..how_many)
        .map(|index| ideograph(((n * 7 + index * 3) % of) as u64))
        .collect()
}

/// A number that looks drawn: the same for the same seed.
fn drawn(seed: u64) -> u64 {
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A text in ideographs: few of them make most of it, as Zipf says.
fn sentence(number: u64) -> String {
    let length = 8 + drawn(number) % 40;
    (0..length)
        .map(|index| {
            let draw = drawn(number * 64 + index + 1) % 1_000_000;
            let rank = (draw as f64 / 1_000_000.0 * (IDEOGRAPHS as f64).ln()).exp();
            ideograph(rank as u64)
        })
        .collect()
}

fn piece(number: u64, letters: usize) -> String {
    sentence(number).chars().skip(2).take(letters).collect()
}

/// Adds what the texts of the bench do not have.
fn add(bench: &Bench, store: &Store) -> anyhow::Result<()> {
    let texts = bench.messages / 20;
    for start in (0..texts).step_by(usize::try_from(PAGE)?) {
        let page = (start..texts.min(start + PAGE))
            .map(|number| {
                let like = bench.corpus.message(number)?;
                let oldest = NEWEST.0 - 3 * 365 * DAY - i64::try_from(number)?;
                Ok(CarrierMessage {
                    sid: MessageSid::parse(format!(
                        "SM{:032x}",
                        (1_u128 << 100) | u128::from(number)
                    ))?,
                    body: MessageText::new(sentence(number)),
                    created_at: UtcMillis(oldest),
                    sent_at: Some(UtcMillis(oldest)),
                    ..like
                })
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        store.write_blocking(move |tx| tx.import_history(&page))?;
    }
    let notes: Vec<Note> = (0..CONVERSATIONS)
        .map(|number| Note {
            id: NoteId::new(Uuid::from_u128(u128::from(number) | 1 << 90)),
            key: ConversationKey::sms(Corpus::requester(number), bench.corpus.provider().clone()),
            author: AgentId::new(Uuid::from_u128(1)),
            at: UtcMillis(NEWEST.0 - i64::try_from(number).unwrap_or(0)),
            edited_at: None,
            body: MessageText::new(bench.corpus.body(number)),
            whispered_to: BTreeSet::new(),
        })
        .collect();
    let plan = Plan {
        events: Vec::new(),
        effects: notes.into_iter().map(Effect::PutNote).collect(),
    };
    store.write_blocking(move |tx| tx.apply(&plan).map(drop))?;
    while !store
        .write_blocking(|tx| tx.follow_figures(20_000))?
        .is_done()
    {}
    topics(bench)
}

/// Interactions of the live texts, ten texts long, of which every third had the frequent topic and every hundredth the
/// rare one; and one long ago for each conversation.
fn topics(bench: &Bench) -> anyhow::Result<()> {
    let mut connection = raw::open(&bench.folder.join("account.tern"), &KEY)?;
    let transaction = connection.transaction()?;
    let long_thread = bench.long_thread.0;
    for number in 0..CONVERSATIONS {
        let number = i64::try_from(number)?;
        let is_live = number < 200;
        let (conversation, opened) = if is_live {
            (long_thread, NEWEST.0 + number * 10_000)
        } else {
            (number, NEWEST.0 - 1000 * DAY + number)
        };
        let interaction = Uuid::from_u128(u128::try_from(number)? | 1 << 91).into_bytes();
        transaction
            .execute(
                "INSERT INTO conversation_figures (opened_at, interaction_id, conversation_id, ended_at,
                    provider_number, channel, by_agent, outcome, agent_replies, agent_reply_time,
                    requester_replies, requester_reply_time, with_bot, contained, handovers)
                 VALUES (?1, ?2, ?3, ?1 + 9999, '', 'sms', 0, 1, 0, 0, 0, 0, 1, 1, 0)",
                params![opened, interaction, conversation],
            )
            .context("interaction")?;
        for (topic, every) in [("frequent", 3), ("rare", 100)] {
            if number % every == 0 {
                transaction.execute(
                    "INSERT INTO bot_figures (opened_at, interaction_id, topic, provider_number, channel,
                        contained, handovers) VALUES (?1, ?2, ?3, '', 'sms', 1, 0)",
                    params![opened, interaction, topic],
                )?;
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let store = Store::open(&config(&bench.folder)?)?;
    add(bench, &store)?;
    let mut figures = Vec::new();
    for (name, look, query) in CLASSES {
        let once = |n: usize| {
            let (query, look) = (query(bench, n), *look);
            Ok(store.read_blocking(move |conn| look(conn, &query))?)
        };
        Sample::take(0..WARM_UP, once)?;
        figures.push(figure(
            format!("search: {name}"),
            &Sample::take(0..QUERIES, once)?,
        ));
    }
    let year = |n: usize| {
        let until = UtcMillis(NEWEST.0 - DAY * i64::try_from(n % 365)?);
        store.read_blocking(move |conn| {
            let mut texts = 0;
            conn.each_quarter((UtcMillis(until.0 - YEAR), until), |_, more| texts += more)?;
            let _looked_at = std::hint::black_box(texts);
            Ok(())
        })?;
        Ok(())
    };
    Sample::take(0..WARM_UP, year)?;
    figures.push(figure(
        "search: days of a year of texts".to_owned(),
        &Sample::take(0..QUERIES, year)?,
    ));
    let hits = |n: usize| {
        let mut query = text(format!("{} ", bench.corpus.word(n % 40)));
        query.filters.from = Some(UtcMillis(NEWEST.0 - YEAR));
        let _is_more =
            store.read_blocking(move |conn| conn.each_hit_time(&query, 20_000, |_| ()))?;
        Ok(())
    };
    Sample::take(0..WARM_UP, hits)?;
    let sample = Sample::take(0..QUERIES, hits)?;
    figures.push(Figure {
        target: Target::None,
        ..figure(
            "search: days of a frequent word's hits in a year, up to 20,000".to_owned(),
            &sample,
        )
    });
    store.close();
    Ok(figures)
}

fn figure(name: String, sample: &Sample) -> Figure {
    Figure {
        name,
        value: sample.percentile(99),
        unit: "ms",
        target: Target::AtMost(20.0),
        note: format!("p99; p50 {:.2} ms", sample.percentile(50)),
    }
}

//! Search while typing: every class of query, newest fifty, warm.

use rusqlite::functions::FunctionFlags;
use tern_domain::search::{SearchFilters, SearchState, Sender, plain_terms};
use tern_domain::{AgentId, UtcMillis};
use tern_store::{ReadConn, SearchQuery, StoreError};
use uuid::Uuid;

use crate::corpus::{Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::raw;
use crate::sample::Sample;
use crate::seed::{Bench, KEY};

const QUERIES: usize = 200;
const DAY: i64 = 86_400_000;

/// A kind of query: its name, and the query of a number.
type Class = (&'static str, fn(&Bench, usize) -> SearchQuery);

const CLASSES: &[Class] = &[
    ("one frequent word", |bench, n| {
        text(format!("{} ", bench.corpus.word(n % 40)))
    }),
    ("one rare word", |bench, n| {
        text(format!("{} ", rare(bench, n)))
    }),
    ("first letter", |bench, n| text(prefix(bench, n, 1))),
    ("first two letters", |bench, n| text(prefix(bench, n, 2))),
    ("first three letters", |bench, n| text(prefix(bench, n, 3))),
    ("first four letters", |bench, n| text(prefix(bench, n, 4))),
    ("first five letters", |bench, n| text(prefix(bench, n, 5))),
    ("frequent word, still open", |bench, n| {
        text(bench.corpus.word(n % 60).to_owned())
    }),
    ("five letters of a frequent word", |bench, n| {
        let word = bench.corpus.word(4 * (n % 30) + 1);
        text(word.chars().take(5).collect())
    }),
    ("whole word, still open", |bench, n| {
        text(bench.corpus.word(n * 7 % 2000).to_owned())
    }),
    ("two frequent words", |bench, n| {
        text(format!(
            "{} {} ",
            bench.corpus.word(n % 30),
            bench.corpus.word(30 + n % 50)
        ))
    }),
    ("frequent and rare word", |bench, n| {
        text(format!("{} {} ", bench.corpus.word(n % 30), rare(bench, n)))
    }),
    ("two rare words, no hit", |bench, n| {
        text(format!("{} {} ", rare(bench, n), rare(bench, n + 77)))
    }),
    ("three words, last one open", |bench, n| {
        text(format!(
            "{} {} {}",
            bench.corpus.word(n % 9),
            bench.corpus.word(9 + n % 60),
            prefix(bench, n, 2)
        ))
    }),
    ("phrase of frequent words", |bench, n| {
        text(format!(
            "\"{} {}\"",
            bench.corpus.word(n % 12),
            bench.corpus.word(n % 9)
        ))
    }),
    ("phrase of middling words, few hits", |bench, n| {
        text(format!(
            "\"{} {}\"",
            bench.corpus.word(100 + n % 100),
            bench.corpus.word(300 + n % 200)
        ))
    }),
    ("word in one conversation", |bench, n| SearchQuery {
        conversation: Some(tern_domain::ConversationId(
            i64::try_from(n * 61 + 2).unwrap_or(2),
        )),
        ..text(format!("{} ", bench.corpus.word(n % 40)))
    }),
    ("word in the long thread", |bench, n| SearchQuery {
        conversation: Some(bench.long_thread),
        ..text(format!("{} ", bench.corpus.word(n % 400)))
    }),
    ("word in one week", |bench, n| {
        let from = NEWEST.0 - DAY * i64::try_from(7 + n * 5 % 1000).unwrap_or(7);
        filtered(
            bench.corpus.word(n % 40),
            SearchFilters {
                from: Some(UtcMillis(from)),
                until: Some(UtcMillis(from + 7 * DAY)),
                ..SearchFilters::default()
            },
        )
    }),
    ("word, only inbound", |bench, n| {
        filtered(bench.corpus.word(n % 400), from(Sender::Requester))
    }),
    ("word from us", |bench, n| {
        filtered(bench.corpus.word(n % 400), from(Sender::Team))
    }),
    ("word from the virtual agent", |bench, n| {
        filtered(bench.corpus.word(n % 400), from(Sender::VirtualAgent))
    }),
    ("word from one agent", |bench, n| {
        let agent = AgentId::new(Uuid::from_u128(1));
        filtered(bench.corpus.word(n % 400), from(Sender::Agent(agent)))
    }),
    ("word, only with pictures", |bench, n| {
        filtered(bench.corpus.word(n % 400), pictures(true))
    }),
    ("word, only without pictures", |bench, n| {
        filtered(bench.corpus.word(n % 400), pictures(false))
    }),
    ("one word without another", |bench, n| {
        let unwanted = bench.corpus.word(40 + n % 40);
        text(format!("{} -{unwanted} ", bench.corpus.word(n % 40)))
    }),
    ("word and seven digits of a number", |bench, n| {
        filtered(bench.corpus.word(n % 40), number(n, 7))
    }),
    ("word and three digits of a number", |bench, n| {
        filtered(bench.corpus.word(n % 40), number(n, 3))
    }),
    ("word in new conversations", |bench, n| {
        filtered(bench.corpus.word(n % 400), state(SearchState::New))
    }),
    ("word in finished conversations", |bench, n| {
        filtered(bench.corpus.word(n % 400), state(SearchState::Done))
    }),
    (
        "two words from customers with pictures in a month",
        |bench, n| {
            let since = NEWEST.0 - DAY * i64::try_from(30 + n * 5 % 1000).unwrap_or(30);
            SearchQuery {
                filters: SearchFilters {
                    from: Some(UtcMillis(since)),
                    until: Some(UtcMillis(since + 30 * DAY)),
                    has_picture: Some(true),
                    ..from(Sender::Requester)
                },
                ..text(format!(
                    "{} {} ",
                    bench.corpus.word(n % 30),
                    bench.corpus.word(30 + n % 50)
                ))
            }
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

fn filtered(word: &str, filters: SearchFilters) -> SearchQuery {
    SearchQuery {
        filters,
        ..text(format!("{word} "))
    }
}

fn from(sender: Sender) -> SearchFilters {
    SearchFilters {
        sender: Some(sender),
        ..SearchFilters::default()
    }
}

fn pictures(has: bool) -> SearchFilters {
    SearchFilters {
        has_picture: Some(has),
        ..SearchFilters::default()
    }
}

fn state(state: SearchState) -> SearchFilters {
    SearchFilters {
        state: Some(state),
        ..SearchFilters::default()
    }
}

/// The last digits of somebody's number.
fn number(n: usize, digits: usize) -> SearchFilters {
    let number = Corpus::requester(u64::try_from(n * 97).unwrap_or(0));
    let number = number.as_str();
    SearchFilters {
        number: Some(number.chars().skip(number.len() - digits).collect()),
        ..SearchFilters::default()
    }
}

fn rare(bench: &Bench, n: usize) -> &str {
    bench
        .corpus
        .word(bench.corpus.vocabulary() / 2 + n * 13 % 5000)
}

fn prefix(bench: &Bench, n: usize, letters: usize) -> String {
    let word = bench.corpus.word(n * 31 % 4000);
    word.chars().take(letters).collect()
}

/// Runs a query as the product does, on a reader's thread.
fn timed<T: Send + 'static>(
    bench: &Bench,
    work: impl FnOnce(&ReadConn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> anyhow::Result<()> {
    bench.store.read_blocking(work)?;
    Ok(())
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, query) in CLASSES {
        let once = |n: usize| {
            let query = query(bench, n);
            timed(bench, move |conn| conn.search(&query))
        };
        // Warm: the first fifty are not counted.
        Sample::take(0..50, once)?;
        let sample = Sample::take(0..QUERIES, once)?;
        figures.push(figure(format!("search: {name}"), &sample));
    }
    let fragment = |n: usize| {
        let number = Corpus::requester(u64::try_from(n * 97).unwrap_or(0));
        let digits: String = number
            .as_str()
            .chars()
            .skip(3 + n % 4)
            .take(3 + n % 5)
            .collect();
        timed(bench, move |conn| conn.search_conversations(&digits, 50))
    };
    Sample::take(0..50, fragment)?;
    let sample = Sample::take(0..QUERIES, fragment)?;
    figures.push(figure("search: piece of a number".to_owned(), &sample));
    let counted = |n: usize| {
        let query = text(format!("{} ", bench.corpus.word(n % 40)));
        timed(bench, move |conn| conn.count_hits(&query, 10_000))
    };
    Sample::take(0..50, counted)?;
    let sample = Sample::take(0..QUERIES, counted)?;
    figures.push(Figure {
        target: Target::None,
        ..figure(
            "search: count of a frequent word, up to 10,000".to_owned(),
            &sample,
        )
    });
    figures.push(ratio(bench)?);
    Ok(figures)
}

/// The search for one frequent word beside the bare statement on a bare connection to the same file.
fn ratio(bench: &Bench) -> anyhow::Result<Figure> {
    let word = |n: usize| bench.corpus.word(n % 40).to_owned();
    let ours = Sample::take(0..QUERIES, |n| {
        let query = text(format!("{} ", word(n)));
        timed(bench, move |conn| conn.search(&query))
    })?;
    let connection = raw::open(&bench.folder.join("account.tern"), &KEY)?;
    // No text here has letters of a script without spaces.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("unspaced", 1, flags, |_| Ok(None::<String>))?;
    let mut statement = connection.prepare(
        "SELECT rowid, snippet(messages_fts, 0, '<', '>', '', 24) FROM messages_fts
         WHERE messages_fts MATCH ?1 ORDER BY rowid DESC LIMIT 50",
    )?;
    let mut bare = |n: usize| {
        let mut rows = statement.query([format!("body : \"{}\"", word(n))])?;
        while let Some(row) = rows.next()? {
            std::hint::black_box(row.get::<_, String>(1)?);
        }
        Ok(())
    };
    Sample::take(0..50, &mut bare)?;
    let bare = Sample::take(0..QUERIES, &mut bare)?;
    Ok(Figure {
        name: "search, ratio to the bare statement, p50".to_owned(),
        value: ours.percentile(50) / bare.percentile(50),
        unit: "×",
        target: Target::None,
        note: format!("one frequent word; bare p50 {:.2} ms", bare.percentile(50)),
    })
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

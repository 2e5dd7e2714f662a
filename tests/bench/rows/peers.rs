//! Search beside two stores of other messengers: the same rows, the same questions, the same run.
//!
//! Taken only where `TERN_PEERS_PYTHON` names a Python with one of them; `cargo xtask bench --peers` installs both.
//! What each is asked, and what it is spared, stands at the head of its script in `tests/bench/peers`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tern_domain::search::plain_terms;
use tern_domain::{Address, ConversationKey, Direction, MessageText, UtcMillis};
use tern_store::{SearchQuery, Store};
use uuid::Uuid;

use crate::corpus::Corpus;
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, LIVE, config, live_text};

const QUESTIONS: usize = 100;
/// Asked before anything is counted.
const WARM_UP: usize = 50;

/// One thing that somebody looks for.
#[derive(Serialize)]
struct Question {
    words: Vec<String>,
    /// The words stand together.
    phrase: bool,
    /// The last word is still being typed.
    open: bool,
}

impl Question {
    fn new(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            phrase: false,
            open: false,
        }
    }

    fn text(&self) -> String {
        let words = self.words.join(" ");
        match (self.phrase, self.open) {
            (true, _) => format!("\"{words}\""),
            (false, true) => words,
            (false, false) => format!("{words} "),
        }
    }
}

#[derive(Serialize)]
struct Class {
    name: &'static str,
    asked: Vec<Question>,
}

/// What a peer's script prints.
#[derive(Deserialize)]
struct Told {
    /// Texts stored in a second, if the peer stored them itself.
    rate: Option<f64>,
    classes: Vec<ToldClass>,
}

#[derive(Deserialize)]
struct ToldClass {
    name: String,
    p50: f64,
    p99: f64,
    hits: u64,
}

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let Some(python) = std::env::var_os("TERN_PEERS_PYTHON").map(PathBuf::from) else {
        return Ok(Vec::new());
    };
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers");
    let folder = bench.folder.join("peers");
    std::fs::create_dir_all(&folder)?;
    let classes = classes(&bench.corpus);
    write_rows(bench, &folder.join("rows.jsonl"))?;
    serde_json::to_writer(File::create(folder.join("questions.json"))?, &classes)?;
    let signal = run(
        Command::new("node").arg(scripts.join("signal.mjs")),
        &folder,
    )?;
    let ours = ask_tern(bench, &classes)?;
    let deltachat = run(
        Command::new(python).arg(scripts.join("deltachat.py")),
        &folder,
    )?;
    std::fs::remove_dir_all(&folder)?;
    let mut figures = vec![rate(bench, &signal)];
    for (peer, told) in [
        ("Signal's store", &signal),
        ("Delta Chat's core", &deltachat),
    ] {
        for (told, (sample, hits)) in told.classes.iter().zip(&ours) {
            figures.push(beside(peer, told, sample, *hits));
        }
    }
    Ok(figures)
}

fn classes(corpus: &Corpus) -> Vec<Class> {
    let rare = |n: usize| corpus.word(corpus.vocabulary() / 2 + n * 13 % 5000);
    let class = |name, ask: &dyn Fn(usize) -> Question| Class {
        name,
        asked: (0..QUESTIONS).map(ask).collect(),
    };
    vec![
        class("one frequent word", &|n| {
            Question::new(&[corpus.word(n % 40)])
        }),
        class("one rare word", &|n| Question::new(&[rare(n)])),
        class("first two letters", &|n| {
            let letters: String = corpus.word(n * 31 % 4000).chars().take(2).collect();
            Question {
                open: true,
                ..Question::new(&[&letters])
            }
        }),
        class("frequent and rare word", &|n| {
            Question::new(&[corpus.word(n % 30), rare(n)])
        }),
        class("phrase of two words", &|n| Question {
            phrase: true,
            ..Question::new(&[corpus.word(100 + n % 100), corpus.word(300 + n % 200)])
        }),
    ]
}

/// The rows as Tern has them, oldest first.
fn write_rows(bench: &Bench, path: &Path) -> anyhow::Result<()> {
    let mut rows = BufWriter::new(File::create(path)?);
    let mut conversations = std::collections::HashMap::new();
    let mut write =
        |id: u128, requester: &Address, direction, at: UtcMillis, body: &MessageText| {
            let next = conversations.len();
            let conversation = *conversations
                .entry(requester.as_str().to_owned())
                .or_insert(next);
            let row = json!({
                "id": Uuid::from_u128(id),
                "conversation": conversation,
                "outgoing": direction == Direction::Outbound,
                "at": at.0,
                "body": body.as_str(),
            });
            serde_json::to_writer(&mut rows, &row)?;
            rows.write_all(b"\n").context("cannot write the rows")
        };
    for number in (0..bench.messages).rev() {
        let text = bench.corpus.message(number)?;
        let requester = text.requester();
        write(
            u128::from(number),
            requester,
            text.direction,
            text.created_at,
            &text.body,
        )?;
    }
    let requester = Corpus::requester(0);
    let key = ConversationKey::sms(requester.clone(), bench.corpus.provider().clone());
    for number in 0..LIVE {
        let text = live_text(&bench.corpus, &key, number);
        let id = text.message_id.uuid().as_u128();
        write(id, &requester, text.direction, text.at, &text.body)?;
    }
    rows.flush()?;
    Ok(())
}

fn run(command: &mut Command, folder: &Path) -> anyhow::Result<Told> {
    let output = command
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    anyhow::ensure!(output.status.success(), "a peer's script failed");
    serde_json::from_slice(&output.stdout).context("a peer's script told something else")
}

/// Tern's own times and numbers of hits, class by class.
fn ask_tern(bench: &Bench, classes: &[Class]) -> anyhow::Result<Vec<(Sample, u64)>> {
    let store = Store::open(&config(&bench.folder)?)?;
    let once = |question: &Question| {
        let query = SearchQuery {
            terms: plain_terms(&question.text()),
            limit: 50,
            ..SearchQuery::default()
        };
        store.read_blocking(move |conn| Ok(conn.search(&query)?.hits.len()))
    };
    let mut answers = Vec::new();
    for class in classes {
        for question in class.asked.iter().take(WARM_UP) {
            once(question)?;
        }
        let mut hits = 0;
        let sample = Sample::take(&class.asked, |question| {
            hits += u64::try_from(once(question)?)?;
            Ok(())
        })?;
        answers.push((sample, hits));
    }
    store.close();
    Ok(answers)
}

fn rate(bench: &Bench, signal: &Told) -> Figure {
    let ours = bench.messages as f64 / bench.import_time.as_secs_f64();
    let theirs = signal.rate.unwrap_or_default();
    Figure {
        name: "beside Signal's store: storing and indexing".to_owned(),
        value: ours / theirs,
        unit: "×",
        target: Target::None,
        note: format!("{ours:.0} texts/s; theirs {theirs:.0}/s without lists, days or filters"),
    }
}

fn beside(peer: &str, told: &ToldClass, ours: &Sample, hits: u64) -> Figure {
    Figure {
        name: format!("beside {peer}: {}", told.name),
        value: told.p50 / ours.percentile(50),
        unit: "×",
        target: Target::None,
        note: format!(
            "theirs p50 {:.2} p99 {:.2} ms, {} hits; ours {:.2} / {:.2} ms, {hits} hits",
            told.p50,
            told.p99,
            told.hits,
            ours.percentile(50),
            ours.percentile(99)
        ),
    }
}

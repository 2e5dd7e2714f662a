//! Deleting for age while the line is up: once agreed, whole, for good, and never because of a clock.

use serde_json::json;
use tern_domain::retention::{RetentionPolicy, RetentionRun, RetentionSettings, RunEnd};
use tern_domain::{AgentId, AggregateRef, EventBody, MessageText, UtcMillis};
use tern_engine::{BackfillState, Tuning};
use tern_simulator::{HistoryPlan, SimulatorConfig};
use uuid::Uuid;

use crate::line::{ANNA, BEN, FILE_KEY, Line, quick, until};
use crate::media::{inline, png};
use crate::pages::places_of;

const DAY: i64 = 86_400_000;

fn with_history(messages: u64, years: f64) -> SimulatorConfig {
    SimulatorConfig {
        history: Some(HistoryPlan {
            messages,
            numbers: 20,
            years,
            seed: 5,
            until: None,
        }),
        ..SimulatorConfig::default()
    }
}

fn small_pages() -> Tuning {
    Tuning {
        deep_page_size: 200,
        ..quick()
    }
}

impl Line {
    /// The team agrees to a policy.
    async fn agrees(&self, policy: &str) {
        let policy: RetentionPolicy = serde_json::from_str(policy).unwrap();
        let now = self.now();
        self.store
            .write(move |tx| {
                let settings: RetentionSettings = tx.load_retention()?;
                let by = AgentId::new(Uuid::from_u128(7));
                tx.put_retention(&settings.changed(policy).agreed(by, now))
            })
            .await
            .unwrap();
        self.engine().retention_changed();
    }

    async fn runs(&self, count: usize) -> RetentionRun {
        until("a run to end", async || {
            let log = self.store.read(|conn| conn.load_retention_runs()).await;
            let past = log.unwrap().past;
            (past.len() >= count).then(|| past[0])
        })
        .await
    }

    async fn fetches_the_past(&self) {
        self.is_online().await;
        self.engine().start_backfill(None).await.unwrap();
        until("the end of the past", async || {
            let progress = self.engine().backfill()?;
            (progress.state == BackfillState::Finished).then_some(())
        })
        .await;
    }

    /// A year of texts, all of it here.
    async fn with_a_year(tuning: Tuning) -> (Self, u64) {
        let line = Self::start_with(with_history(2_000, 1.0), tuning).await;
        line.fetches_the_past().await;
        let all = line.stored_texts().await;
        (line, all)
    }
}

#[tokio::test]
async fn what_is_too_old_goes_and_fetching_the_past_does_not_bring_it_back() {
    let (line, all) = Line::with_a_year(small_pages()).await;
    line.agrees(r#"{"texts":90}"#).await;
    let run = line.runs(1).await;
    assert_eq!(run.ended.unwrap().1, RunEnd::Finished);
    let left = line.stored_texts().await;
    assert!(run.counts.texts > 0 && left > 0);
    assert_eq!(run.counts.texts + left, all);
    let cut = run.cut_offs.texts.unwrap();
    let still = line
        .store
        .read(move |conn| conn.find_old_span(cut))
        .await
        .unwrap();
    assert_eq!(still, None, "no day before the cut-off has a text");
    line.fetches_the_past().await;
    assert_eq!(line.stored_texts().await, left);
    // The audit trail says who agreed, to what, and how much it was.
    let events = line
        .store
        .read(|conn| conn.list_events_of(&AggregateRef::Retention, 10))
        .await;
    let told = events
        .unwrap()
        .into_iter()
        .find_map(|event| match event.body {
            EventBody::RetentionRan { run } => Some(run),
            _ => None,
        });
    assert_eq!(told.unwrap().counts, run.counts);
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_run_goes_on_where_it_stopped() {
    let (mut line, all) = Line::with_a_year(Tuning {
        retention_rest: std::time::Duration::from_millis(200),
        ..small_pages()
    })
    .await;
    line.agrees(r#"{"texts":30}"#).await;
    until("a first batch", async || {
        let log = line.store.read(|conn| conn.load_retention_runs()).await;
        (log.unwrap().current?.counts.texts > 0).then_some(())
    })
    .await;
    line.crash().await;
    line.start_engine();
    let run = line.runs(1).await;
    assert!(run.counts.texts > 500, "more than one batch");
    assert_eq!(run.counts.texts + line.stored_texts().await, all);
}

#[tokio::test]
async fn a_clock_set_forward_or_back_a_year_deletes_nothing() {
    let line = Line::start_with(with_history(300, 0.05), small_pages()).await;
    line.fetches_the_past().await;
    let all = line.stored_texts().await;
    for days in [365, -730] {
        line.clock.advance(days * DAY);
        let before = line.store.read(|conn| conn.load_retention_runs()).await;
        line.agrees(r#"{"texts":30,"pictures":30,"notes":30}"#)
            .await;
        let run = line.runs(before.unwrap().past.len() + 1).await;
        assert_eq!(run.counts.texts, 0, "{days}");
        assert_eq!(line.stored_texts().await, all);
    }
}

#[tokio::test]
async fn nothing_is_deleted_without_an_agreement() {
    let (line, all) = Line::with_a_year(small_pages()).await;
    line.store
        .write(|tx| {
            let policy: RetentionPolicy = serde_json::from_str(r#"{"texts":30}"#).unwrap();
            tx.put_retention(&RetentionSettings::default().changed(policy))
        })
        .await
        .unwrap();
    line.engine().retention_changed();
    // A text that comes later is proof that the task had its turn.
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    assert_eq!(line.stored_texts().await, all);
    let log = line.store.read(|conn| conn.load_retention_runs()).await;
    assert!(log.unwrap().past.is_empty());
}

#[tokio::test]
async fn no_byte_of_a_deleted_text_is_left_in_the_folder() {
    let mut line = Line::without_engine(SimulatorConfig::default(), quick()).await;
    let old = "my secret garden code is quokkabyte";
    line.text_with(ANNA, old, json!([inline("image/png", &png(9, 9))]))
        .await;
    let both = async |line: &Line, ms: i64| {
        line.clock.advance(ms);
        line.control("POST", "/sim/clock/advance", json!({"ms": ms}))
            .await;
    };
    both(&line, 2_000).await;
    line.start_engine();
    until("the text and its picture", async || {
        let thread = line.thread(ANNA).await;
        thread.into_iter().find(|it| !it.media.is_empty())
    })
    .await;
    let conversation = line.conversation(ANNA).await.unwrap();
    line.store
        .write(move |tx| {
            let draft = MessageText::new(format!("You wrote “{old}”?"));
            tx.save_draft(conversation, &draft, UtcMillis(1))
        })
        .await
        .unwrap();
    line.stop_engine().await;
    both(&line, 100 * DAY).await;
    line.start_engine();
    line.text(BEN, "a text of today").await;
    line.thread_becomes(BEN, &["a text of today"]).await;
    let places = places_of(line.folder(), &FILE_KEY, "quokkabyte");
    assert!(!places.is_empty(), "the scanner finds what is there");

    line.agrees(r#"{"texts":90}"#).await;
    let run = line.runs(1).await;
    assert_eq!((run.counts.texts, run.counts.pictures), (1, 1));
    // The run is over before the log is asked to be emptied.
    until("the log to be emptied", async || {
        let places = places_of(line.folder(), &FILE_KEY, "quokkabyte");
        (!line.store.is_to_empty_log() && places.is_empty()).then_some(())
    })
    .await;
    let files = std::fs::read_dir(line.folder())
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten())
        .filter(|entry| entry.path().extension().is_some_and(|it| it == "sealed"))
        .count();
    assert_eq!(files, 0, "the picture's file is gone");
}

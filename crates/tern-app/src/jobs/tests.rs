//! A job from its start to its end: progress, hints, stopping, failures.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;

use tokio::sync::broadcast::Receiver;

use super::*;
use crate::app_lock::AppLock;
use crate::events::ChangeEvent;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.load(Ordering::SeqCst))
    }
}

struct Bench {
    jobs: Jobs,
    clock: Arc<Hand>,
    heard: Receiver<ChangeEvent>,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::<Hand>::default();
        let changes = Arc::new(Changes::new(Arc::<AppLock>::default()));
        Self {
            heard: changes.subscribe(),
            jobs: Jobs::new(Arc::clone(&clock) as Arc<dyn Clock>, changes),
            clock,
        }
    }

    fn view(&self) -> JobView {
        self.jobs.views().pop().expect("a job")
    }

    /// Waits until the newest job is as asked, by the hints that windows get.
    async fn until(&mut self, is: impl Fn(&JobView) -> bool) -> JobView {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let view = self.view();
                if is(&view) {
                    return view;
                }
                self.heard.recv().await.expect("a hint");
            }
        })
        .await
        .expect("in time")
    }
}

fn done(message: &str) -> Result<JobResult, JobEnd> {
    Ok(JobResult {
        message: message.to_owned(),
        place: Some(PathBuf::from("/somewhere/file.zip")),
    })
}

fn is_over(view: &JobView) -> bool {
    view.state != JobState::Running
}

#[tokio::test]
async fn a_job_tells_what_it_does_how_long_it_will_take_and_what_came_of_it() {
    let mut bench = Bench::new();
    let (go, wait) = mpsc::channel::<()>();
    let clock = Arc::clone(&bench.clock);
    let work = move |job: &Job| {
        job.step("Writing texts", JobUnit::Texts, Some(1_000))?;
        clock.0.store(10_000, Ordering::SeqCst);
        job.done(250)?;
        wait.recv().expect("a go");
        done("1,000 texts written.")
    };
    let started = bench.jobs.start(JobKind::Export, "Maya".to_owned(), work);
    assert_eq!(started.unwrap().state, JobState::Running);
    let view = bench.until(|view| view.done == 250).await;
    assert_eq!(
        (view.about.as_str(), view.step.as_str()),
        ("Maya", "Writing texts")
    );
    assert_eq!((view.total, view.remaining_ms), (Some(1_000), Some(30_000)));
    assert!(view.can_cancel && bench.jobs.place(&view.id).is_err());
    let refused = bench.jobs.dismiss(&view.id).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);

    go.send(()).unwrap();
    let view = bench.until(is_over).await;
    let place = Some("/somewhere/file.zip".to_owned());
    let message = "1,000 texts written.".to_owned();
    assert_eq!(view.state, JobState::Finished { message, place });
    assert!(!view.can_cancel && view.remaining_ms.is_none());
    assert!(bench.jobs.place(&view.id).is_ok());
    bench.jobs.dismiss(&view.id).unwrap();
    assert!(bench.jobs.views().is_empty());
}

#[tokio::test]
async fn hints_come_by_the_percent_and_not_by_the_row() {
    let mut bench = Bench::new();
    let work = |job: &Job| {
        job.step("Writing texts", JobUnit::Texts, Some(100_000))?;
        for row in 0..=100_000 {
            job.done(row)?;
        }
        done("Done.")
    };
    let _started = bench.jobs.start(JobKind::Export, String::new(), work);
    let mut hints = 0;
    while !is_over(&bench.view()) {
        let heard = tokio::time::timeout(PATIENCE, bench.heard.recv()).await;
        assert_eq!(heard.unwrap().unwrap().change, Change::Jobs);
        hints += 1;
    }
    assert!(hints <= 105, "{hints}");
}

#[tokio::test]
async fn a_job_is_stopped_at_its_next_step_and_not_after_the_point_of_no_return() {
    let mut bench = Bench::new();
    let work = |job: &Job| {
        loop {
            job.done(1)?;
            std::thread::yield_now();
        }
    };
    let _started = bench.jobs.start(JobKind::Backup, String::new(), work);
    let id = bench.view().id;
    bench.jobs.cancel(&id).unwrap();
    assert_eq!(bench.until(is_over).await.state, JobState::Cancelled);

    let (go, wait) = mpsc::channel::<()>();
    let work = move |job: &Job| {
        job.close_door()?;
        wait.recv().expect("a go");
        done("Done.")
    };
    let started = bench.jobs.start(JobKind::Backup, String::new(), work);
    bench.until(|view| !view.can_cancel).await;
    bench.jobs.cancel(&started.unwrap().id).unwrap();
    go.send(()).unwrap();
    let view = bench.until(is_over).await;
    assert!(matches!(view.state, JobState::Finished { .. }));
}

#[tokio::test]
async fn a_failure_is_told_in_words_and_so_is_a_panic() {
    let mut bench = Bench::new();
    let work = |_: &Job| Err(words::not_ready().into());
    let _started = bench.jobs.start(JobKind::Import, String::new(), work);
    let error = words::not_ready();
    assert_eq!(bench.until(is_over).await.state, JobState::Failed { error });
    let work = |_: &Job| panic!("a worker panics");
    let _started = bench.jobs.start(JobKind::Import, String::new(), work);
    let view = bench.until(is_over).await;
    let error = ApiError::internal();
    assert_eq!(view.state, JobState::Failed { error });
}

#[tokio::test]
async fn jobs_that_would_get_in_each_others_way_go_one_at_a_time() {
    let bench = Bench::new();
    let endless = |job: &Job| -> Result<JobResult, JobEnd> {
        loop {
            job.go_on()?;
            std::thread::yield_now();
        }
    };
    for kind in [JobKind::Backup, JobKind::Export, JobKind::Export] {
        assert!(bench.jobs.start(kind, String::new(), endless).is_ok());
    }
    let refused = bench.jobs.start(JobKind::Backup, String::new(), endless);
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);

    // Closing the line ends all of them, and lets none begin.
    bench.jobs.stop(PATIENCE).await;
    let states = bench.jobs.views().into_iter().map(|view| view.state);
    assert!(states.eq([
        JobState::Cancelled,
        JobState::Cancelled,
        JobState::Cancelled
    ]));
    let late = bench.jobs.start(JobKind::Backup, String::new(), endless);
    assert_eq!(late.unwrap_err().code, ErrorCode::NotReady);
}

#[tokio::test]
async fn what_runs_is_asked_about_before_quitting_but_for_what_goes_on_by_itself() {
    let mut bench = Bench::new();
    assert_eq!(bench.jobs.count_unfinished(), 0);
    let (go, wait) = mpsc::channel::<()>();
    let blocked = move |job: &Job| {
        let _ended = wait.recv();
        job.go_on()?;
        done("Written")
    };
    let until_stopped = |job: &Job| {
        job.pause(PATIENCE)?;
        done("Deleted")
    };
    bench
        .jobs
        .start(JobKind::Retention, String::new(), until_stopped)
        .unwrap();
    assert_eq!(bench.jobs.count_unfinished(), 0);
    bench
        .jobs
        .start(JobKind::Export, String::new(), blocked)
        .unwrap();
    assert_eq!(bench.jobs.count_unfinished(), 1);
    go.send(()).unwrap();
    bench.until(is_over).await;
    assert_eq!(bench.jobs.count_unfinished(), 0);
    // A pause ends with the line, long before its time.
    bench.jobs.stop(PATIENCE).await;
}

#[tokio::test]
async fn a_job_that_came_to_nothing_is_put_away_by_itself() {
    let mut bench = Bench::new();
    bench
        .jobs
        .start(JobKind::Retention, String::new(), |_: &Job| {
            Err(JobEnd::Nothing)
        })
        .unwrap();
    tokio::time::timeout(PATIENCE, async {
        while !bench.jobs.views().is_empty() {
            bench.heard.recv().await.expect("a hint");
        }
    })
    .await
    .expect("in time");
}

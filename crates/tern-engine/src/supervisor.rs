//! The owner of every background task.
//!
//! Owns names, restarts and ends: a task that fails or panics is reported and started again after a growing
//! pause, and stopping goes cancel → deadline → abort → await, so that nothing outlives its engine. It is the
//! only place that spawns; a task nobody owns would lose its panics and its end.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Why a task gave up by itself; it will be started again.
pub type TaskError = Box<dyn std::error::Error + Send + Sync>;

/// How patiently failing tasks are started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Pause after the first failure; doubles with each further one.
    pub first_pause: Duration,
    /// No pause is longer than this.
    pub longest_pause: Duration,
    /// A run that lasted this long counts as recovered: the next pause is the first one again.
    pub healthy_after: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(30),
            healthy_after: Duration::from_secs(60),
        }
    }
}

impl RestartPolicy {
    fn pause(&self, failures_in_a_row: u32) -> Duration {
        let doublings = failures_in_a_row.saturating_sub(1).min(20);
        self.first_pause
            .saturating_mul(1 << doublings)
            .min(self.longest_pause)
    }
}

/// What a task is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// At work, or waiting to be woken.
    Running,
    /// Failed and about to be started again.
    Pausing,
    /// Came to its own end.
    Ended,
}

/// One task as its supervisor sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskReport {
    /// The task's name.
    pub name: &'static str,
    /// What it is doing.
    pub state: TaskState,
    /// How often it was started again.
    pub restarts: u32,
    /// Why it failed the last time: the error's words, or that it panicked.
    pub last_failure: Option<String>,
}

/// How a stop went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StopReport {
    /// Tasks that did not end in time and were aborted.
    pub aborted: Vec<&'static str>,
}

struct Owned {
    report: Arc<Mutex<TaskReport>>,
    handle: JoinHandle<()>,
}

/// Starts tasks, restarts them, and ends all of them.
pub struct Supervisor {
    root: CancellationToken,
    policy: RestartPolicy,
    tasks: Mutex<Vec<Owned>>,
}

impl Supervisor {
    /// An owner without tasks.
    #[must_use]
    pub fn new(policy: RestartPolicy) -> Self {
        Self {
            root: CancellationToken::new(),
            policy,
            tasks: Mutex::new(Vec::new()),
        }
    }

    /// The token that is cancelled when stopping begins.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.root.clone()
    }

    /// Starts a task. `make` is called for the first run and again after each failure; the run ends for good
    /// when it returns `Ok`. After stopping has begun nothing is started.
    ///
    /// Must be called within a tokio runtime.
    pub fn start<M, F>(&self, name: &'static str, make: M)
    where
        M: Fn(CancellationToken) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), TaskError>> + Send + 'static,
    {
        if self.root.is_cancelled() {
            return;
        }
        let report = Arc::new(Mutex::new(TaskReport {
            name,
            state: TaskState::Running,
            restarts: 0,
            last_failure: None,
        }));
        let run = keep_running(make, self.root.child_token(), self.policy, report.clone());
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that spawns: the handle is owned, named and awaited here"
        )]
        let handle = tokio::spawn(run);
        lock(&self.tasks).push(Owned { report, handle });
    }

    /// Starts a task that ends by itself and is not started again: what it does is told by whoever asked for it. A
    /// panic is logged and ends it. After stopping has begun nothing is started.
    ///
    /// Must be called within a tokio runtime.
    pub fn start_once<F>(&self, name: &'static str, run: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.root.is_cancelled() {
            return;
        }
        let report = Arc::new(Mutex::new(TaskReport {
            name,
            state: TaskState::Running,
            restarts: 0,
            last_failure: None,
        }));
        let told = report.clone();
        let run = async move {
            if AssertUnwindSafe(run).catch_unwind().await.is_err() {
                tracing::error!(task = name, "task panicked");
                lock(&told).last_failure = Some("it panicked".to_owned());
            }
            lock(&told).state = TaskState::Ended;
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that spawns: the handle is owned, named and awaited here"
        )]
        let handle = tokio::spawn(run);
        let mut tasks = lock(&self.tasks);
        // Such tasks come and go for as long as their owner lives.
        tasks.retain(|task| !task.handle.is_finished());
        tasks.push(Owned { report, handle });
    }

    /// How every task is doing, in the order they were started.
    #[must_use]
    pub fn reports(&self) -> Vec<TaskReport> {
        lock(&self.tasks)
            .iter()
            .map(|task| lock(&task.report).clone())
            .collect()
    }

    /// Cancels all tasks, gives them until the deadline, aborts the rest and waits until all are gone.
    /// Stopping twice is harmless.
    pub async fn stop(&self, deadline: Duration) -> StopReport {
        self.root.cancel();
        let tasks = std::mem::take(&mut *lock(&self.tasks));
        let ends_at = Instant::now() + deadline;
        let mut report = StopReport::default();
        for mut task in tasks {
            if tokio::time::timeout_at(ends_at, &mut task.handle)
                .await
                .is_err()
            {
                let name = lock(&task.report).name;
                tracing::warn!(task = name, "task did not end in time and was aborted");
                task.handle.abort();
                // Awaiting the aborted handle is what makes its resources drop before we return.
                let _aborted = (&mut task.handle).await;
                report.aborted.push(name);
            }
        }
        report
    }
}

impl Drop for Supervisor {
    /// The last resort for an owner that was not stopped: nothing may run on without one.
    fn drop(&mut self) {
        self.root.cancel();
        for task in lock(&self.tasks).drain(..) {
            task.handle.abort();
        }
    }
}

async fn keep_running<M, F>(
    make: M,
    token: CancellationToken,
    policy: RestartPolicy,
    report: Arc<Mutex<TaskReport>>,
) where
    M: Fn(CancellationToken) -> F,
    F: Future<Output = Result<(), TaskError>>,
{
    let name = lock(&report).name;
    let mut failures_in_a_row = 0_u32;
    loop {
        let started = Instant::now();
        // Unwind safety: a run's own state dies with it; what tasks share is the store and signals, whose
        // writes are transactions.
        let run = async { make(token.clone()).await };
        let failure = match AssertUnwindSafe(run).catch_unwind().await {
            Ok(Ok(())) => break,
            Ok(Err(error)) => causes(&*error),
            Err(_) => "it panicked".to_owned(),
        };
        if token.is_cancelled() {
            break;
        }
        if started.elapsed() >= policy.healthy_after {
            failures_in_a_row = 0;
        }
        failures_in_a_row = failures_in_a_row.saturating_add(1);
        let pause = policy.pause(failures_in_a_row);
        tracing::error!(task = name, %failure, ?pause, "task failed and will be started again");
        {
            let mut report = lock(&report);
            report.state = TaskState::Pausing;
            report.restarts = report.restarts.saturating_add(1);
            report.last_failure = Some(failure);
        }
        tokio::select! {
            () = token.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        lock(&report).state = TaskState::Running;
    }
    lock(&report).state = TaskState::Ended;
}

/// An error and everything below it, in one line.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        next = cause.source();
    }
    line
}

/// A poisoned lock only means that a holder panicked between two assignments of a report.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    fn quick() -> RestartPolicy {
        RestartPolicy {
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(4),
            healthy_after: Duration::from_secs(60),
        }
    }

    #[tokio::test]
    async fn a_task_that_fails_or_panics_is_reported_and_started_again() {
        let supervisor = Supervisor::new(quick());
        let runs = Arc::new(AtomicU32::new(0));
        let recovered = Arc::new(Notify::new());
        let (counted, signal) = (runs.clone(), recovered.clone());
        supervisor.start("fragile", move |token| {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            let signal = signal.clone();
            async move {
                match run {
                    0 => Err("the first run fails".into()),
                    1 => panic!("the second run panics"),
                    _ => {
                        signal.notify_one();
                        token.cancelled().await;
                        Ok(())
                    }
                }
            }
        });
        tokio::time::timeout(Duration::from_secs(10), recovered.notified())
            .await
            .expect("third run");
        let report = supervisor.reports().remove(0);
        assert_eq!((report.name, report.restarts), ("fragile", 2));
        assert_eq!(report.last_failure.as_deref(), Some("it panicked"));
        assert_eq!(
            supervisor.stop(Duration::from_secs(5)).await,
            StopReport::default()
        );
    }

    #[tokio::test]
    async fn stopping_cancels_first_and_aborts_what_does_not_listen() {
        let supervisor = Supervisor::new(quick());
        let dropped = Arc::new(AtomicU32::new(0));
        struct CountDrop(Arc<AtomicU32>);
        impl Drop for CountDrop {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let counter = dropped.clone();
        supervisor.start("deaf", move |_token| {
            let held = CountDrop(counter.clone());
            async move {
                let _held = held;
                std::future::pending::<()>().await;
                Ok(())
            }
        });
        supervisor.start("polite", |token| async move {
            token.cancelled().await;
            Ok(())
        });
        let report = supervisor.stop(Duration::from_millis(20)).await;
        assert_eq!(report.aborted, ["deaf"]);
        assert_eq!(dropped.load(Ordering::SeqCst), 1, "its resources are gone");
        assert_eq!(supervisor.stop(Duration::ZERO).await, StopReport::default());
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<_> = (1..=4).map(|n| quick().pause(n).as_millis()).collect();
        assert_eq!(pauses, [1, 2, 4, 4]);
    }
}

//! Kills the real process at every step of receiving and sending, against armed faults, starts it
//! again, and counts: nothing lost, nothing doubled, every uncertain send listed.
//!
//! `TERN_CRASH_RUNS` sets the number of runs (200 by default, and a fifth as many with the virtual agent); run n is
//! always the same run.

mod fetched;
mod play;
mod scenario;
mod served;
mod told;

use std::collections::BTreeMap;
use std::future::Future;

use play::Outcome;
use scenario::Scenario;

const DEFAULT_RUNS: u32 = 200;
/// Runs at the same time; each has its own processes, folder and ports.
const LANES: u32 = 4;
/// Two suites at once would wait for each other's processes.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crash_at_every_step_loses_nothing_and_doubles_nothing() {
    all_keep_their_promises(runs(), Scenario::number, play::play).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crash_at_every_step_of_a_turn_loses_no_answer_and_doubles_none() {
    all_keep_their_promises(runs().div_ceil(5), Scenario::of_bot, served::serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_14_crash_while_many_are_told_tells_everybody_once() {
    all_keep_their_promises(runs().div_ceil(12), Scenario::of_notification, told::tell).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crash_while_the_past_is_fetched_loses_nothing_and_doubles_nothing() {
    all_keep_their_promises(runs().div_ceil(20), Scenario::of_past, fetched::fetch).await;
}

fn runs() -> u32 {
    std::env::var("TERN_CRASH_RUNS")
        .ok()
        .map_or(DEFAULT_RUNS, |text| {
            text.parse().expect("TERN_CRASH_RUNS is a number")
        })
}

async fn all_keep_their_promises<F, P>(runs: u32, scenario: fn(u32) -> Scenario, play: F)
where
    F: Fn(Scenario) -> P + Copy + Send + 'static,
    P: Future<Output = Result<Outcome, String>> + Send,
{
    let _alone = ONE_AT_A_TIME.lock().await;
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            tokio::spawn(async move {
                let mut verdicts = Vec::new();
                for number in (lane..runs).step_by(LANES as usize) {
                    let scenario = scenario(number);
                    verdicts.push((scenario, play(scenario).await));
                }
                verdicts
            })
        })
        .collect();

    let mut figures: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut failures = Vec::new();
    for lane in lanes {
        for (scenario, verdict) in lane.await.expect("a lane ends") {
            match verdict {
                Ok(outcome) => {
                    *figures.entry("runs").or_default() += 1;
                    *figures.entry("killed at the step").or_default() += u32::from(outcome.killed);
                    *figures.entry("uncertain sends listed").or_default() += outcome.uncertain;
                    *figures.entry("resolved without asking").or_default() += outcome.resolved;
                }
                Err(reason) => failures.push(format!("{scenario:?}: {reason}")),
            }
        }
    }
    eprintln!("crash suite: {figures:?}, 0 lost and 0 doubled unless listed below");
    assert!(
        failures.is_empty(),
        "{} of {runs} runs failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        figures["killed at the step"] * 10 >= runs * 7,
        "most runs must really die where they were told to: {figures:?}"
    );
}

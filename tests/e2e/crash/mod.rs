//! Kills the real process at every step of receiving and sending, against armed faults, starts it
//! again, and counts: nothing lost, nothing doubled, every uncertain send listed.
//!
//! `TERN_CRASH_RUNS` sets the number of runs (200 by default); run n is always the same run.

mod play;
mod scenario;

use std::collections::BTreeMap;

use scenario::Scenario;

const DEFAULT_RUNS: u32 = 200;
/// Runs at the same time; each has its own processes, folder and ports.
const LANES: u32 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn crash_at_every_step_loses_nothing_and_doubles_nothing() {
    let runs = std::env::var("TERN_CRASH_RUNS")
        .ok()
        .map_or(DEFAULT_RUNS, |text| {
            text.parse().expect("TERN_CRASH_RUNS is a number")
        });
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            tokio::spawn(async move {
                let mut verdicts = Vec::new();
                for number in (lane..runs).step_by(LANES as usize) {
                    let scenario = Scenario::number(number);
                    verdicts.push((scenario, play::play(scenario).await));
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

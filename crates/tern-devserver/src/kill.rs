//! Ends this process with SIGKILL when a step has been reached for the nth time.
//!
//! The crash suite has to die between two instructions, without unwinding, flushing or closing anything.
//! It listens to the engine's step events from outside, so that the product itself has no crash hook.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Target of the engine's step events.
const STEP_TARGET: &str = "tern::step";

/// Where to die: `step:n`, e.g. `send.posting:2`.
#[derive(Debug)]
pub struct KillAt {
    step: String,
    occurrence: u32,
    seen: AtomicU32,
}

impl FromStr for KillAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (step, occurrence) = text.rsplit_once(':').unwrap_or((text, "1"));
        let occurrence = occurrence.parse().ok().filter(|occurrence| *occurrence > 0);
        match occurrence {
            Some(occurrence) if !step.is_empty() => Ok(Self {
                step: step.to_owned(),
                occurrence,
                seen: AtomicU32::new(0),
            }),
            _ => Err(format!("expected step:n, got {text:?}")),
        }
    }
}

impl KillAt {
    /// Counts a step; `true` when this is the one.
    fn reached(&self, step: &str) -> bool {
        step == self.step && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.occurrence
    }
}

impl<S: Subscriber> Layer<S> for KillAt {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != STEP_TARGET {
            return;
        }
        let mut step = StepName::default();
        event.record(&mut step);
        if self.reached(&step.0) {
            die();
        }
    }
}

#[derive(Default)]
struct StepName(String);

impl Visit for StepName {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "step" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(unix)]
fn die() {
    // SIGKILL cannot be caught, so nothing after this line runs; a failure to send it leaves abort.
    let _refused =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort();
}

#[cfg(not(unix))]
fn die() {
    std::process::abort();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_occurrence_of_the_named_step_is_the_one() {
        let kill: KillAt = "send.posting:2".parse().unwrap();
        assert!(!kill.reached("send.posting"));
        assert!(!kill.reached("send.claimed"));
        assert!(kill.reached("send.posting"));
        assert!(!kill.reached("send.posting"));
        assert!("send.posting:0".parse::<KillAt>().is_err());
        assert!(":1".parse::<KillAt>().is_err());
        assert!(
            "media.stored"
                .parse::<KillAt>()
                .unwrap()
                .reached("media.stored")
        );
    }
}

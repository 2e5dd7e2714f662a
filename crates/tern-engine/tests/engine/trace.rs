//! The steps that were traced, per test: a test's runtime lives on the test's own thread.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex};
use std::thread::{ThreadId, current};

use tern_engine::STEP_TARGET;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

static SEEN: Mutex<Option<HashMap<ThreadId, BTreeSet<String>>>> = Mutex::new(None);

static LISTENING: LazyLock<()> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::registry().with(StepLayer);
    tracing::subscriber::set_global_default(subscriber).unwrap();
});

/// Begins to listen, before anything is traced.
pub(crate) fn listen() {
    LazyLock::force(&LISTENING);
}

/// The steps that this test has seen so far.
pub(crate) fn steps_seen() -> BTreeSet<String> {
    let seen = SEEN.lock().unwrap();
    let of_this_test = seen.as_ref().and_then(|seen| seen.get(&current().id()));
    of_this_test.cloned().unwrap_or_default()
}

/// Everything that any test has traced so far, one line per event.
pub(crate) fn everything() -> String {
    ALL.lock().unwrap().clone()
}

static ALL: Mutex<String> = Mutex::new(String::new());

/// The fields of an event as a log would show them.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

struct StepLayer;

impl<S: Subscriber> Layer<S> for StepLayer {
    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        if event.metadata().target().starts_with("tern") {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            let mut all = ALL.lock().unwrap();
            all.push_str(&fields.0);
            all.push('\n');
        }
        if event.metadata().target() == STEP_TARGET {
            let mut name = StepName(None);
            event.record(&mut name);
            let mut seen = SEEN.lock().unwrap();
            let seen = seen.get_or_insert_default();
            seen.entry(current().id()).or_default().extend(name.0);
        }
    }
}

struct StepName(Option<String>);

impl Visit for StepName {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "step" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}

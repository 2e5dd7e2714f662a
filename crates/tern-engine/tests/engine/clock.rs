//! A clock that a test can push forward; otherwise it runs with the system's, as the practice line's does.

use std::sync::atomic::{AtomicI64, Ordering};

use tern_domain::UtcMillis;
use tern_engine::{Clock, SystemClock};

#[derive(Default)]
pub(crate) struct TestClock {
    ahead: AtomicI64,
}

impl TestClock {
    pub(crate) fn advance(&self, millis: i64) {
        self.ahead.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(SystemClock.now().0 + self.ahead.load(Ordering::SeqCst))
    }
}

//! Making ids at the edge.
//!
//! Owns the only call that makes up a UUID. Rules are passed a source of ids, so that a recorded run can be
//! played again with the same ones.

use tern_domain::IdSource;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock::Clock;

/// Fresh UUIDv7 ids, stamped with a clock's time and growing within one source.
pub struct EdgeIds<'a> {
    clock: &'a dyn Clock,
    context: ContextV7,
}

impl<'a> EdgeIds<'a> {
    /// Ids stamped by `clock`.
    pub fn new(clock: &'a dyn Clock) -> Self {
        Self {
            clock,
            context: ContextV7::new(),
        }
    }
}

impl IdSource for EdgeIds<'_> {
    fn uuid(&mut self) -> Uuid {
        let millis = u64::try_from(self.clock.now().0).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        Uuid::new_v7(Timestamp::from_unix(&self.context, millis / 1000, nanos))
    }
}

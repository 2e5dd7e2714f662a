//! The rules about sensitive data (H-15) that are in force, replaced as a whole while the tasks run.

use std::sync::{Arc, PoisonError, RwLock};

use tern_domain::screening::Screen;

/// A screen that several tasks read and the settings replace. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct SharedScreen(Arc<RwLock<Arc<Screen>>>);

impl SharedScreen {
    /// The rules in force now.
    #[must_use]
    pub fn current(&self) -> Arc<Screen> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force, for everything that is looked at from now on.
    pub fn replace(&self, screen: Screen) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(screen);
    }
}

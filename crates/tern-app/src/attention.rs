//! What the person is looking at: decides whether a new text deserves a notification.

use std::sync::{Mutex, PoisonError};

/// Focus and the conversation on screen.
#[derive(Default)]
pub(crate) struct Attention {
    state: Mutex<Looking>,
}

#[derive(Default, Clone, Copy)]
struct Looking {
    focused: bool,
    conversation: Option<i64>,
}

impl Attention {
    pub(crate) fn set_focus(&self, focused: bool) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .focused = focused;
    }

    pub(crate) fn opened(&self, conversation: Option<i64>) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .conversation = conversation;
    }

    pub(crate) fn is_focused(&self) -> bool {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .focused
    }

    /// Somebody has this conversation before their eyes.
    pub(crate) fn is_on(&self, conversation: i64) -> bool {
        let looking = *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        looking.focused && looking.conversation == Some(conversation)
    }
}

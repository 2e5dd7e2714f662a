//! What the person is looking at: decides whether a new text deserves a notification.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Focus and the conversation on screen.
#[derive(Default)]
pub(crate) struct Attention {
    state: Mutex<Looking>,
    changed: Notify,
}

#[derive(Default, Clone, Copy)]
struct Looking {
    focused: bool,
    conversation: Option<i64>,
}

impl Attention {
    pub(crate) fn set_focus(&self, focused: bool) {
        self.change(|looking| looking.focused = focused);
    }

    pub(crate) fn opened(&self, conversation: Option<i64>) {
        self.change(|looking| looking.conversation = conversation);
    }

    /// Waits until somebody looks at another conversation than before.
    pub(crate) async fn looked(&self) {
        self.changed.notified().await;
    }

    /// The conversation that somebody has before their eyes.
    pub(crate) fn on_screen(&self) -> Option<i64> {
        self.looking().on_screen()
    }

    pub(crate) fn is_focused(&self) -> bool {
        self.looking().focused
    }

    /// Somebody has this conversation before their eyes.
    pub(crate) fn is_on(&self, conversation: i64) -> bool {
        self.on_screen() == Some(conversation)
    }

    fn looking(&self) -> Looking {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Looking)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.on_screen();
        change(&mut state);
        let after = state.on_screen();
        drop(state);
        if after.is_some() && after != before {
            self.changed.notify_one();
        }
    }
}

impl Looking {
    fn on_screen(self) -> Option<i64> {
        self.conversation.filter(|_| self.focused)
    }
}

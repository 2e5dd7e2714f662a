//! The secrets of topics' requests, as the running tasks ask for them.

use std::sync::Weak;

use async_trait::async_trait;
use secrecy::SecretString;
use tern_engine::BotSecrets;

use crate::app::{App, Inner};
use crate::dto::Line;

/// Asks the app for the secrets of one line. It holds the app loosely: tasks end with it.
pub(super) struct LineSecrets {
    app: Weak<Inner>,
    line: Line,
}

impl LineSecrets {
    pub(super) fn of(app: &App, line: Line) -> Self {
        Self {
            app: std::sync::Arc::downgrade(&app.inner),
            line,
        }
    }
}

#[async_trait]
impl BotSecrets for LineSecrets {
    async fn find(&self, name: &str) -> Option<SecretString> {
        let app = App {
            inner: self.app.upgrade()?,
        };
        let desk = app.desk().ok().filter(|desk| desk.line() == self.line)?;
        match app.find_bot_secret(&desk, name).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(code = ?error.code, "a secret of a topic cannot be read");
                None
            }
        }
    }
}

//! Who sits at this desk and what they chose to be told of, for the engine that decides about notifications.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::tz::TimeZone;
use tern_domain::{AgentId, ConversationId};
use tern_engine::{AlertDesk, AtDesk};
use tern_store::{ReadConn, StoreError};

use crate::attention::Attention;
use crate::dto::Settings;
use crate::records::Record;
use crate::view;

/// The desk of this laptop.
pub(super) struct ThisDesk {
    pub(super) agent: Arc<RwLock<AgentId>>,
    pub(super) attention: Arc<Attention>,
}

impl AlertDesk for ThisDesk {
    fn in_force(&self, conn: &ReadConn<'_>) -> Result<AtDesk, StoreError> {
        let settings: Settings = conn
            .find_setting(Record::Settings.name())?
            .unwrap_or_default();
        Ok(AtDesk {
            agent: *self.agent.read().unwrap_or_else(PoisonError::into_inner),
            // Only what passed the check is ever stored.
            rules: view::alerts::rules(&settings).unwrap_or_default(),
            zone: TimeZone::system(),
        })
    }

    fn is_on_screen(&self, conversation: ConversationId) -> bool {
        self.attention.is_on(conversation.0)
    }
}

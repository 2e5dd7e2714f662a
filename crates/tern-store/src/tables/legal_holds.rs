//! Legal holds: what is held, and which conversations that is now.
//!
//! Owns the document that they are kept in. There are few of them, so that every question reads all.

use std::collections::HashSet;

use tern_domain::retention::{HoldSubject, LegalHold};
use tern_domain::{Channel, ConversationId, PersonId};

use super::documents::SettingName;
use crate::error::StoreError;
use crate::tx::{ReadConn, WriteTx};

const HOLDS: SettingName = SettingName("retention.holds");

impl ReadConn<'_> {
    /// Holds that are in force, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_legal_holds(&self) -> Result<Vec<LegalHold>, StoreError> {
        Ok(self.find_setting(HOLDS)?.unwrap_or_default())
    }

    /// Conversations with a person, whatever the directory says of how they are tied together.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn conversations_of_person(
        &self,
        person: PersonId,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut found = Vec::new();
        for address in self.addresses_of_person(person)? {
            found.extend(self.list_conversations_with(Channel::Sms, &address)?);
        }
        Ok(found)
    }

    /// Conversations that a hold covers.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn conversations_of_hold(
        &self,
        hold: &LegalHold,
    ) -> Result<HashSet<ConversationId>, StoreError> {
        let mut held = HashSet::new();
        for key in &hold.conversations {
            held.extend(self.find_conversation(key)?);
        }
        match &hold.subject {
            HoldSubject::Conversation { key } => held.extend(self.find_conversation(key)?),
            HoldSubject::Person { person } => held.extend(self.conversations_of_person(*person)?),
        }
        Ok(held)
    }

    pub(crate) fn held_conversations(&self) -> Result<HashSet<ConversationId>, StoreError> {
        let mut held = HashSet::new();
        for hold in self.list_legal_holds()? {
            held.extend(self.conversations_of_hold(&hold)?);
        }
        Ok(held)
    }

    /// Holds that cover a conversation.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_holds_on(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<LegalHold>, StoreError> {
        let mut found = Vec::new();
        for hold in self.list_legal_holds()? {
            if self.conversations_of_hold(&hold)?.contains(&conversation) {
                found.push(hold);
            }
        }
        Ok(found)
    }

    /// Whether a hold covers a conversation.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_conversation_held(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        Ok(!self.list_holds_on(conversation)?.is_empty())
    }

    /// Whether a hold is on a person, or on one of their conversations.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_person_held(&self, person: PersonId) -> Result<bool, StoreError> {
        Ok(!self.list_holds_about(person)?.is_empty())
    }

    /// Holds on a person, and on one of their conversations.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_holds_about(&self, person: PersonId) -> Result<Vec<LegalHold>, StoreError> {
        let holds = self.list_legal_holds()?;
        if holds.is_empty() {
            return Ok(holds);
        }
        let theirs = self.conversations_of_person(person)?;
        let mut found = Vec::new();
        for hold in holds {
            let is_theirs = hold.subject == HoldSubject::Person { person };
            if is_theirs || {
                let held = self.conversations_of_hold(&hold)?;
                theirs
                    .iter()
                    .any(|conversation| held.contains(conversation))
            } {
                found.push(hold);
            }
        }
        Ok(found)
    }
}

impl WriteTx<'_> {
    /// Replaces the holds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_legal_holds(&mut self, holds: &[LegalHold]) -> Result<(), StoreError> {
        self.put_setting(HOLDS, &holds)
    }
}

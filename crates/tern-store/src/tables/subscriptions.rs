//! Who wants notifications, and the record of consent.
//!
//! Owns the two tables. The record only grows; what is wanted is one row per address, and none is the same as off.

use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use tern_domain::subscription::{Consent, ConsentChange, Subscription};
use tern_domain::{
    Actor, ConversationId, ConversationKey, MessageId, MessagingProfile, ProfileId, UtcMillis,
};

use super::values::{from_json, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const SUBSCRIPTION: &str =
    "SELECT is_on, changed_at FROM subscriptions WHERE profile_id = ?1";
pub(crate) const CONSENTS: &str = "
    SELECT at, message_id, document FROM consents
    WHERE conversation_id = ?1 ORDER BY at DESC, consent_id DESC LIMIT ?2";

/// What a line of the record says besides its columns.
#[derive(Serialize, Deserialize)]
struct Document {
    by: Actor,
    change: ConsentChange,
}

/// What is known of an address for the words about consent.
#[derive(Default)]
pub(crate) struct ConsentStanding {
    pub(crate) is_linked: bool,
    pub(crate) subscription: Option<Subscription>,
}

impl ReadConn<'_> {
    /// Whether somebody wants notifications at an address; `None` = it was never said.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_subscription(
        &self,
        profile: ProfileId,
    ) -> Result<Option<Subscription>, StoreError> {
        const OPERATION: &str = "find a subscription";
        self.prepare(SUBSCRIPTION, OPERATION)?
            .query_row([uuid_blob(profile.uuid())], |row| {
                Ok(Subscription {
                    is_on: row.get(0)?,
                    changed_at: UtcMillis(row.get(1)?),
                })
            })
            .optional()
            .during(OPERATION)
    }

    /// The record of consent of a conversation, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_consents(
        &self,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Vec<Consent>, StoreError> {
        const OPERATION: &str = "list consents";
        let key = self.load_conversation(conversation)?.key;
        self.prepare(CONSENTS, OPERATION)?
            .query_map(params![conversation.0, limit], |row| {
                read_consent(row, &key)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// S-1, S-5: whether an address is linked to the account of the user whose it is, and what they want there.
    pub(crate) fn consent_standing(
        &self,
        profile: Option<&MessagingProfile>,
    ) -> Result<ConsentStanding, StoreError> {
        let Some(profile) = profile else {
            return Ok(ConsentStanding::default());
        };
        Ok(ConsentStanding {
            is_linked: self.find_account_link(profile.id)?.is_some(),
            subscription: self.find_subscription(profile.id)?,
        })
    }
}

fn read_consent(row: &Row<'_>, key: &ConversationKey) -> Result<Consent, rusqlite::Error> {
    let document: Document = from_json("consents.document", row.get_ref(2)?.as_str()?)?;
    Ok(Consent {
        key: key.clone(),
        at: UtcMillis(row.get(0)?),
        by: document.by,
        message_id: row.get::<_, Option<[u8; 16]>>(1)?.map(uuid_id::<MessageId>),
        change: document.change,
    })
}

impl WriteTx<'_> {
    /// Replaces whether somebody wants notifications at an address.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_subscription(
        &mut self,
        profile: ProfileId,
        subscription: Subscription,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write a subscription";
        self.prepare(
            "INSERT INTO subscriptions (profile_id, is_on, changed_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (profile_id) DO UPDATE SET
                is_on = excluded.is_on, changed_at = excluded.changed_at",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(profile.uuid()),
            subscription.is_on,
            subscription.changed_at.0
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// S-6: turns notifications at an address off, if they are on, and notes it in the record.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn reset_subscription(
        &mut self,
        profile: ProfileId,
        at: UtcMillis,
    ) -> Result<Option<ConversationId>, StoreError> {
        let Some(before) = self.find_subscription(profile)?.filter(|it| it.is_on) else {
            return Ok(None);
        };
        let at = at.max(before.changed_at);
        self.put_subscription(profile, Subscription::off(at))?;
        let address = self.address_of_profile(profile)?;
        let Some(conversation) = self.timeline_of_profile(address)? else {
            return Ok(None);
        };
        let key = self.load_conversation(conversation)?.key;
        self.insert_consent(&Consent {
            key,
            at,
            by: Actor::System,
            message_id: None,
            change: ConsentChange::NotificationsReset,
        })
        .map(Some)
    }

    pub(crate) fn insert_consent(
        &mut self,
        consent: &Consent,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "add to the record of consent";
        let conversation = self.ensure_conversation(&consent.key)?;
        let document = Document {
            by: consent.by,
            change: consent.change,
        };
        self.prepare(
            "INSERT INTO consents (conversation_id, at, message_id, document)
             VALUES (?1, ?2, ?3, ?4)",
            OPERATION,
        )?
        .execute(params![
            conversation.0,
            consent.at.0,
            consent.message_id.map(|id| uuid_blob(id.uuid())),
            to_json("a consent", &document)?
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }
}

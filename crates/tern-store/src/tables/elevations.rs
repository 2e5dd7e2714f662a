//! Numbers that are linked to an account, and conversations in which somebody proved who they are.
//!
//! Owns both rows. A link is only found while it is still true: its user exists, the profile is bound to them,
//! and the number is their mobile phone (L-5). A deletion, a rebinding or another number ends it by itself.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::verification::{AccountLink, Elevation};
use tern_domain::{ConversationId, ConversationKey, InteractionId, PersonId, ProfileId, UtcMillis};

use super::values::{from_json, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const LINK: &str = "
    SELECT l.person_id, l.linked_at FROM account_links l
    JOIN messaging_profiles p ON p.profile_id = l.profile_id
    JOIN person_phones n ON n.number = p.address AND n.person_id = l.person_id
    WHERE l.profile_id = ?1 AND p.active = 1 AND p.bound_to = l.person_id
        AND n.field = 'mobile_phone' AND n.is_user = 1";
pub(crate) const LINKS_OF: &str = "SELECT profile_id FROM account_links WHERE person_id = ?1";
pub(crate) const ELEVATION: &str = "SELECT document FROM elevations WHERE interaction_id = ?1";
pub(crate) const ELEVATIONS: &str = "SELECT interaction_id, document FROM elevations";

impl ReadConn<'_> {
    /// The account that a number is linked to (L-3), while that is still true.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_account_link(&self, profile: ProfileId) -> Result<Option<AccountLink>, StoreError> {
        const OPERATION: &str = "find a link to an account";
        self.prepare(LINK, OPERATION)?
            .query_row([uuid_blob(profile.uuid())], |row| {
                Ok(AccountLink {
                    person: uuid_id(row.get(0)?),
                    linked_at: UtcMillis(row.get(1)?),
                })
            })
            .optional()
            .during(OPERATION)
    }

    /// Profiles that were linked to an account, whether the links are still true or not.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_links_of(&self, person: PersonId) -> Result<Vec<ProfileId>, StoreError> {
        const OPERATION: &str = "list links to an account";
        self.prepare(LINKS_OF, OPERATION)?
            .query_map([uuid_blob(person.uuid())], |row| Ok(uuid_id(row.get(0)?)))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// What is proved and asked in an interaction.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_elevation(&self, interaction: InteractionId) -> Result<Elevation, StoreError> {
        const OPERATION: &str = "find what is proved in a conversation";
        self.prepare(ELEVATION, OPERATION)?
            .query_row([uuid_blob(interaction.uuid())], |row| {
                from_json("elevations.document", row.get_ref(0)?.as_str()?)
            })
            .optional()
            .during(OPERATION)
            .map(Option::unwrap_or_default)
    }

    /// Every interaction in which something is proved or asked: a few of those that are active.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_elevations(&self) -> Result<Vec<(InteractionId, Elevation)>, StoreError> {
        const OPERATION: &str = "list what is proved in conversations";
        self.prepare(ELEVATIONS, OPERATION)?
            .query_map((), |row| {
                Ok((
                    uuid_id(row.get(0)?),
                    from_json("elevations.document", row.get_ref(1)?.as_str()?)?,
                ))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn put_account_link(
        &mut self,
        profile: ProfileId,
        link: Option<&AccountLink>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write a link to an account";
        let profile = uuid_blob(profile.uuid());
        match link {
            Some(link) => self
                .prepare(
                    "INSERT INTO account_links (profile_id, person_id, linked_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (profile_id) DO UPDATE SET
                        person_id = excluded.person_id, linked_at = excluded.linked_at",
                    OPERATION,
                )?
                .execute(params![
                    profile,
                    uuid_blob(link.person.uuid()),
                    link.linked_at.0
                ]),
            None => self
                .prepare("DELETE FROM account_links WHERE profile_id = ?1", OPERATION)?
                .execute([profile]),
        }
        .during(OPERATION)?;
        Ok(())
    }

    pub(crate) fn put_elevation(
        &mut self,
        interaction: InteractionId,
        key: &ConversationKey,
        elevation: &Elevation,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write what is proved in a conversation";
        let conversation = self.ensure_conversation(key)?;
        if *elevation == Elevation::default() {
            self.delete_elevation(interaction)?;
            return Ok(conversation);
        }
        self.prepare(
            "INSERT INTO elevations (interaction_id, conversation_id, document) VALUES (?1, ?2, ?3)
             ON CONFLICT (interaction_id) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(interaction.uuid()),
            conversation.0,
            to_json("what is proved in a conversation", elevation)?,
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }

    /// L-15: it goes with the interaction.
    pub(crate) fn delete_elevation(
        &mut self,
        interaction: InteractionId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "forget what was proved in a conversation";
        self.prepare(
            "DELETE FROM elevations WHERE interaction_id = ?1",
            OPERATION,
        )?
        .execute([uuid_blob(interaction.uuid())])
        .during(OPERATION)?;
        Ok(())
    }
}

//! Messaging profiles, and the names that conversations show because of them.
//!
//! Owns the projection. The unique index over active rows (P-8) is the last word when two inputs race. It
//! decides nothing: who is behind an address is the rules' matching table.

use std::collections::BTreeSet;

use rusqlite::{ErrorCode, OptionalExtension as _, Row, params};
use tern_domain::{
    Address, Channel, ConversationId, ConversationKey, Effect, Identity, IdentityState,
    Interaction, MessagingProfile, Person, PersonId, RequesterMatch, match_requester,
};

use super::conversations::{searchable, searchable_address};
use super::people::PHONE_CHANNEL;
use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const ACTIVE: &str = "
    SELECT document FROM messaging_profiles WHERE address = ?1 AND channel = ?2 AND active = 1";
pub(crate) const OF_PERSON: &str = "
    SELECT document FROM messaging_profiles WHERE bound_to = ?1 AND active = 1";
pub(crate) const CONVERSATIONS_OF: &str = "
    SELECT conversation_id, coalesce(last_position, -9223372036854775807) FROM conversations
    WHERE requester_address = ?1 AND channel = ?2";

fn read_profile(row: &Row<'_>) -> Result<MessagingProfile, rusqlite::Error> {
    from_json("messaging_profiles.document", row.get_ref(0)?.as_str()?)
}

/// Columns of a conversation that speak of the person behind its address.
pub(crate) struct RequesterColumns {
    /// The name it shows; empty for a guest.
    pub(crate) name: String,
    /// What a fragment is looked for in: the address, the name and the company, one space between them,
    /// which no fragment contains.
    pub(crate) search: String,
    /// The directory does not agree about who it is (P-5, P-7, P-12).
    pub(crate) in_doubt: bool,
}

impl ReadConn<'_> {
    /// The active profile of an address on a channel (P-8, P-9).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_profile(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<Option<MessagingProfile>, StoreError> {
        const OPERATION: &str = "find a profile";
        self.prepare(ACTIVE, OPERATION)?
            .query_row(params![address.as_str(), channel.as_str()], read_profile)
            .optional()
            .during(OPERATION)
    }

    /// Active profiles that are bound to a person.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_profiles_of(&self, person: PersonId) -> Result<Vec<MessagingProfile>, StoreError> {
        const OPERATION: &str = "list a person's profiles";
        self.prepare(OF_PERSON, OPERATION)?
            .query_map([uuid_blob(person.uuid())], read_profile)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Conversations with an address, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_conversations_with(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<Vec<ConversationId>, StoreError> {
        const OPERATION: &str = "list conversations with an address";
        let mut found: Vec<(ConversationId, i64)> = self
            .prepare(CONVERSATIONS_OF, OPERATION)?
            .query_map(params![address.as_str(), channel.as_str()], |row| {
                Ok((ConversationId(row.get(0)?), row.get(1)?))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        found.sort_by_key(|(_, position)| std::cmp::Reverse(*position));
        Ok(found.into_iter().map(|(id, _)| id).collect())
    }

    /// What a rule may know about who is behind an address.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_identity_state(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<IdentityState, StoreError> {
        let mut interactions = Vec::new();
        for conversation in self.list_conversations_with(channel, address)? {
            interactions.extend(
                self.find_latest_interaction(conversation)?
                    .filter(Interaction::is_active),
            );
        }
        Ok(IdentityState {
            channel,
            address: address.clone(),
            profile: self.find_profile(channel, address)?,
            users: self.users_with_number(address)?,
            interactions,
        })
    }

    /// The matching table's line for an address.
    fn match_address(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<RequesterMatch, StoreError> {
        let profile = self.find_profile(channel, address)?;
        let users = self.users_with_number(address)?;
        Ok(match_requester(&users, profile.as_ref()))
    }

    /// The person behind an address, as the matching table has it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_requester(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<Option<Person>, StoreError> {
        match self.match_address(channel, address)?.person {
            Some(person) => self.find_person(person),
            None => Ok(None),
        }
    }
}

impl WriteTx<'_> {
    /// Carries out an effect on people or profiles. Answers the conversations that show it.
    pub(crate) fn apply_directory_effect(
        &mut self,
        effect: &Effect,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let addresses = match effect {
            Effect::SetProfile(profile) => {
                self.put_profile(profile)?;
                return self.refresh_names(profile.channel, &profile.address);
            }
            Effect::SetPerson(person) => self.put_person(person)?,
            Effect::RemovePerson(person) => self.delete_person(*person)?,
            _ => BTreeSet::new(),
        };
        let mut touched = Vec::new();
        for address in addresses {
            touched.extend(self.refresh_names(PHONE_CHANNEL, &address)?);
        }
        Ok(touched)
    }

    fn put_profile(&mut self, profile: &MessagingProfile) -> Result<(), StoreError> {
        const OPERATION: &str = "write a profile";
        self.prepare(
            "INSERT INTO messaging_profiles (profile_id, channel, address, bound_to, active, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (profile_id) DO UPDATE SET
                bound_to = excluded.bound_to, active = excluded.active, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(profile.id.uuid()),
            profile.channel.as_str(),
            profile.address.as_str(),
            Identity::of(Some(profile))
                .opened_for
                .map(|person| uuid_blob(person.uuid())),
            profile.standing.active,
            to_json("a profile", profile)?,
        ])
        .map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => StoreError::ActiveProfileExists,
            _ => StoreError::from_sql(OPERATION, source),
        })?;
        Ok(())
    }

    /// Writes who an address is into its conversations. Answers those that were changed or may have been.
    fn refresh_names(
        &mut self,
        channel: Channel,
        address: &Address,
    ) -> Result<Vec<ConversationId>, StoreError> {
        const OPERATION: &str = "name a conversation";
        let conversations = self.list_conversations_with(channel, address)?;
        if conversations.is_empty() {
            return Ok(conversations);
        }
        let requester = self.requester_columns(channel, address)?;
        for conversation in &conversations {
            self.prepare(
                "UPDATE conversations SET requester_name = ?2, requester_search = ?3, identity_in_doubt = ?4
                 WHERE conversation_id = ?1
                    AND (requester_name <> ?2 OR requester_search <> ?3 OR identity_in_doubt <> ?4)",
                OPERATION,
            )?
            .execute(params![
                conversation.0,
                requester.name,
                requester.search,
                requester.in_doubt
            ])
            .during(OPERATION)?;
        }
        Ok(conversations)
    }

    /// What a conversation shows of the person behind its address.
    pub(crate) fn requester_columns(
        &self,
        channel: Channel,
        address: &Address,
    ) -> Result<RequesterColumns, StoreError> {
        let matched = self.match_address(channel, address)?;
        let mut columns = RequesterColumns {
            name: String::new(),
            search: searchable_address(address),
            in_doubt: matched.identity_conflict || matched.several_matches,
        };
        let person = match matched.person {
            Some(person) => self.find_person(person)?,
            None => None,
        };
        if let Some(person) = person {
            for part in [&person.details.name, &person.details.account] {
                columns.search.push(' ');
                columns.search.push_str(&searchable(part));
            }
            columns.name = person.details.name;
        }
        Ok(columns)
    }

    /// Whose timeline a profile's event belongs in: the newest conversation with its address.
    pub(crate) fn timeline_of_profile(
        &self,
        key: Option<(Channel, Address)>,
    ) -> Result<Option<ConversationId>, StoreError> {
        let Some((channel, address)) = key else {
            return Ok(None);
        };
        Ok(self
            .list_conversations_with(channel, &address)?
            .first()
            .copied())
    }
}

impl ReadConn<'_> {
    /// The address of a profile, active or not.
    pub(crate) fn address_of_profile(
        &self,
        id: tern_domain::ProfileId,
    ) -> Result<Option<(Channel, Address)>, StoreError> {
        const OPERATION: &str = "load a profile";
        self.prepare(
            "SELECT document FROM messaging_profiles WHERE profile_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], read_profile)
        .optional()
        .during(OPERATION)
        .map(|profile| profile.map(|profile| (profile.channel, profile.address)))
    }

    /// Who is behind a conversation's requester, for the rules.
    pub(crate) fn identity_of_key(
        &self,
        key: &ConversationKey,
    ) -> Result<(Option<MessagingProfile>, Vec<PersonId>), StoreError> {
        Ok((
            self.find_profile(key.channel, &key.requester)?,
            self.users_with_number(&key.requester)?,
        ))
    }
}

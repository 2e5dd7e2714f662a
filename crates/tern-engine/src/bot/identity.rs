//! Who writes, as far as it is proved: what a turn may know of it, and what a turn changes about it (L).
//!
//! Owns no state: everything is read and written in the caller's transaction.

use tern_domain::topic::{AppCommand, BotInput, Ticket};
use tern_domain::verification::{
    ProofOutcome, ProofState, SecondFactor, UnlinkCause, VERIFIED_ROLE, VerificationState,
    find_candidate, plan_elevation_end, plan_logout, plan_proof_awaited, plan_proof_begun,
};
use tern_domain::{Actor, ConversationKey, Interaction, InteractionId, PersonId, UtcMillis};
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::BotDesk;
use super::codes::codes_to;
use super::entries::Entered;
use super::strays::strays_of;
use crate::ids::EdgeIds;

/// Everything that a proof in an interaction is about.
pub(super) fn proof_state(
    conn: &ReadConn<'_>,
    interaction: Interaction,
    second: SecondFactor,
) -> Result<ProofState, StoreError> {
    let key = interaction.key.clone();
    let identity = conn.load_identity_state(key.channel, &key.requester)?;
    Ok(ProofState {
        candidate: candidate(conn, &key, &identity, second)?,
        elevation: conn.find_elevation(interaction.id)?,
        strays: strays_of(conn, &key.requester)?,
        codes: codes_to(conn, &key.requester)?,
        second,
        identity,
        interaction,
    })
}

/// L-5: the enrolled user whose mobile phone the number is.
fn candidate(
    conn: &ReadConn<'_>,
    key: &ConversationKey,
    identity: &tern_domain::IdentityState,
    second: SecondFactor,
) -> Result<Option<VerificationState>, StoreError> {
    let Some(number) = key.requester.phone() else {
        return Ok(None);
    };
    let mut holders = Vec::new();
    for person in &identity.users {
        let found = conn.find_person(*person)?;
        holders.extend(found.map(|found| (*person, found.details)));
    }
    let standing = identity.profile.as_ref().map(|profile| &profile.standing);
    let holders = holders.iter().map(|(person, details)| (*person, details));
    let Some(person) = find_candidate(number, standing, holders) else {
        return Ok(None);
    };
    let state = conn.load_verification_state(person)?;
    Ok(Some(state).filter(|state| state.verification.is_enrolled(second)))
}

/// Roles of whoever proved who they are in an interaction (V-25); `None` if nobody did, or it does not count any
/// more: unlinked, locked, gone (L-12, L-15).
pub(super) fn roles_of_proven(
    conn: &ReadConn<'_>,
    interaction: InteractionId,
    key: &ConversationKey,
    now: UtcMillis,
) -> Result<Option<Vec<String>>, StoreError> {
    let elevation = conn.find_elevation(interaction)?;
    let (Some(proven), Some(profile)) = (
        elevation.proven,
        conn.find_profile(key.channel, &key.requester)?,
    ) else {
        return Ok(None);
    };
    let verification = conn.find_verification(proven.person)?.unwrap_or_default();
    let link = conn.find_account_link(profile.id)?;
    match elevation.stands_for(link, &verification.lockout, now) {
        Some(person) => roles_of(conn, person).map(Some),
        None => Ok(None),
    }
}

/// V-25.
pub(super) fn roles_of(conn: &ReadConn<'_>, person: PersonId) -> Result<Vec<String>, StoreError> {
    let found = conn.find_person(person)?;
    let own = found.into_iter().flat_map(|found| found.details.roles);
    let everybodys = ["public", VERIFIED_ROLE].map(str::to_owned);
    Ok(everybodys.into_iter().chain(own).collect())
}

impl BotDesk {
    /// When an entry was made, by the clock that counts for locks: the carrier's, or this computer's if that is
    /// behind it.
    pub(super) fn entered_at(&self) -> UtcMillis {
        self.carrier_clock.now().min(self.clock.now())
    }

    /// L-2: what is asked for after the PIN.
    pub(super) fn second_factor(&self) -> SecondFactor {
        self.topics.current().settings().second_factor
    }

    /// L-3, L-11: whether somebody is asked for PIN and code.
    pub(super) fn begin_proof(
        &self,
        tx: &mut WriteTx<'_>,
        interaction: Interaction,
        now: UtcMillis,
    ) -> Result<(Applied, ProofOutcome), StoreError> {
        let state = proof_state(tx, interaction, self.second_factor())?;
        let ids = &mut EdgeIds::new(&*self.clock);
        let proof = plan_proof_begun(&state, self.entered_at(), now, ids);
        Ok((tx.apply(&proof.plan)?, proof.outcome))
    }

    /// Holds an entry for its check, which is too slow for a transaction.
    pub(super) fn hold_entry(
        &self,
        tx: &mut WriteTx<'_>,
        interaction: &Interaction,
        entered: Entered,
    ) -> Result<Applied, StoreError> {
        let elevation = tx.find_elevation(interaction.id)?;
        let plan = plan_proof_awaited(interaction, elevation, entered.ticket);
        let answer = entered.entry.expose();
        self.entries
            .remember(interaction.id, answer, self.clock.now());
        self.entries.put(entered);
        tx.apply(&plan)
    }

    /// L-16: unlinks the number, if it is linked.
    pub(super) fn carry_out(
        &self,
        tx: &mut WriteTx<'_>,
        command: AppCommand,
        key: &ConversationKey,
        now: UtcMillis,
    ) -> Result<Applied, StoreError> {
        let profile = tx.find_profile(key.channel, &key.requester)?;
        let (AppCommand::Logout, Some(profile)) = (command, profile) else {
            return Ok(Applied::default());
        };
        if tx.find_account_link(profile.id)?.is_none() {
            return Ok(Applied::default());
        }
        let identity = tx.load_identity_state(key.channel, &key.requester)?;
        let ids = &mut EdgeIds::new(&*self.clock);
        let (cause, actor) = (UnlinkCause::Logout, Actor::Requester);
        tx.apply(&plan_logout(&identity, cause, actor, now, ids))
    }

    /// L-12: wherever a user had proved who they are, they are a guest at once, and are told so.
    pub(super) fn end_elevations_of(
        &self,
        tx: &mut WriteTx<'_>,
        person: PersonId,
        now: UtcMillis,
    ) -> Result<Applied, StoreError> {
        let mut applied = Applied::default();
        for (interaction, elevation) in tx.list_elevations()? {
            let is_theirs = elevation.proven.is_some_and(|it| it.person == person);
            let found = tx.find_interaction(interaction)?.filter(|_| is_theirs);
            if let Some(found) = found {
                let ids = &mut EdgeIds::new(&*self.clock);
                let plan = plan_elevation_end(&found.interaction, elevation, now, ids);
                applied.merge(tx.apply(&plan)?);
                applied.merge(self.wake(tx, interaction, BotInput::Unverified)?);
            }
        }
        Ok(applied)
    }

    /// Whether an entry is still on its way to its check.
    pub(super) fn holds(&self, interaction: InteractionId, ticket: Ticket) -> bool {
        self.entries.has(interaction, ticket)
    }
}

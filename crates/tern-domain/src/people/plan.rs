//! Changing the directory: create, edit, delete, bring back.

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource, PersonId};
use crate::plan::{Effect, Plan};
use crate::record::Recorder;
use crate::retention::{OnHold, check_not_held};
use crate::time::UtcMillis;

use super::{LONGEST_PERSON_FIELD, LONGEST_PERSON_NOTES, Person, PersonDetails};

/// One person as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonState {
    /// Who.
    pub id: PersonId,
    /// What is known; `None` if the directory does not have the person (any more).
    pub details: Option<PersonDetails>,
    /// A legal hold is on the person, or on one of their conversations.
    pub is_held: bool,
    /// Events so far.
    pub version: u32,
}

/// Who changes the directory, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryContext {
    /// Now.
    pub now: UtcMillis,
    /// The agent who does it.
    pub agent: AgentId,
}

/// Why a person cannot be kept like this. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryRefusal {
    /// Nothing to show in a list.
    #[error("a person needs a name")]
    NoName,
    /// A field is longer than anybody's name.
    #[error("the {field} is too long")]
    TooLong {
        /// Which field.
        field: &'static str,
    },
    /// Nobody there.
    #[error("this person is not in the directory any more")]
    Gone,
    /// A legal hold is on the person, or on one of their conversations.
    #[error(transparent)]
    OnHold(#[from] OnHold),
}

impl PersonDetails {
    /// Whether a person can be kept like this.
    ///
    /// # Errors
    /// [`DirectoryRefusal`] for the first field that cannot.
    pub fn check(&self) -> Result<(), DirectoryRefusal> {
        if self.name.is_empty() {
            return Err(DirectoryRefusal::NoName);
        }
        let too_long = |text: &str, most: usize| text.chars().count() > most;
        let fields = [
            ("name", self.name.as_str(), LONGEST_PERSON_FIELD),
            ("e-mail", &self.email, LONGEST_PERSON_FIELD),
            ("company", &self.account, LONGEST_PERSON_FIELD),
            ("notes", &self.notes, LONGEST_PERSON_NOTES),
        ];
        let roles = self
            .roles
            .iter()
            .map(|role| ("roles", role.as_str(), LONGEST_PERSON_FIELD));
        match fields
            .into_iter()
            .chain(roles)
            .find(|(_, text, most)| too_long(text, *most))
        {
            Some((field, _, _)) => Err(DirectoryRefusal::TooLong { field }),
            None => Ok(()),
        }
    }
}

/// Plans a new person, or new details of one. The plan is empty if nothing differs.
///
/// # Errors
/// [`DirectoryRefusal`]; nothing is changed then.
pub fn plan_person_save(
    state: &PersonState,
    details: PersonDetails,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, DirectoryRefusal> {
    let details = details.tidied();
    details.check()?;
    let body = match &state.details {
        None => EventBody::PersonCreated {
            details: Box::new(details.clone()),
        },
        Some(before) => {
            let edits = before.edits_to(&details);
            if edits.is_empty() {
                return Ok(Plan::default());
            }
            EventBody::PersonEdited { edits }
        }
    };
    Ok(record(state, body, set(state.id, details), ctx, ids))
}

/// Plans taking a person out of the directory. The numbers bound to them are for the profiles' rules.
///
/// # Errors
/// [`DirectoryRefusal::Gone`] and [`DirectoryRefusal::OnHold`].
pub fn plan_person_deletion(
    state: &PersonState,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, DirectoryRefusal> {
    if state.details.is_none() {
        return Err(DirectoryRefusal::Gone);
    }
    check_not_held(state.is_held)?;
    let effect = Effect::RemovePerson(state.id);
    Ok(record(state, EventBody::PersonDeleted, effect, ctx, ids))
}

/// Plans putting a person back to how they were: the undo of all of the above.
///
/// # Errors
/// [`DirectoryRefusal`]; nothing is changed then.
pub fn plan_person_restoration(
    state: &PersonState,
    before: Option<PersonDetails>,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, DirectoryRefusal> {
    match (&state.details, before) {
        (None, None) => Ok(Plan::default()),
        (Some(_), None) => plan_person_deletion(state, ctx, ids),
        (_, Some(details)) => plan_person_save(state, details, ctx, ids),
    }
}

fn set(id: PersonId, details: PersonDetails) -> Effect {
    Effect::SetPerson(Box::new(Person { id, details }))
}

fn record(
    state: &PersonState,
    body: EventBody,
    effect: Effect,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    plan.effects.push(effect);
    Recorder::new(&mut plan, ids, ctx.now).append(
        AggregateRef::Person(state.id),
        state.version,
        Actor::Agent(ctx.agent),
        body,
    );
    plan
}

//! Legal holds: placing, showing and releasing them.

use tern_domain::retention::{HoldRefusal, HoldSubject, LegalHold, plan_hold, plan_release};
use tern_domain::{AggregateRef, ConversationId, ConversationKey, EventId, PersonId};
use tern_engine::EdgeIds;
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::people::{found, parse_person};
use crate::app::App;
use crate::dto::{
    ConversationRef, HoldOn, HoldView, HoldsHere, PersonRef, PlaceHold, ReleaseHold, RetentionView,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::view::conversation::requester;
use crate::view::message::Beholder;
use crate::words;

/// A hold with what it is called.
struct Named {
    hold: LegalHold,
    subject: String,
    conversations: u32,
}

impl App {
    /// Holds on a conversation, and how far back its texts are kept.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a conversation that is not there.
    pub async fn conversation_holds(
        &self,
        request: ConversationRef,
    ) -> Result<HoldsHere, ApiError> {
        let id = ConversationId(request.conversation_id);
        self.holds_here(move |conn| {
            let person = person_behind(conn, id)?;
            Ok((conn.list_holds_on(id)?, person.map(|(_, name)| name)))
        })
        .await
    }

    /// Holds on a person and on their conversations, and how far back texts are kept.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a person who is not in the directory.
    pub async fn person_holds(&self, request: PersonRef) -> Result<HoldsHere, ApiError> {
        let id = parse_person(&request.person_id)?;
        self.holds_here(move |conn| {
            let person = found(conn.find_person(id)?)?;
            Ok((conn.list_holds_about(id)?, Some(person.details.name)))
        })
        .await
    }

    async fn holds_here(
        &self,
        look: impl FnOnce(&ReadConn<'_>) -> Result<(Vec<LegalHold>, Option<String>), StoreError>
        + Send
        + 'static,
    ) -> Result<HoldsHere, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let may_change = self.must_administer(&desk).await.is_ok();
        let (holds, person, floor) = desk
            .store
            .read(move |conn| {
                let (holds, person) = look(conn)?;
                let holds = named(conn, holds)?;
                let runs = conn.load_retention_runs()?;
                let floor = runs.floors.texts(&conn.load_retention()?);
                Ok((holds, person, floor))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let kept_since = floor.filter(|_| holds.is_empty()).map(|at| at.0);
        Ok(HoldsHere {
            holds: holds.iter().map(|hold| view(hold, &beholder)).collect(),
            kept_since,
            person,
            may_change,
        })
    }

    /// Places a hold on a conversation, or on everything with a person.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators and for a person that nobody knows,
    /// [`ErrorCode::InvalidInput`] without a reason.
    pub async fn place_hold(&self, request: PlaceHold) -> Result<HoldsHere, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let person = match &request.on {
            HoldOn::Person { person_id } => Some(parse_person(person_id)?),
            _ => None,
        };
        let (clock, me) = (desk.clock(), desk.agent());
        let (on, reason) = (request.on.clone(), request.reason);
        let placed = desk
            .store
            .write(move |tx| {
                let Some((subject, conversations)) = subject_of(tx, &on, person)? else {
                    return Ok(None);
                };
                let versions = versions(tx, &subject, &conversations)?;
                let ids = &mut EdgeIds::new(&*clock);
                let planned = plan_hold(
                    subject,
                    conversations,
                    &reason,
                    me,
                    clock.now(),
                    &|aggregate| version_in(&versions, aggregate),
                    ids,
                );
                match planned {
                    Ok((hold, plan)) => {
                        let mut holds = tx.list_legal_holds()?;
                        holds.push(hold);
                        tx.put_legal_holds(&holds)?;
                        Ok(Some(Ok(tx.apply(&plan)?)))
                    }
                    Err(refusal) => Ok(Some(Err(refusal))),
                }
            })
            .await
            .map_err(|error| words::store(&error))?;
        let applied = placed
            .ok_or_else(|| {
                ApiError::new(
                    ErrorCode::NotAllowed,
                    "It is not known who is behind this number.",
                    "Place the hold on the conversation, or add the person first.",
                )
            })?
            .map_err(refused)?;
        self.announce_holds(&desk, applied);
        match request.on {
            HoldOn::Person { person_id } => self.person_holds(PersonRef { person_id }).await,
            HoldOn::Conversation { conversation_id } | HoldOn::PersonBehind { conversation_id } => {
                self.conversation_holds(ConversationRef { conversation_id })
                    .await
            }
        }
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators, [`ErrorCode::InvalidInput`] without a reason,
    /// [`ErrorCode::NotFound`] for a hold that is not there any more.
    pub async fn release_hold(&self, request: ReleaseHold) -> Result<RetentionView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let gone = || ApiError::new(ErrorCode::NotFound, "This hold was released already.", "");
        let id: EventId = request.id.parse().map_err(|_| gone())?;
        let (clock, me) = (desk.clock(), desk.agent());
        let released = desk
            .store
            .write(move |tx| {
                let mut holds = tx.list_legal_holds()?;
                let Some(at) = holds.iter().position(|hold| hold.id == id) else {
                    return Ok(None);
                };
                let hold = holds.remove(at);
                let versions = versions(tx, &hold.subject, &hold.conversations)?;
                let ids = &mut EdgeIds::new(&*clock);
                let planned = plan_release(
                    &hold,
                    &request.reason,
                    me,
                    clock.now(),
                    &|aggregate| version_in(&versions, aggregate),
                    ids,
                );
                match planned {
                    Ok(plan) => {
                        tx.put_legal_holds(&holds)?;
                        Ok(Some(Ok(tx.apply(&plan)?)))
                    }
                    Err(refusal) => Ok(Some(Err(refusal))),
                }
            })
            .await
            .map_err(|error| words::store(&error))?;
        let applied = released.ok_or_else(gone)?.map_err(refused)?;
        self.announce_holds(&desk, applied);
        self.retention().await
    }

    /// All holds that are in force.
    pub(super) async fn hold_views(
        &self,
        desk: &Desk,
        beholder: &Beholder,
    ) -> Result<Vec<HoldView>, ApiError> {
        let holds = desk
            .store
            .read(|conn| named(conn, conn.list_legal_holds()?))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(holds.iter().map(|hold| view(hold, beholder)).collect())
    }

    fn announce_holds(&self, desk: &Desk, applied: Applied) {
        self.announce(desk, applied);
        self.emit(Change::People);
        self.retention_changed(desk);
    }
}

/// What is to be held, and the conversations that it has now; `None` if nobody knows whose a number is.
fn subject_of(
    conn: &ReadConn<'_>,
    on: &HoldOn,
    person: Option<PersonId>,
) -> Result<Option<(HoldSubject, Vec<ConversationKey>)>, StoreError> {
    let key = |id: i64| Ok::<_, StoreError>(conn.load_conversation(ConversationId(id))?.key);
    let (mut keys, person) = match on {
        HoldOn::Conversation { conversation_id } => {
            let key = key(*conversation_id)?;
            return Ok(Some((HoldSubject::Conversation { key }, Vec::new())));
        }
        HoldOn::PersonBehind { conversation_id } => {
            let behind = person_behind(conn, ConversationId(*conversation_id))?;
            let Some((person, _)) = behind else {
                return Ok(None);
            };
            (vec![key(*conversation_id)?], person)
        }
        HoldOn::Person { .. } => match person {
            Some(person) => (Vec::new(), found(conn.find_person(person)?)?.id),
            None => return Ok(None),
        },
    };
    for other in conn.conversations_of_person(person)? {
        let other = conn.load_conversation(other)?.key;
        if !keys.contains(&other) {
            keys.push(other);
        }
    }
    Ok(Some((HoldSubject::Person { person }, keys)))
}

/// Who is behind a conversation's number, if that is known.
fn person_behind(
    conn: &ReadConn<'_>,
    id: ConversationId,
) -> Result<Option<(PersonId, String)>, StoreError> {
    let key = conn.load_conversation(id)?.key;
    let person = conn.find_requester(key.channel, &key.requester)?;
    Ok(person.map(|person| (person.id, person.details.name)))
}

fn versions(
    tx: &WriteTx<'_>,
    subject: &HoldSubject,
    conversations: &[ConversationKey],
) -> Result<Vec<(AggregateRef, u32)>, StoreError> {
    let own = match subject {
        HoldSubject::Conversation { key } => AggregateRef::Conversation(key.clone()),
        HoldSubject::Person { person } => AggregateRef::Person(*person),
    };
    let others = conversations.iter().cloned();
    std::iter::once(own)
        .chain(others.map(AggregateRef::Conversation))
        .map(|aggregate| Ok((aggregate.clone(), tx.aggregate_version(&aggregate)?)))
        .collect()
}

fn version_in(versions: &[(AggregateRef, u32)], aggregate: &AggregateRef) -> u32 {
    versions
        .iter()
        .find_map(|(known, version)| (known == aggregate).then_some(*version))
        .unwrap_or_default()
}

fn named(conn: &ReadConn<'_>, holds: Vec<LegalHold>) -> Result<Vec<Named>, StoreError> {
    holds
        .into_iter()
        .map(|hold| {
            let conversations = conn.conversations_of_hold(&hold)?.len();
            let subject = match &hold.subject {
                HoldSubject::Conversation { key } => match conn.find_conversation(key)? {
                    Some(id) => requester(&conn.load_conversation(id)?),
                    None => key.requester.display_international(),
                },
                HoldSubject::Person { person } => conn.find_person(*person)?.map_or_else(
                    || "Somebody who is not in the directory any more".to_owned(),
                    |person| person.details.name,
                ),
            };
            Ok(Named {
                conversations: u32::try_from(conversations).unwrap_or(u32::MAX),
                subject,
                hold,
            })
        })
        .collect()
}

fn view(named: &Named, beholder: &Beholder) -> HoldView {
    let hold = &named.hold;
    HoldView {
        id: hold.id.to_string(),
        subject: named.subject.clone(),
        is_person: matches!(hold.subject, HoldSubject::Person { .. }),
        reason: hold.reason.clone(),
        by: beholder.name_of(hold.by),
        at: hold.at.0,
        conversations: named.conversations,
    }
}

fn refused(refusal: HoldRefusal) -> ApiError {
    let message = match refusal {
        HoldRefusal::NoReason => "A legal hold needs a reason, also when it is released.",
        HoldRefusal::ReasonTooLong => "The reason is too long.",
    };
    ApiError::new(ErrorCode::InvalidInput, message, "")
}

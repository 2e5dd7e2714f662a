//! The directory: list, look up, save, delete, and taking any of it back.

use tern_domain::{
    Channel, DirectoryContext, IdSource, Person, PersonDetails, PersonId, Territory,
};
use tern_engine::EdgeIds;
use tern_store::{PersonCursor, StoreError, WriteTx};

use crate::app::App;
use crate::directory::{Changed, DirectoryWrite, PersonChange};
use crate::dto::{
    ListPeople, PeoplePage, PersonCard, PersonRef, PersonSaved, SavePerson, UndoChange,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::undo::{DirectoryStep, UndoStep};
use crate::view::{conversation, person};
use crate::words;

/// Most people of one page.
const LARGEST_PAGE: u32 = 200;
/// Most conversations on a person's card.
const MOST_CONVERSATIONS: usize = 20;

impl App {
    /// One page of people, by name.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] for a cursor that is none of ours.
    pub async fn list_people(&self, request: ListPeople) -> Result<PeoplePage, ApiError> {
        let desk = self.desk()?;
        let after = request.after.as_deref().map(read_cursor).transpose()?;
        let limit = request.limit.clamp(1, LARGEST_PAGE);
        let (page, total) = desk
            .store
            .read(move |conn| {
                let page = conn.list_people(&request.query, after.as_ref(), limit)?;
                Ok((page, conn.count_people()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(PeoplePage {
            people: page.people.iter().map(person::view).collect(),
            next: page
                .next
                .map(|cursor| format!("{} {}", cursor.id, cursor.sort_name)),
            total,
        })
    }

    /// One person with what hangs on them.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn person(&self, request: PersonRef) -> Result<PersonCard, ApiError> {
        let desk = self.desk()?;
        let id = parse_person(&request.person_id)?;
        let (found, profiles, rows, is_held) = desk
            .store
            .read(move |conn| {
                let Some(found) = conn.find_person(id)? else {
                    return Err(StoreError::NotFound { what: "person" });
                };
                let mut rows = Vec::new();
                for address in conn.addresses_of_person(id)? {
                    let is_theirs = conn
                        .find_requester(Channel::Sms, &address)?
                        .is_some_and(|person| person.id == id);
                    if is_theirs {
                        for conversation in conn.list_conversations_with(Channel::Sms, &address)? {
                            rows.push(conn.load_conversation(conversation)?);
                        }
                    }
                }
                let is_held = conn.is_person_held(id)?;
                Ok((found, conn.list_profiles_of(id)?, rows, is_held))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let offline = self.beholder(&desk).await?.offline;
        let mut rows: Vec<_> = rows
            .iter()
            .map(|row| conversation::row(row, offline))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_at));
        rows.truncate(MOST_CONVERSATIONS);
        Ok(PersonCard {
            person: person::view(&found),
            bound_numbers: profiles
                .iter()
                .map(|profile| profile.address.display_international())
                .collect(),
            conversations: rows,
            is_held,
        })
    }

    /// Creates a person, or replaces what is known of one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the field that needs changing.
    pub async fn save_person(&self, request: SavePerson) -> Result<PersonSaved, ApiError> {
        let desk = self.desk()?;
        let default = self.default_territory(&desk).await?;
        let details = person::details(request.fields, default)?;
        let id = match &request.person_id {
            Some(id) => parse_person(id)?,
            None => PersonId::next(&mut EdgeIds::new(&*desk.clock())),
        };
        let must_exist = request.person_id.is_some();
        let undo = self
            .change_directory(&desk, move |write| {
                if must_exist && write.tx.find_person(id)?.is_none() {
                    return Err(StoreError::NotFound { what: "person" });
                }
                write.change_people(vec![PersonChange {
                    id,
                    to: Some(details),
                }])
            })
            .await?;
        Ok(PersonSaved {
            person_id: id.to_string(),
            undo,
        })
    }

    /// Takes a person out of the directory; their numbers become guests'.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::NotAllowed`] under a legal hold.
    pub async fn delete_person(&self, request: PersonRef) -> Result<PersonSaved, ApiError> {
        let desk = self.desk()?;
        let id = parse_person(&request.person_id)?;
        let undo = self
            .change_directory(&desk, move |write| {
                write.change_people(vec![PersonChange { id, to: None }])
            })
            .await?;
        Ok(PersonSaved {
            person_id: request.person_id,
            undo,
        })
    }

    /// Takes back what a token stands for, exactly or not at all.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when it was changed again since, [`ErrorCode::NotFound`] for an old token.
    pub async fn undo_change(&self, request: UndoChange) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let step = desk.undo.find(&request.undo).ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotFound,
                "This cannot be taken back any more.",
                "",
            )
        })?;
        match step {
            UndoStep::Directory(step) => self
                .change_directory(&desk, move |write| write.take_back(step))
                .await
                .map(drop)?,
            UndoStep::Configuration(step) => self.take_import_back(&desk, *step).await?,
            UndoStep::Rows(step) => self.take_rows_back(*step).await?,
            UndoStep::Table(step) => self.take_table_back(*step).await?,
            UndoStep::Notification(before) => self.take_notification_back(*before).await?,
        }
        desk.undo.drop_step(&request.undo);
        Ok(())
    }

    /// Runs one change of the directory in one transaction. Answers the token that takes it back, if anything
    /// changed.
    pub(super) async fn change_directory(
        &self,
        desk: &Desk,
        change: impl FnOnce(&mut DirectoryWrite<'_, '_>) -> Result<Changed, StoreError> + Send + 'static,
    ) -> Result<Option<String>, ApiError> {
        let (agent, clock) = (desk.agent(), desk.clock());
        let (applied, step) = desk
            .store
            .write(move |tx: &mut WriteTx<'_>| {
                let ctx = DirectoryContext {
                    now: clock.now(),
                    agent,
                };
                change(&mut DirectoryWrite {
                    tx,
                    ctx,
                    ids: &mut EdgeIds::new(&*clock),
                })
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refused| words::directory_refusal(&refused))?;
        self.announce_directory(desk, applied);
        Ok(keep(desk, step))
    }

    /// The territory in which numbers without a country code are read (P-15): the setting, else that of the
    /// team's first number, else the United States.
    pub(super) async fn default_territory(&self, desk: &Desk) -> Result<Territory, ApiError> {
        let chosen = self.settings().await?.default_territory;
        let of_line = desk
            .link()
            .phone_numbers()
            .first()
            .and_then(tern_domain::PhoneNumber::territory);
        chosen
            .and_then(|text| Territory::parse(&text).ok())
            .or(of_line)
            .map_or_else(
                || Territory::parse("US").map_err(|_| ApiError::internal()),
                Ok,
            )
    }
}

/// Keeps a step, if it is one.
fn keep(desk: &Desk, step: DirectoryStep) -> Option<String> {
    let changed_identity = step
        .identities
        .iter()
        .any(|(before, after)| before != after);
    (changed_identity || !step.people.is_empty()).then(|| {
        let token = EdgeIds::new(&*desk.clock()).uuid();
        desk.undo.keep(token, UndoStep::Directory(step))
    })
}

pub(super) fn parse_person(text: &str) -> Result<PersonId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request("the person's id is malformed"))
}

fn read_cursor(text: &str) -> Result<PersonCursor, ApiError> {
    let malformed = || ApiError::bad_request("the cursor is malformed");
    let (id, sort_name) = text.split_once(' ').ok_or_else(malformed)?;
    Ok(PersonCursor {
        sort_name: sort_name.to_owned(),
        id: id.parse().map_err(|_| malformed())?,
    })
}

/// A new person that is only a name and the number they write from.
pub(super) fn newcomer(name: String, number: Option<tern_domain::PhoneNumber>) -> PersonDetails {
    PersonDetails {
        name,
        mobile_phone: number,
        ..PersonDetails::default()
    }
}

/// The person of an id, or a refusal in words.
pub(super) fn found(person: Option<Person>) -> Result<Person, StoreError> {
    person.ok_or(StoreError::NotFound { what: "person" })
}

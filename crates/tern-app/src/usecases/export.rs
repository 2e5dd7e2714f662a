//! Exports: one conversation, a person, or what a search finds, as a signed file in clear.
//!
//! Whoever works at the desk may export a conversation; what holds many people, or everything with one, takes an
//! administrator. Who took what is recorded before the file is in its place.

use std::sync::Arc;

use jiff::tz::TimeZone;
use tern_archive::PartFile;
use tern_domain::export::ExportOf;
use tern_domain::transcript::Transcript;
use tern_domain::{Channel, ConversationId};
use tern_store::{ExportSize, StoreError};

use super::desk::zoned;
use super::inbox::published_titles;
use super::people::parse_person;
use super::places::with_ending;
use super::search::{query_of, read};
use crate::app::App;
use crate::dto::{
    ConsentsOf, ExportConsents, ExportKeyView, ExportOffer, ExportScope, JobKind, JobView,
    PersonRef, PlaceKind, PlaceRef, StartExport, TranscriptFormat, TranscriptKind,
};
use crate::error::{ApiError, ErrorCode};
use crate::export::{ExportPlan, Reads, find_or_make, write};
use crate::line::Desk;
use crate::view::conversation;
use crate::words;

/// What a scope comes to.
struct Scope {
    reads: Reads,
    of: ExportOf,
    about: String,
    stem: String,
}

impl App {
    /// What an export would come to, and where it would go.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::NotAllowed`] for anybody but administrators where it is more than one
    /// conversation.
    pub async fn prepare_export(&self, scope: ExportScope) -> Result<ExportOffer, ApiError> {
        let desk = self.desk()?;
        let scope = self.scope(&desk, &scope).await?;
        let size = match &scope.reads {
            Reads::Conversations(ids) => Some(size_of(&desk, ids.clone()).await?),
            Reads::Found(_) => None,
        };
        let key = find_or_make(&desk.store).await?;
        Ok(ExportOffer {
            about: scope.about,
            folder: self.inner.config.exports_folder.display().to_string(),
            file: format!("{}.zip", scope.stem),
            texts: size.map(|it| it.texts),
            attached: size.map(|it| it.attached),
            attached_bytes: size.map(|it| it.attached_bytes),
            fingerprint: key.fingerprint().to_string(),
        })
    }

    /// Starts an export as a job.
    ///
    /// # Errors
    /// As [`App::prepare_export`]; [`ErrorCode::InvalidInput`] for a folder that is none, or an export of nothing.
    pub async fn start_export(&self, request: StartExport) -> Result<JobView, ApiError> {
        let desk = self.desk()?;
        let scope = self.scope(&desk, &request.scope).await?;
        if !(request.pages || request.lines || request.table) {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "Nothing was chosen to be exported.",
                "Choose pages, a table or lines for programs.",
            ));
        }
        let plan = self.plan(&desk, &request, scope).await?;
        let key = find_or_make(&desk.store).await?;
        let path = self.place(PlaceKind::Export, &request.place).await?;
        let (folder, stem, replaces) = match request.place {
            PlaceRef::Chosen { .. } => with_ending(&path, "zip")?,
            _ => (path, plan.stem.clone(), false),
        };
        let part = tokio::task::spawn_blocking(move || {
            if replaces {
                PartFile::replacing(&folder, &stem)
            } else {
                PartFile::plan(&folder, &stem)
            }
        })
        .await
        .map_err(|_| ApiError::internal())?
        .map_err(|error| crate::export::place_words(&error))?;
        let (store, clock) = (desk.store.clone(), desk.clock());
        let about = plan.about.clone();
        let changes = Arc::clone(&self.inner.changes);
        let conversation = match (&plan.reads, plan.of) {
            (Reads::Conversations(ids), ExportOf::Conversation) => ids.first().copied(),
            _ => None,
        };
        desk.jobs.start(JobKind::Export, about, move |job| {
            let written = write(&store, &*clock, &plan, &key, part, job);
            if let Some(id) = conversation {
                // Its timeline says so now.
                changes.emit(crate::Change::Conversation {
                    conversation_id: id.0,
                });
            }
            written
        })
    }

    /// The key that exports are signed with; made now if there is none.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`].
    pub async fn export_key(&self) -> Result<ExportKeyView, ApiError> {
        let key = find_or_make(&self.desk()?.store).await?;
        Ok(ExportKeyView {
            fingerprint: key.fingerprint().to_string(),
        })
    }

    async fn scope(&self, desk: &Desk, scope: &ExportScope) -> Result<Scope, ApiError> {
        let today = zoned(desk.now()).strftime("%Y-%m-%d").to_string();
        match scope {
            ExportScope::Conversation { conversation_id } => {
                let id = ConversationId(*conversation_id);
                let row = desk
                    .store
                    .read(move |conn| conn.load_conversation(id))
                    .await
                    .map_err(|error| words::store(&error))?;
                Ok(Scope {
                    reads: Reads::Conversations(vec![id]),
                    of: ExportOf::Conversation,
                    about: format!(
                        "{} with {}",
                        conversation::requester(&row),
                        row.key.provider.display_international()
                    ),
                    stem: format!("tern-conversation-{today}-{}", id.0),
                })
            }
            ExportScope::Person { person_id } => {
                self.must_administer(desk).await?;
                let person = parse_person(person_id)?;
                let (found, ids) = desk
                    .store
                    .read(move |conn| {
                        let Some(found) = conn.find_person(person)? else {
                            return Err(StoreError::NotFound { what: "person" });
                        };
                        let mut ids = Vec::new();
                        for address in conn.addresses_of_person(person)? {
                            let is_theirs = conn
                                .find_requester(Channel::Sms, &address)?
                                .is_some_and(|it| it.id == person);
                            if is_theirs {
                                ids.extend(conn.list_conversations_with(Channel::Sms, &address)?);
                            }
                        }
                        Ok((found, ids))
                    })
                    .await
                    .map_err(|error| words::store(&error))?;
                Ok(Scope {
                    reads: Reads::Conversations(ids),
                    of: ExportOf::Person { person },
                    about: format!("everything with {}", found.details.name),
                    stem: format!("tern-person-{today}"),
                })
            }
            ExportScope::Filter { query } => {
                self.must_administer(desk).await?;
                let (typed, me, now) = (query.clone(), desk.agent(), desk.now());
                let text = desk
                    .store
                    .read(move |conn| read(conn, &typed, me, now))
                    .await
                    .map_err(|error| words::store(&error))?;
                if text.filters.is_note {
                    return Err(ApiError::new(
                        ErrorCode::InvalidInput,
                        "Notes alone cannot be exported.",
                        "Take is:note out of the search; an internal transcript has the notes beside the texts.",
                    ));
                }
                if !text.is_question() {
                    return Err(ApiError::new(
                        ErrorCode::InvalidInput,
                        "Nothing is searched for.",
                        "Enter a word, or choose a filter.",
                    ));
                }
                Ok(Scope {
                    reads: Reads::Found(query_of(&text, None)),
                    of: ExportOf::Filter,
                    about: "texts that a search found".to_owned(),
                    stem: format!("tern-texts-{today}"),
                })
            }
        }
    }

    async fn plan(
        &self,
        desk: &Desk,
        request: &StartExport,
        scope: Scope,
    ) -> Result<ExportPlan, ApiError> {
        let (positions, log, config, topics) = desk
            .store
            .read(|conn| {
                Ok((
                    conn.positions()?,
                    conn.log_head()?,
                    conn.load_routing_config()?,
                    published_titles(conn)?,
                ))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let texts = match &scope.reads {
            Reads::Conversations(ids) => Some(size_of(desk, ids.clone()).await?.texts),
            Reads::Found(_) => None,
        };
        let transcript = match request.transcript {
            TranscriptKind::Internal => Transcript::Internal,
            TranscriptKind::External => Transcript::External,
        };
        Ok(ExportPlan {
            extra: self.extra(&request.scope, transcript).await?,
            reads: scope.reads,
            of: scope.of,
            about: scope.about,
            stem: scope.stem,
            transcript,
            pages: request.pages,
            lines: request.lines,
            table: request.table,
            pictures: request.pictures,
            positions,
            log,
            texts,
            names: config
                .agents
                .into_iter()
                .map(|agent| (agent.id, agent.name))
                .collect(),
            topics,
            agent: desk.agent(),
            now: desk.now(),
            version: self.inner.config.version.clone(),
            zone: TimeZone::system(),
        })
    }

    /// What is known of a person besides their texts: the record, and what they agreed to.
    async fn extra(
        &self,
        scope: &ExportScope,
        transcript: Transcript,
    ) -> Result<Vec<(&'static str, String)>, ApiError> {
        let ExportScope::Person { person_id } = scope else {
            return Ok(Vec::new());
        };
        let card = self
            .person(PersonRef {
                person_id: person_id.clone(),
            })
            .await?;
        let mut person = card.person;
        if transcript == Transcript::External {
            // The team's own words about them.
            person.notes.clear();
        }
        let person = serde_json::to_string_pretty(&person).map_err(|_| ApiError::internal())?;
        let consents = self
            .export_consents(ExportConsents {
                of: ConsentsOf::Person {
                    person_id: person_id.clone(),
                },
                format: TranscriptFormat::Text,
            })
            .await?;
        Ok(vec![
            ("person.json", person),
            ("consents.csv", consents.content),
        ])
    }
}

async fn size_of(desk: &Desk, ids: Vec<ConversationId>) -> Result<ExportSize, ApiError> {
    desk.store
        .read(move |conn| {
            ids.iter().try_fold(ExportSize::default(), |sum, id| {
                let size = conn.export_size(*id)?;
                Ok(ExportSize {
                    texts: sum.texts + size.texts,
                    attached: sum.attached + size.attached,
                    attached_bytes: sum.attached_bytes + size.attached_bytes,
                })
            })
        })
        .await
        .map_err(|error| words::store(&error))
}

//! Topics of the virtual agent: the list, one topic, checking, keeping, adding, deleting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tern_domain::topic::{
    Finding, KNOWN_FACTS, NodeKind, RecordTable, SetupTopic, Severity, TopicFile, TopicRefusal,
    TopicShelf, VirtualAgent, ready_tables, ready_topics,
};
use tern_store::{ReadConn, StoreError, StoredTopic, WriteTx};

use super::record_tables::table_views;
use super::team::Outcome;
use crate::app::App;
use crate::dto::{
    ReadyTopic, SaveTopic, TopicCheck, TopicFact, TopicList, TopicRef, TopicRow, TopicText,
    TopicView, TopicVocabulary,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::records::Record;
use crate::undo::DeletedTopic;
use crate::view::topic as view;
use crate::words;

/// Most topics of a team.
const MOST_TOPICS: usize = 500;

/// All topics with what they are checked against.
pub(crate) struct Topics {
    /// The team's own.
    pub(crate) stored: BTreeMap<String, StoredTopic>,
    /// The same and the shipped parts, as files.
    pub(crate) shelf: TopicShelf,
    /// What is decided about the virtual agent.
    pub(crate) agent: VirtualAgent,
}

impl App {
    /// All topics, and those to start with.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn list_topics(&self) -> Result<TopicList, ApiError> {
        let desk = self.desk()?;
        Ok(read(&desk).await?.list())
    }

    /// A topic as it is edited.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn topic(&self, request: TopicRef) -> Result<TopicView, ApiError> {
        let desk = self.desk()?;
        read(&desk).await?.view(&request.name)
    }

    /// What there is to say about a topic file; keeps nothing.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when what it is checked against cannot be read.
    pub async fn check_topic(&self, request: TopicText) -> Result<TopicCheck, ApiError> {
        let desk = self.desk()?;
        Ok(match TopicFile::read(&request.file) {
            Err(problem) => TopicCheck {
                problem: Some(view::problem(problem)),
                findings: Vec::new(),
            },
            Ok(file) => TopicCheck {
                problem: None,
                findings: views(read(&desk).await?.shelf.findings(&file)),
            },
        })
    }

    /// Keeps a topic's draft.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the line that cannot be read or what has to change,
    /// [`ErrorCode::NotAllowed`] if somebody else changed it in the meantime.
    pub async fn save_topic(&self, request: SaveTopic) -> Result<TopicView, ApiError> {
        let file = TopicFile::read(&request.file).map_err(|problem| {
            ApiError::new(
                ErrorCode::InvalidInput,
                format!("Line {}: {}", problem.line, problem.words),
                "Nothing was changed.",
            )
        })?;
        let name = file.name.clone();
        self.change_topics(move |desk, tx| {
            let topics = read_topics(tx)?;
            let known = match request.base_revision {
                None if topics.stored.len() >= MOST_TOPICS => {
                    return Ok(Err(too_many()));
                }
                None => None,
                Some(base) => {
                    let known = request.renamed_from.as_deref().unwrap_or(&file.name);
                    if let Err(refusal) = topics.must_be_at(known, base) {
                        return Ok(Err(refusal));
                    }
                    Some(known)
                }
            };
            if let Err(refusal) = topics.shelf.check_draft(&file, known) {
                return Ok(Err(words::invalid(&refusal)));
            }
            if let Some(known) = known.filter(|known| *known != file.name) {
                tx.rename_topic(known, &file.name)?;
            }
            tx.put_topic_draft(&file.name, &file.write(), Some(desk.agent()), desk.now())?;
            Ok(Ok(()))
        })
        .await?;
        self.topic(TopicRef { name }).await
    }

    /// Adds a topic that Tern brings along, with the tables and blocks that it needs.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] if it is there already.
    pub async fn add_ready_topic(&self, request: TopicRef) -> Result<TopicView, ApiError> {
        let name = request.name.clone();
        self.change_topics(move |desk, tx| {
            let topics = read_topics(tx)?;
            let ready = ready_topics();
            let Some(file) = ready.iter().find(|file| file.name == request.name) else {
                return Ok(Err(words::gone("topic")));
            };
            if let Err(refusal) = topics.shelf.check_draft(file, None) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            let mut wanted = vec![file];
            while let Some(file) = wanted.pop() {
                for table in tables_of(file) {
                    let known = tx.find_record_table(&table.name)?;
                    if known.is_none()
                        && let Err(refusal) = tx.put_record_table(&table)?
                    {
                        return Ok(Err(words::not_allowed(&refusal)));
                    }
                }
                let calls = file.signature().calls;
                wanted.extend(ready.iter().filter(|other| {
                    calls.contains(&other.name) && !topics.stored.contains_key(&other.name)
                }));
                tx.put_topic_draft(&file.name, &file.write(), None, desk.now())?;
            }
            Ok(Ok(()))
        })
        .await?;
        self.topic(TopicRef { name }).await
    }

    /// Deletes a topic. A part of every conversation becomes as Tern ships it.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while another published topic needs it.
    pub async fn delete_topic(&self, request: TopicRef) -> Result<TopicList, ApiError> {
        self.change_topics(move |desk, tx| {
            let topics = read_topics(tx)?;
            let Some(topic) = topics.stored.get(&request.name) else {
                return Ok(Err(words::gone("topic")));
            };
            if let Err(refusal) = topics.check_without(&request.name) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            let tests = tx.list_topic_tests(&request.name)?;
            tx.delete_topic(&request.name)?;
            desk.deleted_topics.keep(DeletedTopic {
                topic: topic.clone(),
                tests,
            });
            Ok(Ok(()))
        })
        .await?;
        self.list_topics().await
    }

    /// Brings back a topic that was deleted since the line was opened, with its tests. It is published again if
    /// it still can be.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] if it was not, [`ErrorCode::NotAllowed`] if its name is taken now.
    pub async fn restore_topic(&self, request: TopicRef) -> Result<TopicList, ApiError> {
        self.change_topics(move |desk, tx| {
            let Some(DeletedTopic { topic, tests }) = desk.deleted_topics.find(&request.name)
            else {
                return Ok(Err(words::gone("topic")));
            };
            let topics = read_topics(tx)?;
            let Ok(file) = TopicFile::read(&topic.draft) else {
                return Ok(Err(words::gone("topic")));
            };
            let shipped = SetupTopic::from_name(&topic.name)
                .filter(|_| !topics.stored.contains_key(&topic.name));
            let known = shipped.map(|_| topic.name.as_str());
            if let Err(refusal) = topics.shelf.check_draft(&file, known) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            tx.put_topic_draft(
                &topic.name,
                &topic.draft,
                topic.changed_by,
                topic.changed_at,
            )?;
            if let Some(version) = topic.published_version
                && let Some(document) = tx.find_topic_version(&topic.name, version)?
                && TopicFile::read(&document)
                    .is_ok_and(|file| topics.shelf.check_publish(&file).is_ok())
            {
                tx.set_published(&topic.name, Some(version))?;
            }
            for (id, test) in &tests {
                tx.put_topic_test(&topic.name, *id, test)?;
            }
            desk.deleted_topics.forget(&topic.name);
            Ok(Ok(()))
        })
        .await?;
        self.list_topics().await
    }

    /// Everything that a topic can name.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn topic_vocabulary(&self) -> Result<TopicVocabulary, ApiError> {
        let desk = self.desk()?;
        let (topics, tables) = desk
            .store
            .read(|conn| {
                let topics = read_topics(conn)?;
                let tables = table_views(conn, &topics)?;
                Ok((topics, tables))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(TopicVocabulary {
            facts: KNOWN_FACTS
                .into_iter()
                .map(|(name, meaning)| TopicFact {
                    name: name.to_owned(),
                    meaning: meaning.to_owned(),
                })
                .collect(),
            tables,
            topics: topics.shelf.drafts.values().map(view::summary).collect(),
            secrets: self.bot_secret_names(&desk).await?,
            hosts: topics.agent.chat.allowed_hosts,
        })
    }

    /// Makes a change in one transaction, if an administrator wants it, and lets everything that runs know.
    pub(super) async fn change_topics<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Desk, &mut WriteTx<'_>) -> Result<Outcome<T>, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let refused = Arc::new(Mutex::new(None));
        let (at, told) = (Arc::clone(&desk), Arc::clone(&refused));
        let done = desk
            .store
            .write(move |tx| {
                change(&at, tx)?.map_err(|refusal| {
                    *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
                    // Some refusals are only found out on the way: nothing may be kept then.
                    StoreError::NotFound { what: "way" }
                })
            })
            .await
            .map_err(|error| {
                let refusal = refused
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take();
                refusal.unwrap_or_else(|| words::store(&error))
            })?;
        self.topics_changed(&desk).await?;
        Ok(done)
    }

    /// What is published, decided or defined has changed: conversations that begin from now on go by it.
    pub(super) async fn topics_changed(&self, desk: &Desk) -> Result<(), ApiError> {
        if let Some(engine) = desk.engine() {
            engine
                .topics_changed()
                .await
                .map_err(|error| words::store(&error))?;
        }
        self.emit(Change::Topics);
        Ok(())
    }
}

/// Reads all topics.
pub(super) async fn read(desk: &Desk) -> Result<Topics, ApiError> {
    desk.store
        .read(read_topics)
        .await
        .map_err(|error| words::store(&error))
}

/// All topics with what they are checked against. A file that cannot be read any more is left out.
pub(crate) fn read_topics(conn: &ReadConn<'_>) -> Result<Topics, StoreError> {
    let agent: VirtualAgent = conn
        .find_setting(Record::VirtualAgent.name())?
        .unwrap_or_default();
    let stored = conn.list_topics()?;
    let mut published = Vec::new();
    for topic in &stored {
        if let Some(version) = topic.published_version
            && let Some(document) = conn.find_topic_version(&topic.name, version)?
        {
            published.extend(TopicFile::read(&document));
        }
    }
    let drafts = stored
        .iter()
        .flat_map(|topic| TopicFile::read(&topic.draft));
    let shelf = TopicShelf::new(
        drafts,
        published,
        conn.list_record_tables()?,
        agent.chat.clone(),
    );
    Ok(Topics {
        stored: stored
            .into_iter()
            .map(|topic| (topic.name.clone(), topic))
            .collect(),
        shelf,
        agent,
    })
}

impl Topics {
    fn list(&self) -> TopicList {
        let mut topics: Vec<_> = self
            .shelf
            .drafts
            .values()
            .map(|file| self.row(file))
            .collect();
        topics.sort_by_key(|topic| topic.display_name.to_lowercase());
        TopicList {
            on: self.agent.on,
            topics,
            ready: ready_topics()
                .into_iter()
                .map(|file| ReadyTopic {
                    added: self.stored.contains_key(&file.name),
                    name: file.name,
                    display_name: file.display_name,
                    description: file.description,
                })
                .collect(),
        }
    }

    fn row(&self, file: &TopicFile) -> TopicRow {
        let findings = self.shelf.findings(file);
        let count = |severity: Severity| {
            let found = findings.iter().filter(|it| it.severity == severity).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        TopicRow {
            name: file.name.clone(),
            display_name: file.display_name.clone(),
            kind: view::kind(file.kind),
            setup: SetupTopic::from_name(&file.name).map(|part| view::part(part).to_owned()),
            description: file.description.clone(),
            revision: self.revision(&file.name),
            published_version: self.published_version(&file.name),
            changed: self.is_changed(file),
            active: file.active,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
        }
    }

    /// One topic as it is edited.
    pub(super) fn view(&self, name: &str) -> Result<TopicView, ApiError> {
        let file = self.draft(name)?;
        Ok(TopicView {
            file: file.write(),
            revision: self.revision(name),
            published_version: self.published_version(name),
            changed: self.is_changed(file),
            findings: views(self.shelf.findings(file)),
        })
    }

    /// A topic's draft.
    pub(super) fn draft(&self, name: &str) -> Result<&TopicFile, ApiError> {
        self.shelf
            .drafts
            .get(name)
            .ok_or_else(|| words::gone("topic"))
    }

    fn revision(&self, name: &str) -> u32 {
        self.stored.get(name).map_or(0, |topic| topic.revision)
    }

    /// A part of every conversation that the team did not publish is the shipped one.
    fn published_version(&self, name: &str) -> Option<u32> {
        let own = self.stored.get(name).and_then(|it| it.published_version);
        own.or_else(|| SetupTopic::from_name(name).map(|_| 0))
    }

    /// Whether a draft differs from what new conversations run with.
    pub(super) fn is_changed(&self, draft: &TopicFile) -> bool {
        self.shelf.published.get(&draft.name) != Some(draft)
    }

    /// Refuses a change of what is not there any more, or of another revision than the one that was looked at.
    pub(super) fn must_be_at(&self, name: &str, revision: u32) -> Result<(), ApiError> {
        self.draft(name)?;
        if self.revision(name) == revision {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::NotAllowed,
            "This topic was changed in the meantime, perhaps in another window.",
            "Nothing was kept. Open it again to see the newer one, then repeat your change.",
        ))
    }

    /// Whether what is published goes on working without a topic.
    pub(super) fn check_without(&self, name: &str) -> Result<(), TopicRefusal> {
        let own = self
            .shelf
            .published
            .iter()
            .filter(|(known, _)| *known != name);
        let after = TopicShelf::new(
            std::iter::empty(),
            own.map(|(_, file)| file.clone()),
            self.shelf.tables.values().cloned(),
            self.shelf.settings.clone(),
        );
        self.shelf.check_change(&after)
    }
}

fn views(findings: Vec<Finding>) -> Vec<crate::dto::TopicFinding> {
    findings.into_iter().map(view::finding).collect()
}

/// The shipped tables that a shipped topic reads and fills.
fn tables_of(file: &TopicFile) -> Vec<RecordTable> {
    let named = table_names(file);
    ready_tables()
        .into_iter()
        .filter(|table| named.contains(&table.name.as_str()))
        .collect()
}

/// Names of the tables that a topic reads and fills.
pub(super) fn table_names(file: &TopicFile) -> Vec<&str> {
    file.nodes
        .iter()
        .filter_map(|node| match &node.kind {
            NodeKind::AskRecords(ask) => Some(ask.table.as_str()),
            NodeKind::LookUp(look) => Some(look.table.as_str()),
            NodeKind::SaveRecord(save) => Some(save.table.as_str()),
            _ => None,
        })
        .collect()
}

fn too_many() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        format!("There can be at most {MOST_TOPICS} topics."),
        "Delete one that is not used any more.",
    )
}

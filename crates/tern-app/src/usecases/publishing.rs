//! Publishing topics: what new conversations run with, the versions, and the way back.

use std::collections::BTreeSet;

use tern_domain::AgentId;
use tern_domain::topic::{TopicFile, compare, shipped_setup_topics};
use tern_store::{ReadConn, StoreError};

use super::topic_tests::{differences, run_saved_tests};
use super::topics::{Topics, read, read_topics};
use crate::app::App;
use crate::dto::{
    CompareTopic, FailedTest, PublishTopic, Published, TopicChange, TopicRef, TopicVersionRef,
    TopicVersionRow, TopicView,
};
use crate::error::{ApiError, ErrorCode};
use crate::view::topic as view;
use crate::words;

/// Longest note about a version, in characters.
const LONGEST_NOTE: usize = 500;

impl App {
    /// Lets new conversations run with a topic's draft, if its saved tests pass. Those that are going on end
    /// with the version that they began with.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] naming what keeps it from being published.
    pub async fn publish_topic(&self, request: PublishTopic) -> Result<Published, ApiError> {
        let note = request.note.trim().to_owned();
        if note.chars().count() > LONGEST_NOTE {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("The note is longer than {LONGEST_NOTE} characters."),
                "",
            ));
        }
        let name = request.name.clone();
        // Outside the transaction: many tests take a while, and nothing else is written meanwhile.
        let failed_tests = self.failed_tests(&request.name, request.revision).await?;
        if failed_tests.is_empty() || request.despite_tests {
            self.change_topics(move |desk, tx| {
                let topics = read_topics(tx)?;
                if let Err(refusal) = topics.must_be_at(&request.name, request.revision) {
                    return Ok(Err(refusal));
                }
                let file = match topics.draft(&request.name) {
                    Ok(file) => file,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                // A part of every conversation that nobody touched is in force as it is.
                if !topics.is_changed(file) {
                    return Ok(Ok(()));
                }
                if let Err(refusal) = topics.shelf.check_publish(file) {
                    return Ok(Err(words::not_allowed(&refusal)));
                }
                let by = Some(desk.agent());
                let version =
                    tx.add_topic_version(&file.name, &file.write(), &note, by, desk.now())?;
                tx.set_published(&file.name, Some(version))?;
                Ok(Ok(()))
            })
            .await?;
        }
        Ok(Published {
            topic: self.topic(TopicRef { name }).await?,
            failed_tests,
        })
    }

    /// The saved tests that fail with a topic's draft: its own, and those of published topics that call it. A
    /// draft that cannot run has none: publishing says why it cannot.
    async fn failed_tests(&self, name: &str, revision: u32) -> Result<Vec<FailedTest>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let name = name.to_owned();
        desk.store
            .read(move |conn| {
                let topics = read_topics(conn)?;
                if let Err(refusal) = topics.must_be_at(&name, revision) {
                    return Ok(Err(refusal));
                }
                let draft = match topics.draft(&name) {
                    Ok(draft) => draft,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let own = run_saved_tests(conn, &name, draft.clone())?;
                let failed = own.unwrap_or_default().into_iter().filter(|it| !it.passed);
                let mut failed: Vec<_> = failed
                    .map(|it| FailedTest {
                        id: it.id,
                        name: it.name,
                        topic: None,
                        differences: it.differences,
                    })
                    .collect();
                failed.extend(broken_callers(conn, &topics, draft)?);
                Ok(Ok(failed))
            })
            .await
            .map_err(|error| words::store(&error))?
    }

    /// Takes a topic away from new conversations. A part of every conversation becomes the shipped one.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while another published topic needs it.
    pub async fn unpublish_topic(&self, request: TopicRef) -> Result<TopicView, ApiError> {
        let name = request.name.clone();
        self.change_topics(move |_, tx| {
            let topics = read_topics(tx)?;
            if !topics.stored.contains_key(&request.name) {
                return Ok(Err(words::gone("topic")));
            }
            match topics.check_without(&request.name) {
                Err(refusal) => Ok(Err(words::not_allowed(&refusal))),
                Ok(()) => tx.set_published(&request.name, None).map(Ok),
            }
        })
        .await?;
        self.topic(TopicRef { name }).await
    }

    /// A topic's published versions, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn topic_versions(
        &self,
        request: TopicRef,
    ) -> Result<Vec<TopicVersionRow>, ApiError> {
        let desk = self.desk()?;
        desk.store
            .read(move |conn| {
                let served: BTreeSet<_> = conn
                    .list_served_topics()?
                    .into_iter()
                    .filter(|it| it.name == request.name)
                    .map(|it| it.version)
                    .collect();
                let config = conn.load_routing_config()?;
                let name_of = |id: AgentId| config.agent(id).map(|agent| agent.name.clone());
                let versions = conn.list_topic_versions(&request.name)?;
                Ok(versions
                    .into_iter()
                    .map(|it| TopicVersionRow {
                        version: it.version,
                        published_at: it.published_at.0,
                        published_by: it.published_by.and_then(name_of),
                        note: it.note,
                        served: served.contains(&it.version),
                    })
                    .collect())
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// What is different between two versions of a topic, node by node.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a version that is not there.
    pub async fn compare_topic(&self, request: CompareTopic) -> Result<Vec<TopicChange>, ApiError> {
        let desk = self.desk()?;
        let topics = read(&desk).await?;
        let (before, after) = desk
            .store
            .read(move |conn| {
                let of = |version| file_of(conn, &topics, &request.name, version);
                Ok((of(request.from)?, of(request.to)?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let (Some(before), Some(after)) = (before, after) else {
            return Err(words::gone("version"));
        };
        Ok(compare(&before, &after)
            .into_iter()
            .map(view::change)
            .collect())
    }

    /// Publishes an old version of a topic again, as a new version; it becomes the draft too.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] naming what keeps it from being published today.
    pub async fn roll_back_topic(&self, request: TopicVersionRef) -> Result<TopicView, ApiError> {
        let name = request.name.clone();
        self.change_topics(move |desk, tx| {
            let topics = read_topics(tx)?;
            if !topics.stored.contains_key(&request.name) {
                return Ok(Err(words::gone("topic")));
            }
            let Some(mut file) = file_of(tx, &topics, &request.name, Some(request.version))? else {
                return Ok(Err(words::gone("version")));
            };
            file.name.clone_from(&request.name);
            if let Err(refusal) = topics.shelf.check_draft(&file, Some(&request.name)) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            if let Err(refusal) = topics.shelf.check_publish(&file) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            let (document, by, now) = (file.write(), Some(desk.agent()), desk.now());
            let note = match request.version {
                0 => "As Tern ships it".to_owned(),
                version => format!("Back to version {version}"),
            };
            tx.put_topic_draft(&file.name, &document, by, now)?;
            let version = tx.add_topic_version(&file.name, &document, &note, by, now)?;
            tx.set_published(&file.name, Some(version))?;
            Ok(Ok(()))
        })
        .await?;
        self.topic(TopicRef { name }).await
    }
}

/// The saved tests of published topics that lead to a topic, which pass with what is published and no more with
/// its draft. A test that fails anyway says nothing about the draft.
fn broken_callers(
    conn: &ReadConn<'_>,
    topics: &Topics,
    draft: &TopicFile,
) -> Result<Vec<FailedTest>, StoreError> {
    let callers = topics.shelf.callers_of(&draft.name);
    let now = topics.shelf.published.get(&draft.name);
    let (false, Some(now)) = (callers.is_empty(), now) else {
        return Ok(Vec::new());
    };
    let sets = topics.shelf.trial_set(now.clone());
    let (Ok(before), Ok(after)) = (sets, topics.shelf.trial_set(draft.clone())) else {
        return Ok(Vec::new());
    };
    let mut failed = Vec::new();
    for caller in callers {
        for (id, test) in conn.list_topic_tests(&caller.name)? {
            let differences = differences(&test, &after);
            if differences.is_empty() || !test.differences(&before).is_empty() {
                continue;
            }
            failed.push(FailedTest {
                id: id.to_string(),
                name: test.name.clone(),
                topic: Some(caller.display_name.clone()),
                differences,
            });
        }
    }
    Ok(failed)
}

/// A version's file: `None` = the draft, 0 = as Tern ships it.
fn file_of(
    conn: &ReadConn<'_>,
    topics: &Topics,
    name: &str,
    version: Option<u32>,
) -> Result<Option<TopicFile>, StoreError> {
    Ok(match version {
        None => topics.shelf.drafts.get(name).cloned(),
        Some(0) => shipped_setup_topics()
            .into_iter()
            .find(|file| file.name == name),
        Some(version) => conn
            .find_topic_version(name, version)?
            .and_then(|document| TopicFile::read(&document).ok()),
    })
}

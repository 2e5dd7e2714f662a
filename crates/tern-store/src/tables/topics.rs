//! Topics of the virtual agent: drafts, published versions, saved tests and figures.
//!
//! Files are kept as text, as they were written; what is inside is the rules' to read. A version outlives its
//! topic, because a conversation goes on with the version that it began with.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::topic::{SavedTest, TopicName, TopicVersion};
use tern_domain::{AgentId, TopicTestId, UtcMillis};

use super::values::{from_json, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const ALL: &str = "
    SELECT topic, draft, revision, changed_at, changed_by, published_version FROM topics ORDER BY topic";

const ONE: &str = "
    SELECT topic, draft, revision, changed_at, changed_by, published_version FROM topics WHERE topic = ?1";

pub(crate) const VERSIONS: &str = "
    SELECT version, published_at, published_by, note FROM topic_versions
    WHERE topic = ?1 ORDER BY version DESC";

pub(crate) const PUBLISHED: &str = "
    SELECT topics.topic, topic_versions.version, topic_versions.document FROM topics
    JOIN topic_versions ON topic_versions.topic = topics.topic AND topic_versions.version = topics.published_version
    ORDER BY topics.topic";

/// Versions that a conversation runs with, each as often as conversations name it.
pub(crate) const RUNNING: &str = "
    SELECT topic_versions.topic, topic_versions.version, topic_versions.document
    FROM bot_sessions, json_each(bot_sessions.document, '$.frames') AS frame
    JOIN topic_versions ON topic_versions.topic = frame.value ->> 'topic'
        AND topic_versions.version = frame.value ->> 'version'";

pub(crate) const TESTS: &str = "
    SELECT topic_test_id, document FROM topic_tests WHERE topic = ?1 ORDER BY place, topic_test_id";

pub(crate) const COUNTS: &str = "
    SELECT version, day, fact, node, count FROM topic_counts
    WHERE topic = ?1 ORDER BY version, day, fact, node";

/// A topic as it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTopic {
    /// Its internal name.
    pub name: TopicName,
    /// Its file.
    pub draft: String,
    /// Counts changes of the draft, from 1.
    pub revision: u32,
    /// When the draft was last changed.
    pub changed_at: UtcMillis,
    /// Who did; `None` = it came with Tern.
    pub changed_by: Option<AgentId>,
    /// What new conversations run with; `None` = nothing yet.
    pub published_version: Option<TopicVersion>,
}

/// A published version, without its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicVersionEntry {
    /// Its number.
    pub version: TopicVersion,
    /// When.
    pub published_at: UtcMillis,
    /// Who; `None` = Tern.
    pub published_by: Option<AgentId>,
    /// What they wrote about it.
    pub note: String,
}

/// A version that has to be ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedTopic {
    /// The topic.
    pub name: TopicName,
    /// The version.
    pub version: TopicVersion,
    /// Its file.
    pub document: String,
    /// New conversations run with it; otherwise only those that began with it.
    pub published: bool,
}

/// How often something happened in a version of a topic on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicCount {
    /// The topic.
    pub topic: TopicName,
    /// The version.
    pub version: TopicVersion,
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// What: the word of the fact.
    pub fact: String,
    /// Where; empty = the topic as a whole.
    pub node: String,
    /// How often.
    pub count: u64,
}

fn read_topic(row: &Row<'_>) -> Result<StoredTopic, rusqlite::Error> {
    Ok(StoredTopic {
        name: row.get(0)?,
        draft: row.get(1)?,
        revision: row.get(2)?,
        changed_at: UtcMillis(row.get(3)?),
        changed_by: row.get::<_, Option<[u8; 16]>>(4)?.map(uuid_id),
        published_version: row.get(5)?,
    })
}

impl ReadConn<'_> {
    /// All topics, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_topics(&self) -> Result<Vec<StoredTopic>, StoreError> {
        const OPERATION: &str = "list topics";
        self.prepare(ALL, OPERATION)?
            .query_map((), read_topic)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One topic.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_topic(&self, name: &str) -> Result<Option<StoredTopic>, StoreError> {
        const OPERATION: &str = "read a topic";
        self.prepare(ONE, OPERATION)?
            .query_row([name], read_topic)
            .optional()
            .during(OPERATION)
    }

    /// All versions of a topic, newest first; also of one that was deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_topic_versions(&self, name: &str) -> Result<Vec<TopicVersionEntry>, StoreError> {
        const OPERATION: &str = "list a topic's versions";
        self.prepare(VERSIONS, OPERATION)?
            .query_map([name], |row| {
                Ok(TopicVersionEntry {
                    version: row.get(0)?,
                    published_at: UtcMillis(row.get(1)?),
                    published_by: row.get::<_, Option<[u8; 16]>>(2)?.map(uuid_id),
                    note: row.get(3)?,
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// The file of a version.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_topic_version(
        &self,
        name: &str,
        version: TopicVersion,
    ) -> Result<Option<String>, StoreError> {
        const OPERATION: &str = "read a topic's version";
        self.prepare(
            "SELECT document FROM topic_versions WHERE topic = ?1 AND version = ?2",
            OPERATION,
        )?
        .query_row(params![name, version], |row| row.get(0))
        .optional()
        .during(OPERATION)
    }

    /// Every version that has to be ready to run: the published ones, and those that a conversation began with.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_served_topics(&self) -> Result<Vec<ServedTopic>, StoreError> {
        const OPERATION: &str = "list the topics in use";
        let mut served = BTreeMap::new();
        for (sql, published) in [(RUNNING, false), (PUBLISHED, true)] {
            let found = self
                .prepare(sql, OPERATION)?
                .query_map((), |row| {
                    Ok(ServedTopic {
                        name: row.get(0)?,
                        version: row.get(1)?,
                        document: row.get(2)?,
                        published,
                    })
                })
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .during(OPERATION)?;
            for topic in found {
                served.insert((topic.name.clone(), topic.version), topic);
            }
        }
        Ok(served.into_values().collect())
    }

    /// A topic's saved tests, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_topic_tests(
        &self,
        topic: &str,
    ) -> Result<Vec<(TopicTestId, SavedTest)>, StoreError> {
        const OPERATION: &str = "list a topic's tests";
        self.prepare(TESTS, OPERATION)?
            .query_map([topic], |row| {
                let test = from_json("topic_tests.document", row.get_ref(1)?.as_str()?)?;
                Ok((uuid_id(row.get(0)?), test))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A topic's figures.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn topic_counts(&self, topic: &str) -> Result<Vec<TopicCount>, StoreError> {
        const OPERATION: &str = "read a topic's figures";
        self.prepare(COUNTS, OPERATION)?
            .query_map([topic], |row| {
                Ok(TopicCount {
                    topic: topic.to_owned(),
                    version: row.get(0)?,
                    day: row.get(1)?,
                    fact: row.get(2)?,
                    node: row.get(3)?,
                    count: row.get::<_, i64>(4)?.unsigned_abs(),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Keeps a topic's draft and answers its new revision. A new topic is not published.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_topic_draft(
        &mut self,
        name: &str,
        document: &str,
        by: Option<AgentId>,
        now: UtcMillis,
    ) -> Result<u32, StoreError> {
        const OPERATION: &str = "keep a topic";
        self.prepare(
            "INSERT INTO topics (topic, draft, revision, changed_at, changed_by) VALUES (?1, ?2, 1, ?3, ?4)
             ON CONFLICT (topic) DO UPDATE SET draft = excluded.draft, revision = revision + 1,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by
             RETURNING revision",
            OPERATION,
        )?
        .query_row(
            params![name, document, now.0, by.map(|id| uuid_blob(id.uuid()))],
            |row| row.get(0),
        )
        .during(OPERATION)
    }

    /// Gives a topic another internal name; its tests go with it. What was published stays under the old one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such topic.
    pub fn rename_topic(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        const OPERATION: &str = "rename a topic";
        let renamed = self
            .prepare("UPDATE topics SET topic = ?2 WHERE topic = ?1", OPERATION)?
            .execute([from, to])
            .during(OPERATION)?;
        if renamed == 0 {
            return Err(StoreError::NotFound { what: "topic" });
        }
        self.prepare(
            "UPDATE topic_tests SET topic = ?2 WHERE topic = ?1",
            OPERATION,
        )?
        .execute([from, to])
        .during(OPERATION)?;
        for (id, test) in self.list_topic_tests(to)? {
            let renamed = test.renamed(from, to);
            if renamed != test {
                self.put_topic_test(to, id, &renamed)?;
            }
        }
        Ok(())
    }

    /// Keeps a version of a topic and answers its number. It is not what new conversations run with until
    /// [`Self::set_published`] says so.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn add_topic_version(
        &mut self,
        name: &str,
        document: &str,
        note: &str,
        by: Option<AgentId>,
        now: UtcMillis,
    ) -> Result<TopicVersion, StoreError> {
        const OPERATION: &str = "keep a topic's version";
        self.prepare(
            "INSERT INTO topic_versions (topic, version, document, published_at, published_by, note)
             SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5 FROM topic_versions WHERE topic = ?1
             RETURNING version",
            OPERATION,
        )?
        .query_row(
            params![name, document, now.0, by.map(|id| uuid_blob(id.uuid())), note],
            |row| row.get(0),
        )
        .during(OPERATION)
    }

    /// Says what new conversations run with; `None` = nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such topic.
    pub fn set_published(
        &mut self,
        name: &str,
        version: Option<TopicVersion>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "publish a topic";
        let changed = self
            .prepare(
                "UPDATE topics SET published_version = ?2 WHERE topic = ?1",
                OPERATION,
            )?
            .execute(params![name, version])
            .during(OPERATION)?;
        match changed {
            0 => Err(StoreError::NotFound { what: "topic" }),
            _ => Ok(()),
        }
    }

    /// Deletes a topic with its tests. Its versions stay for the conversations that began with them, and its
    /// figures stay. Deleting what is not there succeeds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_topic(&mut self, name: &str) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a topic";
        for sql in [
            "DELETE FROM topics WHERE topic = ?1",
            "DELETE FROM topic_tests WHERE topic = ?1",
        ] {
            self.prepare(sql, OPERATION)?
                .execute([name])
                .during(OPERATION)?;
        }
        Ok(())
    }

    /// Keeps a saved test: a new one behind the others of its topic, a known one in its place.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_topic_test(
        &mut self,
        topic: &str,
        id: TopicTestId,
        test: &SavedTest,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "keep a topic's test";
        self.prepare(
            "INSERT INTO topic_tests (topic_test_id, topic, place, document)
             SELECT ?1, ?2, coalesce(max(place), 0) + 1, ?3 FROM topic_tests WHERE topic = ?2
             ON CONFLICT (topic_test_id) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(id.uuid()),
            topic,
            to_json("a topic's test", test)?
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Deletes a saved test. Deleting what is not there succeeds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_topic_test(&mut self, id: TopicTestId) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a topic's test";
        self.prepare(
            "DELETE FROM topic_tests WHERE topic_test_id = ?1",
            OPERATION,
        )?
        .execute([uuid_blob(id.uuid())])
        .during(OPERATION)?;
        Ok(())
    }

    /// Adds to the figures of topics.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn count_topic_facts(&mut self, facts: &[TopicCount]) -> Result<(), StoreError> {
        const OPERATION: &str = "count for a topic";
        let mut add = self.prepare(
            "INSERT INTO topic_counts (topic, version, day, fact, node, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (topic, version, day, fact, node) DO UPDATE SET count = count + excluded.count",
            OPERATION,
        )?;
        for fact in facts {
            add.execute(params![
                fact.topic,
                fact.version,
                fact.day,
                fact.fact,
                fact.node,
                i64::try_from(fact.count).unwrap_or(i64::MAX),
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

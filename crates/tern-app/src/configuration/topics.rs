//! The virtual agent's sections: tables (without rows), what is decided about it, and topics.
//!
//! They name each other, so what would be in force is checked as a whole before anything is written: a file
//! cannot stop a published topic from working.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tern_domain::AgentId;
use tern_domain::topic::{
    RecordColumn, RecordTable, TableSource, TopicFile, TopicKind, TopicName, TopicShelf, Unknown,
    VirtualAgent,
};
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::documents::{decode, encode};
use super::read::{Flaw, entries, one};
use super::sections::{Document, Importing};
use crate::records::Record;

pub(super) const TABLES: Document = Document {
    load: |conn| {
        let tables = conn.list_record_tables()?;
        let tables: Vec<_> = tables.into_iter().map(TableEntry::of).collect();
        Ok(encode(&tables).unwrap_or_default())
    },
    check: |value| {
        let tables: Vec<TableEntry> = entries(value)?;
        let tables: Vec<_> = tables.into_iter().map(TableEntry::table).collect();
        for table in &tables {
            table.check(&tables).map_err(|refusal| Flaw {
                entry: Some(table.name.clone()),
                words: format!("{refusal}."),
            })?;
        }
        encode(&tables.into_iter().map(TableEntry::of).collect::<Vec<_>>())
    },
    fit: Some(fit_tables),
    store: store_tables,
};

pub(super) const VIRTUAL_AGENT: Document = Document {
    load: |conn| {
        let agent: Option<VirtualAgent> = conn.find_setting(Record::VirtualAgent.name())?;
        Ok(encode(&AgentEntry::of(agent.unwrap_or_default())).unwrap_or_default())
    },
    check: |value| {
        let agent: AgentEntry = one(value)?;
        let agent = agent.agent().checked();
        encode(&AgentEntry::of(
            agent.map_err(|problem| format!("{problem}."))?,
        ))
    },
    fit: None,
    store: |tx, value, _| {
        let agent: AgentEntry = decode(value)?;
        tx.put_setting(Record::VirtualAgent.name(), &agent.agent())?;
        Ok(Applied::default())
    },
};

pub(super) const TOPICS: Document = Document {
    load: load_topics,
    check: check_topics,
    fit: Some(fit_topics),
    store: store_topics,
};

/// A table as it stands in a file.
#[derive(Serialize, Deserialize)]
struct TableEntry {
    id: String,
    name: String,
    columns: Vec<RecordColumn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<TableSource>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl TableEntry {
    fn of(table: RecordTable) -> Self {
        Self {
            id: table.name,
            name: table.display_name,
            columns: table.columns,
            key: table.key,
            source: table.source,
            unknown: table.unknown,
        }
    }

    fn table(self) -> RecordTable {
        RecordTable {
            name: self.id,
            display_name: self.name,
            columns: self.columns,
            key: self.key,
            source: self.source,
            unknown: self.unknown,
        }
    }
}

/// What is decided about the virtual agent, as it stands in a file: one list of fields.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AgentEntry {
    on: bool,
    live_agent_only: BTreeSet<tern_domain::PhoneNumber>,
    #[serde(flatten)]
    chat: tern_domain::topic::BotSettings,
}

impl Default for AgentEntry {
    fn default() -> Self {
        Self::of(VirtualAgent::default())
    }
}

impl AgentEntry {
    fn of(agent: VirtualAgent) -> Self {
        Self {
            on: agent.on,
            live_agent_only: agent.live_agent_only,
            chat: agent.chat,
        }
    }

    fn agent(self) -> VirtualAgent {
        VirtualAgent {
            on: self.on,
            live_agent_only: self.live_agent_only,
            chat: self.chat,
        }
    }
}

/// A topic as it stands in a file: its draft, and what is published where that is another one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TopicEntry {
    id: String,
    name: String,
    published: bool,
    draft: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_force: Option<Value>,
}

impl TopicEntry {
    fn of(draft: &TopicFile, published: Option<&TopicFile>) -> Result<Self, Flaw> {
        Ok(Self {
            id: draft.name.clone(),
            name: draft.display_name.clone(),
            published: published.is_some(),
            draft: encode(draft)?,
            in_force: published
                .filter(|file| *file != draft)
                .map(encode)
                .transpose()?,
        })
    }

    /// The draft, and what is published.
    fn files(&self) -> Result<(TopicFile, Option<TopicFile>), Flaw> {
        let flaw = |words: String| Flaw {
            entry: Some(self.id.clone()),
            words: format!("“{}”: {words}", self.name),
        };
        let read = |value: &Value| {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            let file = TopicFile::read(&text).map_err(|problem| flaw(problem.words))?;
            if file.name == self.id {
                Ok(file)
            } else {
                Err(flaw(format!("its file is called “{}”.", file.name)))
            }
        };
        let draft = read(&self.draft)?;
        let published = match &self.in_force {
            Some(value) => Some(read(value)?),
            None => Some(draft.clone()),
        };
        Ok((draft, published.filter(|_| self.published)))
    }
}

fn load_topics(conn: &ReadConn<'_>) -> Result<Value, StoreError> {
    let mut found = Vec::new();
    for topic in conn.list_topics()? {
        let Ok(draft) = TopicFile::read(&topic.draft) else {
            continue;
        };
        let published = match topic.published_version {
            Some(version) => conn.find_topic_version(&topic.name, version)?,
            None => None,
        };
        let published = published.and_then(|text| TopicFile::read(&text).ok());
        found.extend(TopicEntry::of(&draft, published.as_ref()));
    }
    Ok(encode(&found).unwrap_or_default())
}

fn check_topics(value: &Value) -> Result<Value, Flaw> {
    let mut topics: Vec<TopicEntry> = entries(value)?;
    topics.sort_by(|one, other| one.id.cmp(&other.id));
    let tidied: Result<Vec<_>, Flaw> = topics
        .iter()
        .map(|topic| {
            let (draft, published) = topic.files()?;
            TopicEntry::of(&draft, published.as_ref())
        })
        .collect();
    encode(&tidied?)
}

/// What notifications can name, as sections have it: tables, and published topics that can be started.
pub(super) fn tables_and_topics(
    sections: &Map<String, Value>,
) -> Result<(Vec<RecordTable>, BTreeSet<TopicName>), StoreError> {
    let of = |name: &str| sections.get(name).cloned().unwrap_or_default();
    let tables: Vec<TableEntry> = decode(&of("recordTables"))?;
    let topics: Vec<TopicEntry> = decode(&of("topics"))?;
    let published = topics.iter().filter_map(|topic| topic.files().ok()?.1);
    let started = published.filter(|file| file.active && file.kind == TopicKind::Topic);
    Ok((
        tables.into_iter().map(TableEntry::table).collect(),
        started.map(|file| file.name).collect(),
    ))
}

/// Everything that topics are checked against, as sections have it.
fn shelf_of(sections: &Map<String, Value>) -> Result<TopicShelf, Flaw> {
    let of = |name: &str| sections.get(name).cloned().unwrap_or_default();
    let read = |_| Flaw::from("this cannot be read.".to_owned());
    let tables: Vec<TableEntry> = decode(&of("recordTables")).map_err(read)?;
    let agent: AgentEntry = decode(&of("virtualAgent")).map_err(read)?;
    let topics: Vec<TopicEntry> = decode(&of("topics")).map_err(read)?;
    let (mut drafts, mut published) = (Vec::new(), Vec::new());
    for topic in &topics {
        let (draft, in_force) = topic.files()?;
        drafts.push(draft);
        published.extend(in_force);
    }
    Ok(TopicShelf::new(
        drafts,
        published,
        tables.into_iter().map(TableEntry::table),
        agent.chat,
    ))
}

/// A table that holds rows is not taken away by a file that does not know it, and its key has to tell them
/// apart.
fn fit_tables(
    conn: &ReadConn<'_>,
    _: &Map<String, Value>,
    after: &Map<String, Value>,
    _: AgentId,
) -> Result<Result<Value, Flaw>, StoreError> {
    let mut tables: Vec<TableEntry> = decode(after.get("recordTables").unwrap_or(&Value::Null))?;
    for known in conn.list_record_tables()? {
        let Some(wanted) = tables.iter().find(|table| table.id == known.name) else {
            if conn.count_rows(&known.name)? > 0 {
                tables.push(TableEntry::of(known));
            }
            continue;
        };
        if wanted.key.is_some() && wanted.key != known.key && conn.count_rows(&known.name)? > 0 {
            return Ok(Err(Flaw {
                entry: Some(known.name),
                words: format!(
                    "“{}” holds rows here, so the column that tells them apart cannot be changed by a file.",
                    known.display_name
                ),
            }));
        }
    }
    Ok(encode(&tables))
}

fn store_tables(
    tx: &mut WriteTx<'_>,
    value: &Value,
    _: &Importing<'_>,
) -> Result<Applied, StoreError> {
    let tables: Vec<TableEntry> = decode(value)?;
    let tables: Vec<_> = tables.into_iter().map(TableEntry::table).collect();
    for known in tx.list_record_tables()? {
        if tables.iter().all(|table| table.name != known.name) {
            tx.delete_record_table(&known.name)?;
        }
    }
    for table in &tables {
        if tx.put_record_table(table)?.is_err() {
            return Err(StoreError::NotFound {
                what: "configuration",
            });
        }
    }
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    tx.order_record_tables(&names)?;
    Ok(Applied::default())
}

/// Names are unique, and what is published works beside everything else that would be in force.
fn fit_topics(
    _: &ReadConn<'_>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    _: AgentId,
) -> Result<Result<Value, Flaw>, StoreError> {
    let value = after.get("topics").cloned().unwrap_or_default();
    Ok(fitting(before, after).map(|()| value))
}

fn fitting(before: &Map<String, Value>, after: &Map<String, Value>) -> Result<(), Flaw> {
    let same = |name: &str| before.get(name) == after.get(name);
    if ["recordTables", "virtualAgent", "topics"]
        .into_iter()
        .all(same)
    {
        return Ok(());
    }
    let (was, is) = (shelf_of(before)?, shelf_of(after)?);
    for (name, draft) in &is.drafts {
        is.check_draft(draft, Some(name)).map_err(|refusal| Flaw {
            entry: Some(name.clone()),
            words: format!("{refusal}."),
        })?;
    }
    was.check_change(&is)
        .map_err(|refusal| format!("{refusal}.").into())
}

fn store_topics(
    tx: &mut WriteTx<'_>,
    value: &Value,
    importing: &Importing<'_>,
) -> Result<Applied, StoreError> {
    let topics: Vec<TopicEntry> = decode(value)?;
    let (by, now) = (Some(importing.agent), importing.clock.now());
    for known in tx.list_topics()? {
        if topics.iter().all(|topic| topic.id != known.name) {
            tx.delete_topic(&known.name)?;
        }
    }
    for topic in topics {
        let (draft, published) = topic.files().map_err(|_| StoreError::NotFound {
            what: "configuration",
        })?;
        let known = tx.find_topic(&topic.id)?;
        let text = draft.write();
        if known.as_ref().is_none_or(|known| known.draft != text) {
            tx.put_topic_draft(&topic.id, &text, by, now)?;
        }
        let version = known.and_then(|known| known.published_version);
        let in_force = match version {
            Some(version) => tx.find_topic_version(&topic.id, version)?,
            None => None,
        };
        let wanted = published.map(|file| file.write());
        if wanted == in_force {
            continue;
        }
        let version = match wanted {
            Some(text) => {
                let note = "From a configuration file";
                Some(tx.add_topic_version(&topic.id, &text, note, by, now)?)
            }
            None => None,
        };
        tx.set_published(&topic.id, version)?;
    }
    Ok(Applied::default())
}

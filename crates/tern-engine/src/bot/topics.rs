//! Topics, compiled: what new conversations run with, and every version that a running one still names.
//!
//! Owns the set that all tasks read. It is made anew as a whole; whoever reads it goes on with what they read.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tern_domain::PhoneNumber;
use tern_domain::topic::{
    CommandKind, CompiledTopic, RecordTable, Surroundings, TopicFile, TopicName, TopicSet,
    TopicVersion, VirtualAgent, compile,
};
use tern_store::{ReadConn, SettingName, StoreError};

/// Where the team's decisions about its virtual agent are kept.
const VIRTUAL_AGENT: SettingName = SettingName("virtual_agent");

/// Topics that several tasks read and the settings replace. Clones are the same one.
#[derive(Clone, Default)]
pub struct TopicDesk(Arc<RwLock<Arc<Served>>>);

/// What is served at one time.
#[derive(Default)]
struct Served {
    agent: VirtualAgent,
    set: Arc<TopicSet>,
    /// Every version ever compiled here: a conversation may have begun with one while the next was read.
    compiled: BTreeMap<(TopicName, TopicVersion), CompiledTopic>,
}

impl TopicDesk {
    /// What turns run with.
    #[must_use]
    pub fn current(&self) -> Arc<TopicSet> {
        Arc::clone(&self.served().set)
    }

    /// whether the virtual agent takes new conversations of this number.
    #[must_use]
    pub fn answers(&self, number: &PhoneNumber) -> bool {
        self.served().agent.answers(number)
    }

    /// V-36: the command that a whole text is, while the virtual agent has the conversation or while a person has.
    #[must_use]
    pub fn command(&self, text: &str, with_bot: bool) -> Option<CommandKind> {
        let served = self.served();
        served.agent.chat.find_command(text, |command| {
            if with_bot {
                command.with_bot
            } else {
                command.with_agent
            }
        })
    }

    fn served(&self) -> Arc<Served> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads and compiles everything anew.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; what was served is served on then.
    pub fn reload(&self, conn: &ReadConn<'_>) -> Result<(), StoreError> {
        let before = self.served();
        let agent: VirtualAgent = conn.find_setting(VIRTUAL_AGENT)?.unwrap_or_default();
        let tables = conn.list_record_tables()?;
        let files = read_files(conn)?;
        let served = Served::new(agent, tables, files, &before.compiled);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
        Ok(())
    }
}

/// A version of a topic, read.
struct ServedFile {
    file: TopicFile,
    version: TopicVersion,
    is_published: bool,
}

fn read_files(conn: &ReadConn<'_>) -> Result<Vec<ServedFile>, StoreError> {
    let mut files = Vec::new();
    for topic in conn.list_served_topics()? {
        match TopicFile::read(&topic.document) {
            Ok(file) => files.push(ServedFile {
                file,
                version: topic.version,
                is_published: topic.published,
            }),
            Err(problem) => tracing::error!(
                topic = topic.name,
                version = topic.version,
                line = problem.line,
                "a published topic cannot be read any more"
            ),
        }
    }
    Ok(files)
}

impl Served {
    fn new(
        agent: VirtualAgent,
        tables: Vec<RecordTable>,
        files: Vec<ServedFile>,
        before: &BTreeMap<(TopicName, TopicVersion), CompiledTopic>,
    ) -> Self {
        let surroundings = Surroundings {
            topics: files
                .iter()
                .filter(|it| it.is_published)
                .map(|it| (it.file.name.clone(), it.file.signature()))
                .collect(),
            tables: tables
                .iter()
                .map(|table| (table.name.clone(), table.clone()))
                .collect(),
            settings: agent.chat.clone(),
        };
        let mut set = TopicSet::new(agent.chat.clone(), tables);
        let mut compiled = before.clone();
        for topic in before.values() {
            set.keep(topic.clone());
        }
        for ServedFile {
            file,
            version,
            is_published,
        } in files
        {
            let name = file.name.clone();
            let (Some(topic), _) = compile(file, version, &surroundings) else {
                // What it leans on has changed since it was published; a conversation that is in it is
                // handed over by the machine.
                tracing::error!(
                    topic = name,
                    version,
                    "a topic does not fit its surroundings"
                );
                continue;
            };
            compiled.insert((name, version), topic.clone());
            if is_published {
                set.publish(topic);
            } else {
                set.keep(topic);
            }
        }
        Self {
            agent,
            set: Arc::new(set),
            compiled,
        }
    }
}

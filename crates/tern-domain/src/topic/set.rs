//! Everything that a turn reads besides the session: compiled topics, tables and settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::{CompiledTopic, Surroundings, compile};
use super::record::{RecordTable, TableName};
use super::settings::BotSettings;
use super::shipped::shipped_setup_topics;
use super::{TopicName, TopicVersion};

/// Topics, tables and settings. Cheap to clone; made anew when something is published.
#[derive(Debug, Clone)]
pub struct TopicSet {
    versions: BTreeMap<TopicName, BTreeMap<TopicVersion, Arc<CompiledTopic>>>,
    published: BTreeMap<TopicName, TopicVersion>,
    tables: BTreeMap<TableName, RecordTable>,
    settings: BotSettings,
}

impl Default for TopicSet {
    fn default() -> Self {
        Self::new(BotSettings::default(), [])
    }
}

impl TopicSet {
    /// A set without topics of the team's own: with the shipped parts of every conversation (V-28).
    #[must_use]
    pub fn new(settings: BotSettings, tables: impl IntoIterator<Item = RecordTable>) -> Self {
        let mut set = Self {
            versions: BTreeMap::new(),
            published: BTreeMap::new(),
            tables: tables
                .into_iter()
                .map(|table| (table.name.clone(), table))
                .collect(),
            settings,
        };
        for file in shipped_setup_topics() {
            if let (Some(topic), _) = compile(file, 0, &Surroundings::default()) {
                set.publish(topic);
            }
        }
        set
    }

    /// Adds a topic that new conversations run with.
    pub fn publish(&mut self, topic: CompiledTopic) {
        self.published
            .insert(topic.name().to_owned(), topic.version());
        self.keep(topic);
    }

    /// Adds an older version, for the sessions that still run with it.
    pub fn keep(&mut self, topic: CompiledTopic) {
        self.versions
            .entry(topic.name().to_owned())
            .or_default()
            .insert(topic.version(), Arc::new(topic));
    }

    /// A version of a topic.
    #[must_use]
    pub fn version(&self, name: &str, version: TopicVersion) -> Option<&CompiledTopic> {
        self.versions.get(name)?.get(&version).map(AsRef::as_ref)
    }

    /// The version that new conversations run with.
    #[must_use]
    pub fn published(&self, name: &str) -> Option<&CompiledTopic> {
        self.version(name, *self.published.get(name)?)
    }

    /// Every published topic, by name.
    pub fn all_published(&self) -> impl Iterator<Item = &CompiledTopic> {
        self.published
            .iter()
            .filter_map(|(name, version)| self.version(name, *version))
    }

    /// A table.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&RecordTable> {
        self.tables.get(name)
    }

    /// What the team decided.
    #[must_use]
    pub const fn settings(&self) -> &BotSettings {
        &self.settings
    }
}

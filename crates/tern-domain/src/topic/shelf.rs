//! What may be kept and published: a topic is checked against all others, the tables and the settings, and
//! nothing that is published may stop working because something else changes.

use std::collections::BTreeMap;

use super::compile::{Finding, Severity, Surroundings, compile};
use super::file::{TopicFile, TopicKind};
use super::node::Node;
use super::record::{RecordTable, TableName};
use super::rows::is_topic_name;
use super::settings::{BotSettings, SetupTopic};
use super::shipped::shipped_setup_topics;
use super::{TopicName, TopicSignature};

/// Every topic with everything that topics are checked against. The shipped parts of every conversation are
/// in it wherever the team has none of its own.
#[derive(Debug, Clone)]
pub struct TopicShelf {
    /// Topics as they are edited.
    pub drafts: BTreeMap<TopicName, TopicFile>,
    /// Topics as new conversations run with them.
    pub published: BTreeMap<TopicName, TopicFile>,
    /// The tables.
    pub tables: BTreeMap<TableName, RecordTable>,
    /// What the team decided.
    pub settings: BotSettings,
}

/// Why a topic cannot be kept, published or taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicRefusal {
    /// Topics could not name it.
    #[error(
        "“{name}” cannot be a topic's internal name: use lower-case letters, digits and _, beginning with a letter"
    )]
    BadName {
        /// As it was written.
        name: String,
    },
    /// People could not name it.
    #[error("give the topic a name")]
    NoDisplayName,
    /// V-24: names are unique.
    #[error("there is another topic called “{name}”")]
    SameName {
        /// Which.
        name: String,
    },
    /// V-28: parts of every conversation have fixed names.
    #[error("“{name}” is no part of every conversation: those have the names that Tern gave them")]
    NoSetupPart {
        /// As it was written.
        name: String,
    },
    /// V-28: a name of a part of every conversation.
    #[error(
        "the internal name “{name}” belongs to a part of every conversation: choose another one"
    )]
    SetupName {
        /// Which.
        name: String,
    },
    /// Lint says no.
    #[error("it cannot be published as it is. {what}")]
    Errors {
        /// The first error, a sentence without its full stop.
        what: String,
    },
    /// It is in use.
    #[error("“{topic}”, which is published, would stop working. {what}")]
    Breaks {
        /// Name for people of the topic that needs it.
        topic: String,
        /// The error it would get, a sentence without its full stop.
        what: String,
    },
    /// Renaming would leave customers without it.
    #[error("its internal name cannot change while it is published")]
    PublishedName,
}

impl TopicShelf {
    /// A shelf of the team's own topics beside the shipped parts.
    #[must_use]
    pub fn new(
        drafts: impl IntoIterator<Item = TopicFile>,
        published: impl IntoIterator<Item = TopicFile>,
        tables: impl IntoIterator<Item = RecordTable>,
        settings: BotSettings,
    ) -> Self {
        let shipped = shipped_setup_topics();
        let by_name = |own: &mut dyn Iterator<Item = TopicFile>| {
            shipped
                .iter()
                .cloned()
                .chain(own)
                .map(|file| (file.name.clone(), file))
                .collect()
        };
        Self {
            drafts: by_name(&mut drafts.into_iter()),
            published: by_name(&mut published.into_iter()),
            tables: tables
                .into_iter()
                .map(|table| (table.name.clone(), table))
                .collect(),
            settings,
        }
    }

    /// What a draft is checked against: the others as they are edited, so that topics can be drawn together.
    #[must_use]
    pub fn around_drafts(&self) -> Surroundings {
        let mut topics: BTreeMap<_, _> = signatures(&self.published);
        topics.extend(signatures(&self.drafts));
        self.around(topics)
    }

    /// What a published topic is checked against.
    #[must_use]
    pub fn around_published(&self) -> Surroundings {
        self.around(signatures(&self.published))
    }

    fn around(&self, topics: BTreeMap<TopicName, TopicSignature>) -> Surroundings {
        Surroundings {
            topics,
            tables: self.tables.clone(),
            settings: self.settings.clone(),
        }
    }

    /// What there is to say about a draft. Whatever keeps it from being published is an error.
    #[must_use]
    pub fn findings(&self, draft: &TopicFile) -> Vec<Finding> {
        let mut around = self.around_drafts();
        around.topics.insert(draft.name.clone(), draft.signature());
        let (_, mut findings) = compile(draft.clone(), 0, &around);
        for node in &draft.nodes {
            if let Some(called) = self.not_published(node, draft) {
                findings.push(Finding {
                    node: Some(node.id.clone()),
                    severity: Severity::Error,
                    code: "not_published",
                    what: format!("“{called}” is not published yet."),
                    why: "The topic would fail here.".to_owned(),
                    fix: format!("Publish “{called}” first."),
                });
            }
        }
        findings
    }

    /// The topic that a node leads to, if it exists as a draft only.
    fn not_published<'s>(&'s self, node: &Node, draft: &TopicFile) -> Option<&'s str> {
        let called = node.other_topic()?;
        if *called == draft.name || self.published.contains_key(called) {
            return None;
        }
        self.drafts.get(called).map(|it| it.display_name.as_str())
    }

    /// Whether a file may be kept as a draft (V-24). `known_as` is the name that it had, if it is not new.
    ///
    /// # Errors
    /// [`TopicRefusal`].
    pub fn check_draft(
        &self,
        file: &TopicFile,
        known_as: Option<&str>,
    ) -> Result<(), TopicRefusal> {
        if !is_topic_name(&file.name) {
            return Err(TopicRefusal::BadName {
                name: file.name.clone(),
            });
        }
        let called = file.display_name.trim();
        if called.is_empty() {
            return Err(TopicRefusal::NoDisplayName);
        }
        let is_part = SetupTopic::from_name(&file.name).is_some();
        match file.kind {
            TopicKind::Setup if !is_part => {
                return Err(TopicRefusal::NoSetupPart {
                    name: file.name.clone(),
                });
            }
            TopicKind::Setup => {}
            _ if is_part => {
                return Err(TopicRefusal::SetupName {
                    name: file.name.clone(),
                });
            }
            _ => {}
        }
        let others = self
            .drafts
            .iter()
            .filter(|(name, _)| Some(name.as_str()) != known_as);
        for (name, other) in others {
            if *name == file.name {
                return Err(TopicRefusal::SameName { name: name.clone() });
            }
            if other.display_name.trim().to_lowercase() == called.to_lowercase() {
                return Err(TopicRefusal::SameName {
                    name: other.display_name.clone(),
                });
            }
        }
        match known_as {
            Some(before) if before != file.name && self.published.contains_key(before) => {
                Err(TopicRefusal::PublishedName)
            }
            _ => Ok(()),
        }
    }

    /// Whether a topic may be published as it is.
    ///
    /// # Errors
    /// [`TopicRefusal::Errors`], or [`TopicRefusal::Breaks`] if another published topic needs it otherwise.
    pub fn check_publish(&self, file: &TopicFile) -> Result<(), TopicRefusal> {
        let mut after = self.clone();
        after.published.insert(file.name.clone(), file.clone());
        if let Some(what) = after.first_error(file) {
            return Err(TopicRefusal::Errors { what });
        }
        self.check_change(&after)
    }

    /// The published topics that call a topic or jump to it, also through others, by name.
    #[must_use]
    pub fn callers_of(&self, name: &str) -> Vec<&TopicFile> {
        let mut to_look_at = vec![name];
        let mut callers = BTreeMap::new();
        while let Some(called) = to_look_at.pop() {
            for (name, file) in &self.published {
                let mut nodes = file.nodes.iter();
                let calls = nodes.any(|it| it.other_topic().is_some_and(|it| it == called));
                if calls && callers.insert(name, file).is_none() {
                    to_look_at.push(name);
                }
            }
        }
        callers.remove(&name.to_owned());
        callers.into_values().collect()
    }

    /// Whether everything else may change like this: what is published has to go on working.
    ///
    /// # Errors
    /// [`TopicRefusal::Breaks`] naming the first topic that would not.
    pub fn check_change(&self, after: &Self) -> Result<(), TopicRefusal> {
        for (name, file) in &after.published {
            let Some(what) = after.first_error(file) else {
                continue;
            };
            let broke_before = self
                .published
                .get(name)
                .is_some_and(|file| self.first_error(file).is_some());
            if !broke_before {
                return Err(TopicRefusal::Breaks {
                    topic: file.display_name.clone(),
                    what,
                });
            }
        }
        Ok(())
    }

    /// The first error of a topic beside what is published.
    fn first_error(&self, file: &TopicFile) -> Option<String> {
        let (_, findings) = compile(file.clone(), 0, &self.around_published());
        let error = findings
            .into_iter()
            .find(|it| it.severity == Severity::Error)?;
        let place = error.node.and_then(|id| file.node(&id).map(Node::title));
        let what = error.what.trim_end_matches('.');
        Some(match place {
            Some(place) => format!("At “{place}”: {what}"),
            None => what.to_owned(),
        })
    }
}

fn signatures(files: &BTreeMap<TopicName, TopicFile>) -> BTreeMap<TopicName, TopicSignature> {
    files
        .iter()
        .map(|(name, file)| (name.clone(), file.signature()))
        .collect()
}

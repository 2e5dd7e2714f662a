//! What a draft is tried among.

use crate::topic::compile::{Finding, compile};
use crate::topic::file::{TopicFile, TopicKind};
use crate::topic::set::TopicSet;
use crate::topic::shelf::TopicShelf;

/// A draft has no version: those that are published count from 1.
const DRAFT: u32 = 0;

impl TopicShelf {
    /// The set that a draft is tried with: everything that is published, the draft in place of its own
    /// published version, and blocks that nobody has published yet.
    ///
    /// # Errors
    /// The draft's findings, one of which keeps it from running.
    pub fn trial_set(&self, draft: TopicFile) -> Result<TopicSet, Vec<Finding>> {
        let mut around = self.around_drafts();
        around.topics.insert(draft.name.clone(), draft.signature());
        let name = draft.name.clone();
        let (compiled, findings) = compile(draft, DRAFT, &around);
        let Some(compiled) = compiled else {
            return Err(findings);
        };
        let mut set = TopicSet::new(self.settings.clone(), self.tables.values().cloned());
        let unpublished_blocks = self.drafts.values().filter(|file| {
            file.kind == TopicKind::Block && !self.published.contains_key(&file.name)
        });
        for file in self.published.values().chain(unpublished_blocks) {
            if file.name == name {
                continue;
            }
            if let (Some(topic), _) = compile(file.clone(), DRAFT, &around) {
                set.publish(topic);
            }
        }
        set.publish(compiled);
        Ok(set)
    }
}

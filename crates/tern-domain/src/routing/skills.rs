//! What an item needs and who has it.

use serde::{Deserialize, Serialize};

use crate::agents::Agent;

/// What skills mean to an assignment rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkillMode {
    /// Nothing.
    Ignore,
    /// Who knows more goes first.
    Prefer,
    /// Only who has all mandatory skills at level; of those, who knows more goes first.
    Mandatory,
}

/// A skill that an item needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkillNeed {
    /// Its name.
    pub skill: String,
    /// The level that is enough.
    pub level: u8,
    /// Cannot be done without.
    pub mandatory: bool,
}

/// How well an agent matches. Greater is better: more matching skills first, then more of them at a
/// sufficient level; a higher level than needed counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct SkillMatch {
    matching: u32,
    sufficient: u32,
}

/// What an item needs: its own, and its queue's where the item says nothing of that skill.
pub(crate) fn needs_of<'n>(
    of_queue: &'n [SkillNeed],
    of_item: &'n [SkillNeed],
) -> impl Iterator<Item = &'n SkillNeed> {
    let says_nothing = move |need: &&SkillNeed| {
        !of_item
            .iter()
            .any(|own| is_same_skill(&own.skill, &need.skill))
    };
    of_item.iter().chain(of_queue.iter().filter(says_nothing))
}

/// How well an agent matches what an item needs.
pub(crate) fn skill_match<'n>(
    agent: &Agent,
    needs: impl Iterator<Item = &'n SkillNeed>,
) -> SkillMatch {
    let mut found = SkillMatch::default();
    for need in needs {
        if let Some(level) = level_of(agent, &need.skill) {
            found.matching += 1;
            found.sufficient += u32::from(level >= need.level);
        }
    }
    found
}

/// The first mandatory skill that an agent lacks or does not have at level.
pub(crate) fn missing_skill<'n>(
    agent: &Agent,
    mut needs: impl Iterator<Item = &'n SkillNeed>,
) -> Option<&'n str> {
    needs
        .find(|need| {
            need.mandatory && level_of(agent, &need.skill).is_none_or(|level| level < need.level)
        })
        .map(|need| need.skill.as_str())
}

/// People write “French” here and “french” there, and mean one skill.
pub(crate) fn is_same_skill(one: &str, other: &str) -> bool {
    one == other || one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn level_of(agent: &Agent, skill: &str) -> Option<u8> {
    let as_written = agent.skills.get(skill);
    as_written
        .or_else(|| {
            let mut known = agent.skills.iter();
            known
                .find(|(known, _)| is_same_skill(known, skill))
                .map(|(_, level)| level)
        })
        .copied()
}

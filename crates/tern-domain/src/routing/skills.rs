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

/// How well an agent matches what an item needs.
pub(crate) fn skill_match(agent: &Agent, needs: &[SkillNeed]) -> SkillMatch {
    let mut found = SkillMatch::default();
    for need in needs {
        if let Some(level) = agent.skills.get(&need.skill) {
            found.matching += 1;
            found.sufficient += u32::from(*level >= need.level);
        }
    }
    found
}

/// The first mandatory skill that an agent lacks or does not have at level.
pub(crate) fn missing_skill<'n>(agent: &Agent, needs: &'n [SkillNeed]) -> Option<&'n str> {
    needs
        .iter()
        .filter(|need| need.mandatory)
        .find(|need| {
            agent
                .skills
                .get(&need.skill)
                .is_none_or(|level| *level < need.level)
        })
        .map(|need| need.skill.as_str())
}

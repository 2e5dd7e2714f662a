//! A candidate's place for an item, and in what two of them differ first.

use std::cmp::Reverse;

use super::super::explain::Behind;
use super::super::skills::SkillMatch;

/// What decides between two candidates, best first. The order of the fields is the order of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) tier: u32,
    pub(super) tried: u32,
    pub(super) affinity: (usize, Reverse<i64>),
    pub(super) skills: Reverse<SkillMatch>,
    pub(super) free: Reverse<u32>,
    pub(super) last_assigned: i64,
    /// Agents are sorted by id.
    pub(super) agent: usize,
}

impl Rank {
    pub(super) fn behind(self, winner: Self) -> Behind {
        if self.tier != winner.tier {
            Behind::Tier
        } else if self.tried != winner.tried {
            Behind::TriedBefore
        } else if self.affinity != winner.affinity {
            Behind::Affinity
        } else if self.skills != winner.skills {
            Behind::Skills
        } else if self.free != winner.free {
            Behind::FreeSlots
        } else if self.last_assigned != winner.last_assigned {
            Behind::LastAssigned
        } else {
            Behind::TieBreak
        }
    }
}

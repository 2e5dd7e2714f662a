//! One queue's round: who of its agents gets which of its items.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::affinity::{AffinityRule, Tie, best_tie, in_order};
use super::super::explain::{Candidate, Filter, Verdict};
use super::super::order::{DEFAULT_GROUP_ORDER, compare};
use super::super::queue::Queue;
use super::super::rule::{AssignBy, AssignmentRule};
use super::super::skills::{SkillMatch, SkillMode, missing_skill, needs_of, skill_match};
use super::super::work_item::WorkItem;
use super::desk::{AllSlots, PreparedDesk};
use super::rank::Rank;
use super::{Decision, Outcome, Stay, stays};
use crate::agents::Agent;
use crate::ids::PresenceStateId;
use crate::time::{Millis, UtcMillis};

/// Items of one queue that are considered in one run.
const MOST_PER_QUEUE: usize = 10_000;

/// An agent's way into a queue: from which wait on, and in which tier.
#[derive(Debug, Clone, Copy)]
struct Way {
    after: Millis,
    tier: u32,
}

/// Whether an agent takes work of a channel, and if not, in which state they are.
#[derive(Debug, Clone, Copy)]
enum Standing {
    TakesWork,
    Away(Option<PresenceStateId>),
}

/// One queue with the items that wait in it, in the order in which they are served.
pub(super) struct Line<'v> {
    queue: &'v Queue,
    waiting: Vec<&'v WorkItem>,
    /// Ways of each agent into this queue.
    ways: Vec<Vec<Way>>,
    standing: Vec<Standing>,
    last_assigned: Vec<i64>,
    pub(super) tiers: BTreeSet<u32>,
    affinity: Vec<&'v AffinityRule>,
    /// Items whose present state nobody can tell apart share what is said of them.
    explained: BTreeMap<(usize, u32), Arc<[Candidate]>>,
}

impl<'v> Line<'v> {
    /// `None` when nothing of the queue is assigned now; its items are then decided.
    pub(super) fn new(
        desk: &PreparedDesk<'v>,
        queue: &'v Queue,
        mut waiting: Vec<&'v WorkItem>,
        decisions: &mut Vec<Decision>,
    ) -> Option<Self> {
        let now = desk.view.now;
        waiting.sort_by(|one, other| compare(&queue.sort, one, other));
        if waiting.len() > MOST_PER_QUEUE {
            let beyond = waiting.split_off(MOST_PER_QUEUE);
            decisions.extend(
                beyond
                    .into_iter()
                    .map(|item| stays(item, Some(queue.id), Stay::QueueTooLong)),
            );
        }
        let is_on = desk.channel(queue).is_some_and(|channel| channel.active);
        let keeps_all = if !is_on {
            Some(Stay::SwitchedOff)
        } else if !queue.is_open_at(now) {
            let opens_at = queue
                .hours
                .as_ref()
                .and_then(|hours| hours.next_change_after(now));
            Some(Stay::Closed { opens_at })
        } else {
            None
        };
        if let Some(why) = keeps_all {
            decisions.extend(waiting.iter().map(|item| stays(item, Some(queue.id), why)));
            return None;
        }
        let ways: Vec<Vec<Way>> = desk
            .agents
            .iter()
            .map(|agent| ways_into(queue, agent))
            .collect();
        if ways.iter().all(Vec::is_empty) {
            waiting.retain(|item| {
                let is_kept = item.reserved_for.is_some();
                if !is_kept {
                    decisions.push(stays(item, Some(queue.id), Stay::NobodyAsked));
                }
                is_kept
            });
        }
        // Items that are kept for somebody are looked at in the first tier there is.
        let tiers: BTreeSet<u32> = ways
            .iter()
            .flatten()
            .map(|way| way.tier)
            .chain([DEFAULT_GROUP_ORDER])
            .collect();
        let last_assigned = desk
            .agents
            .iter()
            .map(|agent| {
                desk.view
                    .last_assigned
                    .get(&(agent.id, queue.channel))
                    .map_or(i64::MIN, |at| at.0)
            })
            .collect();
        let standing = desk
            .agents
            .iter()
            .map(|agent| {
                if desk.view.takes_work(agent.id, queue.channel) {
                    Standing::TakesWork
                } else {
                    let presence = desk.view.presence.get(&agent.id);
                    Standing::Away(presence.map(|presence| presence.state))
                }
            })
            .collect();
        Some(Self {
            queue,
            waiting,
            ways,
            standing,
            last_assigned,
            tiers,
            affinity: in_order(&queue.affinity),
            explained: BTreeMap::new(),
        })
    }

    /// One round of one tier: every item gets the best of those who can take it.
    pub(super) fn assign(
        &mut self,
        desk: &PreparedDesk<'v>,
        tier: u32,
        free: &mut AllSlots,
        decisions: &mut Vec<Decision>,
    ) {
        let channel = self.queue.channel;
        let smallest = self.waiting.iter().map(|item| item.size).min().unwrap_or(1);
        let mut open: Vec<usize> = (0..desk.agents.len())
            .filter(|index| free.has_room(*index, channel, smallest))
            .collect();
        let waiting = std::mem::take(&mut self.waiting);
        for item in waiting {
            let rule = self.rule_of(desk, item);
            let best = open
                .iter()
                .filter_map(|index| self.rank(desk, item, *index, rule, free).ok())
                .filter(|rank| rank.tier <= tier)
                .min();
            let Some(best) = best else {
                self.waiting.push(item);
                continue;
            };
            let Some(agent) = desk.agents.get(best.agent) else {
                continue;
            };
            decisions.push(Decision {
                item: item.id,
                version: item.version,
                queue: Some(self.queue.id),
                outcome: Outcome::Offer {
                    agent: agent.id,
                    rule: rule.map(|rule| rule.id),
                },
                candidates: self.explain(desk, item, rule, free, Some(best)).into(),
            });
            free.take(best.agent, channel, item.size);
            open.retain(|index| free.has_room(*index, channel, smallest));
        }
    }

    pub(super) fn explain_the_rest(
        &mut self,
        desk: &PreparedDesk<'v>,
        free: &AllSlots,
        decisions: &mut Vec<Decision>,
    ) {
        for item in std::mem::take(&mut self.waiting) {
            let is_plain = item.tried.is_empty()
                && item.never_again.is_empty()
                && item.needs.is_empty()
                && item.reserved_for.is_none()
                && item.handed_on_by.is_none();
            let rule = self.rule_of(desk, item);
            let joined = self.joined(desk.view.now, item);
            let known = is_plain
                .then(|| self.explained.get(&(joined, item.size)).cloned())
                .flatten();
            let candidates = match known {
                Some(candidates) => candidates,
                None => {
                    let said: Arc<[Candidate]> = self.explain(desk, item, rule, free, None).into();
                    if is_plain {
                        self.explained.insert((joined, item.size), said.clone());
                    }
                    said
                }
            };
            decisions.push(Decision {
                candidates,
                ..stays(item, Some(self.queue.id), Stay::NobodyFree)
            });
        }
    }

    fn explain(
        &self,
        desk: &PreparedDesk<'v>,
        item: &WorkItem,
        rule: Option<&AssignmentRule>,
        free: &AllSlots,
        winner: Option<Rank>,
    ) -> Vec<Candidate> {
        (0..desk.agents.len())
            .zip(&desk.agents)
            .map(|(index, agent)| {
                let verdict = match (self.rank(desk, item, index, rule, free), winner) {
                    (Err(because), _) => Verdict::Filtered { because },
                    (Ok(rank), Some(winner)) if rank.agent != winner.agent => Verdict::Behind {
                        because: rank.behind(winner),
                    },
                    (Ok(_), _) => Verdict::Chosen,
                };
                Candidate {
                    agent: agent.id,
                    verdict,
                }
            })
            .collect()
    }

    /// How many pools have joined for an item.
    fn joined(&self, now: UtcMillis, item: &WorkItem) -> usize {
        let wait = item.wait(now);
        self.queue
            .pools
            .iter()
            .filter(|pool| pool.eligible_at <= wait)
            .count()
    }

    /// The rule of the pool that joined last: the longer the wait, the later the rule.
    fn rule_of(&self, desk: &PreparedDesk<'v>, item: &WorkItem) -> Option<&'v AssignmentRule> {
        let wait = item.wait(desk.view.now);
        let pool = self
            .queue
            .pools
            .iter()
            .filter(|pool| pool.eligible_at <= wait)
            .max_by_key(|pool| pool.eligible_at)?;
        let wanted = pool.rule?;
        desk.view.config.rules.iter().find(|rule| rule.id == wanted)
    }

    /// An agent's place for an item, or why they have none.
    fn rank(
        &self,
        desk: &PreparedDesk<'v>,
        item: &WorkItem,
        index: usize,
        rule: Option<&AssignmentRule>,
        free: &AllSlots,
    ) -> Result<Rank, Filter> {
        let none = &[][..];
        let Some(agent) = desk.agents.get(index) else {
            return Err(Filter::NotAsked);
        };
        let tier = self.tier_of(desk, item, index, agent)?;
        if item.never_again.contains(&agent.id) {
            return Err(Filter::SaidNo);
        }
        if let Some(Standing::Away(state)) = self.standing.get(index) {
            return Err(Filter::Presence { state: *state });
        }
        let mode = rule.map_or(SkillMode::Ignore, |rule| rule.skills);
        if mode == SkillMode::Mandatory
            && let Some(skill) = missing_skill(agent, needs_of(&self.queue.needs, &item.needs))
        {
            return Err(Filter::Skill {
                skill: skill.to_owned(),
            });
        }
        let slots = free.of(index, self.queue.channel).ok_or(Filter::NotAsked)?;
        if let Some(lack) = slots.lack(item.size) {
            return Err(lack);
        }
        let ties = if self.affinity.is_empty() {
            none
        } else {
            desk.view
                .ties
                .get(&item.id)
                .map_or(none, |ties: &Vec<Tie>| ties)
        };
        let affinity = best_tie(&self.affinity, ties, agent.id, desk.view.now)
            .map_or((usize::MAX, Reverse(0)), |(place, at)| {
                (place, Reverse(at.0))
            });
        let by_slots =
            rule.map_or(AssignBy::MostCapacity, |rule| rule.assign_by) == AssignBy::MostCapacity;
        Ok(Rank {
            tier,
            tried: item.tried.get(&agent.id).copied().unwrap_or_default(),
            affinity,
            skills: Reverse(if mode == SkillMode::Ignore {
                SkillMatch::default()
            } else {
                skill_match(agent, needs_of(&self.queue.needs, &item.needs))
            }),
            free: Reverse(if by_slots { slots.free() } else { 0 }),
            last_assigned: self.last_assigned.get(index).copied().unwrap_or(i64::MIN),
            agent: index,
        })
    }

    /// The first tier in which an agent is asked.
    fn tier_of(
        &self,
        desk: &PreparedDesk<'v>,
        item: &WorkItem,
        index: usize,
        agent: &Agent,
    ) -> Result<u32, Filter> {
        if item.handed_on_by == Some(agent.id) {
            return Err(Filter::HandsItOn);
        }
        if let Some(wanted) = item.reserved_for {
            return if wanted == agent.id {
                Ok(0)
            } else {
                Err(Filter::KeptForAnother)
            };
        }
        let wait = item.wait(desk.view.now);
        let ways = self.ways.get(index).map_or(&[][..], Vec::as_slice);
        ways.iter()
            .filter(|way| way.after <= wait)
            .map(|way| way.tier)
            .min()
            .ok_or_else(|| {
                ways.iter()
                    .map(|way| way.after)
                    .min()
                    .map_or(Filter::NotAsked, |after| Filter::PoolJoinsLater { after })
            })
    }
}

fn ways_into(queue: &Queue, agent: &Agent) -> Vec<Way> {
    queue
        .pools
        .iter()
        .flat_map(|pool| pool.groups.iter().map(move |group| (pool, *group)))
        .filter(|(_, group)| agent.groups.contains(group))
        .map(|(pool, group)| Way {
            after: pool.eligible_at,
            tier: queue.order_of(group),
        })
        .collect()
}

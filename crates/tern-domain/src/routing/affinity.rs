//! Preference for an agent with a tie to the requester.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;
use crate::time::{Millis, UtcMillis};

/// What ties an agent to a requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    /// Worked for the same customer.
    Customer,
    /// Worked for somebody of the same account.
    Account,
    /// Has a related task.
    RelatedTask,
    /// Is on the account's team.
    AccountTeam,
}

/// A queue prefers agents with this tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AffinityRule {
    /// Which tie.
    pub kind: TieKind,
    /// How far back a tie of history counts: 1 to 30 days. The others do not age.
    pub days_back: u8,
    /// The lowest goes first.
    pub order: u32,
}

impl AffinityRule {
    /// Rules of one queue at most.
    pub const MOST: usize = 3;

    fn counts(&self, tie: &Tie, now: UtcMillis) -> bool {
        let is_history = matches!(self.kind, TieKind::Customer | TieKind::Account);
        tie.kind == self.kind
            && (!is_history || now.since(tie.at) <= Millis::days(i64::from(self.days_back)))
    }
}

/// An agent's tie to the requester of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tie {
    /// What it is.
    pub kind: TieKind,
    /// Who has it.
    pub agent: AgentId,
    /// When it was last made.
    pub at: UtcMillis,
}

/// An agent's best tie by the rules of a queue: the place of the rule and the time of the tie.
pub(crate) fn best_tie(
    rules_in_order: &[&AffinityRule],
    ties: &[Tie],
    agent: AgentId,
    now: UtcMillis,
) -> Option<(usize, UtcMillis)> {
    rules_in_order.iter().enumerate().find_map(|(place, rule)| {
        ties.iter()
            .filter(|tie| tie.agent == agent && rule.counts(tie, now))
            .map(|tie| (place, tie.at))
            .max_by_key(|(_, at)| *at)
    })
}

/// The rules of a queue, lowest order first; equal orders as listed.
pub(crate) fn in_order(rules: &[AffinityRule]) -> Vec<&AffinityRule> {
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by_key(|rule| rule.order);
    sorted
}

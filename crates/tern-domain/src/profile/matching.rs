//! The matching table (P-2 … P-7, with P-9 … P-12): from a number to a requester.

use std::collections::BTreeSet;

use super::MessagingProfile;
use crate::ids::PersonId;

/// Which line of the table decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchRule {
    /// P-2: one user, no profile.
    OneUser,
    /// P-3: the profile knows, no user does.
    OnlyProfile,
    /// P-4: nobody knows.
    Nobody,
    /// P-5: the profile says one person, a user's phone field another.
    Conflict,
    /// P-6: a user got the number after the profile was made.
    UserAddedLater,
    /// P-7: several users; no guess is made.
    SeveralUsers,
    /// P-12: both say the same.
    Agreement,
}

impl MatchRule {
    /// Number in the rule book.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::OneUser => "P-2",
            Self::OnlyProfile => "P-3",
            Self::Nobody => "P-4",
            Self::Conflict => "P-5",
            Self::UserAddedLater => "P-6",
            Self::SeveralUsers => "P-7",
            Self::Agreement => "P-12",
        }
    }
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequesterMatch {
    /// The line that decided.
    pub rule: MatchRule,
    /// Whom the interaction is opened for; `None` for a guest.
    pub person: Option<PersonId>,
    /// P-5.
    pub identity_conflict: bool,
    /// P-7, P-12.
    pub several_matches: bool,
}

/// Finds the requester behind a number. `users` are the users with that number in a phone field, each once
/// (P-11); `profile` is the active profile of the same address **and** channel (P-9).
///
/// The profile beats a user's field (P-5). A claim that somebody has looked at and decided about is not
/// raised again.
#[must_use]
pub fn match_requester(users: &[PersonId], profile: Option<&MessagingProfile>) -> RequesterMatch {
    let users: BTreeSet<PersonId> = users.iter().copied().collect();
    let standing = profile.map(|profile| &profile.standing);
    let settled = |user: &PersonId| standing.is_some_and(|it| it.settled.contains(user));
    if let Some(bound) = standing.and_then(|standing| standing.bound_to) {
        let others: Vec<&PersonId> = users
            .iter()
            .filter(|user| **user != bound && !settled(user))
            .collect();
        let agrees = users.contains(&bound);
        let identity_conflict = !agrees && !others.is_empty();
        return RequesterMatch {
            rule: match (agrees, identity_conflict) {
                (true, _) => MatchRule::Agreement,
                (false, true) => MatchRule::Conflict,
                (false, false) => MatchRule::OnlyProfile,
            },
            person: Some(bound),
            identity_conflict,
            several_matches: others.len() + usize::from(agrees) > 1,
        };
    }
    let open: Vec<PersonId> = users.into_iter().filter(|user| !settled(user)).collect();
    let rule = match (open.len(), profile) {
        (0, _) => MatchRule::Nobody,
        (1, None) => MatchRule::OneUser,
        (1, Some(_)) => MatchRule::UserAddedLater,
        _ => MatchRule::SeveralUsers,
    };
    RequesterMatch {
        rule,
        person: open.first().copied().filter(|_| open.len() == 1),
        identity_conflict: false,
        several_matches: open.len() > 1,
    }
}

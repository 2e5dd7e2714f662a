//! Who gets a notification now, later, or not at all (S-1, S-5 … S-10, S-14).

use serde::{Deserialize, Serialize};

use super::{MOST_A_DAY, MOST_RECIPIENTS};
use crate::time::{Millis, UtcMillis};

/// How things are with one recipient at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecipientStanding {
    /// They are in the directory.
    pub exists: bool,
    /// They have a user account (S-1, S-5).
    pub is_user: bool,
    /// They caused what the notification is about (S-12).
    pub is_originator: bool,
    /// The row is theirs, or they were chosen by name or role (S-14).
    pub may_see_record: bool,
    /// A number of theirs is linked to the account (S-6).
    pub is_linked: bool,
    /// They want notifications there (S-3).
    pub is_on: bool,
    /// The carrier blocks texts to them (S-7).
    pub is_blocked: bool,
    /// A text can leave: from a number of the team's, to one that takes texts.
    pub can_be_texted: bool,
    /// They have an active conversation (S-10).
    pub is_busy: bool,
    /// The virtual agent answers at the number, so an action can be picked.
    pub bot_answers: bool,
    /// Notifications that they got within the last hour.
    pub lately: u32,
}

/// What holds for all recipients at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryTerms {
    /// Now.
    pub now: UtcMillis,
    /// S-10: it has actions.
    pub is_actionable: bool,
    /// S-12.
    pub include_originator: bool,
    /// S-10: an actionable one is dropped then.
    pub kept_until: UtcMillis,
    /// It is quiet until then.
    pub quiet_until: Option<UtcMillis>,
    /// Most notifications of one person within an hour.
    pub most_an_hour: u32,
    /// Notifications that were sent today.
    pub today: u32,
    /// When the day of [`DeliveryTerms::today`] is over.
    pub day_ends: UtcMillis,
    /// How many recipients the run has before this one.
    pub place: u32,
}

/// Until a conversation is looked at again.
pub const LOOK_AGAIN: Millis = Millis::seconds(20);

/// What becomes of one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// They get it now.
    Send,
    /// They are looked at again.
    Wait {
        /// When.
        until: UtcMillis,
        /// Why.
        why: WaitReason,
    },
    /// They do not get it.
    Refuse(RefusalReason),
}

/// Why somebody gets it later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// S-10.
    Busy,
    /// Quiet hours.
    Quiet,
    /// S-14: the day has no room left.
    DayIsFull,
}

/// Why somebody does not get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// They were taken out of the directory.
    Gone,
    /// S-1, S-5: a consumer, a contact, or nobody that we know.
    Guest,
    /// S-12.
    Originator,
    /// S-14.
    NotTheirRecord,
    /// S-14.
    TooManyRecipients,
    /// S-6.
    NotLinked,
    /// S-7.
    Blocked,
    /// S-1, S-4: off by default, or switched off.
    Off,
    /// No number that takes texts, or none of ours to send from.
    NoNumber,
    /// The virtual agent is off, so nobody would hear which action is picked.
    NobodyAnswers,
    /// They got as many within the hour as one person may get.
    Storm,
    /// S-10: their conversation lasted longer than it is kept.
    Dropped,
    /// Everything in it was empty.
    Empty,
    /// Longer than the carrier takes.
    TooLong,
    /// The notification was deleted or switched off before its turn.
    Withdrawn,
    /// They were told that it waits, and passed over it (S-10).
    Skipped,
    /// A backup was restored before their turn: whoever had the desk since may have told them.
    Restored,
}

impl RefusalReason {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Gone,
        Self::Guest,
        Self::Originator,
        Self::NotTheirRecord,
        Self::TooManyRecipients,
        Self::NotLinked,
        Self::Blocked,
        Self::Off,
        Self::NoNumber,
        Self::NobodyAnswers,
        Self::Storm,
        Self::Dropped,
        Self::Empty,
        Self::TooLong,
        Self::Withdrawn,
        Self::Skipped,
        Self::Restored,
    ];

    /// In words for the team.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gone => "Not in the directory any more",
            Self::Guest => "Has no user account",
            Self::Originator => "Caused it themselves",
            Self::NotTheirRecord => "The row is not theirs",
            Self::TooManyRecipients => "More than 100,000 recipients",
            Self::NotLinked => "Has not linked a number",
            Self::Blocked => "Opted out of texts with STOP",
            Self::Off => "Notifications are off",
            Self::NoNumber => "Cannot be texted",
            Self::NobodyAnswers => "The virtual agent is off",
            Self::Storm => "Got too many within an hour",
            Self::Dropped => "Was in a conversation for too long",
            Self::Empty => "There was nothing to send",
            Self::TooLong => "The text was too long",
            Self::Withdrawn => "The notification was withdrawn",
            Self::Skipped => "Passed over it in the list of what waited",
            Self::Restored => "A backup was restored before their turn",
        }
    }
}

impl WaitReason {
    /// In words for the team.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Busy => "Waits for the end of a conversation",
            Self::Quiet => "Waits for the end of quiet hours",
            Self::DayIsFull => "Waits for tomorrow",
        }
    }
}

/// Decides about one recipient. What can never change comes before what can, so that nobody waits for nothing.
#[must_use]
pub fn who_gets_it(standing: &RecipientStanding, terms: &DeliveryTerms) -> Delivery {
    if let Some(reason) = refusal(standing, terms) {
        return Delivery::Refuse(reason);
    }
    // S-9: a simple one goes out even in the middle of a conversation.
    let why = if let Some(until) = terms.quiet_until {
        Some((until, WaitReason::Quiet))
    } else if terms.today >= MOST_A_DAY {
        Some((terms.day_ends, WaitReason::DayIsFull))
    } else if terms.is_actionable && standing.is_busy {
        Some((terms.now + LOOK_AGAIN, WaitReason::Busy))
    } else {
        None
    };
    match why {
        None => Delivery::Send,
        Some((until, why)) => {
            let until = if terms.is_actionable {
                until.min(terms.kept_until)
            } else {
                until
            };
            Delivery::Wait { until, why }
        }
    }
}

const fn refusal(standing: &RecipientStanding, terms: &DeliveryTerms) -> Option<RefusalReason> {
    Some(if terms.place >= MOST_RECIPIENTS {
        RefusalReason::TooManyRecipients
    } else if !standing.exists {
        RefusalReason::Gone
    } else if !standing.is_user {
        RefusalReason::Guest
    } else if standing.is_originator && !terms.include_originator {
        RefusalReason::Originator
    } else if !standing.may_see_record {
        RefusalReason::NotTheirRecord
    } else if standing.is_blocked {
        RefusalReason::Blocked
    } else if !standing.is_linked {
        RefusalReason::NotLinked
    } else if !standing.is_on {
        RefusalReason::Off
    } else if !standing.can_be_texted {
        RefusalReason::NoNumber
    } else if terms.is_actionable && !standing.bot_answers {
        RefusalReason::NobodyAnswers
    } else if terms.is_actionable && terms.now.0 >= terms.kept_until.0 {
        RefusalReason::Dropped
    } else if standing.lately >= terms.most_an_hour {
        RefusalReason::Storm
    } else {
        return None;
    })
}

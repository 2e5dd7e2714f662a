//! Events in plain words, for the conversation's timeline.

use crate::event::{
    ActionOutcome, Actor, EventBody, OptOutEvidence, ScreenedFor, SettledAs, SnoozeEnd, StateCause,
};
use crate::file_key::FileKeyChange;
use crate::ids::{AgentId, PersonId};
use crate::interaction::{CloseReason, OpenedBy};
use crate::lock_code::LockCodeChange;
use crate::message::Author;
use crate::people::PersonEdit;
use crate::profile::BindCause;
use crate::routing::{CancelReason, WorkItemFact};
use crate::topic::HandoverReason;
use crate::verification::{UnlinkCause, VerificationChange};
use crate::wrap_up::WrapUpEnd;

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineWords {
    /// What happened.
    pub text: String,
    /// Who did it.
    pub actor: String,
}

/// Puts an event into words. `name_of` names an agent ("You", "Ana"), `person_of` somebody of the directory,
/// `topic_of` a topic by its name in the file, as it is called today.
#[must_use]
pub fn timeline_words(
    body: &EventBody,
    actor: &Actor,
    name_of: &dyn Fn(AgentId) -> String,
    person_of: &dyn Fn(PersonId) -> String,
    topic_of: &dyn Fn(&str) -> Option<String>,
) -> TimelineWords {
    TimelineWords {
        text: identity_words(body, person_of)
            .or_else(|| topic_words(body, topic_of))
            .unwrap_or_else(|| what(body, actor, name_of)),
        actor: who(actor, name_of),
    }
}

/// A topic is called what it was called then; today's name, or the one in its file, does for older events.
fn topic_words(body: &EventBody, topic_of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let EventBody::TopicStarted { topic, title } = body else {
        return None;
    };
    let then = Some(title).filter(|title| !title.is_empty()).cloned();
    let title = then
        .or_else(|| topic_of(topic))
        .unwrap_or_else(|| topic.clone());
    Some(format!("Began the topic “{title}”"))
}

fn who(actor: &Actor, name_of: &dyn Fn(AgentId) -> String) -> String {
    match actor {
        Actor::Requester => "Customer".to_owned(),
        Actor::Agent(agent) => name_of(*agent),
        Actor::Carrier => "Twilio".to_owned(),
        Actor::VirtualAgent => Author::VIRTUAL_AGENT.to_owned(),
        Actor::System => "Tern".to_owned(),
    }
}

fn what(body: &EventBody, actor: &Actor, name_of: &dyn Fn(AgentId) -> String) -> String {
    let fixed = match body {
        EventBody::InteractionOpened {
            opened_by: OpenedBy::Agent,
            ..
        } => "Started the conversation",
        EventBody::InteractionOpened {
            arrived_late: true, ..
        } => "Wrote in; the text arrived late",
        EventBody::InteractionOpened { .. } => "Wrote in",
        EventBody::InteractionStateChanged { cause, .. } => cause_words(*cause),
        EventBody::AgentAssigned { agent } if *actor == Actor::Agent(*agent) => {
            "Became responsible for the conversation"
        }
        EventBody::AgentAssigned { agent } => {
            return format!("Gave the conversation to {}", name_of(*agent));
        }
        EventBody::AgentUnassigned { agent } if *actor == Actor::Agent(*agent) => {
            "Gave up the conversation"
        }
        EventBody::AgentUnassigned { agent } => {
            return format!("Took the conversation from {}", name_of(*agent));
        }
        EventBody::AgentJoined { agent } if *actor == Actor::Agent(*agent) => {
            "Joined the conversation"
        }
        EventBody::AgentJoined { agent } => {
            return format!("Added {} to the conversation", name_of(*agent));
        }
        EventBody::AgentLeft { agent } if *actor == Actor::Agent(*agent) => {
            "Left the conversation to the others"
        }
        EventBody::AgentLeft { agent } => {
            return format!("Took {} out of the conversation", name_of(*agent));
        }
        EventBody::Whispered { to, .. } => {
            let names: Vec<_> = to.iter().map(|agent| name_of(*agent)).collect();
            return format!("Whispered to {}", names.join(", "));
        }
        EventBody::TopicStarted { .. } => "Began a topic",
        EventBody::HandedOver { reason } => handover_words(*reason),
        EventBody::InteractionClosed { reason, .. } => reason_words(*reason),
        EventBody::WrapUpStarted { .. } => "Has to wrap the conversation up",
        EventBody::WrapUpCodeChosen { code: Some(_), .. } => "Chose a wrap-up code",
        EventBody::WrapUpCodeChosen { code: None, .. } => "Took the wrap-up code back",
        EventBody::WrapUpEnded { end } => wrap_up_words(*end),
        EventBody::WrapUpSkipped => "Left the conversation without wrapping it up",
        EventBody::WrapUpConfigured { .. } => "Changed how conversations are wrapped up",
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::Keyword,
        } => "Opted out of texts; the carrier blocks every text to this number",
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::Refusal { code },
        } => {
            return format!("Refused a text because the customer has opted out (code {code})");
        }
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::SaidByAgent { .. },
        } => "Locked texts to the customer, who wants no more of them",
        EventBody::CarrierOptedIn if matches!(actor, Actor::Agent(_)) => {
            "Unlocked texts to the customer"
        }
        EventBody::CarrierOptedIn => "Opted in to texts again",
        EventBody::SubscriptionChanged { is_on: true } => "Turned notifications on",
        EventBody::SubscriptionChanged { is_on: false } => "Turned notifications off",
        EventBody::StopSuspected { .. } => "Wrote something that may mean STOP",
        EventBody::StopAnswered {
            wants_to_stop: true,
        } => "Said that the customer wants no more texts",
        EventBody::StopAnswered {
            wants_to_stop: false,
        } => "Said that the customer does not want to stop",
        EventBody::SendBecameUncertain { .. } => "Could not tell whether a text was sent",
        EventBody::SendSettled { settled_as, .. } => settled_words(settled_as),
        EventBody::MessagingActionFired { name, outcome, .. } => {
            return format!("“{name}”: {}", outcome_words(*outcome));
        }
        EventBody::ConversationSnoozed { .. } => "Snoozed the conversation",
        EventBody::SnoozeEnded {
            cause: SnoozeEnd::Due,
        } => "Brought the conversation back: its snooze is over",
        EventBody::SnoozeEnded {
            cause: SnoozeEnd::RequesterWrote,
        } => "Wrote again, which ended the snooze",
        EventBody::SnoozeEnded {
            cause: SnoozeEnd::Agent,
        } => "Ended the snooze",
        EventBody::TextRemoved { .. } => "Removed the words of a text for good",
        EventBody::ConversationPinned => "Pinned the conversation",
        EventBody::ConversationUnpinned => "Took the pin off",
        EventBody::NoteWritten { .. } => "Wrote a private note",
        EventBody::NoteEdited { .. } => "Changed a private note",
        EventBody::NoteDeleted { .. } => "Deleted a private note",
        EventBody::TextMasked { patterns, .. } => {
            return format!("Masked sensitive data in a text: {}", patterns.join(", "));
        }
        EventBody::TextStopped {
            reason: ScreenedFor::Sensitive,
            patterns,
        } => {
            return format!(
                "Wrote a text that was not sent because of sensitive data: {}",
                patterns.join(", ")
            );
        }
        EventBody::TextStopped {
            reason: ScreenedFor::Forbidden,
            ..
        } => "Wrote a text that was not sent because of a forbidden word",
        EventBody::HelpRequested { .. } => "Asked a supervisor for help",
        EventBody::HelpEnded { .. } => "Needs no more help",
        EventBody::HandedBack
        | EventBody::AutopilotStarted { .. }
        | EventBody::AutopilotEnded { .. } => {
            return bot_words(body, actor);
        }
        EventBody::AccountConnected { numbers } => {
            let count = numbers.len();
            let noun = if count == 1 { "number" } else { "numbers" };
            return format!("Connected the Twilio account with {count} {noun}");
        }
        EventBody::WentLive { .. } => "Went live: texts from here on are new",
        EventBody::WorkItemMoved { fact } => return work_words(fact, name_of),
        EventBody::PresenceChanged { agent, .. } => {
            return format!("Changed the presence of {}", name_of(*agent));
        }
        EventBody::RoutingConfigured { .. } => "Changed how work is routed",
        EventBody::RetentionChanged { .. } => "Changed how long things are kept",
        EventBody::RetentionAgreed { .. } => "Agreed to what is deleted for its age",
        EventBody::RetentionRan { run } => {
            return format!("Deleted {} texts for their age", run.counts.texts);
        }
        EventBody::HistoryImported { counts, .. } => {
            return format!("Brought in {} texts of another system", counts.texts);
        }
        EventBody::HistoryRemoved { counts, .. } => {
            return format!("Took {} texts of another system out again", counts.texts);
        }
        EventBody::LegalHoldPlaced { reason } => {
            return format!("Placed a legal hold: {reason}");
        }
        EventBody::LegalHoldReleased { reason } => {
            return format!("Released a legal hold: {reason}");
        }
        _ => "Something that only a newer version of Tern can show",
    };
    fixed.to_owned()
}

/// Who is behind a number, in words; `None` for every other event.
fn identity_words(body: &EventBody, person_of: &dyn Fn(PersonId) -> String) -> Option<String> {
    let who = |person: &Option<PersonId>| person.map_or_else(|| "a guest".to_owned(), person_of);
    Some(match body {
        EventBody::InteractionIdentityChanged { to, .. } => {
            format!("The conversation is with {} from here on", who(to))
        }
        EventBody::PersonCreated { .. } => "Came into the directory".to_owned(),
        EventBody::PersonEdited { edits } => {
            let fields: Vec<_> = edits.iter().map(PersonEdit::field).collect();
            format!("Changed the {}", fields.join(", "))
        }
        EventBody::PersonDeleted => "Left the directory".to_owned(),
        EventBody::ProfileCreated {
            bound_to: Some(person),
            cause,
            ..
        } => match cause {
            BindCause::Matched => format!("Recognised the number as {}’s", person_of(*person)),
            _ => format!("Gave the number to {}", person_of(*person)),
        },
        EventBody::ProfileCreated { bound_to: None, .. } => {
            "Noted a number that is nobody’s yet".to_owned()
        }
        EventBody::ProfileBound {
            from, to, cause, ..
        } => match (cause, to) {
            (BindCause::Matched, Some(person)) => {
                format!("Recognised the number as {}’s", person_of(*person))
            }
            (BindCause::PersonDeleted, _) => {
                "The number is nobody’s: its person left the directory".to_owned()
            }
            (_, None) => format!("Said that the number is not {}’s", who(from)),
            (_, Some(person)) if from == to => {
                format!("Confirmed that the number is {}’s", person_of(*person))
            }
            (_, Some(person)) => match from {
                Some(old) => format!(
                    "Gave the number to {}; it was {}’s",
                    person_of(*person),
                    person_of(*old)
                ),
                None => format!("Gave the number to {}", person_of(*person)),
            },
        },
        EventBody::AccountLinked { person } => format!(
            "Proved by PIN and code to be {}, and linked the number",
            person_of(*person)
        ),
        EventBody::AccountUnlinked {
            cause: UnlinkCause::Logout | UnlinkCause::ByAgent,
        } => "Unlinked the number from the account".to_owned(),
        EventBody::AccountUnlinked {
            cause: UnlinkCause::Reset,
        } => "Unlinked the number: PIN and authenticator were reset".to_owned(),
        EventBody::ProofFailed { is_locked: false } => {
            "Could not prove who they are; the conversation goes on as a guest’s".to_owned()
        }
        EventBody::ProofFailed { is_locked: true } => {
            "Could not prove who they are: verification by text is locked".to_owned()
        }
        EventBody::ElevationEnded => {
            "The conversation is a guest’s again: who it is has to be proved anew".to_owned()
        }
        EventBody::VerificationChanged { change } => verification_words(*change).to_owned(),
        EventBody::FileKeyChanged { change } => file_key_words(*change).to_owned(),
        EventBody::FileRestored { .. } => "Restored the file from a backup".to_owned(),
        EventBody::FileMended { mended } => format!(
            "Put the damaged file together: {} texts were left, {} came from a backup",
            mended.kept, mended.from_backup
        ),
        EventBody::Exported { export } => crate::export::export_words(export),
        EventBody::LockCodeChanged { change } => lock_code_words(*change).to_owned(),
        EventBody::ProfileVerified { .. } => "Made sure who is behind the number".to_owned(),
        EventBody::ProfileFlagged {
            identity_conflict: true,
            ..
        } => "The directory says that the number is somebody else’s".to_owned(),
        EventBody::ProfileFlagged {
            several_matches: true,
            ..
        } => "The directory has the number more than once".to_owned(),
        EventBody::ProfileFlagged { .. } => {
            "The directory agrees about the number again".to_owned()
        }
        EventBody::ProfileDeactivated => "The number’s earlier profile was closed".to_owned(),
        EventBody::ProfileRestored { standing } => {
            format!("Took it back: the number is {}’s", who(&standing.bound_to))
        }
        _ => return None,
    })
}

/// What happened to a user's PIN, authenticator or lock, in words.
#[must_use]
pub const fn verification_words(change: VerificationChange) -> &'static str {
    match change {
        VerificationChange::PinSet => "Set a PIN that the user chose",
        VerificationChange::PinDrawn => "Had a PIN drawn and showed it once",
        VerificationChange::AuthenticatorEnrolled => "Enrolled an authenticator app",
        VerificationChange::Reset => "Reset PIN and authenticator",
        VerificationChange::Unlocked => "Ended the lock after wrong entries",
        VerificationChange::Locked { .. } => "Locked verification by text after wrong entries",
    }
}

/// What happened to the key of the file.
#[must_use]
pub const fn file_key_words(change: FileKeyChange) -> &'static str {
    match change {
        FileKeyChange::Rotated => "Replaced the key of the file",
        FileKeyChange::CodeMade => "Made a recovery code",
        FileKeyChange::CodeRevoked => "Revoked the recovery code",
        FileKeyChange::CodeUsed => "Came in by the recovery code",
    }
}

/// What happened to the authenticator app that an agent unlocks the desk with.
const fn lock_code_words(change: LockCodeChange) -> &'static str {
    match change {
        LockCodeChange::SetUp => "Set up an authenticator app for the lock",
        LockCodeChange::TakenAway => "Took their authenticator app for the lock away",
        LockCodeChange::Reset => "Reset the authenticator app for the lock",
        LockCodeChange::Recovered => {
            "Unlocked with the recovery code instead of the authenticator app"
        }
    }
}

fn work_words(fact: &WorkItemFact, name_of: &dyn Fn(AgentId) -> String) -> String {
    match fact {
        WorkItemFact::Queued {
            handed_on_by: Some(_),
            reserved_for: Some(agent),
            ..
        } => format!("Asked to hand the conversation on to {}", name_of(*agent)),
        WorkItemFact::Queued {
            handed_on_by: Some(_),
            ..
        } => "Asked to hand the conversation on to a queue".to_owned(),
        WorkItemFact::Queued { .. } => "Put the conversation where it waits".to_owned(),
        WorkItemFact::Routed { .. } => "Found the queue for the conversation".to_owned(),
        WorkItemFact::Offered { agent, .. } => {
            format!("Offered the conversation to {}", name_of(*agent))
        }
        WorkItemFact::Accepted { .. } => "Accepted the conversation".to_owned(),
        WorkItemFact::Rejected { .. } => "Said no to the conversation".to_owned(),
        WorkItemFact::TimedOut { agent } => {
            format!("Had no answer from {} to the offer", name_of(*agent))
        }
        WorkItemFact::TargetExceeded => "The wait is longer than the queue aims at".to_owned(),
        WorkItemFact::Canceled {
            reason: CancelReason::TransferCanceled,
        } => "The conversation was not handed on".to_owned(),
        WorkItemFact::Canceled {
            reason: CancelReason::TimeOut,
        } => "The wait was longer than the queue allows".to_owned(),
        WorkItemFact::Canceled { .. } => "Ended the wait of the conversation".to_owned(),
        WorkItemFact::NeedsSet { .. } => "Said which skills the work needs".to_owned(),
        WorkItemFact::Ended => "Ended the work on the conversation".to_owned(),
        WorkItemFact::Unrecognised => {
            "Something that only a newer version of Tern can show".to_owned()
        }
    }
}

/// H-9, Q-13.
fn bot_words(body: &EventBody, actor: &Actor) -> String {
    let by_agent = matches!(actor, Actor::Agent(_));
    match body {
        EventBody::AutopilotStarted { title, .. } => {
            return format!("Let the virtual agent run “{title}”");
        }
        EventBody::AutopilotEnded {
            completed: true, ..
        } => "Finished the topic; the agent has the conversation again",
        EventBody::AutopilotEnded { .. } if by_agent => "Took over again from the virtual agent",
        EventBody::AutopilotEnded { .. } => {
            "Ended the topic early; the agent has the conversation again"
        }
        _ if by_agent => "Gave the conversation back to the virtual agent",
        _ => "Gave the conversation back to the virtual agent, since nobody took it in time",
    }
    .to_owned()
}

const fn cause_words(cause: StateCause) -> &'static str {
    match cause {
        StateCause::Taken => "Started to work on it",
        StateCause::Accepted => "Started to work on it by accepting the offer",
        StateCause::Answered => "Started to work on it by answering",
        StateCause::PutBack => "Put it back with the new work",
        StateCause::Held => "Put the conversation on hold",
        StateCause::Resumed => "Resumed the conversation",
        StateCause::MessagingAction => "Changed its state by a messaging action",
        StateCause::AgentUnavailable => "Put it back with the new work, since its agent is away",
        StateCause::HandedBack => "Goes on with the virtual agent",
        StateCause::Ended => "Ended the conversation",
        StateCause::RequesterWrote => "Wrote again, which ended the hold",
        StateCause::VirtualAgent => "Began to answer",
        StateCause::HandedOver => "Put it with the new work",
    }
}

const fn handover_words(reason: HandoverReason) -> &'static str {
    match reason {
        HandoverReason::Asked => "Handed over: the customer asked for a person",
        HandoverReason::Topic => "Handed over, as its topic says",
        HandoverReason::Error => "Handed over: its topic could not go on",
        HandoverReason::LateText => "Handed over: a text arrived too late for an automatic answer",
        HandoverReason::Restored => {
            "Handed over: a backup was restored, and what its topic waited for does not come any more"
        }
    }
}

const fn wrap_up_words(end: WrapUpEnd) -> &'static str {
    match end {
        WrapUpEnd::Agent => "Ended the wrap-up",
        WrapUpEnd::Left => "Ended the wrap-up by leaving the conversation",
        WrapUpEnd::Timer => "Ended the wrap-up: its time was over",
        WrapUpEnd::Sweep => "Ended a wrap-up that was left open",
    }
}

const fn outcome_words(outcome: ActionOutcome) -> &'static str {
    match outcome {
        ActionOutcome::AgentPrompted => "reminded the team",
        ActionOutcome::RequesterPrompted { .. } => "wrote to the customer",
        ActionOutcome::Reassigned => "took the agent off",
        ActionOutcome::StateSet { .. } => "set the state",
        ActionOutcome::FilterNotMet => "did nothing, its condition did not hold",
        ActionOutcome::OptedOut => "did not write, the customer has opted out",
        ActionOutcome::CannotBeTexted => "did not write, no text can be sent here",
        ActionOutcome::NothingToDo => "had nothing to change",
    }
}

/// Why an interaction is closed, in words that stand alone.
#[must_use]
pub const fn close_words(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::LeftBeforeEngagement => "The customer left before an agent was there",
        CloseReason::NoActivity => "The customer never engaged",
        CloseReason::NoRequesterResponse => "The customer did not answer",
        CloseReason::UserEnded => "The customer ended it",
        CloseReason::AutoClosed => "Done without an agent",
        CloseReason::NoUserResponse => "The customer fell silent",
        CloseReason::TopicComplete => "The topic was complete",
        CloseReason::AgentEnded => "Finished by an agent",
        CloseReason::SupersededByAgent => "An agent took over from the virtual agent",
        CloseReason::SupersededByUserChange => "The number went to somebody else",
        CloseReason::Error => "Closed because of an error",
    }
}

const fn reason_words(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::LeftBeforeEngagement => "Closed: the customer left before an agent was there",
        CloseReason::NoActivity => "Closed: the customer never engaged",
        CloseReason::NoRequesterResponse => "Closed: the customer did not answer",
        CloseReason::UserEnded => "Ended the conversation",
        CloseReason::AutoClosed => "Closed: done without an agent",
        CloseReason::NoUserResponse => "Closed: the customer fell silent",
        CloseReason::TopicComplete => "Closed: the topic was complete",
        CloseReason::AgentEnded => "Finished the conversation",
        CloseReason::SupersededByAgent => "Took over from the virtual agent",
        CloseReason::SupersededByUserChange => "Closed: the number now belongs to somebody else",
        CloseReason::Error => "Closed because of an error",
    }
}

const fn settled_words(settled_as: &SettledAs) -> &'static str {
    match settled_as {
        SettledAs::Found { .. } => "Found the uncertain text: it was sent",
        SettledAs::WasSent => "Said that the uncertain text was sent",
        SettledAs::SendAgain => "Had the uncertain text sent again",
        SettledAs::Discarded => "Dropped the uncertain text",
    }
}

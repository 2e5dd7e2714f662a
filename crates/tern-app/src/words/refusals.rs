//! Refusals of the rules in words: what a text, an act or an edit was refused for, and what helps.

use tern_domain::desk::{DeskRefusal, NoteRefusal};
use tern_domain::retention::OnHold;
use tern_domain::subscription::StopAnswerRefusal;
use tern_domain::{
    ActRefusal, BotRefusal, DirectoryRefusal, PhoneError, RecallRefusal, RedactRefusal,
    SendRefusal, SettleRefusal,
};

use crate::directory::Refused;
use crate::error::{ApiError, ErrorCode};

pub(crate) fn no_message() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such text any more.", "")
}

/// A text that the rules do not let leave.
pub(crate) fn send_refusal(refusal: &SendRefusal) -> ApiError {
    match refusal {
        SendRefusal::OptedOut { .. } => ApiError::new(
            ErrorCode::OptedOut,
            "This customer has opted out of texts with STOP.",
            "Only the customer can undo it, by texting START.",
        ),
        SendRefusal::CannotBeTexted => ApiError::new(
            ErrorCode::NotAllowed,
            "This sender is a name or a short code and cannot be answered by text.",
            "",
        ),
        SendRefusal::NumberNotConnected => ApiError::new(
            ErrorCode::NotAllowed,
            "The team's number of this conversation is no longer connected.",
            "Connect it again, or write from another number.",
        ),
        SendRefusal::Empty => ApiError::new(
            ErrorCode::InvalidInput,
            "There is nothing to send.",
            "Write something or add a picture.",
        ),
        SendRefusal::TooLong { over_by } => ApiError {
            carrier_code: Some(21617),
            ..ApiError::new(
                ErrorCode::TextTooLong,
                format!("The text is too long by {over_by} characters."),
                "A text has at most 1600; shorten it or send it in two.",
            )
        },
        SendRefusal::AutopilotRuns => ApiError::new(
            ErrorCode::NotAllowed,
            "The virtual agent runs a topic in this conversation.",
            "Take over again to write yourself.",
        ),
        SendRefusal::NumberOfSomebodyElse { .. } => ApiError::new(
            ErrorCode::NumberOfSomebodyElse,
            "This number belongs to somebody else.",
            "Sending moves it to the person you write to. Confirm that, or choose another number.",
        ),
        SendRefusal::TakesOver { .. } => ApiError::new(
            ErrorCode::TakesOver,
            "Another agent is in a conversation at this number.",
            "Sending ends that conversation. Confirm that, or speak with your colleague first.",
        ),
        SendRefusal::JoinsLiveGroup { .. } => ApiError::new(
            ErrorCode::JoinsLiveGroup,
            "A colleague has this conversation.",
            "Writing to the customer makes you take part in it. Confirm that, or whisper to your colleague.",
        ),
        SendRefusal::TooManyPictures { .. } => ApiError::new(
            ErrorCode::PictureRefused,
            "One text carries at most 10 pictures.",
            "Send the others in another text.",
        ),
    }
}

/// A recipient that is no number (P-15).
pub(crate) fn not_a_number(error: PhoneError) -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        format!("This is {error}."),
        "Write the number with + and the country code.",
    )
}

/// A change of people or identities that the rules do not allow.
pub(crate) fn directory_refusal(refused: &Refused) -> ApiError {
    let sentence = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        })
    };
    match refused {
        Refused::Directory(DirectoryRefusal::Gone) => {
            ApiError::new(ErrorCode::NotFound, sentence(&DirectoryRefusal::Gone), "")
        }
        Refused::Directory(DirectoryRefusal::OnHold(held)) => on_hold(*held),
        Refused::Directory(refusal) => {
            ApiError::new(ErrorCode::InvalidInput, sentence(refusal), "")
        }
        Refused::Identity(refusal) => ApiError::new(ErrorCode::NotAllowed, sentence(refusal), ""),
        Refused::Undo(refusal) => ApiError::new(
            ErrorCode::NotAllowed,
            sentence(refusal),
            "Look at how it is now, and change that if it is wrong.",
        ),
    }
}

/// An act that the state has no room for.
pub(crate) fn act_refusal(refusal: &ActRefusal) -> ApiError {
    let (message, remedy) = match refusal {
        ActRefusal::NothingActive => (
            "There is no open work in this conversation.",
            "Writing to the customer opens it again.",
        ),
        ActRefusal::AssignedToSomebodyElse { .. } => ("Another agent has this conversation.", ""),
        ActRefusal::NotFromHere { .. } => (
            "This is not possible in the conversation's present state.",
            "Look at it again.",
        ),
    };
    ApiError::new(ErrorCode::NotAllowed, message, remedy)
}

/// What the virtual agent cannot do in a conversation.
pub(crate) fn bot_refusal(refusal: &BotRefusal) -> ApiError {
    let (message, remedy) = match refusal {
        BotRefusal::CannotSend(refusal) => return send_refusal(refusal),
        BotRefusal::NothingActive => ("There is no open work in this conversation.", ""),
        BotRefusal::AssignedToSomebodyElse { .. } => ("Another agent has this conversation.", ""),
        BotRefusal::NotAnAgents => (
            "No agent has this conversation.",
            "Take it first; then you can give it to the virtual agent.",
        ),
        BotRefusal::OnHold => ("This conversation is on hold.", "Resume it first."),
        BotRefusal::Running => (
            "The virtual agent runs a topic in this conversation already.",
            "Take over again to choose another.",
        ),
        BotRefusal::NotRunning => ("The topic is over already.", "You can write again."),
    };
    ApiError::new(ErrorCode::NotAllowed, message, remedy)
}

/// A mark that cannot be set.
pub(crate) fn desk_refusal(refusal: &DeskRefusal) -> ApiError {
    let (message, remedy) = match refusal {
        DeskRefusal::NothingActive => (
            "There is no open work in this conversation.",
            "Only open conversations can be snoozed or pinned.",
        ),
        DeskRefusal::NotInFuture => ("This time is over.", "Choose a later one."),
        DeskRefusal::TooFar => ("This is more than a year away.", "Choose an earlier time."),
    };
    ApiError::new(ErrorCode::NotAllowed, message, remedy)
}

/// What keeps a text from leaving after an agent said that the customer wants none.
pub(crate) fn locked_by_agent() -> ApiError {
    ApiError::new(
        ErrorCode::OptedOut,
        "An agent noted that this customer wants no more texts.",
        "They can text START. If it was a mistake, unlock it beside the conversation.",
    )
}

/// An answer about a text that is almost STOP.
pub(crate) fn stop_refusal(refusal: &StopAnswerRefusal) -> ApiError {
    match refusal {
        StopAnswerRefusal::NotAsked => ApiError::new(
            ErrorCode::NotAllowed,
            "This was answered already.",
            "Look at the record beside the conversation.",
        ),
        StopAnswerRefusal::TheirOwnWord => ApiError::new(
            ErrorCode::OptedOut,
            "The customer opted out by themselves.",
            "Only they can undo it, by texting START.",
        ),
    }
}

/// A note that cannot be written or changed.
pub(crate) fn note_refusal(refusal: &NoteRefusal) -> ApiError {
    match refusal {
        NoteRefusal::Empty => ApiError::new(
            ErrorCode::InvalidInput,
            "There is nothing in the note.",
            "Write something.",
        ),
        NoteRefusal::TooLong { over_by } => ApiError::new(
            ErrorCode::InvalidInput,
            format!("The note is too long by {over_by} characters."),
            "Shorten it.",
        ),
        NoteRefusal::NobodyToHear => ApiError::new(
            ErrorCode::NotAllowed,
            "There is nobody here to whisper to.",
            "Write a private note instead; whoever takes the conversation finds it.",
        ),
        NoteRefusal::MayNotWhisper => ApiError::new(
            ErrorCode::NotAllowed,
            "Only those who take part in a conversation and supervisors can whisper in it.",
            "Write a private note instead.",
        ),
        NoteRefusal::OnHold(held) => on_hold(*held),
        NoteRefusal::NotYours => ApiError::new(
            ErrorCode::NotAllowed,
            "Only the one who wrote a note can change it.",
            "",
        ),
    }
}

/// A text that cannot be called back.
pub(crate) fn recall_refusal(_: &RecallRefusal) -> ApiError {
    ApiError::new(ErrorCode::NotAllowed, "The text has left already.", "")
}

/// Something that nobody may delete for now, whatever it is.
pub(crate) fn on_hold(_: OnHold) -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "This is under a legal hold, so nothing of it is deleted or written over.",
        "An administrator can release the hold in Settings › Retention.",
    )
}

/// A text that is not removed.
pub(crate) fn redact_refusal(refusal: RedactRefusal) -> ApiError {
    match refusal {
        RedactRefusal::Unknown => no_message(),
        RedactRefusal::AlreadyRemoved => {
            ApiError::new(ErrorCode::NotAllowed, "The text was removed already.", "")
        }
        RedactRefusal::OnHold(held) => on_hold(held),
        RedactRefusal::NotSentYet => ApiError::new(
            ErrorCode::NotAllowed,
            "The text has not left yet, so it was not removed.",
            "Call it back with Undo, or wait until it has left.",
        ),
        RedactRefusal::Uncertain => ApiError::new(
            ErrorCode::NotAllowed,
            "It is not known yet whether the text left, so it was not removed.",
            "Settle that first: the text itself asks.",
        ),
        RedactRefusal::NotFound => ApiError::new(
            ErrorCode::NotAllowed,
            "Twilio’s copy of this text was not found yet, so nothing was removed.",
            "Wait until Tern has found it, or delete the message in Twilio’s console first.",
        ),
    }
}

/// A send that is not uncertain any more.
pub(crate) fn settle_refusal(refusal: &SettleRefusal) -> ApiError {
    match refusal {
        SettleRefusal::NotUncertain { .. } => {
            ApiError::new(ErrorCode::NotAllowed, "This has been settled already.", "")
        }
        SettleRefusal::HeldCode => held_code(),
    }
}

/// A text with a code is not sent again (L-2).
pub(crate) fn held_code() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "This text had a code in it, which is not kept and counts no more.",
        "The customer gets a new one when they begin again.",
    )
}

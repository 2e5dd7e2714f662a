//! A trial of a topic in words.

use tern_domain::segments::{measure, segment_starts};
use tern_domain::topic::{
    AppCommand, BotEffect, BotFact, BotInput, BotReply, BotValue, HandoverReason, HttpMethod,
    NodePlace, Phase, TopicSet, Trial, TrialEvent, Unanswered, carrier_words_in,
};
use tern_domain::verification::{ProofFactor, ProofOutcome};
use tern_domain::{CarrierWord, UtcMillis, close_words};

use super::message::encoding;
use crate::dto::{TryNote, TryPlace, TryReply, TryTurn, TryVariable, TryWait};

/// Segments leave a local number one by one, a second each: the slowest usual rate.
const MILLIS_PER_SEGMENT: i64 = 1_000;

/// A turn as a window shows it.
pub(crate) fn turn(
    topics: &TopicSet,
    trial: &Trial,
    session: String,
    events: &[TrialEvent],
) -> TryTurn {
    let (mut replies, mut notes) = (Vec::<TryReply>::new(), Vec::new());
    for event in events {
        match event {
            TrialEvent::Reply {
                reply: said,
                at,
                continues,
            } => {
                let before = replies.last().filter(|before| before.at == at.0);
                let delay =
                    before.map_or(0, |before| i64::from(before.segments) * MILLIS_PER_SEGMENT);
                replies.push(reply(said, *at, *continues, delay));
            }
            other => notes.extend(note(topics, other).map(|(text, warns)| TryNote {
                after: u32::try_from(replies.len()).unwrap_or(u32::MAX),
                text,
                warns,
            })),
        }
    }
    TryTurn {
        session,
        replies,
        notes,
        variables: variables(topics, trial),
        path: trial.session.path.iter().map(place).collect(),
        at_node: trial.session.place().as_ref().map(place),
        waits_for: waits_for(trial),
        at: trial.now.0,
        next_at: trial.next_at().map(|at| at.0),
        request: request(trial),
        ended: trial.session.phase == Phase::Ended,
    }
}

/// What the carrier makes of a word besides the topic; STOP and START say so as commands.
pub(crate) fn carrier_note(text: &str) -> Option<TryNote> {
    let text = match CarrierWord::find(text)? {
        CarrierWord::Help => {
            "The carrier also answers this word with its own help text. Your own comes besides."
        }
        CarrierWord::Yes => {
            "The carrier also takes this word as START and lifts a block, except on toll-free numbers. Here it is an \
             ordinary answer."
        }
        CarrierWord::OptsIn | CarrierWord::OptsOut => return None,
    };
    Some(TryNote {
        after: 0,
        text: text.to_owned(),
        warns: false,
    })
}

pub(crate) fn place(place: &NodePlace) -> TryPlace {
    TryPlace {
        topic: place.topic.clone(),
        node: place.node.clone(),
    }
}

fn reply(reply: &BotReply, at: UtcMillis, continues: bool, delay: i64) -> TryReply {
    let text = reply.text.as_str();
    let measured = measure(text);
    TryReply {
        text: text.to_owned(),
        pictures: reply.pictures.clone(),
        alt_text: reply.alt_text.clone(),
        node: reply.node.as_ref().map(place),
        at: at.0,
        delay_ms: delay,
        segments: measured.segments,
        encoding: encoding(measured.encoding),
        costly: measured.costly.map(|costly| costly.grapheme),
        split_at: segment_starts(text),
        continues,
        carrier_words: carrier_words_in(text),
    }
}

/// What a trial can go on with.
fn waits_for(trial: &Trial) -> TryWait {
    match &trial.session.phase {
        Phase::New | Phase::Idle { .. } | Phase::Asking(_) => TryWait::Words,
        Phase::Waiting { .. } if trial.is_paused() => TryWait::Time,
        Phase::Waiting { .. } => TryWait::Answer,
        Phase::HandingOver => TryWait::Somebody,
        Phase::Queued => TryWait::Agent,
        Phase::Agent => TryWait::HandBack,
        Phase::Ended => TryWait::Nothing,
    }
}

fn request(trial: &Trial) -> Option<String> {
    let (_, request) = trial.open_request()?;
    let method = match request.method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Patch => "PATCH",
    };
    let mut words = format!("{method} {}", request.url);
    if let Some(body) = &request.body {
        words.push('\n');
        words.push_str(&serde_json::to_string_pretty(body).unwrap_or_default());
    }
    Some(words)
}

/// The variables of the running topic; a secure one does not show even that it was answered.
fn variables(topics: &TopicSet, trial: &Trial) -> Vec<TryVariable> {
    let Some(frame) = trial.session.frames.last() else {
        return Vec::new();
    };
    let file = topics
        .version(&frame.topic, frame.version)
        .map(tern_domain::topic::CompiledTopic::file);
    let is_secure = |name: &str| {
        file.is_some_and(|file| {
            let mut inputs = file.nodes.iter().filter_map(|node| node.kind.input());
            inputs.any(|input| input.secure && input.variable == name)
        })
    };
    let shown = |name: &String, value: &BotValue| {
        let secure = is_secure(name);
        TryVariable {
            name: name.clone(),
            value: if secure {
                String::new()
            } else {
                value_words(value)
            },
            secure,
        }
    };
    let variables = frame.variables.iter();
    variables.map(|(name, value)| shown(name, value)).collect()
}

/// A value with what is in a row; names that begin with `_` are Tern's own.
fn value_words(value: &BotValue) -> String {
    match value {
        BotValue::Row(row) => {
            let columns = row.iter().filter(|(name, _)| !name.starts_with('_'));
            let words: Vec<_> = columns
                .map(|(name, value)| format!("{name}: {}", value_words(value)))
                .collect();
            words.join("\n")
        }
        BotValue::List(values) => {
            let words: Vec<_> = values.iter().map(value_words).collect();
            words.join("\n")
        }
        other => other.to_text(),
    }
}

/// What happened besides texts, and whether it deserves a second look.
fn note(topics: &TopicSet, event: &TrialEvent) -> Option<(String, bool)> {
    let plain = |text: String| Some((text, false));
    let warning = |text: String| Some((text, true));
    match event {
        TrialEvent::Reply { .. } => None,
        TrialEvent::PauseOver => plain("The pause is over.".to_owned()),
        TrialEvent::Silence => plain("Nobody wrote for so long that it counts.".to_owned()),
        TrialEvent::LookedUp(None) => warning("The table could not be read.".to_owned()),
        TrialEvent::LookedUp(Some(0)) => plain("No row was found.".to_owned()),
        TrialEvent::LookedUp(Some(1)) => plain("One row was found.".to_owned()),
        TrialEvent::LookedUp(Some(count)) => plain(format!("{count} rows were found.")),
        TrialEvent::Effect(effect) => match effect {
            BotEffect::LookUp { query, .. } => {
                let matching: Vec<_> = query
                    .matching
                    .iter()
                    .map(|(column, value)| format!("{column} = {}", value.to_text()))
                    .collect();
                let table = table_name(topics, &query.table);
                plain(if matching.is_empty() {
                    format!("Looks in {table}.")
                } else {
                    format!("Looks in {table} for {}.", matching.join(", "))
                })
            }
            BotEffect::Save { write, .. } => {
                let values: Vec<_> = write
                    .values
                    .iter()
                    .map(|(column, value)| format!("{column} = {}", value.to_text()))
                    .collect();
                let table = table_name(topics, &write.table);
                let does = if write.row.is_some() {
                    "Would change a row of"
                } else {
                    "Would add a row to"
                };
                plain(format!("{does} {table}: {}.", values.join(", ")))
            }
            BotEffect::Request { request, .. } => plain(format!("Asks {}.", request.host)),
            BotEffect::Verify { factor, .. } => plain(
                match factor {
                    None => "Wants to know who it is.",
                    Some(ProofFactor::Pin) => {
                        "The PIN is checked; whether it is right is told with the code."
                    }
                    Some(ProofFactor::Code) => "The code is checked.",
                }
                .to_owned(),
            ),
            BotEffect::Wait { .. } => plain("Pauses.".to_owned()),
            BotEffect::WatchSilence { .. } | BotEffect::Inspect { .. } => None,
            BotEffect::HandOver(context) => plain(hand_over(context.reason).to_owned()),
            BotEffect::AutopilotEnded { .. } => plain("The agent takes over again.".to_owned()),
            BotEffect::Command(command) => plain(command_words(*command).to_owned()),
            // Nothing waits for whoever tries a topic.
            BotEffect::NotificationShown { .. } | BotEffect::NotificationsSkipped { .. } => None,
            BotEffect::SecureAnswer { .. } => {
                plain("The answer is secure: it is kept nowhere.".to_owned())
            }
            BotEffect::End { reason } => {
                plain(format!("The conversation ends. {}", close_words(*reason)))
            }
            BotEffect::Fact(fact) => fact_note(fact),
        },
    }
}

fn fact_note(fact: &BotFact) -> Option<(String, bool)> {
    match fact {
        BotFact::TopicFailed { place, what } => Some((
            format!("“{}” failed at {}: {what}", place.topic, place.node),
            true,
        )),
        BotFact::NotUnderstood => Some(("No topic was found for these words.".to_owned(), true)),
        // The command said so already.
        BotFact::LeftUnanswered(Unanswered::CarrierKeyword) => None,
        BotFact::LeftUnanswered(why) => Some((unanswered(*why).to_owned(), false)),
        BotFact::TopicCompleted { topic, .. } => Some((format!("“{topic}” is complete."), false)),
        _ => None,
    }
}

fn table_name(topics: &TopicSet, name: &str) -> String {
    let table = topics.table(name);
    table.map_or_else(|| name.to_owned(), |table| table.display_name.clone())
}

const fn hand_over(reason: HandoverReason) -> &'static str {
    match reason {
        HandoverReason::Asked => "Wants to hand over: the customer asks for a person.",
        HandoverReason::Topic => "Wants to hand over: the topic says so.",
        HandoverReason::Error => "Wants to hand over: the topic failed.",
        HandoverReason::LateText => "Wants to hand over: the text came in too late for an answer.",
        HandoverReason::Restored => "Wants to hand over: a backup was restored.",
    }
}

const fn command_words(command: AppCommand) -> &'static str {
    match command {
        AppCommand::Notification => "Tells which notifications are on.",
        AppCommand::Start => "Notifications are on. The carrier answers this word itself.",
        AppCommand::Stop => {
            "The carrier blocks every further text and answers this word itself. Tern says nothing."
        }
        AppCommand::Logout => "Unlinks the customer's account.",
    }
}

const fn unanswered(why: Unanswered) -> &'static str {
    match why {
        Unanswered::Empty => "Left without an answer: neither words nor pictures.",
        Unanswered::Tapback => "Left without an answer: a thumb under a message is no text.",
        Unanswered::Unanswerable => "Left without an answer: this sender cannot be answered.",
        Unanswered::CarrierKeyword => {
            "Left without an answer: the carrier answers this word itself."
        }
        Unanswered::TooMany => "Left without an answer: too many texts at once.",
    }
}

/// One input in words, and whether it is what the customer wrote.
pub(crate) fn input(input: &BotInput) -> (String, bool) {
    let said = |said: &tern_domain::topic::Said| {
        let pictures = said.media.len();
        let text = said.text.as_str();
        let words = match (text.is_empty(), pictures) {
            (_, 0) => text.to_owned(),
            (true, 1) => "A picture".to_owned(),
            (true, count) => format!("{count} pictures"),
            (false, 1) => format!("{text}\nA picture"),
            (false, count) => format!("{text}\n{count} pictures"),
        };
        (words, true)
    };
    let words = |text: &str| (text.to_owned(), false);
    match input {
        BotInput::Begin { first } => said(first),
        BotInput::Said(text) => said(text),
        BotInput::StartAt { node: None, .. } => words("The topic starts."),
        BotInput::StartAt {
            node: Some(node), ..
        } => (format!("The topic starts at {node}."), false),
        BotInput::OfferWaiting => words("Notifications that wait are offered."),
        BotInput::LookedUp { rows: None, .. } => words("The table cannot be read."),
        BotInput::LookedUp {
            rows: Some(rows), ..
        } => match rows.len() {
            0 => words("No row is found."),
            1 => words("One row is found."),
            count => (format!("{count} rows are found."), false),
        },
        BotInput::Saved { row: Some(_), .. } => words("The row is written."),
        BotInput::Saved { row: None, .. } => words("The row cannot be written."),
        BotInput::Requested { body: Some(_), .. } => words("The other system answers."),
        BotInput::Requested { body: None, .. } => words("The other system does not answer."),
        BotInput::Verified { outcome, .. } => words(match outcome {
            ProofOutcome::Asks => "Who it is can be proved.",
            ProofOutcome::Heard => "The PIN was heard.",
            ProofOutcome::Verified => "Who it is was proved.",
            ProofOutcome::Failed => "Who it is was not proved.",
            ProofOutcome::Locked => "There were too many wrong tries.",
            ProofOutcome::Expired => "The code was too old.",
            ProofOutcome::TooOften => "There were too many codes within an hour.",
        }),
        BotInput::Unverified => words("Who it is does not count as proved any more."),
        BotInput::StartProved { .. } => {
            words("A topic starts for somebody who proves who they are.")
        }
        BotInput::PauseOver { .. } => words("The pause is over."),
        BotInput::Inspected { media: Some(_), .. } => words("The picture is looked at."),
        BotInput::Inspected { media: None, .. } => words("The picture cannot be fetched."),
        BotInput::Silence => words("Nobody writes for a long time."),
        BotInput::HandedOver => words("It goes to a queue."),
        BotInput::HandOverRefused { .. } => words("Nobody is there."),
        BotInput::AgentAccepted => words("An agent takes it."),
        BotInput::HandedBack => words("The agent gives it back."),
        BotInput::AutopilotBegin { .. } => words("An agent starts the topic."),
        BotInput::AutopilotStop => words("The agent stops the topic."),
        BotInput::Closed => words("The conversation is closed."),
    }
}

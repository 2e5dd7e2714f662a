//! Texts, notes and events as lines of an export: who, when, and what may be said.

use jiff::Timestamp;
use tern_archive::{Attached, From, Line, LogContent, LogEntry, event_line};
use tern_domain::desk::Note;
use tern_domain::mood::{Mood, mood_of};
use tern_domain::transcript::{Speaker, Transcript};
use tern_domain::{Author, Direction, EventBody, UtcMillis, timeline_words};
use tern_store::{MediaRow, MediaState, MessageRow, StoredEvent};

use super::ExportPlan;
use super::source::{Item, Whose};
use crate::view::media::{ending, is_here};
use crate::view::{conversation, person};

/// A piece as a line; `None` for one that does not belong in the transcript.
pub(super) fn line(plan: &ExportPlan, whose: &Whose, item: &Item) -> Option<Line> {
    match item {
        Item::Text(text) => text_line(plan, whose, text),
        Item::Note(note) => plan
            .transcript
            .has(Speaker::Private)
            .then(|| note_line(plan, whose, note)),
        Item::Event(event) => plan
            .transcript
            .has(Speaker::System)
            .then(|| happened(plan, whose, event))
            .flatten(),
    }
}

fn blank(plan: &ExportPlan, whose: &Whose, at: UtcMillis, from: From, name: String) -> Line {
    let instant = Timestamp::from_millisecond(at.0).unwrap_or_default();
    let local = instant.to_zoned(plan.zone.clone());
    Line {
        at: instant.to_string(),
        day: local.strftime("%A %-d %B %Y").to_string(),
        clock: local.strftime("%H:%M:%S").to_string(),
        requester: whose.row.key.requester.as_str().to_owned(),
        provider: whose.row.key.provider.as_str().to_owned(),
        from,
        name,
        body: String::new(),
        removed: false,
        masked: false,
        mood: None,
        status: String::new(),
        sid: None,
        id: None,
        attached: Vec::new(),
    }
}

fn text_line(plan: &ExportPlan, whose: &Whose, text: &MessageRow) -> Option<Line> {
    let (speaker, from, name) = match (text.direction, text.author) {
        (Direction::Inbound, _) => {
            let name = conversation::requester(&whose.row);
            (Speaker::Requester, From::Requester, name)
        }
        (Direction::Outbound, Some(Author::Agent(agent))) => {
            (Speaker::Agent, From::Agent, plan.name_of(agent))
        }
        (Direction::Outbound, Some(Author::VirtualAgent)) => {
            let name = Author::VIRTUAL_AGENT.to_owned();
            (Speaker::VirtualAgent, From::VirtualAgent, name)
        }
        // Of another system: somebody of the team answered there.
        (Direction::Outbound, None) if text.imported.is_some() => {
            let name = text.imported.clone().filter(|name| !name.is_empty());
            (
                Speaker::Agent,
                From::Team,
                name.unwrap_or_else(|| "Team".to_owned()),
            )
        }
        (Direction::Outbound, None) => (Speaker::System, From::Team, "Team".to_owned()),
    };
    if !plan.transcript.has(speaker) {
        return None;
    }
    let is_internal = plan.transcript == Transcript::Internal;
    let body = text.body.as_str();
    let mood = (is_internal && speaker == Speaker::Requester && !text.redacted)
        .then(|| mood_of([body]))
        .flatten();
    Some(Line {
        body: if text.redacted {
            String::new()
        } else {
            body.to_owned()
        },
        removed: text.redacted,
        masked: !text.masked.is_empty() && !text.redacted,
        mood: mood.map(mood_words),
        status: text.status.as_str().to_owned(),
        sid: text.sid.as_ref().map(ToString::to_string),
        id: Some(text.message_id.to_string()),
        attached: attached(plan, text),
        ..blank(plan, whose, text.at, from, name)
    })
}

fn mood_words(mood: Mood) -> String {
    match mood {
        Mood::Upset => "seems upset",
        Mood::Neutral => "seems neutral",
        Mood::Pleased => "seems pleased",
    }
    .to_owned()
}

fn attached(plan: &ExportPlan, text: &MessageRow) -> Vec<Attached> {
    if text.redacted {
        return Vec::new();
    }
    let mut all: Vec<Attached> = (0..text.media_count)
        .map(|number| {
            let medium = text.media.iter().find(|it| it.ordinal == number);
            let file = medium
                .filter(|it| plan.pictures && is_here(it))
                .map(|it| media_name(text, it));
            let is_picture = medium.is_some_and(|it| it.state == MediaState::Image);
            Attached {
                words: format!(
                    "{} {}",
                    if is_picture { "picture" } else { "file" },
                    number + 1
                ),
                file,
                is_picture,
            }
        })
        .collect();
    all.extend(text.linked.iter().map(|linked| Attached {
        words: match linked.alt_text.as_str() {
            "" => linked.url.clone(),
            words => format!("{words} ({})", linked.url),
        },
        file: None,
        is_picture: false,
    }));
    all
}

/// Its name in the export. Nothing in it comes from whoever sent it.
pub(super) fn media_name(text: &MessageRow, medium: &MediaRow) -> String {
    let (id, number, ending) = (text.message_id, medium.ordinal + 1, ending(medium));
    format!("media/{id}-{number}.{ending}")
}

fn note_line(plan: &ExportPlan, whose: &Whose, note: &Note) -> Line {
    let mut name = plan.name_of(note.author);
    if !note.whispered_to.is_empty() {
        let to: Vec<_> = note
            .whispered_to
            .iter()
            .map(|agent| plan.name_of(*agent))
            .collect();
        name = format!("{name} to {}", to.join(", "));
    }
    Line {
        body: note.body.as_str().to_owned(),
        id: Some(note.id.to_string()),
        ..blank(plan, whose, note.at, From::Private, name)
    }
}

/// The timeline says that a note was written; the note itself is here already.
fn happened(plan: &ExportPlan, whose: &Whose, stored: &StoredEvent) -> Option<Line> {
    let event = &stored.event;
    if matches!(
        event.body,
        EventBody::NoteWritten { .. } | EventBody::NoteEdited { .. } | EventBody::Whispered { .. }
    ) || !event.body.is_news()
    {
        return None;
    }
    let words = timeline_words(
        &event.body,
        &event.actor,
        &|agent| plan.name_of(agent),
        &|id| person::name_in(&whose.people, id),
        &|topic| plan.topics.get(topic).cloned(),
    );
    Some(Line {
        body: words.text,
        ..blank(plan, whose, event.at, From::Event, words.actor)
    })
}

/// An event of the log: with what it says for the team, by its hash alone for others.
pub(super) fn log_entry(plan: &ExportPlan, stored: &StoredEvent) -> LogEntry {
    let content = (plan.transcript == Transcript::Internal).then(|| LogContent {
        previous: stored
            .previous
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        id: stored.event.id.uuid().simple().to_string(),
        aggregate_kind: stored.aggregate_kind.clone(),
        aggregate_id: stored.aggregate_id.clone(),
        version: stored.version,
        actor: stored.actor.clone(),
        body: stored.body.clone(),
    });
    event_line(
        stored.event.sequence,
        stored.event.at.0,
        &stored.hash,
        content,
    )
}

//! What was before with a person (H-13), and transcripts to keep or to give out (H-12).

use jiff::tz::TimeZone;
use serde_json::json;
use tern_domain::desk::Note;
use tern_domain::transcript::{Speaker, Transcript, TranscriptLine};
use tern_domain::{
    Author, ConversationId, Direction, EventBody, MessagePosition, Millis, close_words,
    timeline_words,
};
use tern_store::{MessageRow, PastInteraction, ThreadAnchor};

use super::desk::zoned;
use super::inbox::topic_titles;
use crate::app::App;
use crate::dto::{
    ConversationRef, ExportTranscript, PastConversation, TranscriptFile, TranscriptFormat,
    TranscriptKind,
};
use crate::error::ApiError;
use crate::view::conversation::{interaction_state, requester};
use crate::view::message::Beholder;
use crate::view::person;
use crate::words;

/// Past conversations shown (H-13).
const MOST_PAST: u32 = 25;
/// How much older than its interaction an opening text may be.
const OPENED_AFTER_TEXT: Millis = Millis::minutes(1);
/// Texts read at once.
const PAGE: u32 = 500;
/// Most lines of events in a transcript.
const MOST_EVENTS: u32 = 500;

impl App {
    /// Earlier conversations with the same person on the same channel, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn history(
        &self,
        request: ConversationRef,
    ) -> Result<Vec<PastConversation>, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let past = desk
            .store
            .read(move |conn| {
                let key = conn.load_conversation(id)?.key;
                conn.list_past_interactions(&key.requester, key.channel, MOST_PAST)?
                    .into_iter()
                    .map(|past| {
                        // The text that opened it is a little older than the opening.
                        let since = past.interaction.opened_at - OPENED_AFTER_TEXT;
                        let first = conn.find_position_at(past.conversation_id, since)?;
                        Ok((past, first))
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        Ok(past
            .into_iter()
            .map(|(past, first)| view(past, first, &beholder))
            .collect())
    }

    /// A conversation as a file.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn export_transcript(
        &self,
        request: ExportTranscript,
    ) -> Result<TranscriptFile, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let (row, texts, notes, events, names, titles) = desk
            .store
            .read(move |conn| {
                let row = conn.load_conversation(id)?;
                let mut texts = Vec::new();
                let mut anchor = ThreadAnchor::After(MessagePosition(i64::MIN));
                loop {
                    let page = conn.list_messages(id, anchor, PAGE)?;
                    let last = page.messages.last().map(|text| text.position);
                    texts.extend(page.messages);
                    match last {
                        Some(last) if page.has_newer => anchor = ThreadAnchor::After(last),
                        _ => break,
                    }
                }
                let events = conn.list_timeline(id, None, MOST_EVENTS)?;
                let names = person::names_in(conn, &events)?;
                let titles = topic_titles(conn, &events)?;
                Ok((row, texts, conn.list_notes(id)?, events, names, titles))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        let kind = match request.kind {
            TranscriptKind::Internal => Transcript::Internal,
            TranscriptKind::External => Transcript::External,
        };
        let mut lines: Vec<_> = texts
            .iter()
            .map(|text| text_line(text, &beholder))
            .collect();
        lines.extend(notes.iter().map(|note| TranscriptLine {
            at: note.at,
            speaker: Speaker::Private,
            name: private_name(note, &beholder),
            body: note.body.as_str().to_owned(),
            media: Vec::new(),
        }));
        // The timeline says that a note was written; the note itself is here already.
        let events = events.iter().rev().filter(|event| {
            !matches!(
                event.body,
                EventBody::NoteWritten { .. }
                    | EventBody::NoteEdited { .. }
                    | EventBody::Whispered { .. }
            )
        });
        lines.extend(events.map(|event| {
            let words = timeline_words(
                &event.body,
                &event.actor,
                &|agent| beholder.name_of(agent),
                &|id| person::name_in(&names, id),
                &|topic| titles.get(topic).cloned(),
            );
            TranscriptLine {
                at: event.at,
                speaker: Speaker::System,
                name: words.actor,
                body: words.text,
                media: Vec::new(),
            }
        }));
        let today = zoned(desk.now()).strftime("%Y-%m-%d").to_string();
        let heading = format!(
            "{} with {}",
            requester(&row),
            row.key.provider.display_international()
        );
        let stem = match kind {
            Transcript::Internal => "internal",
            Transcript::External => "conversation",
        };
        Ok(match request.format {
            TranscriptFormat::Text => TranscriptFile {
                file_name: format!("tern-{stem}-{today}-{}.txt", id.0),
                content_type: "text/plain".to_owned(),
                content: kind.text(&heading, lines, &TimeZone::system()),
            },
            TranscriptFormat::Json => TranscriptFile {
                file_name: format!("tern-{stem}-{today}-{}.json", id.0),
                content_type: "application/json".to_owned(),
                content: json!({
                    "transcript": kind,
                    "requester": row.key.requester.as_str(),
                    "provider_number": row.key.provider.as_str(),
                    "lines": kind.lines(lines),
                })
                .to_string(),
            },
        })
    }
}

fn view(
    past: PastInteraction,
    first: Option<MessagePosition>,
    beholder: &Beholder,
) -> PastConversation {
    let interaction = past.interaction;
    PastConversation {
        interaction_id: interaction.id.to_string(),
        conversation_id: past.conversation_id.0,
        provider_display: interaction.key.provider.display_international(),
        state: interaction_state(interaction.state),
        reason: interaction.state_reason.map_or("", close_words).to_owned(),
        opened_at: interaction.opened_at.0,
        closed_at: interaction.closed_at.map(|at| at.0),
        agents: interaction
            .live_group
            .iter()
            .map(|agent| beholder.name_of(*agent))
            .collect(),
        first_position: first.map(|position| position.0),
    }
}

/// Whose private words, and for whom, where they were whispered.
fn private_name(note: &Note, beholder: &Beholder) -> String {
    let author = beholder.name_of(note.author);
    if note.whispered_to.is_empty() {
        return author;
    }
    let listeners: Vec<_> = note
        .whispered_to
        .iter()
        .map(|agent| beholder.name_of(*agent))
        .collect();
    format!("{author} to {}", listeners.join(", "))
}

fn text_line(text: &MessageRow, beholder: &Beholder) -> TranscriptLine {
    let (speaker, name) = match (text.direction, text.author) {
        (Direction::Inbound, _) => (Speaker::Requester, "Customer".to_owned()),
        (Direction::Outbound, Some(Author::Agent(agent))) => {
            (Speaker::Agent, beholder.name_of(agent))
        }
        (Direction::Outbound, Some(Author::VirtualAgent)) => {
            (Speaker::VirtualAgent, Author::VIRTUAL_AGENT.to_owned())
        }
        (Direction::Outbound, None) => (Speaker::System, "Team".to_owned()),
    };
    let body = if text.redacted {
        "(removed)".to_owned()
    } else {
        text.body.as_str().to_owned()
    };
    TranscriptLine {
        at: text.at,
        speaker,
        name,
        body,
        media: (1..=text.media_count)
            .map(|number| format!("picture {number}"))
            .collect(),
    }
}

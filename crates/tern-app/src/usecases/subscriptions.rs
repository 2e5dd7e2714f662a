//! What somebody wants to get, and the record of consent: reading it, answering for it, taking it along.

use jiff::Timestamp;
use serde_json::json;
use tern_domain::subscription::{Consent, StopQuestion, plan_stop_answer, stop_question};
use tern_domain::{ConversationId, MessageId, PersonId};
use tern_engine::EdgeIds;
use tern_store::{ReadConn, StoreError};

use super::desk::zoned;
use super::people::parse_person;
use crate::app::App;
use crate::dto::{
    AnswerStopQuestion, ConsentRow, ConsentsOf, ConversationRef, ConversationView, ExportConsents,
    StopQuestionView, SubscriptionView, TranscriptFile, TranscriptFormat,
};
use crate::error::ApiError;
use crate::view::consent;
use crate::view::message::Beholder;
use crate::words;

/// Lines beside a conversation.
const SHOWN: u32 = 50;
/// Lines of a conversation in a file.
const EXPORTED: u32 = 10_000;

/// A line of the record with the text that said it.
struct Line {
    consent: Consent,
    conversation: ConversationId,
    text: String,
    position: Option<i64>,
}

impl App {
    /// Whether the requester gets texts and notifications, and since when.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn subscription_view(
        &self,
        request: ConversationRef,
    ) -> Result<SubscriptionView, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let (state, lines) = desk
            .store
            .read(move |conn| {
                let key = conn.load_conversation(id)?.key;
                let state = conn.load_conversation_state(&key, None)?;
                Ok((state, lines_of(conn, id, SHOWN)?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        let consents: Vec<_> = lines.iter().map(|line| line.consent.clone()).collect();
        let is_blocked = state.opt_out.is_in_force();
        let is_on = state.is_linked && state.subscription.is_some_and(|it| it.is_on);
        let may_unlock =
            is_blocked && matches!(stop_question(&consents), Some(StopQuestion::SaidYes { .. }));
        let person = state
            .profile
            .as_ref()
            .and_then(|profile| profile.standing.bound_to);
        Ok(SubscriptionView {
            person_id: person.map(|id| id.to_string()),
            is_linked: state.is_linked,
            notifications: is_on,
            notifications_words: consent::notifications(state.is_linked, is_on, is_blocked)
                .to_owned(),
            blocked_since: state.opt_out.in_force_since().map(|at| at.0),
            texts_words: consent::texts(is_blocked, &consents, &beholder),
            may_unlock,
            history: lines.iter().map(|line| row(line, &beholder)).collect(),
        })
    }

    /// Says what a text meant that is almost STOP, or takes back what an agent said.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when nobody has to say it any more.
    pub async fn answer_stop_question(
        &self,
        request: AnswerStopQuestion,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let (id, agent, clock) = (
            ConversationId(request.conversation_id),
            desk.agent(),
            desk.clock(),
        );
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state(&key, None)?;
                let question = stop_question(&tx.list_consents(id, SHOWN)?);
                let ids = &mut EdgeIds::new(&*clock);
                let who = (agent, clock.now());
                Ok(
                    match plan_stop_answer(&state, question, request.wants_to_stop, who, ids) {
                        Ok(plan) => Ok(tx.apply(&plan)?),
                        Err(refusal) => Err(refusal),
                    },
                )
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::stop_refusal(&refusal))?;
        self.announce(&desk, applied);
        self.conversation(ConversationRef {
            conversation_id: request.conversation_id,
        })
        .await
    }

    /// The record of consent, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn consent_history(&self, request: ConsentsOf) -> Result<Vec<ConsentRow>, ApiError> {
        let (lines, beholder) = self.consent_lines(&request).await?;
        Ok(lines.iter().map(|line| row(line, &beholder)).collect())
    }

    /// The record of consent as a file.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn export_consents(
        &self,
        request: ExportConsents,
    ) -> Result<TranscriptFile, ApiError> {
        let today = zoned(self.desk()?.now()).strftime("%Y-%m-%d").to_string();
        let (lines, beholder) = self.consent_lines(&request.of).await?;
        Ok(match request.format {
            TranscriptFormat::Text => TranscriptFile {
                file_name: format!("tern-consent-{today}.csv"),
                content_type: "text/csv".to_owned(),
                content: table(&lines, &beholder),
            },
            TranscriptFormat::Json => TranscriptFile {
                file_name: format!("tern-consent-{today}.json"),
                content_type: "application/json".to_owned(),
                content: json!({
                    "consents": lines.iter().map(|line| json!({
                        "at": instant(line),
                        "requester": line.consent.key.requester.as_str(),
                        "provider_number": line.consent.key.provider.as_str(),
                        "change": line.consent.change,
                        "what": consent::what(line.consent.change),
                        "who": consent::who(line.consent.by, &beholder),
                        "message": line.consent.message_id.map(|id| id.to_string()),
                        "text": line.text,
                    })).collect::<Vec<_>>(),
                })
                .to_string(),
            },
        })
    }

    async fn consent_lines(&self, of: &ConsentsOf) -> Result<(Vec<Line>, Beholder), ApiError> {
        let desk = self.desk()?;
        let person = match of {
            ConsentsOf::Person { person_id } => Some(parse_person(person_id)?),
            ConsentsOf::Conversation { .. } => None,
        };
        let conversation = match of {
            ConsentsOf::Conversation { conversation_id } => Some(ConversationId(*conversation_id)),
            ConsentsOf::Person { .. } => None,
        };
        let lines = desk
            .store
            .read(move |conn| {
                let mut lines = Vec::new();
                if let Some(conversation) = conversation {
                    lines.extend(lines_of(conn, conversation, EXPORTED)?);
                }
                if let Some(person) = person {
                    for conversation in conversations_of(conn, person)? {
                        lines.extend(lines_of(conn, conversation, EXPORTED)?);
                    }
                    lines.sort_by_key(|line| std::cmp::Reverse(line.consent.at));
                }
                Ok(lines)
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok((lines, self.beholder(&desk).await?))
    }
}

/// What agents said, or have to say, about a text that is almost STOP.
#[derive(Default)]
pub(super) struct StopHere {
    pub(super) question: Option<StopQuestionView>,
    /// An agent locked the composer; an agent can unlock it.
    pub(super) locked_by_agent: bool,
}

pub(super) fn stop_here(conn: &ReadConn<'_>, id: ConversationId) -> Result<StopHere, StoreError> {
    Ok(match stop_question(&conn.list_consents(id, SHOWN)?) {
        Some(StopQuestion::Open { message_id, at }) => {
            let (text, position) = text_of(conn, Some(message_id))?;
            StopHere {
                question: Some(StopQuestionView {
                    at: at.0,
                    text,
                    position,
                }),
                locked_by_agent: false,
            }
        }
        Some(StopQuestion::SaidYes { .. }) => StopHere {
            question: None,
            locked_by_agent: true,
        },
        None => StopHere::default(),
    })
}

/// Everything that was exchanged with a person's numbers.
fn conversations_of(
    conn: &ReadConn<'_>,
    person: PersonId,
) -> Result<Vec<ConversationId>, StoreError> {
    conn.find_person(person)?
        .ok_or(StoreError::NotFound { what: "person" })?;
    let mut found = Vec::new();
    for profile in conn.list_profiles_of(person)? {
        found.extend(conn.list_conversations_with(profile.channel, &profile.address)?);
    }
    Ok(found)
}

fn lines_of(
    conn: &ReadConn<'_>,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<Line>, StoreError> {
    conn.list_consents(conversation, limit)?
        .into_iter()
        .map(|consent| {
            let (text, position) = text_of(conn, consent.message_id)?;
            Ok(Line {
                consent,
                conversation,
                text,
                position,
            })
        })
        .collect()
}

fn text_of(
    conn: &ReadConn<'_>,
    message: Option<MessageId>,
) -> Result<(String, Option<i64>), StoreError> {
    let Some(message) = message else {
        return Ok((String::new(), None));
    };
    Ok(match conn.find_message(message)? {
        Some(text) if text.redacted => ("(removed)".to_owned(), Some(text.position.0)),
        Some(text) => (text.body.into_string(), Some(text.position.0)),
        None => (String::new(), None),
    })
}

fn row(line: &Line, beholder: &Beholder) -> ConsentRow {
    ConsentRow {
        at: line.consent.at.0,
        what: consent::what(line.consent.change),
        who: consent::who(line.consent.by, beholder),
        conversation_id: line.conversation.0,
        provider_display: line.consent.key.provider.display_international(),
        text: line.text.clone(),
        position: line.position,
    }
}

fn instant(line: &Line) -> String {
    Timestamp::from_millisecond(line.consent.at.0)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

/// A table for a spreadsheet. What could be taken for a formula there gets an apostrophe.
fn table(lines: &[Line], beholder: &Beholder) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["at", "requester", "our number", "what", "who", "text"];
    let mut write = |cells: [&str; 6]| writer.write_record(cells.map(harmless));
    // Writing into memory does not fail; whatever is missing then is seen in the file.
    let mut written = write(head);
    for line in lines {
        written = written.and_then(|()| {
            write([
                &instant(line),
                line.consent.key.requester.as_str(),
                line.consent.key.provider.as_str(),
                &consent::what(line.consent.change),
                &consent::who(line.consent.by, beholder),
                &line.text,
            ])
        });
    }
    if let Err(error) = written {
        tracing::error!(%error, "the record of consent could not be written as a table");
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn harmless(cell: &str) -> String {
    // A number's plus sign is kept: it is followed by digits alone.
    let is_number = cell
        .strip_prefix('+')
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_a_customer_wrote_is_no_formula_in_a_spreadsheet() {
        for formula in ["=1+1", "@sum", "-2", "+1+1", "\tx"] {
            assert!(harmless(formula).starts_with('\''), "{formula}");
        }
        for plain in ["+14155550101", "stop please", ""] {
            assert_eq!(harmless(plain), plain);
        }
    }
}

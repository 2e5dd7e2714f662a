//! Trying a draft on a handset beside its canvas: nothing is written, sent or kept.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use tern_domain::bot::{Surroundings, known_facts};
use tern_domain::topic::{
    BotInput, BotValue, Finding, Phase, Said, SaidMedia, Severity, TopicFile, TopicSet, Trial,
};
use tern_domain::verification::ProofOutcome;
use tern_domain::{Address, ConversationKey, IdSource as _, MessageText, PhoneNumber, UtcMillis};
use tern_engine::EdgeIds;
use tern_store::ReadConn;

use super::topics::read_topics;
use crate::app::App;
use crate::dto::{TryFacts, TryInput, TryProof, TryTopic, TryTurn};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::view::topic_try;
use crate::words;

/// Longest session that is taken back, in bytes: a conversation of hours.
const LONGEST_SESSION: usize = 8_000_000;
/// Who writes if the trial does not say: a number that is reserved for fiction.
const CUSTOMER_NUMBER: &str = "+12025550123";
/// Whom they write to while there is no number of ours.
const OUR_NUMBER: &str = "+12025550100";

impl App {
    /// Gives a draft one input.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a draft that cannot run, with what has to change first.
    pub async fn try_topic(&self, request: TryTopic) -> Result<TryTurn, ApiError> {
        let desk = self.desk()?;
        let draft = read_draft(&request.file)?;
        let at = UtcMillis(request.at);
        let known = facts_of(&desk, &request.facts, at);
        let mut trial = match &request.session {
            Some(session) => read_session(session)?,
            None => Trial::new(new_seed(&desk), known.clone(), at),
        };
        trial.proof = match request.facts.proof {
            TryProof::Verified => ProofOutcome::Verified,
            TryProof::Failed => ProofOutcome::Failed,
            TryProof::Locked => ProofOutcome::Locked,
        };
        let input = read_input(request.input, &trial, &draft)?;
        let carrier_note = match &input {
            Some(BotInput::Begin { first: said } | BotInput::Said(said)) => {
                topic_try::carrier_note(said.text.as_str())
            }
            _ => None,
        };
        desk.store
            .read(move |conn| {
                let topics = match topics_with(conn, draft)? {
                    Ok(topics) => topics,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let mut rows = |query: &_| conn.find_rows(query).ok();
                let events = match input {
                    Some(input) => trial.take(&topics, input, at, &known, &mut rows),
                    None => trial.advance(&topics, at, &known, &mut rows),
                };
                let session = serde_json::to_string(&trial).unwrap_or_default();
                let mut turn = topic_try::turn(&topics, &trial, session, &events);
                turn.notes.splice(0..0, carrier_note);
                Ok(Ok(turn))
            })
            .await
            .map_err(|error| words::store(&error))?
    }
}

/// A draft.
pub(super) fn read_draft(file: &str) -> Result<TopicFile, ApiError> {
    TopicFile::read(file)
        .map_err(|problem| ApiError::new(ErrorCode::InvalidInput, problem.to_string(), ""))
}

/// A trial as it was handed out.
pub(super) fn read_session(session: &str) -> Result<Trial, ApiError> {
    if session.len() > LONGEST_SESSION {
        return Err(ApiError::new(
            ErrorCode::InvalidInput,
            "This trial has become too long.",
            "Start again.",
        ));
    }
    serde_json::from_str(session).map_err(|_| ApiError::bad_request("the session is malformed"))
}

/// The draft among everything that is published; what keeps it from running, otherwise.
pub(super) fn topics_with(
    conn: &ReadConn<'_>,
    draft: TopicFile,
) -> Result<Result<TopicSet, ApiError>, tern_store::StoreError> {
    let topics = read_topics(conn)?;
    let set = topics.shelf.trial_set(draft);
    Ok(set.map_err(|findings| cannot_run(&findings)))
}

fn cannot_run(findings: &[Finding]) -> ApiError {
    let error = findings.iter().find(|it| it.severity == Severity::Error);
    let (what, fix) = error.map_or(("", ""), |it| (it.what.as_str(), it.fix.as_str()));
    ApiError::new(
        ErrorCode::InvalidInput,
        format!("This draft cannot run yet. {what}"),
        fix,
    )
}

/// What is known about the conversation that is tried.
fn facts_of(desk: &Desk, facts: &TryFacts, at: UtcMillis) -> BTreeMap<String, BotValue> {
    let link = desk.link();
    let own = link.numbers.first();
    let provider = own.map(|own| own.number.clone());
    let Some(provider) = provider.or_else(|| PhoneNumber::parse(OUR_NUMBER).ok()) else {
        return BTreeMap::new();
    };
    let number = match facts.customer_number.trim() {
        "" => CUSTOMER_NUMBER,
        number => number,
    };
    known_facts(&Surroundings {
        key: &ConversationKey::sms(Address::parse(number), provider),
        customer_name: &facts.customer_name,
        our_name: own.map_or("", |own| own.name.as_str()),
        now: at,
        zone: TimeZone::system(),
        open_now: facts.open_now,
        agent_there: facts.agent_there,
    })
}

/// Chooses alternates, so that not every trial is the same.
pub(super) fn new_seed(desk: &Desk) -> u64 {
    EdgeIds::new(&*desk.clock()).uuid().as_u64_pair().1
}

/// An input as the rules take it; `None` if only time passes.
fn read_input(
    input: TryInput,
    trial: &Trial,
    draft: &TopicFile,
) -> Result<Option<BotInput>, ApiError> {
    Ok(Some(match input {
        TryInput::Begin { text, media } => BotInput::Begin {
            first: said(text, media),
        },
        TryInput::Said { text, media } if trial.session.phase == Phase::New => BotInput::Begin {
            first: said(text, media),
        },
        TryInput::Said { text, media } => BotInput::Said(said(text, media)),
        TryInput::StartAt { node, variables } => BotInput::StartAt {
            topic: draft.name.clone(),
            node,
            variables: variables
                .into_iter()
                .map(|(name, value)| (name, BotValue::Text(value)))
                .collect(),
        },
        TryInput::Time => return Ok(None),
        TryInput::Answered { body } => {
            let body = body.as_deref().map(serde_json::from_str).transpose();
            BotInput::Requested {
                ticket: trial.open_request().map_or(0, |(ticket, _)| ticket),
                body: body.map_err(|error| {
                    ApiError::new(
                        ErrorCode::InvalidInput,
                        format!("The answer is not readable as JSON: {error}."),
                        "",
                    )
                })?,
            }
        }
        TryInput::HandedOver => BotInput::HandedOver,
        TryInput::HandOverRefused => BotInput::HandOverRefused { words: None },
        TryInput::AgentAccepts => BotInput::AgentAccepted,
        TryInput::HandedBack => BotInput::HandedBack,
    }))
}

pub(super) fn said(text: String, media: Vec<String>) -> Said {
    let media = media.into_iter().enumerate();
    Said {
        text: MessageText::new(text),
        media: media
            .map(|(index, content_type)| SaidMedia {
                address: format!("picture-{}", index + 1),
                content_type,
            })
            .collect(),
        ..Said::default()
    }
}

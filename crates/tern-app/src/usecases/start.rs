//! Writing to somebody first: the new-message dialog's answers, and its one text (A-1 … A-16, P-15, P-16).

use tern_domain::schedule::UndoHold;
use tern_domain::{
    Address, ConversationKey, MessageText, OutgoingText, PersonId, PhoneError, PhoneNumber,
    Recipient, RecipientSource, SendContext, SendRefusal, cannot_send, other_owner, plan_send_to,
    recipient_choices, taken_over_from,
};
use tern_engine::EdgeIds;
use tern_store::{Applied, ReadConn, StoreError};

use super::inbox::known_numbers;
use super::people::{found, parse_person};
use super::send::{find_message, parse_id};
use crate::app::App;
use crate::dto::{
    ComposeTo, ComposeView, ConversationStarted, ExistingConversation, RecipientChoiceView,
    StartConversation,
};
use crate::error::ApiError;
use crate::line::Desk;
use crate::view::{conversation, message, person};
use crate::words;

/// People offered while typing.
const MOST_PEOPLE: u32 = 8;
/// Fewer digits than this may still become a number.
const SHORTEST_NUMBER: usize = 7;

/// What was typed, as a number.
enum Typed {
    Number(PhoneNumber),
    NotYet,
    Never(PhoneError),
}

impl App {
    /// What the new-message dialog shows next.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound) for a person who has left the directory.
    pub async fn compose_to(&self, request: ComposeTo) -> Result<ComposeView, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let link = desk.link();
        let senders: Vec<_> = link
            .numbers
            .iter()
            .map(crate::line::OwnNumber::view)
            .collect();
        let sender = match (&request.provider_number, link.phone_numbers().as_slice()) {
            (Some(chosen), _) => Some(own_number(&desk, chosen)?),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        };
        let chosen = request.person_id.as_deref().map(parse_person).transpose()?;
        let typed = match &request.number {
            Some(number) => Typed::Number(
                PhoneNumber::parse(number)
                    .map_err(|_| ApiError::bad_request("the number is malformed"))?,
            ),
            None => {
                let typed = self.read_typed(&desk, &request.query, chosen).await?;
                if chosen.is_some() {
                    preferred(&desk, chosen, typed).await?
                } else {
                    typed
                }
            }
        };
        let (number, number_problem) = match typed {
            Typed::Number(number) => (Some(number), None),
            Typed::NotYet => (None, None),
            Typed::Never(error) => (None, Some(format!("This is {error}."))),
        };
        let (wanted, from, agent) = (number.clone(), sender.clone(), desk.agent());
        let query = request.query;
        let known = known_numbers_of(&link, from.as_ref());
        let answer = desk
            .store
            .read(move |conn| look(conn, &query, chosen, wanted, from, agent, &known))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(ComposeView {
            senders,
            sender: sender.map(|number| number.as_str().to_owned()),
            number_display: number
                .as_ref()
                .map(PhoneNumber::display_international)
                .unwrap_or_default(),
            number: number.map(|number| number.as_str().to_owned()),
            number_problem,
            takes_over_from: answer.takes_over_from.map(|agent| beholder.name_of(agent)),
            existing: answer
                .existing
                .map(|(row, assigned_to)| ExistingConversation {
                    row: conversation::row(&row, beholder.offline),
                    assigned_to: assigned_to.map(|agent| beholder.name_of(agent)),
                }),
            people: answer.people.iter().map(person::view).collect(),
            person: answer.person.as_ref().map(person::view),
            choices: answer.choices,
            known_as: answer.known_as.as_ref().map(person::view),
            moves_from: answer.moves_from.as_ref().map(person::view),
            cannot_send: answer
                .refusal
                .map(|refusal| words::send_refusal(&refusal).message),
        })
    }

    /// Sends the first text to a number, or the next one of a conversation that exists already.
    ///
    /// # Errors
    /// [`ErrorCode::NumberOfSomebodyElse`](crate::ErrorCode::NumberOfSomebodyElse) and [`ErrorCode::TakesOver`](crate::ErrorCode::TakesOver) without their confirmations, and
    /// whatever else the rules refuse; nothing is stored then (P-16).
    pub async fn start_conversation(
        &self,
        request: StartConversation,
    ) -> Result<ConversationStarted, ApiError> {
        let desk = self.desk()?;
        let message_id = parse_id(&request.message_id)?;
        let provider = own_number(&desk, &request.provider_number)?;
        let person = request.person_id.as_deref().map(parse_person).transpose()?;
        let number = match self.read_typed(&desk, &request.number, person).await? {
            Typed::Number(number) => number,
            Typed::NotYet => return Err(words::not_a_number(PhoneError::NotE164)),
            Typed::Never(error) => return Err(words::not_a_number(error)),
        };
        let key = ConversationKey::sms(Address::Phone(number), provider);
        self.refuse_screened_start(&desk, key.clone(), &request.body)
            .await?;
        let recipient = Recipient {
            person,
            move_number: request.move_number,
            take_over: request.take_over,
        };
        let settings = self.settings().await?;
        let undo_hold =
            UndoHold::seconds(u8::try_from(settings.undo_seconds).unwrap_or(UndoHold::MAX_SECONDS));
        let (agent, clock) = (desk.agent(), desk.clock());
        let numbers = known_numbers(&desk.link(), &key.provider);
        let text = OutgoingText {
            message_id,
            body: MessageText::new(request.body),
            media: Vec::new(),
        };
        let sent = desk
            .store
            .write(move |tx| {
                if let Some(person) = person {
                    found(tx.find_person(person)?)?;
                }
                let state = tx.load_conversation_state_for(&key, message_id)?;
                let ctx = SendContext {
                    now: clock.now(),
                    agent,
                    undo_hold,
                    provider_numbers: &numbers,
                    // the dialog showed the conversation and whose it is.
                    joins: true,
                };
                let ids = &mut EdgeIds::new(&*clock);
                let planned = plan_send_to(&state, &text, recipient, &ctx, ids);
                let applied: Applied = match planned {
                    Ok(plan) => tx.apply(&plan)?,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                Ok(Ok((applied, tx.ensure_conversation(&key)?)))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let (applied, conversation) = sent.map_err(|refusal| words::send_refusal(&refusal))?;
        self.announce(&desk, applied);
        let row = find_message(&desk, message_id).await?;
        Ok(ConversationStarted {
            conversation_id: conversation.0,
            message: message::view(&row, &self.beholder(&desk).await?),
        })
    }

    /// Reads a typed number in the chosen person's territory, else the default one (P-15).
    async fn read_typed(
        &self,
        desk: &Desk,
        text: &str,
        person: Option<PersonId>,
    ) -> Result<Typed, ApiError> {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let looks_like_a_name = text.chars().any(char::is_alphabetic);
        if digits == 0 || (looks_like_a_name && digits < SHORTEST_NUMBER) {
            return Ok(Typed::NotYet);
        }
        let default = self.default_territory(desk).await?;
        let territory = match person {
            None => None,
            Some(id) => desk
                .store
                .read(move |conn| conn.find_person(id))
                .await
                .map_err(|error| words::store(&error))?
                .and_then(|person| person.details.territory),
        };
        Ok(
            match PhoneNumber::from_typed(text, territory.unwrap_or(default)) {
                Ok(number) => Typed::Number(number),
                Err(PhoneError::NotOfTerritory) if digits < SHORTEST_NUMBER => Typed::NotYet,
                Err(error) => Typed::Never(error),
            },
        )
    }
}

/// a person who was chosen without a number is written to at their first one.
async fn preferred(desk: &Desk, person: Option<PersonId>, typed: Typed) -> Result<Typed, ApiError> {
    let (Some(id), Typed::NotYet) = (person, &typed) else {
        return Ok(typed);
    };
    let choices = desk
        .store
        .read(move |conn| {
            let person = found(conn.find_person(id)?)?;
            Ok(recipient_choices(
                &person.details,
                &conn.list_profiles_of(id)?,
            ))
        })
        .await
        .map_err(|error| words::store(&error))?;
    Ok(choices
        .into_iter()
        .next()
        .map_or(typed, |choice| Typed::Number(choice.number)))
}

fn known_numbers_of(link: &crate::line::Link, sender: Option<&PhoneNumber>) -> Vec<PhoneNumber> {
    sender.map_or_else(Vec::new, |sender| known_numbers(link, sender))
}

/// one of the team's numbers, also when it was entered by hand.
fn own_number(desk: &Desk, text: &str) -> Result<PhoneNumber, ApiError> {
    PhoneNumber::parse(text.trim())
        .ok()
        .filter(|number| desk.link().own(number).is_some())
        .ok_or_else(|| words::send_refusal(&SendRefusal::NumberNotConnected))
}

/// What the file has to say about the choices so far.
struct Looked {
    people: Vec<tern_domain::Person>,
    person: Option<tern_domain::Person>,
    choices: Vec<RecipientChoiceView>,
    known_as: Option<tern_domain::Person>,
    existing: Option<(tern_store::ConversationRow, Option<tern_domain::AgentId>)>,
    moves_from: Option<tern_domain::Person>,
    takes_over_from: Option<tern_domain::AgentId>,
    refusal: Option<SendRefusal>,
}

fn look(
    conn: &ReadConn<'_>,
    query: &str,
    chosen: Option<PersonId>,
    number: Option<PhoneNumber>,
    sender: Option<PhoneNumber>,
    agent: tern_domain::AgentId,
    known: &[PhoneNumber],
) -> Result<Looked, StoreError> {
    let has_content = query.chars().any(char::is_alphanumeric);
    let mut looked = Looked {
        people: if has_content && chosen.is_none() {
            conn.list_people(query, None, MOST_PEOPLE)?.people
        } else {
            Vec::new()
        },
        person: None,
        choices: Vec::new(),
        known_as: None,
        existing: None,
        moves_from: None,
        takes_over_from: None,
        refusal: None,
    };
    if let Some(id) = chosen {
        let person = found(conn.find_person(id)?)?;
        looked.choices = recipient_choices(&person.details, &conn.list_profiles_of(id)?)
            .into_iter()
            .map(|choice| RecipientChoiceView {
                number: choice.number.as_str().to_owned(),
                display: choice.number.display_international(),
                source: source_words(choice.source).to_owned(),
            })
            .collect();
        looked.person = Some(person);
    }
    let (Some(number), Some(sender)) = (number, sender) else {
        return Ok(looked);
    };
    let key = ConversationKey::sms(Address::Phone(number), sender);
    let state = conn.load_conversation_state(&key, None)?;
    looked.known_as = conn.find_requester(key.channel, &key.requester)?;
    looked.refusal = cannot_send(&state, known);
    if let Some(id) = state.conversation {
        let assigned_to = state.active().and_then(|active| active.assigned_to);
        looked.existing = Some((conn.load_conversation(id)?, assigned_to));
    }
    if let Some(person) = chosen {
        if let Some(owner) = other_owner(&state, person) {
            looked.moves_from = conn.find_person(owner)?;
        }
        looked.takes_over_from = taken_over_from(&state, person, agent);
    }
    Ok(looked)
}

const fn source_words(source: RecipientSource) -> &'static str {
    match source {
        RecipientSource::Profile => "writes from it",
        RecipientSource::Mobile => "mobile",
        RecipientSource::Business => "business",
    }
}

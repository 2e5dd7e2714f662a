//! A past conversation told to a draft again: what the customer wrote, at the times they wrote it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use tern_domain::bot::{Surroundings, known_facts};
use tern_domain::screening::{Screen, ScreenRules, ShippedPattern};
use tern_domain::topic::{BotInput, BotValue, Phase, Said, SaidMedia, TopicSet, Trial};
use tern_domain::{Direction, MessagePosition, Millis, UtcMillis};
use tern_store::{ConversationRow, MessageRow, ReadConn, StoreError, ThreadAnchor};

/// Most texts of a conversation that become a test.
const MOST_TEXTS: u32 = 100;
/// How much older than its interaction an opening text may be.
const OPENED_AFTER_TEXT: Millis = Millis::minutes(1);

/// What the customer wrote in the newest interaction, oldest first.
pub(super) fn newest_texts(
    conn: &ReadConn<'_>,
    row: &ConversationRow,
) -> Result<Vec<MessageRow>, StoreError> {
    let interaction = conn.find_latest_interaction(row.id)?;
    let since = interaction.map(|it| it.opened_at - OPENED_AFTER_TEXT);
    let anchor = match since {
        Some(since) => match conn.find_position_at(row.id, since)? {
            Some(first) => ThreadAnchor::From(first),
            None => return Ok(Vec::new()),
        },
        None => ThreadAnchor::After(MessagePosition(i64::MIN)),
    };
    let page = conn.list_messages(row.id, anchor, MOST_TEXTS)?;
    let inbound = page.messages.into_iter();
    Ok(inbound
        .filter(|text| text.direction == Direction::Inbound)
        .collect())
}

/// The texts told to the draft, at the times they had. Whoever was asked for is taken to be there; no other
/// system answers.
pub(super) fn retell(
    conn: &ReadConn<'_>,
    topics: &TopicSet,
    row: &ConversationRow,
    our_name: &str,
    texts: &[MessageRow],
    seed: u64,
) -> Option<Trial> {
    let known = |at: UtcMillis| -> BTreeMap<String, BotValue> {
        known_facts(&Surroundings {
            key: &row.key,
            customer_name: &row.requester_name,
            our_name,
            now: at,
            zone: TimeZone::system(),
            open_now: true,
            agent_there: true,
        })
    };
    let began = texts.first()?.at;
    let mut trial = Trial::new(seed, known(began), began);
    let mut rows = |query: &_| conn.find_rows(query).ok();
    for text in texts {
        let said = said(text);
        let input = match trial.session.phase {
            Phase::New => BotInput::Begin { first: said },
            _ => BotInput::Said(said),
        };
        let known = known(text.at);
        trial.take(topics, input, text.at, &known, &mut rows);
        while let Some(answer) = usual_answer(&trial) {
            trial.take(topics, answer, text.at, &known, &mut rows);
        }
    }
    Some(trial)
}

/// What comes back while a conversation is retold.
fn usual_answer(trial: &Trial) -> Option<BotInput> {
    if let Some((ticket, _)) = trial.open_request() {
        return Some(BotInput::Requested { ticket, body: None });
    }
    match trial.session.phase {
        Phase::HandingOver => Some(BotInput::HandedOver),
        Phase::Queued => Some(BotInput::AgentAccepted),
        _ => None,
    }
}

fn said(text: &MessageRow) -> Said {
    let known = text.media.iter().map(|media| media.content_type.clone());
    let count = usize::try_from(text.media_count).unwrap_or_default();
    let types = known.chain(std::iter::repeat(None)).take(count);
    Said {
        text: text.body.clone(),
        media: types
            .map(|kind| SaidMedia {
                address: String::new(),
                content_type: kind.unwrap_or_else(|| "image/jpeg".to_owned()),
            })
            .collect(),
        ..Said::default()
    }
}

/// Everything that Tern can find, whatever the team masks; addresses are replaced by another one instead.
pub(super) fn screen_everything(mut rules: ScreenRules) -> Screen {
    rules.mask_incoming = true;
    for pattern in ShippedPattern::ALL {
        rules
            .shipped_patterns
            .insert(pattern, pattern != ShippedPattern::Email);
    }
    Screen::new(&rules).unwrap_or_default()
}

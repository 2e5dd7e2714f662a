//! What a conversation knows without asking: the facts that topics may name.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::address::ConversationKey;
use crate::time::UtcMillis;
use crate::topic::{BotValue, CUSTOMER_LANGUAGE};

/// Where the facts come from.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The conversation.
    pub key: &'a ConversationKey,
    /// Name of the person behind the requester's number; empty for a guest.
    pub customer_name: &'a str,
    /// What the team calls its number.
    pub our_name: &'a str,
    /// Now.
    pub now: UtcMillis,
    /// Where the team's clock hangs.
    pub zone: TimeZone,
    /// The queue that would take the conversation is open (H-4).
    pub open_now: bool,
    /// And somebody of it is there (H-3).
    pub agent_there: bool,
}

/// The facts, by the names of [`KNOWN_FACTS`](crate::topic::KNOWN_FACTS). What is not known reads as nothing.
#[must_use]
pub fn known_facts(about: &Surroundings<'_>) -> BTreeMap<String, BotValue> {
    let at = jiff::Timestamp::from_millisecond(about.now.0)
        .unwrap_or_default()
        .to_zoned(about.zone.clone());
    let written = |form: &str| BotValue::from(at.strftime(form).to_string());
    let or_nothing = |text: &str| match text.trim() {
        "" => BotValue::Nothing,
        text => text.into(),
    };
    let country = about.key.requester.phone().and_then(|it| it.territory());
    [
        ("customer_name", or_nothing(about.customer_name)),
        ("customer_number", about.key.requester.as_str().into()),
        (
            "customer_country",
            country.map_or(BotValue::Nothing, |it| it.as_str().into()),
        ),
        (CUSTOMER_LANGUAGE, BotValue::Nothing),
        ("our_number", about.key.provider.as_str().into()),
        ("our_name", or_nothing(about.our_name)),
        ("date", written("%Y-%m-%d")),
        ("time", written("%H:%M")),
        ("weekday", written("%A")),
        ("open_now", about.open_now.into()),
        ("agent_there", about.agent_there.into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

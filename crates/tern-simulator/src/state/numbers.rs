//! The account's own numbers and their settings. Owns what `IncomingPhoneNumbers` shows and changes.

use crate::address::E164;
use crate::clock::Moment;
use crate::config::{NumberAbilities, NumberConfig};
use crate::sid::{Sid, SidKind};
use crate::signature::hmac_sha1;

/// How a webhook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum WebhookMethod {
    Get,
    #[default]
    Post,
}

impl WebhookMethod {
    /// The word on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }

    /// Reads `GET` or `POST` in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "GET" => Some(Self::Get),
            "POST" => Some(Self::Post),
            _ => None,
        }
    }
}

/// One number of the account.
#[derive(Clone, Debug)]
pub(crate) struct OwnNumber {
    pub(crate) sid: Sid,
    pub(crate) e164: E164,
    pub(crate) abilities: NumberAbilities,
    pub(crate) friendly_name: String,
    pub(crate) sms_url: Option<String>,
    pub(crate) sms_method: WebhookMethod,
    pub(crate) sms_fallback_url: Option<String>,
    pub(crate) sms_fallback_method: WebhookMethod,
    pub(crate) status_callback: Option<String>,
    pub(crate) status_callback_method: WebhookMethod,
    pub(crate) voice_url: Option<String>,
    pub(crate) voice_method: WebhookMethod,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl OwnNumber {
    /// The number as configured. Its SID follows from account and number, so it survives a restart.
    pub(crate) fn new(config: &NumberConfig, account_sid: &str, now: Moment) -> Option<Self> {
        let e164 = E164::parse(&config.e164)?;
        let digest = hmac_sha1(account_sid.as_bytes(), e164.as_str().as_bytes());
        let bytes = *digest.first_chunk()?;
        Some(Self {
            sid: Sid::new(SidKind::Number, bytes),
            friendly_name: friendly(&e164),
            e164,
            abilities: config.abilities,
            sms_url: config.sms_url.clone(),
            sms_method: WebhookMethod::Post,
            sms_fallback_url: None,
            sms_fallback_method: WebhookMethod::Post,
            status_callback: None,
            status_callback_method: WebhookMethod::Post,
            voice_url: None,
            voice_method: WebhookMethod::Post,
            created: now,
            updated: now,
        })
    }

    /// Whether it carries texts.
    pub(crate) fn carries_sms(&self) -> bool {
        self.abilities != NumberAbilities::VoiceOnly
    }

    /// Whether it carries pictures.
    pub(crate) fn carries_mms(&self) -> bool {
        self.abilities == NumberAbilities::SmsAndMms
    }
}

/// `(415) 555-0100` for North American numbers, the number itself for others.
fn friendly(e164: &E164) -> String {
    let national = e164
        .as_str()
        .strip_prefix("+1")
        .filter(|rest| rest.len() == 10);
    let parts = national.and_then(|rest| {
        let (area, rest) = rest.split_at_checked(3)?;
        let (exchange, line) = rest.split_at_checked(3)?;
        Some(format!("({area}) {exchange}-{line}"))
    });
    parts.unwrap_or_else(|| e164.to_string())
}

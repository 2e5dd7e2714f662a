//! The account's own phone numbers and where their inbound texts are announced.
//!
//! Owns reading and changing a number's messaging webhook (T-3). It refuses to change it silently: the old
//! address comes back with every number, so the caller can warn, keep it and restore it.

use serde_json::Value;

use crate::address::Address;
use crate::client::TwilioClient;
use crate::error::{Operation, TwilioError};
use crate::paging::LARGEST_PAGE;
use crate::sid::PhoneNumberSid;
use crate::transport::Call;
use crate::wire::lenient;

/// What a number can do (T-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "four independent facts of the wire"
)]
pub struct Capabilities {
    /// Text messages.
    pub sms: bool,
    /// Messages with media.
    pub mms: bool,
    /// Calls.
    pub voice: bool,
    /// Fax.
    pub fax: bool,
}

/// How Twilio calls a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookMethod {
    /// Form body, Twilio's default.
    #[default]
    Post,
    /// Query string.
    Get,
}

impl WebhookMethod {
    /// `POST` or `GET`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }

    fn from_word(word: &str) -> Self {
        if word.eq_ignore_ascii_case("GET") {
            Self::Get
        } else {
            Self::Post
        }
    }
}

/// Where inbound texts of a number are announced; an empty URL announces them nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SmsWebhook {
    /// Public URL.
    pub url: String,
    /// How it is called.
    pub method: WebhookMethod,
}

/// A phone number that the account owns.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingNumber {
    /// Twilio's id.
    pub sid: PhoneNumberSid,
    /// E.164.
    pub phone_number: Address,
    /// The name given to it.
    pub friendly_name: Option<String>,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Where inbound texts are announced.
    pub sms_webhook: SmsWebhook,
    /// Called when the first one fails.
    pub sms_fallback_url: Option<String>,
    /// A TwiML application; when present it replaces `sms_webhook`.
    pub sms_application_sid: Option<String>,
    /// `in-use` and the like.
    pub status: Option<String>,
}

impl TwilioClient {
    /// All numbers of the account, every page.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn list_numbers(&self) -> Result<Vec<IncomingNumber>, TwilioError> {
        let mut url = self.transport.account_url("/IncomingPhoneNumbers.json");
        url.query_pairs_mut()
            .append_pair("PageSize", &LARGEST_PAGE.to_string());
        let rows = self
            .transport
            .all_rows(Operation::ListNumbers, url, "incoming_phone_numbers")
            .await?;
        Ok(rows.iter().filter_map(read_number).collect())
    }

    /// Points a number's inbound texts at `webhook`, which takes over from whoever used it before.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn update_number_sms_url(
        &self,
        number: &PhoneNumberSid,
        webhook: &SmsWebhook,
    ) -> Result<IncomingNumber, TwilioError> {
        let url = self
            .transport
            .account_url(&format!("/IncomingPhoneNumbers/{number}.json"));
        let form = vec![
            ("SmsUrl", webhook.url.clone()),
            ("SmsMethod", webhook.method.as_str().to_owned()),
        ];
        let answer = self
            .transport
            .call(Call::write(Operation::UpdateNumber, url, form))
            .await?;
        read_number(&answer.json()?)
            .ok_or_else(|| answer.unreadable("the number has no SID or no digits"))
    }
}

fn read_number(row: &Value) -> Option<IncomingNumber> {
    let abilities = row.get("capabilities").unwrap_or(&Value::Null);
    let ability = |name| {
        lenient::flag(abilities, name)
            .or_else(|| lenient::flag(abilities, &name.to_ascii_uppercase()))
            .unwrap_or(false)
    };
    let non_empty = |name| lenient::text(row, name).filter(|text| !text.is_empty());
    Some(IncomingNumber {
        sid: lenient::parsed(row, "sid")?,
        phone_number: Address::new(lenient::text(row, "phone_number")?),
        friendly_name: lenient::text(row, "friendly_name"),
        capabilities: Capabilities {
            sms: ability("sms"),
            mms: ability("mms"),
            voice: ability("voice"),
            fax: ability("fax"),
        },
        sms_webhook: SmsWebhook {
            url: lenient::text(row, "sms_url").unwrap_or_default(),
            method: WebhookMethod::from_word(&lenient::text(row, "sms_method").unwrap_or_default()),
        },
        sms_fallback_url: non_empty("sms_fallback_url"),
        sms_application_sid: non_empty("sms_application_sid"),
        status: non_empty("status"),
    })
}

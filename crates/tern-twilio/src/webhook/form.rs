//! What Twilio's webhooks say.
//!
//! Owns reading the two forms: an inbound message (T-9) and a delivery report (T-12). It refuses to drop
//! parameters it does not know; the whole form stays with the result so that it can be journaled.

use std::fmt;

use crate::address::Address;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};
use crate::wire::MessageStatus;

/// A form that lacks what makes it useful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookFormError {
    /// Without a message SID nothing can be keyed.
    #[error("the form has no readable MessageSid")]
    NoMessageSid,
    /// An inbound message needs a sender.
    #[error("the form has no From")]
    NoSender,
    /// An inbound message needs a recipient.
    #[error("the form has no To")]
    NoRecipient,
    /// A delivery report needs a status.
    #[error("the form has no MessageStatus")]
    NoStatus,
}

/// Media announced by an inbound webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMedia {
    /// Where it is; fetched by SID through the client, never by this URL.
    pub url: String,
    /// What its sender called it.
    pub content_type: Option<String>,
}

/// An inbound message (T-9). It carries no time: the row at Twilio does.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundWebhook {
    /// Twilio's id.
    pub message_sid: MessageSid,
    /// The receiving account.
    pub account_sid: Option<AccountSid>,
    /// Present when the number belongs to a service.
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// The handset, a short code, or whatever Twilio could not normalise.
    pub from: Address,
    /// Our number.
    pub to: Address,
    /// The text; empty for a picture alone.
    pub body: String,
    /// Segments it arrived in.
    pub num_segments: Option<u32>,
    /// What is attached.
    pub media: Vec<InboundMedia>,
    /// `STOP`, `START` or `HELP`, with Advanced Opt-Out only.
    pub opt_out_type: Option<String>,
    /// Every parameter, known or not, as it came.
    pub form: Vec<(String, String)>,
}

/// A delivery report (T-12). No order is guaranteed.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusWebhook {
    /// Twilio's id.
    pub message_sid: MessageSid,
    /// Where the message stands.
    pub status: MessageStatus,
    /// Why it failed (T-14).
    pub error_code: Option<u32>,
    /// Every parameter, known or not, as it came.
    pub form: Vec<(String, String)>,
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.as_str())
}

fn filled<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    field(form, name).filter(|value| !value.is_empty())
}

fn message_sid(form: &[(String, String)]) -> Result<MessageSid, WebhookFormError> {
    ["MessageSid", "SmsMessageSid", "SmsSid"]
        .iter()
        .find_map(|name| field(form, name)?.parse().ok())
        .ok_or(WebhookFormError::NoMessageSid)
}

/// Twilio allows ten; more names than that are not its own.
const MOST_MEDIA: u32 = 10;

impl InboundWebhook {
    /// Reads the decoded parameters of an inbound webhook.
    ///
    /// # Errors
    /// [`WebhookFormError`] when SID, sender or recipient is missing.
    pub fn from_form(form: Vec<(String, String)>) -> Result<Self, WebhookFormError> {
        let announced = filled(&form, "NumMedia")
            .and_then(|count| count.parse().ok())
            .unwrap_or(0);
        let media = (0..MOST_MEDIA.min(announced))
            .filter_map(|n| {
                Some(InboundMedia {
                    url: filled(&form, &format!("MediaUrl{n}"))?.to_owned(),
                    content_type: filled(&form, &format!("MediaContentType{n}")).map(str::to_owned),
                })
            })
            .collect();
        let parsed = |name| filled(&form, name);
        Ok(Self {
            message_sid: message_sid(&form)?,
            account_sid: parsed("AccountSid").and_then(|sid| sid.parse().ok()),
            messaging_service_sid: parsed("MessagingServiceSid").and_then(|sid| sid.parse().ok()),
            from: parsed("From").ok_or(WebhookFormError::NoSender)?.into(),
            to: parsed("To").ok_or(WebhookFormError::NoRecipient)?.into(),
            body: field(&form, "Body").unwrap_or_default().to_owned(),
            num_segments: parsed("NumSegments").and_then(|count| count.parse().ok()),
            media,
            opt_out_type: parsed("OptOutType").map(str::to_owned),
            form,
        })
    }
}

impl StatusWebhook {
    /// Reads the decoded parameters of a status callback.
    ///
    /// # Errors
    /// [`WebhookFormError`] when SID or status is missing.
    pub fn from_form(form: Vec<(String, String)>) -> Result<Self, WebhookFormError> {
        let status = filled(&form, "MessageStatus")
            .or_else(|| filled(&form, "SmsStatus"))
            .ok_or(WebhookFormError::NoStatus)?;
        Ok(Self {
            message_sid: message_sid(&form)?,
            status: MessageStatus::from_word(status),
            error_code: filled(&form, "ErrorCode").and_then(|code| code.parse().ok()),
            form,
        })
    }
}

impl fmt::Debug for InboundWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundWebhook")
            .field("message_sid", &self.message_sid)
            .field("media", &self.media.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StatusWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusWebhook")
            .field("message_sid", &self.message_sid)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    const SID: &str = "MM00000000000000000000000000000001";

    #[test]
    fn t_9_an_inbound_form_is_read_and_unknown_parameters_are_kept() {
        let pairs = form(&[
            ("ToCountry", "US"),
            ("MessageSid", SID),
            ("From", "+14155550100"),
            ("To", "+14155550199"),
            ("Body", ""),
            ("NumMedia", "2"),
            ("MediaUrl0", "https://api.twilio.com/a"),
            ("MediaContentType0", "image/jpeg"),
            ("MediaUrl1", "https://api.twilio.com/b"),
            ("NumSegments", "1"),
            ("BrandNewParameter", "yes"),
        ]);
        let read = InboundWebhook::from_form(pairs.clone()).unwrap();
        assert_eq!(read.message_sid.as_str(), SID);
        assert_eq!(read.media.len(), 2);
        assert_eq!(read.media[0].content_type.as_deref(), Some("image/jpeg"));
        assert_eq!(read.media[1].content_type, None);
        assert_eq!(read.form, pairs);
    }

    #[test]
    fn t_9_a_form_from_a_raw_sender_is_read_and_a_useless_one_is_named() {
        let raw = form(&[("SmsSid", SID), ("From", "Bank"), ("To", "12345")]);
        assert_eq!(
            InboundWebhook::from_form(raw).unwrap().from.as_str(),
            "Bank"
        );
        let no_sid = form(&[("MessageSid", "x"), ("From", "a"), ("To", "b")]);
        assert_eq!(
            InboundWebhook::from_form(no_sid),
            Err(WebhookFormError::NoMessageSid)
        );
        let no_sender = form(&[("MessageSid", SID), ("To", "b")]);
        assert_eq!(
            InboundWebhook::from_form(no_sender),
            Err(WebhookFormError::NoSender)
        );
        let no_recipient = form(&[("MessageSid", SID), ("From", "b")]);
        assert_eq!(
            InboundWebhook::from_form(no_recipient),
            Err(WebhookFormError::NoRecipient)
        );
    }

    #[test]
    fn t_12_a_status_report_is_read_whatever_its_word() {
        let report = form(&[
            ("MessageSid", SID),
            ("MessageStatus", "undelivered"),
            ("ErrorCode", "30003"),
        ]);
        let read = StatusWebhook::from_form(report).unwrap();
        assert_eq!(
            (read.status, read.error_code),
            (MessageStatus::Undelivered, Some(30003))
        );
        let new_word = form(&[("MessageSid", SID), ("MessageStatus", "beamed")]);
        let read = StatusWebhook::from_form(new_word).unwrap();
        assert_eq!(read.status, MessageStatus::Unknown("beamed".into()));
        assert_eq!(
            StatusWebhook::from_form(form(&[("MessageSid", SID)])),
            Err(WebhookFormError::NoStatus)
        );
    }

    #[test]
    fn a_form_shows_neither_text_nor_number_in_debug() {
        let inbound = form(&[
            ("MessageSid", SID),
            ("From", "+14155550100"),
            ("To", "+1"),
            ("Body", "psst"),
        ]);
        let shown = format!("{:?}", InboundWebhook::from_form(inbound).unwrap());
        assert!(
            !shown.contains("psst") && !shown.contains("4155550100"),
            "{shown}"
        );
    }
}

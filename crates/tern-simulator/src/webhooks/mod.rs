//! Webhooks: what is sent to the customer's addresses, and how. Owns parameters, signature, retries,
//! fallback and the reading of answers; which webhook is due is decided in `state`.

mod delivery;
mod overrides;
mod twiml;

pub(crate) use delivery::deliver;
pub(crate) use twiml::TwimlMessage;

use tokio_util::sync::CancellationToken;

use crate::clock::Moment;
use crate::sid::{Sid, SidKind};
use crate::signature::Param;
use crate::state::Carrier;
use crate::state::messages::{MessageNumber, MessageRow, MessageStatus};
use crate::state::numbers::WebhookMethod;

/// Why a webhook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WebhookKind {
    /// A text came in; the answer may be TwiML.
    Inbound(MessageNumber),
    /// A message changed its status; the answer is ignored.
    StatusCallback,
}

/// An address and how to call it.
#[derive(Clone, Debug)]
pub(crate) struct WebhookTarget {
    pub(crate) url: String,
    pub(crate) method: WebhookMethod,
}

/// One webhook to be delivered.
#[derive(Clone, Debug)]
pub(crate) struct WebhookJob {
    pub(crate) kind: WebhookKind,
    pub(crate) target: WebhookTarget,
    pub(crate) fallback: Option<WebhookTarget>,
    pub(crate) params: Vec<Param>,
    pub(crate) message_sid: Sid,
    pub(crate) message_status: MessageStatus,
    /// Sent with every attempt at one delivery, so that a receiver can tell a retry.
    pub(crate) idempotency_token: String,
    /// How often it is delivered; more than one only under a fault.
    pub(crate) copies: u8,
    pub(crate) wait_for: Option<CancellationToken>,
    pub(crate) done: CancellationToken,
}

impl WebhookJob {
    /// The webhook that announces an inbound message; none when the number has no address set.
    pub(crate) fn inbound(carrier: &mut Carrier, number: MessageNumber) -> Option<Self> {
        let row = carrier.messages.row(number)?;
        let own = carrier.own_number(&row.to)?;
        let target = WebhookTarget {
            url: own.sms_url.clone()?,
            method: own.sms_method,
        };
        let fallback = own.sms_fallback_url.clone().map(|url| WebhookTarget {
            url,
            method: own.sms_fallback_method,
        });
        let sid = row.sid.to_string();
        let mut params = message_params(carrier, row);
        push(&mut params, "SmsMessageSid", sid);
        push(&mut params, "Body", row.body.to_string());
        push(&mut params, "NumSegments", row.segments.to_string());
        push(&mut params, "NumMedia", row.media.len().to_string());
        push(&mut params, "SmsStatus", row.status.as_str());
        for (index, media) in row.media.iter().enumerate() {
            push(
                &mut params,
                format!("MediaUrl{index}"),
                carrier.media_url(row.sid, *media),
            );
            let content_type = carrier
                .media
                .kept(*media)
                .map(|item| item.content_type.clone());
            push(
                &mut params,
                format!("MediaContentType{index}"),
                content_type.unwrap_or_default(),
            );
        }
        let (sid, status) = (row.sid, row.status);
        Some(Self::new(
            carrier,
            WebhookKind::Inbound(number),
            target,
            fallback,
            params,
            (sid, status),
        ))
    }

    /// The callback that reports a message's present status; none when nobody asked for it.
    pub(crate) fn status_callback(
        carrier: &mut Carrier,
        number: MessageNumber,
        now: Moment,
    ) -> Option<Self> {
        let row = carrier.messages.row(number)?;
        let url = row.sending.as_ref()?.status_callback.clone()?;
        let mut params = message_params(carrier, row);
        push(&mut params, "MessageStatus", row.status.as_str());
        push(&mut params, "SmsStatus", row.status.as_str());
        if let Some(code) = row.error_code {
            push(&mut params, "ErrorCode", code.to_string());
        }
        if matches!(
            row.status,
            MessageStatus::Delivered | MessageStatus::Undelivered
        ) {
            push(&mut params, "RawDlrDoneDate", now.to_receipt_date());
        }
        let subject = (row.sid, row.status);
        let target = WebhookTarget {
            url,
            method: WebhookMethod::Post,
        };
        Some(Self::new(
            carrier,
            WebhookKind::StatusCallback,
            target,
            None,
            params,
            subject,
        ))
    }

    fn new(
        carrier: &mut Carrier,
        kind: WebhookKind,
        target: WebhookTarget,
        fallback: Option<WebhookTarget>,
        params: Vec<Param>,
        (message_sid, message_status): (Sid, MessageStatus),
    ) -> Self {
        Self {
            kind,
            target,
            fallback,
            params,
            message_sid,
            message_status,
            idempotency_token: carrier.sids.mint(SidKind::Request).to_string(),
            copies: 1,
            wait_for: None,
            done: CancellationToken::new(),
        }
    }

    /// A word for the log.
    pub(crate) const fn kind_name(&self) -> &'static str {
        match self.kind {
            WebhookKind::Inbound(_) => "inbound",
            WebhookKind::StatusCallback => "status_callback",
        }
    }
}

/// The parameters that every webhook about a message carries.
fn message_params(carrier: &Carrier, row: &MessageRow) -> Vec<Param> {
    let sid = row.sid.to_string();
    let mut params = Vec::new();
    push(&mut params, "MessageSid", sid.clone());
    push(&mut params, "SmsSid", sid);
    push(
        &mut params,
        "AccountSid",
        carrier.account.account_sid.clone(),
    );
    push(
        &mut params,
        "From",
        row.from
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    push(&mut params, "To", row.to.to_string());
    push(&mut params, "ApiVersion", "2010-04-01");
    if row
        .sending
        .as_ref()
        .is_some_and(|sending| sending.through_service)
    {
        push(
            &mut params,
            "MessagingServiceSid",
            carrier.account.messaging_service_sid.clone(),
        );
    }
    params
}

fn push(params: &mut Vec<Param>, name: impl Into<String>, value: impl Into<String>) {
    params.push((name.into(), value.into()));
}

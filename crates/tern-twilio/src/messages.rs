//! The Messages resource: create, list, fetch, redact, cancel, delete.
//!
//! Owns the forms and filters. It refuses to repeat a create that Twilio may have executed; the caller gets
//! an error whose `execution()` says so, looks the message up and decides.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::address::Address;
use crate::client::TwilioClient;
use crate::error::{Operation, TwilioError};
use crate::paging::LARGEST_PAGE;
use crate::sid::{MessageSid, MessagingServiceSid};
use crate::transport::{Answer, Call};
use crate::wire::{MessageResource, RawMessage};

/// Who a new message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// One of the account's own addresses.
    Address(Address),
    /// Twilio picks a sender from the service's pool, later.
    MessagingService(MessagingServiceSid),
    /// A fixed sender from the pool, which keeps the service's opt-out handling.
    AddressInService {
        /// The sender.
        from: Address,
        /// The service whose pool it is in.
        service: MessagingServiceSid,
    },
}

/// A message to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The recipient.
    pub to: Address,
    /// The sender.
    pub sender: Sender,
    /// The text; at most 1600 characters (T-6).
    pub body: Option<String>,
    /// Public URLs that Twilio fetches; at most 10 (T-8).
    pub media_urls: Vec<Url>,
    /// Where delivery is reported.
    pub status_callback: Option<Url>,
    /// How long Twilio may keep it queued; 1 s to 36,000 s.
    pub validity_period: Option<Duration>,
    /// Send later (5 minutes to 35 days ahead); needs a Messaging Service.
    pub send_at: Option<Timestamp>,
}

impl NewMessage {
    /// A plain text.
    pub fn text(to: Address, sender: Sender, body: impl Into<String>) -> Self {
        Self {
            to,
            sender,
            body: Some(body.into()),
            media_urls: Vec::new(),
            status_callback: None,
            validity_period: None,
            send_at: None,
        }
    }

    fn form(&self) -> Vec<(&'static str, String)> {
        let mut form = vec![("To", self.to.as_str().to_owned())];
        match &self.sender {
            Sender::Address(from) => form.push(("From", from.as_str().to_owned())),
            Sender::MessagingService(service) => {
                form.push(("MessagingServiceSid", service.to_string()));
            }
            Sender::AddressInService { from, service } => {
                form.push(("From", from.as_str().to_owned()));
                form.push(("MessagingServiceSid", service.to_string()));
            }
        }
        if let Some(body) = &self.body {
            form.push(("Body", body.clone()));
        }
        for media_url in &self.media_urls {
            form.push(("MediaUrl", media_url.to_string()));
        }
        if let Some(callback) = &self.status_callback {
            form.push(("StatusCallback", callback.to_string()));
        }
        if let Some(period) = self.validity_period {
            form.push(("ValidityPeriod", period.as_secs().to_string()));
        }
        if let Some(send_at) = self.send_at {
            form.push(("ScheduleType", "fixed".to_owned()));
            form.push(("SendAt", send_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()));
        }
        form
    }
}

impl fmt::Debug for NewMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMessage")
            .field("has_body", &self.body.is_some())
            .field("media", &self.media_urls.len())
            .finish_non_exhaustive()
    }
}

/// Which messages to list. Twilio sorts newest first and filters on whole GMT days only, so callers ask for
/// an overlap and drop what they know by SID.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageFilter {
    /// Exact recipient.
    pub to: Option<Address>,
    /// Exact sender.
    pub from: Option<Address>,
    /// First GMT day, inclusive.
    pub date_sent_on_or_after: Option<Date>,
    /// Last GMT day, inclusive.
    pub date_sent_on_or_before: Option<Date>,
    /// Rows per page, 1 to 1000; Twilio's default is 50.
    pub page_size: Option<u16>,
}

impl MessageFilter {
    fn apply(&self, url: &mut Url) {
        let mut query: Vec<(&str, String)> = Vec::new();
        if let Some(to) = &self.to {
            query.push(("To", to.as_str().to_owned()));
        }
        if let Some(from) = &self.from {
            query.push(("From", from.as_str().to_owned()));
        }
        if let Some(day) = self.date_sent_on_or_after {
            query.push(("DateSent>", day.to_string()));
        }
        if let Some(day) = self.date_sent_on_or_before {
            query.push(("DateSent<", day.to_string()));
        }
        if let Some(size) = self.page_size {
            query.push(("PageSize", size.clamp(1, LARGEST_PAGE).to_string()));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
    }
}

/// Where a list goes on; only a [`MessagePage`] makes one, and only for the own account.
#[derive(Clone, PartialEq, Eq)]
pub struct NextPage(Url);

impl fmt::Debug for NextPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NextPage(..)")
    }
}

/// One page of messages, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagePage {
    /// The rows, not yet interpreted.
    pub messages: Vec<RawMessage>,
    /// The rest, if there is more.
    pub next: Option<NextPage>,
    /// Twilio's clock when it answered, to the second.
    pub server_time: Option<Timestamp>,
}

/// What a delete found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It was there and is gone now.
    Removed,
    /// It was gone before; also the answer when an earlier attempt's confirmation was lost.
    WasAlreadyGone,
}

impl TwilioClient {
    /// Sends a message.
    ///
    /// Repeats by itself only after a failure to connect and after 429, which prove that nothing was sent.
    ///
    /// # Errors
    /// [`TwilioError`]; with [`crate::Execution::MayHaveBeenExecuted`] the message may be on its way.
    pub async fn create_message(
        &self,
        message: &NewMessage,
    ) -> Result<MessageResource, TwilioError> {
        let url = self.transport.account_url("/Messages.json");
        let call = Call::write(Operation::CreateMessage, url, message.form()).at_most_once();
        read_message(&self.transport.call(call).await?)
    }

    /// The first page of the messages that match.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn list_messages(&self, filter: &MessageFilter) -> Result<MessagePage, TwilioError> {
        let mut url = self.transport.account_url("/Messages.json");
        filter.apply(&mut url);
        self.message_page(url).await
    }

    /// The page after another.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn next_page(&self, next: &NextPage) -> Result<MessagePage, TwilioError> {
        self.message_page(next.0.clone()).await
    }

    /// One message as it stands now.
    ///
    /// # Errors
    /// [`TwilioError`]; `is_not_found` when it was deleted or has outlived Twilio's retention.
    pub async fn fetch_message(&self, sid: &MessageSid) -> Result<MessageResource, TwilioError> {
        let url = self.message_url(sid);
        read_message(
            &self
                .transport
                .call(Call::read(Operation::FetchMessage, url))
                .await?,
        )
    }

    /// Wipes a message's text at Twilio and keeps its row.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn redact_message(&self, sid: &MessageSid) -> Result<MessageResource, TwilioError> {
        let form = vec![("Body", String::new())];
        self.update_message(Operation::RedactMessage, sid, form)
            .await
    }

    /// Calls off a message that is still scheduled.
    ///
    /// # Errors
    /// [`TwilioError`]; refused when it is no longer scheduled.
    pub async fn cancel_message(&self, sid: &MessageSid) -> Result<MessageResource, TwilioError> {
        let form = vec![("Status", "canceled".to_owned())];
        self.update_message(Operation::CancelMessage, sid, form)
            .await
    }

    /// Removes a message and its media at Twilio; refused (20009) until its status is final.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn delete_message(&self, sid: &MessageSid) -> Result<Removal, TwilioError> {
        self.delete(Operation::DeleteMessage, self.message_url(sid))
            .await
    }

    pub(crate) async fn delete(
        &self,
        operation: Operation,
        url: Url,
    ) -> Result<Removal, TwilioError> {
        match self.transport.call(Call::delete(operation, url)).await {
            Ok(_) => Ok(Removal::Removed),
            Err(error) if error.is_not_found() => Ok(Removal::WasAlreadyGone),
            Err(error) => Err(error),
        }
    }

    fn message_url(&self, sid: &MessageSid) -> Url {
        self.transport.account_url(&format!("/Messages/{sid}.json"))
    }

    async fn update_message(
        &self,
        operation: Operation,
        sid: &MessageSid,
        form: Vec<(&'static str, String)>,
    ) -> Result<MessageResource, TwilioError> {
        let url = self.message_url(sid);
        read_message(
            &self
                .transport
                .call(Call::write(operation, url, form))
                .await?,
        )
    }

    async fn message_page(&self, url: Url) -> Result<MessagePage, TwilioError> {
        let page = self
            .transport
            .page(Operation::ListMessages, url, "messages")
            .await?;
        Ok(MessagePage {
            messages: page.rows.into_iter().map(RawMessage::from_json).collect(),
            next: page.next.map(NextPage),
            server_time: page.server_time,
        })
    }
}

fn read_message(answer: &Answer) -> Result<MessageResource, TwilioError> {
    RawMessage::from_json(answer.json()?)
        .interpret()
        .map_err(|_| answer.unreadable("the message has no SID"))
}

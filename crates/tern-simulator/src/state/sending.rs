//! Outbound messages: acceptance and the life cycle over time. Owns every status change of a message
//! that leaves; when a step is due is the timers' business, and calling webhooks is not done here.

use std::time::Duration;

use bytes::Bytes;

use crate::address::E164;
use crate::clock::Moment;
use crate::refusal::Refusal;
use crate::segments;
use crate::sid::{Sid, SidKind};
use crate::state::faults::FailureStatus;
use crate::state::handsets::{HandsetSide, HandsetText};
use crate::state::media::MediaItem;
use crate::state::messages::{
    DeliveryFailure, Direction, MessageNumber, MessageRow, MessageStatus, Sending,
};
use crate::state::timers::Due;
use crate::state::{Carrier, Effect};
use crate::webhooks::WebhookJob;

/// What Twilio puts before each text of a trial account.
const TRIAL_PREFIX: &str = "Sent from your Twilio trial account - ";

/// A message that somebody wants sent, with its input already checked.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) to: E164,
    /// None: the messaging service chooses.
    pub(crate) from: Option<E164>,
    pub(crate) direction: Direction,
    pub(crate) through_service: bool,
    pub(crate) body: String,
    pub(crate) media_urls: Vec<String>,
    /// One MMS even without media.
    pub(crate) as_mms: bool,
    pub(crate) status_callback: Option<String>,
    pub(crate) send_at: Option<Moment>,
}

impl Carrier {
    /// Takes a message in. It is listed from here on; everything after happens over time.
    ///
    /// # Errors
    /// 21606 when the sender cannot carry it, 21610 when the recipient has opted out from that sender.
    pub(crate) fn accept(
        &mut self,
        outgoing: Outgoing,
        now: Moment,
    ) -> Result<(MessageNumber, Vec<Effect>), Refusal> {
        if let Some(from) = &outgoing.from {
            let able = self.own_number(from).is_some_and(|number| {
                if outgoing.media_urls.is_empty() && !outgoing.as_mms {
                    number.carries_sms()
                } else {
                    number.carries_mms()
                }
            });
            if !able {
                let text =
                    "The 'From' number is not a number of this account that can carry this message";
                return Err(Refusal::bad_request(21606, text));
            }
            if self.blocks.contains(&(outgoing.to.clone(), from.clone())) {
                return Err(Refusal::bad_request(
                    21610,
                    "Attempt to send to unsubscribed recipient",
                ));
            }
        }
        let body = if self.trial {
            format!("{TRIAL_PREFIX}{}", outgoing.body)
        } else {
            outgoing.body
        };
        let status = match (outgoing.send_at, outgoing.through_service) {
            (Some(_), _) => MessageStatus::Scheduled,
            (None, true) => MessageStatus::Accepted,
            (None, false) => MessageStatus::Queued,
        };
        let failure = self
            .faults
            .strike_delivery()
            .map(|(code, status)| DeliveryFailure {
                code,
                status: match status {
                    FailureStatus::Undelivered => MessageStatus::Undelivered,
                    FailureStatus::Failed => MessageStatus::Failed,
                },
            });
        let lag = self.faults.strike_list_lag();
        let kind = if outgoing.media_urls.is_empty() && !outgoing.as_mms {
            SidKind::Sms
        } else {
            SidKind::Mms
        };
        let urls = outgoing.media_urls.clone();
        let number = self.messages.insert(MessageRow {
            sid: self.sids.mint(kind),
            segments: if outgoing.from.is_some() {
                segment_count(&body)
            } else {
                0
            },
            from: outgoing.from,
            to: outgoing.to,
            direction: outgoing.direction,
            status,
            body: body.into(),
            redacted: false,
            deleted: false,
            media_count: u8::try_from(urls.len()).unwrap_or(u8::MAX),
            media: Vec::new(),
            created: now,
            updated: now,
            sent: None,
            listed_from: now.plus(lag),
            error_code: None,
            sending: Some(Box::new(Sending {
                status_callback: outgoing.status_callback,
                through_service: outgoing.through_service,
                media_urls: outgoing.media_urls,
                failure,
            })),
        });
        let mut effects = Vec::new();
        match (outgoing.send_at, status) {
            (Some(at), _) => self.timers.set(at, Due::Step(number)),
            (None, MessageStatus::Queued) if !urls.is_empty() => {
                effects.push(Effect::FetchMedia {
                    message: number,
                    urls,
                });
            }
            (None, _) => self
                .timers
                .set(now.plus(self.life_cycle.queued), Due::Step(number)),
        }
        Ok((number, effects))
    }

    /// Takes the next step of a message's life cycle.
    pub(crate) fn step(&mut self, number: MessageNumber, now: Moment) -> Vec<Effect> {
        let Some(row) = self.messages.row(number).filter(|row| !row.deleted) else {
            return Vec::new();
        };
        let failure = row.sending.as_ref().and_then(|sending| sending.failure);
        match row.status {
            MessageStatus::Accepted | MessageStatus::Scheduled => self.release(number, now),
            MessageStatus::Queued => {
                self.move_on(number, MessageStatus::Sending, self.life_cycle.sending, now)
            }
            MessageStatus::Sending => match failure {
                Some(failure) if failure.status == MessageStatus::Failed => {
                    self.fail(number, failure, now)
                }
                _ => self.move_on(number, MessageStatus::Sent, self.life_cycle.sent, now),
            },
            MessageStatus::Sent => match failure {
                Some(failure) => self.fail(number, failure, now),
                None => self.deliver(number, now),
            },
            _ => Vec::new(),
        }
    }

    /// Takes up fetched media, or lets the message fail with Twilio's code for what was wrong.
    pub(crate) fn media_fetched(
        &mut self,
        number: MessageNumber,
        fetched: Result<Vec<(String, Bytes)>, u32>,
        now: Moment,
    ) -> Vec<Effect> {
        let Some(parent) = self.messages.row(number).map(|row| row.sid) else {
            return Vec::new();
        };
        match fetched {
            Err(code) => self.fail(
                number,
                DeliveryFailure {
                    code,
                    status: MessageStatus::Failed,
                },
                now,
            ),
            Ok(files) => {
                let media = self.store_media(parent, files, now);
                self.messages.update(number, |row| {
                    row.media = media;
                    if let Some(sending) = &mut row.sending {
                        sending.media_urls.clear();
                    }
                });
                self.timers
                    .set(now.plus(self.life_cycle.queued), Due::Step(number));
                Vec::new()
            }
        }
    }

    /// Stores files as the media of a message.
    pub(crate) fn store_media(
        &mut self,
        parent: Sid,
        files: Vec<(String, Bytes)>,
        now: Moment,
    ) -> Vec<Sid> {
        let mut sids = Vec::with_capacity(files.len());
        for (content_type, bytes) in files {
            let sid = self.sids.mint(SidKind::Media);
            sids.push(sid);
            self.media.insert(MediaItem {
                sid,
                parent: Some(parent),
                content_type,
                bytes,
                created: now,
                deleted: false,
            });
        }
        sids
    }

    /// Cancels a scheduled message.
    ///
    /// # Errors
    /// 30409 when it is past being scheduled.
    pub(crate) fn cancel(
        &mut self,
        number: MessageNumber,
        now: Moment,
    ) -> Result<Vec<Effect>, Refusal> {
        let scheduled = self
            .messages
            .row(number)
            .is_some_and(|row| row.status == MessageStatus::Scheduled);
        if !scheduled {
            return Err(Refusal::bad_request(
                30409,
                "This message cannot be canceled",
            ));
        }
        Ok(self.move_to(number, MessageStatus::Canceled, now))
    }

    /// A messaging service's message leaves its pool: the sender is chosen and the queue entered.
    fn release(&mut self, number: MessageNumber, now: Moment) -> Vec<Effect> {
        let Some(row) = self.messages.row(number) else {
            return Vec::new();
        };
        let urls = row
            .sending
            .as_ref()
            .map(|sending| sending.media_urls.clone())
            .unwrap_or_default();
        let from = row
            .from
            .clone()
            .or_else(|| self.choose_sender(&row.to, !urls.is_empty()));
        let to = row.to.clone();
        let count = segment_count(&row.body);
        let Some(from) = from else {
            return self.fail(
                number,
                DeliveryFailure {
                    code: 21703,
                    status: MessageStatus::Failed,
                },
                now,
            );
        };
        self.messages.update(number, |row| {
            row.from = Some(from.clone());
            row.segments = count;
        });
        if self.blocks.contains(&(to, from)) {
            return self.fail(
                number,
                DeliveryFailure {
                    code: 21610,
                    status: MessageStatus::Failed,
                },
                now,
            );
        }
        let mut effects = self.move_to(number, MessageStatus::Queued, now);
        if urls.is_empty() {
            self.timers
                .set(now.plus(self.life_cycle.queued), Due::Step(number));
        } else {
            effects.push(Effect::FetchMedia {
                message: number,
                urls,
            });
        }
        effects
    }

    /// The number that this recipient last heard from, else the first that can carry the message.
    fn choose_sender(&self, to: &E164, with_media: bool) -> Option<E164> {
        let able = |e164: &E164| {
            self.own_number(e164).is_some_and(|number| {
                if with_media {
                    number.carries_mms()
                } else {
                    number.carries_sms()
                }
            })
        };
        let sticky = self.messages.keys(None, Some(to)).and_then(|keys| {
            keys.iter()
                .rev()
                .find_map(|key| self.messages.row(key.1).and_then(|row| row.from.clone()))
        });
        sticky.filter(&able).or_else(|| {
            self.numbers
                .iter()
                .map(|number| number.e164.clone())
                .find(able)
        })
    }

    fn move_on(
        &mut self,
        number: MessageNumber,
        status: MessageStatus,
        next: Duration,
        now: Moment,
    ) -> Vec<Effect> {
        self.timers.set(now.plus(next), Due::Step(number));
        self.move_to(number, status, now)
    }

    fn fail(
        &mut self,
        number: MessageNumber,
        failure: DeliveryFailure,
        now: Moment,
    ) -> Vec<Effect> {
        self.messages
            .update(number, |row| row.error_code = Some(failure.code));
        self.move_to(number, failure.status, now)
    }

    fn deliver(&mut self, number: MessageNumber, now: Moment) -> Vec<Effect> {
        if let Some(row) = self.messages.row(number)
            && let Some(from) = row.from.clone()
        {
            let text = HandsetText {
                side: HandsetSide::Received,
                body: row.body.to_string(),
                media: row.media.clone(),
                sid: Some(row.sid),
                at: now,
                other_party: from,
            };
            self.handsets.record(&row.to, text);
        }
        self.move_to(number, MessageStatus::Delivered, now)
    }

    /// Sets a status and reports it. No callback is documented for `sending`.
    fn move_to(
        &mut self,
        number: MessageNumber,
        status: MessageStatus,
        now: Moment,
    ) -> Vec<Effect> {
        self.messages.update(number, |row| {
            row.status = status;
            row.updated = now;
            if matches!(status, MessageStatus::Sent | MessageStatus::Failed) && row.sent.is_none() {
                row.sent = Some(now);
            }
        });
        if status == MessageStatus::Sending {
            return Vec::new();
        }
        match WebhookJob::status_callback(self, number, now) {
            Some(job) => self.dispatch(job, Some((number, status.is_final())), now),
            None => Vec::new(),
        }
    }
}

/// The segment count as a row keeps it.
pub(crate) fn segment_count(body: &str) -> u16 {
    u16::try_from(segments::count(body)).unwrap_or(u16::MAX)
}

//! Inbound messages: a customer's text reaches one of our numbers. Owns the carrier's opt-out words
//! and blocks, which come before and regardless of any webhook, and the replies that TwiML asks for.

use bytes::Bytes;

use crate::address::E164;
use crate::clock::Moment;
use crate::keywords::Keyword;
use crate::sid::{Sid, SidKind};
use crate::state::handsets::{HandsetSide, HandsetText};
use crate::state::messages::{Direction, MessageNumber, MessageRow, MessageStatus};
use crate::state::sending::{Outgoing, segment_count};
use crate::state::{Carrier, Effect};
use crate::webhooks::{TwimlMessage, WebhookJob};

/// A text that a handset sends.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) handset: E164,
    pub(crate) to: E164,
    pub(crate) body: String,
    /// Content type and bytes, unchecked: hostile files are what tests are made of.
    pub(crate) media: Vec<(String, Bytes)>,
}

impl Carrier {
    /// Takes in a handset's text; `None` when the number is not one of ours that carries texts.
    pub(crate) fn receive(
        &mut self,
        incoming: Incoming,
        now: Moment,
    ) -> Option<(Sid, Vec<Effect>)> {
        if !self
            .own_number(&incoming.to)
            .is_some_and(super::numbers::OwnNumber::carries_sms)
        {
            return None;
        }
        let kind = if incoming.media.is_empty() {
            SidKind::Sms
        } else {
            SidKind::Mms
        };
        let sid = self.sids.mint(kind);
        let media = self.store_media(sid, incoming.media, now);
        let lag = self.faults.strike_list_lag();
        let number = self.messages.insert(MessageRow {
            sid,
            from: Some(incoming.handset.clone()),
            to: incoming.to.clone(),
            direction: Direction::Inbound,
            status: MessageStatus::Received,
            segments: segment_count(&incoming.body),
            body: incoming.body.as_str().into(),
            redacted: false,
            deleted: false,
            media_count: u8::try_from(media.len()).unwrap_or(u8::MAX),
            media: media.clone(),
            created: now,
            updated: now,
            sent: Some(now),
            listed_from: now.plus(lag),
            error_code: None,
            sending: None,
        });
        let text = HandsetText {
            side: HandsetSide::Sent,
            body: incoming.body.clone(),
            media,
            sid: Some(sid),
            at: now,
            other_party: incoming.to.clone(),
        };
        self.handsets.record(&incoming.handset, text);
        self.obey_keyword(&incoming.handset, &incoming.to, &incoming.body, now);
        let effects = match WebhookJob::inbound(self, number) {
            Some(job) => self.dispatch(job, None, now),
            None => Vec::new(),
        };
        Some((sid, effects))
    }

    /// Sends what a webhook's TwiML asked for. Returns Twilio's code for each reply that was refused.
    pub(crate) fn reply(
        &mut self,
        inbound: MessageNumber,
        replies: Vec<TwimlMessage>,
        now: Moment,
    ) -> (Vec<Effect>, Vec<u32>) {
        let Some(row) = self.messages.row(inbound) else {
            return (Vec::new(), Vec::new());
        };
        let (Some(handset), own) = (row.from.clone(), row.to.clone()) else {
            return (Vec::new(), Vec::new());
        };
        let mut effects = Vec::new();
        let mut refused = Vec::new();
        for reply in replies {
            let to = reply
                .to
                .as_deref()
                .map_or(Some(handset.clone()), E164::parse_lenient);
            let from = reply
                .from
                .as_deref()
                .map_or(Some(own.clone()), E164::parse_lenient);
            let (Some(to), Some(from)) = (to, from) else {
                refused.push(21211);
                continue;
            };
            let outgoing = Outgoing {
                to,
                from: Some(from),
                direction: Direction::OutboundReply,
                through_service: false,
                body: reply.body,
                media_urls: reply.media,
                as_mms: false,
                status_callback: reply.action,
                send_at: None,
            };
            match self.accept(outgoing, now) {
                Ok((_, more)) => effects.extend(more),
                Err(refusal) => refused.push(refusal.code()),
            }
        }
        (effects, refused)
    }

    /// The carrier's own answer to an opt-out word goes to the handset directly; it is not a message
    /// of the account and does not appear in its list.
    fn obey_keyword(&mut self, handset: &E164, own: &E164, body: &str, now: Moment) {
        let Some(keyword) = Keyword::find(body) else {
            return;
        };
        let pair = (handset.clone(), own.clone());
        let answered = match keyword {
            Keyword::Stop => {
                self.blocks.insert(pair);
                true
            }
            Keyword::Start => {
                self.blocks.remove(&pair);
                true
            }
            Keyword::Help => !self.blocks.contains(&pair),
        };
        if answered {
            let text = HandsetText {
                side: HandsetSide::Received,
                body: keyword.reply().to_owned(),
                media: Vec::new(),
                sid: None,
                at: now,
                other_party: own.clone(),
            };
            self.handsets.record(handset, text);
        }
    }
}

//! Every message of the account, in carrier-time order. Owns rows and their indexes, so that a page
//! costs its own length and not the length of the history; life cycle and wire format live elsewhere.

use std::collections::{BTreeSet, HashMap};

use crate::address::E164;
use crate::clock::Moment;
use crate::sid::Sid;

/// A row's place in the store; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MessageNumber(u32);

/// Where a row stands in the list: its sending time (creation time until it is sent), then age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListKey(pub(crate) Moment, pub(crate) MessageNumber);

impl ListKey {
    /// The first key at or after `moment`.
    pub(crate) const fn floor(moment: Moment) -> Self {
        Self(moment, MessageNumber(0))
    }
}

/// Who started a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Inbound,
    OutboundApi,
    OutboundReply,
}

impl Direction {
    /// Twilio's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundReply => "outbound-reply",
        }
    }
}

/// The states that this carrier puts a message in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageStatus {
    Accepted,
    Scheduled,
    Queued,
    Sending,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Canceled,
    Received,
}

impl MessageStatus {
    /// Twilio's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Received => "received",
        }
    }

    /// Whether nothing changes any more, so that the row may be deleted.
    pub(crate) const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Canceled | Self::Received
        )
    }
}

/// How a delivery ends when it does not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryFailure {
    /// Twilio's error code.
    pub(crate) code: u32,
    /// `Failed` (never left) or `Undelivered` (receipt).
    pub(crate) status: MessageStatus,
}

/// What only few rows carry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending {
    /// Where status changes are reported.
    pub(crate) status_callback: Option<String>,
    /// Sent through the messaging service.
    pub(crate) through_service: bool,
    /// Media still to be fetched from these addresses.
    pub(crate) media_urls: Vec<String>,
    /// The fate that an armed fault has given it.
    pub(crate) failure: Option<DeliveryFailure>,
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct MessageRow {
    pub(crate) sid: Sid,
    /// Not known yet while a messaging service has still to choose.
    pub(crate) from: Option<E164>,
    pub(crate) to: E164,
    pub(crate) direction: Direction,
    pub(crate) status: MessageStatus,
    /// The text as it was sent; empty once `redacted`.
    pub(crate) body: Box<str>,
    pub(crate) redacted: bool,
    pub(crate) deleted: bool,
    pub(crate) segments: u16,
    pub(crate) media_count: u8,
    pub(crate) media: Vec<Sid>,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) sent: Option<Moment>,
    /// The list does not show the row before this moment.
    pub(crate) listed_from: Moment,
    pub(crate) error_code: Option<u32>,
    pub(crate) sending: Option<Box<Sending>>,
}

impl MessageRow {
    fn list_moment(&self) -> Moment {
        self.sent.unwrap_or(self.created)
    }
}

/// All messages, with the indexes that paging needs.
#[derive(Debug, Default)]
pub(crate) struct MessageStore {
    rows: Vec<MessageRow>,
    by_sid: HashMap<Sid, MessageNumber>,
    listed: BTreeSet<ListKey>,
    by_from: HashMap<E164, BTreeSet<ListKey>>,
    by_to: HashMap<E164, BTreeSet<ListKey>>,
}

impl MessageStore {
    /// Adds a row.
    pub(crate) fn insert(&mut self, row: MessageRow) -> MessageNumber {
        // A store of four billion rows does not fit the memory of any machine this runs on.
        let number = MessageNumber(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        self.by_sid.insert(row.sid, number);
        self.index(
            ListKey(row.list_moment(), number),
            row.from.as_ref(),
            &row.to,
        );
        self.rows.push(row);
        number
    }

    /// The row, deleted or not.
    pub(crate) fn row(&self, number: MessageNumber) -> Option<&MessageRow> {
        self.rows.get(number.0 as usize)
    }

    /// The row that `sid` names, unless deleted.
    pub(crate) fn find(&self, sid: Sid) -> Option<(MessageNumber, &MessageRow)> {
        let number = *self.by_sid.get(&sid)?;
        let row = self.row(number)?;
        (!row.deleted).then_some((number, row))
    }

    /// Changes a row and keeps the indexes true to it.
    pub(crate) fn update<R>(
        &mut self,
        number: MessageNumber,
        change: impl FnOnce(&mut MessageRow) -> R,
    ) -> Option<R> {
        let row = self.rows.get_mut(number.0 as usize)?;
        let before = (row.list_moment(), row.from.clone(), row.deleted);
        let result = change(row);
        let after = (row.list_moment(), row.from.clone(), row.deleted);
        if before != after {
            let to = row.to.clone();
            self.unindex(ListKey(before.0, number), before.1.as_ref(), &to);
            if !after.2 {
                self.index(ListKey(after.0, number), after.1.as_ref(), &to);
            }
        }
        Some(result)
    }

    /// The place in the list of the row that `sid` names, also when it has been deleted since: a page
    /// token outlives its row.
    pub(crate) fn key_of(&self, sid: Sid) -> Option<ListKey> {
        let number = *self.by_sid.get(&sid)?;
        Some(ListKey(self.row(number)?.list_moment(), number))
    }

    /// The keys to scan for a filter on sender and recipient: the smaller index of the two.
    pub(crate) fn keys(
        &self,
        from: Option<&E164>,
        to: Option<&E164>,
    ) -> Option<&BTreeSet<ListKey>> {
        match (
            from.map(|from| self.by_from.get(from)),
            to.map(|to| self.by_to.get(to)),
        ) {
            (None, None) => Some(&self.listed),
            (Some(from), None) => from,
            (None, Some(to)) => to,
            (Some(from), Some(to)) => from
                .zip(to)
                .map(|(from, to)| if from.len() <= to.len() { from } else { to }),
        }
    }

    /// Every row ever made, oldest first, deleted ones included.
    pub(crate) fn all(&self) -> impl Iterator<Item = &MessageRow> {
        self.rows.iter()
    }

    /// How many rows the list shows.
    pub(crate) fn len(&self) -> usize {
        self.listed.len()
    }

    fn index(&mut self, key: ListKey, from: Option<&E164>, to: &E164) {
        self.listed.insert(key);
        if let Some(from) = from {
            self.by_from.entry(from.clone()).or_default().insert(key);
        }
        self.by_to.entry(to.clone()).or_default().insert(key);
    }

    fn unindex(&mut self, key: ListKey, from: Option<&E164>, to: &E164) {
        self.listed.remove(&key);
        if let Some(keys) = from.and_then(|from| self.by_from.get_mut(from)) {
            keys.remove(&key);
        }
        if let Some(keys) = self.by_to.get_mut(to) {
            keys.remove(&key);
        }
    }
}

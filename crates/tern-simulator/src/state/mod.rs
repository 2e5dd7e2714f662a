//! Everything the carrier knows, behind one lock and without any I/O. Owns the account, its numbers,
//! messages, media, blocks, handsets and armed faults; it is held in memory only and is gone when the
//! practice line stops. Outside work (webhooks, fetching media) leaves here as an [`Effect`].

pub(crate) mod faults;
pub(crate) mod handsets;
pub(crate) mod journal;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod numbers;
pub(crate) mod paging;
pub(crate) mod receiving;
pub(crate) mod sending;
pub(crate) mod timers;
pub(crate) mod webhook_queue;

use std::collections::HashSet;

use crate::address::E164;
use crate::clock::Moment;
use crate::config::{LifeCycle, PracticeAccount, SimulatorConfig};
use crate::sid::{Sid, SidKind, SidMint};
use crate::webhooks::WebhookJob;
use faults::Faults;
use handsets::Handsets;
use journal::{Alert, Journal};
use media::MediaStore;
use messages::{MessageNumber, MessageStore};
use numbers::OwnNumber;
use timers::Timers;
use webhook_queue::WebhookQueue;

/// Work for the world outside the lock.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Call a webhook.
    Webhook(Box<WebhookJob>),
    /// Fetch the media of an outbound message, then report to [`Carrier::media_fetched`].
    FetchMedia {
        message: MessageNumber,
        urls: Vec<String>,
    },
}

/// Whether the account may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The account is suspended.
    pub(crate) suspended: bool,
    /// The API key has been revoked.
    pub(crate) key_revoked: bool,
}

/// The whole carrier.
pub(crate) struct Carrier {
    pub(crate) account: PracticeAccount,
    pub(crate) standing: Standing,
    pub(crate) trial: bool,
    pub(crate) base_url: String,
    pub(crate) opened: Moment,
    pub(crate) numbers: Vec<OwnNumber>,
    pub(crate) messages: MessageStore,
    pub(crate) media: MediaStore,
    /// Blocks: (handset, number of ours).
    pub(crate) blocks: HashSet<(E164, E164)>,
    pub(crate) handsets: Handsets,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) timers: Timers,
    pub(crate) webhook_queue: WebhookQueue,
    pub(crate) sids: SidMint,
    life_cycle: LifeCycle,
}

impl Carrier {
    /// A carrier with one account and nothing in it.
    pub(crate) fn new(
        config: &SimulatorConfig,
        account: PracticeAccount,
        mut sids: SidMint,
        base_url: String,
        now: Moment,
    ) -> Self {
        let numbers = config
            .numbers
            .iter()
            .filter_map(|number| OwnNumber::new(number, &account.account_sid, now))
            .collect();
        let cdn_key = sids.secret();
        Self {
            account,
            standing: Standing::default(),
            trial: config.trial,
            base_url,
            opened: now,
            numbers,
            messages: MessageStore::default(),
            media: MediaStore::new(cdn_key),
            blocks: HashSet::new(),
            handsets: Handsets::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            timers: Timers::default(),
            webhook_queue: WebhookQueue::default(),
            sids,
            life_cycle: config.life_cycle,
        }
    }

    /// The account's number with that address.
    pub(crate) fn own_number(&self, e164: &E164) -> Option<&OwnNumber> {
        self.numbers.iter().find(|number| number.e164 == *e164)
    }

    /// The path below which everything of the account lies.
    pub(crate) fn account_path(&self) -> String {
        format!("/2010-04-01/Accounts/{}", self.account.account_sid)
    }

    /// The absolute API address of a message's media, as webhooks carry it.
    pub(crate) fn media_url(&self, message: Sid, media: Sid) -> String {
        format!(
            "{}{}/Messages/{message}/Media/{media}",
            self.base_url,
            self.account_path()
        )
    }

    /// Raises an alert.
    pub(crate) fn alert(
        &mut self,
        now: Moment,
        error_code: u32,
        text: &'static str,
        message_sid: Sid,
        url: Option<String>,
    ) {
        let sid = self.sids.mint(SidKind::Alert).to_string();
        self.journal.alerts.push(Alert {
            sid,
            at: now.to_iso(),
            error_code,
            url,
            message_sid: message_sid.to_string(),
            text,
        });
    }
}

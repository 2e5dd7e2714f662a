//! What an engine is built from, and how busy it is.
//!
//! Owns the intervals. It refuses to hold rules: what counts as late or as live is the domain's, this is only
//! where the numbers are passed in.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tern_domain::{Millis, PhoneNumber};
use tern_store::{PassphraseCost, Store};
use tern_twilio::TwilioClient;
use url::Url;

use crate::alerts::AlertDesk;
use crate::bot::{BotSecrets, NoSecrets};
use crate::clock::Clock;
use crate::media_host::MediaHost;
use crate::screen::SharedScreen;
use crate::supervisor::RestartPolicy;

/// Everything an [`crate::Engine`] needs.
#[derive(Clone)]
pub struct EngineConfig {
    /// The open database.
    pub store: Store,
    /// The account.
    pub client: TwilioClient,
    /// Where pictures are put so that the carrier can fetch them.
    pub media_host: Arc<dyn MediaHost>,
    /// Where the carrier reports delivery; without it, the list and the messages are asked.
    pub status_callback: Option<Url>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The team's own numbers that Tern listens on; texts to others are not stored.
    pub numbers: Vec<PhoneNumber>,
    /// How busy the tasks are.
    pub tuning: Tuning,
    /// Numbers that rules are given.
    pub policy: Policy,
    /// What is masked before it is stored (H-15).
    pub screen: SharedScreen,
    /// What the virtual agent is given besides.
    pub bot: BotConfig,
    /// Who sits here, and what they want to be told of.
    pub alert_desk: Arc<dyn AlertDesk>,
}

/// What the virtual agent is given besides its topics.
#[derive(Clone)]
pub struct BotConfig {
    /// What the team calls its numbers.
    pub number_names: BTreeMap<PhoneNumber, String>,
    /// What the PINs of users were hashed with: a number without an account costs as much.
    pub pin_cost: PassphraseCost,
    /// Where the secrets of its requests are.
    pub secrets: Arc<dyn BotSecrets>,
}

impl Default for BotConfig {
    fn default() -> Self {
        Self {
            number_names: BTreeMap::new(),
            pin_cost: PassphraseCost::default(),
            secrets: Arc::new(NoSecrets),
        }
    }
}

/// Numbers that rules are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A text that arrives this much after it was sent goes to a person, never to a bot.
    pub late_after: Millis,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            late_after: Millis(60 * 60 * 1000),
        }
    }
}

/// Whether somebody is looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The window has the focus.
    Focused,
    /// It is hidden or behind another one.
    #[default]
    Background,
}

/// How busy the tasks are. The defaults are the product's; tests use shorter ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// Between two looks at the newest page while the window has the focus.
    pub poll_focused: Duration,
    /// The same while it has not.
    pub poll_background: Duration,
    /// The same at most, after nothing has happened for long.
    pub poll_idle: Duration,
    /// Without any change for this long, polling slows down step by step.
    pub idle_after: Duration,
    /// Rows of the newest page.
    pub head_page_size: u16,
    /// Rows of the pages that walk the overlap, a gap or the past.
    pub deep_page_size: u16,
    /// How far back the whole list is compared again; rows can appear late.
    pub overlap: Duration,
    /// Between two walks over the overlap.
    pub sweep_every: Duration,
    /// First pause after a failed exchange; doubles.
    pub trouble_first: Duration,
    /// No such pause is longer.
    pub trouble_longest: Duration,
    /// Between two attempts while the credentials are refused.
    pub refused_probe: Duration,
    /// Attempts at one file.
    pub media_attempts: u32,
    /// First pause between them; doubles.
    pub media_retry_first: Duration,
    /// Largest file that is kept, in bytes.
    pub media_cap: usize,
    /// Largest picture that is shown, in pixels.
    pub picture_pixels_cap: u64,
    /// Rest between two pages of the past, so that live texts come first.
    pub backfill_rest: Duration,
    /// Rest between two batches of what is deleted for its age, for the same reason.
    pub retention_rest: Duration,
    /// Between two comparisons of wall clock and monotonic clock.
    pub clock_look_every: Duration,
    /// No timer waits longer than this without looking at the clock again.
    pub timer_look_every: Duration,
    /// How long stopping waits before it aborts.
    pub stop_deadline: Duration,
    /// How failing tasks are started again.
    pub restart: RestartPolicy,
}

impl Default for Tuning {
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_secs(60);
        Self {
            poll_focused: Duration::from_secs(2),
            poll_background: Duration::from_secs(10),
            poll_idle: Duration::from_secs(30),
            idle_after: 10 * MINUTE,
            head_page_size: 50,
            deep_page_size: 1000,
            overlap: 24 * 60 * MINUTE,
            sweep_every: 10 * MINUTE,
            trouble_first: Duration::from_secs(1),
            trouble_longest: Duration::from_secs(15),
            refused_probe: 2 * MINUTE,
            media_attempts: 6,
            media_retry_first: Duration::from_secs(2),
            media_cap: 5 * 1024 * 1024,
            picture_pixels_cap: 50_000_000,
            backfill_rest: Duration::from_millis(200),
            retention_rest: Duration::from_millis(100),
            clock_look_every: Duration::from_secs(1),
            timer_look_every: Duration::from_secs(30),
            stop_deadline: Duration::from_secs(5),
            restart: RestartPolicy::default(),
        }
    }
}

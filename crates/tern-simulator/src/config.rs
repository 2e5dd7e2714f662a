//! How a practice line is set up. Owns the defaults: an account of its own, two fictional numbers,
//! a life cycle of about two seconds. Holds no running state.

use std::fmt;
use std::time::Duration;

use crate::address::E164;
use crate::error::SimulatorError;
use crate::history::HistoryPlan;
use crate::sid::{Sid, SidKind, SidMint};

/// How to start a practice line. Every field has a default; `None` means "made anew at each start".
#[derive(Clone)]
pub struct SimulatorConfig {
    /// Loopback port of the carrier's API; 0 lets the system choose.
    pub port: u16,
    /// `AC…`, to keep one account over restarts.
    pub account_sid: Option<String>,
    /// The account's auth token, which also signs webhooks.
    pub auth_token: Option<String>,
    /// `SK…` of the one standard API key.
    pub api_key_sid: Option<String>,
    /// That key's secret.
    pub api_key_secret: Option<String>,
    /// The account's numbers; at least one.
    pub numbers: Vec<NumberConfig>,
    /// `MG…` of the one messaging service, whose pool is all numbers.
    pub messaging_service_sid: Option<String>,
    /// Makes SIDs and secrets repeat themselves. Without it they differ from run to run.
    pub seed: Option<u64>,
    /// How long an outbound text stays in each state.
    pub life_cycle: LifeCycle,
    /// Requests in flight above which the API answers 429 with code 20429.
    pub max_concurrent_requests: usize,
    /// Conversations that exist before the first request.
    pub history: Option<HistoryPlan>,
    /// Values of the `Origin` header that are let in. A request from any other web page is refused.
    pub allowed_origins: Vec<String>,
    /// A trial account: Twilio's prefix on each text that leaves.
    pub trial: bool,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            port: 0,
            account_sid: None,
            auth_token: None,
            api_key_sid: None,
            api_key_secret: None,
            numbers: vec![
                NumberConfig::new("+14155550100", NumberAbilities::SmsAndMms),
                NumberConfig::new("+14155550101", NumberAbilities::SmsOnly),
            ],
            messaging_service_sid: None,
            seed: None,
            life_cycle: LifeCycle::default(),
            max_concurrent_requests: 100,
            history: None,
            allowed_origins: Vec::new(),
            trial: false,
        }
    }
}

impl fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Credentials and numbers stay out of logs, even practice ones: they may be a copy of real ones.
        f.debug_struct("SimulatorConfig")
            .field("port", &self.port)
            .field("numbers", &self.numbers.len())
            .field("seed", &self.seed)
            .field("life_cycle", &self.life_cycle)
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

/// One number of the account.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberConfig {
    /// The number in E.164; use fictional ones (555-01xx).
    pub e164: String,
    /// What it can carry.
    pub abilities: NumberAbilities,
    /// Where inbound texts are announced; none means that they are only listed.
    pub sms_url: Option<String>,
}

impl NumberConfig {
    /// A number without a webhook.
    pub fn new(e164: impl Into<String>, abilities: NumberAbilities) -> Self {
        Self {
            e164: e164.into(),
            abilities,
            sms_url: None,
        }
    }
}

/// What a number can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberAbilities {
    /// Texts and pictures.
    SmsAndMms,
    /// Texts only; pictures are refused.
    SmsOnly,
    /// Neither: for trying a set-up without a usable number.
    VoiceOnly,
}

/// How long an outbound text stays in each state, in simulated time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LifeCycle {
    /// From creation (or queueing by a messaging service) to `sending`.
    pub queued: Duration,
    /// From `sending` to `sent`.
    pub sending: Duration,
    /// From `sent` to `delivered` or `undelivered`.
    pub sent: Duration,
}

impl LifeCycle {
    /// The same life cycle at `factor` times the duration: 0.0 is at once, 2.0 is twice as slow.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let factor = if factor.is_finite() {
            factor.clamp(0.0, 86_400.0)
        } else {
            1.0
        };
        Self {
            queued: self.queued.mul_f64(factor),
            sending: self.sending.mul_f64(factor),
            sent: self.sent.mul_f64(factor),
        }
    }
}

impl Default for LifeCycle {
    fn default() -> Self {
        Self {
            queued: Duration::from_millis(150),
            sending: Duration::from_millis(350),
            sent: Duration::from_millis(1500),
        }
    }
}

/// The account that a running practice line serves.
#[derive(Clone)]
pub struct PracticeAccount {
    /// `AC…`.
    pub account_sid: String,
    /// The auth token; signs webhooks.
    pub auth_token: String,
    /// `SK…` of the standard API key.
    pub api_key_sid: String,
    /// The key's secret.
    pub api_key_secret: String,
    /// The account's numbers, in E.164.
    pub numbers: Vec<String>,
    /// `MG…` of the messaging service whose pool is all numbers.
    pub messaging_service_sid: String,
}

impl fmt::Debug for PracticeAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PracticeAccount")
            .field("account_sid", &self.account_sid)
            .finish_non_exhaustive()
    }
}

impl PracticeAccount {
    /// Settles what the configuration leaves open, and refuses what cannot be an identifier.
    pub(crate) fn settle(
        config: &SimulatorConfig,
        mint: &mut SidMint,
    ) -> Result<Self, SimulatorError> {
        let mut sid = |given: &Option<String>, kind, field| match given {
            None => Ok(mint.mint(kind).to_string()),
            Some(text) if Sid::parse(text).is_some_and(|sid| sid.kind() == kind) => {
                Ok(text.clone())
            }
            Some(_) => Err(SimulatorError::Config { field }),
        };
        let account_sid = sid(&config.account_sid, SidKind::Account, "account_sid")?;
        let api_key_sid = sid(&config.api_key_sid, SidKind::ApiKey, "api_key_sid")?;
        let messaging_service_sid = sid(
            &config.messaging_service_sid,
            SidKind::MessagingService,
            "messaging_service_sid",
        )?;
        if config.numbers.is_empty()
            || config
                .numbers
                .iter()
                .any(|number| E164::parse(&number.e164).is_none())
        {
            return Err(SimulatorError::Config { field: "numbers" });
        }
        Ok(Self {
            account_sid,
            auth_token: config.auth_token.clone().unwrap_or_else(|| mint.secret()),
            api_key_sid,
            api_key_secret: config
                .api_key_secret
                .clone()
                .unwrap_or_else(|| mint.key_secret()),
            numbers: config
                .numbers
                .iter()
                .map(|number| number.e164.clone())
                .collect(),
            messaging_service_sid,
        })
    }
}

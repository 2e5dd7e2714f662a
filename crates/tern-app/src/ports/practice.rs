//! The practice line's host: whoever can run the simulator inside this process or beside it.
//!
//! The app only learns where it listens and what to log in with, and then talks to it as it talks to Twilio;
//! the phones on screen go through its control surface under `/sim/`.

use async_trait::async_trait;
use secrecy::SecretString;

/// A running practice line.
#[derive(Clone)]
pub struct PracticeAccount {
    /// REST endpoint, on loopback; it can be cut off to try a laptop without a network.
    pub base_url: String,
    /// Where `/sim/` answers even then.
    pub control_url: String,
    /// `AC…`.
    pub account_sid: String,
    /// Its auth token.
    pub auth_token: SecretString,
    /// The team's numbers on it (E.164); at least one.
    pub numbers: Vec<String>,
}

/// The practice line could not be started.
#[derive(Debug, Clone, thiserror::Error)]
#[error("start the practice line: {reason}")]
pub struct PracticeHostError {
    /// Plain words.
    pub reason: String,
}

/// Starts the practice line.
#[async_trait]
pub trait PracticeHost: Send + Sync + 'static {
    /// Starts it, or gives the one that already runs: calling twice must not lose a running line.
    ///
    /// # Errors
    /// [`PracticeHostError`].
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError>;
}

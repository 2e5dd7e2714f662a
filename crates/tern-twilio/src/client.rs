//! The handle every caller holds.
//!
//! Owns nothing but a shared transport, so cloning it is cheap and the limit of requests under way counts
//! across all clones. The operations are in `account`, `numbers`, `messages` and `media`.

use std::fmt;
use std::sync::Arc;

use crate::config::{BaseUrl, ClientConfig, ConfigError};
use crate::sid::AccountSid;
use crate::transport::Transport;

/// An asynchronous client of one Twilio account.
#[derive(Clone)]
pub struct TwilioClient {
    pub(crate) transport: Arc<Transport>,
}

impl TwilioClient {
    /// Prepares connections; sends nothing.
    ///
    /// # Errors
    /// [`ConfigError::BuildHttpClient`] when TLS cannot be set up.
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            transport: Arc::new(Transport::new(config)?),
        })
    }

    /// The account whose resources this client works on.
    #[must_use]
    pub fn account_sid(&self) -> &AccountSid {
        &self.transport.config.account_sid
    }

    /// Where the API lives.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.transport.config.base_url
    }
}

impl fmt::Debug for TwilioClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TwilioClient")
            .field(&self.transport.config)
            .finish()
    }
}

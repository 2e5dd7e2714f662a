//! What the gateway needs: the key that signs webhooks, and where a verified one goes.
//!
//! Both ways a text can come in (polling, webhook) meet in the engine; nothing is decided here.

use secrecy::SecretString;
use tern_engine::Arrival;
use tern_twilio::Credential;

use crate::app::App;
use crate::error::{ApiError, ErrorCode};
use crate::words;

/// What webhooks are verified with.
#[derive(Clone)]
pub struct WebhookCredentials {
    /// `AC…`.
    pub account_sid: String,
    /// The auth token, which signs them.
    pub auth_token: SecretString,
    /// The address under which Twilio reaches this laptop.
    pub public_base_url: String,
}

impl App {
    /// What webhooks are verified with; `None` when an API key is used (it signs nothing) or no public
    /// address is set up.
    pub async fn webhook_credentials(&self) -> Option<WebhookCredentials> {
        let credential = self.desk().ok()?.link().credential?;
        let public_base_url = self.settings().await.ok()?.webhook_base_url?;
        match credential.secret {
            Credential::AuthToken(auth_token) => Some(WebhookCredentials {
                account_sid: credential.account_sid.as_str().to_owned(),
                auth_token,
                public_base_url,
            }),
            Credential::ApiKey { .. } => None,
        }
    }

    /// Takes in a verified webhook about a customer's text. When this returns, it is stored.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] without an open line, [`ErrorCode::Storage`] when it could not be stored.
    pub async fn ingest_webhook(&self, form: Vec<(String, String)>) -> Result<(), ApiError> {
        self.take_in(Arrival::Webhook(form)).await
    }

    /// Takes in a verified delivery report.
    ///
    /// # Errors
    /// As [`App::ingest_webhook`].
    pub async fn ingest_status_callback(
        &self,
        form: Vec<(String, String)>,
    ) -> Result<(), ApiError> {
        self.take_in(Arrival::StatusCallback(form)).await
    }

    async fn take_in(&self, arrival: Arrival) -> Result<(), ApiError> {
        let engine = self.desk()?.engine().ok_or_else(words::not_ready)?;
        engine.ingest(arrival).await.map_err(|_| {
            ApiError::new(
                ErrorCode::Storage,
                "The webhook could not be stored.",
                "Twilio's list has the text.",
            )
        })
    }
}

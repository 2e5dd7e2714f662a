//! What the gateway needs: the key that signs webhooks, and where a verified one goes.
//!
//! Both ways a text can come in (polling, webhook) meet in the engine; nothing is decided here.

use secrecy::SecretString;
use tern_engine::Arrival;
use tern_twilio::Credential;
use url::Url;

use crate::app::App;
use crate::dto::{Settings, WebhookState, WebhookView};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::CarrierCredential;
use crate::words;

/// Where Twilio announces inbound texts; appended to the public address.
pub const INBOUND_PATH: &str = "/twilio/inbound";

/// Where Twilio reports delivery; appended to the public address.
pub const STATUS_PATH: &str = "/twilio/status";

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

/// What became of the door that webhooks come in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookDoor {
    /// Nobody has tried to open it.
    #[default]
    Closed,
    /// It is open on this loopback port.
    Open {
        /// The port that a tunnel is pointed at.
        port: u16,
    },
    /// Another program holds the port.
    PortTaken {
        /// Which.
        port: u16,
    },
    /// It could not be opened for another reason, or did not stay open.
    Failed {
        /// The port it was tried on.
        port: u16,
    },
}

/// The URL of one of the paths below the public address, if webhooks can be verified: an API key signs none.
pub(crate) fn webhook_url(
    settings: &Settings,
    credential: &CarrierCredential,
    path: &str,
) -> Option<Url> {
    let base = settings.webhook_base_url.as_deref()?;
    match credential.secret {
        Credential::AuthToken(_) => Url::parse(&below(base, path)).ok(),
        Credential::ApiKey { .. } => None,
    }
}

fn below(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}

impl App {
    /// Notes what became of the door, for the windows.
    pub fn webhook_door(&self, door: WebhookDoor) {
        let before = std::mem::replace(
            &mut *self
                .inner
                .webhook_door
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
            door,
        );
        if before != door {
            self.emit(Change::Status);
        }
    }

    /// How webhooks come in; `None` where no public address is set up.
    pub(crate) fn webhooks(
        &self,
        settings: &Settings,
        credential: &CarrierCredential,
    ) -> Option<WebhookView> {
        let base = settings.webhook_base_url.as_deref()?;
        let door = *self
            .inner
            .webhook_door
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let state = match (&credential.secret, door) {
            (Credential::ApiKey { .. }, _) => WebhookState::Failed {
                error: words::webhooks_unverifiable(),
            },
            (_, WebhookDoor::Closed) => WebhookState::Opening,
            (_, WebhookDoor::Open { port }) => WebhookState::Open { port },
            (_, WebhookDoor::PortTaken { port }) => WebhookState::Failed {
                error: words::port_taken(port),
            },
            (_, WebhookDoor::Failed { port }) => WebhookState::Failed {
                error: words::door_failed(port),
            },
        };
        Some(WebhookView {
            inbound_url: below(base, INBOUND_PATH),
            state,
        })
    }

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

//! What only a practice line has: phones on screen, and a carrier that answers within a blink.

use std::sync::Arc;
use std::time::Duration;

use tern_domain::PhoneNumber;
use tern_engine::{MediaHost, PracticeMediaHost, Tuning};
use tern_twilio::{AccountSid, BaseUrl, Credential};
use url::Url;

use super::credential::CarrierCredential;
use super::numbers::OwnNumber;
use crate::error::{ApiError, ErrorCode};
use crate::ports::PracticeAccount;
use crate::practice::Control;

/// A practice line costs nothing to ask, and a person is watching both sides at once.
const POLL: Duration = Duration::from_millis(400);

/// The tasks' pace on a practice line.
pub(super) fn tuning() -> Tuning {
    Tuning {
        poll_focused: POLL,
        poll_background: POLL,
        poll_idle: POLL,
        trouble_first: Duration::from_millis(300),
        trouble_longest: Duration::from_secs(1),
        media_retry_first: Duration::from_millis(300),
        ..Tuning::default()
    }
}

/// A running practice line as the desk uses it.
pub(super) struct PracticeLine {
    pub(super) credential: CarrierCredential,
    pub(super) control: Control,
    pub(super) media_host: Option<Arc<dyn MediaHost>>,
}

impl PracticeLine {
    pub(super) fn connect(account: &PracticeAccount) -> Result<Self, ApiError> {
        let numbers = account
            .numbers
            .iter()
            .filter_map(|text| PhoneNumber::parse(text).ok())
            .map(OwnNumber::assumed)
            .collect();
        let credential = CarrierCredential {
            account_sid: AccountSid::parse(account.account_sid.clone()).map_err(|_| unusable())?,
            base_url: BaseUrl::parse(&account.base_url).map_err(|_| unusable())?,
            secret: Credential::AuthToken(account.auth_token.clone()),
            numbers,
        };
        let control = Control::new(&account.control_url).map_err(|_| unusable())?;
        let media_host = Url::parse(&account.base_url)
            .ok()
            .and_then(|base| PracticeMediaHost::new(&base).ok())
            .map(|host| Arc::new(host) as Arc<dyn MediaHost>);
        Ok(Self {
            credential,
            control,
            media_host,
        })
    }
}

fn unusable() -> ApiError {
    ApiError::new(
        ErrorCode::Internal,
        "The practice line could not be started.",
        "Restart Tern; if it stays, another program may hold its port.",
    )
}

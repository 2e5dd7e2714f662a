//! Whether a credential works, and what the account has left.
//!
//! Owns the two ways to ask: an auth token may read its account, a standard API key may not, so a key proves
//! itself by listing numbers. The account row contains the auth token; it is never kept nor shown.

use jiff::{SignedDuration, Timestamp};

use crate::client::TwilioClient;
use crate::config::Credential;
use crate::error::{Operation, TwilioError};
use crate::sid::AccountSid;
use crate::transport::{Answer, Call};
use crate::wire::lenient;

/// Which kind of credential was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckedWith {
    /// The account row could be read.
    AuthToken,
    /// Only that the key may list numbers is known.
    ApiKey,
}

/// What an auth token learns about its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStanding {
    /// The account's name.
    pub friendly_name: Option<String>,
    /// `active`, `suspended` or `closed`.
    pub status: String,
    /// `Trial` or `Full`.
    pub kind: String,
    /// The parent account, when this is a subaccount.
    pub owner_account_sid: Option<AccountSid>,
}

impl AccountStanding {
    /// Whether messages can be sent at all.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// Trial accounts reach verified numbers only and prefix every text.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.kind.eq_ignore_ascii_case("trial")
    }
}

/// The credential was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCheck {
    /// What was used.
    pub checked_with: CheckedWith,
    /// Known when an auth token was used.
    pub standing: Option<AccountStanding>,
    /// Twilio's clock when it answered, to the second.
    pub server_time: Option<Timestamp>,
}

impl AccountCheck {
    /// How far this machine's clock is ahead of Twilio's (negative: behind).
    #[must_use]
    pub fn clock_skew_at(&self, now: Timestamp) -> Option<SignedDuration> {
        self.server_time.map(|server| now.duration_since(server))
    }
}

/// What the account has left to spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// A decimal; text, because money is not a float.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

impl TwilioClient {
    /// Asks Twilio whether the credential is accepted.
    ///
    /// # Errors
    /// [`TwilioError`]; `is_credential_problem` when it is not accepted.
    pub async fn verify_credentials(&self) -> Result<AccountCheck, TwilioError> {
        let operation = Operation::VerifyCredentials;
        match &self.transport.config.credential {
            Credential::AuthToken(_) => {
                let url = self.transport.account_url(".json");
                let answer = self.transport.call(Call::read(operation, url)).await?;
                Ok(AccountCheck {
                    checked_with: CheckedWith::AuthToken,
                    standing: Some(read_standing(&answer)?),
                    server_time: answer.server_time,
                })
            }
            Credential::ApiKey { .. } => {
                let mut url = self.transport.account_url("/IncomingPhoneNumbers.json");
                url.query_pairs_mut().append_pair("PageSize", "1");
                let answer = self.transport.call(Call::read(operation, url)).await?;
                if !answer.json()?.is_object() {
                    return Err(answer.unreadable("a list of numbers was expected"));
                }
                Ok(AccountCheck {
                    checked_with: CheckedWith::ApiKey,
                    standing: None,
                    server_time: answer.server_time,
                })
            }
        }
    }

    /// The account's balance. Subaccounts are refused.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn balance(&self) -> Result<Balance, TwilioError> {
        let url = self.transport.account_url("/Balance.json");
        let answer = self
            .transport
            .call(Call::read(Operation::FetchBalance, url))
            .await?;
        let row = answer.json()?;
        Ok(Balance {
            amount: lenient::text(&row, "balance")
                .ok_or_else(|| answer.unreadable("the balance is missing"))?,
            currency: lenient::text(&row, "currency").unwrap_or_default(),
        })
    }
}

fn read_standing(answer: &Answer) -> Result<AccountStanding, TwilioError> {
    let row = answer.json()?;
    if lenient::parsed::<AccountSid>(&row, "sid").is_none() {
        return Err(answer.unreadable("the account has no SID"));
    }
    Ok(AccountStanding {
        friendly_name: lenient::text(&row, "friendly_name"),
        status: lenient::text(&row, "status").unwrap_or_default(),
        kind: lenient::text(&row, "type").unwrap_or_default(),
        owner_account_sid: lenient::parsed(&row, "owner_account_sid"),
    })
}

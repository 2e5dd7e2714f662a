//! The Twilio account: trying credentials, connecting, looking it over again, replacing credentials.
//!
//! Secrets go from the window into the keychain and to the client, never back. Where there is no keychain
//! they go into the encrypted file, whose key the passphrase wraps.

use tern_domain::{AccountSid, UtcMillis, plan_connect};
use tern_engine::EdgeIds;
use tern_store::Store;

use crate::app::App;
use crate::dto::{
    AccountCredentials, AccountView, AppStatus, ConnectAccount, DoctorReport, KeyHolder, Line,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::{CarrierCredential, Desk, OwnNumber};
use crate::ports::SecretName;
use crate::records::{self, Record};
use crate::setup::{Visit, VisitedNumbers, diagnose, host_of, unusable_input};
use crate::usecases::{INBOUND_PATH, webhook_url};
use crate::words;

impl App {
    /// Tries credentials and looks over the account; stores nothing.
    ///
    /// # Errors
    /// Never for what the account answers: that is in the report.
    pub async fn check_account(
        &self,
        request: AccountCredentials,
    ) -> Result<DoctorReport, ApiError> {
        match CarrierCredential::typed(&request) {
            Ok(credential) => Ok(self.visit(&credential).await.report),
            Err(problem) => Ok(unusable_input(problem.check, problem.title, problem.remedy)),
        }
    }

    /// Looks over the account already connected.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] when none is.
    pub async fn recheck_account(&self) -> Result<DoctorReport, ApiError> {
        let desk = self.desk()?;
        let credential = desk
            .link()
            .credential
            .ok_or_else(words::credentials_missing)?;
        Ok(self.visit(&credential).await.report)
    }

    /// Stores credentials and goes live.
    ///
    /// # Errors
    /// The report's first problem; [`ErrorCode::InvalidInput`] for numbers that cannot be listened on; what
    /// the keychain or the file fails with.
    pub async fn connect_account(&self, request: ConnectAccount) -> Result<AppStatus, ApiError> {
        let moving = self.inner.moving.lock().await;
        self.leave_for(Line::Account)?;
        let mut credential = typed(&request.credentials)?;
        let Visited {
            report,
            listed,
            carrier_now,
        } = self.visit(&credential).await;
        if !report.can_connect {
            return Err(words::cannot_connect(&report));
        }
        credential.numbers = choose_numbers(&listed, &request.numbers)?;
        let key = self.key_for_start(request.passphrase).await?;
        self.start_line(Line::Account, key).await?;
        // A file that turned out to be blocked shows in the status, with its way out.
        let Ok(desk) = self.desk() else {
            return self.app_status().await;
        };
        if let Err(refusal) = claim_file(&desk.store, &credential).await {
            self.back_to_first_run(&desk).await?;
            return Err(refusal);
        }
        self.keep_credential(&desk, &credential).await?;
        desk.go_live_at(&credential, carrier_now).await?;
        desk.link_to(credential, &self.settings().await?).await;
        drop(moving);
        if request.backfill_days != Some(0) {
            let days = request.backfill_days;
            self.start_backfill(crate::dto::StartBackfill { days })
                .await?;
        }
        self.app_status().await
    }

    /// Replaces refused or rotated credentials of the account already connected.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for another account's credentials; the report's first problem.
    pub async fn replace_credentials(
        &self,
        mut request: AccountCredentials,
    ) -> Result<AppStatus, ApiError> {
        let desk = self.account_desk()?;
        let before = desk.link().credential;
        if let Some(before) = before
            .as_ref()
            .filter(|_| request.account_sid.trim().is_empty())
        {
            request.account_sid = before.account_sid.as_str().to_owned();
        }
        let mut credential = typed(&request)?;
        if let Some(before) = before {
            if before.account_sid != credential.account_sid {
                return Err(ApiError::new(
                    ErrorCode::InvalidInput,
                    "These credentials belong to another account.",
                    "Use credentials of the account that is connected, or leave the line and connect the other \
                     account.",
                ));
            }
            credential.numbers = before.numbers;
        }
        let Visited {
            report,
            listed,
            carrier_now,
        } = self.visit(&credential).await;
        if !report.can_connect {
            return Err(words::cannot_connect(&report));
        }
        if credential.numbers.is_empty() {
            credential.numbers = listed.into_iter().filter(|own| own.sms).collect();
        }
        self.keep_credential(&desk, &credential).await?;
        desk.go_live_at(&credential, carrier_now).await?;
        desk.link_to(credential, &self.settings().await?).await;
        self.emit(crate::Change::Status);
        self.app_status().await
    }

    /// The account as connected, without secrets; `None` on the practice line.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] before a line is open.
    pub async fn account(&self) -> Result<Option<AccountView>, ApiError> {
        let desk = self.desk()?;
        if desk.line() == Line::Practice {
            return Ok(None);
        }
        let live_since = desk
            .store
            .read(|conn| conn.live_since())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(desk.link().credential.map(|credential| AccountView {
            account_sid_masked: masked(credential.account_sid.as_str()),
            key_sid_masked: credential.key_sid().map(masked),
            base_url: credential.base_url.to_string(),
            secret_present: true,
            live_since: live_since.map_or(0, |at| at.0),
        }))
    }

    /// The credential of this installation's account.
    pub(crate) async fn find_credential(
        &self,
        store: &Store,
    ) -> Result<Option<CarrierCredential>, ApiError> {
        if let Some(text) = records::find::<String>(store, Record::Credential).await? {
            return Ok(CarrierCredential::decode(text.as_bytes()));
        }
        let found = self
            .inner
            .keys
            .find_secret(SecretName::CarrierCredential)
            .await;
        match found {
            Ok(bytes) => Ok(bytes.and_then(|bytes| CarrierCredential::decode(&bytes))),
            Err(error) => Err(words::secret_store(&error)),
        }
    }

    async fn keep_credential(
        &self,
        desk: &Desk,
        credential: &CarrierCredential,
    ) -> Result<(), ApiError> {
        match self.inner.keys.holder().await {
            KeyHolder::Keychain => self.store_in_keychain(credential).await,
            KeyHolder::Passphrase => store_in_file(&desk.store, credential).await,
        }
    }

    async fn store_in_keychain(&self, credential: &CarrierCredential) -> Result<(), ApiError> {
        self.inner
            .keys
            .store_secret(SecretName::CarrierCredential, credential.encode())
            .await
            .map_err(|error| words::secret_store(&error))
    }

    /// Asks the account about itself.
    pub(super) async fn visit(&self, credential: &CarrierCredential) -> Visited {
        let settings = self.settings().await.unwrap_or_default();
        let Ok(client) = credential.client() else {
            let problem = unusable_input(
                crate::dto::DoctorCheck::Network,
                "This computer cannot make secure connections",
                "Its certificates may be missing; install the system's certificates and try again.",
            );
            return Visited {
                report: problem,
                listed: Vec::new(),
                carrier_now: self.inner.config.clock.now(),
            };
        };
        let check = client.verify_credentials().await;
        let numbers = match &check {
            Ok(_) => match client.list_numbers().await {
                Ok(numbers) => VisitedNumbers::Listed(numbers),
                Err(error) => VisitedNumbers::Failed(error),
            },
            Err(_) => VisitedNumbers::NotAsked,
        };
        let now = self.inner.config.clock.now();
        let server_time = check.as_ref().ok().and_then(|check| check.server_time);
        let visit = Visit {
            base_url: credential.base_url.clone(),
            clue: credential.clue(),
            check,
            numbers,
            now: jiff::Timestamp::from_millisecond(now.0).unwrap_or_default(),
            has_media_host: settings.media_base_url.is_some(),
            own_webhook_host: webhook_url(&settings, credential, INBOUND_PATH)
                .and_then(|url| host_of(url.as_str())),
        };
        let report = diagnose(&visit);
        let listed = match &visit.numbers {
            VisitedNumbers::Listed(numbers) => {
                numbers.iter().filter_map(OwnNumber::listed).collect()
            }
            _ => Vec::new(),
        };
        // To the second, so at most one too early: better a text from just before than one that is missed.
        let carrier_now = server_time.map_or(now, |time| now.min(UtcMillis(time.as_millisecond())));
        Visited {
            report,
            listed,
            carrier_now,
        }
    }

    fn account_desk(&self) -> Result<std::sync::Arc<Desk>, ApiError> {
        let desk = self.desk()?;
        if desk.line() == Line::Account {
            Ok(desk)
        } else {
            Err(words::not_ready())
        }
    }
}

/// What a look over an account found.
pub(super) struct Visited {
    pub(super) report: DoctorReport,
    /// The account's numbers.
    listed: Vec<OwnNumber>,
    /// Now by the carrier's clock if this computer's is ahead of it: texts that come in before this computer
    /// believes that they can would pass for history.
    carrier_now: UtcMillis,
}

impl Desk {
    /// Records the account as of now, if it is not recorded yet.
    pub(crate) async fn go_live(&self, credential: &CarrierCredential) -> Result<(), ApiError> {
        self.go_live_at(credential, self.clock().now()).await
    }

    /// Records the account and the moment since when texts are new; that moment is kept for ever.
    async fn go_live_at(
        &self,
        credential: &CarrierCredential,
        now: UtcMillis,
    ) -> Result<(), ApiError> {
        let numbers: Vec<_> = credential
            .numbers
            .iter()
            .map(|own| own.number.clone())
            .collect();
        let account =
            AccountSid::parse(credential.account_sid.as_str()).map_err(|_| ApiError::internal())?;
        let (agent, clock) = (self.agent(), self.clock());
        self.store
            .write(move |tx| {
                let state = tx.load_account_state(&account)?;
                // A line that is started again has nothing new to record.
                if state.live_since.is_some() && state.version > 0 {
                    return Ok(());
                }
                let planned =
                    plan_connect(&state, &numbers, agent, now, &mut EdgeIds::new(&*clock));
                match planned {
                    Ok(plan) => tx.apply(&plan).map(drop),
                    // Without numbers there is nothing to listen on, and nothing to record.
                    Err(_) => Ok(()),
                }
            })
            .await
            .map_err(|error| words::store(&error))
    }
}

/// Notes whose account the file is. Another account's texts must not mix with it: what is new and what is
/// history would be judged by the wrong moment.
async fn claim_file(store: &Store, credential: &CarrierCredential) -> Result<(), ApiError> {
    let account = credential.account_sid.as_str().to_owned();
    match records::find::<String>(store, Record::ConnectedAccount).await? {
        Some(before) if before == account => Ok(()),
        Some(before) => Err(ApiError::new(
            ErrorCode::NotAllowed,
            format!(
                "The file on this computer belongs to another account, {}.",
                masked(&before)
            ),
            "Connect that account, or close Tern and move its account files out of the data folder first.",
        )),
        None => records::put(store, Record::ConnectedAccount, account).await,
    }
}

async fn store_in_file(store: &Store, credential: &CarrierCredential) -> Result<(), ApiError> {
    let text = String::from_utf8(credential.encode().to_vec()).map_err(|_| ApiError::internal())?;
    records::put(store, Record::Credential, text).await
}

pub(super) fn typed(input: &AccountCredentials) -> Result<CarrierCredential, ApiError> {
    CarrierCredential::typed(input).map_err(|problem| {
        ApiError::new(
            ErrorCode::InvalidInput,
            format!("{}.", problem.title),
            problem.remedy,
        )
    })
}

/// The chosen numbers, each of which must be one of the account's that can text.
fn choose_numbers(listed: &[OwnNumber], chosen: &[String]) -> Result<Vec<OwnNumber>, ApiError> {
    let refused = |message: &str| {
        ApiError::new(
            ErrorCode::InvalidInput,
            message,
            "Choose one of the numbers that the check lists as usable.",
        )
    };
    if chosen.is_empty() {
        return Err(refused("No number was chosen."));
    }
    chosen
        .iter()
        .map(|text| {
            listed
                .iter()
                .find(|own| own.number.as_str() == text && own.sms)
                .cloned()
                .ok_or_else(|| {
                    refused("A chosen number is not one of the account's that can text.")
                })
        })
        .collect()
}

/// First and last four characters.
fn masked(sid: &str) -> String {
    let count = sid.chars().count();
    if count <= 8 {
        return "…".to_owned();
    }
    let head: String = sid.chars().take(4).collect();
    let tail: String = sid.chars().skip(count - 4).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn the_middle_of_a_sid_is_hidden() {
        assert_eq!(masked("AC0123456789abcdef0123456789abcdef"), "AC01…cdef");
        assert_eq!(masked("AC1"), "…");
    }
}

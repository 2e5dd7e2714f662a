//! The two ways to a practice line: inside this process, or one that outlives it.
//!
//! The crash suite needs the second: a carrier that dies together with the laptop proves nothing.

use serde::Deserialize;
use tern_app::{PracticeAccount, PracticeHost, PracticeHostError};
use tern_simulator::{Simulator, SimulatorConfig};
use tokio::sync::OnceCell;

/// The same account at every start, so that a practice file stays one account's.
const ACCOUNT_SID: &str = "AC70726163746963656c696e6574657230";

/// A simulator inside this process, started when it is first asked for.
#[derive(Default)]
pub struct EmbeddedLine {
    running: OnceCell<Simulator>,
}

#[async_trait::async_trait]
impl PracticeHost for EmbeddedLine {
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError> {
        let simulator = self
            .running
            .get_or_try_init(|| async {
                let account_sid = Some(ACCOUNT_SID.to_owned());
                Simulator::start(SimulatorConfig {
                    account_sid,
                    ..SimulatorConfig::default()
                })
                .await
            })
            .await
            .map_err(|error| PracticeHostError {
                reason: error.to_string(),
            })?;
        let account = simulator.account();
        Ok(PracticeAccount {
            base_url: simulator.base_url().to_string(),
            control_url: simulator.control_url().to_string(),
            account_sid: account.account_sid.clone(),
            auth_token: account.auth_token.clone().into(),
            numbers: account.numbers.clone(),
        })
    }
}

/// A simulator in another process, as the line it printed describes it.
#[derive(Clone, Deserialize)]
pub struct ExternalLine {
    base_url: String,
    control_url: Option<String>,
    account_sid: String,
    auth_token: String,
    numbers: Vec<String>,
}

impl std::fmt::Debug for ExternalLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalLine")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl PracticeHost for ExternalLine {
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError> {
        Ok(PracticeAccount {
            base_url: self.base_url.clone(),
            control_url: self
                .control_url
                .clone()
                .unwrap_or_else(|| self.base_url.clone()),
            account_sid: self.account_sid.clone(),
            auth_token: self.auth_token.clone().into(),
            numbers: self.numbers.clone(),
        })
    }
}

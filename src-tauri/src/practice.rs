//! The practice line inside the app: the simulator on loopback, started when it is first asked for.

use tern_app::{PracticeAccount, PracticeHost, PracticeHostError};
use tern_simulator::{Simulator, SimulatorConfig};
use tokio::sync::OnceCell;

/// The same account at every start, so that the practice file stays one account's.
const ACCOUNT_SID: &str = "AC70726163746963656c696e6574657230";

/// Keeps the simulator running as long as the app.
#[derive(Default)]
pub(crate) struct EmbeddedLine {
    running: OnceCell<Simulator>,
}

#[async_trait::async_trait]
impl PracticeHost for EmbeddedLine {
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError> {
        let account_sid = Some(ACCOUNT_SID.to_owned());
        let config = SimulatorConfig {
            account_sid,
            ..SimulatorConfig::default()
        };
        let simulator = self
            .running
            .get_or_try_init(|| Simulator::start(config))
            .await
            .map_err(|error| PracticeHostError {
                reason: error.to_string(),
            })?;
        let account = simulator.account();
        Ok(PracticeAccount {
            base_url: simulator.base_url().to_owned(),
            control_url: simulator.control_url().to_owned(),
            account_sid: account.account_sid.clone(),
            auth_token: account.auth_token.clone().into(),
            numbers: account.numbers.clone(),
        })
    }
}

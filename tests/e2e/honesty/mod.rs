//! Client, practice line, signatures and segment counts against Twilio's own packages.
//!
//! The packages are Node's and live in `tests/honesty` (`npm ci --ignore-scripts` there first). What can be
//! checked from Node alone is in that folder's own tests; here is what needs Tern's Rust side at one end.

mod client;
mod node;
mod segments;
mod signatures;

use secrecy::SecretString;
use tern_simulator::{Simulator, SimulatorConfig};
use tern_twilio::{AccountSid, ApiKeySid, BaseUrl, ClientConfig, Credential, TwilioClient};

async fn practice_line() -> Simulator {
    Simulator::start(SimulatorConfig::default())
        .await
        .expect("a practice line")
}

fn auth_token(line: &Simulator) -> Credential {
    Credential::AuthToken(SecretString::from(line.account().auth_token.clone()))
}

fn api_key(line: &Simulator) -> Credential {
    Credential::ApiKey {
        sid: ApiKeySid::parse(line.account().api_key_sid.clone()).expect("an API key"),
        secret: SecretString::from(line.account().api_key_secret.clone()),
    }
}

fn client_at(base_url: &str, line: &Simulator, credential: Credential) -> TwilioClient {
    let base_url = BaseUrl::parse(base_url).expect("a loopback URL");
    let account = AccountSid::parse(line.account().account_sid.clone()).expect("an account");
    TwilioClient::new(ClientConfig::new(base_url, account, credential)).expect("a client")
}

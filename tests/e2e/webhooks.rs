//! Texts that arrive by webhook: from the practice line through the gateway into the inbox, with polling so
//! slow that it cannot be what brought them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tern_app::dto::{
    AccountCredentials, ConnectAccount, CredentialInput, InboxList, ListConversations, Settings,
};
use tern_app::{App, AppConfig, MemorySecrets, PracticeAccount, PracticeHost, PracticeHostError};
use tern_gateway::{INBOUND_PATH, keep_open};
use tern_simulator::{Simulator, SimulatorConfig};
use tern_twilio::{AccountSid, BaseUrl, ClientConfig, Credential, SmsWebhook, TwilioClient};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

const PATIENCE: Duration = Duration::from_secs(30);
const NEVER: Duration = Duration::from_secs(86_400);

/// These accounts are connected as real ones.
struct NoPractice;

#[async_trait::async_trait]
impl PracticeHost for NoPractice {
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError> {
        unreachable!("nobody practises here")
    }
}

struct Play {
    line: Simulator,
    app: App,
    port: u16,
    _folder: tempfile::TempDir,
    _stop: DropGuard,
}

impl Play {
    /// An app that is connected to the line, with a gateway that may open.
    async fn connected(credential: impl FnOnce(&Simulator) -> CredentialInput) -> Self {
        let line = Simulator::start(SimulatorConfig::default())
            .await
            .expect("a practice line");
        let folder = tempfile::tempdir().expect("a folder");
        let secrets = Arc::new(MemorySecrets::default());
        let mut config = AppConfig::new(folder.path().to_owned(), secrets, Arc::new(NoPractice));
        config.tuning.poll_focused = NEVER;
        config.tuning.poll_background = NEVER;
        config.tuning.poll_idle = NEVER;
        let app = App::start(config).await;
        let credentials = AccountCredentials {
            account_sid: line.account().account_sid.clone(),
            credential: credential(&line),
            base_url: Some(line.base_url().to_owned()),
        };
        let connect = ConnectAccount {
            credentials,
            numbers: vec![line.account().numbers[0].clone()],
            backfill_days: Some(0),
            passphrase: None,
        };
        app.connect_account(connect).await.expect("connected");

        let port = free_port().await;
        let stop = CancellationToken::new();
        tokio::spawn(keep_open(app.clone(), port, stop.clone()));
        Self {
            line,
            app,
            port,
            _folder: folder,
            _stop: stop.drop_guard(),
        }
    }

    async fn say_where_webhooks_come_in(&self, address: Option<String>) {
        let settings = self.app.settings().await.expect("settings");
        let settings = Settings {
            webhook_base_url: address,
            ..settings
        };
        self.app.update_settings(settings).await.expect("saved");
    }

    fn public_address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn is_open(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
    }

    async fn point_number_at(&self, url: String) {
        let account = self.line.account();
        let config = ClientConfig::new(
            BaseUrl::parse(self.line.base_url()).expect("loopback"),
            AccountSid::parse(account.account_sid.clone()).expect("an account"),
            Credential::AuthToken(account.auth_token.clone().into()),
        );
        let client = TwilioClient::new(config).expect("a client");
        let numbers = client.list_numbers().await.expect("numbers");
        let number = numbers
            .iter()
            .find(|n| n.phone_number.as_str() == account.numbers[0]);
        let webhook = SmsWebhook {
            url,
            ..SmsWebhook::default()
        };
        let sid = &number.expect("the number").sid;
        client
            .update_number_sms_url(sid, &webhook)
            .await
            .expect("an update");
    }

    async fn customer_texts(&self, body: &str) {
        let http = reqwest::Client::new();
        let handsets = format!("{}/sim/handsets", self.line.base_url());
        let created = http
            .post(&handsets)
            .json(&json!({}))
            .send()
            .await
            .expect("a handset");
        let created: Value = created.json().await.expect("JSON");
        let handset = created["e164"].as_str().expect("a number");
        let text = json!({"to": self.line.account().numbers[0], "body": body});
        let url = format!("{handsets}/{handset}/texts");
        http.post(url).json(&text).send().await.expect("a text");
    }

    async fn has_new(&self, preview: &str) -> bool {
        let list = ListConversations {
            list: InboxList::New,
            after: None,
            limit: 50,
        };
        let page = self.app.list_conversations(list).await.expect("the list");
        page.rows.iter().any(|row| row.preview == preview)
    }
}

/// A port that was free a moment ago: the gateway's is known before it opens, as a tunnel needs it.
async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

async fn until(what: &str, mut state: impl AsyncFnMut() -> bool) {
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    let wait = async {
        while !state().await {
            pause.tick().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    assert!(waited.is_ok(), "waited in vain for: {what}");
}

#[tokio::test]
async fn webhooks_bring_a_text_into_the_inbox_without_polling() {
    let token = |line: &Simulator| CredentialInput::AuthToken {
        token: line.account().auth_token.clone(),
    };
    let play = Play::connected(token).await;
    assert!(
        !play.is_open().await,
        "closed until there is a public address"
    );
    play.say_where_webhooks_come_in(Some(play.public_address()))
        .await;
    until("the gateway to open", async || play.is_open().await).await;

    play.point_number_at(format!("{}{INBOUND_PATH}", play.public_address()))
        .await;
    play.customer_texts("Is the ferry late? ü😀").await;
    until("the text", async || {
        play.has_new("Is the ferry late? ü😀").await
    })
    .await;

    play.say_where_webhooks_come_in(None).await;
    until("the gateway to close", async || !play.is_open().await).await;
    play.app.shutdown().await;
}

#[tokio::test]
async fn webhooks_t_10_are_not_listened_for_with_an_api_key() {
    let key = |line: &Simulator| CredentialInput::ApiKey {
        key_sid: line.account().api_key_sid.clone(),
        secret: line.account().api_key_secret.clone(),
    };
    let play = Play::connected(key).await;
    play.say_where_webhooks_come_in(Some(play.public_address()))
        .await;
    assert!(play.app.webhook_credentials().await.is_none());
    assert!(!play.is_open().await);
    play.app.shutdown().await;
}

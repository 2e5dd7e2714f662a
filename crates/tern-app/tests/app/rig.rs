//! What every test needs: an app on a practice line of its own, and waiting for a state with a deadline.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tern_app::dto::*;
use tern_app::{
    App, AppConfig, MemorySecrets, PracticeAccount, PracticeHost, PracticeHostError, SecretStore,
};
use tern_simulator::{Simulator, SimulatorConfig};
use tokio::sync::OnceCell;

/// Longer than anything here takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The lists that share out the conversations among them.
const LISTS: [InboxList; 4] = [
    InboxList::New,
    InboxList::Ongoing,
    InboxList::WithVirtualAgent,
    InboxList::Done,
];

/// A 3 × 2 picture.
pub const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/// Hosts one practice line.
#[derive(Default)]
pub struct Line {
    config: SimulatorConfig,
    running: OnceCell<Simulator>,
}

impl Line {
    pub fn with(config: SimulatorConfig) -> Self {
        Self {
            config,
            running: OnceCell::new(),
        }
    }

    pub async fn simulator(&self) -> &Simulator {
        self.running
            .get_or_init(|| async {
                Simulator::start(self.config.clone())
                    .await
                    .expect("a practice line")
            })
            .await
    }
}

#[async_trait::async_trait]
impl PracticeHost for Line {
    async fn start(&self) -> Result<PracticeAccount, PracticeHostError> {
        let simulator = self.simulator().await;
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

/// An app, and what has to survive it.
pub struct Rig {
    pub app: App,
    pub line: Arc<Line>,
    pub secrets: Arc<dyn SecretStore>,
    pub folder: Arc<tempfile::TempDir>,
}

impl Rig {
    /// An app before its first run.
    pub async fn fresh() -> Self {
        Self::with(
            Arc::new(MemorySecrets::default()),
            SimulatorConfig::default(),
        )
        .await
    }

    pub async fn with(secrets: Arc<dyn SecretStore>, simulator: SimulatorConfig) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let line = Arc::new(Line::with(simulator));
        let app = start(&folder, &secrets, &line).await;
        Self {
            app,
            line,
            secrets,
            folder,
        }
    }

    /// An app on its practice line.
    pub async fn practising() -> Self {
        let rig = Self::fresh().await;
        rig.app
            .start_practice(StartPractice { passphrase: None })
            .await
            .unwrap();
        rig
    }

    /// Ends the app and starts it again with the same folder, secrets and line.
    pub async fn restart(self) -> Self {
        self.app.shutdown().await;
        let app = start(&self.folder, &self.secrets, &self.line).await;
        Self { app, ..self }
    }

    /// Another app on the same folder.
    pub async fn second(&self) -> App {
        start(&self.folder, &self.secrets, &self.line).await
    }

    /// Writes a text on a phone and waits until it is in the list of new work.
    pub async fn text(&self, from: &str, body: &str) -> ConversationRow {
        self.write(from, body, vec![]).await;
        self.wait_for_row(body).await
    }

    /// The same for a text that is shown differently from how it was written.
    pub async fn text_shown_as(&self, from: &str, body: &str, shown: &str) -> ConversationRow {
        self.write(from, body, vec![]).await;
        self.wait_for_row(shown).await
    }

    pub async fn write(&self, from: &str, body: &str, pictures: Vec<PracticePicture>) {
        let to = self.number().await;
        let text = TextFromHandset {
            from: from.to_owned(),
            to,
            body: body.to_owned(),
            pictures,
        };
        self.app.practice_text(text).await.unwrap();
    }

    /// The team's first number.
    pub async fn number(&self) -> String {
        self.app.app_status().await.unwrap().provider_numbers[0]
            .number
            .clone()
    }

    /// The row of a conversation, in whichever list it is, once its newest text is this one.
    pub async fn wait_for_row(&self, preview: &str) -> ConversationRow {
        wait_for(&self.app, "a row in a list", async || {
            for list in LISTS {
                let page = list_of(&self.app, list).await;
                if let Some(row) = page.rows.into_iter().find(|row| row.preview == preview) {
                    return Some(row);
                }
            }
            None
        })
        .await
    }

    /// The whole thread.
    pub async fn thread(&self, conversation_id: i64) -> Vec<MessageView> {
        let request = ListMessages {
            conversation_id,
            anchor: Anchor::Latest,
            limit: 200,
        };
        self.app.list_messages(request).await.unwrap().messages
    }

    pub async fn send(&self, conversation_id: i64, body: &str) -> MessageView {
        self.app
            .send_message(sending(conversation_id, body))
            .await
            .unwrap()
    }

    pub async fn wait_for_mark(
        &self,
        message: &MessageView,
        conversation: i64,
        mark: DeliveryMark,
    ) -> MessageView {
        wait_for(&self.app, &format!("a text to be {mark:?}"), async || {
            let thread = self.thread(conversation).await;
            thread
                .into_iter()
                .find(|found| found.id == message.id && found.delivery.mark == mark)
        })
        .await
    }

    /// Moves the carrier's clock past the present second: its times are whole seconds, and what happens within
    /// one of them has no order.
    pub async fn next_second(&self) {
        self.control("clock/advance", serde_json::json!({ "ms": 1000 }))
            .await;
    }

    /// Arms a fault that the product's own conditions do not offer.
    pub async fn arm(&self, fault: serde_json::Value) {
        self.control("faults", fault).await;
    }

    /// Gives an order to the practice line from outside.
    pub async fn control(&self, path: &str, order: serde_json::Value) {
        let url = format!("{}/sim/{path}", self.line.simulator().await.control_url());
        let done = reqwest::Client::new()
            .post(url)
            .json(&order)
            .send()
            .await
            .unwrap();
        done.error_for_status().unwrap();
    }

    /// What a phone has received.
    pub async fn received(&self, number: &str) -> Vec<HandsetText> {
        let texts = self
            .app
            .practice_texts(HandsetRef {
                number: number.to_owned(),
            })
            .await
            .unwrap();
        texts.into_iter().filter(|text| text.received).collect()
    }
}

pub async fn start(
    folder: &tempfile::TempDir,
    secrets: &Arc<dyn SecretStore>,
    line: &Arc<Line>,
) -> App {
    let line: Arc<dyn PracticeHost> = line.clone();
    let mut config = AppConfig::new(folder.path().to_owned(), secrets.clone(), line);
    config.typed_places = true;
    config.passphrase_cost = tern_app::PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    config.tuning.poll_background = Duration::from_millis(100);
    config.tuning.poll_idle = Duration::from_millis(100);
    App::start(config).await
}

pub fn sending(conversation_id: i64, body: &str) -> SendMessage {
    let message_id = uuid::Uuid::now_v7().to_string();
    SendMessage {
        joins: false,
        message_id,
        conversation_id,
        body: body.to_owned(),
    }
}

pub async fn list_of(app: &App, list: InboxList) -> ConversationPage {
    app.list_conversations(ListConversations {
        list,
        after: None,
        limit: 50,
    })
    .await
    .unwrap()
}

/// Asks again after each change event, or after a short while without one, until there is an answer.
pub async fn wait_for<T, F>(app: &App, what: &str, mut state: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let mut changes = app.subscribe();
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = state().await {
                return found;
            }
            let _any = tokio::time::timeout(Duration::from_millis(100), changes.recv()).await;
        }
    });
    found
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

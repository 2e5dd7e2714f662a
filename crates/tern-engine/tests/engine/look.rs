//! What a test can see: the store as the window would, the carrier's ledger, the requests that were made.

use std::sync::atomic::Ordering;

use serde_json::Value;
use tern_domain::{ConversationId, DeliveryStatus, MessageId, OutboxState};
use tern_engine::{ConnectionState, StopReport};
use tern_store::{JournalSource, ListCounts, MessageRow, RawArrival, ThreadAnchor};

use crate::line::{Line, OURS, until, until_or_not};

impl Line {
    pub(crate) async fn conversation(&self, requester: &str) -> Option<ConversationId> {
        let key = Self::key(requester);
        self.store
            .read(move |conn| conn.find_conversation(&key))
            .await
            .unwrap()
    }

    /// The thread, oldest first.
    pub(crate) async fn thread(&self, requester: &str) -> Vec<MessageRow> {
        let Some(id) = self.conversation(requester).await else {
            return Vec::new();
        };
        self.store
            .read(move |conn| conn.list_messages(id, ThreadAnchor::Latest, 500))
            .await
            .unwrap()
            .messages
    }

    pub(crate) async fn bodies(&self, requester: &str) -> Vec<String> {
        let thread = self.thread(requester).await;
        thread
            .into_iter()
            .map(|message| message.body.into_string())
            .collect()
    }

    pub(crate) async fn thread_becomes(&self, requester: &str, bodies: &[&str]) {
        let mut last = Vec::new();
        let reached = until_or_not(async || {
            last = self.bodies(requester).await;
            (last == bodies).then_some(())
        });
        if reached.await.is_none() {
            panic!("waited in vain for the thread {bodies:?}, it is {last:?}");
        }
    }

    pub(crate) async fn message(&self, message_id: MessageId) -> MessageRow {
        self.store
            .read(move |conn| conn.find_message(message_id))
            .await
            .unwrap()
            .unwrap()
    }

    pub(crate) async fn outbox_state(&self, message_id: MessageId) -> OutboxState {
        self.message(message_id).await.outbox.unwrap()
    }

    pub(crate) async fn delivery_becomes(&self, message_id: MessageId, status: DeliveryStatus) {
        until(&format!("the status {status}"), async || {
            (self.message(message_id).await.status == status).then_some(())
        })
        .await;
    }

    pub(crate) async fn is_online(&self) {
        until("the line to be up", async || {
            (self.engine().connection() == ConnectionState::Online).then_some(())
        })
        .await;
    }

    pub(crate) async fn is_offline(&self) {
        until("the line to be down", async || {
            matches!(self.engine().connection(), ConnectionState::Offline { .. }).then_some(())
        })
        .await;
    }

    pub(crate) async fn opted_out(&self, requester: &str) -> bool {
        let key = Self::key(requester);
        self.store
            .write(move |tx| tx.load_conversation_state(&key, None))
            .await
            .unwrap()
            .opt_out
            .is_in_force()
    }

    pub(crate) async fn counts(&self) -> ListCounts {
        self.store.read(|conn| conn.counts()).await.unwrap()
    }

    pub(crate) async fn revision(&self) -> u64 {
        self.store.read(|conn| conn.revision()).await.unwrap()
    }

    /// Rows that wait, for their turn or for a send to be settled.
    pub(crate) async fn journal_size(&self) -> usize {
        let waiting = self
            .store
            .read(|conn| conn.list_unfinished_journal(None, 500))
            .await;
        waiting.unwrap().len()
    }

    /// The number of the last journal entry ever made, found by making one more.
    pub(crate) async fn last_journal_id(&self) -> i64 {
        let probe = RawArrival {
            source: JournalSource::List,
            sid: None,
            received_at: self.now(),
            json: "{}".to_owned(),
        };
        let id = self
            .store
            .write(move |tx| {
                let ids = tx.journal_arrivals(&[probe])?;
                tx.finish_journal(&ids)?;
                Ok(ids[0].0)
            })
            .await
            .unwrap();
        // Not counting the probes.
        id - self.probes.fetch_add(1, Ordering::SeqCst) - 1
    }

    /// Rows that nobody could read.
    pub(crate) async fn set_aside(&self) -> u32 {
        let count = self.store.read(|conn| conn.count_set_aside_journal()).await;
        count.unwrap()
    }

    pub(crate) async fn diagnostics(&self) -> usize {
        self.store
            .read(|conn| conn.list_diagnostics(100))
            .await
            .unwrap()
            .len()
    }

    /// A message as the carrier's API shows it now.
    pub(crate) async fn row(&self, sid: &str) -> Value {
        let path = format!("/Messages/{sid}.json");
        self.carrier("GET", &path, &[]).await
    }

    /// How many pictures and files of a message the carrier still has.
    pub(crate) async fn carriers_media(&self, sid: &str) -> usize {
        let path = format!("/Messages/{sid}/Media.json");
        let answer = self.carrier("GET", &path, &[]).await;
        answer["media_list"].as_array().unwrap().len()
    }

    /// Somebody else sends with the same account.
    pub(crate) async fn post_as_another_program(&self, to: &str, body: &str) {
        let form = [("From", OURS), ("To", to), ("Body", body)];
        self.carrier("POST", "/Messages.json", &form).await;
    }

    async fn carrier(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Value {
        let account = self.sim.account();
        let url = format!(
            "{}/2010-04-01/Accounts/{}{path}",
            self.sim.base_url(),
            account.account_sid
        );
        let mut request = reqwest::Client::new()
            .request(method.parse().unwrap(), url)
            .basic_auth(&account.account_sid, Some(&account.auth_token));
        if !form.is_empty() {
            request = request.form(form);
        }
        let answer = request.send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    /// Looks at the account's list.
    pub(crate) async fn list_requests(&self) -> usize {
        self.lists(|query| !query.contains("To=")).await
    }

    /// Searches for an uncertain send.
    pub(crate) async fn searches(&self) -> usize {
        self.lists(|query| query.contains("To=")).await
    }

    async fn lists(&self, wanted: impl Fn(&str) -> bool) -> usize {
        let requests = self.control("GET", "/sim/requests", Value::Null).await;
        requests["requests"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|request| request["endpoint"] == "list_messages")
            .filter(|request| wanted(request["query"].as_str().unwrap_or_default()))
            .count()
    }

    /// Texts of our number that the carrier has.
    pub(crate) async fn ours_at_the_carrier(&self) -> u64 {
        let mut count = 0;
        for side in ["from", "to"] {
            let path = format!("/sim/messages?{side}={}", OURS.replace('+', "%2B"));
            let answer = self.control("GET", &path, Value::Null).await;
            count += answer["count"].as_u64().unwrap();
        }
        count
    }

    /// Texts in the file.
    pub(crate) async fn stored_texts(&self) -> u64 {
        self.store
            .read(|conn| {
                let page =
                    conn.list_conversations(tern_store::ConversationList::Done, None, 500)?;
                Ok(page.rows.iter().map(|row| row.message_count).sum())
            })
            .await
            .unwrap()
    }

    pub(crate) async fn stop_and_report(&mut self) -> StopReport {
        let engine = self.take_engine();
        engine.stop().await
    }
}

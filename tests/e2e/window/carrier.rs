//! The Twilio account that a window connects to: the simulator, reached as a real account would be, and what
//! a test does on its far side.

use serde_json::{Value, json};
use tern_simulator::{PracticeAccount, Simulator, SimulatorConfig};

use super::tern::Tern;

/// What a window logs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogIn {
    ApiKey,
    AuthToken,
}

/// One account with its handsets.
pub(crate) struct Carrier {
    simulator: Simulator,
    http: reqwest::Client,
}

impl Carrier {
    pub(crate) async fn start(config: SimulatorConfig) -> Self {
        Self {
            simulator: Simulator::start(config).await.expect("a simulator"),
            http: reqwest::Client::new(),
        }
    }

    pub(crate) fn account(&self) -> PracticeAccount {
        self.simulator.account().clone()
    }

    /// The team's first number.
    pub(crate) fn number(&self) -> String {
        self.account().numbers[0].clone()
    }

    pub(crate) async fn stop(self) {
        self.simulator.shutdown().await;
    }

    /// Asks the control side.
    pub(crate) async fn look(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.simulator.control_url());
        let answer = self.http.get(url).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Does something on the control side.
    pub(crate) async fn control(&self, path: &str, wish: Value) -> Value {
        let url = format!("{}{path}", self.simulator.control_url());
        let request = self.http.post(url).json(&wish);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or(Value::Null)
    }

    /// Ends every fault.
    pub(crate) async fn clear_faults(&self) {
        let url = format!("{}/sim/faults", self.simulator.control_url());
        self.http.delete(url).send().await.expect("an answer");
    }

    /// A new customer's number.
    pub(crate) async fn customer(&self) -> String {
        let made = self.control("/sim/handsets", json!({})).await;
        made["e164"].as_str().expect("a number").to_owned()
    }

    /// A customer texts the team's first number.
    pub(crate) async fn texts(&self, customer: &str, body: &str) {
        self.texts_with(customer, body, json!([])).await;
    }

    /// The same with files: a list of types and contents.
    pub(crate) async fn texts_with(&self, customer: &str, body: &str, media: Value) {
        let path = format!("/sim/handsets/{customer}/texts");
        let text = json!({ "to": self.number(), "body": body, "media": media });
        self.control(&path, text).await;
    }

    /// How many messages with this body the account ever had.
    pub(crate) async fn count(&self, body: &str) -> u64 {
        let body = body.replace(' ', "%20");
        let found = self.look(&format!("/sim/messages?body={body}")).await;
        found["count"].as_u64().expect("a count")
    }

    /// Points a number of the account at a webhook, as somebody in the console would.
    pub(crate) async fn point(&self, number: &str, webhook: &str) {
        let account = self.account();
        let numbers = format!(
            "{}/2010-04-01/Accounts/{}/IncomingPhoneNumbers",
            self.simulator.base_url(),
            account.account_sid
        );
        let login = |request: reqwest::RequestBuilder| {
            request.basic_auth(&account.account_sid, Some(&account.auth_token))
        };
        let listed = login(self.http.get(format!("{numbers}.json")))
            .send()
            .await
            .expect("an answer");
        let listed: Value = listed.json().await.expect("JSON");
        let rows = listed["incoming_phone_numbers"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["phone_number"] == number);
        let sid = row.expect("the number")["sid"].as_str().expect("a SID");
        let changed = login(self.http.post(format!("{numbers}/{sid}.json")))
            .form(&[("SmsUrl", webhook)])
            .send()
            .await
            .expect("an answer");
        assert!(changed.status().is_success(), "{}", changed.status());
    }

    /// Where a number's inbound texts are announced.
    pub(crate) async fn webhook_of(&self, number: &str) -> String {
        let account = self.account();
        let url = format!(
            "{}/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json",
            self.simulator.base_url(),
            account.account_sid
        );
        let request = self
            .http
            .get(url)
            .basic_auth(&account.account_sid, Some(&account.auth_token));
        let listed: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let rows = listed["incoming_phone_numbers"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["phone_number"] == number);
        row.expect("the number")["sms_url"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Types the account and its credentials into the form on screen.
    pub(crate) async fn fill_in(&self, tern: &Tern, log_in: LogIn) {
        let account = self.account();
        tern.fill("account-sid", &account.account_sid).await;
        tern.click_css("details > summary").await;
        tern.fill("base-url", self.simulator.base_url()).await;
        match log_in {
            LogIn::ApiKey => {
                tern.fill("key-sid", &account.api_key_sid).await;
                tern.fill("secret", &account.api_key_secret).await;
            }
            LogIn::AuthToken => {
                tern.choose("Log in with", "Auth token").await;
                tern.fill("token", &account.auth_token).await;
            }
        }
    }

    /// From the first screen to the doctor's report.
    pub(crate) async fn check(&self, tern: &Tern, log_in: LogIn) {
        tern.click("first-run-connect").await;
        self.fill_in(tern, log_in).await;
        tern.click_css("form button[type=submit]").await;
        tern.find("doctor-findings").await;
    }

    /// From the first screen to the inbox of the first number, with so much of the past.
    pub(crate) async fn connect(&self, tern: &Tern, log_in: LogIn, past: &str) {
        self.check(tern, log_in).await;
        tern.click_css("form button[type=submit]").await;
        tern.see_on_page("Numbers and history").await;
        if self.account().numbers.len() > 1 {
            // A number that is alone is chosen already.
            tern.click_css("fieldset label").await;
        }
        tern.choose("How much of the past to fetch", past).await;
        tern.click_css("form button[type=submit]").await;
        tern.find("list-tab-new").await;
    }
}

//! What the walks through the rule book's tables share: a connected desk with its customers, people of the
//! directory, and looks at a row, a timeline and the requester's side.

use tern_simulator::SimulatorConfig;

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// One window on an account of its own.
pub(crate) struct Walk {
    pub(crate) desktop: Desktop,
    pub(crate) tern: Tern,
    pub(crate) carrier: Carrier,
}

impl Walk {
    /// A desk that went live a moment ago, with so much of the past.
    pub(crate) async fn start(config: SimulatorConfig, past: &str) -> Self {
        let desktop = Desktop::start(Keyring::Unlocked);
        let carrier = Carrier::start(config).await;
        let tern = Tern::start(&desktop, &[]).await;
        carrier.connect(&tern, LogIn::ApiKey, past).await;
        Self {
            desktop,
            tern,
            carrier,
        }
    }

    pub(crate) async fn end(self) {
        self.tern.quit().await;
        self.carrier.stop().await;
    }

    /// Pictures of the moment in light and in dark.
    pub(crate) async fn pictures(&self, name: &str) {
        self.tern.keep_pictures(&self.desktop, name).await;
    }

    /// A person comes into the directory by the window.
    pub(crate) async fn add_person(&self, name: &str, mobile: &str) {
        let tern = &self.tern;
        tern.click("people-open").await;
        tern.click("people-add").await;
        tern.type_into("person-name", name).await;
        tern.type_into("person-mobile", mobile).await;
        tern.click("person-save").await;
        tern.see("person-row", name).await;
        self.to_inbox().await;
    }

    /// From the directory back to the conversations.
    pub(crate) async fn to_inbox(&self) {
        let inbox = "nav.rail button[aria-label=\"Inbox\"]";
        self.tern.click_css(inbox).await;
        self.tern.find("list-tab-new").await;
    }

    /// Somebody who works at this desk too, or a name for who does already.
    pub(crate) async fn second_agent(&self, own: &str, other: &str, group: Option<&str>) {
        let tern = &self.tern;
        tern.open_settings("Agents and groups").await;
        if let Some(group) = group {
            tern.type_into("group-name", group).await;
            tern.click("group-add").await;
            tern.see_on_page("0 agents").await;
        }
        tern.click("agent-add").await;
        tern.type_into("agent-name", other).await;
        if group.is_some() {
            tern.click("agent-group").await;
        }
        tern.click("agent-save").await;
        tern.see("agent-row", other).await;
        tern.click("agent-edit").await;
        tern.type_over("agent-name", own).await;
        if group.is_some() {
            tern.click("agent-group").await;
        }
        tern.click("agent-save").await;
        tern.see("agent-row", own).await;
        tern.close_dialog().await;
        tern.see("presence-menu", own).await;
    }

    /// Another agent sits down at this desk.
    pub(crate) async fn sign_in(&self, name: &str) {
        let tern = &self.tern;
        tern.click("presence-menu").await;
        tern.click("sign-in-open").await;
        tern.click_label(name).await;
        tern.click("sign-in-submit").await;
        tern.see("presence-menu", name).await;
    }

    /// Opens the conversation whose last text it is, in the list that is shown.
    pub(crate) async fn open(&self, text: &str) {
        self.see_row(&[text]).await;
        self.tern.click_showing("conversation-row", text).await;
        self.tern.see("message-bubble", text).await;
    }

    /// Waits until one row of the list shows all of the words.
    pub(crate) async fn see_row(&self, words: &[&str]) {
        let tern = &self.tern;
        tern.until(&format!("a row shows {words:?}"), async || {
            // A list under the pointer keeps still: what is new waits behind a button.
            tern.click_if_there("held-rows-pill").await;
            let rows = tern.texts("conversation-row").await;
            let shows_all = |row: &String| words.iter().all(|word| row.contains(word));
            rows.iter().any(shows_all)
        })
        .await;
    }

    /// Waits until the timeline of the open conversation says so, that often.
    pub(crate) async fn see_timeline(&self, words: &str, times: usize) {
        let tern = &self.tern;
        let what = format!("the timeline says {words:?} {times} times");
        tern.until(&what, async || {
            let entries = tern.texts("timeline-entry").await;
            entries.iter().filter(|it| it.contains(words)).count() == times
        })
        .await;
    }

    /// Waits until the requester's side names the agent who has the conversation.
    pub(crate) async fn see_with(&self, agent: &str) {
        self.tern.see("with", agent).await;
    }

    /// Begins a text to somebody: a number in any format, or a person's name and perhaps a number.
    pub(crate) async fn address(&self, to: &str, number: Option<&str>) {
        let tern = &self.tern;
        tern.click("new-message-open").await;
        tern.type_into("new-message-to", to).await;
        if to.chars().any(char::is_alphabetic) {
            tern.click_showing("new-message-person", to).await;
        }
        if let Some(number) = number {
            tern.type_into("new-message-to", number).await;
        }
    }

    /// Writes the text that was begun, sends it and waits for the phone to get it.
    pub(crate) async fn send(&self, body: &str) {
        let tern = &self.tern;
        tern.type_into("new-message-text", body).await;
        tern.until("it can be sent", async || {
            tern.is_enabled("new-message-send").await
        })
        .await;
        tern.click("new-message-send").await;
        tern.see("message-bubble", body).await;
        tern.see("delivery-words", "Delivered").await;
        assert_eq!(self.carrier.count(body).await, 1, "{body:?} left once");
    }
}

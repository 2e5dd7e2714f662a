//! Asking the page itself.

use serde_json::Value;

use super::Tern;

impl Tern {
    /// Runs a script on the page and gives its answer.
    pub(crate) async fn ask_page(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.driver.execute(script, arguments).await;
        answer.expect("a script runs").json().clone()
    }

    /// Runs a script that says by its last argument when it has its answer.
    pub(crate) async fn ask_page_later(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.driver.execute_async(script, arguments).await;
        answer.expect("a script runs").json().clone()
    }
}

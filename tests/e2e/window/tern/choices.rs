//! Menus, and fields that have no test id.

use serde_json::json;
use thirtyfour::prelude::*;

use super::Tern;

impl Tern {
    /// Chooses in the first menu with this test id, by the value behind the words.
    pub(crate) async fn pick(&self, test_id: &str, value: &str) {
        self.pick_css(&format!("[data-testid=\"{test_id}\"]"), value)
            .await;
    }

    /// Chooses in the first menu that a selector finds, by the value behind the words. A menu opens outside of
    /// the page, where no driver reaches: it is told what was chosen, as the web view tells it.
    pub(crate) async fn pick_css(&self, menu: &str, value: &str) {
        let script = "const menu = document.querySelector(arguments[0]); const value = arguments[1];\
                      if (!menu || menu.disabled) return false;\
                      if (!Array.from(menu.options).some((option) => option.value === value)) return false;\
                      menu.focus(); menu.value = value;\
                      menu.dispatchEvent(new Event('input', { bubbles: true }));\
                      menu.dispatchEvent(new Event('change', { bubbles: true })); return true;";
        self.until(&format!("{menu} offers {value:?}"), async || {
            let picked = self.ask_page(script, vec![json!(menu), json!(value)]).await;
            picked.as_bool() == Some(true)
        })
        .await;
    }

    /// Clicks what has a test id inside of what has another one and shows the words.
    pub(crate) async fn click_inside(&self, outer: &str, words: &str, inner: &str) {
        self.click_path(&format!(
            "//*[@data-testid=\"{outer}\"][contains(., \"{words}\")]//*[@data-testid=\"{inner}\"]"
        ))
        .await;
    }

    /// Types over what stands in the first field that a selector finds.
    pub(crate) async fn type_over_css(&self, selector: &str, text: &str) {
        self.type_over_in(By::Css(selector), text).await;
    }

    /// Waits until the first field with this test id holds the text.
    pub(crate) async fn see_field(&self, test_id: &str, text: &str) {
        self.until(&format!("{test_id} holds {text:?}"), async || {
            self.value(test_id).await == text
        })
        .await;
    }
}

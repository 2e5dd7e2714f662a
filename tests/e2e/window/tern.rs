//! Tern's real window, driven through WebDriver by the test ids that the page declares.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{
    Capabilities,
    error::{WebDriverErrorInner, WebDriverResult},
};

use super::desktop::Desktop;
use crate::support::wait_until;

mod choices;
mod mouse;
mod scripts;

/// Longest that anything on screen may take on a busy two-core machine.
const PATIENCE: Duration = Duration::from_secs(40);
const GLANCE: Duration = Duration::from_millis(100);

/// One running Tern.
pub(crate) struct Tern {
    driver: WebDriver,
    process: u32,
}

impl Tern {
    /// Starts the app on this desktop.
    pub(crate) async fn start(desktop: &Desktop, arguments: &[&str]) -> Self {
        let mut capabilities = Capabilities::new();
        capabilities
            .set(
                "webkitgtk:browserOptions",
                json!({ "binary": binary(), "args": arguments }),
            )
            .expect("capabilities");
        let driver = WebDriver::builder(desktop.driver_url(), capabilities)
            .request_timeout(Duration::from_secs(60))
            .await
            .expect("the app starts under WebDriver");
        Self {
            driver,
            process: desktop.app_process(),
        }
    }

    /// Process of the app.
    pub(crate) fn process(&self) -> u32 {
        self.process
    }

    /// The app's process is there and has not ended.
    pub(crate) fn is_running(&self) -> bool {
        is_running(self.process)
    }

    /// Waits until the app has ended by itself, and ends the session that it left behind.
    pub(crate) async fn ended(self, how: &str) {
        wait_until(PATIENCE, how, || !self.is_running());
        // The driver has nobody to tell; it only has to make room for the next session.
        let _ = self.driver.quit().await;
    }

    /// Gives the app a command as the page does, and its answer.
    pub(crate) async fn call(&self, name: &str, request: Value) -> Value {
        let told = self.try_call(name, request).await;
        assert!(told.get("error").is_none(), "{name}: {}", told["error"]);
        told["answer"].clone()
    }

    /// Gives the app a command as the page does: what it answers, or what it refuses.
    pub(crate) async fn try_call(&self, name: &str, request: Value) -> Value {
        let script = include_str!("tern/call.js");
        let told = self
            .driver
            .execute_async(script, vec![json!(name), request]);
        told.await.expect("a script runs").json().clone()
    }

    /// Keeps a picture of the screen, once what the page has come to stands there.
    pub(crate) async fn keep_picture(&self, desktop: &Desktop, name: &str) {
        self.painted().await;
        desktop.keep_picture(name);
    }

    /// Keeps pictures of the same moment in dark and in light.
    pub(crate) async fn keep_pictures(&self, desktop: &Desktop, name: &str) {
        self.paint("dark").await;
        self.keep_picture(desktop, &format!("{name}-dark")).await;
        self.paint("light").await;
        self.keep_picture(desktop, name).await;
    }

    /// Waits until what the page has come to stands on the screen.
    pub(crate) async fn painted(&self) {
        // A frame is on screen one or two frames after it was asked for.
        let script = "let frames = 6; const done = arguments[0];\
                      const next = () => (frames-- > 0 ? requestAnimationFrame(next) : done());\
                      next();";
        let painted = self.driver.execute_async(script, vec![]).await;
        painted.expect("the page paints");
    }

    /// Presses keys wherever the focus is.
    pub(crate) async fn press(&self, keys: impl Into<thirtyfour::TypingData>) {
        let keys: thirtyfour::TypingData = keys.into();
        let keys = keys.as_vec().into_iter().collect::<String>();
        // What had the focus may go between being found and being typed into; then nothing was typed.
        self.until("keys can be pressed", async || {
            let focused = self.driver.active_element().await.expect("a focus");
            match focused.send_keys(keys.as_str()).await {
                Err(error) if matches!(*error, WebDriverErrorInner::StaleElementReference(_)) => {
                    false
                }
                pressed => pressed.map(|()| true).expect("keys can be pressed"),
            }
        })
        .await;
    }

    /// Ends the session, and the app with it, and waits until its process is gone: the next start must
    /// not meet a dying one.
    pub(crate) async fn quit(self) {
        let Self { driver, process } = self;
        driver.quit().await.expect("the session ends");
        wait_until(PATIENCE, "the app's process to end", || {
            !is_running(process)
        });
    }

    /// Waits for the first element with this test id.
    pub(crate) async fn find(&self, test_id: &str) -> WebElement {
        let found = self
            .driver
            .query(by(test_id))
            .wait(PATIENCE, GLANCE)
            // A page that is being loaded again has no answer for a moment.
            .ignore_errors(true)
            .and_displayed()
            .first()
            .await;
        match found {
            Ok(element) => element,
            Err(_) => {
                let page = self.page_text().await.unwrap_or_default();
                panic!("{test_id} is not on screen\n--- the page showed ---\n{page}")
            }
        }
    }

    /// Clicks the first element with this test id, once it can be clicked.
    pub(crate) async fn click(&self, test_id: &str) {
        self.until(&format!("{test_id} can be clicked"), async || {
            let element = self.find(test_id).await;
            self.clicked(&element).await
        })
        .await;
    }

    /// Whether a click was answered. What is half outside of a scrolled part takes no click: it is brought to
    /// the middle, as a person does, for the next try.
    async fn clicked(&self, element: &WebElement) -> bool {
        if !element.is_enabled().await.unwrap_or(false) || !self.stands_still(element).await {
            return false;
        }
        if element.click().await.is_ok() {
            return true;
        }
        if let Ok(element) = element.to_json() {
            let to_the_middle = "arguments[0].scrollIntoView({ block: 'center' })";
            // It may have gone meanwhile.
            let _ = self.driver.execute(to_the_middle, vec![element]).await;
        }
        false
    }

    /// Whether an element is where it was two frames ago: what moves under the pointer is pressed here and let
    /// go of there, which is no click.
    async fn stands_still(&self, element: &WebElement) -> bool {
        let script = "const [element, done] = arguments; const before = element.getBoundingClientRect();\
                      const look = () => { const now = element.getBoundingClientRect();\
                      done(now.x === before.x && now.y === before.y); };\
                      requestAnimationFrame(() => requestAnimationFrame(look));";
        let Ok(element) = element.to_json() else {
            return false;
        };
        let looked = self.driver.execute_async(script, vec![element]).await;
        looked.is_ok_and(|looked| looked.json().as_bool() == Some(true))
    }

    /// Clicks the first element with this test id if there is one now; whether the click was answered. What it
    /// does may take the element away, or the whole app.
    pub(crate) async fn click_if_there(&self, test_id: &str) -> bool {
        match self.driver.find(by(test_id)).await {
            Ok(element) => element.click().await.is_ok(),
            Err(_) => false,
        }
    }

    /// Presses Escape, wherever the focus is.
    pub(crate) async fn press_escape(&self) {
        let chain = self.driver.action_chain().send_keys(Key::Escape);
        chain.perform().await.expect("a key is pressed");
    }

    /// Types into the first element with this test id.
    pub(crate) async fn type_into(&self, test_id: &str, text: &str) {
        self.find(test_id)
            .await
            .send_keys(text)
            .await
            .expect("typing works");
    }

    /// Types over what stands in the first element with this test id.
    pub(crate) async fn type_over(&self, test_id: &str, text: &str) {
        self.type_over_in(by(test_id), text).await;
    }

    async fn type_over_in(&self, field: By, text: &str) {
        let field = self
            .driver
            .query(field)
            .wait(PATIENCE, GLANCE)
            .and_displayed()
            .first()
            .await
            .expect("a field on screen");
        let value = field
            .value()
            .await
            .expect("a field has a value")
            .unwrap_or_default();
        let rubber = char::from(Key::Backspace)
            .to_string()
            .repeat(value.chars().count());
        if !rubber.is_empty() {
            // A field that is entered again may have its caret where nothing stands before it.
            field.send_keys(Key::End).await.expect("keys work");
            field.send_keys(rubber).await.expect("rubbing out works");
        }
        field.send_keys(text).await.expect("typing works");
        assert_eq!(
            field.value().await.expect("a value").as_deref(),
            Some(text),
            "what was typed stands there"
        );
    }

    /// Types into a field of a form, over what stands there.
    pub(crate) async fn fill(&self, field: &str, text: &str) {
        self.type_over_in(By::Css(format!("[data-field=\"{field}\"]")), text)
            .await;
    }

    /// Clicks the first element that a selector finds.
    pub(crate) async fn click_css(&self, selector: &str) {
        self.until(&format!("{selector} can be clicked"), async || {
            match self.driver.find(By::Css(selector)).await {
                Ok(element) => self.clicked(&element).await,
                Err(_) => false,
            }
        })
        .await;
    }

    /// Clicks the first button or tab that is called so.
    pub(crate) async fn click_named(&self, name: &str) {
        self.click_path(&format!("//button[normalize-space()=\"{name}\"]"))
            .await;
    }

    /// Chooses one of a group's options, both by the words on screen.
    pub(crate) async fn choose(&self, group: &str, option: &str) {
        self.click_path(&format!(
            "//fieldset[legend[normalize-space()=\"{group}\"]]//label[normalize-space()=\"{option}\"]"
        ))
        .await;
    }

    /// Clicks the first element with this test id that shows the words.
    pub(crate) async fn click_showing(&self, test_id: &str, words: &str) {
        self.click_path(&format!(
            "//*[@data-testid=\"{test_id}\"][contains(., \"{words}\")]"
        ))
        .await;
    }

    /// Clicks what is called so among choices.
    pub(crate) async fn click_label(&self, name: &str) {
        self.click_path(&format!("//label[contains(., \"{name}\")]"))
            .await;
    }

    async fn click_path(&self, path: &str) {
        self.until(&format!("{path} can be clicked"), async || {
            match self.driver.find(By::XPath(path)).await {
                Ok(element) => self.clicked(&element).await,
                Err(_) => false,
            }
        })
        .await;
    }

    /// What stands in the first field with this test id.
    pub(crate) async fn value(&self, test_id: &str) -> String {
        let value = self.find(test_id).await.value().await;
        value.expect("a field has a value").unwrap_or_default()
    }

    /// Puts words into a field at once, as an input method does: keyboards lack some characters.
    pub(crate) async fn set_value(&self, test_id: &str, text: &str) {
        let script = "const field = document.querySelector(`[data-testid=\"${arguments[0]}\"]`);\
                      field.value = arguments[1];\
                      field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        self.ask_page(script, vec![json!(test_id), json!(text)])
            .await;
    }

    /// Whether the first element with this test id can be used.
    pub(crate) async fn is_enabled(&self, test_id: &str) -> bool {
        let element = self.find(test_id).await;
        element.is_enabled().await.expect("an element on screen")
    }

    /// Opens the settings at one of their pages.
    pub(crate) async fn open_settings(&self, page: &str) {
        self.click("settings-open").await;
        self.find("settings").await;
        self.click_named(page).await;
    }

    /// Scrolls until the first element with this test id is in the middle.
    pub(crate) async fn bring_into_view(&self, test_id: &str) {
        let script = "document.querySelector(`[data-testid=\"${arguments[0]}\"]`)\
                      .scrollIntoView({ block: 'center' })";
        self.ask_page(script, vec![json!(test_id)]).await;
    }

    /// Closes the dialog on top.
    pub(crate) async fn close_dialog(&self) {
        self.press(Key::Escape).await;
    }

    /// Paints the page in these colours at once, until the next change of the settings.
    pub(crate) async fn paint(&self, theme: &str) {
        let script = "document.documentElement.style.setProperty('--quick', '0s');\
                      document.documentElement.dataset.theme = arguments[0]";
        self.ask_page(script, vec![json!(theme)]).await;
    }

    /// Waits until the page shows the text anywhere.
    pub(crate) async fn see_on_page(&self, text: &str) {
        self.until(&format!("the page shows {text:?}"), async || {
            self.page_text().await.is_ok_and(|page| page.contains(text))
        })
        .await;
    }

    /// Chooses a file in a file input, visible or not.
    pub(crate) async fn choose_file(&self, test_id: &str, file: &Path) {
        let input = self
            .driver
            .query(by(test_id))
            .wait(PATIENCE, GLANCE)
            .first()
            .await
            .expect("a file input");
        input
            .send_keys(file.to_string_lossy())
            .await
            .expect("choosing a file works");
    }

    /// Texts of all elements with this test id, in page order.
    pub(crate) async fn texts(&self, test_id: &str) -> Vec<String> {
        let script = "return Array.from(document.querySelectorAll(`[data-testid=\"${arguments[0]}\"]`))\
                      .map((element) => element.innerText)";
        let value = self
            .driver
            .execute(script, vec![json!(test_id)])
            .await
            .expect("a script runs");
        serde_json::from_value(value.json().clone()).expect("a list of texts")
    }

    /// Waits until some element with this test id shows the text.
    pub(crate) async fn see(&self, test_id: &str, text: &str) {
        self.until(&format!("{test_id} shows {text:?}"), async || {
            self.texts(test_id)
                .await
                .iter()
                .any(|shown| shown.contains(text))
        })
        .await;
    }

    /// Waits until no element with this test id shows the text.
    pub(crate) async fn see_gone(&self, test_id: &str, text: &str) {
        self.until(&format!("{test_id} no longer shows {text:?}"), async || {
            !self
                .texts(test_id)
                .await
                .iter()
                .any(|shown| shown.contains(text))
        })
        .await;
    }

    /// Number of elements with this test id.
    pub(crate) async fn count(&self, test_id: &str) -> usize {
        self.texts(test_id).await.len()
    }

    /// Pictures on the page whose pixels are there.
    pub(crate) async fn loaded_pictures(&self) -> u64 {
        let script = "return Array.from(document.images)\
                      .filter((image) => image.complete && image.naturalWidth > 0).length";
        let value = self.driver.execute(script, Vec::new()).await;
        value.expect("a script runs").json().as_u64().unwrap_or(0)
    }

    /// Scrolls an element with this test id, by its number in page order, into view.
    pub(crate) async fn scroll_into_view(&self, test_id: &str, number: usize) {
        let all = self.driver.find_all(by(test_id)).await.expect("elements");
        let element = all.get(number).expect("an element with this number");
        element.scroll_into_view().await.expect("scrolling works");
    }

    /// Waits for a state with a deadline; the panic says what was awaited and what the page showed.
    pub(crate) async fn until(&self, what: &str, state: impl AsyncFnMut() -> bool) {
        self.within(PATIENCE, what, state).await;
    }

    /// Waits for a state that takes its time by its nature.
    pub(crate) async fn within(
        &self,
        patience: Duration,
        what: &str,
        mut state: impl AsyncFnMut() -> bool,
    ) {
        let deadline = tokio::time::Instant::now() + patience;
        let mut tick = tokio::time::interval(GLANCE);
        loop {
            tick.tick().await;
            if state().await {
                return;
            }
            if tokio::time::Instant::now() >= deadline {
                let page = self.page_text().await.unwrap_or_default();
                self.keep_page("failed").await;
                panic!("waited in vain: {what}\n--- the page showed ---\n{page}");
            }
        }
    }

    /// Keeps what the page shows where `TERN_PICTURES` names a folder for it.
    async fn keep_page(&self, name: &str) {
        if let Some(folder) = std::env::var_os("TERN_PICTURES") {
            let file = Path::new(&folder).join(format!("{name}.png"));
            let _ = self.driver.screenshot(&file).await;
        }
    }

    async fn page_text(&self) -> WebDriverResult<String> {
        self.driver.find(By::Tag("body")).await?.text().await
    }
}

fn is_running(process: u32) -> bool {
    // Its parent may not have collected it yet: then it is gone once no thread but the first is left, and with
    // the threads its files and its names on the bus.
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
        return false;
    };
    let threads = std::fs::read_dir(format!("/proc/{process}/task"))
        .map_or(0, |threads| threads.flatten().count());
    !stat.contains(") Z ") || threads > 1
}

fn by(test_id: &str) -> By {
    By::Css(format!("[data-testid=\"{test_id}\"]"))
}

/// The app as `cargo xtask test` built it: with the page inside.
pub(crate) fn binary() -> String {
    std::env::var("TERN_APP").unwrap_or_else(|_| {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/tern");
        target.to_string_lossy().into_owned()
    })
}

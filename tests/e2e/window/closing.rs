//! Closing the window: it hides where the person wants Tern to keep running, and quits where not.

use thirtyfour::Key;

use super::desktop::{Desktop, Keyring};
use super::tern::{Tern, binary};

#[tokio::test(flavor = "multi_thread")]
async fn closing_hides_and_a_second_start_brings_the_window_back() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;

    desktop.wait_for_window(true);
    desktop.close_window();
    desktop.wait_for_window(false);
    assert!(tern.is_running(), "it goes on receiving");

    // Opened once more as at first: the running one shows itself, with everything as it was.
    desktop.run(&binary(), &[]);
    desktop.wait_for_window(true);
    tern.find("handset-pane").await;
    assert_eq!(desktop.app_process(), tern.process(), "still the same one");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_quits_where_tern_shall_not_keep_running() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.click("settings-open").await;
    tern.click_css("[role=tab][data-value=notifications]").await;
    tern.click("close-to-tray").await;
    tern.see("settings", "Saved").await;
    desktop.close_window();
    tern.ended("closing the window ends Tern").await;

    // The choice holds at the next start, from its first moment.
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("handset-pane").await;
    desktop.close_window();
    tern.ended("closing the window ends Tern").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_first_screen_quits_since_nothing_is_received_yet() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("first-run-practice").await;
    desktop.wait_for_window(true);
    desktop.close_window();
    tern.ended("closing the window ends Tern").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_quits_although_closing_only_hides() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    desktop.wait_for_window(true);
    desktop.run("xdotool", &["key", "--clearmodifiers", "ctrl+q"]);
    tern.ended("Ctrl+Q ends Tern").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_and_questions_reach_the_sheet_and_the_palette() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    tern.press("?").await;
    tern.see("shortcut-sheet", "Quit Tern").await;
    tern.keep_picture(&desktop, "shortcuts").await;
    tern.press(Key::Escape).await;
    tern.until("the sheet is gone", async || {
        tern.count("shortcut-sheet").await == 0
    })
    .await;
    tern.press(Key::Control + "k").await;
    tern.see("palette", "Dark colours").await;
    tern.keep_picture(&desktop, "palette").await;
    tern.press("dark").await;
    tern.press(Key::Enter).await;
    tern.until("the page is dark", async || {
        tern.ask_page("return document.documentElement.dataset.theme", vec![])
            .await
            == "dark"
    })
    .await;
    tern.keep_picture(&desktop, "palette-dark").await;
    tern.quit().await;
}

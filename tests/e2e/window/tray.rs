//! The tray icon on a desktop that has a tray: it counts what is unread, and its menu opens and quits.

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;
use super::tray_host::TrayHost;

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_counts_what_is_unread_and_its_menu_works() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tray = TrayHost::start(desktop.bus());
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tray.wait_for_item();
    tern.find("handset-pane").await;
    let plain = tray.picture();
    assert!(
        plain.starts_with(b"\x89PNG"),
        "an icon is up: {}",
        tray.text("IconName")
    );
    assert_eq!(tray.text("Status"), "Active");
    assert_eq!(tray.text("Title"), "Tern", "what the desktop calls it");
    assert_eq!(tray.text("XAyatanaLabel"), "", "nothing is unread");
    assert_eq!(
        tray.menu(),
        [
            "No unread conversations",
            "Open Tern",
            "Lock Tern",
            "Quit Tern"
        ]
    );

    // A text arrives while the window is closed.
    tern.type_into("handset-input", "Hello, is my bicycle ready?")
        .await;
    tern.click("handset-send").await;
    desktop.close_window();
    tern.until("the tray counts it", async || {
        tray.text("XAyatanaLabel") == "1"
    })
    .await;
    tern.until("the icon has its dot", async || {
        let picture = tray.picture();
        !picture.is_empty() && picture != plain
    })
    .await;
    tern.until("the menu says so", async || {
        tray.menu()[0] == "1 unread conversation"
    })
    .await;

    // The menu opens the window; reading the text clears the count.
    desktop.wait_for_window(false);
    tray.choose("Open Tern");
    desktop.wait_for_window(true);
    tern.click("conversation-row").await;
    tern.see("message-bubble", "Hello, is my bicycle ready?")
        .await;
    tern.until("the tray counts nothing", async || {
        tray.text("XAyatanaLabel").is_empty() && tray.picture() == plain
    })
    .await;
    assert_eq!(tray.menu()[0], "No unread conversations");

    tray.choose("Quit Tern");
    tern.ended("Quit in the tray ends Tern").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn started_at_login_tern_waits_in_the_tray() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tray = TrayHost::start(desktop.bus());
    let tern = Tern::start(&desktop, &["--practice", "--hidden"]).await;
    tray.wait_for_item();
    tern.until("the page is there", async || {
        tern.count("handset-pane").await == 1
    })
    .await;
    assert!(!desktop.window_is_visible(), "no window at log-in");
    tray.choose("Open Tern");
    desktop.wait_for_window(true);
    tern.quit().await;
}

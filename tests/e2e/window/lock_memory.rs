//! L-14: what the page of a locked desk has in memory. Without `WebDriver`, which takes the end of a page's process for a
//! crash: the keyboard and the tray do the work, and the memory itself says what is on screen.

use super::desktop::{Desktop, Keyring};
use super::lock::{PATIENCE, PIN, WORDS, with_open_conversation};
use super::tray_host::TrayHost;
use crate::secrets::memory;
use crate::support::wait_until;

const PAGE: &str = "WebKitWebProcess";

const PAINTED: &str = "first screen painted";

/// Where the text of the customer stands in the pages of this app, all in all.
fn told(app: u32) -> usize {
    let pages = memory::started_by(app, PAGE);
    let found = pages
        .into_iter()
        .flat_map(|page| memory::places(&memory::of(page), &[WORDS]));
    found.map(|(_, places)| places.len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn l_14_the_page_of_a_locked_desk_remembers_nothing() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    let tern = with_open_conversation(&desktop).await;
    tern.quit().await;

    let tray = TrayHost::start(desktop.bus());
    let painted = desktop.logged(PAINTED);
    let app = desktop.start_app();
    tray.wait_for_item();
    wait_until(PATIENCE, "the inbox is there", || {
        desktop.logged(PAINTED) == painted + 1
    });
    // Hundreds of megabytes are read each time.
    assert!(told(app) > 0, "the inbox shows the text");
    let open = memory::started_by(app, PAGE);
    assert_eq!(open.len(), 1, "one window, one page");

    tray.choose("Lock Tern");
    wait_until(PATIENCE, "the page that showed it has ended", || {
        let now = memory::started_by(app, PAGE);
        now.len() == 1 && now != open
    });
    wait_until(PATIENCE, "another page is there", || {
        desktop.logged(PAINTED) == painted + 2
    });
    assert_eq!(told(app), 0, "the page of the lock has never heard of it");
    desktop.keep_picture("lock-page-anew");

    desktop.type_keys(PIN);
    wait_until(PATIENCE, "the inbox shows the text again", || told(app) > 0);
    desktop.keep_picture("lock-page-anew-opened");
}

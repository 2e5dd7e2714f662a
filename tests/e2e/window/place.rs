//! Where the window was is where it is at the next start; a place that is off the screen is not taken.

use std::time::Duration;

use super::desktop::{Desktop, Keyring};
use super::frames::Place;
use super::tern::Tern;
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(30);
const CHOSEN: Place = Place {
    x: 60,
    y: 70,
    width: 1000,
    height: 640,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_window_comes_back_where_it_was_and_as_large() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    desktop.wait_for_window(true);
    desktop.put_window(CHOSEN);
    let left = desktop.window_place();
    tern.keep_picture(&desktop, "place-before").await;
    desktop.run("kill", &["-TERM", &tern.process().to_string()]);
    tern.ended("the end of the desktop session ends Tern").await;

    let tern = Tern::start(&desktop, &[]).await;
    tern.find("handset-pane").await;
    desktop.wait_for_window(true);
    tern.keep_picture(&desktop, "place-after").await;
    wait_until(PATIENCE, "the window at its old place", || {
        desktop.window_place() == left
    });
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_on_a_screen_that_is_gone_is_not_taken() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    desktop.start_window_manager();
    // As left behind on a second screen to the right, which is unplugged now.
    let folder = desktop.home().join(".config/org.tern.desk");
    std::fs::create_dir_all(&folder).expect("the settings folder");
    let state = serde_json::json!({ "main": {
        "width": 1000, "height": 640, "x": 2400, "y": 300, "prev_x": 2400, "prev_y": 300,
        "maximized": false, "visible": true, "decorated": true, "fullscreen": false
    } });
    std::fs::write(folder.join(".window-state.json"), state.to_string()).expect("a state");
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    desktop.wait_for_window(true);
    let place = desktop.window_place();
    assert_eq!((place.width, place.height), (1000, 640), "its size is kept");
    assert!(
        (0..=280).contains(&place.x) && (0..=160).contains(&place.y),
        "wholly on the screen: {place:?}"
    );
    tern.keep_picture(&desktop, "place-corrected").await;
    tern.quit().await;
}

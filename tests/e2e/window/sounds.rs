//! Sounds that are heard: a real sound server's output is recorded while texts arrive in the window.

use std::ops::Range;

use serde_json::{Value, json};

use super::alerts::{set, text};
use super::desktop::{Desktop, Keyring};
use super::ear::Ear;
use super::tern::Tern;

/// What the telephone is made of, and what the usual sound is made of.
const TELEPHONE: f64 = 440.0;
const USUAL: f64 = 880.0;

#[tokio::test(flavor = "multi_thread")]
async fn q_7_a_queues_own_sound_is_heard_and_nothing_when_silence_was_asked_for() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    let ear = Ear::listen(&mut desktop);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;

    // The usual sound, before anything was chosen.
    let from = ear.now();
    text(&tern, 0, "Ding").await;
    assert_usual(&ear, &ear.next_sound(from));

    // A queue gets its own, which is heard before it is kept.
    tern.open_settings("Queues").await;
    tern.click("queue-edit").await;
    tern.pick("queue-sound", "ring").await;
    let from = ear.now();
    tern.click("sound-play").await;
    assert_telephone(&ear, &ear.next_sound(from));
    tern.see("sound-played", "").await;
    tern.bring_into_view("sound-play").await;
    tern.keep_pictures(&desktop, "sounds-queue").await;
    tern.click("queue-save").await;
    tern.see("toast", "Saved").await;
    tern.close_dialog().await;
    let from = ear.now();
    text(&tern, 1, "Ring ring").await;
    assert_telephone(&ear, &ear.next_sound(from));

    // Quiet hours, a desktop that is not to disturb, and sounds that are off: nothing, until they end.
    let quiet_from = ear.now();
    set(&tern, |settings| {
        settings["quietHours"] = json!(vec![json!([{ "from": 0, "to": 1440 }]); 7]);
    })
    .await;
    text(&tern, 2, "In the quiet hours").await;
    tern.see("conversation-row", "In the quiet hours").await;
    set(&tern, |settings| {
        settings["quietHours"] = json!([[], [], [], [], [], [], []]);
    })
    .await;
    desktop.run("dunstctl", &["set-paused", "true"]);
    text(&tern, 3, "To a desktop that is not to disturb").await;
    tern.see("conversation-row", "To a desktop that is").await;
    // Its notification waits at the desktop by now, and with it its sound was decided about.
    tern.until("the desktop keeps it back", async || {
        desktop.run("dunstctl", &["count", "waiting"]).trim() != "0"
    })
    .await;
    set(&tern, |settings| {
        settings["notificationSound"] = json!(false);
    })
    .await;
    desktop.run("dunstctl", &["set-paused", "false"]);
    let before = desktop.notified();
    text(&tern, 4, "With sounds off").await;
    tern.until("it is shown", async || desktop.notified() > before)
        .await;
    set(&tern, |settings| {
        settings["notificationSound"] = json!(true);
    })
    .await;
    let quiet_to = ear.now();
    text(&tern, 5, "Again").await;
    let heard = ear.next_sound(quiet_from);
    ear.assert_silence(quiet_from..quiet_to, "while nothing was to be heard");
    assert!(heard.start >= quiet_to);
    assert_telephone(&ear, &heard);
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn m_4_a_sound_comes_again_until_somebody_looks() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    let ear = Ear::listen(&mut desktop);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.find("handset-pane").await;
    set(&tern, |settings| {
        settings["notificationRepeat"] = json!({ "everySeconds": 10, "atMost": 50 });
    })
    .await;
    let from = ear.now();
    text(&tern, 0, "Is anybody there?").await;
    let first = ear.next_sound(from);
    let second = ear.next_sound(first.end + 1);
    assert_usual(&ear, &second);
    tern.click("conversation-row").await;
    tern.see("message-bubble", "Is anybody there?").await;
    tern.until("the notification is withdrawn", async || {
        desktop.notifications() == 0
    })
    .await;
    // Another one is heard twice: by then the first would have been, too.
    let seen_at = ear.now();
    text(&tern, 1, "And here?").await;
    let third = ear.next_sound(seen_at);
    let fourth = ear.next_sound(third.end + 1);
    let beat = fourth.start - third.start;
    let usual_beat = second.start - first.start;
    assert!(
        beat * 10 > usual_beat * 7,
        "nothing in between: {beat} after {usual_beat} samples"
    );
    let asked = tern.call("notification_state", Value::Null).await;
    assert_eq!(asked["desktop"]["sounds"], true, "{asked}");
    tern.quit().await;
}

#[track_caller]
fn assert_telephone(ear: &Ear, sound: &Range<usize>) {
    let (telephone, usual) = (ear.much_of(TELEPHONE, sound), ear.much_of(USUAL, sound));
    assert!(telephone > usual * 10.0, "{telephone} against {usual}");
}

#[track_caller]
fn assert_usual(ear: &Ear, sound: &Range<usize>) {
    let (telephone, usual) = (ear.much_of(TELEPHONE, sound), ear.much_of(USUAL, sound));
    assert!(usual > telephone * 10.0, "{usual} against {telephone}");
}

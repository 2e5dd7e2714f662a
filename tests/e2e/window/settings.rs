//! Settings take effect in the window at once and are still in force at the next start.

use thirtyfour::Key;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

const PASSPHRASE: &str = "correct horse battery staple";

#[tokio::test(flavor = "multi_thread")]
async fn colours_change_at_once_and_stay() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &["--practice"]).await;
    for body in ["Hello, is my bicycle ready?", "The red one."] {
        tern.type_into("handset-input", body).await;
        tern.click("handset-send").await;
        tern.see("conversation-row", body).await;
    }
    tern.click("conversation-row").await;
    tern.see("message-bubble", "The red one.").await;

    let mut grounds = Vec::new();
    for theme in ["light", "dark", "highContrast"] {
        choose(&tern, theme).await;
        tern.keep_picture(&desktop, &format!("settings-{theme}"))
            .await;
        tern.press(Key::Escape).await;
        let (ground, ink) = colours(&tern).await;
        tern.keep_picture(&desktop, &format!("thread-{theme}"))
            .await;
        let contrast = contrast(&ground, &ink);
        let least = if theme == "highContrast" { 18.0 } else { 10.0 };
        assert!(contrast >= least, "{theme}: {ink} on {ground} = {contrast}");
        grounds.push(ground);
    }
    assert_ne!(grounds[0], grounds[1], "dark is not light");
    assert_eq!(grounds[2], "rgb(0, 0, 0)", "high contrast is on black");

    // The next start has them from its first picture on.
    choose(&tern, "dark").await;
    tern.quit().await;
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("handset-pane").await;
    assert_eq!(colours(&tern).await.0, grounds[1]);
    choose(&tern, "system").await;
    tern.press(Key::Escape).await;
    assert_eq!(colours(&tern).await.0, grounds[0], "this desktop is light");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_at_login_is_written_down_for_the_desktop_and_taken_back() {
    let desktop = Desktop::start(Keyring::Absent);
    let entry = desktop.home().join(".config/autostart/Tern.desktop");
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("first-run-practice").await;
    tern.type_into("passphrase-input", PASSPHRASE).await;
    tern.type_into("passphrase-repeat", PASSPHRASE).await;
    tern.click("passphrase-submit").await;
    tern.find("handset-pane").await;
    assert!(!entry.exists(), "nobody asked for it");

    tern.click("settings-open").await;
    tern.click_css("[role=tab][data-value=notifications]").await;
    tern.click("start-at-login").await;
    tern.until("the entry is there", async || entry.exists())
        .await;
    tern.keep_picture(&desktop, "settings-login").await;
    let words = std::fs::read_to_string(&entry).expect("the entry");
    let command = words
        .lines()
        .find_map(|line| line.strip_prefix("Exec="))
        .expect("a command");
    assert!(
        command.ends_with(" --hidden"),
        "without a window: {command}"
    );
    assert!(words.contains("Name=Tern"), "{words}");
    tern.quit().await;

    // A start that waits for the passphrase does not know the settings: the entry stays.
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("locked").await;
    assert!(entry.exists(), "a locked file changes nothing");
    tern.type_into("passphrase-input", PASSPHRASE).await;
    tern.click("passphrase-submit").await;
    tern.find("handset-pane").await;
    tern.click("settings-open").await;
    tern.click_css("[role=tab][data-value=notifications]").await;
    tern.click("start-at-login").await;
    tern.until("the entry is gone", async || !entry.exists())
        .await;
    tern.quit().await;
}

/// Chooses colours, as a person does.
async fn choose(tern: &Tern, theme: &str) {
    tern.click("settings-open").await;
    tern.click_css("[role=tab][data-value=appearance]").await;
    tern.click_css(&format!(
        "[data-testid=settings] label:has(input[value={theme}])"
    ))
    .await;
    tern.see("settings", "Saved").await;
}

/// The page's ground and ink, as they are drawn.
async fn colours(tern: &Tern) -> (String, String) {
    let script = "const style = getComputedStyle(document.documentElement); return [style.backgroundColor, style.color]";
    let both = tern.ask_page(script, vec![]).await;
    let word = |index: usize| both[index].as_str().unwrap_or_default().to_owned();
    (word(0), word(1))
}

/// Contrast of two opaque colours as WCAG 2 counts it: 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channels: Vec<f64> = colour
            .trim_start_matches("rgb(")
            .trim_end_matches(')')
            .split(", ")
            .filter_map(|channel| channel.parse::<f64>().ok())
            .map(|channel| {
                let share = channel / 255.0;
                if share <= 0.040_45 {
                    share / 12.92
                } else {
                    ((share + 0.055) / 1.055).powf(2.4)
                }
            })
            .collect();
        assert_eq!(channels.len(), 3, "an opaque colour: {colour}");
        0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2] + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

//! Files that the person asks for: they are where downloads go, whole, and said to be there.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tern_simulator::SimulatorConfig;

use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn h_12_transcripts_and_the_configuration_are_saved_among_the_downloads() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let downloads = walk.desktop.home().join("Downloads");
    let customer = carrier.customer().await;
    carrier
        .texts(&customer, "Is the tandem free on Friday?")
        .await;
    walk.open("Is the tandem free on Friday?").await;

    tern.click_named("Transcript").await;
    tern.click("transcript-save-external-text").await;
    tern.see("toast", "Saved as").await;
    let transcript = only_file(&downloads);
    tern.see("toast", &transcript.display().to_string()).await;
    let words = std::fs::read_to_string(&transcript).expect("a text");
    assert!(words.contains("Is the tandem free on Friday?"), "{words}");

    // The same again leaves the first as it is.
    tern.click_named("Transcript").await;
    tern.click("transcript-save-external-text").await;
    tern.see("toast", " (1).txt").await;
    assert_eq!(files(&downloads).len(), 2);

    tern.open_settings("Configuration").await;
    tern.click("configuration-save").await;
    tern.see_on_page("Saved as").await;
    let saved = files(&downloads);
    let saved = saved
        .iter()
        .find(|it| it.extension().is_some_and(|ending| ending == "json"));
    let text = std::fs::read_to_string(saved.expect("a configuration")).expect("a text");
    serde_json::from_str::<Value>(&text).expect("a whole file");
    walk.pictures("configuration-saved").await;
    walk.end().await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of downloads");
    entries.flatten().map(|entry| entry.path()).collect()
}

fn only_file(folder: &Path) -> PathBuf {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

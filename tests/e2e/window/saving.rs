//! Files that the person asks for: they are where downloads go, whole, and said to be there.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tern_simulator::SimulatorConfig;

use super::tern::Tern;
use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn h_12_exports_and_the_configuration_are_saved_among_the_downloads() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let downloads = walk.desktop.home().join("Downloads");
    let customer = carrier.customer().await;
    carrier
        .texts(&customer, "Is the tandem free on Friday?")
        .await;
    walk.open("Is the tandem free on Friday?").await;

    // An export has a folder of its own there, and says where it went.
    let exports = downloads.join("Tern");
    export(tern).await;
    let first = only_file(&exports);
    tern.see("job-item", &first.display().to_string()).await;
    let content = std::fs::read(&first).expect("an export");
    assert!(content.starts_with(b"PK"), "a zip");
    tern.click("job-dismiss").await;

    // The same again leaves the first as it is.
    export(tern).await;
    assert_eq!(files(&exports).len(), 2);
    assert_eq!(std::fs::read(&first).expect("the first"), content);
    tern.click("job-dismiss").await;
    tern.press_escape().await;

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

/// Exports the open conversation as offered, and opens what came of it.
async fn export(tern: &Tern) {
    tern.click("export-open").await;
    tern.see("export-size", "1 text").await;
    tern.click("export-start").await;
    tern.see("job-tray", "Export done").await;
    tern.click("job-tray").await;
    tern.see("job-item", "1 text exported and signed.").await;
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

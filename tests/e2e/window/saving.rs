//! Files and folders that the person chooses in the system's own dialogs: what is asked for is there, whole, and a page
//! is told a name and no path.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;

use super::tern::Tern;
use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn h_12_files_and_folders_are_chosen_in_the_systems_dialogs() {
    let mut walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    walk.desktop.start_window_manager();
    let place = walk.desktop.home().join("Cases");
    std::fs::create_dir(&place).expect("a folder");
    let customer = walk.carrier.customer().await;
    walk.carrier
        .texts(&customer, "Is the tandem free on Friday?")
        .await;
    walk.open("Is the tandem free on Friday?").await;
    let (tern, desktop) = (&walk.tern, &walk.desktop);

    // A dialog that is closed changes nothing.
    tern.click("export-open").await;
    tern.see("export-size", "1 text").await;
    tern.click("export-start").await;
    desktop.close_dialog_of("Export to");
    tern.until("the page asks again", async || {
        tern.is_enabled("export-start").await
    })
    .await;
    assert_eq!(tern.count("job-tray").await, 0);
    // A folder that cannot be written to is said where it was chosen, by root and by anybody else.
    tern.click("export-start").await;
    desktop.choose_in_dialog("Export to", Path::new("/sys/case.zip"));
    tern.see("export-dialog", "may not be written to").await;
    walk.pictures("export-refused").await;
    tern.click("export-start").await;
    let file = place.join("case.zip");
    desktop.choose_in_dialog("Export to", &file);
    tern.see("job-tray", "Export done").await;
    tern.click("job-tray").await;
    tern.see("job-item", "1 text exported and signed.").await;
    assert!(std::fs::read(&file).expect("an export").starts_with(b"PK"));
    tern.click("job-dismiss").await;

    // What came with a text and is not shown: its bytes pass the page by.
    let bill = "JVBERi0xLjcgYSBiaWxs";
    let media = json!([{ "content_type": "application/pdf", "base64": bill }]);
    walk.carrier
        .texts_with(&customer, "And this bill?", media)
        .await;
    tern.click("save-media").await;
    tern.see("save-media-dialog", "A PDF document").await;
    walk.pictures("save-media").await;
    tern.click("save-media-confirm").await;
    let saved = place.join("bill.pdf");
    desktop.choose_in_dialog("Save as", &saved);
    tern.see_on_page("Saved as bill.pdf in Cases").await;
    assert_eq!(std::fs::read(&saved).expect("a bill"), b"%PDF-1.7 a bill");

    tern.open_settings("Configuration").await;
    tern.click("configuration-save").await;
    let document = place.join("desk.json");
    desktop.choose_in_dialog("Save as", &document);
    tern.see_on_page("Saved as desk.json in Cases").await;
    let text = std::fs::read_to_string(document).expect("a configuration");
    serde_json::from_str::<Value>(&text).expect("a whole file");
    walk.pictures("configuration-saved").await;
    tern.close_dialog().await;

    tern.open_settings("Backup").await;
    tern.click("backup-folder").await;
    desktop.choose_in_dialog("Folder for backups", &place);
    tern.see("backup-folder-name", "Cases in").await;
    walk.pictures("backup-folder-chosen").await;
    tern.type_into("backup-passphrase", "a heron in the rain")
        .await;
    tern.type_into("backup-repeat", "a heron in the rain").await;
    tern.click("backup-save").await;
    let backups = || {
        folders(&place)
            .iter()
            .any(|it| it.ends_with("Tern backups"))
    };
    tern.until("the backups have their folder", async || backups())
        .await;
    tern.close_dialog().await;

    let log = place.join("log.csv");
    std::fs::write(&log, "from,to,body\n").expect("a file");
    tern.open_settings("Import history").await;
    tern.click("history-path").await;
    desktop.choose_in_dialog("File with texts of another system", &log);
    tern.see_on_page("No rows of texts were found in this file")
        .await;
    walk.pictures("history-chosen").await;

    // What the page does not get from a dialog it does not get.
    refused(tern, &place).await;
    walk.end().await;
}

/// The page gives a path by itself.
async fn refused(tern: &Tern, folder: &Path) {
    let place = json!({ "kind": "typed", "path": folder });
    let told = tern.try_call("find_backups", json!({ "place": place }));
    assert_eq!(told.await["error"]["code"], "badRequest");
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries.flatten().map(|entry| entry.path()).collect()
}

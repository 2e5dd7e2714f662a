//! Hands Tauri the capability files, whose folder is not where its default looks, and the list of
//! commands, so that each has to be granted by name.
fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(&[
            "open_channel",
            "call",
            "choose_place",
            "save_file",
            "save_media",
            "show_job_place",
            "window_ready",
            "renew_page",
            "quit",
        ]));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
    }
}

//! What the page may call: one door to the app, and one signal about itself.

use serde_json::Value;
use tauri::{AppHandle, Manager, State};
use tern_app::ApiError;

use crate::{Shell, window};

/// Runs one of the app's commands.
#[tauri::command]
pub(crate) async fn call(shell: State<'_, Shell>, name: String, request: Value) -> Result<Value, ApiError> {
    let app = shell.app().clone();
    tern_app::rpc::dispatch(&app, &name, request).await
}

/// The page has painted its first screen: show the window.
#[tauri::command]
pub(crate) async fn window_ready(handle: AppHandle, shell: State<'_, Shell>) -> Result<(), ApiError> {
    tracing::info!(milliseconds = shell.since_start().as_millis(), "first screen painted");
    if !shell.starts_hidden() {
        window::show(&handle);
    }
    if let Some(main) = handle.get_webview_window(window::MAIN) {
        shell.app().set_focus(main.is_focused().unwrap_or(false));
    }
    Ok(())
}

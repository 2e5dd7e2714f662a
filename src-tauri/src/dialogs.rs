//! The system's own dialogs for files and folders. What is chosen goes to the app; the page gets a name for it.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use tauri::{AppHandle, Manager as _};
use tern_app::dto::{ChosenPlace, PlaceKind};
use tern_app::{ApiError, App};

use crate::{downloads, window};

/// Has a place of a kind chosen and keeps it; `None` if the dialog was closed without one. `name` is what a new file
/// is called unless somebody says otherwise.
///
/// # Errors
/// In words, for a place that cannot be used.
pub(crate) async fn choose(
    handle: &AppHandle,
    app: &App,
    kind: PlaceKind,
    name: Option<String>,
) -> Result<Option<ChosenPlace>, ApiError> {
    match ask(handle, app, kind, name).await? {
        Some(path) => app.keep_place(kind, path).await.map(Some),
        None => Ok(None),
    }
}

/// Has a path chosen.
///
/// # Errors
/// If the desk is locked, or there is no window to ask in.
pub(crate) async fn ask(
    handle: &AppHandle,
    app: &App,
    kind: PlaceKind,
    name: Option<String>,
) -> Result<Option<PathBuf>, ApiError> {
    let last = app.last_folder(kind).await?.filter(|last| last.is_dir());
    let begin = last.or_else(|| match kind {
        PlaceKind::Export | PlaceKind::Document | PlaceKind::History => downloads::folder(handle),
        PlaceKind::Backups | PlaceKind::Restore => handle.path().home_dir().ok(),
    });
    let (opened, dialog) = tokio::sync::oneshot::channel();
    let owner = handle.clone();
    // Toolkits open dialogs on the main thread only; the answer may be awaited anywhere.
    handle
        .run_on_main_thread(move || {
            let mut dialog = AsyncFileDialog::new().set_title(title(kind));
            if let Some(main) = owner.get_webview_window(window::MAIN) {
                dialog = dialog.set_parent(&main);
            }
            if let Some(begin) = begin {
                dialog = dialog.set_directory(begin);
            }
            if let Some(name) = name {
                dialog = dialog.set_file_name(name);
            }
            let answer: Answer = match kind {
                PlaceKind::Export | PlaceKind::Document => Box::pin(dialog.save_file()),
                PlaceKind::Backups | PlaceKind::Restore => Box::pin(dialog.pick_folder()),
                PlaceKind::History => Box::pin(dialog.pick_file()),
            };
            let _ = opened.send(answer);
        })
        .map_err(|_| ApiError::internal())?;
    let dialog = dialog.await.map_err(|_| ApiError::internal())?;
    Ok(dialog.await.map(|chosen| chosen.path().to_owned()))
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>>;

fn title(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Export => "Export to",
        PlaceKind::Document => "Save as",
        PlaceKind::Backups => "Folder for backups",
        PlaceKind::Restore => "Folder with backups",
        PlaceKind::History => "File with texts of another system",
    }
}

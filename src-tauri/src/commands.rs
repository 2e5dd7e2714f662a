//! What the page may call: one door to the app, and what only a shell can do.

use std::borrow::Cow;

use serde::Deserialize as _;
use serde_json::Value;
use tauri::{AppHandle, Manager, State, ipc};
use tern_app::dto::{ChosenPlace, PlaceKind};
use tern_app::{ApiError, ErrorCode};

use crate::channel::ChannelRefusal;
use crate::{Shell, dialogs, saving, window};

/// Agrees on keys with the page that asks.
#[tauri::command]
pub(crate) async fn open_channel(
    shell: State<'_, Shell>,
    message: ipc::Request<'_>,
) -> Result<ipc::Response, ChannelRefusal> {
    let told = shell.channels().open(&bytes_of(message.body())?)?;
    Ok(ipc::Response::new(told))
}

/// What the page wants of the app.
#[derive(serde::Deserialize)]
struct Wanted {
    name: String,
    request: Value,
}

/// What it is told.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
enum Told {
    Answer(Value),
    Error(ApiError),
}

/// Runs one of the app's commands. What is asked and answered is sealed.
#[tauri::command]
pub(crate) async fn call(
    shell: State<'_, Shell>,
    message: ipc::Request<'_>,
) -> Result<ipc::Response, ChannelRefusal> {
    let (channel, wanted) = shell.channels().unseal(&bytes_of(message.body())?)?;
    let wanted: Wanted = serde_json::from_slice(&wanted).map_err(|_| ChannelRefusal::Unreadable)?;
    let app = shell.app().clone();
    let told = match tern_app::rpc::dispatch(&app, &wanted.name, wanted.request).await {
        Ok(answer) => Told::Answer(answer),
        Err(error) => Told::Error(error),
    };
    let told = serde_json::to_vec(&told).map_err(|_| ChannelRefusal::Unreadable)?;
    Ok(ipc::Response::new(shell.channels().seal(channel, told)?))
}

/// The toolkit hands bytes on as a list of numbers where the page could not reach its faster way.
fn bytes_of(body: &ipc::InvokeBody) -> Result<Cow<'_, [u8]>, ChannelRefusal> {
    match body {
        ipc::InvokeBody::Raw(bytes) => Ok(Cow::Borrowed(bytes)),
        ipc::InvokeBody::Json(numbers) => Vec::deserialize(numbers)
            .map(Cow::Owned)
            .map_err(|_| ChannelRefusal::Unreadable),
    }
}

/// Asks for a file or folder in the system's dialog; the path stays here. `null` if nothing was chosen.
#[tauri::command]
pub(crate) async fn choose_place(
    handle: AppHandle,
    shell: State<'_, Shell>,
    kind: PlaceKind,
    name: Option<String>,
) -> Result<Option<ChosenPlace>, ApiError> {
    dialogs::choose(&handle, shell.app(), kind, name).await
}

/// Writes a file where the person wants it, and says what it is called there. `null` if they do not.
#[tauri::command]
pub(crate) async fn save_file(
    handle: AppHandle,
    shell: State<'_, Shell>,
    name: String,
    content: String,
) -> Result<Option<String>, ApiError> {
    let (app, kind) = (shell.app(), PlaceKind::Document);
    let Some(chosen) = dialogs::ask(&handle, app, kind, Some(name.clone())).await? else {
        return Ok(None);
    };
    let place = saving::write(&chosen, &name, content.as_bytes())?;
    Ok(Some(app.keep_place(kind, place).await?.name))
}

/// Writes what was attached to a text where the person wants it, and says what it is called there; its bytes do not
/// pass through the page. `null` if they do not want it.
#[tauri::command]
pub(crate) async fn save_media(
    handle: AppHandle,
    shell: State<'_, Shell>,
    media_id: String,
    name: String,
) -> Result<Option<String>, ApiError> {
    let (app, kind) = (shell.app(), PlaceKind::Document);
    let Some(chosen) = dialogs::ask(&handle, app, kind, Some(name.clone())).await? else {
        return Ok(None);
    };
    // Read once the dialog is closed: meanwhile the desk can be locked, and the text removed.
    let media = app.media(&media_id).await?;
    let place = saving::write(&chosen, &name, &media.bytes)?;
    Ok(Some(app.keep_place(kind, place).await?.name))
}

/// How a file or folder is shown.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Showing {
    /// In its folder.
    Folder,
    /// By the program that is there for it.
    Open,
}

/// Shows what a job wrote. The page names the job; the place is the app's to know.
#[tauri::command]
pub(crate) async fn show_job_place(
    shell: State<'_, Shell>,
    job_id: String,
    how: Showing,
) -> Result<(), ApiError> {
    let place = shell.app().job_place(&job_id)?;
    let shown = match how {
        Showing::Folder => tauri_plugin_opener::reveal_item_in_dir(&place),
        Showing::Open => tauri_plugin_opener::open_path(&place, None::<&str>),
    };
    shown.map_err(|error| {
        tracing::warn!(%error, "what a job wrote could not be shown");
        ApiError::new(
            ErrorCode::Storage,
            "The desktop could not show it.",
            "It may have been moved; look for it at the place that is named.",
        )
    })
}

/// The page has painted its first screen: a start is measured from the process's birth to here.
#[tauri::command]
pub(crate) async fn window_ready(
    handle: AppHandle,
    shell: State<'_, Shell>,
) -> Result<(), ApiError> {
    let milliseconds = u64::try_from(shell.since_start().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(milliseconds, "first screen painted");
    if let Some(main) = handle.get_webview_window(window::MAIN) {
        shell.app().set_focus(main.is_focused().unwrap_or(false));
    }
    Ok(())
}

/// The desk is locked and the page has put everything away: it begins anew, and nothing that it ever showed or heard
/// stays in its memory (L-14).
#[tauri::command]
pub(crate) async fn renew_page(handle: AppHandle, shell: State<'_, Shell>) -> Result<(), ApiError> {
    shell.channels().forget();
    window::renew_page(&handle).map_err(|error| {
        tracing::warn!(%error, "the page could not begin anew");
        ApiError::new(
            ErrorCode::Internal,
            "The window could not begin anew.",
            "The desk is locked all the same.",
        )
    })
}

/// The person wants to close Tern; `sure` once they were asked about the jobs that run.
#[tauri::command]
pub(crate) async fn quit(handle: AppHandle, sure: bool) -> Result<(), ApiError> {
    if sure {
        handle.exit(0);
    } else {
        window::quit(&handle);
    }
    Ok(())
}

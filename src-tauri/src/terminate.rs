//! Ending when the system says so: at log-out and shut-down Tern quits as if the person had said it, so that
//! the window's place is kept and files are closed.

use tauri::AppHandle;

/// Quits in good order on SIGTERM.
#[cfg(unix)]
pub(crate) fn quit_when_told(handle: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    let handle = handle.clone();
    #[expect(clippy::disallowed_methods, reason = "it ends with the app")]
    tauri::async_runtime::spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut told) => {
                told.recv().await;
                tracing::info!("told to end");
                handle.exit(0);
            }
            Err(error) => tracing::warn!(%error, "Tern will not notice when it is told to end"),
        }
    });
}

/// The toolkit hears of the session's end by itself.
#[cfg(not(unix))]
pub(crate) fn quit_when_told(_handle: &AppHandle) {}

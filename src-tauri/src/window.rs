//! The one window: how it is made, shown, hidden and closed, and that nobody quits under running jobs unasked.

use std::sync::Once;

use tauri::webview::PageLoadEvent;
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};

use crate::Shell;

/// Label of the one window; the capability file names it too.
pub(crate) const MAIN: &str = "main";

/// Makes the window. It stays hidden until the page is loaded, so that nobody sees a blank one; waiting
/// for the first paint would wait for ever, since a hidden page never paints.
pub(crate) fn build(handle: &AppHandle) -> tauri::Result<WebviewWindow> {
    WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::default())
        .title("Tern")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .visible(false)
        // The page takes dropped pictures itself; Tauri's own handler would keep them from it.
        .disable_drag_drop_handler()
        .on_page_load({
            // A page that begins anew in a hidden window leaves it hidden.
            let first = Once::new();
            move |window, load| {
                if load.event() == PageLoadEvent::Finished {
                    first.call_once(|| first_show(window.app_handle()));
                }
            }
        })
        .build()
}

/// Shows the window once its page is there, unless Tern was started into the tray.
fn first_show(handle: &AppHandle) {
    if handle
        .try_state::<Shell>()
        .is_none_or(|shell| !shell.starts_hidden())
    {
        show(handle);
    }
}

/// Brings the window to the front, whatever state it is in.
pub(crate) fn show(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return;
    };
    let raised = window
        .unminimize()
        .and_then(|()| window.show())
        .and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be raised");
    }
}

/// Loads the page again, where the toolkit allows it in a process of its own: what a script engine has seen cannot be
/// wiped (L-14), but it ends with its process.
pub(crate) fn renew_page(handle: &AppHandle) -> tauri::Result<()> {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return Ok(());
    };
    #[cfg(target_os = "linux")]
    window.with_webview(|page| {
        use webkit2gtk::WebViewExt as _;
        let page = page.inner();
        // To WebDriver this would be a crash, after which it ends its session.
        if !page.is_controlled_by_automation() {
            page.terminate_web_process();
        }
    })?;
    window.reload()
}

/// Quits, or lets the window ask whether to: while jobs run somebody has to say so.
pub(crate) fn quit(handle: &AppHandle) {
    if may_quit(handle) {
        handle.exit(0);
    } else {
        show(handle);
    }
}

/// Whether to quit at once. Where not, the page asks.
pub(crate) fn may_quit(handle: &AppHandle) -> bool {
    handle
        .try_state::<Shell>()
        .is_none_or(|shell| shell.app().ask_to_quit())
}

/// Close-to-tray and focus.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let Some(shell) = window.try_state::<Shell>() else {
        return;
    };
    match event {
        WindowEvent::CloseRequested { api, .. } if shell.closes_to_tray() => {
            api.prevent_close();
            shell.app().set_focus(false);
            // The jobs go on in the tray.
            if let Err(error) = window.hide() {
                tracing::warn!(%error, "the window could not be hidden");
            }
        }
        WindowEvent::CloseRequested { api, .. } if !may_quit(window.app_handle()) => {
            api.prevent_close();
        }
        WindowEvent::Focused(focused) => shell.app().set_focus(*focused),
        _ => {}
    }
}

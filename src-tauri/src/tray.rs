//! The tray icon: how many conversations are unread, open, quit.

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use crate::window;

/// The icon, and the one menu line that changes.
pub(crate) struct Tray {
    icon: TrayIcon<Wry>,
    unread: MenuItem<Wry>,
}

impl Tray {
    /// Puts the icon into the tray.
    ///
    /// # Errors
    /// When the desktop has no place for it; Tern then quits when its window is closed.
    pub(crate) fn new(handle: &AppHandle) -> tauri::Result<Self> {
        let unread = MenuItem::with_id(handle, "unread", unread_words(0), false, None::<&str>)?;
        let open = MenuItem::with_id(handle, "open", "Open Tern", true, None::<&str>)?;
        let quit = MenuItem::with_id(handle, "quit", "Quit Tern", true, None::<&str>)?;
        let menu = Menu::with_items(handle, &[&unread, &open, &quit])?;
        let icon = TrayIconBuilder::with_id("tern")
            .icon(Image::from_bytes(include_bytes!("../icons/32x32.png"))?)
            .tooltip("Tern")
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(|handle, event| match event.id().as_ref() {
                "open" => window::show(handle),
                "quit" => handle.exit(0),
                _ => {}
            })
            .on_tray_icon_event(|tray, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    window::show(tray.app_handle());
                }
            })
            .build(handle)?;
        Ok(Self { icon, unread })
    }

    /// Shows how many conversations have unread texts.
    pub(crate) fn set_unread(&self, conversations: u32) {
        let words = unread_words(conversations);
        let badge = (conversations > 0).then(|| conversations.to_string());
        let shown = self
            .unread
            .set_text(&words)
            .and_then(|()| self.icon.set_title(badge.as_deref()))
            .and_then(|()| self.icon.set_tooltip(Some(format!("Tern — {words}"))));
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray could not be updated");
        }
    }
}

fn unread_words(conversations: u32) -> String {
    match conversations {
        0 => "No unread conversations".to_owned(),
        1 => "1 unread conversation".to_owned(),
        n => format!("{n} unread conversations"),
    }
}

//! The tray icon: a dot and a count while conversations are unread, open, lock, quit. Locked, it counts nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};

use crate::{Shell, window};

/// The icon, and the one menu line that changes.
pub(crate) struct Tray {
    icon: TrayIcon<Wry>,
    unread: MenuItem<Wry>,
    lock: MenuItem<Wry>,
    /// The icon with the dot is up.
    dotted: AtomicBool,
}

/// Without and with something unread: few desktops show an icon's words, so the icon itself has to tell.
const PLAIN: &[u8] = include_bytes!("../icons/32x32.png");
const DOTTED: &[u8] = include_bytes!("../icons/tray-unread.png");

impl Tray {
    /// Puts the icon into the tray.
    ///
    /// # Errors
    /// When the desktop has no place for it; Tern then quits when its window is closed.
    pub(crate) fn new(handle: &AppHandle) -> tauri::Result<Self> {
        let unread = MenuItem::with_id(handle, "unread", unread_words(0), false, None::<&str>)?;
        let open = MenuItem::with_id(handle, "open", "Open Tern", true, None::<&str>)?;
        let lock = MenuItem::with_id(handle, "lock", "Lock Tern", false, None::<&str>)?;
        let quit = MenuItem::with_id(handle, "quit", "Quit Tern", true, None::<&str>)?;
        let menu = Menu::with_items(handle, &[&unread, &open, &lock, &quit])?;
        let icon = TrayIconBuilder::with_id("tern")
            .icon(Image::from_bytes(PLAIN)?)
            .tooltip("Tern")
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(|handle, event| match event.id().as_ref() {
                "open" => window::show(handle),
                "lock" => {
                    if let Some(shell) = handle.try_state::<Shell>() {
                        shell.lock_soon();
                    }
                }
                "quit" => window::quit(handle),
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
        Ok(Self {
            icon,
            unread,
            lock,
            dotted: AtomicBool::new(false),
        })
    }

    /// Shows how many conversations have unread texts, or that the desk is locked.
    pub(crate) fn show(&self, conversations: u32, locked: bool, can_lock: bool) {
        let words = if locked {
            "Tern is locked".to_owned()
        } else {
            unread_words(conversations)
        };
        let badge = (conversations > 0).then(|| conversations.to_string());
        let shown = self
            .unread
            .set_text(&words)
            .and_then(|()| self.icon.set_title(badge.as_deref()))
            .and_then(|()| {
                self.icon.set_tooltip(Some(if locked {
                    words.clone()
                } else {
                    format!("Tern — {words}")
                }))
            })
            .and_then(|()| self.show_dot(conversations > 0))
            .and_then(|()| self.lock.set_enabled(can_lock && !locked));
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray could not be updated");
        }
    }

    fn show_dot(&self, dotted: bool) -> tauri::Result<()> {
        if self.dotted.swap(dotted, Ordering::Relaxed) == dotted {
            return Ok(());
        }
        let icon = Image::from_bytes(if dotted { DOTTED } else { PLAIN })?;
        self.icon.set_icon(Some(icon))
    }
}

fn unread_words(conversations: u32) -> String {
    match conversations {
        0 => "No unread conversations".to_owned(),
        1 => "1 unread conversation".to_owned(),
        n => format!("{n} unread conversations"),
    }
}

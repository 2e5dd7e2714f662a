//! A window manager on the test's desktop, and what a person does with it: close, move, switch.
//!
//! Only tests that are about windows start one; without it the app's window has no frame and lies at 0,0.

use std::time::{Duration, Instant};

use super::desktop::Desktop;
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(30);
const PRESS_AGAIN: Duration = Duration::from_secs(8);

/// Where a window's content is on the screen, and how large it is; pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Desktop {
    /// Starts the window manager and waits until it manages.
    pub(crate) fn start_window_manager(&mut self) {
        let mut command = self.command("openbox");
        command.arg("--sm-disable");
        self.spawn(command);
        wait_until(PATIENCE, "a window manager", || {
            !self.run("xdotool", &["get_num_desktops"]).is_empty()
        });
    }

    /// Whether Tern's window can be seen.
    pub(crate) fn window_is_visible(&self) -> bool {
        self.window().is_some()
    }

    /// Waits until Tern's window can be seen, or cannot.
    pub(crate) fn wait_for_window(&self, visible: bool) {
        let what = if visible { "the window" } else { "no window" };
        wait_until(PATIENCE, what, || self.window_is_visible() == visible);
    }

    /// Closes Tern's window as a person does, with the window manager's key, pressed again where nothing came of
    /// it: a manager under load can miss one.
    pub(crate) fn close_window(&self) {
        let mut pressed: Option<Instant> = None;
        wait_until(PATIENCE, "the window to close", || {
            let Some(window) = self.window() else {
                return true;
            };
            if pressed.is_none_or(|at| at.elapsed() > PRESS_AGAIN) {
                self.run("xdotool", &["windowactivate", "--sync", &window]);
                self.run("xdotool", &["key", "--clearmodifiers", "alt+F4"]);
                pressed = Some(Instant::now());
            }
            false
        });
    }

    /// Moves Tern's window and changes its size.
    pub(crate) fn put_window(&self, place: Place) {
        let window = self.window().expect("Tern's window");
        let [x, y, width, height] =
            [place.x, place.y, place.width, place.height].map(|pixels| pixels.to_string());
        self.run(
            "xdotool",
            &["windowsize", "--sync", &window, &width, &height],
        );
        self.run("xdotool", &["windowmove", "--sync", &window, &x, &y]);
    }

    /// Where Tern's window is.
    pub(crate) fn window_place(&self) -> Place {
        let window = self.window().expect("Tern's window");
        let told = self.run("xwininfo", &["-id", &window]);
        let pixels = |name: &str| {
            let line = told.lines().find(|line| line.trim().starts_with(name));
            line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
                .unwrap_or_else(|| panic!("{name} of the window: {told}"))
        };
        Place {
            x: pixels("Absolute upper-left X:"),
            y: pixels("Absolute upper-left Y:"),
            width: pixels("Width:"),
            height: pixels("Height:"),
        }
    }

    fn window(&self) -> Option<String> {
        let search = ["search", "--onlyvisible", "--class", "^tern$"];
        let found = self.run("xdotool", &search);
        found.lines().next().map(str::to_owned)
    }
}

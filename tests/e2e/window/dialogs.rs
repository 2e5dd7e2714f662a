//! What a person does with the system's own dialogs for files and folders: type a path and accept it, or close them.

use std::path::Path;
use std::time::Duration;

use super::desktop::Desktop;
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(30);

impl Desktop {
    /// Types a path into the dialog of this title and accepts it. The path has to begin with a slash, which opens the
    /// field for paths where there is none.
    pub(crate) fn choose_in_dialog(&self, title: &str, path: &Path) {
        self.activate_dialog(title);
        self.run("xdotool", &["key", "--clearmodifiers", "ctrl+a"]);
        let path = path.display().to_string();
        self.run("xdotool", &["type", "--delay", "2", &path]);
        self.press_until_gone(title, "Return");
    }

    /// Closes the dialog of this title without choosing anything.
    pub(crate) fn close_dialog_of(&self, title: &str) {
        self.activate_dialog(title);
        self.press_until_gone(title, "Escape");
    }

    fn press_until_gone(&self, title: &str, key: &str) {
        self.run("xdotool", &["key", "--clearmodifiers", key]);
        wait_until(PATIENCE, "the dialog to be closed", || {
            self.dialog(title).is_none()
        });
    }

    fn activate_dialog(&self, title: &str) {
        let mut window = None;
        wait_until(PATIENCE, "the system's dialog", || {
            window = self.dialog(title);
            window.is_some()
        });
        let window = window.expect("it was waited for");
        wait_until(PATIENCE, "the dialog to have the keyboard", || {
            self.run("xdotool", &["windowactivate", "--sync", &window]);
            self.run("xdotool", &["getactivewindow"]).trim() == window
        });
        self.keep_picture(&format!(
            "dialog-{}",
            title.replace(' ', "-").to_lowercase()
        ));
    }

    fn dialog(&self, title: &str) -> Option<String> {
        let name = format!("^{title}$");
        let found = self.run("xdotool", &["search", "--onlyvisible", "--name", &name]);
        found.lines().next().map(str::to_owned)
    }
}

//! What can be said on the command line. Few things, since everything else is a setting.

/// Options of one start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Go straight to the practice line when nothing has been chosen yet.
    pub(crate) practice: bool,
    /// Start without a window, in the tray (used when started at login).
    pub(crate) hidden: bool,
}

impl Options {
    /// Reads the arguments; unknown ones are left to the toolkit.
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = String>) -> Self {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--practice" => options.practice = true,
                "--hidden" => options.hidden = true,
                _ => {}
            }
        }
        options
    }
}

//! Entry point of the desktop app; everything is in the library so that it can be looked at by tools.
#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    tern_memory::wipe_what_is_freed();
    tern_desktop::run()
}

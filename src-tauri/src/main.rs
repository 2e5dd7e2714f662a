//! Entry point of the desktop app; everything is in the library so that it can be looked at by tools.
#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes what is freed (L-14): PINs and codes pass through buffers of libraries, which wipe nothing.
#[global_allocator]
static MEMORY: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    tern_desktop::run()
}

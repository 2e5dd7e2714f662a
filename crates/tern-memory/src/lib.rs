//! Wipes what this process frees (L-14).
//!
//! PINs, codes and texts pass through buffers that are not ours to wipe: the toolkit copies what the page and the app
//! tell each other, and frees it as it is. On Linux every `free` of the process is ours, whoever calls it; elsewhere
//! only what Rust code frees is wiped.
//!
//! The one crate with `unsafe` in it. It must not grow: nothing but the replacement of two functions of the C library
//! belongs here.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod freed;

/// What Rust code frees is wiped, libraries included.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Says at the head of a program that it wants this; it holds from before `main` on.
pub fn wipe_what_is_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    freed::link();
}

//! `free` and `realloc` of the C library with a wipe before them.
//!
//! A program's own functions of these names take the place of the library's in every shared library that it loads
//! (ELF symbol interposition; glibc's manual, “Replacing malloc”). Only the two are replaced, and both end in glibc's own
//! functions, so there is one heap with one owner, and a block that another library took by `memalign` is freed all the
//! same. Not covered: what glibc resizes by itself (`reallocarray`), and allocators that libraries bring along.
#![expect(
    unsafe_code,
    reason = "functions of the C library are replaced and called"
)]

use std::ffi::c_void;
use std::ptr;

/// From here on glibc maps every block by itself and gives it back to the system, which wipes it (its
/// `DEFAULT_MMAP_THRESHOLD_MAX` is half of this). Writing to it would only bring pages in that nobody ever touched.
const MAPPED: usize = 64 << 20;

unsafe extern "C" {
    fn malloc_usable_size(block: *mut c_void) -> usize;
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

/// Makes the linker take this file.
pub(crate) fn link() {}

/// `free(3)`, which wipes the block first.
///
/// # Safety
/// As the C library's: null, or a block that it gave and that was not freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    if block.is_null() {
        return;
    }
    // SAFETY: the caller owns a block of the C library's heap, and all of its usable size may be written to.
    unsafe {
        let size = malloc_usable_size(block);
        if size < MAPPED {
            ptr::write_bytes(block.cast::<u8>(), 0, size);
        }
        __libc_free(block);
    }
}

/// `realloc(3)`, which wipes the block that it moves away from.
///
/// # Safety
/// As the C library's: null, or a block that it gave and that was not freed.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller owns the block; a new one is as large as was asked for, and does not overlap it.
    unsafe {
        if block.is_null() {
            return __libc_malloc(size);
        }
        if size == 0 {
            free(block);
            return ptr::null_mut();
        }
        let usable = malloc_usable_size(block);
        if size <= usable && size >= usable / 2 {
            return block;
        }
        let moved = __libc_malloc(size);
        if !moved.is_null() {
            ptr::copy_nonoverlapping(block.cast::<u8>(), moved.cast::<u8>(), usable.min(size));
            free(block);
        }
        moved
    }
}

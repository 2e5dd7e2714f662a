//! A file of somebody's, to be read and never written: what is brought in from other systems.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::files;

/// A file that is open for reading.
#[derive(Debug)]
pub struct SourceFile {
    file: File,
    stamp: SourceStamp,
}

/// What tells whether a file is still the one that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceStamp {
    /// Bytes.
    pub length: u64,
    /// When it was last written, in microseconds; 0 where the system does not say.
    pub written: i64,
}

impl SourceFile {
    /// Opens it.
    ///
    /// # Errors
    /// What the system answers; [`io::ErrorKind::InvalidInput`] for what is no file, so that nothing waits for a pipe.
    pub fn open(path: &Path) -> io::Result<Self> {
        if !files::is_plain_file(path)? {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        let stamp = files::stamp(path)?;
        Ok(Self {
            file: files::open_to_read(path)?,
            stamp: SourceStamp {
                length: stamp.length,
                written: stamp.written,
            },
        })
    }

    /// What it was when it was opened.
    #[must_use]
    pub const fn stamp(&self) -> SourceStamp {
        self.stamp
    }
}

impl Read for SourceFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

//! Writes an export as it comes, file after file, and signs it at the end.
//!
//! Memory grows with the number of files, never with their content. The zip ends with a seal: a hash of every byte
//! before it and a signature of that hash, so that a change shows even where no file has it.

use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::key::{ExportKey, Signed, is_signed};
use crate::manifest::{MANIFEST, Manifest, ManifestFile, SIGNATURE, What, signature_file};

/// How to verify it, for whoever unpacks it.
const README: &str = include_str!("readme.txt");
pub(crate) const README_NAME: &str = "README.txt";

const SEAL_HEAD: &str = "TERN-SEAL-1";
/// Head, hash and signature, with a space between them.
pub(crate) const SEAL_LENGTH: usize = 11 + 1 + 64 + 1 + 128;

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// Writing an export failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The disk, or whatever is written to.
    #[error("write an export")]
    Io(#[from] io::Error),
    /// The container.
    #[error("write the container of an export")]
    Container(#[source] zip::result::ZipError),
    /// Something that is no JSON.
    #[error("write a line of an export")]
    Line(#[from] serde_json::Error),
    /// A table's row.
    #[error("write a row of an export")]
    Row(#[from] csv::Error),
}

impl From<zip::result::ZipError> for WriteError {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) => Self::Io(error),
            error => Self::Container(error),
        }
    }
}

impl WriteError {
    /// What the disk answered, where it was the disk.
    #[must_use]
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// An export that is being written.
pub struct ExportWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    files: Vec<ManifestFile>,
}

/// A file of it that is being written, with the writer lent to it.
pub struct FileWriter<'a, W: Write + Seek> {
    export: &'a mut ExportWriter<W>,
    file: OpenFile,
}

/// A file that is written in pieces: its name, and what was written so far.
#[derive(Debug)]
pub struct OpenFile {
    name: String,
    hash: Sha256,
    bytes: u64,
}

impl<W: Read + Write + Seek> ExportWriter<W> {
    /// Begins an export.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn begin(sink: W) -> Result<Self, WriteError> {
        let mut export = Self {
            zip: ZipWriter::new(sink).set_auto_large_file(),
            files: Vec::new(),
        };
        let mut readme = export.file(README_NAME)?;
        readme.write_all(README.as_bytes())?;
        readme.finish();
        Ok(export)
    }

    /// Begins a file; it is over when the next one begins. What is packed already by its nature is kept as it is.
    ///
    /// # Errors
    /// [`WriteError`]; also for a name that is there already.
    pub fn file(&mut self, name: &str) -> Result<FileWriter<'_, W>, WriteError> {
        let file = self.begin_file(name)?;
        Ok(FileWriter { export: self, file })
    }

    /// Begins a file that is written in pieces, with nothing else in between.
    ///
    /// # Errors
    /// As [`ExportWriter::file`].
    pub fn begin_file(&mut self, name: &str) -> Result<OpenFile, WriteError> {
        self.start(name)?;
        Ok(OpenFile {
            name: name.to_owned(),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    fn start(&mut self, name: &str) -> Result<(), WriteError> {
        let packed = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mp3"];
        let method = if packed.iter().any(|ending| name.ends_with(ending)) {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        // Nothing in it but what is signed: the container has no clock of its own.
        let options = SimpleFileOptions::DEFAULT
            .compression_method(method)
            .unix_permissions(0o600);
        self.zip.start_file(name, options)?;
        Ok(())
    }

    /// Signs and seals it; hands back what it was written to.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(mut self, what: What, key: &ExportKey) -> Result<W, WriteError> {
        let files = std::mem::take(&mut self.files);
        let mut manifest = serde_json::to_vec_pretty(&Manifest::new(what, key, files))?;
        manifest.push(b'\n');
        self.start(MANIFEST)?;
        self.zip.write_all(&manifest)?;
        self.start(SIGNATURE)?;
        self.zip
            .write_all(signature_file(key, &manifest).as_bytes())?;
        // Its place is kept first, because its length is part of what is sealed.
        self.zip
            .set_raw_comment(vec![b' '; SEAL_LENGTH].into_boxed_slice())?;
        let mut sink = self.zip.finish()?;
        let end = sink.seek(SeekFrom::End(0))?;
        let sealed = end.saturating_sub(u64::try_from(SEAL_LENGTH).unwrap_or(u64::MAX));
        let digest = hash_of(&mut sink, sealed)?;
        sink.seek(SeekFrom::Start(sealed))?;
        sink.write_all(seal(&digest, &key.sign(Signed::Whole, &digest)).as_bytes())?;
        sink.flush()?;
        Ok(sink)
    }
}

impl<W: Write + Seek> ExportWriter<W> {
    /// Writes a piece of the file that was begun last.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn append(&mut self, file: &mut OpenFile, piece: &[u8]) -> Result<(), WriteError> {
        self.zip.write_all(piece)?;
        file.hash.update(piece);
        file.bytes += u64::try_from(piece.len()).unwrap_or(0);
        Ok(())
    }

    /// Nothing more is written to a file.
    pub fn end_file(&mut self, file: OpenFile) {
        self.files.push(ManifestFile {
            name: file.name,
            bytes: file.bytes,
            sha256: hex::encode(file.hash.finalize()),
        });
    }
}

impl<W: Write + Seek> FileWriter<'_, W> {
    /// Nothing more is written to it.
    pub fn finish(self) {
        self.export.end_file(self.file);
    }
}

impl<W: Write + Seek> Write for FileWriter<'_, W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.export.zip.write(piece)?;
        self.file.hash.update(piece.get(..written).unwrap_or(piece));
        self.file.bytes += u64::try_from(written).unwrap_or(0);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.export.zip.flush()
    }
}

/// The hash of so many bytes from the beginning.
///
/// # Errors
/// What the disk answers.
pub fn hash_of<R: Read + Seek>(source: &mut R, bytes: u64) -> io::Result<[u8; 32]> {
    source.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut left = source.take(bytes);
    loop {
        let read = left.read(&mut piece)?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(piece.get(..read).unwrap_or_default());
    }
}

fn seal(digest: &[u8; 32], signature: &[u8; 64]) -> String {
    format!(
        "{SEAL_HEAD} {} {}",
        hex::encode(digest),
        hex::encode(signature)
    )
}

/// What a seal says: the hash, and whether the key signed it. `None` if it is no seal; it has one form only.
pub(crate) fn read_seal(bytes: &[u8]) -> Option<([u8; 32], [u8; 64])> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parts = text.split(' ').skip(1);
    let digest: [u8; 32] = hex::decode(parts.next()?).ok()?.try_into().ok()?;
    let signature: [u8; 64] = hex::decode(parts.next()?).ok()?.try_into().ok()?;
    (seal(&digest, &signature) == text).then_some((digest, signature))
}

/// Whether a seal's hash was signed by a key.
pub(crate) fn is_sealed_by(public: &[u8; 32], digest: &[u8; 32], signature: &[u8; 64]) -> bool {
    is_signed(public, Signed::Whole, digest, signature)
}

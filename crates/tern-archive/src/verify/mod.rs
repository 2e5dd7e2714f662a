//! Verifies an export on a machine that knows nothing of the desk.
//!
//! Reads and writes nothing to disk. It trusts no name, no length and no count before it has checked it, stops at a
//! limit rather than believe a small file that claims to be a huge one, and goes on after a difference, to name all
//! of them.

mod files;
mod report;
mod source;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

pub use report::{Finding, Report, Unreadable};
use source::{Folder, Source, Zip};

use crate::key::Fingerprint;
use crate::manifest::{FORMAT_VERSION, MANIFEST, Manifest, SIGNATURE, signer};
use crate::writer::{SEAL_LENGTH, hash_of, is_sealed_by, read_seal};

/// A manifest of a million pictures is about as long.
const LONGEST_MANIFEST: u64 = 256 * 1024 * 1024;
const LONGEST_SIGNATURE: u64 = 4 * 1024;
/// Most that a small file may claim to unpack to.
const UNPACKED_AT_LEAST: u64 = 4 * 1024 * 1024 * 1024;
/// Most that a larger one may claim, times its own size.
const UNPACKED_TIMES: u64 = 200;

/// Verifies a file or a folder it was unpacked to.
///
/// # Errors
/// [`Unreadable`] if it is no export at all.
pub fn verify_path(path: &Path, key: Option<Fingerprint>) -> Result<Report, Unreadable> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return verify_folder(path, key);
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "an export is in clear, and is only read"
    )]
    let file = File::open(path)?;
    verify_zip(std::io::BufReader::new(file), key)
}

/// Verifies what an export was unpacked to.
///
/// # Errors
/// [`Unreadable`] if it is no export at all.
pub fn verify_folder(folder: &Path, key: Option<Fingerprint>) -> Result<Report, Unreadable> {
    let mut report = Report::default();
    let mut source = Folder::open(folder, &mut report)?;
    verify(&mut source, report, key, u64::MAX)
}

/// Verifies an export as it was written.
///
/// # Errors
/// [`Unreadable`] if it is no export at all.
pub fn verify_zip<R: Read + Seek>(
    mut zip: R,
    key: Option<Fingerprint>,
) -> Result<Report, Unreadable> {
    let mut report = Report::default();
    let length = zip.seek(SeekFrom::End(0))?;
    let seal = read_end(&mut zip, length)?;
    let found = match &seal {
        Some(_) => {
            let sealed = length.saturating_sub(u64::try_from(SEAL_LENGTH).unwrap_or(0));
            Some(hash_of(&mut zip, sealed)?)
        }
        None => {
            report.find(Finding::NoSeal);
            None
        }
    };
    let mut source = Zip::open(zip, &mut report)?;
    let most = UNPACKED_AT_LEAST.max(length.saturating_mul(UNPACKED_TIMES));
    let mut report = verify(&mut source, report, key, most)?;
    if let (Some((digest, signature)), Some(found)) = (seal, found) {
        let is_whole = digest == found;
        let is_signed = report
            .public_key()
            .is_some_and(|public| is_sealed_by(&public, &digest, &signature));
        report.sealed = is_whole && is_signed;
        if !report.sealed {
            report.find(Finding::SealBroken);
        }
    }
    Ok(report)
}

type Seal = ([u8; 32], [u8; 64]);

fn read_end<R: Read + Seek>(zip: &mut R, length: u64) -> std::io::Result<Option<Seal>> {
    let seal = u64::try_from(SEAL_LENGTH).unwrap_or(0);
    let Some(begin) = length.checked_sub(seal) else {
        return Ok(None);
    };
    zip.seek(SeekFrom::Start(begin))?;
    let mut end = vec![0; SEAL_LENGTH];
    zip.read_exact(&mut end)?;
    Ok(read_seal(&end))
}

fn verify(
    source: &mut impl Source,
    mut report: Report,
    key: Option<Fingerprint>,
    most: u64,
) -> Result<Report, Unreadable> {
    let bytes = source.read_whole(MANIFEST, LONGEST_MANIFEST)?;
    let bytes = bytes.ok_or(Unreadable::NoManifest)?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|_| Unreadable::ManifestUnreadable)?;
    if !manifest.is_ours() {
        return Err(Unreadable::NoManifest);
    }
    if manifest.version > FORMAT_VERSION {
        return Err(Unreadable::Newer(manifest.version));
    }
    match source.read_whole(SIGNATURE, LONGEST_SIGNATURE)? {
        None => report.find(Finding::NoSignature),
        Some(signature) => match signer(&signature, &bytes) {
            Some(public) if Some(public) == manifest.key() => report.signed = true,
            _ => report.find(Finding::WrongSignature),
        },
    }
    if let (Some(wanted), Some(public)) = (key, manifest.key()) {
        let found = Fingerprint::of(&public);
        if found != wanted {
            report.find(Finding::OtherKey { found, wanted });
        }
    }
    let claimed = manifest
        .files
        .iter()
        .fold(0_u64, |sum, file| sum.saturating_add(file.bytes));
    if claimed > most {
        return Err(Unreadable::TooLarge(claimed));
    }
    files::check(source, &manifest, &mut report)?;
    report.manifest = Some(manifest);
    Ok(report)
}

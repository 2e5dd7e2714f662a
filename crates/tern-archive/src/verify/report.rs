//! What verifying came to, in words for whoever was given an export.

use std::fmt;

use crate::key::Fingerprint;
use crate::manifest::Manifest;

/// More of one kind say nothing more.
const MOST_FINDINGS: usize = 200;

/// It cannot be verified at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no zip file, or half of one.
    #[error("it is no whole zip file: it may have been cut off on its way ({0})")]
    NotZip(String),
    /// It has no manifest.
    #[error("it is no export of Tern: there is no manifest in it")]
    NoManifest,
    /// Its manifest cannot be read.
    #[error("its manifest cannot be read: it was changed or cut off")]
    ManifestUnreadable,
    /// A file that has to be short is not.
    #[error("its {0} is far too long, so it was not read")]
    TooLong(String),
    /// It claims to unpack to more than can be.
    #[error(
        "it claims to unpack to {0} bytes, which is more than can be in it, so it was not read"
    )]
    TooLarge(u64),
    /// Another version wrote it.
    #[error("a newer Tern wrote it (form {0}): use the tern-verify that came with that one")]
    Newer(u32),
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The zip ends without a seal.
    NoSeal,
    /// Some byte of the zip is not as it was sealed.
    SealBroken,
    /// The signature is missing.
    NoSignature,
    /// The signature is not of this manifest.
    WrongSignature,
    /// Another key than the one that was asked for.
    OtherKey {
        /// The key's fingerprint.
        found: Fingerprint,
        /// What was asked for.
        wanted: Fingerprint,
    },
    /// A file of the manifest is missing.
    Missing(String),
    /// A file's content is another.
    Changed(String),
    /// A file's length is another.
    OtherLength(String),
    /// A file that the manifest does not know.
    Unknown(String),
    /// A name that leads out of the folder, or none at all.
    BadName(String),
    /// Two files of one name.
    Twice,
    /// Files that lie over each other.
    Overlapping,
    /// A link, or another thing that is no file.
    NotAFile(String),
    /// The first line of a file that is not as it was written.
    ChangedLine(String, u64),
    /// An event whose hash does not fit what it says.
    WrongEvent(String, u64),
    /// Two events that follow each other in the log, and whose hashes do not.
    BrokenLog(String, u64),
    /// Another number of texts or events than the manifest says.
    OtherCount(String),
}

/// Names come from strangers: nothing in them steers a terminal.
fn shown(name: &str) -> String {
    name.chars()
        .take(200)
        .flat_map(char::escape_debug)
        .collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSeal => out.write_str("The end of the file is not as Tern writes it: it was cut off, added to, or packed anew."),
            Self::SealBroken => out.write_str("A byte of the zip file is not as it was when it was sealed."),
            Self::NoSignature => out.write_str("The signature (manifest.sig) is missing."),
            Self::WrongSignature => out.write_str("The signature is not of this manifest, or not by its key."),
            Self::OtherKey { found, wanted } => write!(out, "It is signed by another key: {found} and not {wanted}."),
            Self::Missing(name) => write!(out, "{} is missing.", shown(name)),
            Self::Changed(name) => write!(out, "{} was changed.", shown(name)),
            Self::OtherLength(name) => write!(out, "{} is longer or shorter than it was.", shown(name)),
            Self::Unknown(name) => write!(out, "{} was added: the manifest does not know it.", shown(name)),
            Self::BadName(name) => write!(out, "{} is no name of a file in an export.", shown(name)),
            Self::Twice => out.write_str("Two files have the same name."),
            Self::Overlapping => out.write_str("Files lie over each other, as in an archive made to do harm."),
            Self::NotAFile(name) => write!(out, "{} is no plain file.", shown(name)),
            Self::ChangedLine(name, line) => write!(out, "{}, line {line}: the first line that is not as it was written.", shown(name)),
            Self::WrongEvent(name, line) => write!(out, "{}, line {line}: the event's hash does not fit what it says.", shown(name)),
            Self::BrokenLog(name, line) => write!(out, "{}, line {line}: the event does not follow the one before it in the log.", shown(name)),
            Self::OtherCount(name) => write!(out, "{} has another number of lines than the manifest says.", shown(name)),
        }
    }
}

/// What verifying came to.
#[derive(Debug, Default)]
pub struct Report {
    /// What the export says about itself.
    pub manifest: Option<Manifest>,
    /// The manifest's signature is right.
    pub signed: bool,
    /// The zip is byte for byte as it was sealed; a folder has no seal.
    pub sealed: bool,
    /// Lines and events that were checked by their own hashes.
    pub lines: u64,
    /// Events whose hash in the log was computed again.
    pub events: u64,
    /// Files whose hash is right.
    pub files: u64,
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn find(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// What is not as it was written.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Nothing was changed.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.signed && self.findings.is_empty()
    }

    /// The key that it says it was signed with.
    #[must_use]
    pub fn public_key(&self) -> Option<[u8; 32]> {
        self.manifest.as_ref().and_then(Manifest::key)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(manifest) = &self.manifest {
            let what = &manifest.what;
            writeln!(out, "An export of Tern: {}", shown(&what.about))?;
            writeln!(
                out,
                "  made {} by {} with Tern {}, as the {} transcript",
                shown(&what.exported_at),
                shown(&what.exported_by),
                shown(&what.tern_version),
                shown(&what.transcript)
            )?;
            writeln!(
                out,
                "  {} texts, {} notes, {} events, {} pictures and files, {} files altogether",
                what.counts.texts,
                what.counts.notes,
                what.counts.events,
                what.counts.attached,
                manifest.files.len()
            )?;
        }
        if let (true, Some(public)) = (self.signed, self.public_key()) {
            writeln!(out, "  signed by the key {}", Fingerprint::of(&public))?;
        }
        if self.is_good() {
            writeln!(
                out,
                "  every file is as it was written: {} hashes are right",
                self.files
            )?;
            if self.lines > 0 {
                writeln!(out, "  the chain of lines is whole: {} lines", self.lines)?;
            }
            if self.events > 0 {
                writeln!(
                    out,
                    "  the hashes of {} events of the log are right",
                    self.events
                )?;
            }
            if self.sealed {
                writeln!(out, "  the zip file is byte for byte as it was sealed")?;
            }
            return writeln!(
                out,
                "GOOD. Compare the key with the one that the desk shows, by a way that you trust."
            );
        }
        writeln!(out, "NOT GOOD:")?;
        for finding in &self.findings {
            writeln!(out, "  - {finding}")?;
        }
        Ok(())
    }
}

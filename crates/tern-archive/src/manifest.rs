//! What an export says about itself: who made it, of what, and the hash of every file in it.
//!
//! What is signed is the manifest's file, byte for byte, so there is no second form that could mean the same.

use serde::{Deserialize, Serialize};

use crate::key::{ExportKey, Signed, is_signed};

/// The form of exports that this version writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// The manifest's file.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The file of its signature.
pub(crate) const SIGNATURE: &str = "manifest.sig";

const FORMAT: &str = "tern-export";
const SIGNATURE_HEAD: &str = "tern-export-signature 1";

/// What an export says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Says that it is one.
    pub(crate) format: String,
    /// [`FORMAT_VERSION`].
    pub(crate) version: u32,
    /// What it is, as told by whoever made it.
    #[serde(flatten)]
    pub what: What,
    /// The public key, in hexadecimal.
    pub public_key: String,
    /// Every file but this one and its signature.
    pub files: Vec<ManifestFile>,
}

/// What was exported, by whom and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct What {
    /// When, as UTC by RFC 3339.
    pub exported_at: String,
    /// By whom.
    pub exported_by: String,
    /// By which version of Tern.
    pub tern_version: String,
    /// Of what, in words.
    pub about: String,
    /// `internal` or `external`.
    pub transcript: String,
    /// How much of what.
    pub counts: Counts,
    /// From where to where.
    pub range: Range,
    /// Where the desk's event log stood.
    pub log: Chain,
}

/// How much is in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Conversations.
    pub conversations: u64,
    /// Texts.
    pub texts: u64,
    /// Private notes.
    pub notes: u64,
    /// Events of the log.
    pub events: u64,
    /// Pictures and files of texts.
    pub attached: u64,
    /// Pictures and files that belong to a text and are not here.
    pub missing: u64,
}

/// From where to where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The first text's time.
    pub first_at: Option<String>,
    /// The last text's time.
    pub last_at: Option<String>,
    /// Texts between these positions of the desk's file were looked at; what came in later is not here.
    pub first_position: i64,
    /// The other end.
    pub last_position: i64,
}

/// The end of the event log when the export began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// How many events it had.
    pub entries: i64,
    /// The last one's hash, in hexadecimal; it covers all before it.
    pub hash: String,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(crate) fn new(what: What, key: &ExportKey, files: Vec<ManifestFile>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: FORMAT_VERSION,
            what,
            public_key: hex::encode(key.public()),
            files,
        }
    }

    pub(crate) fn is_ours(&self) -> bool {
        self.format == FORMAT
    }

    /// The public key, if it can be one.
    #[must_use]
    pub fn key(&self) -> Option<[u8; 32]> {
        hex::decode(&self.public_key).ok()?.try_into().ok()
    }
}

/// The signature's file.
pub(crate) fn signature_file(key: &ExportKey, manifest: &[u8]) -> String {
    signature_text(&key.public(), &key.sign(Signed::Manifest, manifest))
}

fn signature_text(public: &[u8; 32], signature: &[u8; 64]) -> String {
    format!(
        "{SIGNATURE_HEAD}\n{}\n{}\n",
        hex::encode(public),
        hex::encode(signature)
    )
}

/// Who signed a manifest; `None` if nobody did, or not this one. A signature has one form only.
pub(crate) fn signer(file: &[u8], manifest: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(file).ok()?;
    let mut lines = text.lines().skip(1);
    let public: [u8; 32] = hex::decode(lines.next()?).ok()?.try_into().ok()?;
    let signature: [u8; 64] = hex::decode(lines.next()?).ok()?.try_into().ok()?;
    let is_whole = signature_text(&public, &signature) == text;
    (is_whole && is_signed(&public, Signed::Manifest, manifest, &signature)).then_some(public)
}

//! What the files of a backup folder look like.
//!
//! Owns the formats of the three kinds of files: a key file (the backup key wrapped by a passphrase), a chunk (a piece
//! of the database or a picture, sealed) and a list (which chunks one backup has, sealed). A version stands in the
//! clear at the start of the key file and of each list, so that a newer one is told from a damaged one.

use hkdf::hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tern_domain::UtcMillis;
use zeroize::Zeroizing;

use super::BackupError;
use crate::key::{
    DatabaseKey, EnvelopeError, KeyEnvelope, PassphraseCost, Purpose, RandomnessError, fill_random,
    open_sealed, seal,
};
use crate::media_files::is_thumbnail;

/// Version of all three formats.
pub(super) const VERSION: u32 = 1;
/// First bytes of a list of chunks.
const MAGIC: &[u8; 8] = b"TERNBKUP";
/// Magic, version, desk, length of what follows.
const HEADER: usize = 8 + 4 + 16 + 8;

/// One desk in a backup folder: a random name, so that the folder tells nobody whose texts it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BackupDesk([u8; 16]);

impl BackupDesk {
    /// A new one.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn generate() -> Result<Self, RandomnessError> {
        let mut bytes = [0; 16];
        fill_random(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the name of a desk's folder.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl std::fmt::Display for BackupDesk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

/// The key of one desk's backups. It opens nothing but backups; they hold the key of the file that they are of.
#[derive(Debug, Clone)]
pub struct BackupKey(DatabaseKey);

impl BackupKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn generate() -> Result<Self, RandomnessError> {
        DatabaseKey::generate().map(Self)
    }

    /// The key as it is kept in the file that is backed up.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let bytes = Zeroizing::new(hex::decode(digits).ok()?);
        let bytes = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
        Some(Self(DatabaseKey::from_bytes(bytes)))
    }

    /// For keeping it in the file that is backed up.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.to_bytes().as_slice()))
    }

    /// The keys for the three uses.
    pub(super) fn keys(&self) -> Keys {
        Keys {
            ids: self.0.derive(b"", Purpose::BackupIds),
            chunks: self.0.derive(b"", Purpose::BackupChunks),
            lists: self.0.derive(b"", Purpose::BackupLists),
        }
    }
}

/// What is derived from a backup key.
pub(super) struct Keys {
    ids: Zeroizing<[u8; 32]>,
    chunks: Zeroizing<[u8; 32]>,
    lists: Zeroizing<[u8; 32]>,
}

/// Names a chunk: a keyed hash of its content, which tells nothing to whoever lacks the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ChunkId([u8; 32]);

impl ChunkId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(Self(hex::decode(text).ok()?.try_into().ok()?))
    }
}

impl std::fmt::Display for ChunkId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl Serialize for ChunkId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChunkId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a chunk's name"))
    }
}

/// Bytes by which a chunk is longer than its content.
pub(super) const SEAL: u64 = 41;

impl Keys {
    pub(super) fn name(&self, content: &[u8]) -> ChunkId {
        // A key of any length is taken: 32 bytes are.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.ids.as_slice()) else {
            return ChunkId([0; 32]);
        };
        mac.update(content);
        ChunkId(mac.finalize().into_bytes().into())
    }

    pub(super) fn seal_chunk(&self, id: ChunkId, content: &[u8]) -> Result<Vec<u8>, BackupError> {
        seal(&self.chunks, &id.0, content).map_err(|_| BackupError::Randomness)
    }

    /// `None` for anything but what was sealed under that name.
    pub(super) fn open_chunk(&self, id: ChunkId, sealed: &[u8]) -> Option<Vec<u8>> {
        open_sealed(&self.chunks, &id.0, sealed)
    }
}

/// The key file: the backup key, wrapped by a passphrase.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyFile {
    version: u32,
    desk: String,
    made_at: i64,
    envelope: KeyEnvelope,
}

#[derive(Deserialize)]
struct AnyVersion {
    version: u32,
}

impl KeyFile {
    pub(super) fn wrap(
        desk: BackupDesk,
        key: &BackupKey,
        passphrase: &SecretString,
        cost: PassphraseCost,
        now: UtcMillis,
    ) -> Result<Self, BackupError> {
        Ok(Self {
            version: VERSION,
            desk: desk.to_string(),
            made_at: now.0,
            envelope: KeyEnvelope::wrap(&key.0, passphrase, cost).map_err(from_envelope)?,
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        // Strings and numbers always encode.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    pub(super) fn decode(bytes: &[u8], desk: BackupDesk) -> Result<Self, BackupError> {
        let known: AnyVersion =
            serde_json::from_slice(bytes).map_err(|_| BackupError::KeyFileDamaged)?;
        if known.version > VERSION {
            return Err(BackupError::too_new(known.version));
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| BackupError::KeyFileDamaged)?;
        if file.desk != desk.to_string() {
            return Err(BackupError::OtherDesk);
        }
        Ok(file)
    }

    pub(super) fn unwrap(&self, passphrase: &SecretString) -> Result<BackupKey, BackupError> {
        self.envelope
            .unwrap(passphrase)
            .map(BackupKey)
            .map_err(from_envelope)
    }
}

fn from_envelope(error: EnvelopeError) -> BackupError {
    match error {
        EnvelopeError::WrongPassphrase => BackupError::WrongPassphrase,
        EnvelopeError::Randomness => BackupError::Randomness,
        _ => BackupError::KeyFileDamaged,
    }
}

/// What one backup has: kept sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct List {
    /// Place among the backups of its desk.
    pub(super) sequence: u64,
    /// When the snapshot was taken.
    pub(super) made_at: i64,
    /// Name of the database within its folder.
    pub(super) name: String,
    /// Schema version of the database.
    pub(super) schema: u32,
    /// The key of the database, in hexadecimal digits.
    #[serde(with = "digits")]
    pub(super) key: Zeroizing<String>,
    /// Bytes of the database.
    pub(super) length: u64,
    /// Its pieces, in order.
    pub(super) pieces: Vec<ChunkId>,
    /// Its pictures.
    pub(super) pictures: Vec<Picture>,
    /// What is in it.
    pub(super) counts: BackupCounts,
    /// Bytes that this backup added to the folder.
    pub(super) added: u64,
}

/// The key's digits, wiped when dropped.
mod digits {
    use serde::{Deserialize as _, Deserializer, Serializer};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(
        digits: &Zeroizing<String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(digits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Zeroizing<String>, D::Error> {
        String::deserialize(deserializer).map(Zeroizing::new)
    }
}

/// One picture of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Picture {
    /// Name of its file.
    pub(super) name: String,
    /// Bytes of its file.
    pub(super) length: u64,
    /// When its file was last written: with name and length it tells that nothing has changed.
    pub(super) written: i64,
    /// Its one chunk.
    pub(super) chunk: ChunkId,
}

/// How much a desk's file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupCounts {
    /// Conversations.
    pub conversations: u64,
    /// Texts.
    pub messages: u64,
    /// Encrypted pictures and files.
    pub pictures: u64,
    /// Entries of the event log.
    pub events: u64,
}

/// How many of these files are pictures and not thumbnails.
pub(super) fn count_pictures(files: &[Picture]) -> u64 {
    let pictures = files.iter().filter(|file| !is_thumbnail(&file.name));
    u64::try_from(pictures.count()).unwrap_or(0)
}

impl List {
    pub(super) fn file_key(&self) -> Option<DatabaseKey> {
        let bytes = Zeroizing::new(hex::decode(self.key.as_str()).ok()?);
        <[u8; 32]>::try_from(bytes.as_slice())
            .ok()
            .map(DatabaseKey::from_bytes)
    }

    /// How many pictures it holds; their thumbnails are not counted.
    pub(super) fn picture_count(&self) -> u64 {
        count_pictures(&self.pictures)
    }

    pub(super) fn total(&self) -> u64 {
        let pictures: u64 = self.pictures.iter().map(|picture| picture.length).sum();
        self.length.saturating_add(pictures)
    }

    /// All chunks with the bytes that are in them.
    pub(super) fn chunks(&self) -> impl Iterator<Item = (ChunkId, u64)> + '_ {
        let mut left = self.length;
        let pieces = self.pieces.iter().map(move |id| {
            let bytes = left.min(super::make::PIECE);
            left = left.saturating_sub(bytes);
            (*id, bytes)
        });
        let pictures = self
            .pictures
            .iter()
            .map(|picture| (picture.chunk, picture.length));
        pieces.chain(pictures)
    }

    pub(super) fn encode(&self, keys: &Keys, desk: BackupDesk) -> Result<Vec<u8>, BackupError> {
        let content =
            Zeroizing::new(serde_json::to_vec(self).map_err(|_| BackupError::Unreadable)?);
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX) + SEAL;
        let mut bytes = Vec::with_capacity(HEADER + content.len() + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(&desk.0);
        bytes.extend_from_slice(&length.to_be_bytes());
        let sealed = seal(&keys.lists, &bytes, &content).map_err(|_| BackupError::Randomness)?;
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    pub(super) fn decode(bytes: &[u8], keys: &Keys, desk: BackupDesk) -> Result<Self, BackupError> {
        let version = bytes
            .strip_prefix(MAGIC)
            .ok_or(if bytes.len() < MAGIC.len() {
                BackupError::CutOff
            } else {
                BackupError::Changed
            })?
            .first_chunk::<4>()
            .ok_or(BackupError::CutOff)?;
        let version = u32::from_be_bytes(*version);
        if version > VERSION {
            return Err(BackupError::too_new(version));
        }
        let (header, sealed) = bytes.split_at_checked(HEADER).ok_or(BackupError::CutOff)?;
        let (named, length) = header
            .split_at_checked(12)
            .and_then(|(_, rest)| rest.split_at_checked(16))
            .ok_or(BackupError::CutOff)?;
        if named != desk.0 {
            return Err(BackupError::OtherDesk);
        }
        let length = <[u8; 8]>::try_from(length).map_or(0, u64::from_be_bytes);
        if u64::try_from(sealed.len()).unwrap_or(u64::MAX) < length {
            return Err(BackupError::CutOff);
        }
        let content = open_sealed(&keys.lists, header, sealed)
            .map(Zeroizing::new)
            .ok_or(BackupError::Changed)?;
        serde_json::from_slice(&content).map_err(|_| BackupError::Unreadable)
    }
}

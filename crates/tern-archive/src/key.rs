//! The key that exports are signed with, and the short form of it that people compare.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// What a signature is about: one made for one purpose says nothing for another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signed {
    Manifest,
    Whole,
}

impl Signed {
    fn message(self, content: &[u8]) -> Vec<u8> {
        let purpose: &[u8] = match self {
            Self::Manifest => b"tern-export-manifest-1\0",
            Self::Whole => b"tern-export-whole-1\0",
        };
        [purpose, content].concat()
    }
}

/// A desk's key for exports. Its secret half is wiped when it is dropped, and never printed.
pub struct ExportKey(SigningKey);

impl ExportKey {
    /// The key that grows from 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// What people compare.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.public())
    }

    pub(crate) fn sign(&self, about: Signed, content: &[u8]) -> [u8; 64] {
        self.0.sign(&about.message(content)).to_bytes()
    }
}

impl fmt::Debug for ExportKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ExportKey({})", self.fingerprint())
    }
}

/// Whether a signature is right; refuses weak keys and forms that two signatures could have.
pub(crate) fn is_signed(
    public: &[u8; 32],
    about: Signed,
    content: &[u8],
    signature: &[u8; 64],
) -> bool {
    VerifyingKey::from_bytes(public).is_ok_and(|key| {
        key.verify_strict(&about.message(content), &Signature::from_bytes(signature))
            .is_ok()
    })
}

/// The short form of a public key: the first 128 bits of its SHA-256, as eight groups of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of a public key.
    #[must_use]
    pub fn of(public: &[u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::digest(public).into();
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(digest) {
            *to = from;
        }
        Self(short)
    }

    /// Reads one as people copy it: with or without the gaps, in either case.
    #[must_use]
    pub fn parse(words: &str) -> Option<Self> {
        let digits: String = words
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '-')
            .collect();
        hex::decode(digits).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pair) in self.0.chunks(2).enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(&hex::encode_upper(pair))?;
        }
        Ok(())
    }
}

//! A small file beside the database that tells a wrong key from a damaged database.
//!
//! SQLCipher answers both with the same code. The check holds a random salt and a value derived from it and
//! the key, which says nothing about the key itself. It refuses to judge when it is missing or unreadable.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{DatabaseKey, Purpose, RandomnessError, fill_random};

/// Content of the check file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyCheck {
    version: u32,
    salt: String,
    proof: String,
}

/// What the check says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyVerdict {
    /// It is this database's key.
    Right,
    /// It is not.
    Wrong,
    /// The check cannot be read.
    Unknown,
}

const VERSION: u32 = 1;

impl KeyCheck {
    /// A check for a key.
    pub(crate) fn new(key: &DatabaseKey) -> Result<Self, RandomnessError> {
        let mut salt = [0; 16];
        fill_random(&mut salt)?;
        Ok(Self {
            version: VERSION,
            salt: hex::encode(salt),
            proof: hex::encode(*key.derive(&salt, Purpose::Check)),
        })
    }

    /// The bytes to store.
    pub(crate) fn encode(&self) -> Vec<u8> {
        // A struct of two strings and a number always encodes.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Judges a key by the stored bytes.
    pub(crate) fn judge(stored: &[u8], key: &DatabaseKey) -> KeyVerdict {
        let Ok(check) = serde_json::from_slice::<Self>(stored) else {
            return KeyVerdict::Unknown;
        };
        let (Ok(salt), Ok(proof)) = (hex::decode(&check.salt), hex::decode(&check.proof)) else {
            return KeyVerdict::Unknown;
        };
        if check.version != VERSION || proof.len() != 32 {
            return KeyVerdict::Unknown;
        }
        let expected = key.derive(&salt, Purpose::Check);
        if bool::from(expected.as_slice().ct_eq(proof.as_slice())) {
            KeyVerdict::Right
        } else {
            KeyVerdict::Wrong
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_its_own_key_another_key_and_rubbish() {
        let key = DatabaseKey::from_bytes([1; 32]);
        let stored = KeyCheck::new(&key).unwrap().encode();
        assert_eq!(KeyCheck::judge(&stored, &key), KeyVerdict::Right);
        let other = DatabaseKey::from_bytes([2; 32]);
        assert_eq!(KeyCheck::judge(&stored, &other), KeyVerdict::Wrong);
        assert_eq!(KeyCheck::judge(b"{}", &key), KeyVerdict::Unknown);
        assert_eq!(KeyCheck::judge(b"", &key), KeyVerdict::Unknown);
    }
}

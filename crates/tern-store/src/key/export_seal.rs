//! The secret half of the key that exports are signed with: drawn once, and sealed within the file.

use zeroize::Zeroizing;

use super::{DatabaseKey, Purpose, RandomnessError, fill_random, open_sealed, seal};

/// What it is sealed as: no other secret of the file opens in its place.
const CONTEXT: &[u8] = b"export key";

/// Seals the secret under a key of the file's.
pub struct ExportSeal(Zeroizing<[u8; 32]>);

impl ExportSeal {
    /// The seal of a file.
    #[must_use]
    pub fn of(key: &DatabaseKey) -> Self {
        Self(key.derive(b"", Purpose::Exports))
    }

    /// Seals it.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn seal(&self, seed: &[u8; 32]) -> Result<String, RandomnessError> {
        Ok(hex::encode(seal(&self.0, CONTEXT, seed)?))
    }

    /// Opens it; `None` if it was sealed with another key, or was changed.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Zeroizing<[u8; 32]>> {
        let sealed = hex::decode(sealed).ok()?;
        let bytes = Zeroizing::new(open_sealed(&self.0, CONTEXT, &sealed)?);
        let seed: &[u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Zeroizing::new(*seed))
    }
}

impl std::fmt::Debug for ExportSeal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ExportSeal(..)")
    }
}

/// A new secret.
///
/// # Errors
/// [`RandomnessError`].
pub fn draw_export_seed() -> Result<Zeroizing<[u8; 32]>, RandomnessError> {
    let mut seed = Zeroizing::new([0; 32]);
    fill_random(seed.as_mut_slice())?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_for_the_key_of_its_file_alone() {
        let seal = ExportSeal::of(&DatabaseKey::from_bytes([7; 32]));
        let other = ExportSeal::of(&DatabaseKey::from_bytes([8; 32]));
        let seed = draw_export_seed().unwrap();
        let sealed = seal.seal(&seed).unwrap();
        assert_eq!(*seal.open(&sealed).unwrap(), *seed);
        assert!(other.open(&sealed).is_none());
        assert!(!sealed.contains(&hex::encode(*seed)));
    }
}

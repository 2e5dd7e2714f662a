//! Authenticated encryption of one piece of content under a derived key.
//!
//! Owns the format: a version byte, a random 24-byte nonce (long enough to be drawn at random for ever),
//! then XChaCha20-Poly1305 with the caller's context as associated data, so that one sealed piece cannot
//! stand in for another. It refuses anything that does not authenticate.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::{RandomnessError, fill_random};

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Encrypts; the result is 41 bytes longer than the content.
pub(crate) fn seal(
    key: &[u8; 32],
    context: &[u8],
    content: &[u8],
) -> Result<Vec<u8>, RandomnessError> {
    let mut nonce = [0; NONCE_LENGTH];
    fill_random(&mut nonce)?;
    let payload = Payload {
        msg: content,
        aad: context,
    };
    // The cipher's only error is content beyond 256 GiB, which does not fit in memory.
    let encrypted = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| RandomnessError)?;
    let mut sealed = Vec::with_capacity(1 + NONCE_LENGTH + encrypted.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&encrypted);
    Ok(sealed)
}

/// Decrypts; `None` when anything at all does not fit: version, key, context or content.
pub(crate) fn open_sealed(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, encrypted) = rest.split_first_chunk::<NONCE_LENGTH>()?;
    if *version != VERSION {
        return None;
    }
    let payload = Payload {
        msg: encrypted,
        aad: context,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_again_and_only_unchanged(
            content in proptest::collection::vec(any::<u8>(), 0..200),
            at in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let key = [3; 32];
            let mut sealed = seal(&key, b"context", &content).unwrap();
            prop_assert_eq!(&open_sealed(&key, b"context", &sealed).unwrap(), &content);
            prop_assert!(open_sealed(&key, b"other", &sealed).is_none());
            prop_assert!(open_sealed(&[4; 32], b"context", &sealed).is_none());
            let position = at.index(sealed.len());
            sealed[position] ^= 1 << bit;
            prop_assert!(open_sealed(&key, b"context", &sealed).is_none());
        }
    }

    #[test]
    fn a_cut_off_piece_does_not_open() {
        let sealed = seal(&[3; 32], b"", b"content").unwrap();
        for length in 0..sealed.len() {
            assert!(open_sealed(&[3; 32], b"", &sealed[..length]).is_none());
        }
    }
}

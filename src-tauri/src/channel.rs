//! The sealed way between page and shell: what either tells the other passes through buffers of the toolkit that nobody
//! can wipe, so it passes as ciphertext, and the keys are forgotten when the desk is locked (L-14).
//!
//! A page makes a key pair (ECDH on P-256), tells the public half and gets the shell's; both derive one key for requests
//! and one for answers (HKDF-SHA-256). Each message is AES-256-GCM with a nonce drawn for it, bound to its channel. The
//! page's half is `ui/src/ipc/channel.ts`.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand::{self, SystemRandom};
use zeroize::Zeroizing;

const ID: usize = 16;
const NONCE: usize = 12;
const TO_SHELL: &[u8] = b"tern page to shell";
const TO_PAGE: &[u8] = b"tern shell to page";

/// One page has one; more only while a page makes place for the next.
const AT_ONCE: usize = 4;

/// Why a message was not taken. The page makes a new channel where this one is not known, and gives up otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ChannelRefusal {
    /// Nobody has its keys any more.
    Unknown,
    /// It was not sealed with them.
    Unreadable,
}

/// Names a channel in front of each of its messages.
type ChannelId = [u8; ID];

struct Channel {
    id: ChannelId,
    requests: RandomizedNonceKey,
    answers: RandomizedNonceKey,
}

/// The channels that count.
#[derive(Default)]
pub(crate) struct Channels(Mutex<VecDeque<Channel>>);

impl Channels {
    /// Agrees on keys with a page; its channel's id, and the shell's public half after it.
    ///
    /// # Errors
    /// [`ChannelRefusal::Unreadable`] for what is no public key.
    pub(crate) fn open(&self, page_key: &[u8]) -> Result<Vec<u8>, ChannelRefusal> {
        let (channel, key) = agree(page_key).map_err(|_| ChannelRefusal::Unreadable)?;
        let told = [channel.id.as_slice(), &key].concat();
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        channels.truncate(AT_ONCE - 1);
        channels.push_front(channel);
        Ok(told)
    }

    /// Reads a sealed request; answers its channel, for the answer, and its bytes.
    ///
    /// # Errors
    /// [`ChannelRefusal`].
    pub(crate) fn unseal(
        &self,
        message: &[u8],
    ) -> Result<(ChannelId, Zeroizing<Vec<u8>>), ChannelRefusal> {
        let (id, rest) = message
            .split_first_chunk::<ID>()
            .ok_or(ChannelRefusal::Unreadable)?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(ChannelRefusal::Unreadable)?;
        let mut bytes = Zeroizing::new(sealed.to_vec());
        let length = self.with(id, |channel| {
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = channel
                .requests
                .open_in_place(nonce, Aad::from(*id), &mut bytes);
            opened.map(|opened| opened.len())
        })?;
        bytes.truncate(length);
        Ok((*id, bytes))
    }

    /// Seals the answer to a request of this channel.
    ///
    /// # Errors
    /// [`ChannelRefusal::Unknown`] where the channel was forgotten meanwhile: its page is gone.
    pub(crate) fn seal(
        &self,
        id: ChannelId,
        mut answer: Vec<u8>,
    ) -> Result<Vec<u8>, ChannelRefusal> {
        self.with(&id, |channel| {
            let sealed = channel
                .answers
                .seal_in_place_append_tag(Aad::from(id), &mut answer);
            sealed.map(|nonce| [nonce.as_ref().as_slice(), &answer].concat())
        })
    }

    /// Forgets all keys: what passed under them is noise from now on.
    pub(crate) fn forget(&self) {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        channels.clear();
    }

    fn with<T>(
        &self,
        id: &ChannelId,
        act: impl FnOnce(&Channel) -> Result<T, Unspecified>,
    ) -> Result<T, ChannelRefusal> {
        let channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = channels.iter().find(|channel| channel.id == *id);
        act(channel.ok_or(ChannelRefusal::Unknown)?).map_err(|_| ChannelRefusal::Unreadable)
    }
}

fn agree(page_key: &[u8]) -> Result<(Channel, Vec<u8>), Unspecified> {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())?;
    let public = own.compute_public_key()?.as_ref().to_vec();
    let peer = UnparsedPublicKey::new(&ECDH_P256, page_key);
    let mut id = [0; ID];
    rand::fill(&mut id)?;
    let (requests, answers) = agree_ephemeral(own, peer, Unspecified, |shared| {
        let drawn = Salt::new(HKDF_SHA256, &id).extract(shared);
        let key = |purpose: &'static [u8]| {
            let mut bytes = Zeroizing::new([0; 32]);
            drawn.expand(&[purpose], &AES_256_GCM)?.fill(&mut *bytes)?;
            RandomizedNonceKey::new(&AES_256_GCM, &*bytes)
        };
        Ok((key(TO_SHELL)?, key(TO_PAGE)?))
    })?;
    let channel = Channel {
        id,
        requests,
        answers,
    };
    Ok((channel, public))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page's half, by the same library: the real one is WebCrypto's, in every test that has a window.
    struct Page {
        id: ChannelId,
        requests: RandomizedNonceKey,
        answers: RandomizedNonceKey,
    }

    impl Page {
        fn open(channels: &Channels) -> Self {
            let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
            let told = channels
                .open(own.compute_public_key().unwrap().as_ref())
                .unwrap();
            let (id, key) = told.split_first_chunk::<ID>().unwrap();
            let peer = UnparsedPublicKey::new(&ECDH_P256, key);
            let (requests, answers) = agree_ephemeral(own, peer, Unspecified, |shared| {
                let drawn = Salt::new(HKDF_SHA256, id).extract(shared);
                let key = |purpose| {
                    let mut bytes = [0; 32];
                    drawn.expand(&[purpose], &AES_256_GCM)?.fill(&mut bytes)?;
                    RandomizedNonceKey::new(&AES_256_GCM, &bytes)
                };
                Ok((key(TO_SHELL)?, key(TO_PAGE)?))
            })
            .unwrap();
            Self {
                id: *id,
                requests,
                answers,
            }
        }

        fn seal(&self, words: &[u8]) -> Vec<u8> {
            let mut bytes = words.to_vec();
            let nonce = self
                .requests
                .seal_in_place_append_tag(Aad::from(self.id), &mut bytes)
                .unwrap();
            [self.id.as_slice(), nonce.as_ref(), &bytes].concat()
        }

        fn unseal(&self, message: &[u8]) -> Vec<u8> {
            let (nonce, sealed) = message.split_first_chunk::<NONCE>().unwrap();
            let mut bytes = sealed.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = self
                .answers
                .open_in_place(nonce, Aad::from(self.id), &mut bytes);
            opened.unwrap().to_vec()
        }
    }

    #[test]
    fn l_14_what_page_and_shell_tell_each_other_is_sealed_both_ways() {
        let channels = Channels::default();
        let page = Page::open(&channels);
        let message = page.seal(b"482913");
        assert!(!message.windows(6).any(|six| six == b"482913"));
        let (id, request) = channels.unseal(&message).unwrap();
        assert_eq!(request.as_slice(), b"482913");
        let answer = channels.seal(id, b"JBSWY3DP".to_vec()).unwrap();
        assert!(!answer.windows(8).any(|eight| eight == b"JBSWY3DP"));
        assert_eq!(page.unseal(&answer), b"JBSWY3DP");
    }

    #[test]
    fn a_message_that_was_changed_anywhere_is_refused() {
        let channels = Channels::default();
        let message = Page::open(&channels).seal(b"words");
        for index in 0..message.len() {
            let mut changed = message.clone();
            changed[index] ^= 1;
            let refusal = channels.unseal(&changed).unwrap_err();
            let expected = if index < ID {
                ChannelRefusal::Unknown
            } else {
                ChannelRefusal::Unreadable
            };
            assert_eq!(refusal, expected, "byte {index}");
        }
        for length in 0..ID + NONCE + 16 {
            assert!(channels.unseal(&message[..length]).is_err());
        }
        assert_eq!(channels.open(b"no key"), Err(ChannelRefusal::Unreadable));
    }

    #[test]
    fn l_14_a_forgotten_channel_reads_and_tells_nothing() {
        let channels = Channels::default();
        let page = Page::open(&channels);
        let message = page.seal(b"words");
        let (id, _) = channels.unseal(&message).unwrap();
        channels.forget();
        assert_eq!(
            channels.unseal(&message).unwrap_err(),
            ChannelRefusal::Unknown
        );
        assert_eq!(
            channels.seal(id, b"words".to_vec()),
            Err(ChannelRefusal::Unknown)
        );
    }

    #[test]
    fn the_oldest_channel_makes_place() {
        let channels = Channels::default();
        let pages: Vec<Page> = (0..=AT_ONCE).map(|_| Page::open(&channels)).collect();
        let known = |page: &Page| channels.unseal(&page.seal(b"words")).is_ok();
        assert!(!known(&pages[0]));
        assert!(pages[1..].iter().all(known));
    }
}

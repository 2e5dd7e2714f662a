//! Twilio's identifiers: two letters and 32 hex digits. Owns their minting, so that one seed gives
//! one sequence; they carry no order and nothing here may sort by them.

use std::fmt;

use rand::distr::Alphanumeric;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Serialize, Serializer};

/// What a SID names; fixes its two-letter prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SidKind {
    Account,
    ApiKey,
    Sms,
    Mms,
    Media,
    Number,
    MessagingService,
    Alert,
    Request,
}

impl SidKind {
    const ALL: [Self; 9] = [
        Self::Account,
        Self::ApiKey,
        Self::Sms,
        Self::Mms,
        Self::Media,
        Self::Number,
        Self::MessagingService,
        Self::Alert,
        Self::Request,
    ];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Account => "AC",
            Self::ApiKey => "SK",
            Self::Sms => "SM",
            Self::Mms => "MM",
            Self::Media => "ME",
            Self::Number => "PN",
            Self::MessagingService => "MG",
            Self::Alert => "NO",
            Self::Request => "RQ",
        }
    }
}

/// One identifier, held as its 16 bytes: a million of them must stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sid {
    kind: SidKind,
    bytes: [u8; 16],
}

impl Sid {
    /// The SID of `kind` with these bytes.
    pub(crate) const fn new(kind: SidKind, bytes: [u8; 16]) -> Self {
        Self { kind, bytes }
    }

    /// Reads a SID; `None` for an unknown prefix, a wrong length or a non-hex digit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.split_at_checked(2)?;
        let kind = SidKind::ALL
            .into_iter()
            .find(|kind| kind.prefix() == prefix)?;
        let mut bytes = [0; 16];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(Self { kind, bytes })
    }

    /// Reads a SID that names a message (`SM…` or `MM…`).
    pub(crate) fn parse_message(text: &str) -> Option<Self> {
        Self::parse(text).filter(|sid| matches!(sid.kind, SidKind::Sms | SidKind::Mms))
    }

    /// What this SID names.
    pub(crate) const fn kind(self) -> SidKind {
        self.kind
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.prefix())?;
        f.write_str(&hex::encode(self.bytes))
    }
}

impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The source of new identifiers and secrets.
pub(crate) struct SidMint {
    rng: ChaCha8Rng,
}

impl SidMint {
    /// A mint that repeats itself for the same seed, and never does without one.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed.unwrap_or_else(rand::random)),
        }
    }

    /// A new SID.
    pub(crate) fn mint(&mut self, kind: SidKind) -> Sid {
        Sid::new(kind, self.rng.random())
    }

    /// A new secret of 32 hex digits, as auth tokens are.
    pub(crate) fn secret(&mut self) -> String {
        hex::encode(self.rng.random::<[u8; 16]>())
    }

    /// A new secret of 32 letters of both cases and digits, as those of API keys are.
    pub(crate) fn key_secret(&mut self) -> String {
        (0..32)
            .map(|_| char::from(self.rng.sample(Alphanumeric)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_round_trip_and_malformed_ones_are_refused() {
        let sid = SidMint::new(Some(1)).mint(SidKind::Mms);
        assert_eq!(Sid::parse(&sid.to_string()), Some(sid));
        for wrong in [
            "",
            "M",
            "XX00",
            "SM123",
            "SMzz000000000000000000000000000000",
        ] {
            assert_eq!(Sid::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let first: Vec<_> = std::iter::repeat_with({
            let mut mint = SidMint::new(Some(7));
            move || mint.mint(SidKind::Sms)
        })
        .take(3)
        .collect();
        let mut again = SidMint::new(Some(7));
        assert!(first.into_iter().all(|sid| sid == again.mint(SidKind::Sms)));
    }
}

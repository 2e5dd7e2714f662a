//! The customers' telephones: what each has sent and received, as its owner sees it. Owns a record of
//! its own, because a phone keeps a text that was later redacted or deleted at the carrier.

use std::collections::{BTreeMap, HashMap};

use crate::address::E164;
use crate::clock::Moment;
use crate::sid::Sid;

/// Which way a text went, seen from the handset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandsetSide {
    Sent,
    Received,
}

/// One text on a handset.
#[derive(Clone, Debug)]
pub(crate) struct HandsetText {
    pub(crate) side: HandsetSide,
    pub(crate) body: String,
    pub(crate) media: Vec<Sid>,
    /// The message's SID; none for the carrier's own replies to opt-out words.
    pub(crate) sid: Option<Sid>,
    pub(crate) at: Moment,
    pub(crate) other_party: E164,
}

/// A telephone that somebody can hold.
#[derive(Clone, Debug)]
pub(crate) struct Handset {
    pub(crate) name: Option<String>,
    pub(crate) created: Moment,
}

/// All handsets, and what arrived at numbers that nobody holds yet.
#[derive(Debug, Default)]
pub(crate) struct Handsets {
    held: BTreeMap<E164, Handset>,
    texts: HashMap<E164, Vec<HandsetText>>,
}

impl Handsets {
    /// Creates a handset, or renames the one that is there; `None` when every practice number is taken.
    pub(crate) fn create(
        &mut self,
        e164: Option<E164>,
        name: Option<String>,
        now: Moment,
    ) -> Option<(E164, &Handset)> {
        let e164 = match e164 {
            Some(e164) => e164,
            None => self.free_number()?,
        };
        let handset = self.held.entry(e164.clone()).or_insert(Handset {
            name: None,
            created: now,
        });
        if name.is_some() {
            handset.name = name;
        }
        Some((e164, handset))
    }

    /// The handset with that number.
    pub(crate) fn find(&self, e164: &E164) -> Option<&Handset> {
        self.held.get(e164)
    }

    /// All handsets, by number.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&E164, &Handset)> {
        self.held.iter()
    }

    /// Writes a text down.
    pub(crate) fn record(&mut self, handset: &E164, text: HandsetText) {
        self.texts.entry(handset.clone()).or_default().push(text);
    }

    /// What the handset has sent and received, oldest first.
    pub(crate) fn texts(&self, handset: &E164) -> &[HandsetText] {
        self.texts.get(handset).map_or(&[], Vec::as_slice)
    }

    /// The lowest free fictional number: 555-0100 to 555-0199 in area code after area code.
    fn free_number(&self) -> Option<E164> {
        const AREA_CODES: [u32; 8] = [212, 312, 404, 503, 617, 702, 808, 907];
        AREA_CODES
            .iter()
            .flat_map(|area| {
                (100..200).filter_map(move |line| E164::parse(&format!("+1{area}5550{line}")))
            })
            .find(|e164| !self.held.contains_key(e164))
    }
}

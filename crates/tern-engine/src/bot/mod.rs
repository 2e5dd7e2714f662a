//! The virtual agent at work: topics, sessions, and what they ask for.
//!
//! Owns no conversation: a session is a row, and each input is one write transaction in which the machine of
//! `tern_domain::topic` takes its turn and everything it asks of the file is answered. What needs the network
//! or time becomes a row of its own, and its outcome is another input.

mod codes;
mod drive;
mod entries;
mod identity;
mod listen;
mod look;
mod outside;
mod picture_look;
mod pictures;
pub(crate) mod proofs;
pub(crate) mod requests;
mod strays;
mod topics;

use std::collections::BTreeMap;
use std::sync::Arc;

use tern_domain::PhoneNumber;

use crate::clock::{CarrierClock, Clock};
use crate::own_numbers::OwnNumbers;
use crate::screen::SharedScreen;

pub use outside::{BotSecrets, NoSecrets, OutsideError, ask_outside};
pub use picture_look::{PictureLook, PublicPictures};
pub use strays::{list_locked_numbers, unlock_number};
pub use topics::TopicDesk;

/// Gives the virtual agent's sessions their inputs. Cheap to clone; clones are the same one.
#[derive(Clone)]
pub struct BotDesk {
    topics: TopicDesk,
    entries: Arc<entries::Entries>,
    codes: Arc<codes::Codes>,
    clock: Arc<dyn Clock>,
    carrier_clock: Arc<CarrierClock>,
    own_numbers: Arc<OwnNumbers>,
    number_names: Arc<BTreeMap<PhoneNumber, String>>,
    screen: SharedScreen,
}

impl BotDesk {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        carrier_clock: Arc<CarrierClock>,
        own_numbers: Arc<OwnNumbers>,
        number_names: BTreeMap<PhoneNumber, String>,
        screen: SharedScreen,
    ) -> Self {
        Self {
            topics: TopicDesk::default(),
            entries: Arc::default(),
            codes: Arc::default(),
            clock,
            carrier_clock,
            own_numbers,
            number_names: Arc::new(number_names),
            screen,
        }
    }

    /// One without an engine beside it, for whoever holds the file and gives the inputs themselves: its topics have
    /// to be [read](TopicDesk::reload) first, and nothing is sent.
    #[must_use]
    pub fn without_engine(clock: Arc<dyn Clock>, numbers: Vec<PhoneNumber>) -> Self {
        let own_numbers = Arc::new(OwnNumbers::new(numbers));
        let carrier_clock = Arc::new(CarrierClock::new(clock.clone()));
        Self::new(
            clock,
            carrier_clock,
            own_numbers,
            BTreeMap::new(),
            SharedScreen::default(),
        )
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(crate) fn own_numbers(&self) -> Arc<OwnNumbers> {
        self.own_numbers.clone()
    }

    /// The topics that conversations run with.
    #[must_use]
    pub fn topics(&self) -> &TopicDesk {
        &self.topics
    }
}

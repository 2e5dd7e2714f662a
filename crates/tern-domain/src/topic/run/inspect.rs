//! What was sent along with an answer (V-5): its label is not to be believed, so the question waits until the file
//! itself was looked at.

use super::Machine;
use crate::time::Millis;
use crate::topic::io::{BotEffect, Said, SaidMedia};
use crate::topic::session::{Asking, Phase};

/// How long a requester waits for an answer to their picture at most.
const LONGEST_LOOK: Millis = Millis::minutes(2);
const NOT_GOT: &str = "Your picture did not get through.";

impl Machine<'_> {
    /// The answer is looked at; what is written meanwhile waits.
    pub(super) fn inspect(&mut self, asking: Asking, said: &Said) {
        if let Some(frame) = self.session.frames.last_mut() {
            frame.asking = Some(Asking {
                unseen: Some(said.clone()),
                ..asking
            });
        }
        let media = said.media.clone();
        let until = self.now + LONGEST_LOOK;
        self.wait_for(|ticket| BotEffect::Inspect {
            ticket,
            media,
            until,
        });
    }

    /// Takes up the question that an answer is being looked at for.
    pub(super) fn take_unseen(&mut self) -> Option<(Asking, Said)> {
        self.session.inspecting()?;
        let mut asking = self.session.frames.last_mut()?.asking.take()?;
        let said = asking.unseen.take()?;
        Some((asking, said))
    }

    /// The answer counts as what it is. What could not be had is nobody's wrong answer (V-19).
    pub(super) fn on_inspected(&mut self, media: Option<Vec<SaidMedia>>) {
        let Some((asking, mut said)) = self.take_unseen() else {
            return self.fail("The node did not wait for a picture.");
        };
        match media {
            Some(media) => {
                said.media = media.into_iter().filter(|it| !it.is_unseen()).collect();
                self.answered(asking, &said);
            }
            None => {
                self.session.phase = Phase::Asking(asking.clone());
                self.put_again(asking, Some(NOT_GOT));
            }
        }
    }
}

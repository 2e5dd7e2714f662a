//! Actionable notifications (S-10, S-11): said with a numbered list that holds for the next text alone.

use super::Machine;
use super::lists::{self, Pick};
use crate::notification::NotificationOffer;
use crate::topic::io::Said;
use crate::topic::session::{AskedOption, Phase};
use crate::topic::value::BotValue;

const SKIP: &str = "Skip";
const SKIPPED: &str = "All right, nothing was done.";

impl Machine<'_> {
    /// S-10: nothing starts over the head of what runs, so this is the first input of its conversation.
    pub(super) fn offer_notification(&mut self, offer: NotificationOffer) {
        if self.session.phase != Phase::New {
            return;
        }
        self.watch_silence();
        self.idle();
        let words = format!("{}\n{}", offer.text, offer.list());
        match &offer.picture {
            Some((address, alt_text)) => {
                self.reply_with_picture(&words, address, Some(alt_text.clone()));
            }
            None => self.reply_plain(&words),
        }
        self.session.offer = Some(Box::new(offer));
    }

    /// Whether a text picks what was offered last. Anything else is what it would be without the offer, which is
    /// over then.
    pub(super) fn picks_action(&mut self, said: &Said) -> bool {
        let Some(offer) = self.session.offer.take() else {
            return false;
        };
        let labels = offer.actions.iter().map(|action| action.label.as_str());
        let labels = labels.chain(offer.can_skip.then_some(SKIP));
        let options: Vec<AskedOption> = labels
            .map(|label| AskedOption {
                label: label.into(),
                value: BotValue::Nothing,
                next: None,
            })
            .collect();
        let picked = lists::pick(said.text.as_str(), &options, options.len(), false);
        let Some(Pick::Options(indexes)) = picked else {
            return false;
        };
        let action = indexes.first().and_then(|index| offer.actions.get(*index));
        self.session.engaged = true;
        match action {
            None => self.reply_plain(SKIPPED),
            // S-11: PIN and code first, also for a linked number.
            Some(action) => self.start_proved(action.topic.clone(), offer.variables),
        }
        true
    }
}

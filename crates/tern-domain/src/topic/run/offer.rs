//! Actionable notifications (S-10, S-11): said with a numbered list that holds for the next text alone. Where several
//! wait, they are listed first.

use super::Machine;
use super::lists::{self, Pick};
use crate::notification::{OfferedList, SKIP, WaitingOffer};
use crate::topic::io::{BotEffect, Said};
use crate::topic::session::{AskedOption, Phase};
use crate::topic::value::BotValue;

const SKIPPED: &str = "All right, nothing was done.";
const GONE: &str = "That notification is not there any more.";

/// What was picked of a numbered list.
enum Picked {
    /// The line at this index.
    Line(usize),
    /// None of them.
    Skip,
}

impl Machine<'_> {
    /// S-10: nothing starts over the head of what runs, so this is the first input of its conversation.
    pub(super) fn begin_with_waiting(&mut self) {
        if self.session.phase != Phase::New {
            return;
        }
        self.watch_silence();
        self.offer_waiting_or(Self::idle);
    }

    /// S-10: one that waits is shown, several are listed; `otherwise` is what happens when none does. A text that was
    /// written before picks nothing of a list that comes after it, so it is heard first.
    pub(super) fn offer_waiting_or(&mut self, otherwise: fn(&mut Self)) {
        if !self.session.queued.is_empty() {
            return otherwise(self);
        }
        match self.session.waiting.as_slice() {
            [] => otherwise(self),
            [only] => {
                let only = only.clone();
                self.show(only);
            }
            several => {
                let list = OfferedList::of(several);
                self.idle();
                self.reply_plain(&list.text());
                self.session.listed = Some(list);
            }
        }
    }

    fn show(&mut self, shown: WaitingOffer) {
        let WaitingOffer { at, offer } = shown;
        self.idle();
        self.session.waiting.retain(|it| it.at != at);
        let words = format!("{}\n{}", offer.text, offer.list());
        match &offer.picture {
            Some((address, alt_text)) => {
                self.reply_with_picture(&words, address, Some(alt_text.clone()));
            }
            None => self.reply_plain(&words),
        }
        self.session.offer = Some(Box::new(offer));
        self.effects.push(BotEffect::NotificationShown { at });
    }

    /// Whether a text picks one of the notifications that were listed last. It is shown then, if it still waits:
    /// it may have been kept for too long since, or be withdrawn.
    pub(super) fn picks_waiting(&mut self, said: &Said) -> bool {
        let Some(list) = self.session.listed.take() else {
            return false;
        };
        let labels = list.lines.iter().map(|line| line.label.as_str());
        match picked(said, labels, list.can_skip) {
            None => return false,
            Some(Picked::Skip) => {
                let places: Vec<_> = list.lines.iter().map(|line| line.at).collect();
                self.session.waiting.retain(|it| !places.contains(&it.at));
                self.effects
                    .push(BotEffect::NotificationsSkipped { places });
                self.reply_plain(SKIPPED);
                self.offer_waiting_or(Self::nothing_waits);
            }
            Some(Picked::Line(index)) => {
                let at = list.lines.get(index).map(|line| line.at);
                let mut waiting = self.session.waiting.iter();
                match waiting.find(|it| Some(it.at) == at).cloned() {
                    Some(shown) => self.show(shown),
                    None => {
                        self.reply_plain(GONE);
                        self.offer_waiting_or(Self::nothing_waits);
                    }
                }
            }
        }
        self.session.engaged = true;
        true
    }

    /// Whether a text picks what was offered last. Anything else is what it would be without the offer, which is
    /// over then.
    pub(super) fn picks_action(&mut self, said: &Said) -> bool {
        let Some(offer) = self.session.offer.take() else {
            return false;
        };
        let labels = offer.actions.iter().map(|action| action.label.as_str());
        let action = match picked(said, labels, offer.can_skip) {
            None => return false,
            Some(Picked::Skip) => None,
            Some(Picked::Line(index)) => offer.actions.get(index),
        };
        self.session.engaged = true;
        match action {
            None => {
                self.reply_plain(SKIPPED);
                self.offer_waiting_or(Self::nothing_waits);
            }
            // S-11: PIN and code first, also for a linked number.
            Some(action) => self.start_proved(action.topic.clone(), offer.variables),
        }
        true
    }

    /// After the last of them: what would have followed the topic that they came after.
    fn nothing_waits(&mut self) {
        if self.session.topic_done {
            self.ask_for_more();
        } else {
            self.idle();
        }
    }
}

/// What a text picks of labels numbered from 1, with the way past them last.
fn picked<'l>(
    said: &Said,
    labels: impl Iterator<Item = &'l str>,
    can_skip: bool,
) -> Option<Picked> {
    let options: Vec<AskedOption> = labels
        .chain(can_skip.then_some(SKIP))
        .map(|label| AskedOption {
            label: label.into(),
            value: BotValue::Nothing,
            next: None,
        })
        .collect();
    let Pick::Options(indexes) = lists::pick(said.text.as_str(), &options, options.len(), false)?
    else {
        return None;
    };
    let index = *indexes.first()?;
    if can_skip && index + 1 == options.len() {
        return Some(Picked::Skip);
    }
    Some(Picked::Line(index))
}

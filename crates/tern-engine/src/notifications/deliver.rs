//! One step of some runs, within one transaction: their next recipients are listed, or get what is theirs.

use tern_domain::notification::{
    Delivery, LOOK_AGAIN, Notification, NotificationRun, RecipientState, RefusalReason,
    RenderedNotification, RunRecipient, RunState, WaitReason, plan_notification, plan_offer,
    room_in_outbox, text_problem, who_gets_it,
};
use tern_domain::topic::BotInput;
use tern_domain::{ConversationKey, MessageId, NotificationRunId, UtcMillis};
use tern_store::{Applied, NewRecipient, StoreError, WriteTx};

use super::list;
use super::standing::Look;
use super::waiting::waiting_for;
use crate::bot::BotDesk;
use crate::ids::EdgeIds;

/// Recipients dealt with in one transaction.
const BATCH: u32 = 20;
/// Recipients that are told in one transaction that it was withdrawn.
const WITHDRAWN_AT_ONCE: u32 = 500;

/// Takes runs one step further, as far as one transaction goes; `None` if none moved, because the outbox is full.
pub(super) fn go_on(
    tx: &mut WriteTx<'_>,
    bot: &BotDesk,
    runs: &[NotificationRunId],
) -> Result<Option<Applied>, StoreError> {
    let mut taken = Step {
        bot,
        applied: Applied::default(),
        has_moved: false,
        left: BATCH,
    };
    for run in runs {
        if taken.left == 0 {
            break;
        }
        taken.take(tx, *run)?;
    }
    Ok(taken.has_moved.then_some(taken.applied))
}

/// One transaction's part of the work. Ten thousand rows may have begun a run each, and each run may be for as many
/// people: the writer is given back after [`BATCH`] recipients, whichever of the two it is.
struct Step<'s> {
    bot: &'s BotDesk,
    applied: Applied,
    has_moved: bool,
    /// Recipients that the transaction still has time for.
    left: u32,
}

impl Step<'_> {
    fn take(&mut self, tx: &mut WriteTx<'_>, id: NotificationRunId) -> Result<(), StoreError> {
        // It may have been paused since it was listed.
        let run = tx.find_notification_run(id)?;
        let Some(run) = run.filter(|run| run.state == RunState::Running) else {
            self.has_moved = true;
            return Ok(());
        };
        let notification = tx.find_notification(run.notification)?;
        let Some(notification) = notification.filter(|it| it.is_active) else {
            (self.has_moved, self.left) = (true, 0);
            return withdraw(tx, self.bot, &run);
        };
        let now = self.bot.clock().now();
        if let Some(listed_to) = &run.listed_to {
            let batch = list::next(tx, &notification, &run.cause, listed_to)?;
            tx.add_recipients(id, &batch.recipients, batch.listed_to.as_deref(), now)?;
            self.has_moved = true;
            let listed = u32::try_from(batch.recipients.len()).unwrap_or(u32::MAX);
            if batch.listed_to.is_some() || listed > 1 {
                self.left = 0;
                return tx.settle_notification_run(id);
            }
        }
        self.deliver(tx, &run, &notification)?;
        tx.settle_notification_run(id)
    }

    fn deliver(
        &mut self,
        tx: &mut WriteTx<'_>,
        run: &NotificationRun,
        notification: &Notification,
    ) -> Result<(), StoreError> {
        let now = self.bot.clock().now();
        let mut room = room_in_outbox(&tx.list_outbox_open()?);
        let due = tx.list_due_recipients(run.id, now, self.left)?;
        self.has_moved |= due.is_empty();
        for mut recipient in due {
            if room == 0 {
                break;
            }
            // Read for each: the one before may have changed it.
            let look = Look::take(tx, self.bot, notification, &run.cause)?;
            let who = NewRecipient {
                person: recipient.person,
                number: recipient.number.clone(),
                is_chosen: recipient.is_chosen,
            };
            let (standing, key) = look.standing(tx, &who)?;
            let terms = look.terms(notification, run.started_at, recipient.place);
            let sending = Sending {
                bot: self.bot,
                look: &look,
                run,
                notification,
            };
            match (who_gets_it(&standing, &terms), key) {
                (Delivery::Send, Some(key)) if notification.is_actionable() => {
                    recipient = sending.offer(tx, &key, recipient, &mut self.applied)?;
                    room -= 1;
                }
                (Delivery::Send, Some(key)) => {
                    let sent = sending.send(tx, &key, &mut self.applied)?;
                    room -= usize::from(sent.is_ok());
                    settle(&mut recipient, sent, &look);
                    recipient.conversation = tx.find_conversation(&key)?;
                }
                (Delivery::Wait { until, why }, _) => {
                    recipient.state = RecipientState::Waiting { why };
                    recipient.at = Some(until);
                }
                (Delivery::Refuse(why), _) => settle(&mut recipient, Err(why), &look),
                (Delivery::Send, None) => {
                    settle(&mut recipient, Err(RefusalReason::NoNumber), &look);
                }
            }
            tx.put_recipient(&recipient)?;
            self.has_moved = true;
            self.left = self.left.saturating_sub(1);
        }
        Ok(())
    }
}

fn settle(recipient: &mut RunRecipient, sent: Result<MessageId, RefusalReason>, look: &Look<'_>) {
    recipient.at = Some(look.now);
    recipient.state = match sent {
        Ok(message) => RecipientState::Sent { message },
        Err(why) => RecipientState::Refused { why },
    };
}

/// Nobody gets what was deleted or switched off before their turn, also who was to get it hours later.
fn withdraw(tx: &mut WriteTx<'_>, bot: &BotDesk, run: &NotificationRun) -> Result<(), StoreError> {
    let now = bot.clock().now();
    tx.add_recipients(run.id, &[], None, now)?;
    for mut recipient in tx.list_due_recipients(run.id, UtcMillis(i64::MAX), WITHDRAWN_AT_ONCE)? {
        recipient.state = RecipientState::Refused {
            why: RefusalReason::Withdrawn,
        };
        tx.put_recipient(&recipient)?;
    }
    tx.settle_notification_run(run.id)?;
    // Whoever is left is told in the next step, not when it would have been their turn.
    tx.wake_notification_run(run.id, now)
}

struct Sending<'s> {
    bot: &'s BotDesk,
    look: &'s Look<'s>,
    run: &'s NotificationRun,
    notification: &'s Notification,
}

impl Sending<'_> {
    fn render(&self) -> Result<RenderedNotification, RefusalReason> {
        let occasion = self.run.cause.occasion();
        let table = self.look.table.as_ref();
        let rendered = self.notification.content.render(table, &occasion);
        let rendered = rendered.map_err(|_| RefusalReason::Empty)?;
        text_problem(&rendered).map_or(Ok(rendered), Err)
    }

    /// Puts the text into the outbox.
    fn send(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
        applied: &mut Applied,
    ) -> Result<Result<MessageId, RefusalReason>, StoreError> {
        let rendered = match self.render() {
            Ok(rendered) => rendered,
            Err(why) => return Ok(Err(why)),
        };
        let state = tx.load_conversation_state(key, None)?;
        let ids = &mut EdgeIds::new(self.bot.clock());
        let numbers = self.look.own_numbers();
        let planned = plan_notification(&state, &rendered, numbers, self.look.now, ids);
        let Some((plan, message)) = planned else {
            return Ok(Err(RefusalReason::NoNumber));
        };
        applied.merge(tx.apply(&plan)?);
        Ok(Ok(message))
    }

    /// Begins the conversation in which what waits for them is offered (S-10): this one, or the list that it is in.
    /// What became of the recipient is what the virtual agent did with it.
    fn offer(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
        mut recipient: RunRecipient,
        applied: &mut Applied,
    ) -> Result<RunRecipient, StoreError> {
        if let Err(why) = self.render() {
            settle(&mut recipient, Err(why), self.look);
            return Ok(recipient);
        }
        let state = tx.load_conversation_state(key, None)?;
        let ids = &mut EdgeIds::new(self.bot.clock());
        let begun = plan_offer(&state, self.look.now, ids);
        let waits = !waiting_for(tx, self.bot, key)?.is_empty();
        if let Some(plan) = begun.filter(|_| waits) {
            applied.merge(tx.apply(&plan)?);
            applied.merge(self.bot.drive(tx, key, BotInput::OfferWaiting)?);
        }
        let found = tx.find_run_recipient(recipient.run, recipient.place)?;
        let Some(found) = found.filter(|it| matches!(it.state, RecipientState::Sent { .. })) else {
            // It was listed; they pick it, or it is their turn once the conversation is over.
            recipient.state = RecipientState::Waiting {
                why: WaitReason::Busy,
            };
            recipient.at = Some(self.look.now + LOOK_AGAIN);
            return Ok(recipient);
        };
        Ok(found)
    }
}

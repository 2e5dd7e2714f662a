//! One step of one run, within one transaction: its next recipients are listed, or get what is theirs.

use tern_domain::notification::{
    Delivery, Notification, NotificationOffer, NotificationRun, RecipientState, RefusalReason,
    RunRecipient, RunState, plan_notification, plan_offer, text_problem, who_gets_it,
};
use tern_domain::topic::BotInput;
use tern_domain::{ConversationKey, MessageId, NotificationRunId};
use tern_store::{Applied, NewRecipient, StoreError, WriteTx};

use super::list;
use super::standing::Look;
use crate::bot::BotDesk;
use crate::ids::EdgeIds;

/// Recipients dealt with in one transaction.
const BATCH: u32 = 20;
/// Texts in the outbox at which nothing is added: what agents write must not wait behind notifications.
const MOST_IN_OUTBOX: usize = 20;

/// What a step came to.
pub(super) enum Step {
    /// Something changed.
    Moved(Applied),
    /// The outbox is full.
    Waits,
}

/// Takes a run one step further.
pub(super) fn go_on(
    tx: &mut WriteTx<'_>,
    bot: &BotDesk,
    id: NotificationRunId,
) -> Result<Step, StoreError> {
    let mut applied = Applied::default();
    // It may have been paused since it was listed.
    let run = tx.find_notification_run(id)?;
    let Some(run) = run.filter(|run| run.state == RunState::Running) else {
        return Ok(Step::Moved(applied));
    };
    let notification = tx.find_notification(run.notification)?;
    let Some(notification) = notification.filter(|it| it.is_active) else {
        withdraw(tx, bot, &run)?;
        return Ok(Step::Moved(applied));
    };
    let now = bot.clock().now();
    if let Some(listed_to) = &run.listed_to {
        let batch = list::next(tx, &notification, &run.cause, listed_to)?;
        tx.add_recipients(id, &batch.recipients, batch.listed_to.as_deref(), now)?;
        tx.settle_notification_run(id)?;
        return Ok(Step::Moved(applied));
    }
    let mut room = MOST_IN_OUTBOX.saturating_sub(tx.list_outbox_open()?.len());
    let due = tx.list_due_recipients(id, now, BATCH)?;
    if room == 0 && !due.is_empty() {
        return Ok(Step::Waits);
    }
    for mut recipient in due {
        if room == 0 {
            break;
        }
        // Read for each: the one before may have changed it.
        let look = Look::take(tx, bot, &notification, &run.cause)?;
        let who = NewRecipient {
            person: recipient.person,
            number: recipient.number.clone(),
            is_chosen: recipient.is_chosen,
        };
        let (standing, key) = look.standing(tx, &who)?;
        let terms = look.terms(&notification, run.started_at, recipient.place);
        match (who_gets_it(&standing, &terms), key) {
            (Delivery::Send, Some(key)) => {
                let sending = Sending {
                    bot,
                    look: &look,
                    run: &run,
                    notification: &notification,
                };
                let sent = sending.send(tx, &key, &mut applied)?;
                room -= usize::from(sent.is_ok());
                settle(&mut recipient, sent, &look);
                recipient.conversation = tx.find_conversation(&key)?;
            }
            (Delivery::Wait { until, why }, _) => {
                recipient.state = RecipientState::Waiting { why };
                recipient.at = Some(until);
            }
            (Delivery::Refuse(why), _) => settle(&mut recipient, Err(why), &look),
            (Delivery::Send, None) => settle(&mut recipient, Err(RefusalReason::NoNumber), &look),
        }
        tx.put_recipient(&recipient)?;
    }
    tx.settle_notification_run(id)?;
    Ok(Step::Moved(applied))
}

fn settle(recipient: &mut RunRecipient, sent: Result<MessageId, RefusalReason>, look: &Look<'_>) {
    recipient.at = Some(look.now);
    recipient.state = match sent {
        Ok(message) => RecipientState::Sent { message },
        Err(why) => RecipientState::Refused { why },
    };
}

/// Nobody gets what was deleted or switched off before their turn.
fn withdraw(tx: &mut WriteTx<'_>, bot: &BotDesk, run: &NotificationRun) -> Result<(), StoreError> {
    let now = bot.clock().now();
    tx.add_recipients(run.id, &[], None, now)?;
    for mut recipient in tx.list_due_recipients(run.id, tern_domain::UtcMillis(i64::MAX), 500)? {
        recipient.state = RecipientState::Refused {
            why: RefusalReason::Withdrawn,
        };
        tx.put_recipient(&recipient)?;
    }
    tx.settle_notification_run(run.id)
}

struct Sending<'s> {
    bot: &'s BotDesk,
    look: &'s Look<'s>,
    run: &'s NotificationRun,
    notification: &'s Notification,
}

impl Sending<'_> {
    /// Puts the text into the outbox, or begins the conversation in which it is offered (S-10).
    fn send(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
        applied: &mut Applied,
    ) -> Result<Result<MessageId, RefusalReason>, StoreError> {
        let occasion = self.run.cause.occasion();
        let table = self.look.table.as_ref();
        let Ok(rendered) = self.notification.content.render(table, &occasion) else {
            return Ok(Err(RefusalReason::Empty));
        };
        if let Some(why) = text_problem(&rendered) {
            return Ok(Err(why));
        }
        let state = tx.load_conversation_state(key, None)?;
        let ids = &mut EdgeIds::new(self.bot.clock());
        if !self.notification.is_actionable() {
            let numbers = self.look.own_numbers();
            let planned = plan_notification(&state, &rendered, numbers, self.look.now, ids);
            let Some((plan, message)) = planned else {
                return Ok(Err(RefusalReason::NoNumber));
            };
            applied.merge(tx.apply(&plan)?);
            return Ok(Ok(message));
        }
        let Some(plan) = plan_offer(&state, self.look.now, ids) else {
            return Ok(Err(RefusalReason::Dropped));
        };
        applied.merge(tx.apply(&plan)?);
        let offer = NotificationOffer::new(self.notification, rendered, &occasion);
        let offer = Box::new(offer);
        applied.merge(self.bot.drive(tx, key, BotInput::Offer { offer })?);
        let open = tx.load_conversation_state(key, None)?.open_sends;
        let said = open.last().map(|entry| entry.message_id);
        Ok(said.ok_or(RefusalReason::NoNumber))
    }
}

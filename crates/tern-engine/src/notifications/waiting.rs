//! What waits for whoever is behind a conversation (S-10), and what became of it there.

use tern_domain::notification::{
    Delivery, NotificationOffer, RecipientState, RefusalReason, RunPlace, RunState, WaitingOffer,
    text_problem, who_gets_it,
};
use tern_domain::{ConversationKey, MessageId};
use tern_store::{NewRecipient, ReadConn, StoreError, WriteTx};

use super::standing::Look;
use crate::bot::BotDesk;

/// Most that are looked at: nobody picks from more, and the others are there after these.
const MOST: u32 = 50;

/// Actionable notifications that the person behind a conversation would get now if they had none, oldest first. What
/// is kept for too long, withdrawn, paused or not theirs any more is not among them.
pub(crate) fn waiting_for(
    conn: &ReadConn<'_>,
    bot: &BotDesk,
    key: &ConversationKey,
) -> Result<Vec<WaitingOffer>, StoreError> {
    let profile = conn.find_profile(key.channel, &key.requester)?;
    let Some(person) = profile.and_then(|profile| profile.standing.bound_to) else {
        return Ok(Vec::new());
    };
    let mut waiting = Vec::new();
    for recipient in conn.list_waiting_for(person, MOST)? {
        let Some(run) = conn.find_notification_run(recipient.run)? else {
            continue;
        };
        let notification = conn.find_notification(run.notification)?;
        let Some(notification) = notification.filter(|it| it.is_active && it.is_actionable())
        else {
            continue;
        };
        if run.state != RunState::Running {
            continue;
        }
        let look = Look::take(conn, bot, &notification, &run.cause)?;
        let who = NewRecipient {
            person: recipient.person,
            number: recipient.number,
            is_chosen: recipient.is_chosen,
        };
        let (mut standing, there) = look.standing(conn, &who)?;
        standing.is_busy = false;
        let terms = look.terms(&notification, run.started_at, recipient.place);
        if there.as_ref() != Some(key) || who_gets_it(&standing, &terms) != Delivery::Send {
            continue;
        }
        let occasion = run.cause.occasion();
        let rendered = notification.content.render(look.table.as_ref(), &occasion);
        let rendered = rendered.ok().filter(|it| text_problem(it).is_none());
        if let Some(rendered) = rendered {
            waiting.push(WaitingOffer {
                at: RunPlace {
                    run: run.id,
                    place: recipient.place,
                },
                offer: NotificationOffer::new(&notification, rendered, &occasion),
            });
        }
    }
    Ok(waiting)
}

/// Notes that somebody was shown what waited for them, by this text.
pub(crate) fn shown(
    tx: &mut WriteTx<'_>,
    bot: &BotDesk,
    at: RunPlace,
    key: &ConversationKey,
    message: MessageId,
) -> Result<(), StoreError> {
    settle(tx, bot, at, key, RecipientState::Sent { message })
}

/// Notes that somebody passed over what waited for them.
pub(crate) fn skipped(
    tx: &mut WriteTx<'_>,
    bot: &BotDesk,
    places: &[RunPlace],
    key: &ConversationKey,
) -> Result<(), StoreError> {
    let why = RefusalReason::Skipped;
    for at in places {
        settle(tx, bot, *at, key, RecipientState::Refused { why })?;
    }
    Ok(())
}

fn settle(
    tx: &mut WriteTx<'_>,
    bot: &BotDesk,
    at: RunPlace,
    key: &ConversationKey,
    state: RecipientState,
) -> Result<(), StoreError> {
    let Some(mut recipient) = tx.find_run_recipient(at.run, at.place)? else {
        return Ok(());
    };
    recipient.state = state;
    recipient.at = Some(bot.clock().now());
    recipient.conversation = tx.find_conversation(key)?;
    tx.put_recipient(&recipient)?;
    tx.settle_notification_run(at.run)
}

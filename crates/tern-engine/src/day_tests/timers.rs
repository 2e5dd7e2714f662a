//! Timers: armed exactly for what waits, fired once, never for what is over.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::messaging_action::ActionEvent;
use tern_domain::routing::{WorkItemFact, WorkItemState};
use tern_domain::wrap_up::WrapUpEnd;
use tern_domain::{EventBody, MessagingActionId, OutboxState, Timer, TimerId, TimerPurpose};

use super::file::File;

/// Compares the armed timers with those that follow from who waits for whom, from what sleeps, and from what
/// is offered or held back.
pub(super) fn are_armed_for_what_waits(file: &File, switched: &BTreeSet<MessagingActionId>) {
    let mut of_offers = Vec::new();
    let mut of_sends = Vec::new();
    let mut others = Vec::new();
    for timer in &file.timers {
        match timer.purpose {
            TimerPurpose::OfferEnds { work_item } => of_offers.push((work_item, timer.due_at)),
            TimerPurpose::HeldSend { message_id } => of_sends.push((message_id, timer.due_at)),
            TimerPurpose::SnoozeEnds { .. }
            | TimerPurpose::MessagingAction { .. }
            | TimerPurpose::WrapUpEnds { .. } => others.push(*timer),
            TimerPurpose::BotPause { interaction, .. }
            | TimerPurpose::BotSilence { interaction } => {
                let of = file.interaction(interaction);
                assert!(
                    of.is_active() && of.with_bot,
                    "a timer of no session: {of:?}"
                );
            }
            // What is over is found out when it is due.
            TimerPurpose::AlertRepeats { .. } => {}
        }
    }
    // An action that is switched on watches what begins from then on: waits that run already are left alone.
    let mut expected = expected(file);
    expected.retain(|timer| match timer.purpose {
        TimerPurpose::MessagingAction { action, .. } if switched.contains(&action) => {
            others.contains(timer)
        }
        _ => true,
    });
    expected.sort_by_key(|timer| timer.id);
    others.sort_by_key(|timer| timer.id);
    assert_eq!(others, expected, "armed, then expected");
    // These two are ticked off before routing and outbox look at what they are for.
    for (work_item, due_at) in of_offers {
        let item = file.work.iter().find(|(_, item)| item.id == work_item);
        let (_, item) = item.unwrap();
        assert_eq!(
            item.offered_until,
            Some(due_at),
            "a timer of no offer: {item:?}"
        );
        assert_eq!(item.state, WorkItemState::PendingAccept, "{item:?}");
    }
    for (text, until) in of_sends {
        let entry = file.outbox.iter().find(|entry| entry.message_id == text);
        let state = &entry.unwrap().state;
        assert_eq!(*state, OutboxState::Held { until }, "a timer of no hold");
    }
}

/// M-2, M-3, M-11, M-13, the snoozes, and the enforced wrap-ups (W-3).
fn expected(file: &File) -> Vec<Timer> {
    let wrap_ups = file.interactions.iter().filter_map(|(_, _, interaction)| {
        let wrap_up = interaction.wrap_up.as_deref()?;
        (wrap_up.end.is_none()).then_some(Timer {
            id: TimerId::of_wrap_up(interaction.id),
            due_at: wrap_up.ends_at()?,
            purpose: TimerPurpose::WrapUpEnds {
                interaction: interaction.id,
            },
        })
    });
    let mut expected: Vec<_> = wrap_ups.collect();
    for row in &file.conversations {
        let Some(active) = file.active_in(row.id) else {
            continue;
        };
        for action in file.actions.iter().filter(|action| action.is_active) {
            let start = match action.event {
                ActionEvent::RequesterMessageWithoutAgentResponse => row.clocks.waiting_since,
                ActionEvent::AgentMessageWithoutRequesterResponse => row.clocks.answered_at,
            };
            let runs = active.suspended_at.is_none();
            if let Some(started_at) =
                start.filter(|at| runs && !active.was_acted_on(action.id, *at))
            {
                expected.push(Timer {
                    id: TimerId::of_action(action.id, active.id),
                    due_at: started_at + action.after,
                    purpose: TimerPurpose::MessagingAction {
                        action: action.id,
                        interaction: active.id,
                        started_at,
                    },
                });
            }
        }
        if let Some(due_at) = row.snoozed_until {
            expected.push(Timer {
                id: TimerId::of_snooze(active.id),
                due_at,
                purpose: TimerPurpose::SnoozeEnds {
                    interaction: active.id,
                },
            });
        }
    }
    expected
}

pub(super) fn fired_once_and_never_after_the_close(file: &File) {
    let mut fired = BTreeSet::new();
    let mut closed = BTreeSet::new();
    let mut ended = BTreeSet::new();
    let mut offered_until = BTreeMap::new();
    for event in &file.events {
        let (kind, id) = &event.aggregate;
        if kind == "interaction" {
            assert!(!closed.contains(id), "I-11: after the close: {event:?}");
        }
        match &event.body {
            EventBody::InteractionClosed { .. } => drop(closed.insert(id.clone())),
            EventBody::WrapUpEnded { end } => {
                assert!(ended.insert(id.clone()), "W-3: ended twice: {event:?}");
                let interaction = file.interaction(id.parse().unwrap());
                let wrap_up = interaction.wrap_up.as_deref().unwrap();
                let until = wrap_up.ends_at();
                assert!(
                    *end != WrapUpEnd::Timer || until.is_some_and(|until| until <= event.at),
                    "W-3: before its time: {event:?}"
                );
            }
            EventBody::MessagingActionFired {
                action, started_at, ..
            } => {
                let firing = (id.clone(), *action, *started_at);
                assert!(fired.insert(firing), "M-13: fired twice: {event:?}");
            }
            EventBody::WorkItemMoved { fact } => match fact {
                WorkItemFact::Offered { until, .. } => drop(offered_until.insert(id, *until)),
                WorkItemFact::TimedOut { .. } => {
                    let until = offered_until.remove(id);
                    let until = until.unwrap_or_else(|| panic!("Q-17: no offer: {event:?}"));
                    assert!(until.is_some_and(|until| until <= event.at), "{event:?}");
                }
                WorkItemFact::Accepted { by_hand: false, .. } | WorkItemFact::Rejected { .. } => {
                    let offer = offered_until.remove(id);
                    assert!(offer.is_some(), "answered without an offer: {event:?}");
                }
                _ => {}
            },
            _ => {}
        }
    }
}

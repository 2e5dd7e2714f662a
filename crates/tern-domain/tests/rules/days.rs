//! Random days at a desk with messaging actions: whatever happens, in whatever order, and however the
//! clock jumps, the promises of M and I hold.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tern_domain::condition::Facts;
use tern_domain::desk::{plan_snooze, plan_snooze_due, plan_unsnooze};
use tern_domain::schedule::UndoHold;
use tern_domain::{InteractionAct, Millis, TimerPurpose, UtcMillis};

use crate::messaging_action::{CUSTOMER_WAITS, TEAM_WAITS, action, close, desk, fire_due, prompt};
use crate::support::{agent, inbound};

#[derive(Debug, Clone)]
enum Happening {
    Text,
    Stop,
    Send,
    Recall,
    Act(InteractionAct),
    Snooze(i64),
    Wake,
    /// The clock moves by so many seconds, back too, and the timers task looks.
    Clock(i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening as H;
    prop_oneof![
        4 => Just(H::Text),
        1 => Just(H::Stop),
        3 => Just(H::Send),
        1 => Just(H::Recall),
        3 => prop_oneof![
            Just(InteractionAct::Take),
            Just(InteractionAct::PutBack),
            Just(InteractionAct::Hold),
            Just(InteractionAct::Resume),
            Just(InteractionAct::Finish),
        ].prop_map(H::Act),
        1 => (1_i64..5_000).prop_map(H::Snooze),
        1 => Just(H::Wake),
        5 => (-1_000_i64..6_000).prop_map(H::Clock),
    ]
}

proptest! {
    #[test]
    fn m_13_and_m_15_no_timer_fires_twice_for_a_start_or_after_the_close(
        day in prop::collection::vec(happening(), 1..60),
    ) {
        let actions = [
            action(1, CUSTOMER_WAITS, 10, prompt()),
            action(2, CUSTOMER_WAITS, 30, tern_domain::messaging_action::ActionAct::Reassign),
            action(3, TEAM_WAITS, 60, close()),
        ];
        let mut desk = desk(&actions);
        desk.undo_hold = UndoHold::seconds(10);
        let (mut sid, mut text, mut fired) = (0_u64, 0_u128, BTreeSet::new());
        for happening in day {
            let closed: Vec<_> = desk.interactions.values()
                .filter(|it| !it.is_active()).cloned().collect();
            match happening {
                Happening::Text | Happening::Stop => {
                    sid += 1;
                    let body = if matches!(happening, Happening::Stop) { "STOP" } else { "Hello" };
                    let now = desk.now;
                    desk.arrive(&inbound(sid, body, now));
                }
                Happening::Send => {
                    text += 1;
                    let _refused = desk.send(agent(1), text, "Hi");
                }
                Happening::Recall => {
                    let is_there = text > 0 && desk.outbox.iter().any(|entry| {
                        entry.message_id.uuid().as_u128() == 0xb000 + text
                    });
                    let _done = is_there && desk.recall(text);
                }
                Happening::Act(act) => { let _refused = desk.act(agent(1), act); }
                Happening::Snooze(seconds) => {
                    let until: UtcMillis = desk.now + Millis::seconds(seconds);
                    let before = (desk.state.marks, desk.timers.len());
                    let was_awake = before.0.snoozed_until.is_none();
                    let (state, now) = (desk.load(None), desk.now);
                    if let Ok(plan) = plan_snooze(&state, until, agent(1), now, &mut desk.ids) {
                        desk.apply(plan);
                        if was_awake && seconds % 2 == 0 {
                            let state = desk.load(None);
                            let undo = plan_unsnooze(&state, agent(1), now, &mut desk.ids);
                            desk.apply(undo);
                            prop_assert_eq!((desk.state.marks, desk.timers.len()), before);
                        }
                    }
                }
                Happening::Wake => {
                    let (state, now) = (desk.load(None), desk.now);
                    let plan = plan_unsnooze(&state, agent(1), now, &mut desk.ids);
                    desk.apply(plan);
                }
                Happening::Clock(seconds) => {
                    desk.now = desk.now + Millis::seconds(seconds);
                    for (timer, _) in fire_due(&mut desk, &actions, &Facts::new()) {
                        let TimerPurpose::MessagingAction { action, interaction, started_at } = timer.purpose else {
                            continue;
                        };
                        prop_assert!(fired.insert((action.uuid(), interaction.uuid(), started_at)), "twice");
                        prop_assert!(closed.iter().all(|it| it.id != interaction), "after the close");
                    }
                    let (state, now) = (desk.load(None), desk.now);
                    let plan = plan_snooze_due(&state, now, &mut desk.ids);
                    desk.timers.retain(|timer| !matches!(timer.purpose, TimerPurpose::SnoozeEnds { .. }) || timer.due_at > now);
                    desk.apply(plan);
                }
            }
            for before in closed {
                prop_assert_eq!(&desk.interactions[&before.id].state, &before.state, "closed is final");
            }
            if desk.active().is_none() {
                let running = desk.timers.iter().filter(|timer| !matches!(timer.purpose, TimerPurpose::HeldSend { .. }));
                prop_assert_eq!(running.count(), 0, "closing cancels");
            }
        }
    }
}

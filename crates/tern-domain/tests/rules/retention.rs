//! Retention: what goes for its age, what is spared, and that a clock alone deletes nothing.

use std::cell::Cell;

use proptest::prelude::*;
use tern_domain::retention::{
    ConversationFacts, Cut, CutOffs, GRACE, HoldRefusal, HoldSubject, KeepDays, RetentionPolicy,
    RetentionRun, RetentionSettings, RunCounts, RunEnd, RunLog, Spared, Stage, TextFacts, Verdict,
    cut_offs, judge, plan_hold, plan_release, start_of_day,
};
use tern_domain::{EventBody, MessagePosition, Millis, PersonId, UtcMillis};
use uuid::Uuid;

use crate::support::{agent, counter, key};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn days(count: u32) -> KeepDays {
    KeepDays::new(count).unwrap()
}

fn texts(count: u32) -> RetentionPolicy {
    RetentionPolicy {
        texts: Some(days(count)),
        ..RetentionPolicy::KEEP
    }
}

fn agreed(policy: RetentionPolicy) -> RetentionSettings {
    RetentionSettings::default()
        .changed(policy)
        .agreed(agent(1), NOW)
}

/// One event of each type.
pub(crate) fn every_event() -> Vec<EventBody> {
    let run = RetentionRun {
        started_at: NOW,
        agreed_by: agent(1),
        policy: texts(90),
        cut_offs: CutOffs {
            texts: Some(NOW),
            ..CutOffs::default()
        },
        stage: Stage::Notes,
        counts: RunCounts::default(),
        ended: Some((NOW, RunEnd::Finished)),
    };
    let reason = || "a court asked".to_owned();
    vec![
        EventBody::RetentionChanged { policy: texts(90) },
        EventBody::RetentionAgreed {
            policy: texts(90),
            seen: RunCounts::default(),
        },
        EventBody::RetentionRan { run: Box::new(run) },
        EventBody::LegalHoldPlaced { reason: reason() },
        EventBody::LegalHoldReleased { reason: reason() },
        EventBody::FileRestored { made_at: NOW },
        EventBody::FileMended {
            mended: tern_domain::backup::Mended {
                at: NOW,
                kept: 1_180,
                from_backup: 14,
                backup_of: Some(NOW),
                missing: Some(6),
            },
        },
    ]
}

#[test]
fn ages_have_bounds() {
    assert!(KeepDays::new(29).is_err());
    assert_eq!(days(30).get(), 30);
    assert!(KeepDays::new(36_526).is_err());
    assert!(serde_json::from_str::<RetentionPolicy>(r#"{"texts":1}"#).is_err());
    assert!(serde_json::from_str::<RetentionPolicy>(r#"{"text":90}"#).is_err());
}

#[test]
fn nothing_happens_before_somebody_agreed_to_exactly_this_policy() {
    let wanted = RetentionSettings::default().changed(texts(90));
    assert!(wanted.awaits_agreement() && wanted.in_force().keeps_all());
    let agreed = wanted.agreed(agent(1), NOW);
    assert!(!agreed.awaits_agreement());
    assert_eq!(agreed.in_force(), texts(90));
    // A longer age deletes less than was seen.
    let longer = agreed.changed(texts(365));
    assert!(!longer.awaits_agreement());
    assert_eq!(longer.in_force(), texts(365));
    // A shorter one asks again, also one that was agreed to before it was made longer.
    let shorter = longer.changed(texts(90));
    assert!(shorter.awaits_agreement() && shorter.in_force().keeps_all());
    // Another kind asks again, and what was agreed goes on.
    let more = agreed.changed(RetentionPolicy {
        notes: Some(days(30)),
        ..texts(90)
    });
    assert!(more.awaits_agreement());
    assert_eq!(more.in_force(), texts(90));
    assert!(agreed.changed(RetentionPolicy::KEEP).agreement.is_none());
}

#[test]
fn a_clock_that_runs_ahead_and_a_desk_without_texts_delete_nothing() {
    assert_eq!(cut_offs(&texts(90), NOW, None), CutOffs::default());
    let newest = NOW - Millis::hours(1);
    let right = cut_offs(&texts(90), NOW, Some(newest)).texts.unwrap();
    assert_eq!(right, start_of_day(NOW) - Millis::days(90));
    let ahead = NOW + Millis::days(365);
    let bounded = cut_offs(&texts(90), ahead, Some(newest)).texts.unwrap();
    assert_eq!(bounded, start_of_day(newest + GRACE) - Millis::days(90));
    let behind = NOW - Millis::days(365);
    assert!(cut_offs(&texts(90), behind, Some(newest)).texts.unwrap() < right);
}

#[test]
fn a_run_is_due_once_a_day_at_once_for_another_policy_and_never_beside_another() {
    let settings = agreed(texts(90));
    let mut runs = RunLog::default();
    assert!(!runs.is_due(&RetentionSettings::default(), NOW));
    assert!(runs.is_due(&settings, NOW));
    let cut = cut_offs(&texts(90), NOW, Some(NOW));
    assert!(runs.begin(&settings, cut, NOW));
    assert!(!runs.is_due(&settings, NOW) && !runs.begin(&settings, cut, NOW));
    let ended = runs.end(RunEnd::Finished, NOW).unwrap();
    assert_eq!(ended.ended, Some((NOW, RunEnd::Finished)));
    assert!(!runs.is_due(&settings, NOW + Millis::hours(23)));
    assert!(runs.is_due(&settings, NOW + Millis::hours(24)));
    assert!(runs.is_due(&agreed(texts(60)), NOW + Millis::hours(1)));
    assert!(runs.is_due(&settings, NOW - Millis::days(365)));
}

#[test]
fn what_was_deleted_stays_away_for_as_long_as_its_policy_counts() {
    let settings = agreed(texts(90));
    let mut runs = RunLog::default();
    let cut = cut_offs(&texts(90), NOW, Some(NOW));
    runs.begin(&settings, cut, NOW);
    runs.end(RunEnd::Finished, NOW);
    assert_eq!(runs.floors.texts(&settings), cut.texts);
    // A clock that was set back lowers nothing.
    let earlier = cut_offs(&texts(90), NOW - Millis::days(365), Some(NOW));
    runs.begin(&settings, earlier, NOW);
    assert_eq!(runs.floors.texts(&settings), cut.texts);
    let longer = settings.changed(texts(100));
    let lower = runs.floors.texts(&longer).unwrap();
    assert_eq!(cut.texts.unwrap().since(lower), Millis::days(10));
    let keep = settings.changed(RetentionPolicy::KEEP);
    assert_eq!(runs.floors.texts(&keep), None);
    assert_eq!(runs.floors.pictures(&settings), None);
}

#[test]
fn a_hold_has_a_reason_and_is_on_every_timeline_that_it_concerns() {
    let ids = &mut counter();
    let asked = Cell::new(0);
    let version_of = |_: &tern_domain::AggregateRef| {
        asked.set(asked.get() + 1);
        asked.get()
    };
    let subject = HoldSubject::Person {
        person: PersonId::new(Uuid::from_u128(3)),
    };
    let refused = plan_hold(
        subject.clone(),
        vec![key()],
        "  ",
        agent(1),
        NOW,
        &version_of,
        ids,
    );
    assert_eq!(refused.unwrap_err(), HoldRefusal::NoReason);
    let (hold, plan) = plan_hold(
        subject,
        vec![key()],
        " case 12 ",
        agent(1),
        NOW,
        &version_of,
        ids,
    )
    .unwrap();
    assert_eq!(hold.reason, "case 12");
    assert_eq!(hold.id, plan.events[0].id);
    let kinds: Vec<_> = plan.events.iter().map(|it| it.aggregate.kind()).collect();
    assert_eq!(kinds, ["person", "conversation"]);
    let released = plan_release(&hold, "closed", agent(2), NOW, &version_of, ids).unwrap();
    assert_eq!(released.events.len(), 2);
    assert!(released.events.iter().all(
        |event| matches!(&event.body, EventBody::LegalHoldReleased { reason } if reason == "closed")
    ));
}

proptest! {
    #[test]
    fn nothing_younger_held_open_or_on_its_way_ever_goes(
        at in 0_i64..2_000, cut in 0_i64..2_000, position in -50_i64..50, before in prop::option::of(1_i64..50),
        flags in prop::array::uniform6(any::<bool>()),
    ) {
        let [is_held, is_open, is_snoozed, is_unsettled, is_in_outbox, is_wipe_pending] = flags;
        let text = TextFacts {
            position: MessagePosition(position),
            at: UtcMillis(at),
            is_unsettled,
            is_in_outbox,
            is_wipe_pending,
            conversation: ConversationFacts { is_held, is_open, is_snoozed },
        };
        let cut = Cut { at: UtcMillis(cut), before: before.map(MessagePosition) };
        let verdict = judge(&text, &cut);
        if verdict == Verdict::Goes {
            prop_assert!(text.at < cut.at && flags == [false; 6]);
            prop_assert!(position <= 0 || before.is_none_or(|before| position < before));
        }
        prop_assert_eq!(verdict == Verdict::Stays, text.at >= cut.at);
        if is_held && text.at < cut.at {
            prop_assert_eq!(verdict, Verdict::Spared(Spared::OnHold));
        }
    }

    #[test]
    fn a_cut_off_is_never_younger_than_its_age(
        age in 30_u32..4_000, now in 0_i64..4_000_000_000_000, newest in 0_i64..4_000_000_000_000,
    ) {
        let (now, newest) = (UtcMillis(now), UtcMillis(newest));
        let cut = cut_offs(&texts(age), now, Some(newest)).texts.unwrap();
        prop_assert!(now.since(cut) >= Millis::days(age.into()));
        prop_assert!(newest.since(cut).0 >= Millis::days(age.into()).0 - GRACE.0);
    }
}

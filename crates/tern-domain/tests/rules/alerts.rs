//! M-4, Q-16, Q-17: whether a notification is raised, how it sounds, and when again.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;
use tern_domain::agents::PresenceState;
use tern_domain::alerts::{
    Alert, AlertKind, AlertMoment, AlertProblem, AlertRepeat, AlertRules, AlertScene, AlertSound,
    AlertSubject, KindRule, Outcome, QuietWeek, Silence, Withheld, decide, ends_by_looking,
};
use tern_domain::routing::Span;
use tern_domain::{
    AgentId, ConversationId, Effect, Millis, Timer, TimerId, TimerPurpose, UtcMillis, WorkItemId,
};
use uuid::Uuid;

const ME: AgentId = AgentId::new(Uuid::from_u128(1));
const BEN: AgentId = AgentId::new(Uuid::from_u128(2));
const WORK: WorkItemId = WorkItemId::new(Uuid::from_u128(3));
const FIVE: Millis = Millis::minutes(5);
pub(crate) const EVENING: u16 = 22 * 60;
pub(crate) const MORNING: u16 = 7 * 60;

pub(crate) fn utc(text: &str) -> UtcMillis {
    UtcMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

pub(crate) fn every_day(from: u16, to: u16) -> QuietWeek {
    QuietWeek::new(std::array::from_fn(|_| vec![Span { from, to }])).unwrap()
}

fn repeating() -> AlertRules {
    AlertRules {
        repeat: Some(AlertRepeat {
            every: FIVE,
            at_most: 3,
        }),
        ..AlertRules::default()
    }
}

fn alert(subject: AlertSubject, raised: u16) -> Alert {
    Alert {
        raised,
        ..Alert::new(ConversationId(7), ME, subject)
    }
}

/// Nothing is answered, read or decided.
fn open_scene() -> AlertScene {
    AlertScene {
        is_unread: true,
        is_prompted: true,
        assigned_to: Some(ME),
        offered: Some((WORK, ME)),
        queue_sound: None,
    }
}

/// A desk, at noon UTC.
struct Desk {
    rules: AlertRules,
    zone: TimeZone,
    now: UtcMillis,
    agent: AgentId,
    presence: Option<tern_domain::PresenceStateId>,
    is_on_screen: bool,
}

impl Desk {
    fn with(rules: AlertRules) -> Self {
        Self {
            rules,
            zone: TimeZone::UTC,
            now: utc("2026-05-04T12:00:00Z"),
            agent: ME,
            presence: Some(PresenceState::AVAILABLE),
            is_on_screen: false,
        }
    }

    fn decides(&self, alert: Alert, scene: AlertScene) -> (Outcome, Option<UtcMillis>) {
        let moment = AlertMoment {
            now: self.now,
            zone: &self.zone,
            agent: self.agent,
            presence: self.presence,
            is_on_screen: self.is_on_screen,
        };
        let decision = decide(&self.rules, &alert, &scene, &moment);
        (decision.outcome, decision.repeat_at)
    }
}

const USUAL: Outcome = Outcome::Raise {
    sound: Some(AlertSound::Message),
};
const MUTE: Outcome = Outcome::Raise { sound: None };
const OFFER: AlertSubject = AlertSubject::Offer { work_item: WORK };
const SUBJECTS: [AlertSubject; 5] = [
    AlertSubject::Text,
    OFFER,
    AlertSubject::Given,
    AlertSubject::Prompt,
    AlertSubject::SnoozeEnded,
];

#[test]
fn q_3_as_shipped_everything_is_shown_and_heard_once() {
    let desk = Desk::with(AlertRules::default());
    for subject in SUBJECTS {
        for assigned_to in [None, Some(ME), Some(BEN)] {
            let scene = AlertScene {
                assigned_to,
                ..open_scene()
            };
            assert_eq!(desk.decides(alert(subject, 0), scene), (USUAL, None));
        }
    }
}

#[test]
fn q_3_each_kind_is_chosen_apart() {
    use AlertKind::{NewWork, Offer, Ongoing, Others, Reminder};
    let kinds = [
        (AlertSubject::Text, None, NewWork),
        (AlertSubject::Text, Some(ME), Ongoing),
        (AlertSubject::Text, Some(BEN), Others),
        (AlertSubject::Prompt, Some(BEN), Others),
        (AlertSubject::SnoozeEnded, Some(BEN), Others),
        (AlertSubject::Prompt, Some(ME), Reminder),
        (AlertSubject::SnoozeEnded, None, Reminder),
        (OFFER, Some(BEN), Offer),
        (OFFER, None, Offer),
        (AlertSubject::Given, Some(ME), Offer),
    ];
    for (subject, assigned_to, wanted) in kinds {
        let scene = AlertScene {
            assigned_to,
            ..open_scene()
        };
        for kind in AlertKind::ALL {
            let mut rules = AlertRules::default();
            let off = KindRule {
                is_shown: false,
                is_heard: true,
            };
            rules.kinds.insert(kind, off);
            let (outcome, _) = Desk::with(rules.clone()).decides(alert(subject, 0), scene);
            let hidden = Outcome::Withhold(Withheld::KindOff);
            assert_eq!(outcome, if kind == wanted { hidden } else { USUAL });
            let quiet = KindRule {
                is_shown: true,
                is_heard: false,
            };
            rules.kinds.insert(kind, quiet);
            let (outcome, _) = Desk::with(rules).decides(alert(subject, 0), scene);
            assert_eq!(outcome, if kind == wanted { MUTE } else { USUAL });
        }
    }
}

#[test]
fn q_7_a_queue_has_its_own_sound_and_the_mute_is_stronger() {
    let with = |queue_sound| AlertScene {
        queue_sound,
        ..open_scene()
    };
    let mut desk = Desk::with(AlertRules::default());
    for (chosen, heard) in [
        (None, Some(AlertSound::Message)),
        (Some(AlertSound::Bell), Some(AlertSound::Bell)),
        (Some(AlertSound::Ring), Some(AlertSound::Ring)),
        (Some(AlertSound::Silent), None),
    ] {
        let outcome = Outcome::Raise { sound: heard };
        assert_eq!(desk.decides(alert(OFFER, 0), with(chosen)).0, outcome);
    }
    desk.rules.are_heard = false;
    let scene = with(Some(AlertSound::Bell));
    assert_eq!(desk.decides(alert(OFFER, 0), scene).0, MUTE);
}

#[test]
fn q_3_what_is_on_screen_needs_no_notification_but_an_offer_and_a_first_reminder_do() {
    let mut desk = Desk::with(repeating());
    desk.is_on_screen = true;
    let seen = Outcome::Withhold(Withheld::OnScreen);
    for (subject, raised, outcome) in [
        (AlertSubject::Text, 0, seen),
        (AlertSubject::Text, 1, seen),
        (OFFER, 0, USUAL),
        (OFFER, 1, USUAL),
        (AlertSubject::Prompt, 0, USUAL),
        (AlertSubject::Prompt, 1, seen),
        (AlertSubject::SnoozeEnded, 0, USUAL),
        (AlertSubject::SnoozeEnded, 1, seen),
        (AlertSubject::Given, 0, USUAL),
        (AlertSubject::Given, 1, seen),
    ] {
        let (decided, again) = desk.decides(alert(subject, raised), open_scene());
        assert_eq!(decided, outcome, "{subject:?} {raised}");
        assert_eq!(again.is_some(), outcome == USUAL);
    }
}

#[test]
fn m_4_what_nobody_looks_at_is_raised_again_up_to_its_limit() {
    let desk = Desk::with(repeating());
    let again = Some(desk.now + FIVE);
    for subject in SUBJECTS {
        let times: Vec<_> = (0..5)
            .map(|raised| desk.decides(alert(subject, raised), open_scene()).1)
            .collect();
        assert_eq!(times, [again, again, again, None, None]);
    }
    let others = AlertScene {
        assigned_to: Some(BEN),
        ..open_scene()
    };
    let (outcome, again) = desk.decides(alert(AlertSubject::Text, 0), others);
    assert_eq!(
        (outcome, again),
        (USUAL, None),
        "a colleague's work is not insisted on"
    );
}

#[test]
fn m_4_repetitions_end_when_there_is_nothing_to_tell_any_more() {
    let desk = Desk::with(repeating());
    let open = open_scene();
    let read = AlertScene {
        is_unread: false,
        ..open
    };
    let answered = AlertScene {
        is_prompted: false,
        ..open
    };
    let to_ben = AlertScene {
        offered: Some((WORK, BEN)),
        assigned_to: Some(BEN),
        ..open
    };
    let gone = AlertScene {
        offered: None,
        ..open
    };
    let over = (Outcome::Withhold(Withheld::Over), None);
    for (subject, raised, scene) in [
        (AlertSubject::Text, 1, read),
        (AlertSubject::SnoozeEnded, 1, read),
        (AlertSubject::Given, 1, read),
        (AlertSubject::Given, 1, to_ben),
        (AlertSubject::Prompt, 1, answered),
        (OFFER, 1, gone),
        (OFFER, 1, to_ben),
        (OFFER, 0, gone),
    ] {
        assert_eq!(
            desk.decides(alert(subject, raised), scene),
            over,
            "{subject:?}"
        );
    }
    let mut desk = desk;
    desk.agent = BEN;
    let not_his = (Outcome::Withhold(Withheld::OtherAgent), None);
    assert_eq!(desk.decides(alert(AlertSubject::Text, 1), open), not_his);
}

#[test]
fn m_4_the_timer_counts_what_was_raised_and_looking_ends_it() {
    let desk = Desk::with(repeating());
    let moment = AlertMoment {
        now: desk.now,
        zone: &desk.zone,
        agent: ME,
        presence: None,
        is_on_screen: false,
    };
    for subject in SUBJECTS {
        let first = alert(subject, 0);
        let decision = decide(&desk.rules, &first, &open_scene(), &moment);
        let Effect::ArmTimer(timer) = first.next_timer(&decision) else {
            panic!("a repetition is armed");
        };
        let purpose = TimerPurpose::AlertRepeats {
            alert: alert(subject, 1),
        };
        let wanted = Timer {
            id: TimerId::of_alert(ConversationId(7)),
            due_at: desk.now + FIVE,
            purpose,
        };
        assert_eq!(timer, wanted);
        assert_eq!(ends_by_looking(&timer), subject != OFFER);
        let last = alert(subject, 3);
        let decision = decide(&desk.rules, &last, &open_scene(), &moment);
        assert_eq!(last.next_timer(&decision), Effect::CancelTimer(timer.id));
    }
}

#[test]
fn silent_presence_states_keep_everything_away_and_do_not_count() {
    let mut rules = repeating();
    rules.silent_in.insert(PresenceState::AWAY);
    let mut desk = Desk::with(rules);
    assert_eq!(desk.decides(alert(OFFER, 0), open_scene()).0, USUAL);
    desk.presence = Some(PresenceState::AWAY);
    let silence = Silence::Presence {
        state: PresenceState::AWAY,
    };
    let silenced = Outcome::Withhold(Withheld::Silenced(silence));
    let again = Some(desk.now + FIVE);
    let text = alert(AlertSubject::Text, 2);
    assert_eq!(desk.decides(text, open_scene()), (silenced, again));
    desk.rules.repeat = None;
    assert_eq!(desk.decides(text, open_scene()), (silenced, None));
    desk.presence = None;
    assert_eq!(desk.decides(text, open_scene()).0, USUAL, "nobody knows");
}

#[test]
fn switched_off_means_never_again() {
    let mut desk = Desk::with(repeating());
    desk.rules.are_shown = false;
    let off = Outcome::Withhold(Withheld::Silenced(Silence::Off));
    let text = alert(AlertSubject::Text, 0);
    assert_eq!(desk.decides(text, open_scene()), (off, None));
}

#[test]
fn quiet_hours_put_off_until_they_end() {
    let mut desk = Desk::with(AlertRules {
        quiet: every_day(EVENING, MORNING),
        ..repeating()
    });
    desk.zone = zone("Europe/Vienna");
    desk.now = utc("2026-05-04T21:30:00Z");
    let until = Some(utc("2026-05-05T05:00:00Z"));
    let quiet = Silence::QuietHours { until };
    let silenced = Outcome::Withhold(Withheld::Silenced(quiet));
    let text = alert(AlertSubject::Text, 0);
    assert_eq!(desk.decides(text, open_scene()), (silenced, until));
    desk.rules.repeat = None;
    assert_eq!(desk.decides(text, open_scene()), (silenced, None));
    desk.now = utc("2026-05-05T05:00:00Z");
    assert_eq!(
        desk.decides(text, open_scene()),
        (USUAL, None),
        "over on the minute"
    );
}

#[test]
fn choices_that_make_no_sense_are_refused_where_they_are() {
    let on_tuesday = |spans: Vec<(u16, u16)>| {
        let mut days: [Vec<Span>; 7] = Default::default();
        days[1] = spans
            .into_iter()
            .map(|(from, to)| Span { from, to })
            .collect();
        QuietWeek::new(days)
    };
    let wrong = Err(AlertProblem::QuietSpan { weekday: 1 });
    assert_eq!(on_tuesday(vec![(60, 60)]), wrong);
    assert_eq!(on_tuesday(vec![(1440, 60)]), wrong);
    assert_eq!(on_tuesday(vec![(0, 1441)]), wrong);
    assert_eq!(
        on_tuesday(vec![(0, 60); 7]),
        Err(AlertProblem::TooManySpans { weekday: 1 })
    );
    assert!(on_tuesday(vec![(0, 1440)]).is_ok());
    for (every, at_most) in [
        (Millis::seconds(9), 1),
        (Millis::hours(5), 1),
        (FIVE, 0),
        (FIVE, 51),
    ] {
        let rules = AlertRules {
            repeat: Some(AlertRepeat { every, at_most }),
            ..AlertRules::default()
        };
        assert_eq!(rules.check(), Err(AlertProblem::Repeat));
    }
    assert_eq!(repeating().check(), Ok(()));
}

proptest! {
    #[test]
    fn a_repetition_is_never_in_the_past_and_never_past_its_limit(
        raised in 0_u16..6,
        subject_index in 0..SUBJECTS.len(),
        unread: bool, prompted: bool, offered: bool, mine: bool, on_screen: bool, away: bool,
        quiet: bool,
    ) {
        let mut rules = repeating();
        rules.silent_in.insert(PresenceState::AWAY);
        if quiet {
            rules.quiet = every_day(EVENING, 13 * 60);
        }
        let mut desk = Desk::with(rules);
        desk.is_on_screen = on_screen;
        desk.presence = Some(if away { PresenceState::AWAY } else { PresenceState::AVAILABLE });
        let scene = AlertScene {
            is_unread: unread,
            is_prompted: prompted,
            assigned_to: mine.then_some(ME),
            offered: offered.then_some((WORK, ME)),
            queue_sound: None,
        };
        let (outcome, again) = desk.decides(alert(SUBJECTS[subject_index], raised), scene);
        prop_assert!(again.is_none_or(|at| at > desk.now));
        match outcome {
            Outcome::Raise { .. } => {
                prop_assert!(!quiet && !away);
                prop_assert_eq!(again.is_some(), raised < 3);
            }
            Outcome::Withhold(Withheld::Silenced(_)) => prop_assert!(quiet || away),
            Outcome::Withhold(_) => prop_assert_eq!(again, None),
        }
    }
}

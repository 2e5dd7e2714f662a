//! Notifications that are raised again until somebody looks: over restarts, sleep and clocks that jump.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::tz::TimeZone;
use tern_domain::alerts::{
    Alert, AlertRepeat, AlertRules, AlertSound, AlertSubject, Outcome, QuietWeek, Withheld,
};
use tern_domain::routing::Span;
use tern_domain::{
    AgentId, Announcement, ConversationId, Millis, Timer, TimerId, TimerPurpose, WorkItemId,
};
use tern_engine::{AlertDesk, AtDesk, EngineEvent};
use tern_store::{ReadConn, StoreError};
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

use crate::line::{ANNA, Line, until, until_or_not};

const MINUTE: i64 = 60 * 1000;
const ME: AgentId = AgentId::new(Uuid::from_u128(7));
const HEARD: Outcome = Outcome::Raise {
    sound: Some(AlertSound::Message),
};

struct Seat {
    rules: AlertRules,
    is_looking: AtomicBool,
}

impl AlertDesk for Seat {
    fn in_force(&self, _conn: &ReadConn<'_>) -> Result<AtDesk, StoreError> {
        Ok(AtDesk {
            agent: ME,
            rules: self.rules.clone(),
            zone: TimeZone::UTC,
        })
    }

    fn is_on_screen(&self, _conversation: ConversationId) -> bool {
        self.is_looking.load(Ordering::SeqCst)
    }
}

fn repeating() -> AlertRules {
    AlertRules {
        repeat: Some(AlertRepeat {
            every: Millis::minutes(5),
            at_most: 3,
        }),
        ..AlertRules::default()
    }
}

/// A line with one unread text, and somebody at the desk.
async fn seated(rules: AlertRules) -> (Line, Arc<Seat>, Alert) {
    let mut line = Line::start().await;
    let seat = Arc::new(Seat {
        rules,
        is_looking: AtomicBool::new(false),
    });
    line.stop_engine().await;
    line.alert_desk = Arc::clone(&seat) as Arc<dyn AlertDesk>;
    line.start_engine();
    line.text(ANNA, "is anybody there?").await;
    line.thread_becomes(ANNA, &["is anybody there?"]).await;
    let found = line
        .store
        .read(|conn| conn.find_conversation(&Line::key(ANNA)))
        .await
        .unwrap();
    let alert = Alert::new(found.unwrap(), ME, AlertSubject::Text);
    (line, seat, alert)
}

async fn timer(line: &Line, alert: Alert) -> Option<Timer> {
    let id = TimerId::of_alert(alert.conversation);
    line.store
        .read(move |conn| conn.find_timer(id))
        .await
        .unwrap()
}

/// How often it will have been raised when its timer fires; `None` without a timer.
async fn armed(line: &Line, alert: Alert) -> Option<u16> {
    match timer(line, alert).await?.purpose {
        TimerPurpose::AlertRepeats { alert } => Some(alert.raised),
        other => panic!("not the notification's timer: {other:?}"),
    }
}

async fn armed_becomes(line: &Line, alert: Alert, wanted: Option<u16>) {
    until("the repetition to be armed", async || {
        (armed(line, alert).await == wanted).then_some(())
    })
    .await;
}

/// The repetitions that were told so far, by how often it had been raised before.
fn told(events: &mut Receiver<EngineEvent>) -> Vec<u16> {
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let EngineEvent::Announce(Announcement::AlertRaised { alert, .. }) = event {
            told.push(alert.raised);
        }
    }
    told
}

/// Waits until that was told, in this order: an event follows its commit.
async fn told_becomes(events: &mut Receiver<EngineEvent>, wanted: &[u16]) {
    let mut all = Vec::new();
    let reached = until_or_not(async || {
        all.extend(told(events));
        (all.len() >= wanted.len()).then_some(())
    });
    reached.await;
    assert_eq!(all, wanted);
}

#[tokio::test]
async fn m_4_repetitions_survive_restart_sleep_and_clock_jumps_and_none_comes_twice() {
    let (mut line, _seat, alert) = seated(repeating()).await;
    assert_eq!(line.engine().raise_alert(alert).await.unwrap(), HEARD);
    assert_eq!(armed(&line, alert).await, Some(1));
    let first = timer(&line, alert).await.unwrap();

    let mut events = line.engine().events();
    line.clock.advance(4 * MINUTE);
    line.engine().wake();
    assert_eq!(timer(&line, alert).await, Some(first), "not yet");
    line.clock.advance(2 * MINUTE);
    armed_becomes(&line, alert, Some(2)).await;
    told_becomes(&mut events, &[1]).await;

    // Shut for three hours: what was missed is not made up for, it comes once.
    line.stop_engine().await;
    line.clock.advance(180 * MINUTE);
    line.start_engine();
    let mut events = line.engine().events();
    armed_becomes(&line, alert, Some(3)).await;
    told_becomes(&mut events, &[2]).await;

    // The clock is set back, and the laptop crashes.
    line.clock.advance(-20 * MINUTE);
    line.crash().await;
    line.start_engine();
    let mut events = line.engine().events();
    line.clock.advance(24 * MINUTE);
    line.engine().wake();
    assert_eq!(armed(&line, alert).await, Some(3));
    line.clock.advance(2 * MINUTE);
    armed_becomes(&line, alert, None).await;
    told_becomes(&mut events, &[3]).await; // the last one
    line.clock.advance(600 * MINUTE);
    line.engine().wake();
    line.text(ANNA, "hello?").await;
    line.thread_becomes(ANNA, &["is anybody there?", "hello?"])
        .await;
    assert_eq!(told(&mut events), [] as [u16; 0]);
}

#[tokio::test]
async fn m_4_looking_or_reading_ends_the_repetitions() {
    let (line, seat, alert) = seated(repeating()).await;
    let mut events = line.engine().events();

    // Looked at: gone at once.
    line.engine().raise_alert(alert).await.unwrap();
    line.engine().looked_at(alert.conversation).await.unwrap();
    assert_eq!(armed(&line, alert).await, None);

    // Before the eyes when its time comes.
    line.engine().raise_alert(alert).await.unwrap();
    seat.is_looking.store(true, Ordering::SeqCst);
    line.clock.advance(6 * MINUTE);
    armed_becomes(&line, alert, None).await;
    seat.is_looking.store(false, Ordering::SeqCst);

    // Read in some other way, without being looked at here.
    line.engine().raise_alert(alert).await.unwrap();
    line.store
        .write(move |tx| {
            let row = tx.load_conversation(alert.conversation)?;
            tx.mark_read(alert.conversation, row.last_position.unwrap())
        })
        .await
        .unwrap();
    line.clock.advance(6 * MINUTE);
    armed_becomes(&line, alert, None).await;

    // An offer that is gone, although somebody looked at it: only its end ends it.
    let offer = AlertSubject::Offer {
        work_item: WorkItemId::new(Uuid::from_u128(9)),
    };
    let gone = Alert::new(alert.conversation, ME, offer);
    let outcome = line.engine().raise_alert(gone).await.unwrap();
    assert_eq!(outcome, Outcome::Withhold(Withheld::Over));
    assert_eq!(told(&mut events), [] as [u16; 0]);
}

#[tokio::test]
async fn m_4_a_newer_notification_takes_the_place_of_the_older() {
    let (line, _seat, alert) = seated(repeating()).await;
    line.engine().raise_alert(alert).await.unwrap();
    let mut events = line.engine().events();
    line.clock.advance(6 * MINUTE);
    armed_becomes(&line, alert, Some(2)).await;
    told_becomes(&mut events, &[1]).await;
    line.engine().raise_alert(alert).await.unwrap();
    assert_eq!(armed(&line, alert).await, Some(1), "counted anew");
    line.clock.advance(6 * MINUTE);
    armed_becomes(&line, alert, Some(2)).await;
    told_becomes(&mut events, &[1]).await; // one timer, one repetition
}

#[tokio::test]
async fn quiet_hours_put_a_repetition_off_over_a_restart() {
    let always = Span { from: 0, to: 1440 };
    let mut days: [Vec<Span>; 7] = std::array::from_fn(|_| vec![always]);
    let (probe, _seat, _) = seated(repeating()).await;
    let now = jiff::Timestamp::from_millisecond(probe.now().0).unwrap();
    let weekday = now
        .to_zoned(TimeZone::UTC)
        .weekday()
        .to_monday_zero_offset();
    // Quiet from now until midnight of the day after tomorrow.
    let loud = (usize::try_from(weekday).unwrap() + 2) % 7;
    days[loud] = Vec::new();
    drop(probe);
    let rules = AlertRules {
        quiet: QuietWeek::new(days).unwrap(),
        ..repeating()
    };
    let (mut line, _seat, alert) = seated(rules).await;
    let outcome = line.engine().raise_alert(alert).await.unwrap();
    assert!(matches!(outcome, Outcome::Withhold(Withheld::Silenced(_))));
    let due = timer(&line, alert).await.unwrap().due_at;
    assert_eq!(due.0 % (24 * 60 * MINUTE), 0, "at midnight");
    line.stop_engine().await;
    line.clock.advance(due.0 - line.now().0 + MINUTE);
    line.start_engine();
    let mut events = line.engine().events();
    armed_becomes(&line, alert, Some(1)).await;
    told_becomes(&mut events, &[0]).await; // for the first time, after the quiet
}

#[tokio::test]
async fn q_3_without_repetition_nothing_is_armed() {
    let (line, _seat, alert) = seated(AlertRules::default()).await;
    assert_eq!(line.engine().raise_alert(alert).await.unwrap(), HEARD);
    assert_eq!(armed(&line, alert).await, None);
}

//! Notifications to whoever sits at the desk: raised, repeated, silenced, and ended by looking.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use tern_domain::agents::PresenceState;
use tern_domain::alerts::{Alert, AlertRepeat, AlertRules, AlertSubject, Outcome, QuietWeek};
use tern_domain::routing::Span;
use tern_domain::{Announcement, ConversationId, Millis, TimerId, TimerPurpose};
use tern_store::{ReadConn, StoreError};

use super::day::Day;
use super::file::File;
use super::setting::{agent, key};
use crate::alerts::{AlertDesk, AtDesk};
use crate::event::EngineEvent;

/// Repetitions after the first time.
const AT_MOST: u16 = 3;
/// When the night's quiet begins and ends, in minutes of the day.
const QUIET: Span = Span { from: 180, to: 360 };

/// The first agent's desk.
#[derive(Debug, Default)]
pub(super) struct DayDesk {
    /// The conversation before their eyes; 0 = none.
    on_screen: AtomicI64,
}

fn rules() -> AlertRules {
    AlertRules {
        quiet: QuietWeek::new(std::array::from_fn(|_| vec![QUIET])).unwrap(),
        silent_in: [PresenceState::AWAY].into(),
        repeat: Some(AlertRepeat {
            every: Millis::minutes(1),
            at_most: AT_MOST,
        }),
        ..AlertRules::default()
    }
}

impl AlertDesk for DayDesk {
    fn in_force(&self, _conn: &ReadConn<'_>) -> Result<AtDesk, StoreError> {
        Ok(AtDesk {
            agent: agent(0),
            rules: rules(),
            zone: TimeZone::UTC,
        })
    }

    fn is_on_screen(&self, conversation: ConversationId) -> bool {
        self.on_screen.load(Ordering::SeqCst) == conversation.0
    }
}

/// How often each conversation's notification was raised since it was new.
pub(super) type Raised = BTreeMap<i64, u16>;

impl Day {
    /// Something happened that is worth a notification: the offer, if there is one, else what is said.
    pub(super) fn notify(&mut self, on: usize, subject: AlertSubject) {
        let Some(row) = self.file.conversations.iter().find(|row| row.is(&key(on))) else {
            return;
        };
        let id = row.id;
        let offered = self.file.work.iter().map(|(_, item)| item).find(|item| {
            item.key == key(on) && item.assignee == Some(agent(0)) && item.offered_until.is_some()
        });
        let subject = match offered {
            Some(item) => AlertSubject::Offer { work_item: item.id },
            None => subject,
        };
        let alert = Alert::new(ConversationId(id), agent(0), subject);
        let raising = crate::alerts::raise(&self.core, alert);
        let outcome = self.runtime.block_on(raising).unwrap();
        self.raised.insert(id, 0);
        if matches!(outcome, Outcome::Raise { .. }) {
            self.may_be_heard(id);
        }
    }

    /// The first agent opens a conversation and reads it, or looks at none.
    pub(super) fn look_at(&self, on: Option<usize>) {
        let rows = &self.file.conversations;
        let row = on.and_then(|on| rows.iter().find(|row| row.is(&key(on))));
        let id = row.map_or(0, |row| row.id);
        self.alert_desk.on_screen.store(id, Ordering::SeqCst);
        if let Some(row) = row {
            let (id, up_to) = (ConversationId(row.id), row.last_position);
            self.runtime
                .block_on(crate::alerts::looked_at(&self.core, id))
                .unwrap();
            self.core
                .store
                .write_blocking(move |tx| tx.mark_read(id, up_to))
                .unwrap();
            let timer = TimerId::of_alert(id);
            let left = self
                .core
                .store
                .read_blocking(move |conn| conn.find_timer(timer));
            let is_offer = |timer: &tern_domain::Timer| {
                matches!(timer.purpose, TimerPurpose::AlertRepeats { alert }
                    if matches!(alert.subject, AlertSubject::Offer { .. }))
            };
            let left = left.unwrap();
            assert!(left.iter().all(is_offer), "looked at: {left:?}");
        }
    }

    /// Neither at night nor to somebody who does not want to hear.
    fn may_be_heard(&self, conversation: i64) {
        let now = self.now();
        let is_quiet = rules().quiet.is_quiet_at(&TimeZone::UTC, now);
        assert!(
            !is_quiet,
            "raised in the quiet hours: {conversation} at {now:?}"
        );
        let mut there = self.file.presence.iter();
        let is_away = there.any(|it| it.agent == agent(0) && it.state == PresenceState::AWAY);
        assert!(!is_away, "raised to somebody who is away");
    }

    /// What the timers raised once more: each in its turn, never too often, never what is over.
    pub(super) fn repetitions_are_due(&mut self) {
        while let Ok(event) = self.heard.try_recv() {
            let EngineEvent::Announce(Announcement::AlertRaised { alert, .. }) = event else {
                continue;
            };
            let id = alert.conversation.0;
            self.may_be_heard(id);
            let raised = self.raised.get_mut(&id).unwrap();
            assert!(alert.raised <= AT_MOST, "too often: {alert:?}");
            // The first time may have been withheld by silence, which is no turn.
            assert!(*raised <= alert.raised, "twice in a turn: {alert:?}");
            *raised = alert.raised + 1;
            let row = self.file.conversations.iter().find(|row| row.id == id);
            if matches!(alert.subject, AlertSubject::Text) && alert.raised > 0 {
                assert!(row.unwrap().unread > 0, "raised again, and read: {alert:?}");
                assert!(!self.alert_desk.is_on_screen(alert.conversation));
            }
        }
    }
}

/// A conversation has at most one repetition to come, which is the desk's and not spent.
pub(super) fn are_for_the_desk(file: &File) {
    for timer in &file.timers {
        if let TimerPurpose::AlertRepeats { alert } = timer.purpose {
            assert_eq!(timer.id, TimerId::of_alert(alert.conversation));
            assert_eq!(alert.agent, agent(0));
            assert!(alert.raised <= AT_MOST, "{alert:?}");
        }
    }
}

pub(super) fn desk() -> Arc<DayDesk> {
    Arc::default()
}

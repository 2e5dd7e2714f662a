//! Replaying the log gives the tables.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::agents::AgentPresence;
use tern_domain::routing::{ConfigChange, WorkItem};
use tern_domain::{EventBody, Interaction, MessagingProfile, PersonDetails};

use super::file::{File, Recorded};
use super::promises::Marks;

/// Every state that has events is what its events say.
pub(super) fn tables_are_what_the_events_say(file: &File) {
    let log = by_aggregate(file);
    versions_have_no_gap(&log);
    interactions(file, &log);
    profiles(file, &log);
    work_items(file, &log);
    presence(file, &log);
    people(file, &log);
    marks(file);
    notes(file);
    configuration(file);
}

type Log<'f> = BTreeMap<(String, String), Vec<&'f Recorded>>;

fn by_aggregate(file: &File) -> Log<'_> {
    let mut log = Log::new();
    for event in &file.events {
        log.entry(event.aggregate.clone()).or_default().push(event);
    }
    log
}

fn of<'l, 'f>(log: &'l Log<'f>, kind: &str, id: impl ToString) -> &'l [&'f Recorded] {
    &log[&(kind.to_owned(), id.to_string())]
}

fn count_of(log: &Log<'_>, kind: &str) -> usize {
    log.keys().filter(|(known, _)| *known == kind).count()
}

fn versions_have_no_gap(log: &Log<'_>) {
    for (aggregate, events) in log {
        for (expected, event) in (1..).zip(events) {
            assert_eq!(event.version, expected, "a gap in {aggregate:?}");
        }
    }
}

fn interactions(file: &File, log: &Log<'_>) {
    assert_eq!(count_of(log, "interaction"), file.interactions.len());
    for (_, _, stored) in &file.interactions {
        let events = of(log, "interaction", stored.id);
        let mut replayed = Interaction::opened(stored.id, &events[0].body, events[0].at).unwrap();
        for event in &events[1..] {
            replayed.apply(&event.body, event.at);
        }
        assert_eq!(&replayed, stored, "replayed, then stored");
    }
}

fn profiles(file: &File, log: &Log<'_>) {
    assert_eq!(count_of(log, "profile"), file.profiles.len());
    for stored in &file.profiles {
        let events = of(log, "profile", stored.id);
        let first = MessagingProfile::created(stored.id, &events[0].body, events[0].at);
        let mut replayed = first.unwrap();
        for event in &events[1..] {
            replayed.apply(&event.body, &event.actor, event.at);
        }
        assert_eq!(&replayed, stored, "replayed, then stored");
    }
}

fn work_items(file: &File, log: &Log<'_>) {
    assert_eq!(count_of(log, "work_item"), file.work.len());
    for (_, stored) in &file.work {
        let events = of(log, "work_item", stored.id);
        let mut facts = events.iter().map(|event| match &event.body {
            EventBody::WorkItemMoved { fact } => (fact, event.at),
            other => panic!("{other:?} about a work item"),
        });
        let (first, at) = facts.next().unwrap();
        let mut replayed = WorkItem::queued(stored.id, first, at).unwrap();
        for (fact, at) in facts {
            replayed.apply(fact, at);
        }
        assert_eq!(&replayed, stored, "replayed, then stored");
    }
}

fn presence(file: &File, log: &Log<'_>) {
    assert_eq!(count_of(log, "presence"), file.presence.len());
    for stored in &file.presence {
        let events = of(log, "presence", stored.agent);
        let last = events.last().unwrap();
        let EventBody::PresenceChanged { agent, state, .. } = last.body else {
            panic!("{last:?} about a presence")
        };
        let replayed = AgentPresence {
            agent,
            state,
            since: last.at,
            version: last.version,
        };
        assert_eq!(&replayed, stored, "replayed, then stored");
    }
}

fn people(file: &File, log: &Log<'_>) {
    let mut found = 0;
    for ((_, id), events) in log.iter().filter(|((kind, _), _)| *kind == "person") {
        let mut replayed: Option<PersonDetails> = None;
        for event in events {
            match &event.body {
                EventBody::PersonCreated { details } => replayed = Some((**details).clone()),
                EventBody::PersonEdited { edits } => {
                    let details = replayed.as_mut().unwrap();
                    edits.iter().for_each(|edit| details.apply(edit));
                }
                EventBody::PersonDeleted => replayed = None,
                other => panic!("{other:?} about a person"),
            }
        }
        let stored = file
            .people
            .iter()
            .find(|(known, _)| known.to_string() == *id);
        assert_eq!(replayed.as_ref(), stored.map(|(_, details)| details));
        found += usize::from(stored.is_some());
    }
    assert_eq!(found, file.people.len());
}

/// Private words are in their table alone; that there are some is in the log.
fn notes(file: &File) {
    let mut written = BTreeSet::new();
    for event in &file.events {
        match &event.body {
            EventBody::NoteWritten { note_id } | EventBody::Whispered { note_id, .. } => {
                let _both = written.insert(*note_id);
            }
            EventBody::NoteDeleted { note_id } => assert!(written.remove(note_id)),
            _ => {}
        }
    }
    let stored: BTreeSet<_> = file.notes.iter().copied().collect();
    assert_eq!(written, stored, "replayed, then stored");
}

/// What the team configured about agents, routing and wrap-up.
fn configuration(file: &File) {
    let mut things = BTreeMap::new();
    let mut wrap_up = None;
    for event in &file.events {
        match &event.body {
            EventBody::RoutingConfigured { change } => {
                let of = file
                    .config
                    .iter()
                    .find(|(_, stored)| is_same_thing(stored, change));
                let (of, _) = of.unwrap_or_else(|| panic!("configured, not stored: {change:?}"));
                things.insert(of.clone(), (**change).clone());
            }
            EventBody::WrapUpConfigured { rules } => wrap_up = Some((**rules).clone()),
            _ => {}
        }
    }
    assert_eq!(things, file.config, "replayed, then stored");
    assert_eq!(wrap_up, file.wrap_up_rules, "replayed, then stored");
}

/// Nothing but agents is changed on such a day; everything else is said once.
fn is_same_thing(one: &ConfigChange, other: &ConfigChange) -> bool {
    match (one, other) {
        (ConfigChange::Agent { agent: one }, ConfigChange::Agent { agent: other }) => {
            one.id == other.id
        }
        _ => one == other,
    }
}

/// Snooze and pin, and that nothing wakes that does not sleep.
fn marks(file: &File) {
    let mut marks = Marks::new();
    for event in &file.events {
        let Some(conversation) = event.conversation else {
            continue;
        };
        let (pinned, snoozed) = marks.entry(conversation).or_default();
        match &event.body {
            EventBody::ConversationSnoozed { until } => *snoozed = Some(*until),
            EventBody::SnoozeEnded { .. } => {
                assert!(snoozed.take().is_some(), "woke twice: {event:?}");
            }
            EventBody::ConversationPinned => *pinned = true,
            EventBody::ConversationUnpinned => *pinned = false,
            EventBody::InteractionClosed { .. } | EventBody::WrapUpStarted { .. } => {
                (*pinned, *snoozed) = (false, None);
            }
            _ => {}
        }
    }
    for row in &file.conversations {
        let replayed = marks.get(&row.id).copied().unwrap_or_default();
        assert_eq!(replayed, (row.is_pinned, row.snoozed_until), "{row:?}");
    }
}

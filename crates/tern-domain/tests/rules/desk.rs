//! Snoozing, pinning, notes and who waits for whom.

use tern_domain::desk::{
    Audience, DeskRefusal, NoteAct, NoteRefusal, TypedTimeProblem, plan_note, plan_pin,
    plan_snooze, plan_snooze_due, plan_unpin, plan_unsnooze, read_typed_time,
};
use tern_domain::{
    ActContext, Authority, EventBody, IdSource, InteractionAct, Millis, NoteId, Plan, ReplyClocks,
    SnoozeEnd, TimerId, TimerPurpose, UtcMillis, schedule::UndoHold,
};

use crate::support::{Desk, agent, at, inbound};

fn desk_with_a_text() -> Desk {
    let mut desk = Desk::new();
    desk.now = at(10);
    desk.arrive(&inbound(1, "Hello", at(9)));
    desk
}

impl Desk {
    fn do_plan(&mut self, plan: Plan) {
        self.apply(plan);
    }

    fn snooze(&mut self, until: UtcMillis) -> Result<(), DeskRefusal> {
        let plan = plan_snooze(&self.load(None), until, agent(1), self.now, &mut self.ids)?;
        self.do_plan(plan);
        Ok(())
    }
}

#[test]
fn q_1_a_snooze_wakes_once_when_its_time_has_come() {
    let mut desk = desk_with_a_text();
    desk.snooze(at(100)).unwrap();
    assert_eq!(desk.state.marks.snoozed_until, Some(at(100)));
    let interaction = desk.active().unwrap().id;
    assert_eq!(desk.timers.len(), 1);
    assert_eq!(
        desk.timers[0].purpose,
        TimerPurpose::SnoozeEnds { interaction }
    );

    desk.now = at(99);
    let plan = plan_snooze_due(&desk.load(None), desk.now, &mut desk.ids);
    assert!(plan.is_empty(), "not yet");
    desk.now = at(100);
    let plan = plan_snooze_due(&desk.load(None), desk.now, &mut desk.ids);
    desk.do_plan(plan);
    assert_eq!(desk.state.marks.snoozed_until, None);
    assert!(desk.marked_unread);
    let again = plan_snooze_due(&desk.load(None), desk.now, &mut desk.ids);
    assert!(again.is_empty(), "once");
}

#[test]
fn q_2_any_answer_of_the_requester_wakes_a_snoozed_conversation() {
    let mut desk = desk_with_a_text();
    desk.snooze(at(1000)).unwrap();
    desk.now = at(20);
    desk.arrive(&inbound(2, "And another thing", at(20)));
    assert_eq!(desk.state.marks.snoozed_until, None);
    assert!(desk.timers.is_empty());
    assert!(desk.bodies().contains(&&EventBody::SnoozeEnded {
        cause: SnoozeEnd::RequesterWrote
    }));
}

#[test]
fn a_snooze_is_refused_without_open_work_into_the_past_and_for_years() {
    let mut desk = Desk::new();
    assert_eq!(desk.snooze(at(5)), Err(DeskRefusal::NothingActive));
    let mut desk = desk_with_a_text();
    assert_eq!(desk.snooze(at(10)), Err(DeskRefusal::NotInFuture));
    assert_eq!(
        desk.snooze(desk.now + Millis::days(400)),
        Err(DeskRefusal::TooFar)
    );
}

#[test]
fn undoing_a_snooze_or_a_pin_restores_what_was() {
    let mut desk = desk_with_a_text();
    let before = (desk.state.marks, desk.timers.clone());
    desk.snooze(at(100)).unwrap();
    let plan = plan_unsnooze(&desk.load(None), agent(1), desk.now, &mut desk.ids);
    desk.do_plan(plan);
    let plan = plan_pin(&desk.load(None), agent(1), desk.now, &mut desk.ids).unwrap();
    desk.do_plan(plan);
    assert!(desk.state.marks.is_pinned);
    let plan = plan_unpin(&desk.load(None), agent(1), desk.now, &mut desk.ids);
    desk.do_plan(plan);
    assert_eq!((desk.state.marks, desk.timers.clone()), before);
}

#[test]
fn closing_takes_the_marks_off_and_cancels_the_snooze() {
    let mut desk = desk_with_a_text();
    desk.snooze(at(100)).unwrap();
    let plan = plan_pin(&desk.load(None), agent(1), desk.now, &mut desk.ids).unwrap();
    desk.do_plan(plan);
    let timer = TimerId::of_snooze(desk.active().unwrap().id);
    assert!(desk.timers.iter().any(|known| known.id == timer));
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    assert_eq!(desk.state.marks, tern_domain::DeskMarks::NONE);
    assert_eq!(desk.state.clocks, ReplyClocks::STOPPED);
    assert!(desk.timers.is_empty());
}

#[test]
fn m_11_the_wait_counts_from_the_oldest_unanswered_text_and_from_the_newest_answer() {
    let mut desk = desk_with_a_text();
    desk.now = at(20);
    desk.arrive(&inbound(2, "Anybody?", at(20)));
    assert_eq!(desk.state.clocks.waiting_since, Some(at(9)));
    desk.now = at(30);
    desk.send(agent(1), 1, "Yes").unwrap();
    desk.now = at(40);
    desk.send(agent(1), 2, "What is it?").unwrap();
    assert_eq!(
        desk.state.clocks,
        ReplyClocks {
            waiting_since: None,
            answered_at: Some(at(40))
        }
    );
    desk.now = at(50);
    desk.arrive(&inbound(3, "My bicycle", at(50)));
    assert_eq!(
        desk.state.clocks,
        ReplyClocks {
            waiting_since: Some(at(50)),
            answered_at: None
        }
    );
}

#[test]
fn m_12_a_bare_keyword_starts_no_wait() {
    let mut desk = desk_with_a_text();
    desk.send(agent(1), 1, "Hello").unwrap();
    let before = desk.state.clocks;
    desk.now = at(60);
    desk.arrive(&inbound(2, "STOP", at(60)));
    assert_eq!(desk.state.clocks, before);
}

#[test]
fn calling_texts_back_in_either_order_restores_who_waited() {
    for order in [[1, 2], [2, 1]] {
        let mut desk = desk_with_a_text();
        desk.undo_hold = UndoHold::seconds(10);
        let before = desk.state.clocks;
        desk.now = at(20);
        desk.send(agent(1), 1, "One").unwrap();
        desk.now = at(21);
        desk.send(agent(1), 2, "Two").unwrap();
        for text in order {
            assert!(desk.recall(text));
        }
        assert_eq!(desk.state.clocks, before, "{order:?}");
    }
}

#[test]
fn a_note_is_changed_and_deleted_by_its_author_only_and_never_leaves() {
    let mut desk = desk_with_a_text();
    let id = NoteId::new(desk.ids.uuid());
    let write = NoteAct::Write {
        id,
        body: "Prefers mornings".into(),
        audience: Audience::Team,
    };
    let act = |desk: &mut Desk, who, act| {
        let stored = desk.notes.first().cloned();
        let state = desk.load(None);
        plan_note(
            &state,
            stored.as_ref(),
            false,
            act,
            &ActContext {
                now: desk.now,
                agent: agent(who),
                authority: Authority::Agent,
            },
            &mut desk.ids,
        )
        .map(|plan| desk.do_plan(plan))
    };
    act(&mut desk, 1, write.clone()).unwrap();
    act(&mut desk, 1, write).unwrap();
    assert_eq!(desk.notes.len(), 1);
    assert!(desk.outbox.is_empty());
    assert_eq!(desk.messages.len(), 1, "a note is not a text");
    let edit = NoteAct::Edit {
        body: "Prefers evenings".into(),
    };
    assert_eq!(act(&mut desk, 2, edit.clone()), Err(NoteRefusal::NotYours));
    act(&mut desk, 1, edit).unwrap();
    assert_eq!(desk.notes[0].body.as_str(), "Prefers evenings");
    let blank = NoteAct::Edit { body: " ".into() };
    assert_eq!(act(&mut desk, 1, blank), Err(NoteRefusal::Empty));
    act(&mut desk, 1, NoteAct::Delete).unwrap();
    assert!(desk.notes.is_empty());
    let words = format!("{:?}", desk.events);
    assert!(!words.contains("Prefers"), "no words of a note in events");
}

/// Saturday, 05:40 in Berlin.
fn read(text: &str) -> String {
    let now: jiff::Zoned = "2026-11-21T05:40[Europe/Berlin]".parse().unwrap();
    match read_typed_time(text, &now) {
        Ok(at) => jiff::Timestamp::from_millisecond(at.0)
            .unwrap()
            .to_zoned(now.time_zone().clone())
            .strftime("%a %d %b %H:%M")
            .to_string(),
        Err(problem) => format!("{problem:?}"),
    }
}

#[test]
fn typed_times_mean_what_people_mean() {
    for (typed, meant) in [
        ("in 20m", "Sat 21 Nov 06:00"),
        ("20 min", "Sat 21 Nov 06:00"),
        ("2h", "Sat 21 Nov 07:40"),
        ("1h30m", "Sat 21 Nov 07:10"),
        ("in an hour", "Sat 21 Nov 06:40"),
        ("half an hour", "Sat 21 Nov 06:10"),
        ("3 days", "Tue 24 Nov 05:40"),
        ("2w", "Sat 05 Dec 05:40"),
        ("Tue 9", "Tue 24 Nov 09:00"),
        ("tuesday at 14:30", "Tue 24 Nov 14:30"),
        ("tomorrow 14:30", "Sun 22 Nov 14:30"),
        ("tomorrow", "Sun 22 Nov 09:00"),
        ("tomorrow evening", "Sun 22 Nov 18:00"),
        ("9 tomorrow", "Sun 22 Nov 09:00"),
        ("next week", "Mon 23 Nov 09:00"),
        ("next tue 10", "Tue 24 Nov 10:00"),
        ("next month", "Tue 01 Dec 09:00"),
        ("monday", "Mon 23 Nov 09:00"),
        ("sat 8", "Sat 21 Nov 08:00"),
        ("sat", "Sat 28 Nov 09:00"),
        ("5", "Sun 22 Nov 05:00"),
        ("9am", "Sat 21 Nov 09:00"),
        ("5 pm", "Sat 21 Nov 17:00"),
        ("noon", "Sat 21 Nov 12:00"),
        ("tonight", "Sat 21 Nov 20:00"),
        ("24 dec", "Thu 24 Dec 09:00"),
        ("Dec 24th 18:00", "Thu 24 Dec 18:00"),
        ("24.12. 10", "Thu 24 Dec 10:00"),
        ("1 nov", "Mon 01 Nov 09:00"),
        ("2027-03-01 8:15", "Mon 01 Mar 08:15"),
        ("", "Empty"),
        ("soon", "Unreadable"),
        ("25:00", "Unreadable"),
        ("13pm", "Unreadable"),
        ("today 4", "Past"),
        ("2026-01-01", "Past"),
    ] {
        assert_eq!(read(typed), meant, "{typed}");
    }
}

#[test]
fn a_typed_time_follows_the_clocks_of_the_place() {
    // Clocks go forward at 02:00 on 29 March 2026 in Berlin: 02:30 is not there that night.
    let now: jiff::Zoned = "2026-03-28T22:00[Europe/Berlin]".parse().unwrap();
    let found = read_typed_time("tomorrow 2:30", &now).unwrap();
    let expected: jiff::Zoned = "2026-03-29T03:30[Europe/Berlin]".parse().unwrap();
    assert_eq!(found.0, expected.timestamp().as_millisecond());
    // A number of hours is a number of hours.
    let found = read_typed_time("8h", &now).unwrap();
    assert_eq!(found.0 - now.timestamp().as_millisecond(), 8 * 3_600_000);
    assert_eq!(read_typed_time(" ", &now), Err(TypedTimeProblem::Empty));
}

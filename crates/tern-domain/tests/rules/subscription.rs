//! S-1 … S-8, V-34, V-36: what words about notifications do, and what an agent says about one that is none.

use tern_domain::subscription::{
    ConsentChange, Line, Standing, StopAnswerRefusal, StopQuestion, Subscription, With, Word,
    WordOutcome, plan_stop_answer, stop_question, what_a_word_does,
};
use tern_domain::topic::CommandKind;
use tern_domain::{
    Actor, DeliveryStatus, EventBody, InteractionAct, OptOutEvidence, SendRefusal,
    schedule::UndoHold, segments::measure,
};

use crate::support::{Desk, agent, at, inbound, number, person};

const LOCAL: &str = "+14155550199";
const TOLL_FREE: &str = "+18005550199";

const GUEST: Standing = Standing {
    is_linked: false,
    is_on: false,
    is_blocked: false,
    with: With::Nobody,
};

fn does(word: Word, standing: &Standing) -> WordOutcome {
    what_a_word_does(word, standing)
}

fn standings() -> impl Iterator<Item = Standing> {
    let with = [With::VirtualAgent, With::Person, With::Nobody];
    with.into_iter().flat_map(|with| {
        (0..8).map(move |bits| Standing {
            is_linked: bits & 1 > 0,
            is_on: bits & 2 > 0,
            is_blocked: bits & 4 > 0,
            with,
        })
    })
}

#[test]
fn s_8_every_word_is_found() {
    let stop = Some(CommandKind::Stop);
    let near = |is_command| Some(Word::NearStop { is_command });
    for (text, command, expected) in [
        ("STOP", stop, Some(Word::Stop)),
        ("stopall", None, Some(Word::Stop)),
        (" Unsubscribe ", None, Some(Word::Stop)),
        ("cancel", None, Some(Word::Stop)),
        ("end", None, Some(Word::Stop)),
        ("QUIT", None, Some(Word::Stop)),
        ("revoke", None, Some(Word::Stop)),
        ("OptOut", None, Some(Word::Stop)),
        ("start", Some(CommandKind::Start), Some(Word::Start)),
        ("unstop", None, Some(Word::Unstop)),
        ("yes", None, Some(Word::Yes)),
        ("help", Some(CommandKind::Help), Some(Word::Help)),
        ("info", None, Some(Word::Help)),
        (
            "Notification",
            Some(CommandKind::Notification),
            Some(Word::Notification),
        ),
        ("alerts off", stop, Some(Word::TurnOff)),
        ("alerts on", Some(CommandKind::Start), Some(Word::TurnOn)),
        ("STOP!", stop, near(true)),
        ("stop please", None, near(false)),
        ("Unsubscribe me.", None, near(false)),
        ("stopp", None, near(false)),
        ("please stop texting me", None, near(false)),
        ("opt out", None, near(false)),
        ("Don't text me", None, near(false)),
        ("remove me please", None, near(false)),
        ("stop by at nine", None, None),
        ("cancel my order", None, None),
        ("the end", None, None),
        ("please do not stop the delivery", None, None),
        ("quit it", None, None),
        ("", None, None),
        ("bye", Some(CommandKind::Bye), None),
    ] {
        assert_eq!(
            Word::find(text, &number(LOCAL), command),
            expected,
            "{text:?}"
        );
    }
    assert_eq!(Word::find("YES", &number(TOLL_FREE), None), None);
}

#[test]
fn s_7_stop_blocks_ends_the_subscription_and_gets_no_reply_whoever_wrote_it() {
    for standing in standings() {
        let expected = WordOutcome {
            block: Some(true),
            notifications: Some(false),
            ..WordOutcome::default()
        };
        assert_eq!(does(Word::Stop, &standing), expected, "{standing:?}");
    }
}

#[test]
fn s_3_only_start_turns_notifications_on_and_only_for_linked_accounts() {
    for standing in standings() {
        let start = does(Word::Start, &standing);
        assert_eq!(start.block, Some(false));
        assert!(!start.is_ordinary);
        if standing.is_linked {
            assert_eq!(
                (start.notifications, start.line),
                (Some(true), Some(Line::TurnedOn))
            );
        } else {
            assert_eq!(
                (start.notifications, start.line),
                (None, Some(Line::NeedsAccount))
            );
        }
        let unstop = WordOutcome {
            block: Some(false),
            ..WordOutcome::default()
        };
        assert_eq!(does(Word::Unstop, &standing), unstop, "{standing:?}");
        let yes = does(Word::Yes, &standing);
        assert_eq!((yes.notifications, yes.line), (None, None));
        assert!(yes.is_ordinary && yes.block == Some(false), "{standing:?}");
        assert!(does(Word::Help, &standing).is_ordinary);
    }
}

#[test]
fn s_2_notification_tells_the_setting() {
    let linked = Standing {
        is_linked: true,
        ..GUEST
    };
    let on = Standing {
        is_on: true,
        ..linked
    };
    let says = |standing: &Standing| does(Word::Notification, standing).line;
    assert_eq!(says(&GUEST), Some(Line::IsOffForGuests));
    assert_eq!(says(&linked), Some(Line::IsOff));
    assert_eq!(says(&on), Some(Line::IsOn));
    for line in Line::ALL {
        let measured = measure(line.words());
        assert_eq!(measured.segments, 1, "{line:?}");
    }
}

/// A desk whose requester is linked to an account.
fn linked() -> Desk {
    let mut desk = Desk::new();
    desk.arrive(&inbound(90, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    desk.state.is_linked = true;
    assert!(desk.state.profile.is_some(), "of {}", person(1));
    desk
}

fn is_on(desk: &Desk) -> bool {
    desk.state.subscription.is_some_and(|it| it.is_on)
}

fn said(desk: &Desk) -> Vec<&str> {
    desk.outbox
        .iter()
        .map(|entry| entry.body.as_str())
        .collect()
}

#[test]
fn s_3_s_4_start_and_stop_leave_a_record_and_open_nothing() {
    let mut desk = linked();
    desk.arrive(&inbound(1, "START", at(10)));
    assert!(is_on(&desk));
    assert_eq!(said(&desk), [Line::TurnedOn.words()]);
    desk.arrive(&inbound(2, "STOP", at(20)));
    assert!(!is_on(&desk));
    assert!(desk.active().is_none());
    assert_eq!(said(&desk).len(), 1, "no reply to STOP");
    let record: Vec<_> = desk.consents.iter().map(|it| (it.change, it.at)).collect();
    assert_eq!(
        record,
        [
            (ConsentChange::NotificationsOn, at(10)),
            (ConsentChange::Blocked { code: None }, at(20)),
            (ConsentChange::NotificationsOff, at(20)),
        ]
    );
    let by: Vec<_> = desk
        .consents
        .iter()
        .map(|it| it.message_id.is_some())
        .collect();
    assert_eq!(by, [true; 3]);
}

#[test]
fn s_6_the_latest_word_counts_whatever_order_they_come_in() {
    let mut desk = linked();
    desk.arrive(&inbound(2, "STOP", at(20)));
    desk.arrive(&inbound(1, "START", at(10)));
    assert!(!is_on(&desk));
    assert!(said(&desk).is_empty(), "the block is in force");
    let off = Subscription::off(at(5));
    let on = Subscription {
        is_on: true,
        changed_at: at(5),
    };
    assert_eq!(Subscription::after(Some(off), on), off);
    assert_eq!(Subscription::after(Some(on), off), off);
}

#[test]
fn s_8_a_guests_start_clears_the_block_and_says_why_nothing_is_on() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(0)));
    desk.arrive(&inbound(2, "START", at(5)));
    assert!(!desk.state.opt_out.is_in_force() && !is_on(&desk));
    assert_eq!(said(&desk), [Line::NeedsAccount.words()]);
    desk.arrive(&inbound(3, "UNSTOP", at(10)));
    assert_eq!(said(&desk).len(), 1);
}

#[test]
fn s_7_what_waits_when_stop_comes_is_not_sent() {
    let mut desk = Desk::new();
    desk.undo_hold = UndoHold::seconds(5);
    desk.send(agent(1), 1, "still held").unwrap();
    desk.arrive(&inbound(1, "STOP", at(1)));
    assert_eq!(desk.entry(1).state.kind(), "refused");
    assert_eq!(desk.status_of(1), DeliveryStatus::Failed);
    assert!(desk.timers.is_empty(), "the hold is over");
    desk.arrive(&inbound(2, "START", at(2)));
    assert_eq!(
        desk.entry(1).state.kind(),
        "refused",
        "START sends nothing old"
    );
}

#[test]
fn v_36_almost_stop_changes_nothing_and_asks_the_agent() {
    let mut desk = linked();
    desk.arrive(&inbound(1, "START", at(10)));
    desk.arrive(&inbound(2, "stop please", at(20)));
    assert!(is_on(&desk) && !desk.state.opt_out.is_in_force());
    assert!(desk.active().is_some());
    let asked = question(&desk);
    assert!(matches!(asked, Some(StopQuestion::Open { .. })));

    answer(&mut desk, asked, false).unwrap();
    assert!(is_on(&desk) && !desk.state.opt_out.is_in_force());
    assert_eq!(question(&desk), None);
    let again = question(&desk);
    assert_eq!(
        answer(&mut desk, again, true),
        Err(StopAnswerRefusal::NotAsked)
    );
}

#[test]
fn s_7_an_agents_yes_is_honoured_like_stop_and_can_be_taken_back_by_agents_only() {
    let mut desk = linked();
    desk.arrive(&inbound(1, "START", at(10)));
    desk.arrive(&inbound(2, "unsubscribe me", at(20)));
    desk.now = at(30);
    let asked = question(&desk);
    answer(&mut desk, asked, true).unwrap();
    assert!(!is_on(&desk));
    let refused = desk.send(agent(1), 1, "but why?");
    assert_eq!(refused, Err(SendRefusal::OptedOut { since: at(20) }));
    let evidence = OptOutEvidence::SaidByAgent { agent: agent(1) };
    assert!(
        desk.bodies()
            .contains(&&EventBody::CarrierOptedOut { evidence })
    );

    let yes = question(&desk);
    let by = Actor::Agent(agent(1));
    assert_eq!(yes, Some(StopQuestion::SaidYes { by, at: at(30) }));
    answer(&mut desk, yes, false).unwrap();
    assert!(!desk.state.opt_out.is_in_force());
    assert!(!is_on(&desk), "only START turns notifications on");

    // Whatever this clock says, their own word is later.
    desk.arrive(&inbound(3, "STOP", at(25)));
    assert!(desk.state.opt_out.is_in_force());
    let none = question(&desk);
    assert_eq!(none, None);
    let refused = answer(&mut desk, none, false);
    assert_eq!(refused, Err(StopAnswerRefusal::TheirOwnWord));
}

#[test]
fn v_36_a_second_text_is_asked_about_though_the_answer_to_the_first_is_later_by_this_clock() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "stop please", at(10)));
    desk.now = at(60);
    let first = question(&desk);
    answer(&mut desk, first, false).unwrap();
    desk.arrive(&inbound(2, "pls stop", at(11)));
    desk.consents.sort_by_key(|consent| consent.at);
    let second = question(&desk);
    assert!(matches!(second, Some(StopQuestion::Open { at: asked, .. }) if asked == at(11)));
    desk.arrive(&inbound(3, "STOP", at(12)));
    desk.consents.sort_by_key(|consent| consent.at);
    assert_eq!(question(&desk), None, "they have said it themselves");
}

#[test]
fn s_7_an_agent_cannot_take_back_a_stop_that_came_after_their_own_yes() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "stop please", at(10)));
    desk.now = at(60);
    let asked = question(&desk);
    answer(&mut desk, asked, true).unwrap();
    desk.arrive(&inbound(2, "STOP", at(11)));
    desk.consents.sort_by_key(|consent| consent.at);
    assert_eq!(question(&desk), None);
    let refused = answer(&mut desk, None, false);
    assert_eq!(refused, Err(StopAnswerRefusal::TheirOwnWord));
    assert!(desk.state.opt_out.is_in_force());
}

#[test]
fn s_7_stop_in_the_very_second_of_what_an_agent_took_back_is_honoured() {
    let mut desk = Desk::new();
    // The carrier tells whole seconds.
    desk.arrive(&inbound(1, "stop please", at(10)));
    let asked = question(&desk);
    answer(&mut desk, asked, true).unwrap();
    let yes = question(&desk);
    answer(&mut desk, yes, false).unwrap();
    assert!(!desk.state.opt_out.is_in_force());
    desk.arrive(&inbound(2, "STOP", at(10)));
    assert_eq!(desk.state.opt_out.in_force_since(), Some(at(10)));
    desk.arrive(&inbound(3, "START", at(11)));
    assert!(!desk.state.opt_out.is_in_force());
}

fn question(desk: &Desk) -> Option<StopQuestion> {
    let newest_first: Vec<_> = desk.consents.iter().rev().cloned().collect();
    stop_question(&newest_first)
}

fn answer(
    desk: &mut Desk,
    question: Option<StopQuestion>,
    wants_to_stop: bool,
) -> Result<(), StopAnswerRefusal> {
    let state = desk.load(None);
    let who = (agent(1), desk.now);
    let plan = plan_stop_answer(&state, question, wants_to_stop, who, &mut desk.ids)?;
    desk.apply(plan);
    Ok(())
}

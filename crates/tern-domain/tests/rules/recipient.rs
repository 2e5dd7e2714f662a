//! R-1 … … A-7 with: the two If/Then tables, each as one test that reads like it.

use tern_domain::{
    Announcement, CloseReason, Effect, Handler, IdentityAct, InteractionAct, InteractionId,
    InteractionState, NoticeKind, PersonDetails, Recipient, RecipientSource, SendRefusal,
    recipient_choices,
};

use crate::profiles::{identity, say};
use crate::support::{Desk, agent, at, inbound, number, person};

const ME: u128 = 1;
const COLLEAGUE: u128 = 2;
const JANE: u128 = 1;
const OMAR: u128 = 2;

/// The state of the conversation before the text.
#[derive(Debug, Clone, Copy)]
enum Active {
    None,
    Queued,
    WithVa,
    With(u128),
}

/// What became of the interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Created,
    Injected,
    /// Closed for this reason, and a new one created.
    Replaced(CloseReason),
}

fn desk_in(active: Active, bound_to: Option<u128>) -> Desk {
    let mut desk = Desk::new();
    desk.arrive(&inbound(100, "first", at(0)));
    if let Some(somebody) = bound_to {
        let person = person(somebody);
        say(&mut desk, IdentityAct::Bind { person }).unwrap();
    }
    match active {
        Active::None => {
            desk.act(agent(ME), InteractionAct::Finish).unwrap();
        }
        Active::Queued => {}
        Active::WithVa => {
            let id = desk.active().unwrap().id;
            // The events say who opened it; nothing hands over to the bot yet.
            let opening = desk
                .events
                .iter_mut()
                .find(|event| {
                    matches!(event.body, tern_domain::EventBody::InteractionOpened { .. })
                })
                .unwrap();
            if let tern_domain::EventBody::InteractionOpened { handler, .. } = &mut opening.body {
                *handler = Handler::VirtualAgent;
            }
            let interaction = desk.interactions.get_mut(&id).unwrap();
            interaction.handler = Handler::VirtualAgent;
            interaction.with_bot = true;
            desk.state.latest_interaction = Some(interaction.clone());
        }
        Active::With(who) => {
            desk.act(agent(who), InteractionAct::Take).unwrap();
        }
    }
    desk
}

fn what_became(desk: &Desk, before: Option<InteractionId>) -> Then {
    let active = desk.active().unwrap();
    match before {
        None => Then::Created,
        Some(id) if id == active.id => Then::Injected,
        Some(id) => Then::Replaced(desk.interactions[&id].state_reason.unwrap()),
    }
}

#[test]
fn r_1_to_r_3_a_requester_writes() {
    use Active::{None as Nothing, Queued, With, WithVa};
    // if the active interaction is | then, handler, assigned to
    type Line = (Active, Then, Handler, Option<u128>);
    let table: [Line; 4] = [
        (Nothing, Then::Created, Handler::Queue, None),
        (
            With(COLLEAGUE),
            Then::Injected,
            Handler::LiveAgent,
            Some(COLLEAGUE),
        ),
        (WithVa, Then::Injected, Handler::VirtualAgent, None),
        (Queued, Then::Injected, Handler::Queue, None),
    ];
    for (active, then, handler, assigned_to) in table {
        let mut desk = desk_in(active, None);
        let before = desk.active().map(|interaction| interaction.id);
        desk.arrive(&inbound(1, "hello", at(1)));
        assert_eq!(what_became(&desk, before), then, "{active:?}");
        let now = desk.active().unwrap();
        assert_eq!(now.handler, handler, "{active:?}");
        assert_eq!(now.assigned_to, assigned_to.map(agent), "{active:?}");
    }
}

#[test]
fn a_1_to_a_7_an_agent_writes() {
    use Active::{None as Nothing, Queued, With, WithVa};
    use CloseReason::{SupersededByAgent as ByAgent, SupersededByUserChange as ByUserChange};
    // if active, number bound to, written to | then, assigned to, in the live group
    type Line<'a> = (Active, Option<u128>, Option<u128>, Then, u128, &'a [u128]);
    let table: [Line<'_>; 12] = [
        (Nothing, None, None, Then::Created, ME, &[ME]),
        (
            With(COLLEAGUE),
            None,
            None,
            Then::Injected,
            COLLEAGUE,
            &[ME, COLLEAGUE],
        ),
        (With(ME), None, None, Then::Injected, ME, &[ME]),
        (Queued, None, None, Then::Injected, ME, &[ME]),
        (WithVa, None, None, Then::Replaced(ByAgent), ME, &[ME]),
        // A-6 in each of these states; A-7: it is tested before all others.
        (Nothing, Some(JANE), Some(OMAR), Then::Created, ME, &[ME]),
        (
            With(COLLEAGUE),
            Some(JANE),
            Some(OMAR),
            Then::Replaced(ByUserChange),
            ME,
            &[ME],
        ),
        (
            With(ME),
            Some(JANE),
            Some(OMAR),
            Then::Replaced(ByUserChange),
            ME,
            &[ME],
        ),
        (
            Queued,
            Some(JANE),
            Some(OMAR),
            Then::Replaced(ByUserChange),
            ME,
            &[ME],
        ),
        (
            WithVa,
            Some(JANE),
            Some(OMAR),
            Then::Replaced(ByUserChange),
            ME,
            &[ME],
        ),
        // The same person is nobody different, and a guest is not either.
        (
            With(COLLEAGUE),
            Some(JANE),
            Some(JANE),
            Then::Injected,
            COLLEAGUE,
            &[ME, COLLEAGUE],
        ),
        (Queued, None, Some(OMAR), Then::Injected, ME, &[ME]),
    ];
    for (line, (active, bound_to, written_to, then, assigned_to, group)) in
        table.into_iter().enumerate()
    {
        let mut desk = desk_in(active, bound_to);
        let before = desk.active().map(|interaction| interaction.id);
        let old_profile = desk.state.profile.clone().unwrap();
        let recipient = Recipient {
            person: written_to.map(person),
            move_number: true,
            take_over: true,
        };
        let plan = desk
            .send_to(agent(ME), 1, "Good morning", recipient)
            .unwrap();
        assert_eq!(what_became(&desk, before), then, "line {line}");
        let now = desk.active().unwrap();
        assert_eq!(now.assigned_to, Some(agent(assigned_to)), "line {line}");
        let expected: Vec<_> = group.iter().copied().map(agent).collect();
        assert!(now.live_group.iter().eq(expected.iter()), "line {line}");

        let profile = desk.state.profile.clone().unwrap();
        let owner = written_to.or(bound_to).map(person);
        assert_eq!(profile.standing.bound_to, owner, "line {line}");
        assert_eq!(now.opened_for, owner, "line {line}");
        assert_eq!(now.profile, Some(profile.id), "line {line}");
        let moves = bound_to.is_some() && written_to.is_some() && bound_to != written_to;
        assert_eq!(profile.id != old_profile.id, moves, "line {line}: A-6");
        assert_eq!(desk.profiles[&old_profile.id].standing.active, !moves);

        let texts = plan
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::StoreMessage(_) | Effect::Enqueue(_)))
            .count();
        assert_eq!(texts, 2, "line {line}: A-18, no word but the agent's own");
        for closed in desk.interactions.values() {
            assert_ne!(closed.state, InteractionState::WrapUp, "A-18");
        }
    }
}

#[test]
fn a_7_taking_over_needs_a_confirmation_and_tells_the_other_agent() {
    let mut desk = desk_in(Active::With(COLLEAGUE), Some(JANE));
    let moved = Recipient {
        person: Some(person(OMAR)),
        move_number: true,
        take_over: false,
    };
    assert_eq!(
        desk.send_to(agent(ME), 1, "Hi", moved),
        Err(SendRefusal::TakesOver {
            agent: agent(COLLEAGUE)
        })
    );
    let confirmed = Recipient {
        take_over: true,
        ..moved
    };
    desk.send_to(agent(ME), 1, "Hi", confirmed).unwrap();
    assert!(desk.announcements.iter().any(|announcement| matches!(
        announcement,
        Announcement::Noticed(notice)
            if notice.kind == NoticeKind::TakenOver && notice.agent == agent(COLLEAGUE)
                && notice.by == agent(ME)
    )));

    let mut own = desk_in(Active::With(ME), Some(JANE));
    own.send_to(agent(ME), 1, "Hi", moved).unwrap();
    assert!(
        own.announcements
            .iter()
            .all(|announcement| !matches!(announcement, Announcement::Noticed(_)))
    );
}

#[test]
fn a_13_moving_a_number_needs_a_confirmation() {
    let to_omar = Recipient {
        person: Some(person(OMAR)),
        ..Recipient::default()
    };
    let refused = Err(SendRefusal::NumberOfSomebodyElse {
        person: person(JANE),
    });
    // By profile …
    let mut desk = desk_in(Active::None, Some(JANE));
    assert_eq!(desk.send_to(agent(ME), 1, "Hi", to_omar), refused);
    // … and by a user's phone field.
    let mut desk = Desk::new();
    desk.state.users = vec![person(JANE)];
    assert_eq!(desk.send_to(agent(ME), 1, "Hi", to_omar), refused);
    assert!(desk.profiles.is_empty());
    let confirmed = Recipient {
        move_number: true,
        ..to_omar
    };
    desk.send_to(agent(ME), 1, "Hi", confirmed).unwrap();
    let standing = &desk.state.profile.as_ref().unwrap().standing;
    assert_eq!(standing.bound_to, Some(person(OMAR)));
    assert!(!standing.identity_conflict, "the agent has just decided");
    // Their own number needs none.
    desk.send_to(agent(ME), 2, "Hi again", to_omar).unwrap();
}

#[test]
fn a_13_a_number_of_several_users_belongs_to_each_of_them() {
    let mut desk = Desk::new();
    desk.state.users = vec![person(JANE), person(OMAR)];
    let to_omar = Recipient {
        person: Some(person(OMAR)),
        ..Recipient::default()
    };
    desk.send_to(agent(ME), 1, "Hi", to_omar).unwrap();
    let standing = &desk.state.profile.as_ref().unwrap().standing;
    assert_eq!(standing.bound_to, Some(person(OMAR)));
    assert!(standing.several_matches, "P-7 still tells");
}

#[test]
fn a_11_a_bound_profile_preselects_its_number_before_the_phone_fields() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    say(
        &mut desk,
        IdentityAct::Bind {
            person: person(JANE),
        },
    )
    .unwrap();
    let details = PersonDetails {
        mobile_phone: Some(number("+14155550111")),
        phone: Some(number("+14155550101")),
        ..PersonDetails::default()
    };
    let bound = identity(&desk).profile.unwrap();
    let choices = recipient_choices(&details, &[bound]);
    let shown: Vec<_> = choices
        .iter()
        .map(|choice| (choice.number.as_str(), choice.source))
        .collect();
    assert_eq!(
        shown,
        [
            ("+14155550101", RecipientSource::Profile),
            ("+14155550111", RecipientSource::Mobile)
        ]
    );
    assert!(recipient_choices(&PersonDetails::default(), &[]).is_empty());
}

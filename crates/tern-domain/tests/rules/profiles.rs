//! P-1 … P-16: which person is behind a number. The first test reads like the table of the rule book.

use tern_domain::{
    Actor, Address, Channel, ConversationKey, DirectoryContext, EventBody, Identity, IdentityAct,
    IdentityRefusal, IdentitySnapshot, IdentityState, InteractionAct, MatchRule, MessagingProfile,
    PersonId, PhoneNumber, SendRefusal, Territory, UndoRefusal, match_requester, plan_identity,
    plan_identity_undo, plan_person_gone, plan_rematch,
};

use crate::support::{CUSTOMER, Desk, agent, at, inbound, key, number, person};

const JANE: u128 = 1;
const OMAR: u128 = 2;
const LI: u128 = 3;

pub(crate) fn ctx(desk: &Desk) -> DirectoryContext {
    DirectoryContext {
        now: desk.now,
        agent: agent(1),
    }
}

pub(crate) fn identity(desk: &Desk) -> IdentityState {
    IdentityState {
        channel: Channel::Sms,
        address: key().requester,
        profile: desk.state.profile.clone(),
        users: desk.state.users.clone(),
        interactions: desk.active().cloned().into_iter().collect(),
    }
}

/// What an agent says about the number.
pub(crate) fn say(desk: &mut Desk, act: IdentityAct) -> Result<(), IdentityRefusal> {
    let plan = plan_identity(&identity(desk), act, ctx(desk), &mut desk.ids)?;
    desk.apply(plan);
    Ok(())
}

/// The directory changed: these users have the number now.
pub(crate) fn directory(desk: &mut Desk, users: &[u128]) {
    desk.state.users = users.iter().copied().map(person).collect();
    let plan = plan_rematch(&identity(desk), desk.now, &mut desk.ids);
    desk.apply(plan);
}

fn profile(desk: &Desk) -> &MessagingProfile {
    desk.state.profile.as_ref().expect("an active profile")
}

fn bind(person_number: u128) -> IdentityAct {
    IdentityAct::Bind {
        person: person(person_number),
    }
}

/// The active profile before the text came.
#[derive(Clone, Copy)]
enum Profile {
    None,
    Unbound,
    BoundTo(u128),
}

fn desk_with(users: &[u128], before: Profile) -> Desk {
    let mut desk = Desk::new();
    match before {
        Profile::None => {}
        Profile::Unbound => {
            desk.arrive(&inbound(100, "long ago", at(0)));
            desk.act(agent(1), InteractionAct::Finish).unwrap();
        }
        Profile::BoundTo(somebody) => {
            desk.arrive(&inbound(100, "long ago", at(0)));
            say(&mut desk, bind(somebody)).unwrap();
            desk.act(agent(1), InteractionAct::Finish).unwrap();
        }
    }
    desk.state.users = users.iter().copied().map(person).collect();
    desk
}

#[test]
fn p_2_to_p_7_the_matching_table() {
    use MatchRule as R;
    use Profile::{BoundTo, None as NoProfile, Unbound};
    // user match, active profile | rule, opened for, identity_conflict, several_matches
    type Line<'a> = (&'a [u128], Profile, R, Option<u128>, bool, bool);
    let table: [Line<'_>; 11] = [
        (&[JANE], NoProfile, R::OneUser, Some(JANE), false, false),
        (&[], BoundTo(JANE), R::OnlyProfile, Some(JANE), false, false),
        (&[], NoProfile, R::Nobody, None, false, false),
        (&[], Unbound, R::Nobody, None, false, false),
        (&[OMAR], BoundTo(JANE), R::Conflict, Some(JANE), true, false),
        (
            &[OMAR, LI],
            BoundTo(JANE),
            R::Conflict,
            Some(JANE),
            true,
            true,
        ),
        (
            &[JANE],
            Unbound,
            R::UserAddedLater,
            Some(JANE),
            false,
            false,
        ),
        (&[JANE, OMAR], NoProfile, R::SeveralUsers, None, false, true),
        (&[JANE, OMAR], Unbound, R::SeveralUsers, None, false, true),
        (
            &[JANE],
            BoundTo(JANE),
            R::Agreement,
            Some(JANE),
            false,
            false,
        ),
        (
            &[JANE, OMAR],
            BoundTo(JANE),
            R::Agreement,
            Some(JANE),
            false,
            true,
        ),
    ];
    for (line, (users, before, rule, opened_for, conflict, several)) in table.iter().enumerate() {
        let mut desk = desk_with(users, *before);
        let known = desk.state.profile.clone();
        let found = match_requester(&desk.state.users, known.as_ref());
        assert_eq!(found.rule, *rule, "line {line}");
        desk.arrive(&inbound(1, "hello", at(1)));

        let opened_for: Option<PersonId> = opened_for.map(person);
        let after = profile(&desk);
        assert_eq!(after.standing.bound_to, opened_for, "line {line}");
        assert_eq!(after.standing.identity_conflict, *conflict, "line {line}");
        assert_eq!(after.standing.several_matches, *several, "line {line}");
        assert_eq!(
            desk.active().unwrap().identity(),
            Identity {
                profile: Some(after.id),
                opened_for
            },
            "line {line}: the interaction stores profile and opened for (P-9)"
        );
        if let Some(known) = known {
            assert_eq!(after.id, known.id, "line {line}: no second profile");
        }
        assert_eq!(desk.profiles.len(), 1, "line {line}");
    }
}

#[test]
fn p_1_the_profile_is_made_in_the_plan_that_opens_the_interaction() {
    let mut desk = Desk::new();
    let plan = desk.arrive(&inbound(1, "hello", at(0)));
    let kinds: Vec<_> = plan
        .events
        .iter()
        .map(|event| event.aggregate.kind())
        .collect();
    assert_eq!(kinds, ["profile", "interaction", "work_item"]);
    let again = desk.arrive(&inbound(2, "and more", at(1)));
    assert!(again.events.is_empty(), "P-12: reused silently");
}

#[test]
fn p_3_the_user_record_is_not_given_the_number() {
    let mut desk = desk_with(&[], Profile::BoundTo(JANE));
    let plan = desk.arrive(&inbound(1, "hello", at(1)));
    assert!(
        plan.events
            .iter()
            .all(|event| event.aggregate.kind() != "person")
    );
}

#[test]
fn p_6_a_user_who_gets_the_number_is_who_it_is_from_now_on() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let unbound = profile(&desk).id;
    directory(&mut desk, &[JANE]);
    assert_eq!(profile(&desk).id, unbound, "P-6: not a second one");
    assert_eq!(desk.active().unwrap().opened_for, Some(person(JANE)));
    directory(&mut desk, &[JANE]);
    assert_eq!(profile(&desk).version, 2, "the same again is no event");
}

#[test]
fn p_8_a_replaced_profile_is_deactivated_and_kept() {
    let mut desk = desk_with(&[], Profile::BoundTo(JANE));
    let old = profile(&desk).id;
    let to_omar = tern_domain::Recipient {
        person: Some(person(OMAR)),
        move_number: true,
        take_over: false,
    };
    desk.send_to(agent(1), 1, "Good morning", to_omar).unwrap();
    assert!(!desk.profiles[&old].standing.active);
    assert_eq!(desk.profiles[&old].standing.bound_to, Some(person(JANE)));
    assert_eq!(desk.profiles.len(), 2);
}

#[test]
fn p_10_the_profile_belongs_to_the_requesters_address_alone() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let profile = profile(&desk);
    assert_eq!(
        (profile.channel, &profile.address),
        (Channel::Sms, &Address::from(CUSTOMER))
    );
}

#[test]
fn p_11_mobile_comes_before_the_business_phone_and_one_user_counts_once() {
    let mut details = tern_domain::PersonDetails {
        mobile_phone: Some(number("+14155550111")),
        phone: Some(number("+14155550122")),
        ..tern_domain::PersonDetails::default()
    };
    let order: Vec<_> = details.phones().map(|(field, _)| field.as_str()).collect();
    assert_eq!(order, ["mobile_phone", "phone"]);
    details.phone = details.mobile_phone.clone();
    let twice = [person(JANE), person(JANE)];
    let found = match_requester(&twice, None);
    assert_eq!(
        (found.rule, found.several_matches),
        (MatchRule::OneUser, false)
    );
}

#[test]
fn p_13_verifying_is_noted_with_time_and_agent_and_settles_the_conflict() {
    let mut desk = desk_with(&[OMAR], Profile::BoundTo(JANE));
    desk.arrive(&inbound(1, "hello", at(1)));
    assert!(profile(&desk).standing.identity_conflict);
    desk.now = at(2);
    say(&mut desk, IdentityAct::Verify).unwrap();
    let standing = &profile(&desk).standing;
    let verification = standing.verification.unwrap();
    assert_eq!(
        (verification.at, verification.by),
        (at(2), Actor::Agent(agent(1)))
    );
    assert!(!standing.identity_conflict);
    desk.arrive(&inbound(2, "still me", at(3)));
    assert!(
        !profile(&desk).standing.identity_conflict,
        "decided already"
    );
    directory(&mut desk, &[OMAR, LI]);
    assert!(profile(&desk).standing.identity_conflict, "Li is news");
}

#[test]
fn p_13_a_guest_cannot_be_verified() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    assert_eq!(
        say(&mut desk, IdentityAct::Verify),
        Err(IdentityRefusal::NobodyBound)
    );
}

#[test]
fn p_14_rebinding_keeps_the_profile_and_says_who_when_old_and_new() {
    let mut desk = desk_with(&[], Profile::BoundTo(JANE));
    let closed = desk.state.latest_interaction.clone().unwrap();
    desk.arrive(&inbound(1, "hello", at(1)));
    let before = profile(&desk).id;
    desk.now = at(5);
    say(&mut desk, bind(OMAR)).unwrap();

    assert_eq!(profile(&desk).id, before);
    let audit = desk
        .events
        .iter()
        .rfind(|event| matches!(event.body, EventBody::ProfileBound { .. }))
        .unwrap();
    assert_eq!((audit.at, audit.actor), (at(5), Actor::Agent(agent(1))));
    assert!(matches!(
        audit.body,
        EventBody::ProfileBound { from: Some(from), to: Some(to), .. }
            if (from, to) == (person(JANE), person(OMAR))
    ));
    assert_eq!(desk.active().unwrap().opened_for, Some(person(OMAR)));
    assert_eq!(
        desk.interactions[&closed.id].opened_for,
        Some(person(JANE)),
        "a closed interaction keeps the identity it had"
    );
    assert_eq!(
        say(&mut desk, bind(OMAR)),
        Err(IdentityRefusal::NothingToChange)
    );
}

#[test]
fn p_15_senders_that_are_no_numbers_get_an_unbound_profile_and_no_reply() {
    for sender in ["72975", "Lufthansa"] {
        let mut desk = Desk::new();
        desk.state.key = ConversationKey::sms(Address::from(sender), key().provider);
        let mut text = inbound(1, "Your flight is late", at(0));
        text.from = Address::from(sender);
        desk.arrive(&text);
        let profile = profile(&desk);
        assert_eq!(profile.address.as_str(), sender);
        assert_eq!(profile.standing.bound_to, None);
        assert_eq!(
            desk.send(agent(1), 1, "Thanks"),
            Err(SendRefusal::CannotBeTexted)
        );
    }
}

#[test]
fn p_15_typed_numbers_are_read_in_the_persons_territory_and_never_with_letters() {
    let typed = |text: &str, territory: &str| {
        PhoneNumber::from_typed(text, Territory::parse(territory).unwrap())
            .map(|number| number.as_str().to_owned())
            .ok()
    };
    let table = [
        ("(415) 555-2671", "US", Some("+14155552671")),
        ("030 901820", "DE", Some("+4930901820")),
        ("+44 20 7946 0018", "US", Some("+442079460018")),
        ("1-800-FLOWERS", "US", None),
        ("12", "US", None),
        ("", "US", None),
    ];
    for (text, territory, expected) in table {
        assert_eq!(typed(text, territory).as_deref(), expected, "{text}");
    }
}

#[test]
fn p_16_the_profile_of_a_typed_number_is_made_when_the_message_is_sent() {
    let mut desk = Desk::new();
    assert!(desk.send(agent(1), 1, "  ").is_err());
    assert!(desk.profiles.is_empty(), "nothing was sent");
    desk.send(agent(1), 1, "Good morning").unwrap();
    assert_eq!(profile(&desk).standing.bound_to, None);
    assert_eq!(desk.active().unwrap().profile, Some(profile(&desk).id));
}

#[test]
fn p_16_history_makes_no_profile() {
    let mut desk = Desk::new();
    desk.live_since = None;
    desk.arrive(&inbound(1, "hello", at(0)));
    assert!(desk.profiles.is_empty());
}

#[test]
fn making_a_guest_is_not_undone_by_the_same_phone_field() {
    let mut desk = desk_with(&[JANE], Profile::None);
    desk.arrive(&inbound(1, "hello", at(0)));
    say(&mut desk, IdentityAct::MakeGuest).unwrap();
    desk.arrive(&inbound(2, "hello?", at(1)));
    assert_eq!(profile(&desk).standing.bound_to, None);
    assert_eq!(desk.active().unwrap().opened_for, None);
    directory(&mut desk, &[JANE, OMAR]);
    assert_eq!(profile(&desk).standing.bound_to, Some(person(OMAR)), "P-6");
}

#[test]
fn a_person_who_leaves_the_directory_leaves_a_guest_or_the_other_user() {
    let mut desk = desk_with(&[JANE, OMAR], Profile::BoundTo(JANE));
    desk.arrive(&inbound(1, "hello", at(1)));
    let plan = plan_person_gone(&identity(&desk), person(JANE), ctx(&desk), &mut desk.ids);
    desk.apply(plan);
    assert_eq!(profile(&desk).standing.bound_to, Some(person(OMAR)));

    let mut desk = desk_with(&[JANE], Profile::BoundTo(JANE));
    desk.arrive(&inbound(1, "hello", at(1)));
    let plan = plan_person_gone(&identity(&desk), person(JANE), ctx(&desk), &mut desk.ids);
    desk.apply(plan);
    assert_eq!(desk.active().unwrap().opened_for, None);
}

#[test]
fn an_undo_brings_back_what_was_verified_and_refuses_after_somebody_else() {
    let mut desk = desk_with(&[], Profile::BoundTo(JANE));
    desk.arrive(&inbound(1, "hello", at(1)));
    say(&mut desk, IdentityAct::Verify).unwrap();
    let before = IdentitySnapshot::of(&identity(&desk));
    say(&mut desk, bind(OMAR)).unwrap();
    assert_eq!(profile(&desk).standing.verification, None);
    let after = IdentitySnapshot::of(&identity(&desk));

    desk.arrive(&inbound(2, "in between", at(2)));
    let state = identity(&desk);
    let context = ctx(&desk);
    let plan = plan_identity_undo(&state, &before, &after, context, &mut desk.ids).unwrap();
    desk.apply(plan);
    let restored = profile(&desk).standing.clone();
    assert_eq!(restored, before.profile.as_ref().unwrap().standing);
    assert_eq!(desk.active().unwrap().opened_for, Some(person(JANE)));

    let state = identity(&desk);
    assert_eq!(
        plan_identity_undo(&state, &before, &after, context, &mut desk.ids),
        Err(UndoRefusal::ChangedSince),
        "once is enough"
    );
}

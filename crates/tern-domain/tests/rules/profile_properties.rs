//! P-8, P-14: random texts, decisions and undos. The desk itself checks, after every plan, that an address has
//! at most one active profile, that rows are what the events say, and that at most one interaction is active.

use proptest::prelude::*;
use tern_domain::{
    IdentityAct, IdentitySnapshot, InteractionAct, MatchRule, Recipient, match_requester,
    plan_identity_undo, plan_person_gone,
};

use crate::profiles::{ctx, directory, identity, say};
use crate::support::{Desk, agent, at, inbound, person};

#[derive(Debug, Clone)]
enum Step {
    Text,
    Say(IdentityAct, bool),
    Directory(Vec<u128>),
    Send(Recipient),
    Gone(u128),
    Finish,
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = 1_u128..4;
    let act = prop_oneof![
        3 => who.clone().prop_map(|who| IdentityAct::Bind { person: person(who) }),
        1 => Just(IdentityAct::MakeGuest),
        1 => Just(IdentityAct::Verify),
    ];
    let recipient = (prop::option::of(who.clone()), any::<bool>(), any::<bool>()).prop_map(
        |(who, move_number, take_over)| Recipient {
            person: who.map(person),
            move_number,
            take_over,
        },
    );
    prop_oneof![
        3 => Just(Step::Text),
        4 => (act, any::<bool>()).prop_map(|(act, undo)| Step::Say(act, undo)),
        2 => prop::collection::vec(who.clone(), 0..3).prop_map(Step::Directory),
        2 => recipient.prop_map(Step::Send),
        1 => who.prop_map(Step::Gone),
        1 => Just(Step::Finish),
    ]
}

/// What the person in front of the screen could tell apart.
fn shown(desk: &Desk) -> impl PartialEq + std::fmt::Debug + use<> {
    let profile = desk.state.profile.as_ref();
    (
        profile.map(|profile| (profile.id, profile.standing.clone())),
        desk.active().map(tern_domain::Interaction::identity),
    )
}

fn run(desk: &mut Desk, step: &Step, number: u64) -> Result<(), TestCaseError> {
    match step {
        Step::Text => {
            desk.arrive(&inbound(number, "hello", at(0)));
            let users = desk.state.users.clone();
            let found = match_requester(&users, desk.state.profile.as_ref());
            prop_assert_eq!(desk.active().unwrap().opened_for, found.person);
            prop_assert!(
                found.rule != MatchRule::OneUser,
                "every live text leaves a profile"
            );
        }
        Step::Say(act, undo) => {
            let (looked, before) = (shown(desk), IdentitySnapshot::of(&identity(desk)));
            if say(desk, *act).is_ok() && *undo {
                let after = IdentitySnapshot::of(&identity(desk));
                let (state, context) = (identity(desk), ctx(desk));
                let plan =
                    plan_identity_undo(&state, &before, &after, context, &mut desk.ids).unwrap();
                desk.apply(plan);
                prop_assert_eq!(shown(desk), looked);
            }
        }
        Step::Directory(users) => directory(desk, users),
        Step::Send(recipient) => {
            let looked = shown(desk);
            let sent = desk.send_to(agent(1), number.into(), "hi", *recipient);
            if sent.is_err() {
                prop_assert_eq!(shown(desk), looked);
            } else if recipient.person.is_some() {
                prop_assert_eq!(desk.active().unwrap().opened_for, recipient.person);
            }
        }
        Step::Gone(who) => {
            desk.state.users.retain(|user| *user != person(*who));
            let (state, context) = (identity(desk), ctx(desk));
            let plan = plan_person_gone(&state, person(*who), context, &mut desk.ids);
            desk.apply(plan);
            prop_assert_ne!(
                identity(desk).profile.and_then(|it| it.standing.bound_to),
                Some(person(*who))
            );
        }
        Step::Finish => {
            let _nothing_open = desk.act(agent(1), InteractionAct::Finish);
        }
    }
    if let (Some(profile), Some(active)) = (&desk.state.profile, desk.active()) {
        prop_assert_eq!(active.opened_for, profile.standing.bound_to);
    }
    Ok(())
}

proptest! {
    #[test]
    fn p_8_one_active_profile_and_undo_restores_the_same_state(
        steps in prop::collection::vec(any_step(), 1..30),
    ) {
        let mut desk = Desk::new();
        for (number, step) in (1_u64..).zip(&steps) {
            run(&mut desk, step, number)?;
        }
    }
}

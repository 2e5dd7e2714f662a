//! P-13, L-16: an agent unlinks a number from its account.

use tern_domain::verification::{
    AccountLink, Elevation, UnlinkCause, VerificationRefusal, plan_unlink,
};
use tern_domain::{Actor, Effect, EventBody};

use crate::profiles::{ctx, identity};
use crate::support::{Desk, at, counter, inbound, person};

#[test]
fn p_13_an_agent_unlinks_what_is_linked_and_open_conversations_are_a_guests() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    let state = identity(&desk);
    let ctx = ctx(&desk);
    let refused = plan_unlink(&state, None, ctx, &mut counter());
    assert_eq!(refused, Err(VerificationRefusal::NotLinked));
    let link = AccountLink {
        person: person(1),
        linked_at: desk.now,
    };
    let plan = plan_unlink(&state, Some(link), ctx, &mut counter()).unwrap();
    assert_eq!(plan.events[0].actor, Actor::Agent(ctx.agent));
    let cause = UnlinkCause::ByAgent;
    assert_eq!(plan.events[0].body, EventBody::AccountUnlinked { cause });
    let ends = |effect: &Effect| {
        matches!(effect, Effect::SetElevation { interaction, elevation, .. }
            if *interaction == desk.active().unwrap().id && **elevation == Elevation::default())
    };
    assert!(plan.effects.iter().any(ends));
    let unlinks = |effect: &Effect| matches!(effect, Effect::SetAccountLink { link: None, .. });
    assert!(plan.effects.iter().any(unlinks));
    // S-6.
    let resets = |effect: &Effect| matches!(effect, Effect::ResetSubscription { .. });
    assert!(plan.effects.iter().any(resets));
}

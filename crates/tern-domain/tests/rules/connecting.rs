//! Connecting an account, and going live.

use tern_domain::{
    AccountSid, AccountState, Announcement, ConnectRefusal, Effect, EventBody, plan_connect,
};

use crate::support::{LIVE, agent, counter, number};

#[test]
fn connecting_goes_live_once() {
    let account = AccountSid::parse(format!("AC{:032x}", 1)).unwrap();
    let numbers = [number("+14155550199")];
    let fresh = AccountState {
        account: account.clone(),
        version: 0,
        live_since: None,
    };
    let plan = plan_connect(&fresh, &numbers, agent(1), LIVE, &mut counter()).unwrap();
    let bodies: Vec<_> = plan
        .events
        .iter()
        .map(|event| (event.expected_version, event.body.clone()))
        .collect();
    let connected = EventBody::AccountConnected {
        numbers: numbers.to_vec(),
    };
    assert_eq!(
        bodies,
        [(0, connected), (1, EventBody::WentLive { since: LIVE })]
    );
    let announced = Effect::Announce(Announcement::AccountConnected {
        account: account.clone(),
        numbers: numbers.to_vec(),
    });
    assert_eq!(plan.effects, [Effect::SetLiveSince(LIVE), announced]);

    let live = AccountState {
        account,
        version: 2,
        live_since: Some(LIVE),
    };
    let again = plan_connect(&live, &numbers, agent(1), LIVE, &mut counter()).unwrap();
    assert_eq!(again.events.len(), 1, "the moment of going live is kept");
    assert_eq!(again.events[0].expected_version, 2);
    assert_eq!(
        plan_connect(&live, &[], agent(1), LIVE, &mut counter()),
        Err(ConnectRefusal::NoNumbers)
    );
}

//! Checking credentials of both kinds, without ever showing one.

use secrecy::SecretString;
use serde_json::json as j;
use tern_twilio::{ApiKeySid, CheckedWith, Credential, TwilioClient};

use crate::peer::{Peer, account, json, with_headers};

const DATE: (&str, &str) = ("date", "Sat, 21 Nov 2026 10:00:00 GMT");

#[tokio::test]
async fn an_auth_token_is_checked_against_its_account() {
    let body = j!({"sid": account(), "friendly_name": "Harbour desk", "status": "active", "type": "Trial",
                   "owner_account_sid": account(), "auth_token": "leak-me"});
    let peer = Peer::start([with_headers(200, &[DATE], body.to_string())]).await;
    let check = peer.client().verify_credentials().await.unwrap();
    assert_eq!(
        peer.seen()[0].uri.path(),
        format!("/2010-04-01/Accounts/{}.json", account())
    );
    assert_eq!(check.checked_with, CheckedWith::AuthToken);
    let standing = check.standing.as_ref().unwrap();
    assert!(standing.is_active() && standing.is_trial());
    assert!(!format!("{check:?}").contains("leak-me"));
    let now = "2026-11-21T10:03:00Z".parse().unwrap();
    assert_eq!(check.clock_skew_at(now).unwrap().as_secs(), 180);
}

#[tokio::test]
async fn an_api_key_is_checked_by_what_it_may_do() {
    let peer = Peer::start([json(200, j!({"incoming_phone_numbers": []}))]).await;
    let mut config = peer.config();
    config.credential = Credential::ApiKey {
        sid: ApiKeySid::parse(format!("SK{}", "5".repeat(32))).unwrap(),
        secret: SecretString::from("key-secret"),
    };
    let client = TwilioClient::new(config).unwrap();
    let check = client.verify_credentials().await.unwrap();
    assert_eq!(check.checked_with, CheckedWith::ApiKey);
    let uri = peer.seen()[0].uri.to_string();
    assert!(
        uri.ends_with("/IncomingPhoneNumbers.json?PageSize=1"),
        "{uri}"
    );
    assert!(!format!("{client:?}").contains("key-secret"));
}

#[tokio::test]
async fn a_rejected_credential_is_told_apart_from_other_refusals() {
    let peer = Peer::start([
        json(401, j!({"code": 20003, "message": "Authenticate"})),
        json(403, j!({"code": 20005})),
        json(403, j!({"code": 20008})),
    ])
    .await;
    let client = peer.client();
    for expected in [true, true, false] {
        let error = client.verify_credentials().await.unwrap_err();
        assert_eq!(error.is_credential_problem(), expected, "{error:?}");
    }
}

#[tokio::test]
async fn the_balance_is_kept_as_text() {
    let peer = Peer::start([json(200, j!({"balance": "12.3400", "currency": "USD"}))]).await;
    let balance = peer.client().balance().await.unwrap();
    assert_eq!(
        (balance.amount.as_str(), balance.currency.as_str()),
        ("12.3400", "USD")
    );
}

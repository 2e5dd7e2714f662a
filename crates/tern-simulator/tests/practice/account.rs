//! Credentials, the account, its numbers and its balance; paths and methods that do not exist.

use axum::http::Method;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tern_simulator::{NumberAbilities, NumberConfig, Simulator, SimulatorConfig};

use crate::support::{OWN, OWN_SMS_ONLY, Practice};

async fn answer(practice: &Practice, rest: &str, user: &str, password: &str) -> (u16, Value) {
    let request = practice
        .client
        .get(practice.account_url(rest))
        .basic_auth(user, Some(password));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn token_and_key_open_what_they_may() {
    let practice = Practice::start().await;
    let account = practice.line.account().clone();
    let token = (account.account_sid.as_str(), account.auth_token.as_str());
    let key = (
        account.api_key_sid.as_str(),
        account.api_key_secret.as_str(),
    );
    for (rest, (user, password), status, code) in [
        (".json", token, 200, None),
        ("/Messages.json", token, 200, None),
        ("/Messages.json", key, 200, None),
        ("/IncomingPhoneNumbers.json?PageSize=1", key, 200, None),
        ("/Balance.json", key, 200, None),
        (".json", key, 403, Some(20403)),
        ("/Messages.json", (key.0, token.1), 401, Some(20003)),
        ("/Messages.json", (token.0, key.1), 401, Some(20003)),
        ("/Messages.json", (token.0, "wrong"), 401, Some(20003)),
        ("/Messages.json", ("", ""), 401, Some(20003)),
    ] {
        let (found, body) = answer(&practice, rest, user, password).await;
        assert_eq!((found, body["code"].as_u64()), (status, code), "{rest}");
    }
    let anonymous = practice
        .client
        .get(practice.account_url(".json"))
        .send()
        .await
        .unwrap();
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        anonymous.headers()["www-authenticate"],
        "Basic realm=\"Twilio API\""
    );
}

#[tokio::test]
async fn another_accounts_path_is_refused() {
    let practice = Practice::start().await;
    let other = format!(
        "{}/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json",
        practice.line.base_url()
    );
    let account = practice.line.account();
    let response = practice
        .client
        .get(other)
        .basic_auth(&account.account_sid, Some(&account.auth_token))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn unknown_paths_are_404_and_unknown_methods_405() {
    let practice = Practice::start().await;
    for rest in [
        "/messages.json",
        "/Messages",
        "/Calls.json",
        "/Messages/SM00000000000000000000000000000000.json",
    ] {
        let response = practice.api(Method::GET, rest).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(response.json::<Value>().await.unwrap()["code"], 20404);
    }
    let response = practice
        .api(Method::DELETE, "/Messages.json")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.json::<Value>().await.unwrap()["code"], 20004);
}

#[tokio::test]
async fn every_answer_carries_a_request_id() {
    let practice = Practice::start().await;
    for rest in [".json", "/nowhere.json"] {
        let response = practice.api(Method::GET, rest).send().await.unwrap();
        assert!(
            response.headers()["twilio-request-id"]
                .to_str()
                .unwrap()
                .starts_with("RQ"),
            "{rest}"
        );
        assert!(
            response
                .headers()
                .contains_key("twilio-concurrent-requests")
        );
        assert!(
            response.headers()["date"]
                .to_str()
                .unwrap()
                .ends_with(" GMT")
        );
    }
}

#[tokio::test]
async fn numbers_show_their_abilities_and_can_be_found() {
    let practice = Practice::start().await;
    let all = practice.get("/IncomingPhoneNumbers.json").await;
    let numbers = all["incoming_phone_numbers"].as_array().unwrap();
    let abilities = |number: &Value| {
        (
            number["capabilities"]["sms"].clone(),
            number["capabilities"]["mms"].clone(),
        )
    };
    assert_eq!(
        numbers.iter().map(abilities).collect::<Vec<_>>(),
        [(json!(true), json!(true)), (json!(true), json!(false))]
    );
    assert_eq!(numbers[0]["friendly_name"], "(415) 555-0100");
    for query in [
        "PhoneNumber=%2B14155550101",
        "PhoneNumber=5550101",
        "PhoneNumber=415***0101",
        "FriendlyName=(415)+555-0101",
    ] {
        let found = practice
            .get(&format!("/IncomingPhoneNumbers.json?{query}"))
            .await;
        let found = found["incoming_phone_numbers"].as_array().unwrap();
        assert_eq!(
            found
                .iter()
                .map(|number| &number["phone_number"])
                .collect::<Vec<_>>(),
            [&json!(OWN_SMS_ONLY)],
            "{query}"
        );
    }
    let page = practice.get("/IncomingPhoneNumbers.json?PageSize=1").await;
    let next: Value = practice
        .follow(page["next_page_uri"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        next["incoming_phone_numbers"][0]["phone_number"],
        OWN_SMS_ONLY
    );
    assert_eq!(next["next_page_uri"], Value::Null);
}

#[tokio::test]
async fn a_number_is_changed_field_by_field() {
    let practice = Practice::start().await;
    practice
        .set_number(&[
            ("SmsUrl", "http://127.0.0.1:1/in"),
            ("SmsMethod", "get"),
            ("FriendlyName", "Desk"),
        ])
        .await;
    practice
        .set_number(&[("SmsFallbackUrl", "http://127.0.0.1:1/fb")])
        .await;
    let numbers = practice.get("/IncomingPhoneNumbers.json").await;
    let number = &numbers["incoming_phone_numbers"][0];
    assert_eq!(
        (&number["sms_url"], &number["sms_method"]),
        (&json!("http://127.0.0.1:1/in"), &json!("GET"))
    );
    assert_eq!(
        (&number["sms_fallback_url"], &number["friendly_name"]),
        (&json!("http://127.0.0.1:1/fb"), &json!("Desk"))
    );
    let path = format!(
        "/IncomingPhoneNumbers/{}.json",
        number["sid"].as_str().unwrap()
    );
    assert_eq!(practice.get(&path).await, *number);
    practice.set_number(&[("SmsUrl", "")]).await;
    assert_eq!(practice.get(&path).await["sms_url"], Value::Null);
    let refused = practice
        .api(Method::POST, &path)
        .form(&[("SmsUrl", "nonsense")])
        .send()
        .await
        .unwrap();
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], 21502);
}

#[tokio::test]
async fn an_account_is_kept_over_restarts_but_its_messages_are_not() {
    let first = Practice::start().await;
    let account = first.line.account().clone();
    let sid = first.text("hello").await["sid"].clone();
    let number =
        first.get("/IncomingPhoneNumbers.json").await["incoming_phone_numbers"][0]["sid"].clone();
    first.line.shutdown().await;
    let config = SimulatorConfig {
        account_sid: Some(account.account_sid.clone()),
        auth_token: Some(account.auth_token.clone()),
        api_key_sid: Some(account.api_key_sid.clone()),
        api_key_secret: Some(account.api_key_secret.clone()),
        ..SimulatorConfig::default()
    };
    let second = Practice::with(config).await;
    assert_eq!(
        second.get("/IncomingPhoneNumbers.json").await["incoming_phone_numbers"][0]["sid"],
        number
    );
    assert_eq!(second.get("/Messages.json").await["messages"], json!([]));
    assert_ne!(second.text("hello").await["sid"], sid);
}

#[tokio::test]
async fn a_key_can_be_revoked_and_an_account_suspended() {
    let practice = Practice::start().await;
    let account = practice.line.account().clone();
    let key = |practice: &Practice| {
        practice
            .client
            .get(practice.account_url("/Messages.json"))
            .basic_auth(&account.api_key_sid, Some(&account.api_key_secret))
    };
    practice
        .sim_post("/sim/account", json!({ "revoke_key": true }))
        .await;
    assert_eq!(
        key(&practice).send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    practice
        .sim_post(
            "/sim/account",
            json!({ "revoke_key": false, "suspend": true }),
        )
        .await;
    let suspended = key(&practice).send().await.unwrap();
    assert_eq!(suspended.status(), StatusCode::FORBIDDEN);
    assert_eq!(suspended.json::<Value>().await.unwrap()["code"], 20005);
    assert_eq!(practice.get(".json").await["status"], "suspended");
    let rotated = practice
        .sim_post(
            "/sim/account",
            json!({ "suspend": false, "rotate_auth_token": true }),
        )
        .await;
    assert_ne!(rotated["auth_token"], account.auth_token.as_str());
    assert_eq!(
        practice
            .api(Method::GET, ".json")
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_number_without_abilities_sends_and_receives_nothing() {
    let numbers = vec![NumberConfig::new(OWN, NumberAbilities::VoiceOnly)];
    let practice = Practice::with(SimulatorConfig {
        numbers,
        ..SimulatorConfig::default()
    })
    .await;
    assert_eq!(
        practice
            .refused(&[("To", "+12125550123"), ("From", OWN), ("Body", "hi")])
            .await,
        (400, 21606)
    );
    practice.handset().await;
    let url = format!(
        "{}/sim/handsets/+12125550123/texts",
        practice.line.base_url()
    );
    let response = practice
        .client
        .post(url)
        .json(&json!({ "to": OWN, "body": "hi" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unusable_configuration_is_refused_by_field() {
    let wrong = [
        SimulatorConfig {
            account_sid: Some("SK12".to_owned()),
            ..SimulatorConfig::default()
        },
        SimulatorConfig {
            numbers: Vec::new(),
            ..SimulatorConfig::default()
        },
        SimulatorConfig {
            numbers: vec![NumberConfig::new("555", NumberAbilities::SmsOnly)],
            ..SimulatorConfig::default()
        },
    ];
    for config in wrong {
        assert!(Simulator::start(config).await.is_err());
    }
}

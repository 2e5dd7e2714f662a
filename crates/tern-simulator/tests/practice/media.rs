//! Pictures in both directions: fetching what is sent, serving what is received.

use std::time::Duration;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CUSTOMER, OWN, Practice, Receiver, Reply};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot a whole picture, but its beginning";

async fn picture_from_customer(practice: &Practice) -> (String, String) {
    practice.handset().await;
    let text = json!({ "to": OWN, "media": [{ "content_type": "image/png", "base64": STANDARD.encode(PNG) }] });
    let sent = practice
        .sim_post(&format!("/sim/handsets/{CUSTOMER}/texts"), text)
        .await;
    let message = sent["sid"].as_str().unwrap().to_owned();
    let list = practice
        .get(&format!("/Messages/{message}/Media.json"))
        .await;
    let media = list["media_list"][0]["sid"].as_str().unwrap().to_owned();
    (message, media)
}

#[tokio::test]
async fn a_received_picture_is_listed_described_and_served_behind_a_redirect() {
    let practice = Practice::start().await;
    let (message, media) = picture_from_customer(&practice).await;
    assert!(message.starts_with("MM") && media.starts_with("ME"));
    assert_eq!(practice.message(&json!(message)).await["num_media"], "1");
    let item = practice
        .get(&format!("/Messages/{message}/Media/{media}.json"))
        .await;
    let account = &practice.line.account().account_sid;
    assert_eq!(
        (
            &item["content_type"],
            &item["parent_sid"],
            &item["account_sid"]
        ),
        (&json!("image/png"), &json!(message), &json!(account))
    );
    assert_eq!(
        item["uri"],
        format!("/2010-04-01/Accounts/{account}/Messages/{message}/Media/{media}.json")
    );

    let today = practice
        .get(&format!(
            "/Messages/{message}/Media.json?DateCreated%3E=2020-01-01"
        ))
        .await;
    assert_eq!(today["media_list"].as_array().unwrap().len(), 1);
    let past = practice
        .get(&format!(
            "/Messages/{message}/Media.json?DateCreated%3C=2020-01-01"
        ))
        .await;
    assert_eq!(past["media_list"], json!([]));

    let path = format!("/Messages/{message}/Media/{media}");
    let anonymous = practice
        .client
        .get(practice.account_url(&path))
        .send()
        .await
        .unwrap();
    assert_eq!(anonymous.status(), StatusCode::UNAUTHORIZED);
    let redirect = practice.api(Method::GET, &path).send().await.unwrap();
    assert_eq!(redirect.status(), StatusCode::TEMPORARY_REDIRECT);
    let location = redirect.headers()["location"].to_str().unwrap().to_owned();
    let bytes = practice.client.get(&location).send().await.unwrap();
    assert_eq!(bytes.headers()["content-type"], "image/png");
    assert_eq!(bytes.bytes().await.unwrap(), PNG);

    let forged = location.replace("Signature=", "Signature=0");
    assert_eq!(
        practice.client.get(forged).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    practice.advance(Duration::from_secs(4 * 3600 + 2)).await;
    assert_eq!(
        practice
            .client
            .get(&location)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_deleted_picture_is_gone_from_the_api_but_not_from_the_phone() {
    let practice = Practice::start().await;
    let (message, media) = picture_from_customer(&practice).await;
    let path = format!("/Messages/{message}/Media/{media}");
    let delete = || practice.api(Method::DELETE, &format!("{path}.json")).send();
    assert_eq!(delete().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(delete().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(
        practice
            .api(Method::GET, &path)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        practice
            .get(&format!("/Messages/{message}/Media.json"))
            .await["media_list"],
        json!([])
    );
    let url = practice.screen().await[0]["media"][0]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        practice
            .client
            .get(url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        PNG
    );
}

#[tokio::test]
async fn an_uploaded_picture_is_fetched_and_reaches_the_phone() {
    let practice = Practice::start().await;
    practice.handset().await;
    let upload = practice
        .client
        .post(format!("{}/sim/media", practice.line.base_url()))
        .header("content-type", "image/png")
        .body(PNG);
    let url = upload.send().await.unwrap().json::<Value>().await.unwrap()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = practice
        .create(&[
            ("To", CUSTOMER),
            ("From", OWN),
            ("Body", "look"),
            ("MediaUrl", &url),
            ("MediaUrl", &url),
        ])
        .await;
    assert_eq!(
        (&message["num_media"], &message["status"]),
        (&json!("2"), &json!("queued"))
    );
    practice.reaches(&message["sid"], "delivered").await;
    let screen = practice.screen().await;
    let media = screen[0]["media"].as_array().unwrap();
    assert_eq!(
        (media.len(), &media[0]["content_type"]),
        (2, &json!("image/png"))
    );
    assert_eq!(
        practice
            .client
            .get(media[1]["url"].as_str().unwrap())
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        PNG
    );
}

#[tokio::test]
async fn media_that_cannot_be_sent_fails_the_message_with_its_code() {
    let practice = Practice::start().await;
    let host = Receiver::start().await;
    let large = Reply {
        status: 200,
        content_type: Some("image/png"),
        text: "x".repeat(5 * 1024 * 1024 + 1),
        delay: Duration::ZERO,
    };
    let script = Reply {
        status: 200,
        content_type: Some("image/svg+xml"),
        text: "<svg/>".to_owned(),
        delay: Duration::ZERO,
    };
    let missing = Reply {
        status: 404,
        ..Reply::default()
    };
    for (reply, code) in [(large, 11751), (script, 12300), (missing, 11200)] {
        host.answer(reply);
        let message = practice
            .create(&[("To", CUSTOMER), ("From", OWN), ("MediaUrl", &host.url)])
            .await;
        let failed = practice.reaches(&message["sid"], "failed").await;
        assert_eq!(failed["error_code"], code);
        assert!(failed["error_message"].is_string());
    }
    let nobody = practice
        .create(&[
            ("To", CUSTOMER),
            ("From", OWN),
            ("MediaUrl", "http://127.0.0.1:1/a.png"),
        ])
        .await;
    assert_eq!(
        practice.reaches(&nobody["sid"], "failed").await["error_code"],
        11200
    );
}

#[tokio::test]
async fn handsets_may_send_hostile_files() {
    let practice = Practice::start().await;
    practice.handset().await;
    let bytes = vec![0_u8; 50 * 1024 * 1024];
    let upload = practice
        .client
        .post(format!("{}/sim/media", practice.line.base_url()))
        .header("content-type", "image/png")
        .body(bytes.clone());
    let uploaded: Value = upload.send().await.unwrap().json().await.unwrap();
    let media = json!([
        { "content_type": "image/svg+xml", "base64": STANDARD.encode("<svg onload='alert(1)'/>") },
        { "url": uploaded["url"] },
    ]);
    let sent = practice
        .sim_post(
            &format!("/sim/handsets/{CUSTOMER}/texts"),
            json!({ "to": OWN, "media": media }),
        )
        .await;
    let list = practice
        .get(&format!(
            "/Messages/{}/Media.json?PageSize=1",
            sent["sid"].as_str().unwrap()
        ))
        .await;
    assert_eq!(list["media_list"][0]["content_type"], "image/svg+xml");
    let next: Value = practice
        .follow(list["next_page_uri"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let uri = next["media_list"][0]["uri"]
        .as_str()
        .unwrap()
        .replace(".json", "");
    let redirect = practice.follow(&uri).send().await.unwrap();
    let served = practice
        .client
        .get(redirect.headers()["location"].to_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(
        served.headers()["content-security-policy"],
        "sandbox; default-src 'none'"
    );
    assert_eq!(served.bytes().await.unwrap().len(), bytes.len());
}

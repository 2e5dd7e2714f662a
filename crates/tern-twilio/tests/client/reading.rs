//! Listing, fetching and changing: filters, pages, repeats and the limit of requests under way.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json as j};
use tern_twilio::{
    Execution, MessageFilter, PhoneNumberSid, Removal, SmsWebhook, TwilioClient, TwilioError,
    WebhookMethod,
};
use tokio::sync::{Semaphore, watch};

use crate::peer::{Peer, Reply, account, impatient_config, json, message, with_headers};

fn row() -> Value {
    j!({"sid": message(), "status": "delivered", "body": "hello"})
}

fn page(next: Value) -> Reply {
    json(200, j!({"messages": [row()], "next_page_uri": next}))
}

fn below_account(tail: &str) -> String {
    format!("/2010-04-01/Accounts/{}{tail}", account())
}

#[tokio::test]
async fn a_list_is_filtered_by_exact_address_and_gmt_day() {
    let peer = Peer::start([page(Value::Null)]).await;
    let filter = MessageFilter {
        to: Some("+14155550199".into()),
        from: Some("+14155550100".into()),
        date_sent_on_or_after: Some("2026-11-20".parse().unwrap()),
        date_sent_on_or_before: Some("2026-11-21".parse().unwrap()),
        page_size: Some(5000),
    };
    let page = peer.client().list_messages(&filter).await.unwrap();
    assert_eq!(page.messages.len(), 1);
    assert!(page.next.is_none());
    assert_eq!(
        peer.seen()[0].uri.query(),
        Some(
            "To=%2B14155550199&From=%2B14155550100&DateSent%3E=2026-11-20\
             &DateSent%3C=2026-11-21&PageSize=1000"
        )
    );
}

#[tokio::test]
async fn pages_are_followed_exactly_as_twilio_names_them() {
    let next = below_account("/Messages.json?To=%2B1&PageSize=1&Page=1&PageToken=PASM1");
    let peer = Peer::start([page(j!(next)), page(j!(""))]).await;
    let client = peer.client();
    let first = client
        .list_messages(&MessageFilter::default())
        .await
        .unwrap();
    let second = client.next_page(&first.next.unwrap()).await.unwrap();
    assert!(second.next.is_none());
    assert_eq!(peer.seen()[1].uri.to_string(), next);
}

#[tokio::test]
async fn a_next_page_outside_the_account_is_refused() {
    let other = format!("/2010-04-01/Accounts/AC{}/Messages.json", "b".repeat(32));
    for hostile in [
        "https://evil.example/2010-04-01/Accounts/x",
        "//evil.example/x",
        "/2010-04-01/Accounts",
        &other,
        &below_account("x/Messages.json"),
        &below_account("/../../../escape"),
    ] {
        let peer = Peer::start([page(j!(hostile))]).await;
        let result = peer.client().list_messages(&MessageFilter::default()).await;
        assert!(
            matches!(result, Err(TwilioError::Unreadable { .. })),
            "{hostile}"
        );
        assert_eq!(peer.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_read_is_repeated_after_passing_trouble() {
    let peer = Peer::start([
        with_headers(503, &[], "<html>"),
        json(429, j!({"code": 20429})),
        json(200, row()),
    ])
    .await;
    let found = peer.client().fetch_message(&message()).await.unwrap();
    assert_eq!(found.body.as_deref(), Some("hello"));
    assert_eq!(peer.seen().len(), 3);
}

#[tokio::test]
async fn a_read_gives_up_after_its_repeats() {
    let peer = Peer::start((0..9).map(|_| with_headers(500, &[], ""))).await;
    let error = peer.client().fetch_message(&message()).await.unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert_eq!(peer.seen().len(), 4);
}

#[tokio::test]
async fn a_missing_message_is_told_apart_and_not_asked_for_again() {
    let peer = Peer::start([json(404, j!({"code": 20404}))]).await;
    let error = peer.client().fetch_message(&message()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.execution(), Execution::Refused);
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn redact_cancel_and_delete_say_what_twilio_expects() {
    let peer = Peer::start([
        json(200, j!({"sid": message(), "body": ""})),
        json(200, j!({"sid": message(), "status": "canceled"})),
        with_headers(204, &[], ""),
        json(404, j!({"code": 20404})),
    ])
    .await;
    let client = peer.client();
    assert_eq!(
        client
            .redact_message(&message())
            .await
            .unwrap()
            .body
            .as_deref(),
        Some("")
    );
    client.cancel_message(&message()).await.unwrap();
    assert_eq!(
        client.delete_message(&message()).await.unwrap(),
        Removal::Removed
    );
    assert_eq!(
        client.delete_message(&message()).await.unwrap(),
        Removal::WasAlreadyGone
    );

    let path = below_account(&format!("/Messages/{}.json", message()));
    let asked: Vec<_> = peer
        .seen()
        .into_iter()
        .map(|seen| (seen.method.to_string(), seen.uri.to_string(), seen.body))
        .collect();
    let expect = |method: &str, body: &str| (method.to_owned(), path.clone(), body.to_owned());
    assert_eq!(
        asked,
        [
            expect("POST", "Body="),
            expect("POST", "Status=canceled"),
            expect("DELETE", ""),
            expect("DELETE", ""),
        ]
    );
}

#[tokio::test]
async fn all_numbers_are_listed_with_their_abilities_and_webhooks() {
    let sid = |n: u8| PhoneNumberSid::parse(format!("PN{n:032}")).unwrap();
    let number = |n: u8, more: Value| {
        let mut row = j!({"sid": sid(n), "phone_number": format!("+1415555010{n}")});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    };
    let next = below_account("/IncomingPhoneNumbers.json?Page=1");
    let peer = Peer::start([
        json(200, j!({"next_page_uri": next, "incoming_phone_numbers": [number(1, j!({
            "capabilities": {"sms": true, "mms": true, "voice": false},
            "sms_url": "https://old.example/sms", "sms_method": "GET", "friendly_name": "Desk"}))]})),
        json(200, j!({"next_page_uri": null, "incoming_phone_numbers": [
            number(2, j!({"capabilities": null, "sms_url": null})), {"sid": "nonsense"}]})),
    ])
    .await;
    let numbers = peer.client().list_numbers().await.unwrap();
    assert_eq!(numbers.len(), 2);
    assert!(numbers[0].capabilities.sms && numbers[0].capabilities.mms);
    assert!(!numbers[0].capabilities.voice);
    assert_eq!(numbers[0].sms_webhook.url, "https://old.example/sms");
    assert_eq!(numbers[0].sms_webhook.method, WebhookMethod::Get);
    assert_eq!(numbers[1].sid, sid(2));
    assert_eq!(numbers[1].sms_webhook, SmsWebhook::default());
    assert!(!numbers[1].capabilities.sms);
}

#[tokio::test]
async fn a_number_is_pointed_at_a_new_webhook() {
    let sid = PhoneNumberSid::parse(format!("PN{}", "4".repeat(32))).unwrap();
    let answer =
        j!({"sid": sid, "phone_number": "+14155550199", "sms_url": "https://new.example/in"});
    let peer = Peer::start([json(200, answer)]).await;
    let webhook = SmsWebhook {
        url: "https://new.example/in".into(),
        method: WebhookMethod::Post,
    };
    let number = peer
        .client()
        .update_number_sms_url(&sid, &webhook)
        .await
        .unwrap();
    assert_eq!(number.sms_webhook, webhook);
    assert_eq!(
        peer.seen()[0].body,
        "SmsUrl=https%3A%2F%2Fnew.example%2Fin&SmsMethod=POST"
    );
}

#[tokio::test]
async fn never_more_than_three_requests_are_under_way() {
    let gate = Arc::new(Semaphore::new(0));
    let (inside, mut watching) = watch::channel((0_usize, 0_usize));
    let inside = Arc::new(inside);
    let app = {
        let gate = Arc::clone(&gate);
        axum::Router::new().fallback(move || async move {
            inside.send_modify(|(now, most)| {
                *now += 1;
                *most = (*most).max(*now);
            });
            gate.acquire().await.unwrap().forget();
            inside.send_modify(|(now, _)| *now -= 1);
            row().to_string()
        })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

    let client = TwilioClient::new(impatient_config(&base_url)).unwrap();
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.fetch_message(&message()).await.unwrap() })
        })
        .collect();
    for _ in 0..tasks.len() {
        tokio::time::timeout(
            Duration::from_secs(20),
            watching.wait_for(|(now, _)| *now > 0),
        )
        .await
        .unwrap()
        .unwrap();
        gate.add_permits(1);
    }
    for task in tasks {
        task.await.unwrap();
    }
    let (_, most) = *watching.borrow();
    assert!((1..=3).contains(&most), "{most}");
}

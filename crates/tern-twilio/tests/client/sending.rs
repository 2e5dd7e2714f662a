//! Creating messages: what is sent, what is repeated, and what an error says about execution.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json as j;
use tern_twilio::{
    Execution, MessageStatus, MessagingServiceSid, NewMessage, Operation, Sender, TwilioClient,
    TwilioError,
};

use crate::peer::{
    Cut, Peer, Reply, account, cutting_peer, impatient_config, json, message, with_headers,
};

fn text() -> NewMessage {
    NewMessage::text(
        "+14155550100".into(),
        Sender::Address("+14155550199".into()),
        "hello",
    )
}

fn created() -> Reply {
    json(
        201,
        j!({"sid": message(), "status": "queued", "num_segments": "1"}),
    )
}

fn error(status: u16, code: u32) -> Reply {
    json(
        status,
        j!({"code": code, "message": "The 'To' number +14155550100 is bad", "status": status}),
    )
}

async fn failure(peer: &Peer) -> TwilioError {
    peer.client().create_message(&text()).await.unwrap_err()
}

#[tokio::test]
async fn a_create_is_a_form_with_basic_auth_and_our_name() {
    let peer = Peer::start([created()]).await;
    let mut message = text();
    message.body = Some("a+b & ü😀".into());
    message.media_urls = vec![
        "https://h/1.png".parse().unwrap(),
        "https://h/2.png".parse().unwrap(),
    ];
    message.status_callback = Some("https://h/status".parse().unwrap());
    message.validity_period = Some(Duration::from_secs(3600));
    let row = peer.client().create_message(&message).await.unwrap();
    assert_eq!(row.status, MessageStatus::Queued);

    let seen = &peer.seen()[0];
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.uri.path(),
        format!("/2010-04-01/Accounts/{}/Messages.json", account())
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        seen.body,
        "To=%2B14155550100&From=%2B14155550199&Body=a%2Bb+%26+%C3%BC%F0%9F%98%80\
         &MediaUrl=https%3A%2F%2Fh%2F1.png&MediaUrl=https%3A%2F%2Fh%2F2.png\
         &StatusCallback=https%3A%2F%2Fh%2Fstatus&ValidityPeriod=3600"
    );
    assert!(seen.header("user-agent").unwrap().starts_with("Tern/"));
    assert!(seen.header("authorization").unwrap().starts_with("Basic "));
}

#[tokio::test]
async fn a_scheduled_message_names_its_service_and_time() {
    let peer = Peer::start([created()]).await;
    let service = MessagingServiceSid::parse(format!("MG{}", "3".repeat(32))).unwrap();
    let mut message = text();
    message.sender = Sender::AddressInService {
        from: "+14155550199".into(),
        service: service.clone(),
    };
    message.send_at = Some("2026-11-21T10:00:00Z".parse().unwrap());
    peer.client().create_message(&message).await.unwrap();
    assert_eq!(
        peer.seen()[0].body,
        format!(
            "To=%2B14155550100&From=%2B14155550199&MessagingServiceSid={service}\
             &Body=hello&ScheduleType=fixed&SendAt=2026-11-21T10%3A00%3A00Z"
        )
    );
}

#[tokio::test]
async fn t_14_a_refusal_keeps_code_words_and_request_id_but_logs_no_number() {
    let body = j!({"code": 21211, "message": "The 'To' number +14155550100 is bad",
                   "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400});
    let headers = [("twilio-request-id", "RQ7")];
    let peer = Peer::start([with_headers(400, &headers, body.to_string())]).await;
    let error = failure(&peer).await;
    assert_eq!(error.operation(), Operation::CreateMessage);
    assert_eq!(error.execution(), Execution::Refused);
    assert_eq!((error.status(), error.code()), (Some(400), Some(21211)));
    assert_eq!(error.request_id(), Some("RQ7"));
    assert!(
        error
            .refusal()
            .unwrap()
            .message
            .as_deref()
            .unwrap()
            .contains("+1415")
    );
    assert!(!format!("{error} {error:?}").contains("4155550100"));
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_429_is_repeated_because_twilio_did_nothing() {
    let peer = Peer::start([error(429, 20429), error(429, 20429), created()]).await;
    peer.client().create_message(&text()).await.unwrap();
    assert_eq!(peer.seen().len(), 3);
}

#[tokio::test]
async fn a_429_that_stays_is_not_executed_and_keeps_retry_after() {
    let headers = [("retry-after", "3600")];
    let peer = Peer::start([with_headers(429, &headers, "")]).await;
    let error = failure(&peer).await;
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    // Waiting an hour inside a call would look like a hang: the caller decides.
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_500_may_have_been_executed_and_is_not_repeated() {
    let peer = Peer::start([error(500, 20500), created()]).await;
    let error = failure(&peer).await;
    assert_eq!(error.execution(), Execution::MayHaveBeenExecuted);
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn silence_after_the_request_may_have_been_executed_and_is_not_repeated() {
    let peer = Peer::start([Reply::Silence, created()]).await;
    let mut config = peer.config();
    config.post_timeout = Duration::from_millis(300);
    let client = TwilioClient::new(config).unwrap();
    let error = client.create_message(&text()).await.unwrap_err();
    assert!(matches!(error, TwilioError::Timeout { .. }), "{error:?}");
    assert_eq!(error.execution(), Execution::MayHaveBeenExecuted);
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_connection_cut_after_it_stood_may_have_been_executed_and_is_not_repeated() {
    for cut in [Cut::BeforeReading, Cut::AfterReading, Cut::InsideTheAnswer] {
        let (base_url, accepted) = cutting_peer(cut).await;
        let client = TwilioClient::new(impatient_config(&base_url)).unwrap();
        let error = client.create_message(&text()).await.unwrap_err();
        assert!(
            matches!(error, TwilioError::Interrupted { .. }),
            "{error:?}"
        );
        assert_eq!(error.execution(), Execution::MayHaveBeenExecuted);
        assert_eq!(*accepted.lock().unwrap(), 1);
    }
}

#[tokio::test]
async fn a_create_never_uses_an_old_connection() {
    let peer = Peer::start([json(200, j!({"balance": "1"})), created(), created()]).await;
    let client = peer.client();
    client.balance().await.unwrap();
    client.create_message(&text()).await.unwrap();
    client.create_message(&text()).await.unwrap();
    let connections: HashSet<_> = peer.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections.len(), 3);
}

#[tokio::test]
async fn without_a_connection_nothing_was_executed() {
    // A port that was free a moment ago: nobody listens there.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = TwilioClient::new(impatient_config(&base_url)).unwrap();
    let error = client.create_message(&text()).await.unwrap_err();
    assert!(error.is_offline());
    assert_eq!(error.execution(), Execution::NotExecuted);
}

#[tokio::test]
async fn a_yes_that_cannot_be_read_may_have_been_executed() {
    for body in ["<html>captive portal</html>", "{}", r#"{"sid":"SM1"}"#] {
        let peer = Peer::start([with_headers(201, &[], body)]).await;
        let error = failure(&peer).await;
        assert!(matches!(error, TwilioError::Unreadable { .. }), "{error:?}");
        assert_eq!(error.execution(), Execution::MayHaveBeenExecuted);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_leaves_the_outcome_open() {
    let target = Peer::start([created()]).await;
    let peer = Peer::start([with_headers(307, &[("location", &target.base_url)], "")]).await;
    let error = failure(&peer).await;
    assert_eq!(error.execution(), Execution::MayHaveBeenExecuted);
    assert!(target.seen().is_empty());
}

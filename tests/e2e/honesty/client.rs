//! Every request that the Twilio client can make is one that Twilio describes, with an answer that it describes.

use std::time::Duration;

use serde_json::{Value, json};
use tern_simulator::Simulator;
use tern_twilio::{
    Execution, MessageFilter, MessageResource, MessageSid, MessageStatus, MessagingServiceSid,
    NewMessage, Removal, Sender, TwilioClient, WebhookMethod, codes,
};

use super::node::JudgingProxy;
use super::{api_key, auth_token, client_at, practice_line};

/// Everything in the client's public API, by Twilio's names.
const EVERY_OPERATION: [&str; 13] = [
    "CreateMessage",
    "DeleteMedia",
    "DeleteMessage",
    "FetchAccount",
    "FetchBalance",
    "FetchFromCdn",
    "FetchMediaBytes",
    "FetchMessage",
    "ListIncomingPhoneNumber",
    "ListMedia",
    "ListMessage",
    "UpdateIncomingPhoneNumber",
    "UpdateMessage",
];

const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

struct Play {
    line: Simulator,
    proxy: JudgingProxy,
    client: TwilioClient,
    number: String,
    handset: String,
}

impl Play {
    async fn set_up() -> Self {
        let line = practice_line().await;
        let proxy = JudgingProxy::start(line.base_url());
        let client = client_at(&proxy.base_url, &line, auth_token(&line));
        let number = line.account().numbers[0].clone();
        let created = control(&line, "/handsets", &json!({})).await;
        let handset = created["e164"].as_str().expect("a number").to_owned();
        Self {
            line,
            proxy,
            client,
            number,
            handset,
        }
    }

    fn text(&self, body: &str) -> NewMessage {
        let sender = Sender::Address(self.number.as_str().into());
        NewMessage::text(self.handset.as_str().into(), sender, body)
    }

    async fn delivered(&self, sid: &MessageSid) -> MessageResource {
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        let delivery = async {
            loop {
                pause.tick().await;
                let row = self.client.fetch_message(sid).await.expect("the row");
                if row.status == MessageStatus::Delivered {
                    return row;
                }
            }
        };
        let patience = Duration::from_secs(20);
        tokio::time::timeout(patience, delivery)
            .await
            .expect("delivered in time")
    }
}

/// Posts to the practice line's control surface.
async fn control(line: &Simulator, path: &str, body: &Value) -> Value {
    let answer = reqwest::Client::new()
        .post(format!("{}/sim{path}", line.base_url()))
        .json(body)
        .send()
        .await
        .expect("the control surface answers");
    assert!(
        answer.status().is_success(),
        "{path} answered {}",
        answer.status()
    );
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn honesty_of_every_request_of_the_client_and_its_answer() {
    let play = Play::set_up().await;
    account_and_numbers(&play).await;
    sending(&play).await;
    reading(&play).await;
    media(&play).await;
    refusals(&play).await;

    let report = play.proxy.report().await;
    assert!(report.violations.is_empty(), "{:#?}", report.violations);
    let missing: Vec<_> = EVERY_OPERATION
        .iter()
        .filter(|name| !report.operations.iter().any(|seen| seen == *name))
        .collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    assert!(report.exchanges > 30, "{}", report.exchanges);
}

async fn account_and_numbers(play: &Play) {
    let check = play
        .client
        .verify_credentials()
        .await
        .expect("the token is accepted");
    assert!(check.standing.is_some_and(|standing| standing.is_active()));
    let by_key = client_at(&play.proxy.base_url, &play.line, api_key(&play.line));
    by_key
        .verify_credentials()
        .await
        .expect("the key is accepted");
    play.client.balance().await.expect("a balance");

    let numbers = play.client.list_numbers().await.expect("numbers");
    assert_eq!(numbers.len(), play.line.account().numbers.len());
    let number = numbers
        .into_iter()
        .find(|n| n.phone_number.as_str() == play.number);
    let number = number.expect("the first number");
    assert!(number.capabilities.sms);
    let mut webhook = number.sms_webhook;
    let before = webhook.clone();
    webhook.url = "https://desk.example/twilio/inbound".to_owned();
    webhook.method = WebhookMethod::Post;
    let changed = play
        .client
        .update_number_sms_url(&number.sid, &webhook)
        .await;
    assert_eq!(changed.expect("an update").sms_webhook, webhook);
    play.client
        .update_number_sms_url(&number.sid, &before)
        .await
        .expect("the old one back");
}

async fn sending(play: &Play) {
    let mut message = play.text("Ferry at 9 ü😀");
    message.validity_period = Some(Duration::from_secs(600));
    message.status_callback = Some("http://127.0.0.1:9/nobody".parse().expect("a URL"));
    let created = play
        .client
        .create_message(&message)
        .await
        .expect("a message");
    assert_eq!(created.body.as_deref(), Some("Ferry at 9 ü😀"));
    let delivered = play.delivered(&created.sid).await;
    assert!(delivered.date_sent.is_some());
    let redacted = play
        .client
        .redact_message(&created.sid)
        .await
        .expect("a redaction");
    assert_eq!(redacted.body.as_deref(), Some(""));
    let removed = play.client.delete_message(&created.sid).await;
    assert_eq!(removed.expect("a removal"), Removal::Removed);
    let again = play.client.delete_message(&created.sid).await;
    assert_eq!(again.expect("an answer"), Removal::WasAlreadyGone);

    let service = MessagingServiceSid::parse(play.line.account().messaging_service_sid.clone());
    let mut scheduled = play.text("Later");
    scheduled.sender = Sender::MessagingService(service.expect("a service"));
    let account = play
        .client
        .verify_credentials()
        .await
        .expect("the server's time");
    let in_an_hour = account.server_time.expect("a Date") + Duration::from_secs(3600);
    scheduled.send_at = Some(in_an_hour);
    let waiting = play
        .client
        .create_message(&scheduled)
        .await
        .expect("a message");
    assert_eq!(waiting.status, MessageStatus::Scheduled);
    let canceled = play
        .client
        .cancel_message(&waiting.sid)
        .await
        .expect("a cancellation");
    assert_eq!(canceled.status, MessageStatus::Canceled);
}

async fn reading(play: &Play) {
    for n in 0..5 {
        let created = play
            .client
            .create_message(&play.text(&format!("Number {n}")))
            .await;
        play.delivered(&created.expect("a message").sid).await;
    }
    let today = play
        .client
        .verify_credentials()
        .await
        .expect("the server's time")
        .server_time;
    let today = today
        .expect("a Date")
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let filter = MessageFilter {
        from: Some(play.number.as_str().into()),
        to: Some(play.handset.as_str().into()),
        date_sent_on_or_after: Some(today.yesterday().expect("a day")),
        date_sent_on_or_before: Some(today.tomorrow().expect("a day")),
        page_size: Some(2),
    };
    let mut page = play.client.list_messages(&filter).await.expect("a page");
    let mut sids = Vec::new();
    loop {
        sids.extend(
            page.messages
                .iter()
                .filter_map(tern_twilio::RawMessage::sid),
        );
        let Some(next) = page.next else { break };
        page = play.client.next_page(&next).await.expect("the next page");
    }
    assert_eq!(sids.len(), 5);
}

async fn media(play: &Play) {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(PNG);
    let text = json!({"to": play.number, "body": "Look",
                      "media": [{"content_type": "image/png", "base64": base64}]});
    control(
        &play.line,
        &format!("/handsets/{}/texts", play.handset),
        &text,
    )
    .await;
    let filter = MessageFilter {
        from: Some(play.handset.as_str().into()),
        ..MessageFilter::default()
    };
    let page = play.client.list_messages(&filter).await.expect("a page");
    let row = page
        .messages
        .into_iter()
        .next()
        .expect("the text")
        .interpret()
        .expect("a SID");
    assert_eq!(row.num_media, 1);
    let parts = play.client.list_media(&row.sid).await.expect("media");
    let part = &parts.first().expect("a part").sid;
    let found = play
        .client
        .download_media(&row.sid, part, 1 << 20)
        .await
        .expect("bytes");
    assert_eq!(found.bytes, PNG);
    assert!(found.content.is_picture());
    let removed = play
        .client
        .delete_media(&row.sid, part)
        .await
        .expect("a removal");
    assert_eq!(removed, Removal::Removed);
}

async fn refusals(play: &Play) {
    let mut stranger = play.text("Hello");
    stranger.sender = Sender::Address("+14155557777".into());
    let error = play
        .client
        .create_message(&stranger)
        .await
        .expect_err("not our number");
    assert_eq!(
        (error.code(), error.execution()),
        (Some(21606), Execution::Refused)
    );
    assert!(error.request_id().is_some());

    let stop = json!({"to": play.number, "body": "STOP"});
    control(
        &play.line,
        &format!("/handsets/{}/texts", play.handset),
        &stop,
    )
    .await;
    let error = play
        .client
        .create_message(&play.text("Hello"))
        .await
        .expect_err("opted out");
    assert_eq!(error.code(), Some(codes::OPTED_OUT));

    let wrong = tern_twilio::Credential::AuthToken(secrecy::SecretString::from("wrong"));
    let wrong = client_at(&play.proxy.base_url, &play.line, wrong);
    let error = wrong.verify_credentials().await.expect_err("a wrong token");
    assert!(error.is_credential_problem());
}

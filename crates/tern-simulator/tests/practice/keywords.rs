//! The carrier's opt-out words, end to end.

use serde_json::json;

use crate::support::{CUSTOMER, OWN, OWN_SMS_ONLY, Practice, Receiver};

const HELLO: [(&str, &str); 3] = [("To", CUSTOMER), ("From", OWN), ("Body", "hello")];

#[tokio::test]
async fn stop_blocks_this_number_only_until_start() {
    let practice = Practice::start().await;
    let receiver = Receiver::start().await;
    practice.set_number(&[("SmsUrl", &receiver.url)]).await;
    practice.handset().await;
    practice.customer_texts(" stop ").await;
    assert_eq!(practice.refused(&HELLO).await, (400, 21610));
    practice
        .create(&[
            ("To", CUSTOMER),
            ("From", OWN_SMS_ONLY),
            ("Body", "other number"),
        ])
        .await;
    practice.customer_texts("HELP").await;
    practice.customer_texts("Unstop").await;
    practice.create(&HELLO).await;
    practice.customer_texts("help").await;

    let own_replies: Vec<_> = practice
        .screen()
        .await
        .into_iter()
        .filter(|text| text["sid"].is_null())
        .collect();
    assert_eq!(
        own_replies.len(),
        3,
        "STOP, START and the second HELP are answered"
    );
    assert!(
        own_replies
            .iter()
            .all(|reply| reply["direction"] == "received" && reply["other_party"] == OWN)
    );
    let webhooks = receiver.wait_for(4).await;
    let bodies: Vec<_> = webhooks
        .iter()
        .filter_map(|webhook| webhook.param("Body"))
        .collect();
    assert!(
        bodies.contains(&" stop ") && bodies.contains(&"Unstop"),
        "the webhook still fires"
    );
    assert!(
        webhooks
            .iter()
            .all(|webhook| webhook.param("OptOutType").is_none())
    );
    let listed = practice.get("/Messages.json").await;
    let inbound = listed["messages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|message| message["direction"] == "inbound")
        .count();
    assert_eq!(
        (inbound, listed["messages"].as_array().unwrap().len()),
        (4, 6),
        "the carrier's replies are not listed"
    );
}

#[tokio::test]
async fn a_sentence_with_stop_in_it_blocks_nothing() {
    let practice = Practice::start().await;
    practice.handset().await;
    practice.customer_texts("please STOP").await;
    practice.create(&HELLO).await;
}

#[tokio::test]
async fn a_service_message_to_a_blocked_handset_fails_later() {
    let practice = Practice::start().await;
    practice.handset().await;
    practice.customer_texts("STOPALL").await;
    let service = practice.line.account().messaging_service_sid.clone();
    let message = practice
        .create(&[
            ("To", CUSTOMER),
            ("MessagingServiceSid", &service),
            ("Body", "hello"),
        ])
        .await;
    assert_eq!(
        practice.reaches(&message["sid"], "failed").await["error_code"],
        json!(21610)
    );
}

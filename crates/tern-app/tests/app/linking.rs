//! A number linked by text, as the window is told of it: who it is for sure, and taking that away.

use serde_json::Value;
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::people::JANE;
use crate::rig::{Rig, list_of, wait_for};
use crate::verification::{code_at, confirm, set_pin, user};

const PIN: &str = "482913";
const ASKS: &str = "What is your six-digit PIN?";
const HEARD: &str = "Which six-digit code does your authenticator app show now?";
const LINKED: &str = "I know who you are until this conversation ends.";

/// A virtual agent that answers, and asks for PIN and code.
async fn asking(rig: &Rig) {
    asking_for(rig, "google_authenticator").await;
}

async fn asking_for(rig: &Rig, second_factor: &str) {
    let mut decided = rig.app.virtual_agent().await.unwrap();
    decided.on = true;
    let mut chat: Value = serde_json::from_str(&decided.chat).unwrap();
    let parts = chat["includes"].as_array_mut().unwrap();
    parts.push("link_account".into());
    chat["secondFactor"] = second_factor.into();
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
}

/// Texts, and waits until the phone got an answer with these words.
async fn says(rig: &Rig, body: &str, wanted: &str) {
    rig.next_second().await;
    let before = rig.received(JANE).await.len();
    rig.write(JANE, body, vec![]).await;
    wait_for(&rig.app, wanted, async || {
        let got = rig.received(JANE).await;
        let answered = got.iter().skip(before).any(|it| it.body.contains(wanted));
        answered.then_some(())
    })
    .await;
}

async fn account(rig: &Rig, conversation_id: i64) -> AccountStanding {
    let conversation = ConversationRef { conversation_id };
    let identity = rig.app.identity(conversation).await.unwrap();
    identity.account.expect("a user has an account")
}

#[tokio::test]
async fn l_3_l_15_p_13_the_window_tells_who_it_is_for_sure_and_an_agent_unlinks() {
    let rig = Rig::practising().await;
    let who = user(&rig).await;
    set_pin(&rig, &who, PIN).await.unwrap();
    let begun = rig.app.begin_enrolment(who.clone()).await.unwrap();
    let code = code_at(&begun.secret, "now");
    confirm(&rig, &who, &code).await.unwrap();
    asking(&rig).await;
    says(&rig, "link my number", ASKS).await;
    let listed = list_of(&rig.app, InboxList::WithVirtualAgent).await;
    let id = listed.rows[0].id;
    let before = account(&rig, id).await;
    assert_eq!((before.linked_since, before.verified_at), (None, None));

    says(&rig, PIN, HEARD).await;
    let mut changes = rig.app.subscribe();
    // No code counts twice (L-14), and the first one enrolled the app.
    let code = code_at(&begun.secret, "+30 seconds");
    says(&rig, &code, LINKED).await;
    let told = async {
        while !matches!(changes.recv().await.unwrap().change, tern_app::Change::Conversation { conversation_id } if conversation_id == id)
        {
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), told)
        .await
        .expect("the window is told");
    let linked = account(&rig, id).await;
    assert!(linked.linked_since.is_some() && linked.verified_at.is_some());
    let conversation = ConversationRef {
        conversation_id: id,
    };
    let identity = rig.app.identity(conversation).await.unwrap();
    assert_eq!(identity.verified.unwrap().by, "PIN and code");
    // L-14: what proved it stands nowhere, not even as dots among what they wrote.
    let texts: Vec<_> = identity.last_texts.iter().map(|it| &it.body).collect();
    assert_eq!(texts, ["link my number"]);
    let thread = rig.thread(id).await;
    let hidden = thread
        .iter()
        .filter_map(|it| it.removal.as_ref()?.secure.as_deref());
    assert_eq!(hidden.collect::<Vec<_>>(), ["PIN entry", "PIN entry"]);

    // L-15: in the next conversation the number is linked, and nobody is sure.
    says(&rig, "bye", "").await;
    says(&rig, "hi", "").await;
    let later = account(&rig, id).await;
    assert_eq!(later.linked_since, linked.linked_since);
    assert_eq!(later.verified_at, None);

    let after = rig.app.unlink_account(conversation).await.unwrap();
    let after = after.account.unwrap();
    assert_eq!((after.linked_since, after.verified_at), (None, None));
    let timeline = rig.app.timeline(conversation).await.unwrap();
    let entry = timeline.iter().find(|it| it.text.contains("Unlinked"));
    assert_eq!(entry.unwrap().text, "Unlinked the number from the account");
    assert_eq!(entry.unwrap().actor, "You");
    let again = rig.app.unlink_account(conversation).await.err().unwrap();
    assert_eq!(again.code, ErrorCode::NotAllowed);
    assert_eq!(again.message, "This number is linked to no account.");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn l_2_with_codes_by_text_a_pin_is_enough_to_be_set_up_and_the_thread_shows_no_digit() {
    let rig = Rig::practising().await;
    let who = user(&rig).await;
    set_pin(&rig, &who, PIN).await.unwrap();
    let lacks = async || rig.app.list_enrolled().await.unwrap().remove(0).missing;
    assert_eq!(lacks().await, "no authenticator app");
    asking_for(&rig, "sms").await;
    assert_eq!(lacks().await, "");

    says(&rig, "link my number", ASKS).await;
    says(&rig, PIN, "I have just sent you a six-digit code").await;
    let got = rig.received(JANE).await;
    let mut codes = got
        .iter()
        .filter_map(|it| it.body.split_once(" is your one-time code."));
    let code = codes.next().expect("a code on the phone").0.to_owned();
    says(&rig, &code, LINKED).await;
    let id = list_of(&rig.app, InboxList::WithVirtualAgent).await.rows[0].id;
    assert!(account(&rig, id).await.verified_at.is_some());
    let thread = wait_for(&rig.app, "the carrier to forget the code", async || {
        let thread = rig.thread(id).await;
        let mut removals = thread.iter().filter_map(|it| it.removal.clone());
        let sent = removals.find(|it| it.secure.as_deref() == Some("Code"))?;
        (sent.carrier == CarrierCopy::Done).then_some(thread)
    })
    .await;
    assert!(thread.iter().all(|it| !it.body.contains(&code)));
    rig.app.shutdown().await;
}

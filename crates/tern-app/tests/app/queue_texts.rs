//! What queues tell customers, and work that moves on, over a real line and a real file.

use tern_app::dto::*;

use crate::rig::{Rig, wait_for};
use crate::team::{answer, customer, offer, owner, staffed, view};

pub(crate) async fn enter(rig: &Rig, name: &str) {
    let team = rig.app.team().await.unwrap();
    let state = team.presence_states.iter().find(|it| it.name == name);
    rig.app
        .choose_presence(ChoosePresence {
            state_id: state.unwrap().id.clone(),
        })
        .await
        .unwrap();
}

async fn change_queue(rig: &Rig, change: impl FnOnce(&mut QueueView)) {
    let mut queue = rig.app.routing_settings().await.unwrap().queues.remove(0);
    change(&mut queue);
    rig.app.save_queue(queue).await.unwrap();
}

/// Waits until the customer's phone has exactly these texts from the team.
pub(crate) async fn told(rig: &Rig, number: &str, wanted: &[&str]) {
    wait_for(&rig.app, "the texts of the queue", async || {
        let received = rig.received(number).await;
        let bodies: Vec<_> = received
            .iter()
            .filter(|text| text.received)
            .map(|text| text.body.as_str())
            .collect();
        (bodies == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn r_4_and_h_7_a_queue_says_that_nobody_is_there_and_greets_when_an_agent_accepts() {
    let (rig, _) = staffed(60).await;
    change_queue(&rig, |queue| {
        queue.nobody_text = " Nobody is at the desk. ".to_owned();
        queue.first_response = "You are talking to a person now.".to_owned();
    })
    .await;
    enter(&rig, "Away").await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, "hello").await;
    told(&rig, &phone, &["Nobody is at the desk."]).await;
    enter(&rig, "Available").await;
    let offered = offer(&rig).await;
    rig.app.answer_offer(answer(&offered, true)).await.unwrap();
    told(
        &rig,
        &phone,
        &["Nobody is at the desk.", "You are talking to a person now."],
    )
    .await;
    let said = rig.thread(row.id).await;
    let authors: Vec<_> = said.iter().map(|text| text.author.as_deref()).collect();
    assert_eq!(authors, [None, Some("Tern"), Some("Tern")]);
}

#[tokio::test]
async fn h_7_whoever_takes_a_waiting_conversation_by_hand_accepts_it_and_the_queue_greets_once() {
    let rig = Rig::practising().await;
    change_queue(&rig, |queue| {
        queue.first_response = "You are talking to a person now.".to_owned();
    })
    .await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, "hello").await;
    wait_for(&rig.app, "a queue", async || {
        let work = view(&rig, row.id).await.work;
        work.and_then(|work| work.queue)
    })
    .await;
    let act = |act| ActOnConversation {
        conversation_id: row.id,
        act,
    };
    for done in [
        ConversationAct::Take,
        ConversationAct::PutBack,
        ConversationAct::Take,
    ] {
        rig.app.act_on_conversation(act(done)).await.unwrap();
    }
    told(&rig, &phone, &["You are talking to a person now."]).await;
}

#[tokio::test]
async fn q_13_after_the_longest_wait_the_customer_is_told_and_nobody_is_asked() {
    let (rig, _) = staffed(60).await;
    change_queue(&rig, |queue| {
        queue.max_wait_seconds = Some(1);
        queue.max_wait_text = "Nobody could take this.".to_owned();
    })
    .await;
    enter(&rig, "Away").await;
    let phone = customer(&rig).await;
    let row = rig.text(&phone, "hello").await;
    told(&rig, &phone, &["Nobody could take this."]).await;
    enter(&rig, "Available").await;
    let now = view(&rig, row.id).await;
    assert_eq!(now.row.list, InboxList::New, "it can be taken by hand");
    assert_eq!(rig.app.offers().await.unwrap(), []);
    rig.text(&phone, "please").await;
    assert_eq!(offer(&rig).await.conversation_id, row.id, "a new wait");
}

#[tokio::test]
async fn q_21_work_moves_on_when_its_agent_is_away_if_the_rule_says_so() {
    let (rig, _) = staffed(60).await;
    let mut rule = rig.app.routing_settings().await.unwrap().rules.remove(0);
    rule.moves_on = true;
    rig.app.save_rule(rule).await.unwrap();
    let row = rig.text(&customer(&rig).await, "hello").await;
    let offered = offer(&rig).await;
    let taken = rig.app.answer_offer(answer(&offered, true)).await.unwrap();
    assert!(owner(&taken).is_some());
    enter(&rig, "Away").await;
    wait_for(&rig.app, "the work to move on", async || {
        let now = view(&rig, row.id).await;
        (owner(&now).is_none() && now.row.list == InboxList::New).then_some(())
    })
    .await;
}

#[tokio::test]
async fn h_5_what_waits_is_estimated_once_a_few_have_waited() {
    let (rig, _) = staffed(600).await;
    let waiting = async |row: i64| {
        wait_for(&rig.app, "an estimate", async || {
            view(&rig, row).await.work.and_then(|work| work.estimate)
        })
        .await
    };
    let phone = customer(&rig).await;
    for turn in 1..=5 {
        let row = rig.text(&phone, &format!("hello {turn}")).await;
        let offered = offer(&rig).await;
        let work = view(&rig, row.id).await.work;
        assert!(work.is_some_and(|it| it.estimate.is_none()), "{turn}");
        rig.app.answer_offer(answer(&offered, true)).await.unwrap();
        let finish = ActOnConversation {
            conversation_id: row.id,
            act: ConversationAct::Finish,
        };
        rig.app.act_on_conversation(finish).await.unwrap();
    }
    let row = rig.text(&phone, "once more").await;
    let estimate = waiting(row.id).await;
    let (usual, left) = (estimate.usual_ms, estimate.left_ms);
    assert!((0..=usual).contains(&left), "{left} of {usual}");
    assert!(estimate.counting, "the queue is open");
    let request = ConversationRef {
        conversation_id: row.id,
    };
    let explained = rig.app.explain_routing(request).await.unwrap();
    assert_eq!(explained.estimate.map(|it| it.usual_ms), Some(usual));
}

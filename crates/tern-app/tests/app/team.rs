//! Agents at one desk: presence, offers and their answers, hand-over, PINs, over a real line and a real file.

use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::rig::{Rig, list_of, wait_for};

/// The first phone of the practice line.
pub async fn customer(rig: &Rig) -> String {
    rig.app.practice_handsets().await.unwrap()[0].number.clone()
}

/// Adds an agent in these groups and answers their id.
pub async fn add_agent(rig: &Rig, name: &str, groups: &[String]) -> String {
    let team = rig
        .app
        .save_agent(SaveAgent {
            id: None,
            name: name.to_owned(),
            roles: vec![RoleView::Agent],
            groups: groups.to_vec(),
            skills: vec![],
            slots: None,
            universal_slots: None,
        })
        .await
        .unwrap();
    named(&team, name).id.clone()
}

pub fn named<'t>(team: &'t TeamView, name: &str) -> &'t AgentView {
    team.agents.iter().find(|agent| agent.name == name).unwrap()
}

pub fn me(team: &TeamView) -> &AgentView {
    team.agents
        .iter()
        .find(|agent| agent.id == team.me)
        .unwrap()
}

pub async fn sign_in(rig: &Rig, agent_id: &str) -> TeamView {
    let request = SignIn {
        agent_id: agent_id.to_owned(),
        pin: None,
    };
    rig.app.sign_in(request).await.unwrap()
}

/// A desk where the one queue offers its work to a group that the first agent is in; offers wait so long.
pub async fn staffed(timeout_seconds: u32) -> (Rig, String) {
    let rig = Rig::practising().await;
    let group = SaveGroup {
        id: None,
        name: "Front desk".to_owned(),
    };
    let team = rig.app.save_group(group).await.unwrap();
    let group = team.groups[0].id.clone();
    let first = me(&team).clone();
    rig.app
        .save_agent(SaveAgent {
            id: Some(first.id),
            name: "Ana".to_owned(),
            roles: first.roles,
            groups: vec![group.clone()],
            skills: vec![],
            slots: None,
            universal_slots: None,
        })
        .await
        .unwrap();
    let mut settings = rig.app.routing_settings().await.unwrap();
    let mut rule = settings.rules.remove(0);
    rule.timeout_seconds = Some(timeout_seconds);
    rig.app.save_rule(rule.clone()).await.unwrap();
    let mut queue = settings.queues.remove(0);
    queue.pools = vec![PoolView {
        rule_id: Some(rule.id),
        group_ids: vec![group.clone()],
        after_seconds: 0,
    }];
    rig.app.save_queue(queue).await.unwrap();
    (rig, group)
}

pub async fn offer(rig: &Rig) -> OfferView {
    wait_for(&rig.app, "an offer", async || {
        rig.app.offers().await.unwrap().pop()
    })
    .await
}

pub fn answer(offer: &OfferView, accept: bool) -> AnswerOffer {
    AnswerOffer {
        work_item_id: offer.work_item_id.clone(),
        accept,
        reason_id: None,
    }
}

pub async fn view(rig: &Rig, conversation_id: i64) -> ConversationView {
    rig.app
        .conversation(ConversationRef { conversation_id })
        .await
        .unwrap()
}

pub fn owner(view: &ConversationView) -> Option<String> {
    view.interaction.as_ref()?.assigned_to.clone()
}

#[tokio::test]
async fn q_12_one_agent_alone_finds_nothing_changed() {
    let rig = Rig::practising().await;
    let team = rig.app.team().await.unwrap();
    assert_eq!(team.agents.len(), 1);
    assert_eq!(me(&team).presence.name, "Available");
    assert!(team.i_administer && team.i_supervise);
    let row = rig.text(&customer(&rig).await, "hello").await;
    assert_eq!(row.list, InboxList::New);
    assert_eq!(rig.app.offers().await.unwrap(), []);
    let work = wait_for(&rig.app, "a queue", async || {
        view(&rig, row.id)
            .await
            .work
            .filter(|work| work.queue.is_some())
    })
    .await;
    assert_eq!(work.queue.as_deref(), Some("All texts"));
    let taken = rig
        .app
        .act_on_conversation(ActOnConversation {
            conversation_id: row.id,
            act: ConversationAct::Take,
        })
        .await
        .unwrap();
    assert_eq!(taken.row.list, InboxList::Ongoing);
    assert_eq!(taken.work.unwrap().waiting_since, None);
    let why = rig
        .app
        .explain_routing(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert!(why.summary.contains("has it"), "{}", why.summary);
    assert_eq!(me(&rig.app.team().await.unwrap()).in_use, 1);
}

#[tokio::test]
async fn q_5_work_is_offered_and_accepted_and_survives_a_restart() {
    let (rig, _) = staffed(600).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    let offered = offer(&rig).await;
    assert_eq!(offered.conversation_id, row.id);
    assert_eq!(offered.preview, "hello");
    assert!(offered.can_reject && offered.until.is_some());
    assert_eq!(view(&rig, row.id).await.row.list, InboxList::New);
    let rig = rig.restart().await;
    let offered = offer(&rig).await;
    let accepted = rig.app.answer_offer(answer(&offered, true)).await.unwrap();
    assert_eq!(accepted.row.list, InboxList::Ongoing);
    assert_eq!(
        owner(&accepted).as_deref(),
        Some("You"),
        "alone, nobody needs a name"
    );
    assert_eq!(rig.app.offers().await.unwrap(), []);
    let again = rig.app.answer_offer(answer(&offered, true)).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn q_17_an_offer_that_nobody_answers_goes_on_and_its_agent_is_put_away() {
    let (rig, _) = staffed(1).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    offer(&rig).await;
    wait_for(&rig.app, "Ana to be away", async || {
        let team = rig.app.team().await.unwrap();
        (me(&team).presence.name == "Away").then_some(())
    })
    .await;
    let waiting = view(&rig, row.id).await;
    assert_eq!(waiting.work.unwrap().offered_to, None);
    let timeline = rig
        .app
        .timeline(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    let words: Vec<_> = timeline.iter().map(|line| line.text.as_str()).collect();
    assert!(
        words.iter().any(|text| text.starts_with("Had no answer")),
        "{words:?}"
    );
    let why = rig
        .app
        .explain_routing(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!(why.candidates[0].words, "Is Away.");
}

#[tokio::test]
async fn q_19_a_reason_that_is_final_sends_the_work_to_the_next_agent() {
    let (rig, group) = staffed(600).await;
    let reason = RejectReasonEntry {
        id: String::new(),
        name: "Not my language".to_owned(),
        reassignable: false,
    };
    let settings = rig.app.save_reject_reason(reason).await.unwrap();
    let ben = add_agent(&rig, "Ben", &[group]).await;
    rig.text(&customer(&rig).await, "bonjour").await;
    let offered = offer(&rig).await;
    let no = AnswerOffer {
        reason_id: Some(settings.reject_reasons[0].id.clone()),
        ..answer(&offered, false)
    };
    rig.app.answer_offer(no).await.unwrap();
    assert_eq!(rig.app.offers().await.unwrap(), []);
    sign_in(&rig, &ben).await;
    let offered = offer(&rig).await;
    let accepted = rig.app.answer_offer(answer(&offered, true)).await.unwrap();
    assert_eq!(owner(&accepted).as_deref(), Some("Ben"));
}

#[tokio::test]
async fn h_10_the_first_agent_keeps_a_conversation_until_the_second_accepts() {
    let rig = Rig::practising().await;
    let ana = rig.app.team().await.unwrap().me;
    let ben = add_agent(&rig, "Ben", &[]).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    rig.send(row.id, "Hi").await;
    let to_ben = || TransferConversation {
        conversation_id: row.id,
        to: TransferTarget::Agent {
            agent_id: ben.clone(),
        },
    };
    let refused = rig.app.transfer_conversation(to_ben()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed, "Ben is not there");
    sign_in(&rig, &ben).await;
    let available = |team: &TeamView| team.presence_states[0].id.clone();
    let team = sign_in(&rig, &ana).await;
    assert_eq!(
        named(&team, "Ben").presence.name,
        "Offline",
        "one at a desk"
    );
    // As if Ben sat at a desk of his own.
    sign_in(&rig, &ben).await;
    let handed_on = rig
        .app
        .transfer_conversation(TransferConversation {
            conversation_id: row.id,
            to: TransferTarget::Agent {
                agent_id: ana.clone(),
            },
        })
        .await;
    assert_eq!(
        handed_on.unwrap_err().code,
        ErrorCode::NotAllowed,
        "Ben may not give away what Ana has"
    );
    let queue = rig.app.routing_settings().await.unwrap().queues[0]
        .id
        .clone();
    sign_in(&rig, &ana).await;
    let view = rig
        .app
        .transfer_conversation(TransferConversation {
            conversation_id: row.id,
            to: TransferTarget::Queue { queue_id: queue },
        })
        .await
        .unwrap();
    assert!(view.work.as_ref().unwrap().is_handed_on);
    assert!(owner(&view).is_some(), "she keeps it until then");
    let back = rig
        .app
        .cancel_transfer(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert!(!back.work.unwrap().is_handed_on);
    let team = rig.app.team().await.unwrap();
    assert!(!available(&team).is_empty());
}

#[tokio::test]
async fn signing_in_asks_for_the_pin_and_locks_after_guesses() {
    let rig = Rig::practising().await;
    let ben = add_agent(&rig, "Ben", &[]).await;
    let set = |new: &str| SetPin {
        agent_id: ben.clone(),
        current: None,
        new: Some(new.to_owned()),
    };
    let refused = rig.app.set_agent_pin(set("1111")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let team = rig.app.set_agent_pin(set("4071")).await.unwrap();
    assert!(named(&team, "Ben").has_pin);
    let with = |pin: &str| SignIn {
        agent_id: ben.clone(),
        pin: Some(pin.to_owned()),
    };
    for _ in 0..6 {
        let wrong = rig.app.sign_in(with("0000")).await.unwrap_err();
        assert_eq!(wrong.code, ErrorCode::WrongKey);
    }
    let locked = rig.app.sign_in(with("4071")).await.unwrap_err();
    assert_eq!(locked.code, ErrorCode::NotAllowed, "even the right one");
    let team = rig.app.set_agent_pin(set("9024")).await.unwrap();
    assert_ne!(team.me, ben, "a new PIN from an administrator unlocks");
    let team = rig.app.sign_in(with("9024")).await.unwrap();
    assert_eq!(team.me, ben);
    assert_eq!(
        team.agents
            .iter()
            .filter(|agent| agent.presence.receives_work)
            .count(),
        1
    );
    let refused = rig
        .app
        .save_group(SaveGroup {
            id: None,
            name: "Mine".to_owned(),
        })
        .await;
    assert_eq!(
        refused.unwrap_err().code,
        ErrorCode::NotAllowed,
        "no administrator"
    );
    let rig = rig.restart().await;
    assert_eq!(rig.app.team().await.unwrap().me, ben, "still signed in");
}

#[tokio::test]
async fn i_17_agents_act_on_their_own_conversations_only() {
    let rig = Rig::practising().await;
    let ben = add_agent(&rig, "Ben", &[]).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    rig.send(row.id, "Hi").await;
    sign_in(&rig, &ben).await;
    let finish = ActOnConversation {
        conversation_id: row.id,
        act: ConversationAct::Finish,
    };
    let refused = rig.app.act_on_conversation(finish).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    let refused = rig
        .app
        .explain_routing(ConversationRef {
            conversation_id: row.id,
        })
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn q_21_an_agent_with_work_is_removed_only_once_the_queue_has_it() {
    let rig = Rig::practising().await;
    let ana = rig.app.team().await.unwrap().me;
    let ben = add_agent(&rig, "Ben", &[]).await;
    let row = rig.text(&customer(&rig).await, "hello").await;
    sign_in(&rig, &ben).await;
    rig.send(row.id, "Hi").await;
    sign_in(&rig, &ana).await;
    let remove = |work| RemoveAgent {
        agent_id: ben.clone(),
        work,
    };
    let refused = rig.app.remove_agent(remove(None)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert_eq!(refused.message, "This agent holds 1 open conversations.");
    let team = rig
        .app
        .remove_agent(remove(Some(LeftWork::Queue)))
        .await
        .unwrap();
    assert_eq!(team.agents.len(), 1);
    assert_eq!(list_of(&rig.app, InboxList::New).await.rows.len(), 1);
    let thread = rig.thread(row.id).await;
    assert_eq!(thread[1].author.as_deref(), Some("Ben"), "his name stays");
}

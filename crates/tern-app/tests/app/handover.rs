//! The virtual agent beside an agent, over a real line and a real file: handed over, run inside, given back.

use serde_json::{Value, json};
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::export;
use crate::queue_texts::{enter, told};
use crate::rig::{Rig, list_of, wait_for};
use crate::team::{answer, customer, offer, owner, staffed, view};

const HELP: &str = "What is broken?";
const TRANSFER: &str = "I am passing you on to a colleague. They will answer you here.";
const BACK: &str = "You are back with the assistant. What else can I do for you?";

pub(crate) async fn publish(rig: &Rig, file: Value) {
    let name = file["name"].as_str().unwrap().to_owned();
    let saved = SaveTopic {
        file: file.to_string(),
        base_revision: None,
        renamed_from: None,
    };
    let kept = rig.app.save_topic(saved).await.unwrap();
    let published = PublishTopic {
        name,
        revision: kept.revision,
        note: String::new(),
        despite_tests: false,
    };
    rig.app.publish_topic(published).await.unwrap();
}

/// A desk with one agent whose virtual agent answers first, without a greeting.
async fn answered() -> (Rig, String) {
    let (rig, _) = staffed(600).await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "repair", "displayName": "Repair", "keywords": ["repair"],
            "agentContext": ["broken_part"], "start": "ask",
            "nodes": [
                { "id": "ask", "name": "What is broken", "kind": "askText", "variable": "broken_part",
                  "prompt": HELP, "next": "person" },
                { "id": "person", "name": "To a person", "kind": "transfer",
                  "shortDescription": "Repair: {{ broken_part }}" },
            ],
        }),
    )
    .await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "measure", "displayName": "Take measures", "description": "Asks for a height",
            "autopilot": true, "start": "ask",
            "nodes": [
                { "id": "ask", "name": "Height", "kind": "askText", "variable": "height",
                  "prompt": "How high is it?", "next": "done" },
                { "id": "done", "name": "Thanks", "kind": "sayText", "text": "Noted: {{ height }}." },
            ],
        }),
    )
    .await;
    let mut decided = rig.app.virtual_agent().await.unwrap();
    decided.on = true;
    let mut chat: Value = serde_json::from_str(&decided.chat).unwrap();
    let parts = chat["includes"].as_array_mut().unwrap();
    parts.retain(|part| part != "greeting");
    decided.chat = chat.to_string();
    rig.app.save_virtual_agent(decided).await.unwrap();
    let phone = customer(&rig).await;
    (rig, phone)
}

const fn of(conversation_id: i64) -> ConversationRef {
    ConversationRef { conversation_id }
}

/// A conversation in which the virtual agent has asked what is broken.
async fn asked(rig: &Rig, phone: &str) -> ConversationRow {
    rig.write(phone, "repair", vec![]).await;
    told(rig, phone, &[HELP]).await;
    rig.wait_for_row(HELP).await
}

/// A conversation that the virtual agent has handed over and the agent has accepted.
async fn accepted(rig: &Rig, phone: &str) -> ConversationView {
    let row = asked(rig, phone).await;
    let broken = "My wonderful old chair is broken and I am very sad and angry about it";
    rig.write(phone, broken, vec![]).await;
    let offered = offer(rig).await;
    assert_eq!(offered.conversation_id, row.id);
    let handed_over = offered.handover.as_ref().expect("what was handed over");
    assert_eq!(handed_over.reason, "The topic hands over at this point.");
    rig.app.answer_offer(answer(&offered, true)).await.unwrap()
}

#[tokio::test]
async fn i_2_what_the_virtual_agent_has_is_in_progress_but_in_nobodys_ongoing() {
    let (rig, phone) = answered().await;
    let row = asked(&rig, &phone).await;
    assert_eq!(row.list, InboxList::WithVirtualAgent);
    let with_bot = list_of(&rig.app, InboxList::WithVirtualAgent).await;
    assert_eq!(with_bot.rows, [row]);
    let counts = with_bot.counts;
    assert_eq!((counts.with_virtual_agent, counts.ongoing), (1, 0));
    assert_eq!(
        (counts.ongoing_unread, rig.app.unread_conversations().await),
        (0, 0)
    );
    assert_eq!(list_of(&rig.app, InboxList::Ongoing).await.rows, []);

    rig.write(&phone, "A chair", vec![]).await;
    let offered = offer(&rig).await;
    let waiting = list_of(&rig.app, InboxList::WithVirtualAgent).await;
    assert_eq!(
        (waiting.rows.len(), waiting.counts.with_virtual_agent),
        (0, 0)
    );
    assert_eq!(waiting.counts.new, 1);
    let taken = rig.app.answer_offer(answer(&offered, true)).await.unwrap();
    assert_eq!(taken.row.list, InboxList::Ongoing);
    let given = rig.app.hand_to_bot(of(taken.row.id)).await.unwrap();
    assert_eq!(given.row.list, InboxList::WithVirtualAgent);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_5_and_h_6_whoever_accepts_sees_why_where_and_what_was_said() {
    let (rig, phone) = answered().await;
    let taken = accepted(&rig, &phone).await;
    let handed_over = taken.handover.expect("what was handed over");
    assert_eq!(handed_over.topic.as_deref(), Some("Repair"));
    assert_eq!(handed_over.place.as_deref(), Some("To a person"));
    let about = handed_over.short_description.unwrap();
    assert!(
        about.starts_with("Repair: My wonderful old chair"),
        "{about}"
    );
    assert_eq!(handed_over.search_text.as_deref(), Some("repair"));
    assert_eq!(handed_over.variables[0].name, "Broken part");
    assert_eq!(handed_over.mood, Some(MoodView::Upset));
    let thread = rig.thread(taken.row.id).await;
    let said: Vec<_> = thread
        .iter()
        .map(|text| (text.author.as_deref(), text.author_kind))
        .collect();
    let bots = (Some("Virtual agent"), Some(AuthorKind::VirtualAgent));
    assert_eq!(said, [(None, None), bots, (None, None), bots]);

    // H-12: the team's transcript has the virtual agent's turns, the one to give out has not.
    let export = async |kind| export::transcript(&rig, taken.row.id, kind).await;
    let internal = export(TranscriptKind::Internal).await;
    assert!(internal.contains(&format!("Virtual agent: {HELP}")));
    let external = export(TranscriptKind::External).await;
    assert!(!external.contains(HELP) && external.contains("repair"));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_9_a_topic_runs_in_the_agents_conversation_and_they_are_told_when_it_is_over() {
    let (rig, phone) = answered().await;
    let id = accepted(&rig, &phone).await.row.id;
    let topics = rig.app.list_autopilot_topics().await.unwrap();
    assert_eq!(topics.len(), 1, "only what is meant for agents");
    assert_eq!(topics[0].display_name, "Take measures");
    let start = |topic: &str| StartAutopilot {
        conversation_id: id,
        topic: topic.to_owned(),
    };
    let refused = rig.app.start_autopilot(start("repair")).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);

    let running = rig.app.start_autopilot(start("measure")).await.unwrap();
    let runs = running.virtual_agent.autopilot.unwrap();
    assert_eq!(runs.title, "Take measures");
    assert!(owner(&view(&rig, id).await).is_some(), "they keep it");
    told(&rig, &phone, &[HELP, TRANSFER, "How high is it?"]).await;
    let refused = rig
        .app
        .send_message(SendMessage {
            message_id: uuid::Uuid::now_v7().to_string(),
            conversation_id: id,
            body: "Me too".to_owned(),
            joins: false,
        })
        .await
        .unwrap_err();
    assert!(refused.message.contains("virtual agent runs"), "{refused}");

    rig.write(&phone, "90 cm", vec![]).await;
    told(
        &rig,
        &phone,
        &[HELP, TRANSFER, "How high is it?", "Noted: 90 cm."],
    )
    .await;
    let notice = wait_for(&rig.app, "the notice", async || {
        rig.app.notices().await.unwrap().into_iter().next()
    })
    .await;
    assert_eq!(notice.kind, NoticeKindView::AutopilotEnded);
    let after = view(&rig, id).await;
    assert_eq!(after.virtual_agent.autopilot, None);
    rig.send(id, "Thank you, I come on Monday.").await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_9_whoever_takes_over_again_has_the_last_word() {
    let (rig, phone) = answered().await;
    let id = accepted(&rig, &phone).await.row.id;
    let start = StartAutopilot {
        conversation_id: id,
        topic: "measure".to_owned(),
    };
    rig.app.start_autopilot(start).await.unwrap();
    told(&rig, &phone, &[HELP, TRANSFER, "How high is it?"]).await;
    let stopped = rig.app.stop_autopilot(of(id)).await.unwrap();
    assert_eq!(stopped.virtual_agent.autopilot, None);
    rig.text(&phone, "90 cm").await;
    rig.send(id, "I will measure it myself.").await;
    told(
        &rig,
        &phone,
        &[
            HELP,
            TRANSFER,
            "How high is it?",
            "I will measure it myself.",
        ],
    )
    .await;
    assert!(rig.app.notices().await.unwrap().is_empty());
    rig.app.shutdown().await;
}

#[tokio::test]
async fn h_7_and_q_9_giving_back_frees_the_agent_and_the_virtual_agent_goes_on() {
    let (rig, phone) = answered().await;
    let taken = accepted(&rig, &phone).await;
    assert!(taken.virtual_agent.may_hand_back);
    let id = taken.row.id;
    let given = rig.app.hand_to_bot(of(id)).await.unwrap();
    assert!(given.virtual_agent.has_it && !given.virtual_agent.may_hand_back);
    assert_eq!(owner(&given), None);
    assert!(given.work.is_none() && given.wrap_up.is_none());
    assert_eq!(given.row.waiting_since, None);
    told(&rig, &phone, &[HELP, TRANSFER, BACK]).await;
    let timeline = rig.app.timeline(of(id)).await.unwrap();
    assert!(timeline.iter().any(|entry| entry.text
        == "Gave the conversation back to the virtual agent"
        && entry.actor != "Tern"));
    rig.write(&phone, "repair", vec![]).await;
    told(&rig, &phone, &[HELP, TRANSFER, BACK, HELP]).await;

    // whoever writes then begins anew, and the topic is dropped.
    rig.send(id, "I have found the part.").await;
    let taken = view(&rig, id).await;
    assert!(owner(&taken).is_some() && !taken.virtual_agent.has_it);
    assert_eq!(taken.handover, None, "it is another conversation");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn q_13_what_nobody_takes_in_time_goes_back_to_the_virtual_agent() {
    let (rig, phone) = answered().await;
    let mut queue = rig.app.routing_settings().await.unwrap().queues.remove(0);
    queue.max_wait_seconds = Some(1);
    queue.max_wait_text = "Nobody is free right now.".to_owned();
    rig.app.save_queue(queue).await.unwrap();
    let row = asked(&rig, &phone).await;
    rig.write(&phone, "A chair", vec![]).await;
    // The offer is refused, and then nobody is there any more.
    let offered = offer(&rig).await;
    enter(&rig, "Away").await;
    rig.app.answer_offer(answer(&offered, false)).await.unwrap();
    told(
        &rig,
        &phone,
        &[HELP, TRANSFER, "Nobody is free right now.", BACK],
    )
    .await;
    assert!(view(&rig, row.id).await.virtual_agent.has_it);
    rig.app.shutdown().await;
}

//! H-10 … H-12, A-7: taking part, whispering, helping, and what becomes of a leaving agent's work, over a real
//! line and a real file with two agents at one desk.

use std::time::Duration;

use tern_app::dto::*;
use tern_app::{Change, ErrorCode};

use crate::export;
use crate::people::{JANE, save, start};
use crate::rig::{Rig, list_of, sending};
use crate::team::{add_agent, named, sign_in, view};

/// Ben answers texts; Ana, who is here now, supervises. Ben has a conversation.
struct Desk {
    rig: Rig,
    ana: String,
    ben: String,
    conversation: i64,
}

impl Desk {
    async fn new() -> Self {
        let rig = Rig::practising().await;
        let first = rig.app.team().await.unwrap().agents.remove(0);
        let ana = first.id.clone();
        rig.app
            .save_agent(SaveAgent {
                id: Some(first.id),
                name: "Ana".to_owned(),
                roles: first.roles,
                groups: vec![],
                skills: vec![],
                slots: None,
                universal_slots: None,
            })
            .await
            .unwrap();
        let ben = add_agent(&rig, "Ben", &[]).await;
        let conversation = rig.text(JANE, "Is it ready?").await.id;
        let desk = Self {
            rig,
            ana,
            ben,
            conversation,
        };
        desk.sit(&desk.ben.clone()).await;
        desk.act(ConversationAct::Take).await;
        desk.sit(&desk.ana.clone()).await;
        desk
    }

    async fn sit(&self, agent: &str) {
        sign_in(&self.rig, agent).await;
    }

    async fn act(&self, act: ConversationAct) -> ConversationView {
        let conversation_id = self.conversation;
        self.rig
            .app
            .act_on_conversation(ActOnConversation {
                conversation_id,
                act,
            })
            .await
            .unwrap()
    }

    async fn group(&self) -> LiveGroupView {
        view(&self.rig, self.conversation).await.live_group.unwrap()
    }

    async fn change(
        &self,
        agent: &str,
        act: LiveGroupActView,
    ) -> Result<ConversationView, tern_app::ApiError> {
        self.rig
            .app
            .change_live_group(ChangeLiveGroup {
                conversation_id: self.conversation,
                agent_id: agent.to_owned(),
                act,
            })
            .await
    }

    async fn whisper(&self, body: &str) -> Result<NoteView, tern_app::ApiError> {
        self.rig
            .app
            .write_note(WriteNote {
                conversation_id: self.conversation,
                note_id: uuid::Uuid::now_v7().to_string(),
                body: body.to_owned(),
                whisper: true,
            })
            .await
    }

    async fn transcript(&self, kind: TranscriptKind) -> String {
        export::transcript(&self.rig, self.conversation, kind).await
    }
}

fn names(group: &LiveGroupView) -> Vec<&str> {
    group
        .agents
        .iter()
        .map(|agent| agent.name.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h_11_a_whisper_is_in_the_thread_and_never_at_the_carrier() {
    let desk = Desk::new().await;
    assert_eq!(desk.group().await.whisper_reaches, ["Ben"]);
    let whisper = desk.whisper("Offer ten percent").await.unwrap();
    assert_eq!(whisper.whispered_to, ["Ben"]);
    let joins = SendMessage {
        joins: true,
        ..sending(desk.conversation, "Yes, it is")
    };
    let sent = desk.rig.app.send_message(joins).await.unwrap();
    desk.rig
        .wait_for_mark(&sent, desk.conversation, DeliveryMark::Delivered)
        .await;
    let phone = desk.rig.received(JANE).await;
    let bodies: Vec<_> = phone.iter().map(|text| text.body.as_str()).collect();
    assert_eq!(bodies, ["Yes, it is"], "the phone got the text alone");
    assert_eq!(desk.rig.thread(desk.conversation).await.len(), 2);
    // H-12: the internal transcript has it and says so; the external one does not.
    let internal = desk.transcript(TranscriptKind::Internal).await;
    assert!(
        internal.contains("[PRIVATE] Ana to Ben: Offer ten percent"),
        "{internal}"
    );
    let external = desk.transcript(TranscriptKind::External).await;
    assert!(external.contains("Yes, it is") && !external.contains("ten percent"));
    // It survives a restart, with whom it was for.
    let conversation_id = desk.conversation;
    let rig = desk.rig.restart().await;
    let notes = rig.app.notes(ConversationRef { conversation_id }).await;
    assert_eq!(notes.unwrap()[0].whispered_to, ["Ben"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn h_11_whoever_is_whispered_to_is_told_until_they_have_seen_it() {
    let desk = Desk::new().await;
    desk.whisper("Offer ten percent").await.unwrap();
    assert_eq!(desk.rig.app.notices().await.unwrap(), [], "not to oneself");
    let mut changes = desk.rig.app.subscribe();
    desk.sit(&desk.ben).await;
    let notices = desk.rig.app.notices().await.unwrap();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKindView::Whispered);
    assert_eq!(notices[0].words, "Ana whispered to you.");
    let notified = tokio::time::timeout(Duration::from_secs(5), async {
        loop {
            if let Change::Arrived { body, .. } = changes.recv().await.unwrap().change {
                return body;
            }
        }
    });
    assert_eq!(notified.await.unwrap(), "Ana whispered to you.");
    // Ben, alone in the group, can answer the same way.
    let answer = desk.whisper("She is a regular, so yes").await.unwrap();
    assert_eq!(answer.whispered_to, ["Ana"]);
    let seen = SeeNotices {
        conversation_id: desk.conversation,
        kinds: vec![NoticeKindView::Whispered],
        up_to: notices[0].at,
    };
    desk.rig.app.see_notices(seen).await.unwrap();
    assert_eq!(desk.rig.app.notices().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn h_11_the_first_public_text_is_asked_about_and_joins() {
    let desk = Desk::new().await;
    assert_eq!(desk.group().await.joins_by_writing.as_deref(), Some("Ben"));
    let text = sending(desk.conversation, "This is the supervisor");
    let refused = desk.rig.app.send_message(text.clone()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::JoinsLiveGroup);
    assert_eq!(desk.rig.thread(desk.conversation).await.len(), 1);
    let confirmed = SendMessage {
        joins: true,
        ..text
    };
    desk.rig.app.send_message(confirmed).await.unwrap();
    let group = desk.group().await;
    assert_eq!(names(&group), ["Ben", "Ana"], "Ben still has it");
    assert!(group.agents[0].has_it && group.joins_by_writing.is_none());
    desk.rig.send(desk.conversation, "Anything else?").await;
    // Leaving is up to Ana; not so for Ben, who has it.
    desk.change(&desk.ana, LiveGroupActView::Remove)
        .await
        .unwrap();
    assert_eq!(names(&desk.group().await), ["Ben"]);
    desk.sit(&desk.ben).await;
    let refused = desk.change(&desk.ben, LiveGroupActView::Remove).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_17_only_those_who_take_part_and_supervisors_add_and_whisper() {
    let desk = Desk::new().await;
    let cleo = add_agent(&desk.rig, "Cleo", &[]).await;
    desk.sit(&cleo).await;
    let group = desk.group().await;
    assert!(!group.can_add && group.whisper_reaches.is_empty());
    let refused = desk.change(&cleo, LiveGroupActView::Add).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    let refused = desk.whisper("psst").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    desk.sit(&desk.ben).await;
    desk.change(&cleo, LiveGroupActView::Add).await.unwrap();
    desk.sit(&cleo).await;
    let notices = desk.rig.app.notices().await.unwrap();
    assert_eq!(notices[0].words, "Ben added you to this conversation.");
    desk.rig
        .send(desk.conversation, "Cleo here, from parts")
        .await;
    desk.whisper("I have it on the shelf").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn h_11_who_wants_help_is_in_a_list_of_their_own_with_a_count() {
    let desk = Desk::new().await;
    let empty = list_of(&desk.rig.app, InboxList::HelpWanted).await;
    assert!(empty.rows.is_empty() && empty.counts.help_wanted == 0);
    desk.sit(&desk.ben).await;
    desk.act(ConversationAct::AskForHelp).await;
    desk.sit(&desk.ana).await;
    let page = list_of(&desk.rig.app, InboxList::HelpWanted).await;
    assert_eq!((page.rows.len(), page.counts.help_wanted), (1, 1));
    assert!(page.rows[0].help_requested);
    assert_eq!(page.counts.ongoing, 1, "it stays in its own list");
    desk.act(ConversationAct::Finish).await;
    let after = list_of(&desk.rig.app, InboxList::HelpWanted).await;
    assert!(after.rows.is_empty() && after.counts.help_wanted == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_7_whoever_loses_a_conversation_is_told() {
    let desk = Desk::new().await;
    save(&desk.rig, "Jane Doe", PersonKindView::User, JANE).await;
    let omar = save(&desk.rig, "Omar Sy", PersonKindView::Consumer, "").await;
    let text = StartConversation {
        move_number: true,
        ..start(&desk.rig.number().await, JANE, Some(&omar.person_id))
    };
    let refused = desk.rig.app.start_conversation(text.clone()).await;
    assert_eq!(refused.err().unwrap().code, ErrorCode::TakesOver);
    assert_eq!(desk.rig.app.notices().await.unwrap(), []);
    let text = StartConversation {
        take_over: true,
        ..text
    };
    desk.rig.app.start_conversation(text).await.unwrap();
    desk.sit(&desk.ben).await;
    let notices = desk.rig.app.notices().await.unwrap();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKindView::TakenOver);
    assert_eq!(notices[0].conversation_id, desk.conversation);
    assert!(notices[0].words.starts_with("Ana took over"));
}

#[tokio::test(flavor = "multi_thread")]
async fn q_21_a_leaving_agents_work_goes_to_a_named_colleague_and_leaving_is_undone() {
    let desk = Desk::new().await;
    let cleo = add_agent(&desk.rig, "Cleo", &[]).await;
    let remove = |work| RemoveAgent {
        agent_id: desk.ben.clone(),
        work,
    };
    let to_himself = LeftWork::Agent {
        agent_id: desk.ben.clone(),
    };
    let refused = desk.rig.app.remove_agent(remove(Some(to_himself))).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    let ben = named(&desk.rig.app.team().await.unwrap(), "Ben").clone();
    let heir = LeftWork::Agent {
        agent_id: cleo.clone(),
    };
    let team = desk.rig.app.remove_agent(remove(Some(heir))).await.unwrap();
    assert!(team.agents.iter().all(|agent| agent.name != "Ben"));
    assert_eq!(named(&team, "Cleo").holds, 1);
    assert_eq!(names(&desk.group().await), ["Cleo"]);
    // Saving him again brings him back; what he had stays where it went.
    let team = desk
        .rig
        .app
        .save_agent(SaveAgent {
            id: Some(ben.id),
            name: ben.name,
            roles: ben.roles,
            groups: ben.groups,
            skills: ben.skills,
            slots: ben.slots,
            universal_slots: ben.universal_slots,
        })
        .await
        .unwrap();
    assert_eq!(named(&team, "Ben").holds, 0);
    desk.sit(&cleo).await;
    let notices = desk.rig.app.notices().await.unwrap();
    assert_eq!(notices[0].kind, NoticeKindView::Given);
}

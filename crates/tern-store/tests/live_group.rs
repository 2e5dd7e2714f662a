//! What agents are told, what is whispered and who wants help, in a real encrypted file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod support;

use support::{key, open_store};
use tern_domain::desk::Note;
use tern_domain::{
    AgentId, ConversationId, Effect, MessageText, NoteId, Notice, NoticeKind, Plan, UtcMillis,
};
use tern_store::StoreError;
use uuid::Uuid;

fn agent(number: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(number))
}

fn notice(agent_number: u128, kind: NoticeKind, at: i64) -> Notice {
    Notice {
        agent: agent(agent_number),
        key: key(1),
        kind,
        by: agent(9),
        at: UtcMillis(at),
    }
}

fn apply(test: &support::TestStore, effects: Vec<Effect>) -> ConversationId {
    let plan = Plan {
        events: Vec::new(),
        effects,
    };
    let applied = test
        .store
        .write_blocking(move |tx| tx.apply(&plan))
        .unwrap();
    applied.touched[0]
}

fn unseen(test: &support::TestStore, who: u128) -> Vec<(NoticeKind, i64)> {
    let notices = test
        .store
        .read_blocking(move |conn| conn.list_notices(agent(who)))
        .unwrap();
    notices
        .into_iter()
        .map(|(_, notice)| (notice.kind, notice.at.0))
        .collect()
}

#[test]
fn a_7_a_notice_stays_until_its_agent_has_seen_it_and_a_newer_one_takes_its_place() {
    let test = open_store();
    let conversation = apply(
        &test,
        vec![
            Effect::PutNotice(notice(1, NoticeKind::TakenOver, 10)),
            Effect::PutNotice(notice(1, NoticeKind::Whispered, 20)),
            Effect::PutNotice(notice(1, NoticeKind::Whispered, 30)),
            Effect::PutNotice(notice(2, NoticeKind::Added, 40)),
        ],
    );
    let both = [(NoticeKind::Whispered, 30), (NoticeKind::TakenOver, 10)];
    assert_eq!(unseen(&test, 1), both, "newest first");
    let see = |kinds: &'static [NoticeKind], up_to: i64| {
        test.store
            .write_blocking(move |tx| {
                tx.see_notices(agent(1), conversation, kinds, UtcMillis(up_to))
            })
            .unwrap();
    };
    see(&[NoticeKind::Whispered], 29);
    assert_eq!(unseen(&test, 1), both, "what came since was not seen");
    see(&[NoticeKind::Whispered], 30);
    assert_eq!(unseen(&test, 1), [(NoticeKind::TakenOver, 10)]);
    assert_eq!(unseen(&test, 2), [(NoticeKind::Added, 40)]);
}

#[test]
fn h_11_a_whisper_keeps_whom_it_was_for_and_is_no_text() {
    let test = open_store();
    let note = Note {
        id: NoteId::new(Uuid::from_u128(5)),
        key: key(1),
        author: agent(9),
        at: UtcMillis(10),
        edited_at: None,
        body: MessageText::from("Offer ten percent"),
        whispered_to: [agent(1), agent(2)].into(),
    };
    let conversation = apply(&test, vec![Effect::PutNote(note.clone())]);
    let (notes, texts) = test
        .store
        .read_blocking(move |conn| {
            let texts = conn.list_messages(conversation, tern_store::ThreadAnchor::Latest, 10)?;
            Ok::<_, StoreError>((conn.list_notes(conversation)?, texts.messages))
        })
        .unwrap();
    assert_eq!(notes, [note]);
    assert!(texts.is_empty());
}

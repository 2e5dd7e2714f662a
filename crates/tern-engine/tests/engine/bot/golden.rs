//! What a customer gets is what `turn` says, byte for byte: a saved run and a run over the line are one thing.

use tern_domain::topic::{
    BotInput, BotReply, BotSession, Said, SavedStep, SavedTest, TopicSet, turn,
};
use tern_domain::{Author, Millis};

use crate::line::{ANNA, Line};

const TALK: [&str; 7] = [
    "pizza please",
    "what?",
    "Large",
    "Anna",
    "show",
    "help",
    "thanks",
];

#[tokio::test]
async fn a_run_over_the_line_gives_the_same_bytes_as_a_run_in_the_handset() {
    let line = Line::with_bot().await;
    let mut expected: Vec<BotReply> = Vec::new();
    let mut saved = None;
    for text in TALK {
        line.next_second().await;
        line.text(ANNA, text).await;
        line.thread_ends_with_answer(text).await;
        if saved.is_none() {
            let session = line.session(line.interaction().await.id).await.unwrap();
            saved = Some(SavedTest {
                name: "The same talk".to_owned(),
                seed: session.seed,
                began_at: line.now(),
                known: session.known,
                steps: Vec::new(),
                unknown: serde_json::Map::new(),
            });
        }
    }
    let topics = line.engine().bot().topics().current();
    let saved = record(saved.unwrap(), &topics);
    expected.extend(saved.steps.iter().flat_map(|step| step.replies.clone()));
    assert!(saved.differences(&topics).is_empty());
    let told: Vec<_> = line
        .thread(ANNA)
        .await
        .into_iter()
        .filter(|text| text.author == Some(Author::VirtualAgent))
        .map(|text| {
            let pictures: Vec<_> = text.linked.into_iter().map(|it| it.url).collect();
            (text.body, pictures)
        })
        .collect();
    let wanted: Vec<_> = expected
        .into_iter()
        .map(|reply| (reply.text, reply.pictures))
        .collect();
    assert_eq!(told, wanted);
}

/// The talk, run by the machine alone.
fn record(mut saved: SavedTest, topics: &TopicSet) -> SavedTest {
    let mut session = BotSession::new(saved.seed, saved.began_at);
    session.known.clone_from(&saved.known);
    for (index, text) in TALK.into_iter().enumerate() {
        let said = Said {
            text: text.into(),
            ..Said::default()
        };
        let input = match index {
            0 => BotInput::Begin { first: said },
            _ => BotInput::Said(said),
        };
        let taken = turn(topics, session, input.clone(), saved.began_at);
        session = taken.session;
        saved.steps.push(SavedStep {
            after: Millis::ZERO,
            known: std::collections::BTreeMap::new(),
            input,
            replies: taken.replies,
        });
    }
    saved
}

impl Line {
    /// The text is in the thread, and an answer after it.
    async fn thread_ends_with_answer(&self, text: &str) {
        crate::line::until(&format!("an answer to “{text}”"), async || {
            let thread = self.thread(ANNA).await;
            let said = thread.iter().rposition(|row| row.body.as_str() == text)?;
            (thread.len() > said + 1).then_some(())
        })
        .await;
    }
}

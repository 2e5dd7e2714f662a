//! Search by letters where words have no spaces, over notes, and by the topic that ran, on a real encrypted file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::{TestStore, arrival, key, message_id, open_store};
use tern_domain::desk::Note;
use tern_domain::search::{SearchFilters, SearchState, Sender, plain_terms};
use tern_domain::{
    ActContext, Actor, AgentId, AggregateRef, Authority, CarrierMessage, DeliveryStatus, Effect,
    EventBody, EventId, IdSource, InteractionAct, MessagePosition, MessageText, NewEvent, NoteId,
    Plan, UtcMillis, plan_act, plan_arrival,
};
use tern_store::{NotePage, SearchPage, SearchQuery};
use uuid::Uuid;

fn asked(text: &str, filters: SearchFilters) -> SearchQuery {
    SearchQuery {
        terms: plain_terms(text),
        filters,
        limit: 50,
        ..SearchQuery::default()
    }
}

fn search(test: &TestStore, query: SearchQuery) -> SearchPage {
    test.store
        .read_blocking(move |conn| conn.search(&query))
        .unwrap()
}

fn positions(test: &TestStore, query: SearchQuery) -> Vec<i64> {
    let counted = query.clone();
    let count = test
        .store
        .read_blocking(move |conn| conn.count_hits(&counted, 1000))
        .unwrap();
    let page = search(test, query);
    assert_eq!(count.counted as usize, page.hits.len());
    page.hits.iter().map(|hit| hit.position.0).collect()
}

fn found(test: &TestStore, text: &str) -> Vec<i64> {
    positions(test, asked(text, SearchFilters::default()))
}

fn shown(test: &TestStore, text: &str) -> Vec<String> {
    search(test, asked(text, SearchFilters::default()))
        .hits
        .iter()
        .map(|hit| {
            hit.snippet
                .iter()
                .map(|part| {
                    if part.matched {
                        format!("[{}]", part.text)
                    } else {
                        part.text.clone()
                    }
                })
                .collect()
        })
        .collect()
}

const NOTHING: [i64; 0] = [];

#[test]
fn texts_without_spaces_are_found_by_any_of_their_letters() {
    let test = open_store();
    test.store_all([
        arrival(1, 1, "昨日東京都で鍵をなくしました"),
        arrival(2, 1, "我的iPhone坏了，请帮帮我"),
        arrival(3, 2, "열쇠를 잃어버렸어요"),
        arrival(4, 2, "กุญแจหายที่สถานี"),
        arrival(5, 3, "ບໍ່ມີກະແຈ"),
        arrival(6, 3, "បាត់សោ"),
        arrival(7, 3, "A key and a café"),
        arrival(8, 3, "ﾃﾞﾝｼｬ は ＡＢＣ"),
    ]);
    for (text, expected) in [
        ("東", 1),
        ("東京", 1),
        ("京都", 1),
        ("東京都", 1),
        ("鍵を", 1),
        ("坏", 2),
        ("坏了", 2),
        ("iphone", 2),
        ("的iPhone坏", 2),
        ("帮帮我", 2),
        ("쇠", 3),
        ("열쇠", 3),
        ("어버", 3),
        ("กุญ", 4),
        ("ุญแ", 4),
        ("สถานี", 4),
        ("ີ", 5),
        ("ກະແ", 5),
        ("ត់", 6),
        ("デンシャ", 8),
        ("ｼｬ", 8),
        ("abc", 8),
    ] {
        assert_eq!(found(&test, text), [expected], "{text}");
    }
    for text in ["京東", "東都", "坏坏", "京 大阪", "東京大", "bc"] {
        assert_eq!(found(&test, text), NOTHING, "{text}");
    }
    assert_eq!(found(&test, "東京 鍵"), [1]);
    assert_eq!(found(&test, "key -鍵"), [7]);
    assert_eq!(found(&test, "-東京 -key ").len(), 6);
    assert_eq!(
        shown(&test, "東京 な"),
        ["昨日[東京]都で鍵を[な]くしました"]
    );
    assert_eq!(shown(&test, "IPHONE"), ["我的[iPhone]坏了，请帮帮我"]);
    assert_eq!(shown(&test, "デン"), ["[ﾃﾞﾝ]ｼｬ は ＡＢＣ"]);
}

#[test]
fn letters_leave_the_index_with_their_text() {
    let test = open_store();
    test.store_all([arrival(1, 1, "東京都"), arrival(2, 1, "京都")]);
    test.store
        .write_blocking(|tx| tx.redact_message(message_id(1)))
        .unwrap();
    assert_eq!(found(&test, "京都"), [2]);
    assert_eq!(found(&test, "東"), NOTHING);
    test.store
        .read_blocking(|conn| conn.check_integrity())
        .unwrap();
}

fn unspaced_text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        8 => "[一-丙]",
        3 => "[ぁ-ん]",
        3 => "[ァ-ヺ]",
        3 => "[가-깋]",
        2 => "[ก-ฮ]",
        1 => "[\u{20000}-\u{20010}]",
        2 => "[a-c]",
        1 => "[ 、。!]",
    ];
    proptest::collection::vec(letter, 1..40).prop_map(|letters| letters.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Beginning and ending between letters of a script without spaces, any piece of a text finds it, and nothing
    /// finds a text that does not have it.
    #[test]
    fn any_piece_of_a_text_finds_it(
        texts in proptest::collection::vec(unspaced_text(), 1..6),
        which in any::<prop::sample::Index>(),
        start in any::<prop::sample::Index>(),
        length in 1_usize..8,
    ) {
        let test = open_store();
        test.store_all(texts.iter().zip(1..).map(|(text, number)| arrival(number, 1, text)));
        let text = which.get(&texts);
        let at = which.index(texts.len()) as i64 + 1;
        let letters: Vec<char> = text.chars().collect();
        let start = start.index(letters.len());
        let piece: Vec<char> = letters[start..].iter().copied().take(length).collect();
        prop_assume!(piece.iter().all(|letter| tern_domain::search::is_unspaced(*letter)));
        let piece: String = piece.into_iter().collect();
        let hits = found(&test, &piece);
        prop_assert!(hits.contains(&at), "{piece} in {text}: {hits:?}");
        for hit in hits {
            prop_assert!(texts[hit as usize - 1].contains(&piece), "{piece} not in {hit}");
        }
        for snippet in shown(&test, &piece) {
            prop_assert!(snippet.contains('['), "{piece} in {snippet}");
        }
    }
}

fn agent(number: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(number))
}

fn note(number: u128, requester: u32, author: u128, body: &str) -> Note {
    Note {
        id: NoteId::new(Uuid::from_u128(number)),
        key: key(requester),
        author: agent(author),
        at: UtcMillis(1_700_000_000_000 + i64::try_from(number).unwrap()),
        edited_at: None,
        body: MessageText::new(body),
        whispered_to: std::collections::BTreeSet::new(),
    }
}

fn apply(test: &TestStore, effects: Vec<Effect>) {
    let plan = Plan {
        events: Vec::new(),
        effects,
    };
    let _applied = test
        .store
        .write_blocking(move |tx| tx.apply(&plan))
        .unwrap();
}

fn notes(test: &TestStore, text: &str, filters: SearchFilters) -> Vec<u128> {
    let query = asked(text, filters);
    let counted = SearchQuery {
        filters: SearchFilters {
            is_note: true,
            ..query.filters.clone()
        },
        ..query.clone()
    };
    let (page, count): (NotePage, _) = test
        .store
        .read_blocking(move |conn| {
            Ok((conn.search_notes(&query)?, conn.count_hits(&counted, 1000)?))
        })
        .unwrap();
    assert_eq!(count.counted as usize, page.hits.len());
    page.hits
        .iter()
        .map(|hit| hit.note_id.uuid().as_u128())
        .collect()
}

#[test]
fn notes_are_found_like_texts_and_never_as_texts() {
    let test = open_store();
    test.store_all([arrival(1, 1, "a blue umbrella"), arrival(2, 2, "hello")]);
    let put = |notes: Vec<Note>| apply(&test, notes.into_iter().map(Effect::PutNote).collect());
    put(vec![
        note(1, 1, 7, "has lost an umbrella at the Café"),
        note(2, 2, 8, "傘をなくした umbrella"),
    ]);
    let none = SearchFilters::default;
    assert_eq!(notes(&test, "umbr", none()), [2, 1]);
    assert_eq!(notes(&test, "cafe ", none()), [1]);
    assert_eq!(notes(&test, "傘", none()), [2]);
    assert_eq!(notes(&test, "umbrella -cafe", none()), [2]);
    let only = || SearchFilters {
        is_note: true,
        ..none()
    };
    assert_eq!(notes(&test, "", only()), [2, 1]);
    assert_eq!(found(&test, "umbrella"), [1]);
    assert_eq!(search(&test, asked("umbrella", only())).hits, []);
    let from = |sender| SearchFilters {
        sender: Some(sender),
        ..none()
    };
    assert_eq!(notes(&test, "umbrella", from(Sender::Agent(agent(7)))), [1]);
    assert_eq!(notes(&test, "umbrella", from(Sender::Team)), [2, 1]);
    for sender in [Sender::Requester, Sender::VirtualAgent] {
        assert_eq!(notes(&test, "umbrella", from(sender)), [0; 0]);
    }
    let state = SearchFilters {
        state: Some(SearchState::New),
        ..none()
    };
    assert_eq!(notes(&test, "umbrella", state), [0; 0]);
    let until = SearchFilters {
        until: Some(UtcMillis(1_700_000_000_002)),
        ..none()
    };
    assert_eq!(notes(&test, "umbrella", until), [1]);
    let number = SearchFilters {
        number: Some("0002".to_owned()),
        ..none()
    };
    assert_eq!(notes(&test, "umbrella", number), [2]);
    // What is written anew or deleted is found as it is now.
    put(vec![note(1, 1, 7, "has found it")]);
    assert_eq!(notes(&test, "umbrella", none()), [2]);
    assert_eq!(notes(&test, "found", none()), [1]);
    apply(
        &test,
        vec![Effect::DeleteNote {
            note_id: NoteId::new(Uuid::from_u128(2)),
            key: key(2),
        }],
    );
    assert_eq!(notes(&test, "umbrella", none()), [0; 0]);
    assert_eq!(notes(&test, "傘", none()), [0; 0]);
    test.store
        .read_blocking(|conn| conn.check_integrity())
        .unwrap();
}

#[test]
fn pages_of_notes_follow_each_other_without_a_gap() {
    let test = open_store();
    let all = (1..=25).map(|number| Effect::PutNote(note(number, 1, 7, "again and again")));
    apply(&test, all.collect());
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let query = SearchQuery {
            before,
            limit: 10,
            ..asked("again", SearchFilters::default())
        };
        let page = test
            .store
            .read_blocking(move |conn| conn.search_notes(&query))
            .unwrap();
        seen.extend(page.hits.iter().map(|hit| hit.note_id.uuid().as_u128()));
        before = page.next.map(tern_domain::MessagePosition);
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<u128>>());
}

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0 << 32)
    }
}

const NOW: i64 = 1_700_000_000_000;

fn at(minutes: i64) -> UtcMillis {
    UtcMillis(NOW + minutes * 60_000)
}

fn arrive(test: &TestStore, number: u64, requester: u32, minutes: i64) {
    test.store
        .write_blocking(move |tx| {
            // The carrier's clock is a little behind.
            let message = CarrierMessage {
                direction: tern_domain::Direction::Inbound,
                ..support::history(
                    number * 2,
                    requester,
                    "hello there",
                    UtcMillis(at(minutes).0 - 900),
                )
            };
            let state = tx.load_conversation_state(&key(requester), Some(&message.sid))?;
            let ctx = tern_domain::ArrivalContext {
                now: at(minutes),
                live_since: Some(UtcMillis(NOW - 60_000)),
                late_after: tern_domain::ArrivalContext::LATE_AFTER,
                bot_takes: false,
                command: None,
            };
            let ids = &mut Counter(u128::from(number) * 100);
            tx.apply(&plan_arrival(&state, &message, &ctx, ids))
                .map(drop)
        })
        .unwrap();
}

fn start_topic(test: &TestStore, seed: u128, requester: u32, minutes: i64, topic: &'static str) {
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state(&key(requester), None)?;
            let interaction = state.active().unwrap();
            let event = NewEvent {
                id: EventId::next(&mut Counter(seed)),
                aggregate: AggregateRef::Interaction(interaction.id),
                expected_version: interaction.version,
                actor: Actor::System,
                at: at(minutes),
                body: EventBody::TopicStarted {
                    topic: topic.to_owned(),
                    title: String::new(),
                },
            };
            let mut moved = interaction.clone();
            moved.version += 1;
            let plan = Plan {
                events: vec![event],
                effects: vec![Effect::SetInteraction(moved)],
            };
            tx.apply(&plan).map(drop)
        })
        .unwrap();
}

fn act(test: &TestStore, seed: u128, requester: u32, minutes: i64, act: InteractionAct) {
    let ctx = ActContext {
        now: at(minutes),
        agent: agent(7),
        authority: Authority::Agent,
    };
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state_to_end(&key(requester), ctx.now)?;
            let plan = plan_act(&state, act, &ctx, &mut Counter(seed)).unwrap();
            tx.apply(&plan).map(drop)
        })
        .unwrap();
}

#[test]
fn texts_are_found_by_the_topic_that_ran_in_their_interaction() {
    let test = open_store();
    arrive(&test, 1, 1, 0);
    start_topic(&test, 1_000, 1, 1, "returns");
    arrive(&test, 2, 1, 2);
    act(&test, 2_000, 1, 3, InteractionAct::Take);
    act(&test, 2_100, 1, 10, InteractionAct::Finish);
    arrive(&test, 3, 1, 20);
    start_topic(&test, 3_000, 1, 21, "hours");
    arrive(&test, 4, 2, 30);
    start_topic(&test, 4_000, 2, 31, "returns");
    while !test
        .store
        .write_blocking(|tx| tx.follow_figures(100))
        .unwrap()
        .is_done()
    {}
    let with = |text: &str, topic: &str| {
        let filters = SearchFilters {
            topic: Some(topic.to_owned()),
            ..SearchFilters::default()
        };
        positions(&test, asked(text, filters))
    };
    assert_eq!(with("", "returns"), [4, 2, 1]);
    assert_eq!(with("hello", "returns"), [4, 2, 1]);
    assert_eq!(with("", "hours"), [3]);
    assert_eq!(with("", "pizza"), NOTHING);
    assert_eq!(with("goodbye", "returns"), NOTHING);
}

#[test]
fn unread_and_failed_texts_are_found_as_they_are_now() {
    let test = open_store();
    let failed = tern_domain::NewMessage {
        status: DeliveryStatus::Undelivered,
        error_code: Some(30_003),
        ..support::answer(3, 2, "red scarf")
    };
    test.store_all([
        arrival(1, 1, "red hat"),
        arrival(2, 2, "red coat"),
        failed,
        arrival(4, 3, "blue"),
    ]);
    let unread = || SearchFilters {
        is_unread: true,
        ..SearchFilters::default()
    };
    let failed = || SearchFilters {
        is_failed: true,
        ..SearchFilters::default()
    };
    assert_eq!(positions(&test, asked("", unread())), [4, 2, 1]);
    assert_eq!(positions(&test, asked("red", unread())), [2, 1]);
    assert_eq!(positions(&test, asked("", failed())), [3]);
    assert_eq!(positions(&test, asked("hat", failed())), NOTHING);
    let both = SearchFilters {
        is_failed: true,
        ..unread()
    };
    assert_eq!(positions(&test, asked("", both)), NOTHING);
    assert_eq!(notes(&test, "", unread()), [0; 0]);
    test.store
        .write_blocking(|tx| {
            for requester in [1, 3] {
                let id = tx.find_conversation(&key(requester))?.unwrap();
                tx.mark_read(id, MessagePosition(4))?;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(positions(&test, asked("", unread())), [2]);
    test.store
        .write_blocking(|tx| {
            let id = tx.find_conversation(&key(2))?.unwrap();
            tx.mark_read(id, MessagePosition(4))
        })
        .unwrap();
    assert_eq!(positions(&test, asked("", unread())), NOTHING);
}

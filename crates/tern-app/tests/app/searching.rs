//! Searching for notes, by topics, in scripts without spaces, and texts by days.

use serde_json::json;
use tern_app::ErrorCode;
use tern_app::dto::*;

use crate::handover::publish;
use crate::rig::{Rig, wait_for};
use crate::team::staffed;

fn search(query: &str) -> Search {
    Search {
        query: query.to_owned(),
        conversation_id: None,
        before: None,
        limit: 50,
        asker: SearchAsker::Page,
    }
}

async fn phone(rig: &Rig) -> String {
    let phones = rig.app.practice_handsets().await.unwrap();
    phones[0].number.clone()
}

async fn note(rig: &Rig, number: u128, conversation_id: i64, body: &str) {
    rig.app
        .write_note(WriteNote {
            whisper: false,
            conversation_id,
            note_id: uuid::Uuid::from_u128(number).to_string(),
            body: body.to_owned(),
        })
        .await
        .unwrap();
}

fn marked(snippet: &[SnippetPart]) -> Vec<&str> {
    let matched = snippet.iter().filter(|part| part.matched);
    matched.map(|part| part.text.as_str()).collect()
}

#[tokio::test]
async fn notes_are_shown_beside_texts_and_alone() {
    let rig = Rig::practising().await;
    let phone = phone(&rig).await;
    let row = rig.text(&phone, "Where is my umbrella?").await;
    for number in 1..=5 {
        note(&rig, number, row.id, "The umbrella is at the counter").await;
    }
    let found = rig.app.search(search("umbrella")).await.unwrap();
    assert_eq!(found.hits.len(), 1);
    assert_eq!((found.notes.len(), found.has_more_notes), (3, true));
    assert!(!found.is_notes);
    let newest = &found.notes[0];
    assert_eq!(newest.conversation_id, row.id);
    assert_eq!(newest.position, Some(found.hits[0].position));
    assert_eq!(marked(&newest.snippet), ["umbrella"]);
    assert!(!newest.author.is_empty() && !newest.requester.is_empty());

    let found = rig.app.search(search("umbrella is:note")).await.unwrap();
    assert_eq!((found.hits.len(), found.notes.len()), (0, 5));
    assert!(found.is_notes && !found.has_more_notes);
    assert_eq!(found.parts[0].words, "Notes");
    let count = CountHits {
        query: "umbrella is:note".to_owned(),
        conversation_id: None,
        asker: SearchAsker::Page,
    };
    assert_eq!(rig.app.count_hits(count).await.unwrap().counted, 5);
    let none = rig
        .app
        .search(search("is:note from:customer"))
        .await
        .unwrap();
    assert_eq!(none.notes, []);
    // Who asks for notes is not given all texts.
    let scope = ExportScope::Filter {
        query: "is:note".to_owned(),
    };
    let refused = rig.app.prepare_export(scope).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
}

#[tokio::test]
async fn any_letters_of_a_text_without_spaces_find_it_and_are_marked() {
    let rig = Rig::practising().await;
    let phone = phone(&rig).await;
    rig.text(&phone, "昨日東京都で鍵をなくしました").await;
    for letters in ["鍵", "東京", "京都で", "なくし"] {
        let found = rig.app.search(search(letters)).await.unwrap();
        assert_eq!(found.hits.len(), 1, "{letters}");
        assert_eq!(marked(&found.hits[0].snippet), [letters]);
    }
    assert_eq!(rig.app.search(search("京東")).await.unwrap().hits, []);
}

#[tokio::test]
async fn topics_are_offered_by_name_and_unknown_ones_are_told() {
    let (rig, _) = staffed(600).await;
    publish(
        &rig,
        json!({
            "format": 1, "name": "shop_hours", "displayName": "When we are open", "keywords": ["open"], "start": "say",
            "nodes": [{ "id": "say", "kind": "sayText", "text": "From nine to six." }],
        }),
    )
    .await;
    let typed = |text: &str| TypedSearch {
        text: text.to_owned(),
    };
    let offered = rig.app.suggest_search(typed("red topic:")).await.unwrap();
    let offered: Vec<_> = offered.iter().map(|it| it.text.as_str()).collect();
    assert!(offered.contains(&"red topic:shop_hours "), "{offered:?}");
    for query in ["topic:shop_hours", "topic:\"when we\""] {
        let found = rig.app.search(search(query)).await.unwrap();
        assert_eq!(found.parts[0].words, "Topic When we are open");
        assert!(found.problems.is_empty());
    }
    let found = rig.app.search(search("topic:elephants")).await.unwrap();
    assert!(found.problems[0].contains("elephants"), "{found:?}");
    let all = rig.app.suggest_search(typed("")).await.unwrap();
    for operator in [
        "from:", "agent:", "person:", "number:", "on:", "before:", "after:", "has:", "is:",
        "state:", "topic:",
    ] {
        assert!(all.iter().any(|it| it.label == operator), "{operator}");
    }
}

#[tokio::test]
async fn texts_are_counted_by_days_for_everything_and_for_a_search() {
    let rig = Rig::practising().await;
    let phone = phone(&rig).await;
    rig.text(&phone, "a blue umbrella").await;
    rig.text(&phone, "a red scarf").await;
    let ask = |query: &str, first: &str, last: &str| AskActivity {
        first: first.to_owned(),
        last: last.to_owned(),
        zone: "Europe/Berlin".to_owned(),
        query: query.to_owned(),
        asker: SearchAsker::Page,
    };
    let all = |query: &'static str| ask(query, "2015-01-01", "2034-12-01");
    let sum = |found: &Activity| found.days.iter().map(|day| day.texts).sum::<i64>();
    let counted = wait_for(&rig.app, "the texts to be counted", async || {
        let found = rig.app.activity(all("")).await.unwrap();
        (!found.is_counting && sum(&found) >= 2).then_some(found)
    })
    .await;
    assert!(counted.days.iter().all(|day| day.texts > 0));
    let of_search = rig.app.activity(all("umbrella")).await.unwrap();
    assert_eq!((sum(&of_search), of_search.is_more), (1, false));
    assert_eq!(of_search.days.len(), 1);
    assert_eq!(of_search.days[0].day.len(), "2026-03-01".len());
    let nothing = rig.app.activity(all("umbrella has:image")).await.unwrap();
    assert_eq!(nothing, Activity::default());
    // What makes no sense is everything that is left of it: nothing.
    let nonsense = rig.app.activity(all("has:elephants")).await.unwrap();
    assert_eq!(nonsense, Activity::default());
    let refused = rig.app.activity(ask("", "2026-03-01", "2026-02-01")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidInput);
    let refused = rig.app.activity(ask("", "1.3.", "2026-02-01")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidInput);
}

#[tokio::test]
async fn nobody_is_left_waiting_for_a_search_that_was_given_up() {
    let rig = Rig::practising().await;
    let stop = StopSearch {
        asker: SearchAsker::Page,
    };
    // Nothing is under way: nothing happens, and the next search is as good as ever.
    rig.app.stop_search(stop).await.unwrap();
    let phone = phone(&rig).await;
    rig.text(&phone, "a blue umbrella").await;
    let found = rig.app.search(search("umbrella")).await.unwrap();
    assert_eq!((found.hits.len(), found.stopped), (1, false));
}

#[tokio::test]
async fn a_saved_search_is_a_view_of_texts_and_in_no_list() {
    let rig = Rig::practising().await;
    let draft = |number: u128, scope, condition: &str| SavedViewDraft {
        id: uuid::Uuid::from_u128(number).to_string(),
        name: format!("Number {number}"),
        condition: condition.to_owned(),
        sort: ViewSort::Newest,
        scope,
    };
    let replace = async |views| {
        let request = ReplaceSavedViews { views };
        rig.app.replace_saved_views(request).await
    };
    // Whatever can be typed can be saved, also what is no condition.
    let search = draft(1, ViewScope::Texts, "  umbrella from:customer -\"lost ");
    let view = draft(2, ViewScope::Open, "unread >= 1");
    let phone = phone(&rig).await;
    rig.text(&phone, "Where is my umbrella?").await;
    let rows = replace(vec![search.clone(), view.clone()]).await.unwrap();
    assert_eq!(rows, rig.app.saved_views().await.unwrap());
    assert_eq!(rows[0].scope, ViewScope::Texts);
    assert_eq!(rows[0].condition.text, "umbrella from:customer -\"lost");
    assert!(rows[0].condition.problems.is_empty());
    assert_eq!((rows[0].count, rows[1].count), (0, 1));
    // Neither takes the other's places.
    let many = |scope, condition| (10..40).map(move |number| draft(number, scope, condition));
    let mut all: Vec<_> = many(ViewScope::Texts, "umbrella").collect();
    all.push(view.clone());
    assert_eq!(replace(all.clone()).await.unwrap().len(), 31);
    all.push(search);
    let refused = replace(all).await.unwrap_err();
    assert_eq!(refused.message, "There can be at most 30 saved searches.");
    for (condition, words) in [
        (" ", "A saved search has to look for something."),
        (
            &"x".repeat(501),
            "A search of more than 500 characters cannot be saved.",
        ),
    ] {
        let refused = replace(vec![draft(1, ViewScope::Texts, condition)])
            .await
            .unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            (ErrorCode::InvalidInput, words)
        );
    }
    // A restart changes nothing of it.
    let rig = rig.restart().await;
    assert_eq!(rig.app.saved_views().await.unwrap().len(), 31);
}

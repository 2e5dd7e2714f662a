//! A whole conversation, from the first run to the next text, as golden text.

use std::fmt::Write as _;

use tern_app::dto::*;

use crate::rig::{PNG, Rig, list_of, sending, wait_for};

fn act(conversation_id: i64, act: ConversationAct) -> ActOnConversation {
    ActOnConversation {
        conversation_id,
        act,
    }
}

/// The thread and the timeline as an agent reads them, without times and ids.
async fn story(rig: &Rig, conversation_id: i64) -> String {
    let mut story = String::new();
    let view = rig
        .app
        .conversation(ConversationRef { conversation_id })
        .await
        .unwrap();
    let state = view
        .interaction
        .as_ref()
        .map(|interaction| interaction.state);
    writeln!(
        story,
        "{} with {} [{:?}]",
        view.row.requester, view.provider_display, state
    )
    .unwrap();
    for message in rig.thread(conversation_id).await {
        let who = message.author.as_deref().unwrap_or("Customer");
        let pictures = "▢".repeat(message.media.len());
        writeln!(
            story,
            "  {who}: {}{pictures} ({})",
            message.body, message.delivery.words
        )
        .unwrap();
    }
    for entry in rig
        .app
        .timeline(ConversationRef { conversation_id })
        .await
        .unwrap()
    {
        writeln!(story, "  – {}: {}", entry.actor, entry.text).unwrap();
    }
    story
}

#[tokio::test]
async fn a_conversation_from_the_first_run_to_the_next_text() {
    let rig = Rig::fresh().await;
    let status = rig.app.app_status().await.unwrap();
    assert_eq!(
        status.phase,
        Phase::FirstRun {
            keychain_available: true,
            keychain_problem: None
        }
    );
    let status = rig
        .app
        .start_practice(StartPractice { passphrase: None })
        .await
        .unwrap();
    assert_eq!(
        (status.phase, status.line),
        (Phase::Ready, Some(Line::Practice))
    );
    let phones = rig.app.practice_handsets().await.unwrap();
    assert_eq!(phones.len(), 3);
    let phone = phones[0].number.clone();

    let row = rig.text(&phone, "Is my bicycle ready?").await;
    assert_eq!((row.list, row.unread), (InboxList::New, 1));
    let page = list_of(&rig.app, InboxList::New).await;
    assert_eq!((page.counts.new, page.counts.new_unread), (1, 1));

    let view = rig
        .app
        .act_on_conversation(act(row.id, ConversationAct::Take))
        .await
        .unwrap();
    assert_eq!(view.row.list, InboxList::Ongoing);
    let newest = rig.thread(row.id).await.last().unwrap().position;
    rig.app
        .mark_read(MarkRead {
            conversation_id: row.id,
            up_to: newest,
        })
        .await
        .unwrap();

    let attach = AttachPicture {
        conversation_id: row.id,
        file_name: "bicycle.png".into(),
        base64: PNG.into(),
    };
    let draft = rig.app.attach_picture(attach).await.unwrap();
    assert_eq!(draft.media[0].content_type.as_deref(), Some("image/png"));
    let sent = rig.send(row.id, "It is, come by until six.").await;
    let sent = rig
        .wait_for_mark(&sent, row.id, DeliveryMark::Delivered)
        .await;
    assert_eq!(sent.media.len(), 1);
    let media = rig.app.media(&sent.media[0].id).await.unwrap();
    assert_eq!(media.content_type, "image/png");

    let received = rig.received(&phone).await;
    assert_eq!(received[0].body, "It is, come by until six.");
    let shown = rig.app.media(&received[0].media_urls[0]).await.unwrap();
    assert_eq!(shown.bytes, media.bytes);

    let view = rig
        .app
        .act_on_conversation(act(row.id, ConversationAct::Finish))
        .await
        .unwrap();
    assert_eq!(view.row.list, InboxList::Done);
    rig.text(&phone, "One more thing").await;
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!(view.row.list, InboxList::New);
    insta::assert_snapshot!(story(&rig, row.id).await);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_repeated_call_sends_once() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Hello").await;
    let request = sending(row.id, "Good morning");
    let first = rig.app.send_message(request.clone()).await.unwrap();
    let next = SaveDraft {
        conversation_id: row.id,
        body: "And another thing".into(),
    };
    rig.app.save_draft(next).await.unwrap();
    let second = rig.app.send_message(request).await.unwrap();
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!(
        view.draft.unwrap().body,
        "And another thing",
        "a repeated call clears nothing"
    );
    assert_eq!((&first.id, first.position), (&second.id, second.position));
    rig.wait_for_mark(&first, row.id, DeliveryMark::Delivered)
        .await;
    assert_eq!(rig.received(&phone).await.len(), 1);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_held_text_is_called_back_into_the_draft_with_its_pictures() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Hello").await;
    let settings = Settings {
        undo_seconds: 30,
        ..rig.app.settings().await.unwrap()
    };
    rig.app.update_settings(settings).await.unwrap();
    let attach = AttachPicture {
        conversation_id: row.id,
        file_name: "a.png".into(),
        base64: PNG.into(),
    };
    rig.app.attach_picture(attach).await.unwrap();
    let held = rig.send(row.id, "Too early").await;
    assert_eq!(held.delivery.mark, DeliveryMark::Held);
    let draft = rig
        .app
        .undo_send(MessageRef {
            message_id: held.id.clone(),
        })
        .await
        .unwrap();
    assert_eq!((draft.body.as_str(), draft.media.len()), ("Too early", 1));
    let thread = rig.thread(row.id).await;
    let shown = thread.iter().find(|message| message.id == held.id);
    assert!(shown.is_none_or(|message| message.delivery.mark == DeliveryMark::Canceled));
    let again = rig
        .app
        .undo_send(MessageRef {
            message_id: held.id,
        })
        .await
        .unwrap_err();
    assert_eq!(again.code, tern_app::ErrorCode::NotAllowed);
    rig.app.shutdown().await;
}

/// Where the first text of a thread is.
async fn found_position(rig: &Rig, conversation: i64) -> i64 {
    rig.thread(conversation).await[0].position
}

#[tokio::test]
async fn search_finds_words_and_fragments_of_numbers() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "My blue umbrella is gone").await;
    let search = |query: &str| Search {
        query: query.to_owned(),
        conversation_id: None,
        before: None,
        limit: 20,
        asker: SearchAsker::Page,
    };
    let found = rig.app.search(search("umbr")).await.unwrap();
    assert_eq!(found.hits[0].conversation_id, row.id);
    let marked: Vec<_> = found.hits[0]
        .snippet
        .iter()
        .filter(|part| part.matched)
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(marked, ["umbrella"]);
    // Operators, in the words of the window; what makes no sense is told, and the rest searches.
    let found = rig
        .app
        .search(search("umbrella from:customer on:today has:elephants"))
        .await
        .unwrap();
    assert_eq!(found.hits.len(), 1);
    let words: Vec<_> = found.parts.iter().map(|part| &*part.words).collect();
    assert_eq!(words[0], "From customers");
    assert_eq!(found.parts[0].without, "umbrella on:today has:elephants");
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    let theirs = rig.app.search(search("umbrella from:us")).await.unwrap();
    assert!(theirs.hits.is_empty());
    let count = rig
        .app
        .count_hits(CountHits {
            query: "umbr".to_owned(),
            conversation_id: None,
            asker: SearchAsker::Page,
        })
        .await
        .unwrap();
    assert_eq!((count.counted, count.is_more), (1, false));
    let page = "\"long words\" from: x".repeat(2_000);
    let found = rig.app.search(search(&page)).await.unwrap();
    assert!(found.hits.is_empty() && !found.problems.is_empty());
    let typed = |text: &str| TypedSearch {
        text: text.to_owned(),
    };
    let offered = rig.app.suggest_search(typed("umbr fr")).await.unwrap();
    assert_eq!(offered[0].text, "umbr from:");
    for text in ["one", "umbrella", "one"] {
        rig.app.remember_search(typed(text)).await.unwrap();
    }
    assert_eq!(
        rig.app.recent_searches().await.unwrap(),
        ["one", "umbrella"]
    );
    rig.app.clear_recent_searches().await.unwrap();
    assert!(rig.app.recent_searches().await.unwrap().is_empty());
    let day = |day: &str| FindDay {
        conversation_id: row.id,
        day: day.to_owned(),
    };
    let day_found = rig.app.find_day(day("yesterday")).await.unwrap();
    assert_eq!(day_found.position, Some(found_position(&rig, row.id).await));
    assert!(
        rig.app
            .find_day(day("soon"))
            .await
            .unwrap()
            .problem
            .is_some()
    );
    let fragment = &phone[phone.len() - 6..];
    let found = rig.app.search(search(fragment)).await.unwrap();
    assert_eq!(found.conversations[0].id, row.id);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn notifications_say_no_more_than_the_setting_and_nothing_of_what_is_on_screen() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let mut changes = rig.app.subscribe();
    let row = rig.text(&phone, "first words").await;
    let mut arrived = async || {
        let found = tokio::time::timeout(std::time::Duration::from_secs(30), async {
            loop {
                if let tern_app::Change::Arrived { title, body, .. } =
                    changes.recv().await.unwrap().change
                {
                    return (title, body);
                }
            }
        });
        found.await.unwrap()
    };
    assert_eq!(arrived().await, (row.requester.clone(), String::new()));
    // On screen and in focus: silence. That the next one is about somebody else proves it.
    rig.app.set_focus(true);
    rig.thread(row.id).await;
    rig.text(&phone, "second words").await;
    let other = rig.app.practice_handsets().await.unwrap()[1].clone();
    rig.text(&other.number, "from somebody else").await;
    assert_eq!(arrived().await, (other.display, String::new()));
    rig.app.set_focus(false);
    let settings = Settings {
        notification_style: NotificationStyle::Full,
        ..Settings::default()
    };
    rig.app.update_settings(settings).await.unwrap();
    rig.text(&phone, "third words").await;
    assert_eq!(arrived().await, (row.requester, "third words".to_owned()));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Remember me").await;
    rig.app
        .save_draft(SaveDraft {
            conversation_id: row.id,
            body: "half a thought".into(),
        })
        .await
        .unwrap();
    let rig = rig.restart().await;
    assert_eq!(rig.app.app_status().await.unwrap().phase, Phase::Ready);
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!(view.draft.unwrap().body, "half a thought");
    let again = rig.text(&phone, "Still there?").await;
    assert_eq!(again.id, row.id);
    wait_for(&rig.app, "two texts", async || {
        (rig.thread(row.id).await.len() == 2).then_some(())
    })
    .await;
    rig.app.shutdown().await;
    let digits = phone.trim_start_matches('+');
    for file in files(rig.folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in ["Remember me", "half a thought", digits] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "in clear in {}", file.display());
        }
    }
}

/// Every file below a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

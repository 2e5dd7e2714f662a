//! V-5, T-4: what answers a question for a picture is what the file is, not what it is called.

use serde_json::json;
use tern_domain::topic::BotSession;
use tern_store::MediaState;

use super::served::HELLO;
use crate::line::{ANNA, Line, until};
use crate::media::{inline, png};

const ASKED: &str = "Send a picture.";
const GOT: &str = "I have got it.";
const NO_PICTURE: &str = "Please send one picture.\nSend a picture.";
const NOT_GOT: &str = "Your picture did not get through.\nSend a picture.";

#[tokio::test]
async fn v_5_a_picture_without_words_answers_and_what_is_only_called_one_is_asked_for_again() {
    let line = Line::with_bot().await;
    line.says(ANNA, "photo", 2).await;
    let svg = inline("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    let pdf = inline("image/jpeg", b"%PDF-1.7 not a jpeg");
    let mut shown = vec![HELLO, ASKED];
    for (file, answer) in [
        (svg, NO_PICTURE),
        (pdf, NO_PICTURE),
        (inline("application/pdf", &png(4, 4)), GOT),
    ] {
        line.next_second().await;
        line.text_with(ANNA, "", json!([file])).await;
        shown.push(answer);
        line.phone_shows(ANNA, &shown).await;
    }
    let thread = line.thread(ANNA).await;
    let states: Vec<_> = thread
        .iter()
        .flat_map(|text| text.media.iter().map(|file| file.state))
        .collect();
    let kept = [MediaState::Unavailable, MediaState::File, MediaState::Image];
    assert_eq!(states, kept, "T-4: all but what could run is kept");
}

#[tokio::test]
async fn v_5_r_9_what_is_written_while_a_picture_is_fetched_is_heard_after_it_over_a_crash_too() {
    let mut line = waiting().await;
    line.next_second().await;
    line.text(ANNA, "pizza").await;
    line.session_becomes("the text to wait", |session| session.queued.len() == 1)
        .await;
    line.crash().await;
    line.clear_faults().await;
    line.clock.advance(1_000);
    line.start_engine();
    let size = "Which size?\n1: Small\n2: Large";
    line.phone_shows(ANNA, &[HELLO, ASKED, GOT, size]).await;
}

#[tokio::test]
async fn v_5_a_picture_that_does_not_come_is_told_of_and_the_question_comes_again() {
    let line = waiting().await;
    line.clock.advance(121_000);
    line.phone_shows(ANNA, &[HELLO, ASKED, NOT_GOT]).await;
    line.clear_faults().await;
    // The picture comes after all: it is in the thread, and answers nothing any more.
    line.clock.advance(60_000);
    until("the picture", async || {
        let thread = line.thread(ANNA).await;
        let state = thread.iter().find_map(|text| text.media.first())?.state;
        (state == MediaState::Image).then_some(())
    })
    .await;
    line.next_second().await;
    let again = json!([inline("image/png", &png(4, 4))]);
    line.text_with(ANNA, "", again).await;
    line.phone_shows(ANNA, &[HELLO, ASKED, NOT_GOT, GOT]).await;
}

#[tokio::test]
async fn v_5_a_picture_that_is_given_up_is_told_of() {
    let line = waiting().await;
    for attempt in 1..=5 {
        line.clock.advance(1_000);
        line.engine().wake();
        until(&format!("attempt {attempt}"), async || {
            let due = line.store.read(|conn| conn.next_media_fetch_at());
            let due = due.await.unwrap();
            due.is_none_or(|at| at > line.now()).then_some(())
        })
        .await;
    }
    line.phone_shows(ANNA, &[HELLO, ASKED, NOT_GOT]).await;
    let thread = line.thread(ANNA).await;
    let file = thread.iter().find_map(|text| text.media.first()).unwrap();
    assert_eq!(file.state, MediaState::Unavailable);
}

/// A customer has sent the picture that they were asked for, and the carrier does not give it out.
async fn waiting() -> Line {
    let line = Line::with_bot().await;
    line.says(ANNA, "photo", 2).await;
    line.arm(json!({ "kind": "error_500_before", "endpoint": "list_media", "times": 0 }))
        .await;
    line.next_second().await;
    let picture = json!([inline("image/png", &png(4, 4))]);
    line.text_with(ANNA, "", picture).await;
    line.session_becomes("the question to wait", |session| {
        session.inspecting().is_some()
    })
    .await;
    line
}

impl Line {
    async fn session_becomes(&self, what: &str, is_it: impl Fn(&BotSession) -> bool) {
        until(what, async || {
            let session = self.session(self.latest_of(ANNA).await?.id).await?;
            is_it(&session).then_some(())
        })
        .await;
    }
}

//! Texts that are none, and texts that are too many: each has a decided answer.

use tern_domain::{Handler, InteractionState};

use super::served::HELLO;
use crate::line::{ANNA, Line, until};

const SIZE: &str = "Which size?\n1: Small\n2: Large";

#[tokio::test]
async fn s_7_opt_out_words_are_met_with_silence_and_a_block() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    line.next_second().await;
    line.text(ANNA, "STOP").await;
    until("the block", async || {
        line.opted_out(ANNA).await.then_some(())
    })
    .await;
    line.next_second().await;
    line.text(ANNA, "1").await;
    until("the text", async || {
        (line.bodies(ANNA).await.last()? == "1").then_some(())
    })
    .await;
    line.next_second().await;
    line.text(ANNA, "START").await;
    until("no block", async || {
        (!line.opted_out(ANNA).await).then_some(())
    })
    .await;
    line.next_second().await;
    line.text(ANNA, "2").await;
    let wrote = line.bot_wrote(ANNA, 3).await;
    assert_eq!(wrote, [HELLO, SIZE, "What is your name?"]);
}

#[tokio::test]
async fn r_9_tapbacks_emptiness_emoji_and_long_texts_each_have_their_answer() {
    let line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    line.next_second().await;
    line.text(ANNA, &format!("Liked “{SIZE}”")).await;
    line.next_second().await;
    line.text(ANNA, " ").await;
    let shown = line.says(ANNA, "😀", 3).await;
    assert_eq!(
        shown[2],
        format!("Please answer with one of the numbers.\n{SIZE}")
    );
    line.says(ANNA, "1", 4).await;
    let ten_parts = "Wolfeschlegelsteinhausenbergerdorff ".repeat(43);
    let shown = line.says(ANNA, ten_parts.trim(), 5).await;
    assert!(
        shown[4].starts_with("Thank you, Wolfeschlegel"),
        "{}",
        shown[4]
    );
}

#[tokio::test]
async fn p_15_a_short_code_is_left_to_people() {
    let line = Line::with_bot().await;
    let form = vec![
        ("MessageSid".to_owned(), format!("SM{:032x}", 5)),
        ("From".to_owned(), "72345".to_owned()),
        ("To".to_owned(), crate::line::OURS.to_owned()),
        ("Body".to_owned(), "Your code is 1".to_owned()),
        ("NumMedia".to_owned(), "0".to_owned()),
    ];
    line.engine()
        .ingest(tern_engine::Arrival::Webhook(form))
        .await
        .unwrap();
    let found = until("the conversation", async || line.latest_of("72345").await).await;
    assert_eq!(found.handler, Handler::Queue);
    assert_eq!(line.bodies("72345").await, ["Your code is 1"]);
}

#[tokio::test]
async fn r_8_a_text_that_comes_too_late_goes_to_a_person_without_an_answer() {
    let mut line = Line::with_bot().await;
    line.says(ANNA, "pizza", 2).await;
    line.stop_engine().await;
    line.next_second().await;
    line.text(ANNA, "1").await;
    line.clock.advance(65 * 60 * 1000);
    line.start_engine();
    let handed = line
        .interaction_becomes("the queue", |it| it.handler == Handler::Queue)
        .await;
    assert_eq!(handed.state, InteractionState::New);
    assert!(line.unread(ANNA).await > 0);
    line.send(ANNA, "it is me").await;
    line.phone_shows(ANNA, &[HELLO, SIZE, "it is me"]).await;
}

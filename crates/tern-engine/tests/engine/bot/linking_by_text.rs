//! L-2: the PIN and a code by text, on the running engine, and the attacks on it.

use serde_json::{Value, json};
use tern_domain::topic::VirtualAgent;
use tern_domain::verification::{SecondFactor, TextedCode};
use tern_domain::{Direction, OutboxState, WipeState};

use super::linking::{ASKS, FAILED, LINKED, LOCKED, PIN, WRONG_PIN, with_linking};
use super::served::topics;
use crate::line::{ANNA, BEN, Line, until};

pub(crate) const SENT: &str = "Thank you. I have just sent you a six-digit code in a text of its own. What is it? I take it out of this conversation, too.";
const EXPIRED: &str = "That code does not count any more, so I go on without knowing who you are. Try again, and I send you another one.";
const TOO_OFTEN: &str = "I have sent too many codes to this number within an hour, so I go on without knowing who you are. Please try again later, or write agent to talk to a person.";
const WORDS: &str = " is your one-time code.";

fn by_text() -> VirtualAgent {
    let mut agent = with_linking();
    agent.chat.second_factor = SecondFactor::Sms;
    agent
}

impl Line {
    pub(crate) async fn with_linking_by_text() -> Self {
        let line = Self::start().await;
        line.serve(by_text(), topics()).await;
        line
    }

    /// Codes that a phone shows, oldest first.
    pub(crate) async fn codes_at(&self, number: &str) -> Vec<String> {
        let texts = self.received_by(number).await;
        let codes = texts.iter().filter_map(|text| text.split_once(WORDS));
        codes.map(|(code, _)| code.to_owned()).collect()
    }

    /// Begins a try and enters the PIN; the code that came.
    pub(crate) async fn gets_code(&self, from: &str, pin: &str) -> String {
        let before = self.codes_at(from).await.len();
        self.says_and_gets(from, "link my number", ASKS).await;
        self.says_and_gets(from, pin, SENT).await;
        let codes = self.codes_at(from).await;
        assert_eq!(codes.len(), before + 1, "one code a try");
        codes[before].clone()
    }

    async fn tries_by_text(&self, from: &str, pin: &str, is_right: bool, wanted: &str) {
        let code = self.gets_code(from, pin).await;
        let entered = if is_right { code } else { another(&code) };
        self.says_and_gets(from, &entered, wanted).await;
    }

    /// Nothing is left at the carrier that has to go.
    pub(crate) async fn all_is_wiped(&self) {
        until("everything to be wiped at the carrier", async || {
            let open = self.store.read(|conn| conn.count_carrier_wipes()).await;
            (open.unwrap() == (0, 0)).then_some(())
        })
        .await;
    }
}

/// A code that is not this one.
fn another(code: &str) -> String {
    let last = code.chars().last().filter(|last| *last != '1');
    let rest: String = code.chars().take(5).collect();
    format!("{rest}{}", last.map_or('2', |_| '1'))
}

#[tokio::test]
async fn l_2_pin_and_texted_code_link_the_number_and_no_digit_is_kept() {
    let line = Line::with_linking_by_text().await;
    line.enrol_pin_only(ANNA, 1).await;
    let code = line.gets_code(ANNA, PIN).await;
    // The code comes by itself and before the question.
    let shown = line.received_by(ANNA).await;
    assert!(shown[shown.len() - 2].starts_with(&code), "{shown:?}");
    line.says_and_gets(ANNA, &code, LINKED).await;
    assert!(line.is_linked(ANNA).await);
    line.all_is_wiped().await;
    let kept = TextedCode::kept_text();
    let thread = line.thread(ANNA).await;
    let text = thread
        .iter()
        .find(|it| it.direction == Direction::Outbound && it.body.as_str() == kept);
    let text = text.expect("the thread shows that a code was sent");
    assert_eq!(text.masked, ["Code"]);
    assert!(matches!(
        text.wipe.map(|wipe| wipe.state),
        Some(WipeState::Done { .. })
    ));
    assert!(thread.iter().all(|it| !it.body.as_str().contains(&code)));
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    assert!(!all.to_string().contains(&code), "the carrier forgot it");
}

#[tokio::test]
async fn l_2_the_same_texts_and_as_many_codes_for_everybody() {
    let line = Line::with_linking_by_text().await;
    let anna = line.enrol_pin_only(ANNA, 1).await;
    for number in [ANNA, BEN] {
        line.tries_by_text(number, WRONG_PIN, true, FAILED).await;
        line.tries_by_text(number, PIN, false, FAILED).await;
    }
    assert_eq!(line.wrong_entries(&anna).await, 2, "one a try");
    for number in [ANNA, BEN] {
        line.tries_by_text(number, PIN, false, LOCKED).await;
        line.says_and_gets(number, "link my number", LOCKED).await;
    }
    let shown = async |number| {
        let texts = line.received_by(number).await.into_iter().skip(1);
        let digits = |text: String| {
            text.split_once(WORDS)
                .map(|it| it.1.to_owned())
                .unwrap_or(text)
        };
        texts.map(digits).collect::<Vec<_>>()
    };
    assert_eq!(shown(ANNA).await, shown(BEN).await);
    assert!(!line.is_linked(ANNA).await && !line.is_linked(BEN).await);
}

#[tokio::test]
async fn l_2_a_code_is_taken_once_and_is_nobody_elses() {
    let line = Line::with_linking_by_text().await;
    line.enrol_pin_only(ANNA, 1).await;
    line.enrol_pin_only(BEN, 2).await;
    let used = line.gets_code(ANNA, PIN).await;
    line.says_and_gets(ANNA, &used, LINKED).await;
    line.says_and_gets(ANNA, "logout", "Write \"link my number\" to link it again.")
        .await;
    let next = line.gets_code(ANNA, PIN).await;
    assert_ne!(used, next);
    line.says_and_gets(ANNA, &used, FAILED).await;
    line.gets_code(BEN, PIN).await;
    line.says_and_gets(BEN, &next, FAILED).await;
    assert!(!line.is_linked(ANNA).await && !line.is_linked(BEN).await);
}

#[tokio::test]
async fn l_2_a_code_of_ten_minutes_ago_is_no_try_and_proves_nothing() {
    let line = Line::with_linking_by_text().await;
    let anna = line.enrol_pin_only(ANNA, 1).await;
    for number in [ANNA, BEN] {
        let code = line.gets_code(number, PIN).await;
        line.time_passes(10 * 60_000).await;
        line.says_and_gets(number, &code, EXPIRED).await;
    }
    assert_eq!(line.wrong_entries(&anna).await, 0);
    assert!(!line.is_linked(ANNA).await);
    line.tries_by_text(ANNA, PIN, true, LINKED).await;
}

#[tokio::test]
async fn l_2_a_code_does_not_outlive_the_process() {
    let mut line = Line::with_linking_by_text().await;
    let anna = line.enrol_pin_only(ANNA, 1).await;
    let code = line.gets_code(ANNA, PIN).await;
    line.stop_engine().await;
    line.crash().await;
    line.start_engine();
    line.says_and_gets(ANNA, &code, EXPIRED).await;
    assert!(!line.is_linked(ANNA).await);
    assert_eq!(line.wrong_entries(&anna).await, 0);
    line.tries_by_text(ANNA, PIN, true, LINKED).await;
}

#[tokio::test]
async fn l_2_a_code_that_could_not_leave_before_the_crash_never_leaves() {
    let mut line = Line::with_linking_by_text().await;
    line.enrol_pin_only(ANNA, 1).await;
    line.says_and_gets(ANNA, "link my number", ASKS).await;
    line.arm(json!({"kind": "too_many_requests", "endpoint": "create_message", "times": 1000}))
        .await;
    line.next_second().await;
    line.text(ANNA, PIN).await;
    until("the code to wait in the outbox", async || {
        let open = line
            .store
            .read(|conn| conn.list_outbox_open())
            .await
            .unwrap();
        open.iter()
            .any(|entry| entry.holds_code && matches!(entry.state, OutboxState::RetryAt { .. }))
            .then_some(())
    })
    .await;
    line.crash().await;
    line.clear_faults().await;
    line.clock.advance(3_600_000);
    line.start_engine();
    until("the question without the code", async || {
        let shown = line.received_by(ANNA).await;
        (shown.last()? == SENT).then_some(())
    })
    .await;
    assert!(line.codes_at(ANNA).await.is_empty());
    line.says_and_gets(ANNA, "123456", EXPIRED).await;
}

#[tokio::test]
async fn l_2_nobody_gets_more_than_three_codes_an_hour() {
    let mut line = Line::with_linking_by_text().await;
    line.enrol_pin_only(ANNA, 1).await;
    for number in [ANNA, BEN] {
        for _ in 0..3 {
            line.gets_code(number, PIN).await;
            line.says_and_gets(
                number,
                "skip",
                "All right, I go on without knowing who you are.",
            )
            .await;
        }
        line.says_and_gets(number, "link my number", TOO_OFTEN)
            .await;
    }
    line.crash().await;
    line.start_engine();
    for number in [ANNA, BEN] {
        line.says_and_gets(number, "link my number", TOO_OFTEN)
            .await;
        assert_eq!(line.codes_at(number).await.len(), 3);
    }
    line.time_passes(3_600_000).await;
    line.tries_by_text(ANNA, PIN, true, LINKED).await;
}

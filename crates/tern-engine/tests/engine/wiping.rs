//! L-14, V-20: what is not kept here is not kept by the carrier either.

use serde_json::json;
use tern_domain::bot::HIDDEN_ANSWER;
use tern_domain::{AgentId, CarrierWipe, MessageId, Millis, WipeState, WipeWait, plan_redaction};
use tern_engine::EdgeIds;
use uuid::Uuid;

use crate::line::{ANNA, Line, until};
use crate::media::{inline, png};

const PIN: &str = "4711";

impl Line {
    /// The customer answers a secure question; the text's id here and at the carrier.
    async fn answers_secretly(&self) -> (MessageId, String) {
        self.says(ANNA, "secret", 2).await;
        self.next_second().await;
        let sid = self.text(ANNA, PIN).await;
        self.bot_wrote(ANNA, 3).await;
        let thread = self.thread(ANNA).await;
        let hidden = thread.iter().find(|it| it.body.as_str() == HIDDEN_ANSWER);
        (hidden.unwrap().message_id, sid)
    }

    pub(crate) async fn wipe_becomes(
        &self,
        id: MessageId,
        wanted: fn(&WipeState) -> bool,
    ) -> CarrierWipe {
        until("the wipe", async || {
            let wipe = self.message(id).await.wipe?;
            wanted(&wipe.state).then_some(wipe)
        })
        .await
    }

    async fn carriers_words(&self, sid: &str) -> String {
        self.row(sid).await["body"].as_str().unwrap().to_owned()
    }

    /// An agent removes a text.
    async fn redact(&self, id: MessageId) {
        self.redact_of(ANNA, id).await;
    }

    pub(crate) async fn redact_of(&self, requester: &'static str, id: MessageId) {
        let by = AgentId::new(Uuid::from_u128(9));
        let clock = self.clock.clone();
        self.store
            .write(move |tx| {
                let state = tx.load_conversation_state_for(&Line::key(requester), id)?;
                let now = tern_engine::Clock::now(&*clock);
                let ids = &mut EdgeIds::new(&*clock);
                let plan = plan_redaction(&state, None, None, false, by, now, ids).unwrap();
                tx.apply(&plan)
            })
            .await
            .unwrap()
            .touched
            .first()
            .unwrap();
        self.engine().effects_committed();
    }
}

#[tokio::test]
async fn l_14_a_secure_answer_is_emptied_at_the_carrier_once_it_lets_us() {
    let line = Line::with_bot().await;
    line.arm(json!({
        "kind": "refuse", "status": 409, "error_code": 20009, "endpoint": "update_message", "times": 2,
    }))
    .await;
    let (id, sid) = line.answers_secretly().await;
    let not_final = |state: &WipeState| {
        matches!(
            state,
            WipeState::Waiting {
                why: WipeWait::NotFinal
            }
        )
    };
    let first = line.wipe_becomes(id, not_final).await;
    assert_eq!(first.tries, 1);
    assert_eq!(line.carriers_words(&sid).await, PIN);
    line.clock.advance(Millis::minutes(1).0);
    until("the second try", async || {
        (line.message(id).await.wipe?.tries == 2).then_some(())
    })
    .await;
    line.clock.advance(Millis::minutes(2).0);
    let done = line
        .wipe_becomes(id, |state| matches!(state, WipeState::Done { .. }))
        .await;
    assert_eq!((done.tries, done.next_at), (3, None));
    assert_eq!(line.carriers_words(&sid).await, "");
}

#[tokio::test]
async fn l_14_a_wipe_outlives_a_crash_and_trouble_at_the_carrier() {
    let mut line = Line::with_bot().await;
    line.arm(json!({"kind": "error_500_before", "endpoint": "update_message", "times": 0}))
        .await;
    let (id, sid) = line.answers_secretly().await;
    line.wipe_becomes(id, |state| {
        matches!(
            state,
            WipeState::Waiting {
                why: WipeWait::Busy
            }
        )
    })
    .await;
    line.crash().await;
    line.clear_faults().await;
    line.clock.advance(Millis::hours(7).0);
    line.start_engine();
    line.wipe_becomes(id, |state| matches!(state, WipeState::Done { .. }))
        .await;
    assert_eq!(line.carriers_words(&sid).await, "");
}

#[tokio::test]
async fn l_14_what_the_carrier_refuses_for_good_is_told_and_what_it_has_forgotten_is_done() {
    let line = Line::with_bot().await;
    line.arm(json!({
        "kind": "refuse", "status": 400, "error_code": 20001, "endpoint": "update_message", "times": 5,
    }))
    .await;
    let (id, _) = line.answers_secretly().await;
    let failed = until("the end of patience", async || {
        line.clock.advance(Millis::hours(7).0);
        let wipe = line.message(id).await.wipe?;
        matches!(wipe.state, WipeState::Failed { .. }).then_some(wipe)
    })
    .await;
    assert!(matches!(
        failed.state,
        WipeState::Failed {
            code: Some(20001),
            ..
        }
    ));
    line.arm(json!({
        "kind": "refuse", "status": 404, "error_code": 20404, "endpoint": "update_message",
    }))
    .await;
    let again = failed.again(false, failed.since).unwrap();
    line.store
        .write(move |tx| tx.put_carrier_wipe(&again))
        .await
        .unwrap();
    line.engine().effects_committed();
    line.wipe_becomes(id, |state| {
        matches!(state, WipeState::Done { gone: true, .. })
    })
    .await;
}

#[tokio::test]
async fn a_removed_text_stays_removed_whatever_the_carrier_shows_again() {
    let mut line = Line::start().await;
    let picture = json!([inline("image/png", &png(8, 8))]);
    let sid = line.text_with(ANNA, "my number is 290417", picture).await;
    let stored = until("the text and its picture", async || {
        let thread = line.thread(ANNA).await;
        thread.into_iter().find(|it| !it.media.is_empty())
    })
    .await;
    let (id, media) = (stored.message_id, stored.media[0].id);
    // As long as the carrier does not empty it, every look at the list shows the words again.
    line.arm(json!({"kind": "refuse", "status": 409, "error_code": 20009, "endpoint": "update_message", "times": 0}))
        .await;
    line.redact(id).await;
    line.wipe_becomes(id, |state| {
        matches!(
            state,
            WipeState::Waiting {
                why: WipeWait::NotFinal
            }
        )
    })
    .await;
    line.crash().await;
    line.start_engine();
    let looked = line.list_requests().await;
    until("more looks at the list", async || {
        (line.list_requests().await > looked + 3).then_some(())
    })
    .await;
    let row = line.message(id).await;
    assert!(row.redacted && row.body.as_str().is_empty() && row.media.is_empty());
    assert!(
        line.store
            .read(move |conn| conn.find_media(media))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        line.store
            .media(move |files| files.find(media))
            .await
            .unwrap()
            .is_none()
    );
    line.clear_faults().await;
    line.clock.advance(Millis::hours(7).0);
    line.wipe_becomes(id, |state| matches!(state, WipeState::Done { .. }))
        .await;
    assert_eq!(line.carriers_words(&sid).await, "");
    assert_eq!(line.carriers_media(&sid).await, 0);
    assert_eq!(line.journal_size().await, 0);
}

//! The past within its rules: paused, limited, without its pictures, and told truly which days are here.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::time::Duration;

use image::{ImageFormat, RgbImage};
use serde_json::json;
use tern_domain::backfill::{CARRIER_KEEPS, Cover, Coverage, PastPictures, PastPolicy, Stretch};
use tern_domain::{ConversationId, Millis, UtcMillis};
use tern_engine::{BackfillState, PAST_POLICY, Tuning, load_coverage};
use tern_simulator::{HistoryPlan, SimulatorConfig};
use tern_store::{MediaRow, MediaState, ThreadAnchor};

use crate::line::{ANNA, BEN, Line, quick, until};
use crate::media::{inline, png};

fn with_history(messages: u64) -> SimulatorConfig {
    SimulatorConfig {
        history: Some(HistoryPlan {
            messages,
            numbers: 20,
            years: 1.0,
            seed: 11,
            until: None,
        }),
        ..SimulatorConfig::default()
    }
}

fn small_pages() -> Tuning {
    Tuning {
        deep_page_size: 20,
        backfill_rest: Duration::from_millis(20),
        ..quick()
    }
}

impl Line {
    async fn wants_of_past(&self, policy: PastPolicy) {
        self.store
            .write(move |tx| tx.put_setting(PAST_POLICY, &policy))
            .await
            .unwrap();
        self.engine().past_policy_changed().await.unwrap();
    }

    async fn state_becomes(&self, wanted: BackfillState) {
        until(&format!("the past to be {wanted:?}"), async || {
            (self.engine().backfill()?.state == wanted).then_some(())
        })
        .await;
    }

    async fn fetched_more_than(&self, count: u64) -> u64 {
        until("more of the past", async || {
            let fetched = self.engine().backfill()?.fetched;
            (fetched > count).then_some(fetched)
        })
        .await
    }

    /// Every text that is here: who wrote what when.
    async fn all_texts(&self) -> BTreeSet<(i64, String)> {
        let mut all = BTreeSet::new();
        for id in 1..=30 {
            let page = self
                .store
                .read(move |conn| conn.list_messages(ConversationId(id), ThreadAnchor::Latest, 500))
                .await;
            let Ok(page) = page else { continue };
            all.extend(
                page.messages
                    .into_iter()
                    .filter_map(|it| Some((it.at.0, it.sid?.to_string()))),
            );
        }
        all
    }

    async fn has_everything(&self) {
        let here = u64::try_from(self.all_texts().await.len()).unwrap();
        assert_eq!(here, self.ours_at_the_carrier().await);
    }

    async fn coverage(&self) -> Coverage {
        self.store
            .read(|conn| load_coverage(conn, None))
            .await
            .unwrap()
    }

    /// A line that goes live a little after somebody sent these pictures; the carrier's ids of the texts.
    async fn with_old_pictures(policy: PastPolicy, pictures: &[Vec<u8>]) -> (Self, Vec<String>) {
        let mut line = Self::without_engine(SimulatorConfig::default(), quick()).await;
        line.store
            .write(move |tx| tx.put_setting(PAST_POLICY, &policy))
            .await
            .unwrap();
        let mut sids = Vec::new();
        for (number, picture) in pictures.iter().enumerate() {
            let media = json!([inline("image/png", picture)]);
            let body = format!("look {number}");
            sids.push(line.text_with(ANNA, &body, media).await);
        }
        line.clock.advance(2_000);
        line.control("POST", "/sim/clock/advance", json!({"ms": 2_000}))
            .await;
        line.start_engine();
        line.texts_of_anna(pictures.len()).await;
        (line, sids)
    }

    /// Somebody asks for a text's pictures.
    async fn ask_for_pictures(&self, text: usize) {
        let text = self.thread(ANNA).await.remove(text);
        assert!(!text.awaits_media, "nobody asked yet");
        self.store
            .write(move |tx| tx.request_media(text.message_id, &text.sid.unwrap()))
            .await
            .unwrap();
        self.engine().effects_committed();
    }

    async fn texts_of_anna(&self, count: usize) {
        until("the texts", async || {
            (self.bodies(ANNA).await.len() == count).then_some(())
        })
        .await;
    }

    async fn picture_becomes(&self, text: usize, state: MediaState) -> MediaRow {
        until(&format!("picture {text} to be {state:?}"), async || {
            let row = self.thread(ANNA).await.get(text)?.media.first()?.clone();
            (row.state == state).then_some(row)
        })
        .await
    }
}

/// Grain that no encoder packs well.
fn large_png() -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(800, 600, |_, _| {
        let mut grain = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        image::Rgb([grain(), grain(), grain()])
    });
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    assert!(bytes.len() > 1024 * 1024);
    bytes
}

#[tokio::test]
async fn a_paused_past_stays_paused_over_a_restart_and_never_holds_up_what_is_live() {
    let mut line = Line::start_with(with_history(1_000), small_pages()).await;
    line.is_online().await;
    line.engine().start_backfill(None).await.unwrap();
    line.fetched_more_than(0).await;
    line.engine().pause_backfill(true).await.unwrap();
    line.state_becomes(BackfillState::Paused).await;

    line.text_with(ANNA, "now", json!([inline("image/png", &png(4, 4))]))
        .await;
    line.thread_becomes(ANNA, &["now"]).await;
    line.picture_becomes(0, MediaState::Image).await;

    line.crash().await;
    line.start_engine();
    line.state_becomes(BackfillState::Paused).await;
    let kept = line.engine().backfill().unwrap().fetched;
    line.text(BEN, "after the restart").await;
    line.thread_becomes(BEN, &["after the restart"]).await;
    assert_eq!(line.engine().backfill().unwrap().fetched, kept);
    assert!(line.stored_texts().await < line.ours_at_the_carrier().await);

    line.engine().pause_backfill(false).await.unwrap();
    line.state_becomes(BackfillState::Finished).await;
    line.has_everything().await;
}

#[tokio::test]
async fn a_limited_past_comes_as_slowly_as_wanted_and_live_texts_at_once() {
    let line = Line::start_with(with_history(1_000), small_pages()).await;
    line.is_online().await;
    let limited = PastPolicy {
        limit_kb: Some(10),
        ..PastPolicy::default()
    };
    line.wants_of_past(limited).await;
    let began = line.now();
    line.engine().start_backfill(None).await.unwrap();
    let first = line.fetched_more_than(0).await;
    line.text(ANNA, "now").await;
    line.thread_becomes(ANNA, &["now"]).await;
    line.fetched_more_than(first).await;
    // A row has half a kilobyte at least, so that the first page alone took a second of the limit.
    let took = line.now().since(began);
    let fetched = line.engine().backfill().unwrap().fetched;
    assert!(
        took.0 as u64 * 10 / 1_000 >= first / 2,
        "{fetched} texts in {took:?}"
    );
    assert_eq!(
        line.engine().backfill().unwrap().state,
        BackfillState::Running
    );

    // Without a limit the rest is here in no time.
    line.wants_of_past(PastPolicy::default()).await;
    line.state_becomes(BackfillState::Finished).await;
    line.has_everything().await;
}

#[tokio::test]
async fn pictures_of_the_past_stay_away_until_they_are_wanted() {
    let nothing = PastPolicy {
        pictures: PastPictures::None,
        ..PastPolicy::default()
    };
    let (line, _) = Line::with_old_pictures(nothing, &[png(40, 30), png(20, 10)]).await;
    // A live picture comes all the same, and everything before it had its turn.
    line.text_with(ANNA, "now", json!([inline("image/png", &png(4, 4))]))
        .await;
    line.texts_of_anna(3).await;
    line.picture_becomes(2, MediaState::Image).await;
    let thread = line.thread(ANNA).await;
    assert!(thread[0].media.is_empty() && thread[1].media.is_empty());

    line.ask_for_pictures(0).await;
    line.picture_becomes(0, MediaState::Image).await;
    assert!(line.thread(ANNA).await[1].media.is_empty());

    line.wants_of_past(PastPolicy {
        pictures: PastPictures::LastDays { days: 1 },
        ..PastPolicy::default()
    })
    .await;
    line.picture_becomes(1, MediaState::Image).await;
}

#[tokio::test]
async fn a_picture_that_is_too_large_for_the_past_tells_its_size_and_comes_on_demand() {
    let small = PastPolicy {
        largest_mb: Some(1),
        ..PastPolicy::default()
    };
    let large = large_png();
    let (line, _) = Line::with_old_pictures(small, &[large.clone(), png(4, 4)]).await;
    line.picture_becomes(1, MediaState::Image).await;
    let waiting = line.picture_becomes(0, MediaState::Pending).await;
    assert_eq!(waiting.size, u64::try_from(large.len()).ok());
    assert!(waiting.note.is_none());

    line.ask_for_pictures(0).await;
    let here = line.picture_becomes(0, MediaState::Image).await;
    assert_eq!(
        here.id, waiting.id,
        "it takes the place that was kept for it"
    );
    let id = here.id;
    let small = line
        .store
        .read(move |conn| conn.load_thumbnail(id))
        .await
        .unwrap()
        .unwrap();
    let width = image::load_from_memory(&small).unwrap().width();
    assert_eq!(width, 640, "a thumbnail of its own");
}

#[tokio::test]
async fn a_picture_that_the_carrier_forgot_says_so() {
    let nothing = PastPolicy {
        pictures: PastPictures::None,
        ..PastPolicy::default()
    };
    let (line, sids) = Line::with_old_pictures(nothing, &[png(4, 4)]).await;
    line.forget_media(&sids[0]).await;
    // Of a text from just now the carrier may still list one.
    line.clock.advance(2 * 24 * 60 * 60 * 1_000);
    line.ask_for_pictures(0).await;
    let gone = line.picture_becomes(0, MediaState::Unavailable).await;
    assert!(gone.note.unwrap().contains("does not have"));
}

impl Line {
    /// The carrier deletes a text's pictures.
    async fn forget_media(&self, sid: &str) {
        let account = self.sim.account();
        let base = format!(
            "{}/2010-04-01/Accounts/{}/Messages/{sid}/Media",
            self.sim.base_url(),
            account.account_sid
        );
        let http = reqwest::Client::new();
        let authed = |request: reqwest::RequestBuilder| {
            request.basic_auth(&account.account_sid, Some(&account.auth_token))
        };
        let listed: serde_json::Value = authed(http.get(format!("{base}.json")))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for media in listed["media_list"].as_array().unwrap() {
            let media = media["sid"].as_str().unwrap();
            let answer = authed(http.delete(format!("{base}/{media}.json")))
                .send()
                .await
                .unwrap();
            assert!(answer.status().is_success());
        }
    }
}

#[tokio::test]
async fn what_is_called_here_is_here_however_often_the_walk_broke_off() {
    let mut line = Line::start_with(with_history(1_000), small_pages()).await;
    line.is_online().await;
    let mut looks = Vec::new();
    let mut fetched = 0;
    for round in 0..3 {
        line.engine().start_backfill(None).await.unwrap();
        fetched = line.fetched_more_than(fetched + 60).await;
        if round == 1 {
            line.engine().cancel_backfill().await.unwrap();
        }
        line.crash().await;
        looks.push((line.coverage().await, line.all_texts().await));
        line.start_engine();
        line.is_online().await;
    }
    line.engine().start_backfill(None).await.unwrap();
    line.state_becomes(BackfillState::Finished).await;
    let all = line.all_texts().await;
    for (coverage, here) in looks {
        assert!(!coverage.stretches().is_empty());
        for text in &all {
            let at = UtcMillis(text.0);
            let is_covered = coverage.of(Stretch {
                from: at,
                until: at + Millis(1),
            }) == Cover::All;
            assert!(!is_covered || here.contains(text), "{at:?} is missing");
        }
        assert!(here.is_subset(&all), "nothing comes twice or goes");
    }
    let whole = line.coverage().await;
    let year = Stretch {
        from: line.now() - CARRIER_KEEPS + Millis::days(1),
        until: line.now() - Millis::days(1),
    };
    assert_eq!(whole.of(year), Cover::All, "{:?}", whole.stretches());
    assert_eq!(whole.stretches().len(), 1);
}

#[tokio::test]
async fn days_that_are_fetched_once_more_are_here_and_the_wish_stays_what_it_was() {
    let line = Line::start_with(with_history(1_000), small_pages()).await;
    line.is_online().await;
    let day = Stretch {
        from: line.now() - Millis::days(200),
        until: line.now() - Millis::days(190),
    };
    assert_eq!(line.coverage().await.of(day), Cover::None);
    line.engine().fetch_again(day).await.unwrap();
    // Nothing else was wanted, so nothing else goes on.
    line.state_becomes(BackfillState::Cancelled).await;
    assert_eq!(line.coverage().await.of(day), Cover::All);
    let here = line.all_texts().await;
    assert!(!here.is_empty());
    let month_later = Stretch {
        from: day.until + Millis::days(20),
        until: day.until + Millis::days(30),
    };
    assert_eq!(line.coverage().await.of(month_later), Cover::None);

    // The wish goes on from where it stood, and skips nothing.
    line.engine().start_backfill(None).await.unwrap();
    line.state_becomes(BackfillState::Finished).await;
    assert_eq!(line.stored_texts().await, line.ours_at_the_carrier().await);
    assert!(here.is_subset(&line.all_texts().await));
    line.engine().fetch_again(day).await.unwrap();
    line.state_becomes(BackfillState::Finished).await;
    assert_eq!(line.stored_texts().await, line.ours_at_the_carrier().await);
}

//! The past that Twilio still has: what comes of it by itself, pausing it, and which days are here.
//!
//! The rules are tern-domain's `backfill`; the walks are the engine's, which are told and do the rest.

use jiff::civil::Date;
use tern_domain::backfill::{
    CARRIER_KEEPS, DayFacts, DayReason, DayState, DayVerdict, Horizon, PastPictures, PastPolicy,
    Stretch, judge_day,
};
use tern_domain::insights::Period;
use tern_domain::{MessageId, UtcMillis};
use tern_engine::{ConnectionState, PAST_POLICY, load_coverage};

use super::insights::{read_days, read_zone};
use crate::app::App;
use crate::dto::{
    AppStatus, FetchDays, MessageRef, PastDayReason, PastDayState, PastDays, PastDaysQuery,
    PastPicturesView, PastSettings, PauseBackfill,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::words;

impl App {
    /// What is wanted of the past.
    ///
    /// # Errors
    /// What the file answers.
    pub async fn past_settings(&self) -> Result<PastSettings, ApiError> {
        let policy: Option<PastPolicy> = self
            .desk()?
            .store
            .read(|conn| conn.find_setting(PAST_POLICY))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(view(&policy.unwrap_or_default()))
    }

    /// Wants something else of it; in force at once.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators, [`ErrorCode::InvalidInput`] for what makes no sense.
    pub async fn update_past_settings(
        &self,
        request: PastSettings,
    ) -> Result<PastSettings, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let policy = PastPolicy {
            pictures: match request.pictures {
                PastPicturesView::None => PastPictures::None,
                PastPicturesView::LastDays { days } => PastPictures::LastDays { days },
                PastPicturesView::All => PastPictures::All,
            },
            largest_mb: request.largest_mb,
            limit_kb: request.limit_kb,
        };
        policy.check().map_err(|refusal| words::invalid(&refusal))?;
        desk.store
            .write(move |tx| tx.put_setting(PAST_POLICY, &policy))
            .await
            .map_err(|error| words::store(&error))?;
        if let Some(engine) = desk.engine() {
            engine
                .past_policy_changed()
                .await
                .map_err(|error| words::backfill(&error))?;
        }
        self.emit(Change::Settings);
        Ok(view(&policy))
    }

    /// Pauses fetching the past, or lets it go on.
    ///
    /// # Errors
    /// As [`App::start_backfill`].
    pub async fn pause_backfill(&self, request: PauseBackfill) -> Result<AppStatus, ApiError> {
        let engine = self.desk()?.engine().ok_or_else(words::not_ready)?;
        engine
            .pause_backfill(request.paused)
            .await
            .map_err(|error| words::backfill(&error))?;
        self.app_status().await
    }

    /// Fetches a text's pictures now, whatever the team wants of the past.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a text that is not here or came from elsewhere.
    pub async fn fetch_pictures(&self, request: MessageRef) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id: MessageId = words::id(&request.message_id)?;
        let asked = desk
            .store
            .write(move |tx| {
                let Some(message) = tx.find_message(id)? else {
                    return Ok(None);
                };
                let Some(sid) = message.sid.filter(|_| message.wipe.is_none()) else {
                    return Ok(None);
                };
                tx.request_media(id, &sid)?;
                Ok(Some(message.conversation_id))
            })
            .await
            .map_err(|error| words::store(&error))?
            .ok_or_else(|| {
                ApiError::new(
                    ErrorCode::NotFound,
                    "The pictures of this text cannot be fetched.",
                    "The text was removed, or did not come through Twilio.",
                )
            })?;
        if let Some(engine) = desk.engine() {
            engine.effects_committed();
        }
        self.emit(Change::Conversation {
            conversation_id: asked.0,
        });
        Ok(())
    }

    /// Which days are here, newest first, in rows of days of which the same is said.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a time zone that is not known.
    pub async fn past_days(&self, request: PastDaysQuery) -> Result<Vec<PastDays>, ApiError> {
        let desk = self.desk()?;
        let now = desk.now();
        let is_online = desk
            .engine()
            .is_some_and(|engine| engine.connection() == ConnectionState::Online);
        let (coverage, floor, oldest) = desk
            .store
            .read(move |conn| {
                let coverage = load_coverage(conn, is_online.then_some(now))?;
                Ok((coverage, conn.text_floor()?, conn.oldest_day()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let horizon = Horizon {
            now,
            carrier_from: now - CARRIER_KEEPS,
            deleted_before: floor,
        };
        let zone = read_zone(&request.zone)?;
        let day_of = |at: UtcMillis| {
            jiff::Timestamp::from_millisecond(at.0)
                .map_or(Date::MIN, |at| zone.to_datetime(at).date())
        };
        // What Twilio can still have, and whatever is here from before.
        let first = horizon.carrier_from.min(oldest.unwrap_or(now));
        let period = Period::new(day_of(first), day_of(now), zone.clone())
            .map_err(|refusal| words::invalid(&refusal))?;
        let (from, until) = (period.from(), period.until());
        let counted = desk
            .store
            .read(move |conn| {
                let mut quarters = Vec::new();
                conn.each_quarter((from, until), |at, texts| {
                    quarters.push((at, texts.unsigned_abs()));
                })?;
                Ok(quarters)
            })
            .await
            .map_err(|error| words::store(&error))?;
        let mut quarters = counted.into_iter().peekable();
        let mut rows: Vec<PastDays> = Vec::new();
        for step in period.each_day() {
            let stretch = Stretch {
                from: step.from,
                until: step.until,
            };
            let mut texts = 0;
            while let Some((_, more)) = quarters.next_if(|(at, _)| *at < stretch.until) {
                texts += more;
            }
            let verdict = judge_day(&DayFacts { stretch, texts }, &coverage, &horizon);
            add_day(&mut rows, step.day, texts, verdict);
        }
        rows.reverse();
        Ok(rows)
    }

    /// Fetches days once more, whatever is here of them.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for days that there are none of; as [`App::start_backfill`].
    pub async fn fetch_days(&self, request: FetchDays) -> Result<AppStatus, ApiError> {
        let engine = self.desk()?.engine().ok_or_else(words::not_ready)?;
        let period = read_days(&request.first, &request.last, &request.zone)?;
        let stretch = Stretch {
            from: period.from(),
            until: period.until(),
        };
        engine
            .fetch_again(stretch)
            .await
            .map_err(|error| words::backfill(&error))?;
        self.app_status().await
    }
}

/// A day of which the same is said as of the one before joins its row.
fn add_day(rows: &mut Vec<PastDays>, day: Date, texts: u64, verdict: DayVerdict) {
    let state = match verdict.state {
        DayState::Complete => PastDayState::Complete,
        DayState::Partly => PastDayState::Partly,
        DayState::NotHere => PastDayState::NotHere,
    };
    let why = verdict.why.map(|why| match why {
        DayReason::NotFetched => PastDayReason::NotFetched,
        DayReason::GoneAtCarrier => PastDayReason::GoneAtCarrier,
        DayReason::DeletedHere => PastDayReason::DeletedHere,
        DayReason::CameFromElsewhere => PastDayReason::CameFromElsewhere,
    });
    match rows.last_mut() {
        Some(row) if row.state == state && row.why == why => {
            row.last = day.to_string();
            row.days += 1;
            row.texts += texts;
        }
        _ => rows.push(PastDays {
            first: day.to_string(),
            last: day.to_string(),
            days: 1,
            texts,
            state,
            why,
        }),
    }
}

fn view(policy: &PastPolicy) -> PastSettings {
    PastSettings {
        pictures: match policy.pictures {
            PastPictures::None => PastPicturesView::None,
            PastPictures::LastDays { days } => PastPicturesView::LastDays { days },
            PastPictures::All => PastPicturesView::All,
        },
        largest_mb: policy.largest_mb,
        limit_kb: policy.limit_kb,
    }
}

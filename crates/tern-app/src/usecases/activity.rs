//! Texts by days: how many there were, or how many a search finds.
//!
//! All texts come from the figures, which are added up already; what a search finds is looked at, a bounded number of
//! it, and given up by the next key.

use tern_domain::UtcMillis;
use tern_domain::insights::Period;
use tern_store::{SearchQuery, StoreError};

use super::insights::read_days;
use super::search::{query_of, read};
use crate::app::App;
use crate::dto::{ActiveDay, Activity, AskActivity};
use crate::error::ApiError;
use crate::searches::Question;
use crate::words;

/// More hits than this are not looked at.
const MOST_HITS: u32 = 20_000;

impl App {
    /// How many texts there were on each day.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for days that are no period; never because of the
    /// search.
    pub async fn activity(&self, request: AskActivity) -> Result<Activity, ApiError> {
        let desk = self.desk()?;
        let period = read_days(&request.first, &request.last, &request.zone)?;
        let stop = desk.searches.begin(request.asker, Question::Days, false);
        let (me, now) = (desk.agent(), desk.now());
        let found = desk
            .store
            .read_unless(&stop, move |conn| {
                let steps = period.each_day();
                let mut texts = vec![0_i64; steps.len()];
                let mut add = |at: UtcMillis, how_many: i64| {
                    let day = Period::step_of(&steps, at).and_then(|day| texts.get_mut(day));
                    if let Some(day) = day {
                        *day += how_many;
                    }
                };
                let (mut is_more, mut is_counting) = (false, false);
                if request.query.trim().is_empty() {
                    conn.each_quarter((period.from(), period.until()), &mut add)?;
                    is_counting = conn.figure_progress()?.left > 0;
                } else {
                    let mut query = SearchQuery {
                        ..query_of(&read(conn, &request.query, me, now)?, None)
                    };
                    if query.terms.is_empty() && query.filters == Default::default() {
                        return Ok(Activity::default());
                    }
                    let filters = &mut query.filters;
                    let from = filters
                        .from
                        .map_or(period.from(), |it| it.max(period.from()));
                    let until = filters
                        .until
                        .map_or(period.until(), |it| it.min(period.until()));
                    (filters.from, filters.until) = (Some(from), Some(until));
                    is_more = conn.each_hit_time(&query, MOST_HITS, |at| add(at, 1))?;
                }
                let days = steps.iter().zip(texts).filter(|(_, texts)| *texts > 0);
                Ok(Activity {
                    days: days
                        .map(|(step, texts)| ActiveDay {
                            day: step.day.to_string(),
                            texts,
                        })
                        .collect(),
                    is_more,
                    is_counting,
                    stopped: false,
                })
            })
            .await;
        match found {
            Err(StoreError::Stopped) => Ok(Activity {
                stopped: true,
                ..Activity::default()
            }),
            found => found.map_err(|error| words::store(&error)),
        }
    }
}

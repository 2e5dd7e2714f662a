//! Figures for supervisors: one read, one answer. What they mean is the domain's, how they are counted the store's.

mod behind;
mod sums;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use tern_domain::insights::{Figure, Period, Step};
use tern_domain::notification::NotificationSettings;
use tern_engine::NOTIFICATION_SETTINGS;
use tern_store::{FigureFilter, ReadConn, StoreError};

use crate::app::App;
use crate::dto::{
    AskInsights, FigureDefinition, FilterOption, Insights, InsightsFilter, InsightsPeriod,
    InsightsStep, LiveFigures,
};
use crate::error::{ApiError, ErrorCode};
use crate::words;

impl App {
    /// The figures of a period, with those of the period before where asked for.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for days that are no period.
    pub async fn insights(&self, request: AskInsights) -> Result<Insights, ApiError> {
        let desk = self.desk()?;
        let period = read_period(&request.period)?;
        let filter = read_filter(&request.filter, &period)?;
        let numbers = desk
            .link()
            .numbers
            .iter()
            .map(|own| {
                let view = own.view();
                FilterOption {
                    id: view.number,
                    name: if view.name.is_empty() {
                        view.display
                    } else {
                        view.name
                    },
                }
            })
            .collect();
        desk.store
            .read(move |conn| look(conn, &period, &filter, request.compare, numbers))
            .await
            .map_err(|error| words::store(&error))
    }
}

fn look(
    conn: &ReadConn<'_>,
    period: &Period,
    filter: &FigureFilter,
    compare: bool,
    numbers: Vec<FilterOption>,
) -> Result<Insights, StoreError> {
    let config = conn.load_routing_config()?;
    let settings: NotificationSettings = conn
        .find_setting(NOTIFICATION_SETTINGS)?
        .unwrap_or_default();
    let book = sums::Book::open(conn, &config, settings.segment_price)?;
    let current = sums::figures(conn, period, filter, &book)?;
    let previous = if compare {
        let before = period.previous();
        let filter = FigureFilter {
            from: before.from(),
            until: before.until(),
            ..filter.clone()
        };
        Some(sums::figures(conn, &before, &filter, &book)?)
    } else {
        None
    };
    let progress = conn.figure_progress()?;
    Ok(Insights {
        step: match period.step() {
            Step::Hour => InsightsStep::Hour,
            Step::Day => InsightsStep::Day,
            Step::Week => InsightsStep::Week,
            Step::Month => InsightsStep::Month,
        },
        current,
        previous,
        live: live(conn)?,
        left: progress.left,
        all: progress.all,
        definitions: Figure::ALL
            .into_iter()
            .map(|figure| FigureDefinition {
                figure: figure.as_str().to_owned(),
                definition: figure.definition().to_owned(),
            })
            .collect(),
        queues: config
            .queues
            .iter()
            .map(|queue| FilterOption {
                id: queue.id.to_string(),
                name: queue.name.clone(),
            })
            .collect(),
        agents: config
            .agents
            .iter()
            .map(|agent| FilterOption {
                id: agent.id.to_string(),
                name: agent.name.clone(),
            })
            .collect(),
        numbers,
    })
}

/// K-1, from what the inbox and routing know already.
fn live(conn: &ReadConn<'_>) -> Result<LiveFigures, StoreError> {
    let counts = conn.counts()?;
    let waiting: Vec<_> = conn
        .list_open_work()?
        .into_iter()
        .filter(|work| !work.item.is_held())
        .map(|work| work.item.queued_at)
        .collect();
    Ok(LiveFigures {
        active: counts.new + counts.ongoing + counts.snoozed + counts.with_bot,
        unassigned: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
        in_progress: counts.ongoing + counts.snoozed,
        with_virtual_agent: counts.with_bot,
        longest_wait_since: waiting.iter().min().map(|at| at.0),
    })
}

/// Reads the window's time zone.
pub(super) fn read_zone(name: &str) -> Result<TimeZone, ApiError> {
    TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| ApiError::bad_request("a time zone is not known"))
}

/// Reads the days that are meant.
fn read_period(asked: &InsightsPeriod) -> Result<Period, ApiError> {
    read_days(&asked.first, &asked.last, &asked.zone)
}

/// Reads a first and a last day, and whose midnight is meant.
pub(super) fn read_days(first: &str, last: &str, zone: &str) -> Result<Period, ApiError> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| {
            ApiError::new(
                ErrorCode::InvalidInput,
                "That is no day of the calendar.",
                "Choose a first and a last day.",
            )
        })
    };
    Period::new(day(first)?, day(last)?, read_zone(zone)?).map_err(|refusal| {
        ApiError::new(
            ErrorCode::InvalidInput,
            words::sentence(&refusal),
            "Choose another first or last day.",
        )
    })
}

/// Reads what is to be counted of a period.
fn read_filter(asked: &InsightsFilter, period: &Period) -> Result<FigureFilter, ApiError> {
    Ok(FigureFilter {
        from: period.from(),
        until: period.until(),
        number: asked.number.clone(),
        channel: asked.channel.clone(),
        agent: asked.agent_id.as_deref().map(words::id).transpose()?,
        queue: asked.queue_id.as_deref().map(words::id).transpose()?,
    })
}

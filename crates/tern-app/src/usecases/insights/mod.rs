//! Figures for supervisors: one read, one answer. What they mean is the domain's, how they are counted the store's.

mod behind;
mod reach;
mod sums;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use tern_domain::agents::Agent;
use tern_domain::insights::{Figure, Period, Reach, Step};
use tern_domain::notification::NotificationSettings;
use tern_domain::routing::{Queue, RoutingConfig};
use tern_engine::NOTIFICATION_SETTINGS;
use tern_store::{FigureFilter, FigureProgress, ReadConn, StoreError};

use crate::app::App;
use crate::dto::{
    AskInsights, FigureDefinition, FilterOption, Insights, InsightsFilter, InsightsPeriod,
    InsightsReach, InsightsStep, LiveFigures,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::OwnNumber;
use crate::words;
use sums::{Book, Shares, Volume};

impl App {
    /// The figures of a period, with those of the period before where asked for.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for days that are no period, [`ErrorCode::NotAllowed`] for a colleague's figures but
    /// for supervisors and administrators.
    pub async fn insights(&self, request: AskInsights) -> Result<Insights, ApiError> {
        let desk = self.desk()?;
        let period = read_period(&request.period)?;
        let reach = self.insights_reach(&desk).await?;
        let filter = read_filter(&request.filter, &period, reach)?;
        let asked = Pair::of(period, filter, request.compare);
        // Each half on a connection of its own: together they take as long as the longer one.
        let (volumes, (surroundings, shares)) = tokio::try_join!(
            desk.store.read({
                let asked = asked.clone();
                move |conn| asked.each(|it| Volume::read(conn, &it.period, &it.filter))
            }),
            desk.store.read({
                let asked = asked.clone();
                move |conn| look(conn, &asked)
            }),
        )
        .map_err(|error| words::store(&error))?;
        let previous = asked.previous.zip(volumes.previous).zip(shares.previous);
        let Surroundings {
            config,
            live,
            progress,
        } = surroundings;
        let answer = Insights {
            reach: InsightsReach::Team,
            step: match asked.current.period.step() {
                Step::Hour => InsightsStep::Hour,
                Step::Day => InsightsStep::Day,
                Step::Week => InsightsStep::Week,
                Step::Month => InsightsStep::Month,
            },
            current: sums::figures(&asked.current.period, volumes.current, shares.current),
            previous: previous
                .map(|((it, volume), shares)| sums::figures(&it.period, volume, shares)),
            live: Some(live),
            left: progress.left,
            all: progress.all,
            definitions: definitions(),
            queues: config.queues.iter().map(queue_option).collect(),
            agents: config.agents.iter().map(agent_option).collect(),
            numbers: desk.link().numbers.iter().map(number_option).collect(),
        };
        Ok(reach::withhold(answer, reach))
    }
}

/// A period, and what of it is to be counted.
#[derive(Clone)]
struct Asked {
    period: Period,
    filter: FigureFilter,
}

/// Something of a period, and of the one before it where that is asked for.
#[derive(Clone)]
struct Pair<T> {
    current: T,
    previous: Option<T>,
}

impl Pair<Asked> {
    fn of(period: Period, filter: FigureFilter, compare: bool) -> Self {
        let previous = compare.then(|| {
            let before = period.previous();
            let filter = FigureFilter {
                from: before.from(),
                until: before.until(),
                ..filter.clone()
            };
            Asked {
                period: before,
                filter,
            }
        });
        Self {
            current: Asked { period, filter },
            previous,
        }
    }

    fn each<T>(
        &self,
        read: impl Fn(&Asked) -> Result<T, StoreError>,
    ) -> Result<Pair<T>, StoreError> {
        Ok(Pair {
            current: read(&self.current)?,
            previous: self.previous.as_ref().map(read).transpose()?,
        })
    }
}

/// What stands around the figures.
struct Surroundings {
    config: RoutingConfig,
    live: LiveFigures,
    progress: FigureProgress,
}

fn look(
    conn: &ReadConn<'_>,
    asked: &Pair<Asked>,
) -> Result<(Surroundings, Pair<Shares>), StoreError> {
    let config = conn.load_routing_config()?;
    let settings: NotificationSettings = conn
        .find_setting(NOTIFICATION_SETTINGS)?
        .unwrap_or_default();
    let book = Book::open(conn, &config, settings.segment_price)?;
    let shares = asked.each(|it| Shares::read(conn, &it.filter, &book))?;
    let surroundings = Surroundings {
        live: live(conn)?,
        progress: conn.figure_progress()?,
        config,
    };
    Ok((surroundings, shares))
}

fn definitions() -> Vec<FigureDefinition> {
    Figure::ALL
        .into_iter()
        .map(|figure| FigureDefinition {
            figure: figure.as_str().to_owned(),
            definition: figure.definition().to_owned(),
        })
        .collect()
}

fn queue_option(queue: &Queue) -> FilterOption {
    FilterOption {
        id: queue.id.to_string(),
        name: queue.name.clone(),
    }
}

fn agent_option(agent: &Agent) -> FilterOption {
    FilterOption {
        id: agent.id.to_string(),
        name: agent.name.clone(),
    }
}

fn number_option(own: &OwnNumber) -> FilterOption {
    let view = own.view();
    FilterOption {
        id: view.number,
        name: if view.name.is_empty() {
            view.display
        } else {
            view.name
        },
    }
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

/// Reads what is to be counted of a period, for somebody who may see so much.
fn read_filter(
    asked: &InsightsFilter,
    period: &Period,
    reach: Reach,
) -> Result<FigureFilter, ApiError> {
    let agent = asked.agent_id.as_deref().map(words::id).transpose()?;
    Ok(FigureFilter {
        from: period.from(),
        until: period.until(),
        number: asked.number.clone(),
        channel: asked.channel.clone(),
        agent: reach
            .filter(agent)
            .map_err(|refusal| words::not_allowed(&refusal))?,
        queue: asked.queue_id.as_deref().map(words::id).transpose()?,
    })
}

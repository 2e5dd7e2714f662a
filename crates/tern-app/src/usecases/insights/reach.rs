//! Whose figures whoever is signed in gets, by the domain's rule.

use tern_domain::insights::{Figure, Reach};

use crate::app::App;
use crate::dto::{ConsentInsight, Insights, InsightsReach, PeriodFigures};
use crate::error::ApiError;
use crate::line::Desk;
use crate::words;

impl App {
    /// Whose figures whoever is signed in may see.
    pub(crate) async fn insights_reach(&self, desk: &Desk) -> Result<Reach, ApiError> {
        let me = desk.agent();
        desk.store
            .read(move |conn| Ok(Reach::of(me, conn.load_routing_config()?.agent(me))))
            .await
            .map_err(|error| words::store(&error))
    }
}

/// An answer without what is not theirs to see: figures that a filter by agent cannot narrow down, and whom else one
/// could ask about.
pub(super) fn withhold(answer: Insights, reach: Reach) -> Insights {
    if reach == Reach::Team {
        return answer;
    }
    Insights {
        reach: InsightsReach::Own,
        live: None,
        current: own(answer.current, reach),
        previous: answer.previous.map(|figures| own(figures, reach)),
        definitions: answer
            .definitions
            .into_iter()
            .filter(|it| {
                Figure::ALL
                    .into_iter()
                    .any(|figure| figure.as_str() == it.figure && reach.shows(figure))
            })
            .collect(),
        agents: Vec::new(),
        ..answer
    }
}

fn own(mut figures: PeriodFigures, reach: Reach) -> PeriodFigures {
    if !reach.shows(Figure::Consent) {
        figures.consents = ConsentInsight::default();
    }
    if !reach.shows(Figure::Handovers) {
        figures.topics = Vec::new();
    }
    if !reach.shows(Figure::Queues) {
        figures.queues = Vec::new();
    }
    figures
}

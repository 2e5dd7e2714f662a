//! The conversations behind a figure, for a window.

use tern_domain::UtcMillis;
use tern_domain::insights::Figure;
use tern_store::{Behind, BehindQuestion};

use super::{read_filter, read_period};
use crate::app::App;
use crate::dto::{AskBehind, BehindConversation, BehindConversations, InsightsPart};
use crate::error::ApiError;
use crate::view::conversation::requester;
use crate::words;

/// Conversations of one page.
const PAGE: u32 = 50;

impl App {
    /// The conversations behind a figure, newest first.
    ///
    /// # Errors
    /// As [`App::insights`]; also for a figure that says nothing about one agent alone.
    pub async fn insights_behind(
        &self,
        request: AskBehind,
    ) -> Result<BehindConversations, ApiError> {
        let desk = self.desk()?;
        let period = read_period(&request.period)?;
        let reach = self.insights_reach(&desk).await?;
        reach
            .check(figure(&request.part))
            .map_err(|refusal| words::not_allowed(&refusal))?;
        let filter = read_filter(&request.filter, &period, reach)?;
        let spans = match (request.weekday, request.hour) {
            (Some(weekday), Some(hour)) => period.hours_of_week(weekday, hour),
            _ => {
                let from = request.from.map_or(period.from(), UtcMillis);
                let until = request.until.map_or(period.until(), UtcMillis);
                vec![(from.max(period.from()), until.min(period.until()))]
            }
        };
        let question = BehindQuestion {
            behind: behind(request.part),
            filter,
            spans,
        };
        desk.store
            .read(move |conn| {
                let page = conn.list_behind(&question, request.skip, PAGE)?;
                let mut rows = Vec::new();
                for found in page.rows {
                    let row = conn.load_conversation(found.conversation_id)?;
                    rows.push(BehindConversation {
                        conversation_id: found.conversation_id.0,
                        requester: requester(&row),
                        provider_number: row.key.provider.display_international(),
                        at: found.at.0,
                        times: found.times,
                    });
                }
                Ok(BehindConversations {
                    rows,
                    all: page.all,
                    times: page.times,
                })
            })
            .await
            .map_err(|error| words::store(&error))
    }
}

/// The figure that a bar is of.
const fn figure(part: &InsightsPart) -> Figure {
    match part {
        // Nobody of the desk wrote them.
        InsightsPart::Received => Figure::Hours,
        InsightsPart::ByAgents | InsightsPart::Elsewhere => Figure::Volume,
        InsightsPart::Failed { .. } => Figure::Failures,
        InsightsPart::Stopped
        | InsightsPart::Started
        | InsightsPart::TurnedOff
        | InsightsPart::TurnedOn => Figure::Consent,
        InsightsPart::Began => Figure::Conversations,
        InsightsPart::Answered => Figure::FirstResponse,
        InsightsPart::Handled => Figure::Handling,
        InsightsPart::Abandoned => Figure::Abandoned,
        InsightsPart::ByVirtualAgent | InsightsPart::WithBot | InsightsPart::Contained => {
            Figure::Containment
        }
        InsightsPart::HandedOver | InsightsPart::Topic { .. } => Figure::Handovers,
        InsightsPart::WrappedUp => Figure::WrapUp,
        InsightsPart::Work { .. } => Figure::ServiceLevel,
        InsightsPart::Held => Figure::Agents,
    }
}

fn behind(part: InsightsPart) -> Behind {
    match part {
        InsightsPart::Received => Behind::Texts(0),
        InsightsPart::ByAgents => Behind::Texts(1),
        InsightsPart::ByVirtualAgent => Behind::Texts(2),
        InsightsPart::Elsewhere => Behind::Texts(3),
        InsightsPart::Failed { code } => Behind::Failures(code),
        InsightsPart::Stopped => Behind::Consents(0),
        InsightsPart::Started => Behind::Consents(1),
        InsightsPart::TurnedOff => Behind::Consents(2),
        InsightsPart::TurnedOn => Behind::Consents(3),
        InsightsPart::Began => Behind::Began,
        InsightsPart::Answered => Behind::Answered,
        InsightsPart::Handled => Behind::Handled,
        InsightsPart::Abandoned => Behind::Abandoned,
        InsightsPart::WithBot => Behind::WithBot,
        InsightsPart::Contained => Behind::Contained,
        InsightsPart::HandedOver => Behind::HandedOver,
        InsightsPart::WrappedUp => Behind::WrappedUp,
        InsightsPart::Topic { topic, handed_over } => Behind::Topic { topic, handed_over },
        InsightsPart::Work { exceeded } => Behind::Work { exceeded },
        InsightsPart::Held => Behind::Held,
    }
}

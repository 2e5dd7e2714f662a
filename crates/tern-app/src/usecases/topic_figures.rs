//! The figures of a topic: what was counted of its conversations, added up.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::bot::TopicFact;
use tern_store::TopicCount;

use crate::app::App;
use crate::dto::{NodeFigures, OptionFigures, TopicFigures, TopicFiguresOf};
use crate::error::ApiError;
use crate::words;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

impl App {
    /// What became of a topic's conversations: K-3 by topic, and so for whoever sees figures of the virtual agent.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for whoever may not see figures of the whole team,
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn topic_figures(&self, request: TopicFiguresOf) -> Result<TopicFigures, ApiError> {
        let desk = self.desk()?;
        self.insights_reach(&desk)
            .await?
            .check_topics()
            .map_err(|refusal| words::not_allowed(&refusal))?;
        let today = desk.now().0.div_euclid(DAY);
        let since = request.days.map(|days| today - i64::from(days) + 1);
        let counts = desk
            .store
            .read(move |conn| conn.topic_counts(&request.name))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(added_up(&counts, request.version, since))
    }
}

/// Adds up what was counted of one version, or of all, since a day.
fn added_up(counts: &[TopicCount], version: Option<u32>, since: Option<i64>) -> TopicFigures {
    let versions: BTreeSet<u32> = counts.iter().map(|it| it.version).collect();
    let mut figures = TopicFigures {
        versions: versions.into_iter().rev().collect(),
        started: 0,
        completed: 0,
        abandoned: 0,
        handed_over: 0,
        failed: 0,
        average_turns: None,
        nodes: Vec::new(),
    };
    let mut turns = 0_u64;
    let mut nodes = BTreeMap::<String, NodeFigures>::new();
    let meant = counts.iter().filter(|it| {
        version.is_none_or(|version| it.version == version)
            && since.is_none_or(|since| it.day >= since)
    });
    for it in meant {
        // A fact that is not known here counts for nothing.
        let Some((fact, option)) = TopicFact::from_stored(&it.fact) else {
            continue;
        };
        let whole = match fact {
            TopicFact::Started => Some(&mut figures.started),
            TopicFact::Completed => Some(&mut figures.completed),
            TopicFact::Abandoned => Some(&mut figures.abandoned),
            TopicFact::HandedOver => Some(&mut figures.handed_over),
            TopicFact::Failed => Some(&mut figures.failed),
            TopicFact::Turn => Some(&mut turns),
            TopicFact::Reached
            | TopicFact::Rejected
            | TopicFact::Picked
            | TopicFact::NotUnderstood => None,
        };
        if let Some(whole) = whole {
            *whole += it.count;
        }
        if it.node.is_empty() {
            continue;
        }
        let node = nodes.entry(it.node.clone()).or_insert_with(|| NodeFigures {
            node: it.node.clone(),
            reached: 0,
            abandoned: 0,
            rejected: 0,
            handed_over: 0,
            failed: 0,
            options: Vec::new(),
        });
        match fact {
            TopicFact::Reached => node.reached += it.count,
            TopicFact::Rejected => node.rejected += it.count,
            TopicFact::Abandoned => node.abandoned += it.count,
            TopicFact::HandedOver => node.handed_over += it.count,
            TopicFact::Failed => node.failed += it.count,
            TopicFact::Picked => pick(&mut node.options, option.unwrap_or_default(), it.count),
            TopicFact::Started
            | TopicFact::Completed
            | TopicFact::Turn
            | TopicFact::NotUnderstood => {}
        }
    }
    figures.average_turns = average(turns, figures.started);
    figures.nodes = nodes.into_values().collect();
    figures
}

/// Adds to an option; those that were picked most come first.
fn pick(options: &mut Vec<OptionFigures>, option: &str, count: u64) {
    match options.iter_mut().find(|known| known.option == option) {
        Some(known) => known.picked += count,
        None => options.push(OptionFigures {
            option: option.to_owned(),
            picked: count,
        }),
    }
    options.sort_by(|one, other| (other.picked, &one.option).cmp(&(one.picked, &other.option)));
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn average(turns: u64, started: u64) -> Option<f64> {
    (started > 0).then(|| turns as f64 / started as f64)
}

#[cfg(test)]
mod tests {
    use super::{TopicCount, added_up};

    fn count(version: u32, day: i64, fact: &str, node: &str, count: u64) -> TopicCount {
        TopicCount {
            topic: "hours".to_owned(),
            version,
            day,
            fact: fact.to_owned(),
            node: node.to_owned(),
            count,
        }
    }

    #[test]
    fn k_1_figures_add_up_per_version_and_period() {
        let counts = [
            count(1, 10, "started", "", 8),
            count(1, 10, "turn", "", 20),
            count(1, 10, "reached", "ask", 8),
            count(1, 10, "abandoned", "ask", 3),
            count(2, 11, "started", "", 2),
            count(2, 11, "turn", "", 5),
            count(2, 11, "completed", "", 2),
            count(2, 11, "reached", "ask", 2),
            count(2, 11, "a_later_fact", "ask", 9),
            count(1, 10, "picked:small", "ask", 1),
            count(1, 10, "picked:large", "ask", 1),
            count(2, 11, "picked:large", "ask", 2),
        ];
        let all = added_up(&counts, None, None);
        assert_eq!((all.started, all.completed, all.abandoned), (10, 2, 3));
        assert_eq!(all.average_turns, Some(2.5));
        assert_eq!(all.versions, [2, 1]);
        assert_eq!((all.nodes[0].reached, all.nodes[0].abandoned), (10, 3));
        let picked: Vec<_> = all.nodes[0].options.iter().collect();
        let told: Vec<_> = picked
            .iter()
            .map(|it| (it.option.as_str(), it.picked))
            .collect();
        assert_eq!(told, [("large", 3), ("small", 1)]);
        let second = added_up(&counts, Some(2), None);
        assert_eq!((second.started, second.abandoned), (2, 0));
        assert_eq!(added_up(&counts, None, Some(11)), second.clone());
        assert_eq!(added_up(&counts, Some(1), Some(11)).average_turns, None);
    }
}

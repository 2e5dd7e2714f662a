//! Adds rows of figures up to what a window shows of one period.

use std::collections::{BTreeMap, HashMap};

use tern_domain::carrier_errors::explain;
use tern_domain::insights::{LocalTime, Mean, Outcome, Period, Spread, StepRange};
use tern_domain::routing::RoutingConfig;
use tern_domain::topic::TopicFile;
use tern_domain::{AgentId, Millis, Money, QueueId};
use tern_store::{ConversationFigureRow, FigureFilter, QueueWork, ReadConn, StoreError};

use crate::dto::{
    AgentInsight, ConsentInsight, ConversationCounts, FailureInsight, MeanView, PeriodFigures,
    QueueInsight, SegmentInsight, SpreadView, StepFigures, TextCounts, TopicInsight,
};

/// What names and prices are, for every period of an answer.
pub(super) struct Book {
    agents: HashMap<AgentId, String>,
    queues: HashMap<QueueId, (String, Option<Millis>)>,
    topics: HashMap<String, String>,
    price: Option<Money>,
}

impl Book {
    pub(super) fn open(
        conn: &ReadConn<'_>,
        config: &RoutingConfig,
        price: Option<Money>,
    ) -> Result<Self, StoreError> {
        // A draft that cannot be read goes by its internal name.
        let topics = conn
            .list_topics()?
            .into_iter()
            .filter_map(|topic| {
                let file: TopicFile = serde_json::from_str(&topic.draft).ok()?;
                Some((topic.name, file.display_name))
            })
            .collect();
        Ok(Self {
            agents: config
                .agents
                .iter()
                .map(|agent| (agent.id, agent.name.clone()))
                .collect(),
            queues: config
                .queues
                .iter()
                .map(|queue| (queue.id, (queue.name.clone(), queue.target_wait)))
                .collect(),
            topics,
            price,
        })
    }

    fn agent(&self, id: AgentId) -> String {
        let known = self.agents.get(&id).cloned();
        known.unwrap_or_else(|| "Somebody of another desk".to_owned())
    }

    fn queue(&self, id: Option<QueueId>) -> String {
        match id {
            None => "In no queue".to_owned(),
            Some(id) => self
                .queues
                .get(&id)
                .map_or_else(|| "A queue that is gone".to_owned(), |it| it.0.clone()),
        }
    }

    fn target(&self, id: Option<QueueId>) -> Option<Millis> {
        self.queues.get(&id?)?.1
    }

    fn topic(&self, name: &str) -> String {
        match (name, self.topics.get(name)) {
            ("", _) => "Outside any topic".to_owned(),
            (_, Some(title)) if !title.is_empty() => title.clone(),
            _ => name.to_owned(),
        }
    }
}

fn spread(mut spread: Spread) -> SpreadView {
    SpreadView {
        count: i64::try_from(spread.count()).unwrap_or(i64::MAX),
        median: spread.percentile(50),
        p90: spread.percentile(90),
    }
}

const fn mean(mean: Mean) -> MeanView {
    MeanView {
        count: mean.count,
        average: mean.average(),
    }
}

fn add_texts(counts: &mut TextCounts, writer: u8, texts: i64) {
    let count = match writer {
        0 => &mut counts.received,
        1 => &mut counts.agents,
        2 => &mut counts.virtual_agent,
        _ => &mut counts.elsewhere,
    };
    *count += texts;
}

/// What is added up of conversations: of a bar, or of the whole period.
#[derive(Default)]
struct Sums {
    texts: TextCounts,
    counts: ConversationCounts,
    first_response: Spread,
    handling: Spread,
}

impl Sums {
    fn add(&mut self, row: &ConversationFigureRow) {
        let counts = &mut self.counts;
        let has_ended = i64::from(row.outcome != Outcome::Open);
        counts.began += 1;
        counts.by_agents += i64::from(row.by_agent);
        counts.ended += has_ended;
        counts.abandoned += i64::from(row.outcome == Outcome::Abandoned);
        counts.with_bot += i64::from(row.with_bot);
        counts.bot_ended += i64::from(row.with_bot) * has_ended;
        counts.contained += i64::from(row.contained);
        counts.handovers += row.handovers;
        if let Some(millis) = row.first_response {
            self.first_response.add(millis);
        }
        if let Some(millis) = row.handling {
            self.handling.add(millis);
        }
    }
}

/// The figures of one period.
pub(super) fn figures(
    conn: &ReadConn<'_>,
    period: &Period,
    filter: &FigureFilter,
    book: &Book,
) -> Result<PeriodFigures, StoreError> {
    let steps = period.steps();
    let mut bars: Vec<Sums> = steps.iter().map(|_| Sums::default()).collect();
    let mut all = Sums::default();
    let mut hours = vec![vec![0_i64; 24]; 7];
    let mut segments = SegmentInsight {
        sent: 0,
        pictures: 0,
        received: 0,
        price: book.price.map(|price| price.to_string()),
        cost: None,
    };
    conn.each_text_figure(filter, |row| {
        add_texts(&mut all.texts, row.writer, row.texts);
        if let Some(bar) = bar_of(&steps, &mut bars, row.at) {
            add_texts(&mut bar.texts, row.writer, row.texts);
        }
        if row.writer == 0 {
            segments.received += row.segments;
            let local = LocalTime::at(period.zone(), row.at);
            if let Some(cell) = hours
                .get_mut(local.weekday)
                .and_then(|day| day.get_mut(local.hour))
            {
                *cell += row.texts;
            }
        } else {
            segments.sent += row.segments;
            segments.pictures += row.pictures;
        }
    })?;
    segments.cost = book
        .price
        .map(|price| price.times(u32::try_from(segments.sent).unwrap_or(u32::MAX)))
        .map(|cost| cost.to_string());
    let (mut agents, mut requesters, mut wrap_ups) =
        (Mean::default(), Mean::default(), Mean::default());
    conn.each_conversation_figure(filter, |row| {
        all.add(&row);
        if let Some(bar) = bar_of(&steps, &mut bars, row.opened_at) {
            bar.add(&row);
        }
        agents.add_all(row.agent_replies.count, row.agent_replies.sum);
        requesters.add_all(row.requester_replies.count, row.requester_replies.sum);
        if let Some(millis) = row.wrap_up {
            wrap_ups.add(millis);
        }
    })?;
    let work = Work::read(conn, filter, book)?;
    let consents = conn.count_consents(filter)?;
    Ok(PeriodFigures {
        first: period.first.to_string(),
        last: period.last.to_string(),
        steps: steps
            .iter()
            .zip(bars)
            .map(|(step, sums)| StepFigures {
                from: step.from.0,
                until: step.until.0,
                texts: sums.texts,
                conversations: sums.counts,
                first_response: spread(sums.first_response),
                handling: spread(sums.handling),
            })
            .collect(),
        hours,
        texts: all.texts,
        first_response: spread(all.first_response),
        handling: spread(all.handling),
        agent_response: mean(agents),
        requester_response: mean(requesters),
        wrap_up: mean(wrap_ups),
        conversations: all.counts,
        within_target: work.within_target,
        with_target: work.with_target,
        topics: topics(conn, filter, book)?,
        failures: failures(conn, filter)?,
        consents: ConsentInsight {
            stopped: consents.stopped,
            started: consents.started,
            turned_off: consents.turned_off,
            turned_on: consents.turned_on,
        },
        segments,
        agents: by_agent(conn, filter, book)?,
        queues: work.queues,
    })
}

fn bar_of<'b>(
    steps: &[StepRange],
    bars: &'b mut [Sums],
    at: tern_domain::UtcMillis,
) -> Option<&'b mut Sums> {
    bars.get_mut(Period::step_of(steps, at)?)
}

fn topics(
    conn: &ReadConn<'_>,
    filter: &FigureFilter,
    book: &Book,
) -> Result<Vec<TopicInsight>, StoreError> {
    let mut topics: Vec<_> = conn
        .list_topic_figures(filter)?
        .into_iter()
        .map(|row| TopicInsight {
            name: book.topic(&row.topic),
            topic: row.topic,
            conversations: row.conversations,
            contained: row.contained,
            handovers: row.handovers,
        })
        .collect();
    topics.sort_by(|one, other| {
        (other.conversations, &one.name).cmp(&(one.conversations, &other.name))
    });
    Ok(topics)
}

fn failures(conn: &ReadConn<'_>, filter: &FigureFilter) -> Result<Vec<FailureInsight>, StoreError> {
    let mut failures: Vec<_> = conn
        .list_failure_counts(filter)?
        .into_iter()
        .map(|row| {
            let (explanation, remedy) = if row.code == 0 {
                ("The carrier gave no reason.", "")
            } else {
                let problem = explain(row.code);
                (problem.explanation, problem.remedy)
            };
            FailureInsight {
                code: row.code,
                explanation: explanation.to_owned(),
                remedy: remedy.to_owned(),
                texts: row.texts,
            }
        })
        .collect();
    failures.sort_by_key(|row| (std::cmp::Reverse(row.texts), row.code));
    Ok(failures)
}

fn by_agent(
    conn: &ReadConn<'_>,
    filter: &FigureFilter,
    book: &Book,
) -> Result<Vec<AgentInsight>, StoreError> {
    let mut rows = BTreeMap::<AgentId, AgentInsight>::new();
    let blank = |agent: AgentId| AgentInsight {
        agent_id: agent.to_string(),
        name: book.agent(agent),
        conversations: 0,
        texts: 0,
        held: 0,
        response: mean(Mean::default()),
        accepted: 0,
        rejected: 0,
        timed_out: 0,
    };
    for held in conn.list_held_by_agents(filter)? {
        let row = rows.entry(held.agent).or_insert_with(|| blank(held.agent));
        row.conversations = held.conversations;
        row.texts = held.texts;
        row.held = held.held;
        row.response = mean(held.replies);
    }
    for work in conn.list_agent_work(filter)? {
        let row = rows.entry(work.agent).or_insert_with(|| blank(work.agent));
        row.accepted = work.accepted;
        row.rejected = work.rejected;
        row.timed_out = work.timed_out;
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by(|one, other| {
        (other.conversations, &one.name).cmp(&(one.conversations, &other.name))
    });
    Ok(rows)
}

/// Work by queue, and how much of it was accepted in time.
struct Work {
    queues: Vec<QueueInsight>,
    within_target: i64,
    with_target: i64,
}

impl Work {
    fn read(conn: &ReadConn<'_>, filter: &FigureFilter, book: &Book) -> Result<Self, StoreError> {
        let mut queues = BTreeMap::<Option<QueueId>, (QueueInsight, Mean)>::new();
        let (mut within_target, mut with_target) = (0, 0);
        conn.each_work_figure(filter, |row: QueueWork| {
            let (insight, wait) = queues.entry(row.queue).or_insert_with(|| {
                let insight = QueueInsight {
                    queue_id: row.queue.map(|id| id.to_string()),
                    name: book.queue(row.queue),
                    queued: 0,
                    accepted: 0,
                    auto: 0,
                    canceled: 0,
                    rejected: 0,
                    timed_out: 0,
                    exceeded: 0,
                    wait: mean(Mean::default()),
                };
                (insight, Mean::default())
            });
            insight.queued += 1;
            insight.accepted += i64::from(row.is_accepted);
            insight.auto += i64::from(row.is_auto);
            insight.canceled += i64::from(row.is_canceled);
            insight.rejected += row.rejected;
            insight.timed_out += row.timed_out;
            insight.exceeded += i64::from(row.exceeded);
            if let Some(waited) = row.waited {
                wait.add(waited);
                if let Some(target) = book.target(row.queue) {
                    with_target += 1;
                    within_target += i64::from(waited <= target.0);
                }
            }
        })?;
        let mut queues: Vec<_> = queues
            .into_values()
            .map(|(insight, wait)| QueueInsight {
                wait: mean(wait),
                ..insight
            })
            .collect();
        queues.sort_by(|one, other| (other.queued, &one.name).cmp(&(one.queued, &other.name)));
        Ok(Self {
            queues,
            within_target,
            with_target,
        })
    }
}

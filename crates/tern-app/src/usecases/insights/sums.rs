//! Adds rows of figures up to what a window shows of one period.

use std::collections::{BTreeMap, HashMap};

use tern_domain::carrier_errors::explain;
use tern_domain::insights::{LocalTime, Mean, Outcome, Period, Spread, StepRange};
use tern_domain::routing::RoutingConfig;
use tern_domain::topic::TopicFile;
use tern_domain::{AgentId, Millis, Money, QueueId};
use tern_store::{
    ConsentCounts, ConversationFigureRow, FigureFilter, QueueWork, ReadConn, StoreError,
    TextFigureRow, TextGrain,
};

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

/// What texts and conversations of a period add up to. Half of the work; the other half is [`Shares`].
pub(super) struct Volume {
    steps: Vec<StepRange>,
    bars: Vec<Sums>,
    all: Sums,
    /// Texts of requesters by weekday and hour.
    hours: Vec<Vec<i64>>,
    segments_sent: i64,
    segments_received: i64,
    pictures: i64,
    agents: Mean,
    requesters: Mean,
    wrap_ups: Mean,
}

impl Volume {
    pub(super) fn read(
        conn: &ReadConn<'_>,
        period: &Period,
        filter: &FigureFilter,
    ) -> Result<Self, StoreError> {
        let steps = period.steps();
        let mut volume = Self {
            bars: steps.iter().map(|_| Sums::default()).collect(),
            steps,
            all: Sums::default(),
            hours: vec![vec![0_i64; 24]; 7],
            segments_sent: 0,
            segments_received: 0,
            pictures: 0,
            agents: Mean::default(),
            requesters: Mean::default(),
            wrap_ups: Mean::default(),
        };
        let grain = if period.has_whole_hours() {
            TextGrain::Hour
        } else {
            TextGrain::Quarter
        };
        conn.each_text_figure(filter, grain, |row| volume.add_texts(period, row))?;
        conn.each_conversation_figure(filter, |row| volume.add_conversation(&row))?;
        Ok(volume)
    }

    fn add_texts(&mut self, period: &Period, row: TextFigureRow) {
        add_texts(&mut self.all.texts, row.writer, row.texts);
        if let Some(bar) = bar_of(&self.steps, &mut self.bars, row.at) {
            add_texts(&mut bar.texts, row.writer, row.texts);
        }
        if row.writer == 0 {
            self.segments_received += row.segments;
            let local = LocalTime::at(period.zone(), row.at);
            if let Some(cell) = self
                .hours
                .get_mut(local.weekday)
                .and_then(|day| day.get_mut(local.hour))
            {
                *cell += row.texts;
            }
        } else {
            self.segments_sent += row.segments;
            self.pictures += row.pictures;
        }
    }

    fn add_conversation(&mut self, row: &ConversationFigureRow) {
        self.all.add(row);
        if let Some(bar) = bar_of(&self.steps, &mut self.bars, row.opened_at) {
            bar.add(row);
        }
        self.agents
            .add_all(row.agent_replies.count, row.agent_replies.sum);
        self.requesters
            .add_all(row.requester_replies.count, row.requester_replies.sum);
        if let Some(millis) = row.wrap_up {
            self.wrap_ups.add(millis);
        }
    }

    fn segments(&self, price: Option<Money>) -> SegmentInsight {
        let cost =
            price.map(|price| price.times(u32::try_from(self.segments_sent).unwrap_or(u32::MAX)));
        SegmentInsight {
            sent: self.segments_sent,
            pictures: self.pictures,
            received: self.segments_received,
            price: price.map(|price| price.to_string()),
            cost: cost.map(|cost| cost.to_string()),
        }
    }
}

/// Who and what had part in a period: agents, queues, topics, reasons for failing.
pub(super) struct Shares {
    work: Work,
    consents: ConsentCounts,
    topics: Vec<TopicInsight>,
    failures: Vec<FailureInsight>,
    agents: Vec<AgentInsight>,
    price: Option<Money>,
}

impl Shares {
    pub(super) fn read(
        conn: &ReadConn<'_>,
        filter: &FigureFilter,
        book: &Book,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            work: Work::read(conn, filter, book)?,
            consents: conn.count_consents(filter)?,
            topics: topics(conn, filter, book)?,
            failures: failures(conn, filter)?,
            agents: by_agent(conn, filter, book)?,
            price: book.price,
        })
    }
}

/// The figures of one period.
pub(super) fn figures(period: &Period, volume: Volume, shares: Shares) -> PeriodFigures {
    let segments = volume.segments(shares.price);
    let Shares { work, consents, .. } = shares;
    PeriodFigures {
        first: period.first.to_string(),
        last: period.last.to_string(),
        steps: volume
            .steps
            .iter()
            .zip(volume.bars)
            .map(|(step, sums)| StepFigures {
                from: step.from.0,
                until: step.until.0,
                texts: sums.texts,
                conversations: sums.counts,
                first_response: spread(sums.first_response),
                handling: spread(sums.handling),
            })
            .collect(),
        hours: volume.hours,
        texts: volume.all.texts,
        first_response: spread(volume.all.first_response),
        handling: spread(volume.all.handling),
        agent_response: mean(volume.agents),
        requester_response: mean(volume.requesters),
        wrap_up: mean(volume.wrap_ups),
        conversations: volume.all.counts,
        within_target: work.within_target,
        with_target: work.with_target,
        topics: shares.topics,
        failures: shares.failures,
        consents: ConsentInsight {
            stopped: consents.stopped,
            started: consents.started,
            turned_off: consents.turned_off,
            turned_on: consents.turned_on,
        },
        segments,
        agents: shares.agents,
        queues: work.queues,
    }
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

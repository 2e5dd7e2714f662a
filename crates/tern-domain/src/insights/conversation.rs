//! The figures of one interaction, from its events and its texts (K-1, K-3, H-17, W).

use std::collections::BTreeMap;

use super::Writer;
use super::spread::Mean;
use crate::event::EventBody;
use crate::ids::AgentId;
use crate::interaction::{CloseReason, Handler, InteractionState, OpenedBy};
use crate::time::UtcMillis;
use crate::topic::TopicName;

/// One event of an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationFact {
    /// When.
    pub at: UtcMillis,
    /// What.
    pub body: EventBody,
}

/// One text of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFact {
    /// When.
    pub at: UtcMillis,
    /// Who wrote it.
    pub writer: Writer,
}

/// What an interaction came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It goes on.
    Open,
    /// Ended on purpose (I-5).
    Complete,
    /// Ended because the requester left or stayed silent (I-6).
    Abandoned,
    /// Ended by an error (I-7).
    Faulted,
}

/// One agent's part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgentPart {
    /// Texts.
    pub texts: i64,
    /// How long they had it, in milliseconds; an open span does not count yet.
    pub held: i64,
    /// Answers with the waits before them (H-17).
    pub replies: Mean,
}

/// The figures of one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationFigures {
    /// When it began.
    pub opened_at: UtcMillis,
    /// When the conversation was over: wrap-up comes after it.
    pub ended_at: Option<UtcMillis>,
    /// Who began it.
    pub opened_by: OpenedBy,
    /// What it came to.
    pub outcome: Outcome,
    /// Why it ended.
    pub reason: Option<CloseReason>,
    /// From when people had to answer to the first text of an agent; `None` while there is none, and where an agent
    /// wrote first. Milliseconds.
    pub first_response: Option<i64>,
    /// How long agents had it; `None` until it ended, or where none had it. Milliseconds.
    pub handling: Option<i64>,
    /// Waits of the requester for agents (H-17).
    pub agent_replies: Mean,
    /// Waits of agents for the requester.
    pub requester_replies: Mean,
    /// How long its wrap-up took (W-3); zero where it was skipped (W-4). Milliseconds.
    pub wrap_up: Option<i64>,
    /// The virtual agent had it.
    pub with_bot: bool,
    /// An agent had it.
    pub engaged: bool,
    /// The agent who had it last.
    pub agent: Option<AgentId>,
    /// Texts of the requester.
    pub received: i64,
    /// Topics that ran, with how often each gave it to people (H-2). `None` is no topic: the requester asked, or the
    /// virtual agent could not go on.
    pub topics: BTreeMap<Option<TopicName>, i64>,
    /// What each agent did.
    pub agents: BTreeMap<AgentId, AgentPart>,
}

/// What the texts of an interaction say of it: all that cannot be told any more once they are deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextPart {
    /// As in [`ConversationFigures`].
    pub first_response: Option<i64>,
    /// As in [`ConversationFigures`].
    pub agent_replies: Mean,
    /// As in [`ConversationFigures`].
    pub requester_replies: Mean,
    /// Texts of each agent, and their answers.
    pub agents: BTreeMap<AgentId, (i64, Mean)>,
}

impl ConversationFigures {
    /// What the texts said.
    #[must_use]
    pub fn text_part(&self) -> TextPart {
        TextPart {
            first_response: self.first_response,
            agent_replies: self.agent_replies,
            requester_replies: self.requester_replies,
            agents: self
                .agents
                .iter()
                .filter(|(_, part)| part.texts > 0)
                .map(|(agent, part)| (*agent, (part.texts, part.replies)))
                .collect(),
        }
    }

    /// The figures of events alone, with what texts said that are gone.
    #[must_use]
    pub fn with_text_part(mut self, part: &TextPart) -> Self {
        self.first_response = part.first_response;
        self.agent_replies = part.agent_replies;
        self.requester_replies = part.requester_replies;
        for (agent, (texts, replies)) in &part.agents {
            let own = self.agents.entry(*agent).or_default();
            (own.texts, own.replies) = (*texts, *replies);
        }
        self
    }

    /// How often the virtual agent gave it to people.
    #[must_use]
    pub fn handovers(&self) -> i64 {
        self.topics.values().sum()
    }

    /// K-3: the virtual agent had it, and it finished without a person.
    #[must_use]
    pub fn is_contained(&self) -> bool {
        self.with_bot && self.outcome == Outcome::Complete && !self.engaged && self.handovers() == 0
    }
}

/// The figures of an interaction from its events, in their order, and its texts; `None` without the event that
/// opened it. Of the texts only those count that are passed in: the caller knows which belong to it.
#[must_use]
pub fn figures_of(facts: &[ConversationFact], texts: &[TextFact]) -> Option<ConversationFigures> {
    let mut fold = Fold::begin(facts.first()?, texts)?;
    for fact in facts.get(1..).unwrap_or_default() {
        fold.take(fact);
    }
    Some(fold.finish(texts))
}

/// What is known while events are taken in.
struct Fold {
    figures: ConversationFigures,
    /// Spans in which people have to answer; the last may be open.
    with_people: Vec<(UtcMillis, Option<UtcMillis>)>,
    assigned: Option<(AgentId, UtcMillis)>,
    held: i64,
    topic: Option<TopicName>,
    wrap_up_since: Option<UtcMillis>,
}

impl Fold {
    fn begin(first: &ConversationFact, texts: &[TextFact]) -> Option<Self> {
        let EventBody::InteractionOpened {
            handler, opened_by, ..
        } = &first.body
        else {
            return None;
        };
        let is_bots = *handler == Handler::VirtualAgent;
        // A text may have come long before this desk heard of it; whoever wrote it waits since then.
        let since = texts
            .iter()
            .filter(|text| text.writer == Writer::Requester)
            .map(|text| text.at)
            .min()
            .map_or(first.at, |at| at.min(first.at));
        Some(Self {
            figures: ConversationFigures {
                opened_at: first.at,
                ended_at: None,
                opened_by: *opened_by,
                outcome: Outcome::Open,
                reason: None,
                first_response: None,
                handling: None,
                agent_replies: Mean::default(),
                requester_replies: Mean::default(),
                wrap_up: None,
                with_bot: is_bots,
                engaged: false,
                agent: None,
                received: 0,
                topics: BTreeMap::new(),
                agents: BTreeMap::new(),
            },
            with_people: if is_bots {
                Vec::new()
            } else {
                vec![(since, None)]
            },
            assigned: None,
            held: 0,
            topic: None,
            wrap_up_since: None,
        })
    }

    fn take(&mut self, ConversationFact { at, body }: &ConversationFact) {
        match body {
            EventBody::AgentAssigned { agent } => {
                self.let_go(*at);
                self.people_from(*at);
                self.assigned = Some((*agent, *at));
                self.figures.engaged = true;
                self.figures.agent = Some(*agent);
                let _part = self.figures.agents.entry(*agent).or_default();
            }
            EventBody::AgentUnassigned { .. } => self.let_go(*at),
            EventBody::HandedOver { .. } => {
                self.people_from(*at);
                *self.figures.topics.entry(self.topic.take()).or_default() += 1;
            }
            EventBody::HandedBack => {
                self.let_go(*at);
                self.people_until(*at);
                self.figures.with_bot = true;
            }
            EventBody::TopicStarted { topic, .. } => {
                let _times = self.figures.topics.entry(Some(topic.clone())).or_default();
                self.topic = Some(topic.clone());
            }
            EventBody::WrapUpStarted { reason, .. } => {
                self.wrap_up_since = Some(*at);
                self.end(*at, InteractionState::ClosedComplete, *reason);
            }
            EventBody::WrapUpEnded { .. } => {
                let since = self.wrap_up_since.unwrap_or(*at);
                self.figures.wrap_up = Some(at.since(since).0.max(0));
            }
            EventBody::WrapUpSkipped => self.figures.wrap_up = Some(0),
            EventBody::InteractionClosed { state, reason } => self.end(*at, *state, *reason),
            _ => {}
        }
    }

    /// The conversation is over; the first time it is said counts.
    fn end(&mut self, at: UtcMillis, state: InteractionState, reason: CloseReason) {
        self.let_go(at);
        if self.figures.ended_at.is_some() {
            return;
        }
        self.figures.ended_at = Some(at);
        self.figures.reason = Some(reason);
        self.figures.outcome = match state {
            InteractionState::ClosedAbandoned => Outcome::Abandoned,
            InteractionState::Faulted => Outcome::Faulted,
            _ => Outcome::Complete,
        };
    }

    fn let_go(&mut self, at: UtcMillis) {
        if let Some((agent, since)) = self.assigned.take() {
            let held = at.since(since).0.max(0);
            self.held += held;
            self.figures.agents.entry(agent).or_default().held += held;
        }
    }

    fn people_from(&mut self, at: UtcMillis) {
        if self.with_people.last().is_none_or(|span| span.1.is_some()) {
            self.with_people.push((at, None));
        }
    }

    fn people_until(&mut self, at: UtcMillis) {
        if let Some(span) = self.with_people.last_mut() {
            span.1 = span.1.or(Some(at));
        }
    }

    fn finish(mut self, texts: &[TextFact]) -> ConversationFigures {
        self.pair(texts);
        let figures = &mut self.figures;
        figures.received = texts
            .iter()
            .filter(|text| text.writer == Writer::Requester)
            .count()
            .try_into()
            .unwrap_or(i64::MAX);
        figures.handling = (figures.engaged && figures.ended_at.is_some()).then_some(self.held);
        self.figures
    }

    /// H-17, and the same the other way round. A hand-over is a wait of its own: what the virtual agent wrote before
    /// is nobody's answer.
    fn pair(&mut self, texts: &[TextFact]) {
        let mut texts = texts.to_vec();
        texts.sort_by_key(|text| text.at);
        let began = self.with_people.first().map(|span| span.0);
        let mut spans = self.with_people.clone().into_iter().peekable();
        let mut requester_waits = None;
        let mut agent_waits: Option<UtcMillis> = None;
        let by_agent = self.figures.opened_by == OpenedBy::Agent;
        let mut has_answer = by_agent;
        for text in texts {
            while let Some((from, until)) = spans.peek().copied() {
                if text.at < from {
                    break;
                }
                if requester_waits.is_none()
                    && !by_agent
                    && until.is_none_or(|until| text.at <= until)
                {
                    // Counted from once: the span is used up below.
                    requester_waits = Some(from);
                }
                let _used = spans.next();
            }
            match text.writer {
                Writer::Requester => {
                    if let Some(since) = agent_waits.take() {
                        self.figures.requester_replies.add(text.at.since(since).0);
                    }
                    if self.is_with_people(text.at) {
                        requester_waits = requester_waits.or(Some(text.at));
                    } else {
                        requester_waits = None;
                    }
                }
                Writer::Agent(agent) => {
                    let part = self.figures.agents.entry(agent).or_default();
                    part.texts += 1;
                    if let Some(since) = requester_waits.take() {
                        let waited = text.at.since(since).0.max(0);
                        part.replies.add(waited);
                        self.figures.agent_replies.add(waited);
                    }
                    if let (false, Some(began)) = (has_answer, began)
                        && text.at >= began
                    {
                        has_answer = true;
                        self.figures.first_response = Some(text.at.since(began).0);
                    }
                    agent_waits = agent_waits.or(Some(text.at));
                }
                Writer::VirtualAgent | Writer::Other => {}
            }
        }
    }

    fn is_with_people(&self, at: UtcMillis) -> bool {
        self.with_people
            .iter()
            .any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
    }
}

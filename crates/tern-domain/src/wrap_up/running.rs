//! The wrap-up of one interaction, as its events left it (W-3 … W-6, W-8, W-9).

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, WrapUpCodeId, WrapUpConfigurationId, WrapUpSegmentId};
use crate::interaction::CloseReason;
use crate::time::{Millis, UtcMillis};

/// A code that can be chosen, as it was called when the wrap-up began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpChoice {
    /// Which code.
    pub id: WrapUpCodeId,
    /// What people call it.
    pub name: String,
    /// When to choose it.
    #[serde(default)]
    pub description: String,
}

/// How a wrap-up goes: what its configuration said when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpTerms {
    /// Which configuration.
    pub configuration: WrapUpConfigurationId,
    /// What it was called.
    pub name: String,
    /// Ends by itself when the time is over.
    pub enforced: bool,
    /// How long it is meant to take.
    pub duration: Millis,
    /// The agent sees the time run.
    pub shows_timer: bool,
    /// Codes that can be chosen.
    pub codes: Vec<WrapUpChoice>,
    /// Stands in where time ran out before one was chosen.
    #[serde(default)]
    pub default_code: Option<WrapUpCodeId>,
}

/// What ended a wrap-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapUpEnd {
    /// The agent's "End wrap-up".
    Agent,
    /// The agent left the conversation.
    Left,
    /// The enforced time was over.
    Timer,
    /// It was left open for too long (W-7).
    Sweep,
}

/// State of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrapUpSegmentState {
    /// Code and notes can change.
    Open,
    /// Final.
    Submitted,
}

impl WrapUpSegmentState {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
        }
    }
}

/// A segment as it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentOpened {
    /// Its id.
    pub id: WrapUpSegmentId,
    /// Whose.
    pub agent: AgentId,
}

/// One agent's part of a wrap-up (W-8, W-9). Its notes are in the store's row alone, so that no event keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpSegment {
    /// Id.
    pub id: WrapUpSegmentId,
    /// Whose.
    pub agent: AgentId,
    /// State.
    pub state: WrapUpSegmentState,
    /// What the conversation came to, for this agent.
    pub code: Option<WrapUpCodeId>,
    /// The interaction has more than this segment.
    pub segmented: bool,
    /// Written by another system; never for texts.
    pub external: bool,
    /// No agent ended it.
    pub timed_out: bool,
    /// Another system has to confirm it; never for texts (W-9).
    pub awaiting_confirmation: bool,
    /// When it began.
    pub opened_at: UtcMillis,
    /// When it became final.
    pub submitted_at: Option<UtcMillis>,
    /// When it was confirmed: with texts, as soon as it is submitted.
    pub confirmed_at: Option<UtcMillis>,
    /// Its id in another system.
    pub external_id: Option<String>,
}

/// The wrap-up of one interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUp {
    /// How it goes.
    pub terms: WrapUpTerms,
    /// Why the conversation was over.
    pub reason: CloseReason,
    /// When it began.
    pub started_at: UtcMillis,
    /// One for each agent who was assigned (W-9).
    pub segments: Vec<WrapUpSegment>,
    /// What ended it.
    pub end: Option<WrapUpEnd>,
}

impl WrapUp {
    /// A wrap-up that begins.
    #[must_use]
    pub fn started(
        terms: WrapUpTerms,
        reason: CloseReason,
        segments: &[SegmentOpened],
        at: UtcMillis,
    ) -> Self {
        let segmented = segments.len() > 1;
        let segments = segments
            .iter()
            .map(|opened| WrapUpSegment {
                id: opened.id,
                agent: opened.agent,
                state: WrapUpSegmentState::Open,
                code: None,
                segmented,
                external: false,
                timed_out: false,
                awaiting_confirmation: false,
                opened_at: at,
                submitted_at: None,
                confirmed_at: None,
                external_id: None,
            })
            .collect();
        Self {
            terms,
            reason,
            started_at: at,
            segments,
            end: None,
        }
    }

    /// When the enforced time is over; `None` where nothing is enforced.
    #[must_use]
    pub fn ends_at(&self) -> Option<UtcMillis> {
        self.terms
            .enforced
            .then(|| self.started_at + self.terms.duration)
    }

    /// An agent's segment.
    #[must_use]
    pub fn segment_of(&self, agent: AgentId) -> Option<&WrapUpSegment> {
        self.segments.iter().find(|segment| segment.agent == agent)
    }

    /// The words of a code.
    #[must_use]
    pub fn choice(&self, code: WrapUpCodeId) -> Option<&WrapUpChoice> {
        self.terms.codes.iter().find(|choice| choice.id == code)
    }

    pub(crate) fn choose(&mut self, segment: WrapUpSegmentId, code: Option<WrapUpCodeId>) {
        for known in &mut self.segments {
            if known.id == segment {
                known.code = code;
            }
        }
    }

    /// W-3, W-6: all segments become final; only the timer brings the default code in.
    pub(crate) fn finish(&mut self, end: WrapUpEnd, at: UtcMillis) {
        self.end = Some(end);
        let default_code = self.terms.default_code.filter(|_| end == WrapUpEnd::Timer);
        for segment in &mut self.segments {
            segment.state = WrapUpSegmentState::Submitted;
            segment.code = segment.code.or(default_code);
            segment.timed_out = matches!(end, WrapUpEnd::Timer | WrapUpEnd::Sweep);
            segment.submitted_at = Some(at);
            segment.confirmed_at = Some(at);
        }
    }
}

//! What must not be read, kept or said (H-15, H-16): sensitive data both ways, forbidden words on the way out.
//!
//! A requester's text is masked before it is stored; an agent's text that holds something sensitive, a
//! forbidden word or an unfilled blank is not sent. Everything here is linear in the text, whatever it holds.

mod cards;
mod mask;
mod patterns;
mod profanity;
mod rules;

pub use mask::{MASK, Masked};
pub use rules::{
    LONGEST_EXPRESSION, MOST_OWN_PATTERNS, MOST_WORDS, OwnPattern, ScreenRules, ScreeningProblem,
    ShippedPattern,
};

use std::ops::Range;

use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, ScreenedFor};
use crate::ids::{AgentId, IdSource};
use crate::plan::{Effect, Plan};
use crate::replies::find_blanks;
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::{Direction, MessageText};
use patterns::Pattern;
use profanity::WordList;

/// Characters of a text that are looked at. No text message is that long; what lies beyond is masked unread.
pub const LONGEST_SCREENED: usize = 16_384;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// A blank of a canned reply that nobody filled in (H-8).
    Blank,
    /// Sensitive data (H-15).
    Sensitive,
    /// A forbidden word (H-16).
    Forbidden,
}

/// Something in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What kind.
    pub kind: FindingKind,
    /// Name of the pattern or the blank; the word itself is never repeated.
    pub name: String,
}

/// The rules, ready to use.
#[derive(Debug)]
pub struct Screen {
    patterns: Vec<Pattern>,
    words: WordList,
    masks_incoming: bool,
    stops_outgoing: bool,
}

impl Default for Screen {
    /// The shipped rules.
    fn default() -> Self {
        Self::new(&ScreenRules::default()).unwrap_or_else(|_| Self {
            patterns: Vec::new(),
            words: WordList::default(),
            masks_incoming: true,
            stops_outgoing: true,
        })
    }
}

impl Screen {
    /// Makes rules ready.
    ///
    /// # Errors
    /// [`ScreeningProblem`] naming the pattern or word that cannot be used.
    pub fn new(rules: &ScreenRules) -> Result<Self, ScreeningProblem> {
        rules.check()?;
        Ok(Self {
            patterns: patterns::compile(rules)?,
            words: WordList::new(&rules.forbidden_words, &rules.allowed_words)?,
            masks_incoming: rules.mask_incoming,
            stops_outgoing: rules.stop_outgoing,
        })
    }

    /// Everything that keeps an agent's text from being sent, in the order of the text (H-8, H-15, H-16).
    #[must_use]
    pub fn find_outgoing(&self, text: &str) -> Vec<Finding> {
        let mut found: Vec<Finding> = find_blanks(text)
            .into_iter()
            .map(|blank| Finding {
                range: blank.range,
                kind: FindingKind::Blank,
                name: blank.name,
            })
            .collect();
        if self.stops_outgoing {
            found.extend(mask::find(&self.patterns, text));
        }
        found.extend(self.words.find(text));
        found.sort_by_key(|finding| (finding.range.start, finding.range.end));
        found
    }

    /// A requester's text with everything sensitive masked; `None` when there is nothing to mask (H-15).
    #[must_use]
    pub fn mask_incoming(&self, text: &str) -> Option<Masked> {
        self.masks_incoming
            .then(|| mask::mask(&self.patterns, text))
            .flatten()
    }

    /// Masks the requester's texts that a plan stores (H-15), and records which patterns were found. The last
    /// step of planning an arrival: keywords such as STOP were read before.
    pub fn mask_plan(&self, plan: &mut Plan, state: &ConversationState, ids: &mut dyn IdSource) {
        let mut found = Vec::new();
        for effect in &mut plan.effects {
            let Effect::StoreMessage(message) = effect else {
                continue;
            };
            if message.direction != Direction::Inbound {
                continue;
            }
            if let Some(masked) = self.mask_incoming(message.body.as_str()) {
                message.body = MessageText::new(masked.text);
                found.push((message.message_id, message.at, masked.patterns));
            }
        }
        for (message_id, at, patterns) in found {
            plan.effects.push(Effect::MarkMasked {
                message_id,
                patterns: patterns.clone(),
            });
            let mut draft = PlanDraft::following(state, plan, at, ids);
            draft.record(
                Actor::System,
                EventBody::TextMasked {
                    message_id,
                    patterns,
                },
            );
            plan.events.extend(draft.finish().events);
        }
    }
}

/// Records that an agent's text was not sent, without the text (H-15, H-16). Blanks are no event: nothing
/// happened that anybody has to know.
pub fn plan_stopped_text(
    state: &ConversationState,
    findings: &[Finding],
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    let names = |kind: FindingKind| -> Vec<String> {
        let mut names: Vec<String> = findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .map(|finding| finding.name.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    };
    let sensitive = names(FindingKind::Sensitive);
    if !sensitive.is_empty() {
        draft.record(
            Actor::Agent(agent),
            EventBody::TextStopped {
                reason: ScreenedFor::Sensitive,
                patterns: sensitive,
            },
        );
    }
    if findings
        .iter()
        .any(|finding| finding.kind == FindingKind::Forbidden)
    {
        draft.record(
            Actor::Agent(agent),
            EventBody::TextStopped {
                reason: ScreenedFor::Forbidden,
                patterns: Vec::new(),
            },
        );
    }
    draft.finish()
}

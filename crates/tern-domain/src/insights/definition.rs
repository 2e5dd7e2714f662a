//! What each figure means, as one sentence that the window shows beside it.

/// A figure that supervisors see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Texts by who wrote them.
    Volume,
    /// When requesters write.
    Hours,
    /// Conversations that began.
    Conversations,
    /// K-1.
    FirstResponse,
    /// K-1.
    Handling,
    /// H-17.
    AgentResponse,
    /// K-1.
    RequesterResponse,
    /// W.
    WrapUp,
    /// K-1.
    ServiceLevel,
    /// K-1, I-18.
    Abandoned,
    /// K-3.
    Containment,
    /// K-3, H-2.
    Handovers,
    /// S-3, S-4, S-7.
    Consent,
    /// T-12.
    Failures,
    /// T-6.
    Segments,
    /// K-2.
    Agents,
    /// K-2.
    Queues,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 17] = [
        Self::Volume,
        Self::Hours,
        Self::Conversations,
        Self::FirstResponse,
        Self::Handling,
        Self::AgentResponse,
        Self::RequesterResponse,
        Self::WrapUp,
        Self::ServiceLevel,
        Self::Abandoned,
        Self::Containment,
        Self::Handovers,
        Self::Consent,
        Self::Failures,
        Self::Segments,
        Self::Agents,
        Self::Queues,
    ];

    /// Its name between the crates and to the window.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Hours => "hours",
            Self::Conversations => "conversations",
            Self::FirstResponse => "firstResponse",
            Self::Handling => "handling",
            Self::AgentResponse => "agentResponse",
            Self::RequesterResponse => "requesterResponse",
            Self::WrapUp => "wrapUp",
            Self::ServiceLevel => "serviceLevel",
            Self::Abandoned => "abandoned",
            Self::Containment => "containment",
            Self::Handovers => "handovers",
            Self::Consent => "consent",
            Self::Failures => "failures",
            Self::Segments => "segments",
            Self::Agents => "agents",
            Self::Queues => "queues",
        }
    }

    /// What it means, for whoever looks at it.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Volume => {
                "Texts that came in and went out, by who wrote them. “Elsewhere” is what left from your numbers \
                 without this desk knowing the writer: history, notifications, other programs. Texts belong to no \
                 queue, so the queue filter does not apply."
            }
            Self::Hours => {
                "Texts that came in, by day of the week and hour, in this computer’s time zone."
            }
            Self::Conversations => {
                "Conversations that began in the period: the requester wrote, or an agent wrote first."
            }
            Self::FirstResponse => {
                "From when people had to answer (the requester’s first text, or the virtual agent’s hand-over) to \
                 the first text of a live agent. Conversations that an agent began are left out. Counted on the \
                 day on which the conversation began."
            }
            Self::Handling => {
                "How long agents had a conversation, from getting it to giving it up or ending it, added up. \
                 Wrap-up is not part of it. Ended conversations only."
            }
            Self::AgentResponse => {
                "Average time from a requester’s first unanswered text to the next text of a live agent. What the \
                 requester writes in between is not counted again."
            }
            Self::RequesterResponse => {
                "Average time from a live agent’s first unanswered text to the requester’s next one."
            }
            Self::WrapUp => {
                "Average time from the end of a conversation to the end of its wrap-up. A wrap-up that was \
                 skipped counts as no time."
            }
            Self::ServiceLevel => {
                "Share of the work that agents accepted within the target wait of its queue. Queues without a \
                 target are left out."
            }
            Self::Abandoned => {
                "Share of the ended conversations that the requester left, or in which nobody wrote any more, \
                 before they came to anything."
            }
            Self::Containment => {
                "Share of the ended conversations with the virtual agent that finished without a person. \
                 Feedback is not asked for yet, so it does not count against it."
            }
            Self::Handovers => {
                "How often the virtual agent gave a conversation to people, by the topic that was running."
            }
            Self::Consent => {
                "STOP and START as the carrier acts on them, and notifications that people turned on or off."
            }
            Self::Failures => {
                "Texts that the carrier did not deliver, by its reason, on the day they were sent."
            }
            Self::Segments => {
                "Parts of texts that the carrier bills. The cost is an estimate: outgoing segments times the price \
                 that you entered; pictures and incoming texts are not in it."
            }
            Self::Agents => {
                "Work by agent: what they accepted, said no to or did not answer, how long they had it, and how \
                 fast they answered."
            }
            Self::Queues => {
                "Work by queue: what came in, what was accepted by hand or by offer, and what waited beyond the \
                 queue’s target."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Figure;

    #[test]
    fn k_1_every_figure_has_its_own_name_and_a_sentence() {
        let names: BTreeSet<_> = Figure::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(names.len(), Figure::ALL.len());
        for figure in Figure::ALL {
            assert!(figure.definition().ends_with('.'), "{figure:?}");
        }
    }
}
